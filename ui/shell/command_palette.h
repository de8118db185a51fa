// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QListWidget;

namespace schmidt {

/// Every command of the window by name: type a few letters, press Enter.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    CommandPalette(const QList<QAction*>& actions, QWidget* parent = nullptr);
    /// The command chosen; null when the palette was left.
    QAction* chosen() const { return m_chosen; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& text);
    void accept() override;

    QList<QAction*> m_actions;
    QLineEdit* m_text = nullptr;
    QListWidget* m_list = nullptr;
    QAction* m_chosen = nullptr;
};

} // namespace schmidt
