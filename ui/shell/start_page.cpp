// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/start_page.h"

#include "ui/plots/card.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace schmidt {

namespace {

    constexpr int stepIcon = 16; ///< logical pixels

} // namespace

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
                               "your task does not need, and compare before you ship."),
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
    column->addWidget(buildPath());
    auto* recent = new Card(tr("Recent projects"), this);
    m_recent = recent->body();
    column->addWidget(recent);
    column->addStretch(2);
    setRecentProjects({});
}

QWidget* StartPage::buildPath()
{
    auto* card = new Card(tr("From a model to a smaller one"), this);
    auto* line = new QHBoxLayout;
    line->setSpacing(space::l);
    const struct {
        const char* screen;
        QString title, text;
    } steps[] = {
        { "model", tr("1  Say what it is for"),
          tr("Choose a workload or your own text, and limits for size, speed and quality.") },
        { "spectra", tr("2  See what hangs together"),
          tr("The analysis shows which directions, units and heads repeat what others say.") },
        { "recipe", tr("3  Drag until it fits"),
          tr("Size, quality, speed and memory are predicted while you move the sliders.") },
        { "compare", tr("4  Run and compare"),
          tr("Measured beside the original: numbers, answers, token by token.") },
        { "card", tr("5  Hand it over"),
          tr("Files that PyTorch, llama.cpp and ONNX Runtime open, with a model card.") },
    };
    for (const auto& step : steps) {
        auto* column = new QVBoxLayout;
        column->setSpacing(space::xs);
        auto* icon = new QLabel(card);
        const auto paint = [icon, screen = QString::fromLatin1(step.screen)] {
            icon->setPixmap(
                screenIcon(screen, themeOf())
                    .pixmap(QSize(stepIcon, stepIcon), icon->devicePixelRatioF(), QIcon::Selected));
        };
        connect(&themeOf(), &Theme::changed, icon, paint);
        paint();
        column->addWidget(icon);
        auto* title = roleLabel(step.title, "section", card);
        title->setWordWrap(true); // long words must not make their column the widest
        title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        column->addWidget(title);
        auto* text = roleLabel(step.text, "muted", card);
        text->setWordWrap(true);
        text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        column->addWidget(text, 1);
        line->addLayout(column, 1);
    }
    card->body()->addLayout(line);
    return card;
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
