// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "recipe/goals.h"
#include "recipe/prediction.h"

#include <QFrame>
#include <QString>
#include <optional>
#include <vector>

namespace schmidt {

/// One figure of the totals: what it becomes, what it was, and whether its goal is reached.
struct Total {
    QString title;
    QString value, error; ///< with unit; "± 0.02"
    QString change; ///< "−74.9 %"
    int changeSign = 0; ///< 1 better, -1 worse, 0 neither
    QString from; ///< "from 271 MB"
    QString goal; ///< "≤ 80 MB"; empty without a goal
    std::optional<bool> reached;
    Provenance provenance = Provenance::Absent;
    QString note; ///< a related figure, below
    std::optional<bool> noteReached;
    QString hint; ///< tool tip
};

/// The figures of a prediction against the baseline's and the goals. `measured` are the metrics of
/// the baseline run, which replace its predicted figures where they exist.
std::vector<Total> totalsOf(const Prediction& draft, const Prediction& baseline,
                            const std::vector<Metric>& measured, const Goals& goals);

/// Size, quality, speed, memory and energy, old → new, always in sight. Painted as a whole, so that
/// a slider step costs one repaint.
class TotalsBar : public QFrame {
    Q_OBJECT
public:
    explicit TotalsBar(QWidget* parent = nullptr);
    void setTotals(std::vector<Total> totals);
    const std::vector<Total>& totals() const { return m_totals; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    void paintTotal(QPainter& painter, const QRectF& area, const Total& total) const;

    std::vector<Total> m_totals;
};

} // namespace schmidt
