// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/radar_plot.h"

#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QFontMetricsF>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace schmidt {

namespace {

    constexpr std::size_t fewestAxes = 3;
    /// Names of axes that point more upwards than this (cosine) are centred.
    constexpr double steepest = 0.3;
    constexpr double widestName = 108; ///< pixels; longer names take another line

    QSizeF nameSize(const QFontMetricsF& metrics, const QString& name)
    {
        const QRectF room(0, 0, widestName, 1000);
        const QSizeF size = metrics.boundingRect(room, Qt::TextWordWrap, name).size();
        return { std::ceil(size.width()) + 1, std::ceil(size.height()) };
    }

} // namespace

RadarPlot::RadarPlot(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Profile against the baseline"));
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RadarPlot::setData(std::vector<QString> axes, std::vector<RadarSeries> series)
{
    m_axes = std::move(axes);
    m_series = std::move(series);
    QStringList spoken;
    for (const RadarSeries& one : m_series)
        for (std::size_t axis = 0; axis < std::min(m_axes.size(), one.ratios.size()); ++axis)
            if (one.ratios[axis])
                spoken << tr("%1, %2: %3 times the baseline")
                              .arg(one.name, m_axes[axis], numberText(*one.ratios[axis]));
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    update();
}

RadarPlot::Frame RadarPlot::frame() const
{
    Frame out;
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    // Run names stand in a column at the left, axis names around the rings.
    double runs = 0;
    for (const RadarSeries& series : m_series)
        runs = std::max(runs, metrics.horizontalAdvance(series.name) + space::l);
    runs = std::min(runs, 0.3 * width());
    out.center = QPointF(runs + (width() - runs) / 2, height() / 2.0);
    // As large as the names about it allow, each in its own direction.
    out.radius = INFINITY;
    for (std::size_t axis = 0; axis < m_axes.size(); ++axis) {
        const double aside = std::abs(std::cos(directionOf(axis))),
                     upright = std::abs(std::sin(directionOf(axis)));
        const QSizeF name = nameSize(metrics, m_axes[axis]) + QSizeF(space::m, space::m);
        if (aside >= steepest)
            out.radius = std::min(out.radius, ((width() - runs) / 2 - name.width()) / aside);
        if (upright >= steepest)
            out.radius = std::min(out.radius, (height() / 2.0 - name.height()) / upright);
    }
    out.radius = std::max(20.0, out.radius);
    double furthest = 1;
    for (const RadarSeries& series : m_series)
        for (const auto& ratio : series.ratios)
            if (ratio && *ratio > 0)
                furthest = std::max(furthest, std::abs(std::log2(*ratio)));
    out.octaves = std::min(6, static_cast<int>(std::ceil(furthest)));
    return out;
}

double RadarPlot::directionOf(std::size_t axis) const
{
    return 2 * std::numbers::pi * static_cast<double>(axis) / static_cast<double>(m_axes.size())
        - std::numbers::pi / 2;
}

QPointF RadarPlot::placed(const Frame& frame, std::size_t axis, double ratio) const
{
    const double octave = std::clamp(std::log2(ratio), -1.0 * frame.octaves, 1.0 * frame.octaves);
    // The innermost ring keeps a radius, so that lines do not meet in the centre.
    const double share = (octave + frame.octaves + 0.5) / (2 * frame.octaves + 0.5);
    const double direction = directionOf(axis);
    return frame.center + share * frame.radius * QPointF(std::cos(direction), std::sin(direction));
}

void RadarPlot::paintGrid(QPainter& painter, const Frame& frame) const
{
    const Theme& theme = themeOf();
    const QFontMetricsF metrics(painter.font());
    painter.setBrush(Qt::NoBrush);
    for (int octave = -frame.octaves; octave <= frame.octaves; ++octave) {
        QPolygonF ring;
        for (std::size_t axis = 0; axis < m_axes.size(); ++axis)
            ring << placed(frame, axis, std::exp2(octave));
        painter.setPen(octave == 0 ? QPen(theme.baselineColor(), 2) : QPen(theme.colors().grid, 1));
        painter.drawPolygon(ring);
    }
    for (std::size_t axis = 0; axis < m_axes.size(); ++axis) {
        painter.setPen(QPen(theme.colors().grid, 1));
        const QPointF end = placed(frame, axis, std::exp2(frame.octaves));
        painter.drawLine(frame.center, end);
        const double direction = directionOf(axis);
        const QPointF place = end + space::s * QPointF(std::cos(direction), std::sin(direction));
        const QSizeF size = nameSize(metrics, m_axes[axis]);
        const double aside = std::cos(direction), down = std::sin(direction);
        const double left = std::abs(aside) < steepest ? place.x() - size.width() / 2
            : aside > 0                                ? place.x()
                                                       : place.x() - size.width();
        const double top = std::abs(down) < steepest ? place.y() - size.height() / 2
            : down > 0                               ? place.y()
                                                     : place.y() - size.height();
        const auto side = std::abs(aside) < steepest ? Qt::AlignHCenter
            : aside > 0                              ? Qt::AlignLeft
                                                     : Qt::AlignRight;
        painter.setPen(theme.colors().text);
        painter.drawText(QRectF(QPointF(left, top), size),
                         static_cast<int>(side | Qt::TextWordWrap), m_axes[axis]);
    }
    painter.setPen(theme.colors().muted);
    for (const int octave : { -frame.octaves, 0, frame.octaves }) {
        const QString text = octave == 0 ? tr("baseline")
                                         : QStringLiteral("× ") + numberText(std::exp2(octave), 2);
        // Between two axes, where no marker stands.
        const QPointF place = (placed(frame, 0, std::exp2(octave))
                               + placed(frame, m_axes.size() - 1, std::exp2(octave)))
            / 2;
        QRectF box = metrics.tightBoundingRect(text);
        box.moveCenter(place);
        painter.fillRect(box.adjusted(-2, -1, 2, 1), theme.colors().surface);
        painter.drawText(QRectF(box.left() - 2, box.top() - metrics.height(), box.width() + 8,
                                box.height() + 2 * metrics.height()),
                         Qt::AlignCenter, text);
    }
}

void RadarPlot::paintSeries(QPainter& painter, const Frame& frame, const RadarSeries& series) const
{
    const Theme& theme = themeOf();
    const QColor color = theme.variantColor(series.variant);
    painter.setPen(QPen(color, 1.6));
    const std::size_t count = std::min(m_axes.size(), series.ratios.size());
    for (std::size_t axis = 0; axis < count; ++axis) {
        const std::size_t next = (axis + 1) % count;
        if (series.ratios[axis] && series.ratios[next])
            painter.drawLine(placed(frame, axis, *series.ratios[axis]),
                             placed(frame, next, *series.ratios[next]));
    }
    for (std::size_t axis = 0; axis < count; ++axis)
        if (series.ratios[axis])
            drawMarker(painter, theme.variantMarker(series.variant),
                       placed(frame, axis, *series.ratios[axis]), 7, color, true);
}

void RadarPlot::paintNames(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const QFontMetricsF metrics(painter.font());
    double y = space::xs + metrics.ascent();
    for (const RadarSeries& series : m_series) {
        drawMarker(painter, theme.variantMarker(series.variant),
                   QPointF(space::s, y - metrics.ascent() / 2 + 1), 7,
                   theme.variantColor(series.variant), true);
        painter.setPen(theme.colors().text);
        painter.drawText(QPointF(space::l + space::xs, y),
                         metrics.elidedText(series.name, Qt::ElideRight, 0.3 * width()));
        y += metrics.height() + space::xs;
    }
}

void RadarPlot::paintAll(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(themeOf().font(TextSize::Small));
    if (m_axes.size() < fewestAxes || m_series.empty()) {
        painter.setPen(themeOf().colors().muted);
        painter.setFont(themeOf().font(TextSize::Body));
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("A profile needs three measures of the baseline and a variant; "
                            "“Evaluate” and “Measure speed” take them."));
        return;
    }
    const Frame place = frame();
    paintGrid(painter, place);
    for (const RadarSeries& series : m_series)
        paintSeries(painter, place, series);
    paintNames(painter);
}

void RadarPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintAll(painter);
}

ExportSource RadarPlot::exportSource() const
{
    QString csv = QStringLiteral("run,axis,times the baseline\n");
    for (const RadarSeries& series : m_series)
        for (std::size_t axis = 0; axis < std::min(m_axes.size(), series.ratios.size()); ++axis)
            if (series.ratios[axis]) {
                QString name = series.name;
                csv += QStringLiteral("\"%1\",\"%2\",%3\n")
                           .arg(name.replace(QLatin1Char('"'), QLatin1String("\"\"")), m_axes[axis],
                                QLocale::c().toString(*series.ratios[axis], 'g', 8));
            }
    return { QStringLiteral("profile"), size(),
             [this](QPainter& painter) {
                 painter.fillRect(rect(), themeOf().colors().surface);
                 paintAll(painter);
             },
             csv };
}

void RadarPlot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    addExportActions(menu, this, [this] { return exportSource(); });
    menu.exec(event->globalPos());
}

} // namespace schmidt
