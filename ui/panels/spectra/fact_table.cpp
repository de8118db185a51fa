// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/fact_table.h"

#include "ui/plots/card.h"
#include "ui/theme/layout_pause.h"
#include "ui/theme/theme.h"

#include <QGridLayout>
#include <QLabel>

namespace schmidt {

FactTable::FactTable(QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(space::m);
    m_grid->setVerticalSpacing(space::xs / 2);
    m_grid->setColumnStretch(2, 1);
}

FactTable::Row& FactTable::row(std::size_t index)
{
    while (m_rows.size() <= index) {
        const int line = static_cast<int>(m_rows.size());
        Row next { roleLabel({}, "plain", this), roleLabel({}, "plain", this),
                   new ElidedLabel(this) };
        next.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        next.remark->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        next.remark->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        m_grid->addWidget(next.name, line, 0);
        m_grid->addWidget(next.value, line, 1);
        m_grid->addWidget(next.remark, line, 2);
        m_rows.push_back(next);
    }
    return m_rows[index];
}

void FactTable::setFacts(const std::vector<Fact>& facts)
{
    const LayoutPause pause(this);
    for (std::size_t index = 0; index < std::max(facts.size(), m_rows.size()); ++index) {
        Row& line = row(index);
        const bool used = index < facts.size();
        const Fact fact = used ? facts[index] : Fact {};
        const auto fill = [&](QLabel* label, const QString& text) {
            label->setText(text);
            label->setToolTip(fact.definition);
            label->setVisible(used);
        };
        fill(line.name, fact.name);
        fill(line.value, fact.value);
        fill(line.remark, fact.remark);
    }
}

} // namespace schmidt
