// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/start_page.h"

#include "ui/plots/card.h"
#include "ui/theme/theme.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace schmidt {

StartPage::StartPage(QWidget* parent)
    : QWidget(parent)
{
    auto* outer = new QHBoxLayout(this);
    outer->addStretch(1);
    auto* column = new QVBoxLayout;
    column->setSpacing(space::m);
    outer->addLayout(column, 6);
    outer->addStretch(1);
    column->addStretch(1);
    column->addWidget(roleLabel(tr("Schmidt Workbench"), "huge", this));
    auto* what = new QLabel(tr("See how correlated the parts of a language model are, remove what "
                               "your task does not need, and compare the result with the "
                               "original before you ship it."),
                            this);
    what->setWordWrap(true);
    column->addWidget(what);
    column->addSpacing(space::m);

    auto* line = new QHBoxLayout;
    line->setSpacing(space::m);
    struct Way {
        QString title, text, button;
        void (StartPage::*signal)();
        bool primary;
    };
    const Way ways[] = {
        { tr("Open a model"),
          tr("A GGUF file or a Hugging Face folder. Only headers are read, so any size opens at "
             "once."),
          tr("Open model…"), &StartPage::openModelRequested, true },
        { tr("Look around"),
          tr("A finished project of a small model, made by this program: spectra, recipes, runs."),
          tr("Open sample"), &StartPage::sampleRequested, false },
        { tr("Go on"), tr("A project folder keeps the analysis, the recipes and every run."),
          tr("Open project…"), &StartPage::openProjectRequested, false },
    };
    for (const Way& way : ways) {
        auto* card = new Card(way.title, this);
        auto* text = new QLabel(way.text, card);
        text->setWordWrap(true);
        text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        card->body()->addWidget(text, 1);
        auto* button = new QPushButton(way.button, card);
        if (way.primary)
            setRole(button, "primary");
        connect(button, &QPushButton::clicked, this, way.signal);
        card->body()->addWidget(button, 0, Qt::AlignLeft);
        line->addWidget(card, 1);
    }
    column->addLayout(line);
    auto* recent = new Card(tr("Recent projects"), this);
    m_recent = recent->body();
    column->addWidget(recent);
    column->addStretch(2);
    setRecentProjects({});
}

void StartPage::setRecentProjects(const QStringList& folders)
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& folder : folders) {
        auto* button = new QPushButton(
            QStringLiteral("%1   %2").arg(QFileInfo(folder).fileName(), folder), this);
        setRole(button, "quiet");
        connect(button, &QPushButton::clicked, this,
                [this, folder] { Q_EMIT projectChosen(folder); });
        m_recent->addWidget(button, 0, Qt::AlignLeft);
    }
    if (folders.isEmpty())
        m_recent->addWidget(roleLabel(tr("None yet."), "muted", this));
}

} // namespace schmidt
