// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/plot_export.h"

#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

namespace schmidt {

/// One run in a radar: how many times better than the baseline it is on every axis.
struct RadarSeries {
    QString name;
    int variant = 0; ///< decides colour
    std::vector<std::optional<double>> ratios; ///< > 1 better, < 1 worse; absent = not measured
};

/// Profiles of a few runs against the baseline: the thick grey ring is the baseline, outside it is
/// better, each ring a factor of two. An axis that was not measured leaves a gap.
class RadarPlot : public QWidget {
    Q_OBJECT
public:
    explicit RadarPlot(QWidget* parent = nullptr);
    void setData(std::vector<QString> axes, std::vector<RadarSeries> series);
    ExportSource exportSource() const;
    QSize sizeHint() const override { return { 320, 260 }; }
    QSize minimumSizeHint() const override { return { 200, 160 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Frame {
        QPointF center;
        double radius = 0; ///< of the outermost ring
        int octaves = 1; ///< rings on either side of the baseline's
    };
    Frame frame() const;
    double directionOf(std::size_t axis) const;
    QPointF placed(const Frame& frame, std::size_t axis, double ratio) const;
    void paintAll(QPainter& painter) const;
    void paintGrid(QPainter& painter, const Frame& frame) const;
    void paintSeries(QPainter& painter, const Frame& frame, const RadarSeries& series) const;
    void paintNames(QPainter& painter) const;

    std::vector<QString> m_axes;
    std::vector<RadarSeries> m_series;
};

} // namespace schmidt
