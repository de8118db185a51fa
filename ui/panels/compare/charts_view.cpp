// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/charts_view.h"

#include "base/metric_names.h"
#include "ui/model/workspace.h"
#include "ui/plots/bar_strip.h"
#include "ui/plots/card.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/plots/pareto_plot.h"
#include "ui/plots/run_points.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <algorithm>

namespace schmidt {

std::vector<BarEntry> barsOf(const ComparisonTable& table, const std::string& key,
                             const Workspace& workspace)
{
    std::vector<BarEntry> entries;
    for (const ComparisonRow& row : table.rows) {
        if (row.key != key)
            continue;
        for (std::size_t column = 0; column < std::min(row.cells.size(), table.columns.size());
             ++column) {
            const Metric& metric = row.cells[column].metric;
            if (!metric.value)
                continue;
            const ComparisonColumn& run = table.columns[column];
            BarEntry entry;
            entry.name = QStringLiteral("r%1 %2")
                             .arg(run.run.value)
                             .arg(QString::fromStdString(validUtf8(run.name)));
            entry.value = *metric.value;
            entry.text = metricValueText(metric);
            if (const QString error = metricErrorText(metric); !error.isEmpty())
                entry.text += QLatin1Char(' ') + error;
            entry.variant = workspace.variantIndex(run.run);
            entry.predicted = metric.provenance == Provenance::Predicted;
            entries.push_back(std::move(entry));
        }
    }
    return entries;
}

ChartsView::ChartsView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::l);
    auto* bars = new Card(tr("By run"), this);
    m_metric = new QComboBox(bars);
    m_metric->setObjectName(QStringLiteral("chart_metric"));
    m_metric->setAccessibleName(tr("Measure of the bars"));
    m_metric->setMinimumWidth(220);
    bars->addCorner(m_metric);
    m_bars = new BarList(bars);
    m_bars->setSpread(true);
    bars->body()->addWidget(m_bars, 1);
    line->addWidget(bars, 1);
    auto* front = new Card(tr("Size against quality"), this);
    front->setSubtitle(tr("dotted: the project's goals"));
    m_pareto = new ParetoPlot(front);
    front->body()->addWidget(m_pareto, 1);
    line->addWidget(front, 1);
    connect(m_metric, &QComboBox::currentIndexChanged, this, &ChartsView::refreshBars);
}

void ChartsView::setTable(const ComparisonTable& table)
{
    m_table = table;
    const QString before = m_metric->currentData().toString();
    {
        const QSignalBlocker quiet(m_metric);
        m_metric->clear();
        for (const ComparisonRow& row : m_table.rows)
            if (row.group != ComparisonGroup::Goals)
                m_metric->addItem(metricTitle(row.key), QString::fromStdString(row.key));
        const int known = m_metric->findData(
            before.isEmpty() ? QString::fromLatin1(metric_names::fileBytes) : before);
        m_metric->setCurrentIndex(std::max(0, known));
    }
    m_metric->setEnabled(m_metric->count() > 0);
    refreshBars();
    std::vector<ParetoRun> points;
    for (ParetoRun& point : measuredRunPoints(m_workspace))
        if (std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
                return m_workspace.variantIndex(column.run) == point.variant;
            }))
            points.push_back(std::move(point));
    m_pareto->setMessage(
        points.empty()
            ? tr("No compared run has a measured size and KL yet; “Evaluate” and “Measure "
                 "speed” do it.")
            : QString());
    m_pareto->setRuns(std::move(points));
    std::optional<double> baseline;
    for (const ComparisonRow& row : table.rows)
        if (row.key == metric_names::fileBytes && !row.cells.empty()
            && table.columns.front().baseline)
            baseline = row.cells.front().metric.value;
    m_pareto->setBaseline(baseline);
    m_pareto->setGoals(m_workspace.goals().maxFileBytes, m_workspace.goals().maxKl);
}

void ChartsView::refreshBars()
{
    m_bars->setAccessibleName(m_metric->currentText());
    m_bars->setEntries(
        barsOf(m_table, m_metric->currentData().toString().toStdString(), m_workspace),
        tr("Not measured yet; “Evaluate” and “Measure speed” do it."));
}

} // namespace schmidt
