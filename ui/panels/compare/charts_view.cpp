// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/charts_view.h"

#include "base/json.h"
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
#include <QGridLayout>
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

std::vector<RadarSeries> profileOf(const ComparisonTable& table, const Workspace& workspace,
                                   std::vector<std::string>& axes)
{
    std::vector<RadarSeries> series;
    if (table.columns.empty() || !table.columns.front().baseline)
        return series;
    for (std::size_t column = 1; column < table.columns.size(); ++column)
        series.push_back({ QStringLiteral("r%1 %2")
                               .arg(table.columns[column].run.value)
                               .arg(QString::fromStdString(validUtf8(table.columns[column].name))),
                           workspace.variantIndex(table.columns[column].run),
                           {} });
    std::vector<std::string> kept;
    for (const std::string& axis : axes) {
        const auto row
            = std::find_if(table.rows.begin(), table.rows.end(),
                           [&](const ComparisonRow& entry) { return entry.key == axis; });
        if (row == table.rows.end() || row->cells.size() < table.columns.size()
            || row->cells[0].metric.value.value_or(0) <= 0)
            continue;
        std::vector<std::optional<double>> ratios;
        for (std::size_t column = 1; column < table.columns.size(); ++column) {
            const ComparisonCell& cell = row->cells[column];
            // Values that were obtained in different ways have no ratio.
            const bool usable
                = cell.metric.value.value_or(0) > 0 && cell.change != Change::NotComparable;
            const double ratio = usable ? *cell.metric.value / *row->cells[0].metric.value : 0;
            ratios.push_back(!usable                            ? std::nullopt
                                 : row->better == Better::Lower ? std::optional(1 / ratio)
                                                                : std::optional(ratio));
        }
        if (std::none_of(ratios.begin(), ratios.end(), [](const auto& one) { return one; }))
            continue;
        kept.push_back(axis);
        for (std::size_t variant = 0; variant < series.size(); ++variant)
            series[variant].ratios.push_back(ratios[variant]);
    }
    axes = kept;
    return series;
}

std::vector<LinePoint> cumulativeShare(std::vector<double> seconds)
{
    std::vector<LinePoint> points;
    if (seconds.empty())
        return points;
    std::sort(seconds.begin(), seconds.end());
    for (int percent = 0; percent < 100; ++percent) {
        const auto index
            = static_cast<std::size_t>(percent * static_cast<double>(seconds.size() - 1) / 100);
        points.push_back({ 1000 * seconds[index], static_cast<double>(percent), 0 });
    }
    return points;
}

namespace {

    /// What the fourth picture shows.
    enum LineKind { BetweenTokens, FirstToken, WidthByLayer, LossByLayer };

    std::vector<double> samplesOf(const Ledger& ledger, RunId run, const char* key)
    {
        const auto hash = ledger.cache("latency:r" + std::to_string(run.value));
        if (!hash.ok() || !*hash)
            return {};
        const auto text = ledger.object(**hash);
        const auto json
            = text.ok() ? parseJson(*text, "latency samples") : Result<Json>(text.error());
        return json.ok() ? jsonValue<std::vector<double>>(*json, key, {}) : std::vector<double> {};
    }

    QString nameOf(const RunRecord& run)
    {
        return QStringLiteral("r%1 %2")
            .arg(run.id.value)
            .arg(QString::fromStdString(validUtf8(run.name)));
    }

} // namespace

ChartsView::ChartsView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space::l);
    auto* bars = new Card(tr("By run"), this);
    m_metric = new QComboBox(bars);
    m_metric->setObjectName(QStringLiteral("chart_metric"));
    m_metric->setAccessibleName(tr("Measure of the bars"));
    m_metric->setMinimumWidth(200);
    bars->addCorner(m_metric);
    m_bars = new BarList(bars);
    m_bars->setSpread(true);
    bars->body()->addWidget(m_bars, 1);
    grid->addWidget(bars, 0, 0);
    auto* front = new Card(tr("Size against quality"), this);
    front->setSubtitle(tr("dotted: the project's goals"));
    m_pareto = new ParetoPlot(front);
    front->body()->addWidget(m_pareto, 1);
    grid->addWidget(front, 0, 1);
    auto* profile = new Card(tr("Profile"), this);
    profile->setSubtitle(tr("outside the grey ring: better than the baseline"));
    m_profile = new RadarPlot(profile);
    profile->body()->addWidget(m_profile, 1);
    grid->addWidget(profile, 1, 0);
    m_lineCard = new Card(tr("In detail"), this);
    m_lineKind = new QComboBox(m_lineCard);
    m_lineKind->setObjectName(QStringLiteral("chart_lines"));
    m_lineKind->setAccessibleName(tr("What is shown in detail"));
    m_lineKind->addItems({ tr("Time between tokens"), tr("Time to the first token"),
                           tr("MLP width by layer"), tr("Predicted KL by layer") });
    m_lineCard->addCorner(m_lineKind);
    m_lines = new LinePlot(m_lineCard);
    m_lineCard->body()->addWidget(m_lines, 1);
    grid->addWidget(m_lineCard, 1, 1);
    for (const int place : { 0, 1 }) {
        grid->setRowStretch(place, 1);
        grid->setColumnStretch(place, 1);
    }
    connect(m_metric, &QComboBox::currentIndexChanged, this, &ChartsView::refreshBars);
    connect(m_lineKind, &QComboBox::currentIndexChanged, this, &ChartsView::refreshLines);
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
    refreshFront();
    refreshProfile();
    refreshLines();
}

void ChartsView::refreshFront()
{
    std::vector<ParetoRun> points;
    for (ParetoRun& point : measuredRunPoints(m_workspace))
        if (std::any_of(m_table.columns.begin(), m_table.columns.end(), [&](const auto& column) {
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
    for (const ComparisonRow& row : m_table.rows)
        if (row.key == metric_names::fileBytes && !row.cells.empty()
            && m_table.columns.front().baseline)
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

void ChartsView::refreshProfile()
{
    std::vector<std::string> axes { metric_names::fileBytes,
                                    metric_names::decodeTokensPerSecond,
                                    metric_names::prefillTokensPerSecond,
                                    metric_names::perplexity,
                                    metric_names::peakMemoryBytes,
                                    metric_names::joulesPerToken };
    auto series = profileOf(m_table, m_workspace, axes);
    std::vector<QString> names;
    for (const std::string& axis : axes)
        names.push_back(metricTitle(axis));
    m_profile->setData(std::move(names), std::move(series));
}

std::vector<const RunRecord*> ChartsView::shownRuns() const
{
    std::vector<const RunRecord*> shown;
    for (const ComparisonColumn& column : m_table.columns)
        for (const RunRecord& run : m_workspace.runs())
            if (run.id == column.run)
                shown.push_back(&run);
    return shown;
}

std::vector<LineSeries> ChartsView::latencies(const char* samples) const
{
    std::vector<LineSeries> lines;
    for (const RunRecord* run : shownRuns()) {
        auto points = cumulativeShare(samplesOf(*m_workspace.ledger(), run->id, samples));
        if (!points.empty())
            lines.push_back({ nameOf(*run), m_workspace.variantIndex(run->id), std::move(points),
                              false, false, true });
    }
    return lines;
}

std::vector<LineSeries> ChartsView::byLayer(bool widths) const
{
    std::vector<LineSeries> lines;
    const auto& architecture = m_workspace.architecture();
    for (const RunRecord* run : shownRuns()) {
        const auto recipe = recipeFromJson(run->recipe);
        if (run->baseline || !architecture || !recipe.ok()
            || recipe->layers.size() != architecture->layers.size())
            continue;
        LineSeries line {
            nameOf(*run), m_workspace.variantIndex(run->id), {}, !widths, false, true
        };
        const std::vector<double> losses = !widths && m_workspace.predictor()
            ? m_workspace.predictor()->predict(*recipe).layerKl
            : std::vector<double> {};
        for (std::size_t layer = 0; layer < recipe->layers.size(); ++layer)
            if (widths)
                line.points.push_back({ static_cast<double>(layer),
                                        static_cast<double>(recipe->layers[layer].mlpWidth), 0 });
            else if (layer < losses.size())
                line.points.push_back({ static_cast<double>(layer), losses[layer], 0 });
        if (!line.points.empty())
            lines.push_back(std::move(line));
    }
    return lines;
}

void ChartsView::refreshLines()
{
    const int kind = m_lineKind->currentIndex();
    const bool latency = kind == BetweenTokens || kind == FirstToken;
    std::vector<LineSeries> lines;
    if (m_workspace.isOpen())
        lines = latency
            ? latencies(kind == BetweenTokens ? "inter_token_seconds" : "first_token_seconds")
            : byLayer(kind == WidthByLayer);
    m_lineCard->setSubtitle(latency ? tr("share of tokens by this time")
                                    : tr("how the compressed layers differ"));
    m_lines->xAxis().setTitle(latency ? tr("time (ms)") : tr("layer"));
    m_lines->yAxis().setTitle(latency                    ? tr("share (%)")
                                  : kind == WidthByLayer ? tr("MLP units")
                                                         : tr("predicted KL (nat)"));
    m_lines->setAccessibleName(m_lineKind->currentText());
    m_lines->setExportName(QStringLiteral("detail-%1").arg(kind));
    m_lines->setFloor(0.0);
    m_lines->setMessage(!lines.empty() ? QString()
                            : latency  ? tr("No latency of these runs is kept yet; “Measure "
                                             "speed” takes it.")
                                       : tr("No compared run changes layers."));
    m_lines->setSeries(std::move(lines));
}

} // namespace schmidt
