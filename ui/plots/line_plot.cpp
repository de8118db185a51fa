// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/line_plot.h"

#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    /// Of the shape that goes with a colour: on points, once on a line without marked points, and
    /// before the name.
    constexpr double markerSize = 7;

    /// Whether the line is that of a variant and says so.
    bool named(const LineSeries& series)
    {
        return series.color >= 0 && !series.name.isEmpty();
    }

} // namespace

LinePlot::LinePlot(QWidget* parent)
    : PlotWidget(parent)
{
    setExportName(QStringLiteral("lines"));
}

QColor LinePlot::colorOf(const LineSeries& series) const
{
    return series.color < 0 ? themeOf().baselineColor() : themeOf().variantColor(series.color);
}

void LinePlot::setSeries(std::vector<LineSeries> series)
{
    m_series = std::move(series);
    fitRanges();
    dataChanged();
}

void LinePlot::fitRanges()
{
    double xLow = INFINITY, xHigh = -INFINITY, yLow = INFINITY, yHigh = -INFINITY;
    const bool log = yAxis().kind() == AxisKind::Log;
    for (const LineSeries& series : m_series)
        for (const LinePoint& point : series.points) {
            xLow = std::min(xLow, point.x);
            xHigh = std::max(xHigh, point.x);
            if (!std::isfinite(point.y) || (log && point.y <= 0))
                continue;
            yLow = std::min(yLow, log ? point.y : point.y - point.error);
            yHigh = std::max(yHigh, point.y + point.error);
        }
    if (xLow > xHigh)
        xLow = 0, xHigh = 1;
    if (yLow > yHigh)
        yLow = log ? 0.01 : 0, yHigh = 1;
    xAxis().setRange(xLow, xHigh);
    if (log)
        yAxis().setRange(yLow / 1.5, yHigh * 1.5);
    else
        yAxis().setRange(m_floor.value_or(yLow - 0.08 * (yHigh - yLow)),
                         yHigh + 0.08 * (yHigh - yLow));
}

void LinePlot::setMarkLine(std::optional<double> x, const QString& text)
{
    m_mark = x;
    m_markText = text;
    update();
}

double LinePlot::extraRight() const
{
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    double width = 0;
    for (const LineSeries& series : m_series)
        if (!series.points.empty())
            width = std::max(width,
                             metrics.horizontalAdvance(series.name)
                                 + (named(series) ? markerSize + space::xs : 0));
    return width > 0 ? width : 0;
}

void LinePlot::paintData(QPainter& painter) const
{
    for (const LineSeries& series : m_series) {
        const QColor color = colorOf(series);
        QPolygonF line;
        for (const LinePoint& point : series.points)
            if (std::isfinite(point.y) && (yAxis().kind() == AxisKind::Linear || point.y > 0))
                line << toPixel(point.x, point.y);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, series.color < 0 ? 2.4 : 1.8,
                            series.predicted ? Qt::DashLine : Qt::SolidLine));
        if (series.line)
            painter.drawPolyline(line);
        painter.setPen(QPen(color, 1.2));
        for (const LinePoint& point : series.points)
            if (point.error > 0)
                painter.drawLine(toPixel(point.x, std::max(point.y - point.error, 1e-12)),
                                 toPixel(point.x, point.y + point.error));
    }
}

void LinePlot::paintFurniture(QPainter& painter) const
{
    const QFontMetricsF metrics(painter.font());
    const QRectF area = plotArea();
    std::vector<std::pair<double, const LineSeries*>> labels;
    for (const LineSeries& series : m_series) {
        const LinePoint* last = nullptr;
        for (const LinePoint& point : series.points) {
            if (!std::isfinite(point.y) || (yAxis().kind() == AxisKind::Log && point.y <= 0))
                continue;
            const QPointF place = toPixel(point.x, point.y);
            if (series.markers && area.adjusted(-1, -1, 1, 1).contains(place))
                drawMarker(painter, themeOf().variantMarker(series.color), place, markerSize,
                           colorOf(series), !series.predicted);
            if (!last || point.x > last->x)
                last = &point;
        }
        if (!series.markers && named(series) && !series.points.empty()) {
            const LinePoint& middle = series.points[series.points.size() / 2];
            if (const QPointF place = toPixel(middle.x, middle.y); area.contains(place))
                drawMarker(painter, themeOf().variantMarker(series.color), place, markerSize,
                           colorOf(series), !series.predicted);
        }
        if (last && !series.name.isEmpty())
            labels.emplace_back(
                std::clamp(toPixel(last->x, last->y).y(), area.top() + 4, area.bottom() - 2),
                &series);
    }
    std::sort(labels.begin(), labels.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    double before = -INFINITY;
    for (auto& [y, series] : labels) {
        y = std::max(y, before + metrics.height());
        before = y;
        double left = area.right() + space::s;
        if (named(*series)) {
            drawMarker(painter, themeOf().variantMarker(series->color),
                       QPointF(left + markerSize / 2, y - 1), markerSize, colorOf(*series),
                       !series->predicted);
            left += markerSize + space::xs;
        }
        painter.setPen(colorOf(*series));
        painter.drawText(QPointF(left, y + metrics.ascent() / 2 - 1), series->name);
    }
}

void LinePlot::paintOverlay(QPainter& painter) const
{
    if (!m_mark)
        return;
    const QRectF area = plotArea();
    const double x = toPixel(*m_mark, 1).x();
    if (x < area.left() - 1 || x > area.right() + 1)
        return;
    const ThemeColors& colors = themeOf().colors();
    painter.setPen(QPen(colors.accent, 1.5));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    if (m_markText.isEmpty())
        return;
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(m_markText);
    painter.setPen(colors.text);
    painter.drawText(
        QPointF(x + space::xs + width > area.right() ? x - space::xs - width : x + space::xs,
                area.top() + metrics.ascent()),
        m_markText);
}

QString LinePlot::valuesAt(QPointF pixel) const
{
    QString text;
    for (const LineSeries& series : m_series) {
        const LinePoint* nearest = nullptr;
        for (const LinePoint& point : series.points)
            if (!nearest
                || std::abs(toPixel(point.x, 1).x() - pixel.x())
                    < std::abs(toPixel(nearest->x, 1).x() - pixel.x()))
                nearest = &point;
        if (!nearest)
            continue;
        if (text.isEmpty())
            text = xAxis().title() + QLatin1Char(' ') + xAxis().text(nearest->x);
        text += QLatin1Char('\n') + series.name + QLatin1Char(' ') + numberText(nearest->y);
        if (nearest->error > 0)
            text += QStringLiteral(" ± ") + numberText(nearest->error, 2);
        if (series.predicted)
            text += QLatin1Char(' ') + tr("predicted");
    }
    return text;
}

void LinePlot::mousePressEvent(QMouseEvent* event)
{
    if (m_selectable && event->button() == Qt::LeftButton && plotArea().contains(event->position()))
        Q_EMIT selected(static_cast<int>(std::lround(fromPixel(event->position()).x())));
    PlotWidget::mousePressEvent(event);
}

void LinePlot::keyPressEvent(QKeyEvent* event)
{
    if (m_selectable && m_mark && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        const int next = static_cast<int>(*m_mark) + (event->key() == Qt::Key_Left ? -1 : 1);
        if (next >= 0)
            Q_EMIT selected(next);
        return;
    }
    PlotWidget::keyPressEvent(event);
}

QString LinePlot::csv() const
{
    QString text = QStringLiteral("series,kind,x,y,error\n");
    const QLocale plain = QLocale::c();
    for (const LineSeries& series : m_series)
        for (const LinePoint& point : series.points)
            text += series.name + QLatin1Char(',')
                + (series.predicted ? QLatin1String("predicted") : QLatin1String("measured"))
                + QLatin1Char(',') + plain.toString(point.x, 'g', 8) + QLatin1Char(',')
                + plain.toString(point.y, 'g', 8) + QLatin1Char(',')
                + plain.toString(point.error, 'g', 8) + QLatin1Char('\n');
    return text;
}

} // namespace schmidt
