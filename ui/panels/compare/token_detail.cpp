// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/token_detail.h"

#include "ui/panels/compare/candidate_list.h"
#include "ui/plots/card.h"
#include "ui/plots/number_text.h"
#include "ui/theme/layout_pause.h"
#include "ui/theme/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

TokenDetail::TokenDetail(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    m_headline = roleLabel({}, "heading", this);
    m_headline->setObjectName(QStringLiteral("token_headline"));
    m_headline->setWordWrap(true);
    layout->addWidget(m_headline);
    m_hint = roleLabel(
        tr("Choose a token of the text: click it, use the arrow keys, or go to the worst with F8."),
        "muted", this);
    m_hint->setWordWrap(true);
    layout->addWidget(m_hint);
    m_columns = new QWidget(this);
    auto* grid = new QGridLayout(m_columns);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::xl);
    grid->setVerticalSpacing(space::xs);
    m_baseline = makeColumn(grid, 0);
    m_variant = makeColumn(grid, 1);
    m_baseline.name->setText(tr("Baseline"));
    m_baseline.list->setAccessibleName(tr("Likeliest tokens of the baseline"));
    layout->addWidget(m_columns);
    m_note = roleLabel(tr("✓ the text goes on with it   = the other model lists it too"), "small",
                       this);
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    layout->addStretch(1);
    clear();
}

TokenDetail::Column TokenDetail::makeColumn(QGridLayout* grid, int column)
{
    Column made;
    made.name = roleLabel({}, "section", m_columns);
    made.real = roleLabel({}, "muted", m_columns);
    made.real->setToolTip(tr("Probability p of the token that really follows, and −ln p."));
    made.list = new CandidateList(m_columns);
    int row = 0;
    for (QWidget* widget : std::initializer_list<QWidget*> { made.name, made.real, made.list }) {
        if (auto* label = qobject_cast<QLabel*>(widget))
            label->setWordWrap(true);
        grid->addWidget(widget, row++, column, Qt::AlignTop);
    }
    grid->setColumnStretch(column, 1);
    return made;
}

void TokenDetail::setVariant(const QString& name, const QColor& color)
{
    m_variant.name->setText(name);
    m_variant.list->setAccessibleName(tr("Likeliest tokens of %1").arg(name));
    m_color = color;
}

void TokenDetail::fill(const Column& column, const TokenReport& report,
                       const std::vector<TokenCandidate>& own,
                       const std::vector<TokenCandidate>& other, std::int32_t real, double nll,
                       const QColor& color)
{
    column.real->setText(
        tr("real token: %1 (%2 nat)").arg(probabilityText(std::exp(-nll)), numberText(nll)));
    std::vector<CandidateRow> rows;
    for (const TokenCandidate& candidate : own)
        rows.push_back(
            { QString::fromStdString(report.piece(candidate.id)), candidate.probability,
              std::any_of(other.begin(), other.end(),
                          [&candidate](const auto& entry) { return entry.id == candidate.id; }),
              candidate.id == real });
    column.list->setRows(std::move(rows), color);
}

void TokenDetail::setPrediction(const TokenReport& report, std::size_t prediction, std::size_t rank)
{
    const LayoutPause pause(this);
    const TokenPrediction& entry = report.predictions[prediction];
    m_headline->setText(
        tr("Token %1, %2: KL %3 nat, place %4 of %5")
            .arg(prediction + 1)
            .arg(quotedToken(QString::fromStdString(report.piece(entry.id))), numberText(entry.kl))
            .arg(rank)
            .arg(report.predictions.size()));
    fill(m_baseline, report, entry.baselineTop, entry.variantTop, entry.id, entry.baselineNll,
         themeOf().baselineColor());
    fill(m_variant, report, entry.variantTop, entry.baselineTop, entry.id, entry.variantNll,
         m_color);
    m_headline->show();
    m_columns->show();
    m_note->show();
    m_hint->hide();
}

void TokenDetail::clear()
{
    const LayoutPause pause(this);
    m_headline->hide();
    m_columns->hide();
    m_note->hide();
    m_hint->show();
}

} // namespace schmidt
