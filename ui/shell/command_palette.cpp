// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/command_palette.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace schmidt {

CommandPalette::CommandPalette(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent)
    , m_actions(actions)
{
    setWindowTitle(tr("Commands"));
    resize(520, 360);
    auto* layout = new QVBoxLayout(this);
    m_text = new QLineEdit(this);
    m_text->setPlaceholderText(tr("Type the name of a command"));
    m_text->setAccessibleName(tr("Name of a command"));
    m_text->installEventFilter(this);
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("Commands"));
    layout->addWidget(m_text);
    layout->addWidget(m_list);
    connect(m_text, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_text, &QLineEdit::returnPressed, this, &CommandPalette::accept);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::accept);
    filter({});
}

void CommandPalette::filter(const QString& text)
{
    m_list->clear();
    for (int index = 0; index < m_actions.size(); ++index) {
        const QAction* action = m_actions[index];
        const QString name = QString(action->text()).remove(QLatin1Char('&'));
        if (!action->isEnabled() || name.isEmpty() || !name.contains(text, Qt::CaseInsensitive))
            continue;
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem(
            keys.isEmpty() ? name : name + QStringLiteral("    ") + keys, m_list);
        item->setData(Qt::UserRole, index);
    }
    m_list->setCurrentRow(0);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            const int row = m_list->currentRow() + (key == Qt::Key_Down ? 1 : -1);
            if (row >= 0 && row < m_list->count())
                m_list->setCurrentRow(row);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::accept()
{
    if (const QListWidgetItem* item = m_list->currentItem())
        m_chosen = m_actions[item->data(Qt::UserRole).toInt()];
    QDialog::accept();
}

} // namespace schmidt
