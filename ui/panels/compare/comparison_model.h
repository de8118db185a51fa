// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/metric.h"
#include "ledger/report.h"

#include <QAbstractTableModel>
#include <vector>

namespace schmidt {

/// Heading of a group of rows, translated.
QString comparisonGroupText(ComparisonGroup group);

/// Runs side by side as a table: a heading row per group, one row per metric or goal; column 0 is
/// the title, then one column per run with the baseline first.
class ComparisonModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        HeadingRole = Qt::UserRole + 1, ///< bool: the row is a group's heading
        ValueRole, ///< value with unit
        ErrorRole, ///< "± 0.08"
        DeltaRole, ///< difference with its mark: "▼ +0.56"
        SignRole, ///< 1 better, -1 worse, 0 neither
        PredictedRole, ///< bool: shown in italics
    };

    explicit ComparisonModel(QObject* parent = nullptr);
    void setTable(ComparisonTable table);
    const ComparisonTable& table() const { return m_table; }
    bool isHeading(int row) const;
    bool hasBaseline() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    /// A line of the view: a group's heading (row -1) or a row of the table.
    struct Line {
        ComparisonGroup group;
        int row = -1;
    };
    QVariant headingData(const Line& line, int column, int role) const;
    QVariant titleData(const ComparisonRow& row, int role) const;
    QVariant cellData(const ComparisonCell& cell, int role) const;
    QVariant goalData(const ComparisonCell& cell, int role) const;
    QString headingNote(ComparisonGroup group) const;

    ComparisonTable m_table;
    std::vector<Line> m_lines;
};

/// The mark of a change: ▲ better, ▼ worse, = same, ? unknown, ≠ not comparable.
QString changeMark(Change change);
/// The difference of a cell as people read it: relative for sizes, rates and energy.
QString shownDelta(const ComparisonCell& cell);

} // namespace schmidt
