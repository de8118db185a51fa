// SPDX-License-Identifier: GPL-3.0-only
// Never compiled: shows lupdate the words that the program hands to translate() as variables.
#pragma once

QT_TRANSLATE_NOOP("RunTableModel", "waiting")
QT_TRANSLATE_NOOP("RunTableModel", "running")
QT_TRANSLATE_NOOP("RunTableModel", "done")
QT_TRANSLATE_NOOP("RunTableModel", "done, in use")
QT_TRANSLATE_NOOP("RunTableModel", "failed")
QT_TRANSLATE_NOOP("RunTableModel", "cancelled")
QT_TRANSLATE_NOOP("RunTableModel", "interrupted")
