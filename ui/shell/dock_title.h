// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QFrame>

class QDockWidget;

namespace schmidt {

/// Title of a dock in the words and colours of the window; it is dragged by it.
class DockTitle : public QFrame {
    Q_OBJECT
public:
    explicit DockTitle(QDockWidget& dock);
};

} // namespace schmidt
