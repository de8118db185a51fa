// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/plot_widget.h"

#include <QColor>
#include <optional>
#include <vector>

namespace schmidt {

/// A point of a line with its standard error.
struct LinePoint {
    double x = 0, y = 0, error = 0;
};

/// One line of a plot. Measured lines are solid with filled markers, predicted ones dashed with
/// hollow markers.
struct LineSeries {
    QString name;
    int color = 0; ///< variant index; -1 = baseline grey
    std::vector<LinePoint> points;
    bool predicted = false;
    bool markers = true;
    bool line = true;
};

/// A few lines over a common axis, named directly at their ends.
class LinePlot : public PlotWidget {
    Q_OBJECT
public:
    explicit LinePlot(QWidget* parent = nullptr);

    void setSeries(std::vector<LineSeries> series);
    /// Fixed lower end of the y axis, e.g. 0; otherwise it follows the data.
    void setFloor(std::optional<double> floor) { m_floor = floor; }
    /// A vertical line, e.g. the draft's value or the selected layer.
    void setMarkLine(std::optional<double> x, const QString& text = {});
    /// Lets a click or the arrow keys choose a whole x value.
    void setSelectable(bool selectable) { m_selectable = selectable; }
    QString csv() const override;

Q_SIGNALS:
    void selected(int x);

protected:
    void paintData(QPainter& painter) const override;
    void paintFurniture(QPainter& painter) const override;
    void paintOverlay(QPainter& painter) const override;
    QString valuesAt(QPointF pixel) const override;
    double extraRight() const override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QColor colorOf(const LineSeries& series) const;
    void fitRanges();

    std::vector<LineSeries> m_series;
    std::optional<double> m_floor, m_mark;
    QString m_markText;
    bool m_selectable = false;
};

} // namespace schmidt
