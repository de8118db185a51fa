// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace schmidt {

/// One goal as a row: its limit, what was measured and whether that is enough.
struct GoalRow {
    QString limit, value, verdict; ///< "File size ≤ 80 MB", "68.0 MB", "met"
    int sign = 0; ///< 1 met, -1 missed, 0 not measured
};

/// Goals under each other with mark, limit and value; the verdict is a word and a sign, never a
/// colour alone.
class GoalChart : public QWidget {
    Q_OBJECT
public:
    explicit GoalChart(QWidget* parent = nullptr);
    void setRows(std::vector<GoalRow> rows);
    QSize minimumSizeHint() const override { return { 240, 80 }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<GoalRow> m_rows;
};

} // namespace schmidt
