// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace schmidt {

/// Every command that has a key, as the window knows them.
class KeysDialog : public QDialog {
    Q_OBJECT
public:
    KeysDialog(const QList<QAction*>& actions, QWidget* parent = nullptr);
};

} // namespace schmidt
