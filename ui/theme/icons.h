// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QIcon>

namespace schmidt {

class Theme;

/// The program's own icon of a screen in one colour of the theme: muted, in the accent where it is
/// selected. Sharp at 100, 150, 200 and 300 %. Null for an unknown name.
QIcon screenIcon(const QString& screen, const Theme& theme);

} // namespace schmidt
