// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"

#include <QString>

class QWidget;

namespace schmidt {

/// Prints a screen as one page A4 across: the title above, the screen as large as fits, the project
/// and the date below. The file appears whole or not at all. Errors: Resources.
Result<void> printToPdf(QWidget& screen, const QString& title, const QString& project,
                        const QString& file);

} // namespace schmidt
