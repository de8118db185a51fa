// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ledger/report.h"
#include "ui/plots/bar_strip.h"
#include "ui/plots/line_plot.h"
#include "ui/plots/radar_plot.h"

#include <QWidget>
#include <string>
#include <vector>

class QComboBox;

namespace schmidt {

class Card;
class ParetoPlot;
class Workspace;

/// The compared runs as pictures: bars of a chosen measure, size against quality, a profile
/// against the baseline, and one of the distributions of latency or the values by layer.
class ChartsView : public QWidget {
    Q_OBJECT
public:
    explicit ChartsView(Workspace& workspace, QWidget* parent = nullptr);

    /// Shows the runs of a comparison; the chosen measure stays where the table still has it.
    void setTable(const ComparisonTable& table);

private:
    void refreshBars();
    void refreshProfile();
    void refreshFront();
    void refreshLines();
    std::vector<const RunRecord*> shownRuns() const;
    std::vector<LineSeries> latencies(const char* samples) const;
    std::vector<LineSeries> byLayer(bool widths) const;

    Workspace& m_workspace;
    ComparisonTable m_table;
    QComboBox* m_metric = nullptr;
    BarList* m_bars = nullptr;
    ParetoPlot* m_pareto = nullptr;
    RadarPlot* m_profile = nullptr;
    QComboBox* m_lineKind = nullptr;
    Card* m_lineCard = nullptr;
    LinePlot* m_lines = nullptr;
};

/// How many times better than the baseline every variant is, on the axes of `axes` that the
/// baseline and some variant have; `axes` is cut to those.
std::vector<RadarSeries> profileOf(const ComparisonTable& table, const Workspace& workspace,
                                   std::vector<std::string>& axes);

/// The share of samples that took at most so long, in ms: 0 … 99 %, one point per percent.
std::vector<LinePoint> cumulativeShare(std::vector<double> seconds);

/// A bar per run that has a value of the measure.
std::vector<BarEntry> barsOf(const ComparisonTable& table, const std::string& key,
                             const Workspace& workspace);

} // namespace schmidt
