// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/card.h"

namespace schmidt {

/// One quiet line that says what the control under the mouse or with the focus does: its status
/// tip or tool tip, or that of what it lies in; else a hint of the screen.
class HintLine : public ElidedLabel {
    Q_OBJECT
public:
    explicit HintLine(QWidget* parent = nullptr);
    /// Shown when nothing has a hint of its own.
    void setScreenHint(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showHint(const QString& text);

    QString m_screenHint;
};

} // namespace schmidt
