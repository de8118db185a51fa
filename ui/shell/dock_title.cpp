// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/dock_title.h"

#include "ui/plots/card.h"
#include "ui/theme/theme.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QPushButton>

namespace schmidt {

DockTitle::DockTitle(QDockWidget& dock)
    : QFrame(&dock)
{
    setRole(this, "bar");
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(space::m, space::xs, space::xs, space::xs);
    auto* title = roleLabel(dock.windowTitle(), "section", this);
    // The dock itself is dragged by its words.
    title->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* close = new QPushButton(tr("Hide"), this);
    setRole(close, "quiet");
    close->setAccessibleName(tr("Hide %1").arg(dock.windowTitle()));
    line->addWidget(title, 1);
    line->addWidget(close);
    connect(close, &QPushButton::clicked, &dock, &QWidget::hide);
}

} // namespace schmidt
