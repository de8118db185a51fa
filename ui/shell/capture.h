// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"

#include <QSize>
#include <QString>

namespace schmidt {

class MainWindow;

/// Renders screens of the window to PNG files "<screen>-<suffix>.png" in a folder, further pages of
/// a screen to "<screen>-<page>-<suffix>.png"; `screen` empty = all. Waits for what is painted
/// later (the predicted front). Errors: Resources, Usage.
Result<void> captureScreens(MainWindow& window, const QString& folder, const QString& suffix,
                            const QString& screen, QSize size);

} // namespace schmidt
