// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ledger/report.h"
#include "ui/plots/bar_strip.h"

#include <QWidget>
#include <string>
#include <vector>

class QComboBox;

namespace schmidt {

class ParetoPlot;
class Workspace;

/// The compared runs as pictures: bars of a chosen measure, and size against quality.
class ChartsView : public QWidget {
    Q_OBJECT
public:
    explicit ChartsView(Workspace& workspace, QWidget* parent = nullptr);

    /// Shows the runs of a comparison; the chosen measure stays where the table still has it.
    void setTable(const ComparisonTable& table);

private:
    void refreshBars();

    Workspace& m_workspace;
    ComparisonTable m_table;
    QComboBox* m_metric = nullptr;
    BarList* m_bars = nullptr;
    ParetoPlot* m_pareto = nullptr;
};

/// A bar per run that has a value of the measure.
std::vector<BarEntry> barsOf(const ComparisonTable& table, const std::string& key,
                             const Workspace& workspace);

} // namespace schmidt
