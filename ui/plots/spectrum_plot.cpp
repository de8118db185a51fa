// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/spectrum_plot.h"

#include "analysis/analysis_result.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr double handleRadius = 5;
    constexpr double grabDistance = 8;
    /// Below this share of σ₁ a value is rounding noise of fp32 and only stretches the axis.
    constexpr double smallestShare = 1e-5;

} // namespace

SpectrumPlot::SpectrumPlot(QWidget* parent)
    : PlotWidget(parent)
{
    xAxis().setTitle(tr("rank"));
    xAxis().setInteger(true);
    yAxis().setKind(AxisKind::Log);
    yAxis().setTitle(tr("σ / σ₁"));
    Axis energy;
    energy.setTitle(tr("energy kept"));
    energy.setRange(0, 1);
    energy.setTickText([](double share) { return percentTick(share); });
    setRightAxis(energy);
    setExportName(QStringLiteral("spectrum"));
    setAccessibleName(tr("Singular values with cut line"));
}

double SpectrumPlot::scaled(const std::vector<float>& sigma, std::size_t index) const
{
    // The shuffled null model has the energy of the matrix itself and is measured by its σ₁; the
    // weighted values live in another metric and are measured by their own.
    const std::vector<float>& reference = &sigma == &m_curves.weighted ? sigma : m_curves.plain;
    const double first = reference.empty() ? 1 : std::max(1e-30f, reference.front());
    return sigma[index] / first;
}

void SpectrumPlot::setCurves(SpectrumCurves curves, int cut)
{
    m_curves = std::move(curves);
    m_energy = prefixEnergies(m_curves.weighted.empty() ? m_curves.plain : m_curves.weighted);
    double low = 1, high = 1;
    for (const auto* sigma : { &m_curves.plain, &m_curves.weighted, &m_curves.shuffled })
        for (std::size_t index = 0; index < sigma->size(); ++index) {
            const double share = scaled(*sigma, index);
            if (share > smallestShare)
                low = std::min(low, share);
            high = std::max(high, share);
        }
    yAxis().setRange(low / 1.15, high * 1.1);
    xAxis().setRange(0, std::max(1, fullRank()));
    m_cut = std::clamp(cut, 0, fullRank());
    dataChanged();
}

double SpectrumPlot::energy(int rank) const
{
    const auto index = static_cast<std::size_t>(std::max(0, rank));
    return index < m_energy.size() ? m_energy[index] : 1.0;
}

void SpectrumPlot::setCut(int rank)
{
    m_cut = std::clamp(rank, 0, fullRank());
    setAccessibleDescription(
        tr("Rank %1 of %2, energy %3").arg(m_cut).arg(fullRank()).arg(percentText(energy(m_cut))));
    update();
}

void SpectrumPlot::moveCut(int rank)
{
    rank = std::clamp(rank, 1, std::max(1, fullRank()));
    if (rank == m_cut)
        return;
    setCut(rank);
    Q_EMIT cutMoved(m_cut);
}

QPointF SpectrumPlot::handle() const
{
    if (m_curves.plain.empty())
        return toPixel(0, 1);
    const auto index = static_cast<std::size_t>(std::clamp(m_cut, 1, fullRank()) - 1);
    const QRectF area = plotArea();
    QPointF place = toPixel(m_cut, std::max(1e-12, scaled(m_curves.plain, index)));
    place.setY(std::clamp(place.y(), area.top(), area.bottom()));
    return place;
}

void SpectrumPlot::paintCurve(QPainter& painter, const std::vector<float>& sigma, double,
                              const QPen& pen) const
{
    if (sigma.empty())
        return;
    // One point per pixel column is all the eye can take; the first and last are always there.
    const double perPixel
        = std::max(1.0, (xAxis().high() - xAxis().low()) / std::max(1.0, 2 * plotArea().width()));
    QPainterPath path;
    bool begun = false;
    for (double at = 0; at < static_cast<double>(sigma.size()); at += perPixel) {
        const auto index = static_cast<std::size_t>(at);
        const double share = scaled(sigma, index);
        if (share <= 0)
            break;
        const QPointF point = toPixel(static_cast<double>(index + 1), share);
        begun ? path.lineTo(point) : path.moveTo(point);
        begun = true;
    }
    if (const double last = scaled(sigma, sigma.size() - 1); last > 0)
        path.lineTo(toPixel(static_cast<double>(sigma.size()), last));
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void SpectrumPlot::paintEnergy(QPainter& painter) const
{
    const QRectF area = plotArea();
    QPainterPath path;
    const double step = std::max(1.0, static_cast<double>(m_energy.size()) / 800);
    for (double at = 0; at < static_cast<double>(m_energy.size()); at += step) {
        const auto index = static_cast<std::size_t>(at);
        const QPointF point(toPixel(static_cast<double>(index), 1).x(),
                            area.bottom() - m_energy[index] * area.height());
        at == 0 ? path.moveTo(point) : path.lineTo(point);
    }
    QColor color = themeOf().colors().neutral;
    painter.setPen(QPen(color, 1.2, Qt::DotLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void SpectrumPlot::paintData(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const QRectF area = plotArea();
    const double first = m_curves.plain.empty() ? 1 : std::max(1e-30f, m_curves.plain.front());
    if (m_curves.bulkHigh) {
        const double top = toPixel(0, *m_curves.bulkHigh / first).y();
        const double low = std::max(m_curves.bulkLow.value_or(0) / first, 1e-12);
        const double bottom = std::min(area.bottom(), toPixel(0, low).y());
        painter.fillRect(QRectF(area.left(), top, area.width(), std::max(0.0, bottom - top)),
                         theme.colors().sunken);
        painter.setPen(QPen(theme.colors().neutral, 1));
        painter.drawLine(QPointF(area.left(), top), QPointF(area.right(), top));
    }
    paintEnergy(painter);
    paintCurve(painter, m_curves.shuffled, 1, QPen(theme.colors().muted, 1.2, Qt::DashLine));
    paintCurve(painter, m_curves.weighted, 1, QPen(theme.variantColor(1), 1.6));
    paintCurve(painter, m_curves.plain, 1, QPen(theme.variantColor(0), 2));
}

void SpectrumPlot::paintFurniture(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const QRectF area = plotArea();
    const QFontMetricsF metrics(painter.font());
    // A key in the bottom left corner, where descending curves leave room.
    double y = area.bottom() - space::xs;
    const auto entry = [&](const QString& text, const QPen& pen) {
        painter.setPen(pen);
        painter.drawLine(QPointF(area.left() + space::s, y - metrics.ascent() / 2 + 1),
                         QPointF(area.left() + space::s + 16, y - metrics.ascent() / 2 + 1));
        painter.setPen(theme.colors().muted);
        painter.drawText(QPointF(area.left() + space::s + 20, y), text);
        y -= metrics.height();
    };
    if (m_curves.bulkHigh) {
        QColor band = blended(theme.colors().sunken, theme.colors().neutral, 0.35);
        entry(tr("random-matrix bulk, fit KS %1").arg(numberText(m_curves.bulkDistance, 2)),
              QPen(band, 8, Qt::SolidLine, Qt::FlatCap));
    }
    entry(tr("energy"), QPen(theme.colors().neutral, 1.2, Qt::DotLine));
    if (!m_curves.shuffled.empty())
        entry(tr("shuffled"), QPen(theme.colors().muted, 1.2, Qt::DashLine));
    if (!m_curves.weighted.empty())
        entry(tr("activation-weighted"), QPen(theme.variantColor(1), 1.6));
    entry(tr("plain"), QPen(theme.variantColor(0), 2));
}

void SpectrumPlot::paintOverlay(QPainter& painter) const
{
    if (m_curves.plain.empty())
        return;
    const ThemeColors& colors = themeOf().colors();
    const QRectF area = plotArea();
    const double x = toPixel(m_cut, 1).x();
    if (x < area.left() || x > area.right() + 1)
        return;
    QColor shade = colors.accent;
    shade.setAlphaF(0.09f);
    painter.fillRect(QRectF(x, area.top(), area.right() - x, area.height()), shade);
    painter.setPen(QPen(colors.accent, 2));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setBrush(colors.surface);
    painter.drawEllipse(handle(), handleRadius, handleRadius);
    const QString text = tr("keep %1 of %2 · energy %3")
                             .arg(m_cut)
                             .arg(fullRank())
                             .arg(percentText(energy(m_cut)));
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(text);
    const double left = x + space::s + width < area.right() ? x + space::s : x - space::s - width;
    const QRectF box(std::max(area.left(), left) - 3, area.top() + 2, width + 6,
                     metrics.height() + 2);
    QColor ground = colors.surface;
    ground.setAlphaF(0.85f);
    painter.fillRect(box, ground);
    painter.setPen(colors.text);
    painter.drawText(box.adjusted(3, 1, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
}

QString SpectrumPlot::valuesAt(QPointF pixel) const
{
    const int rank = static_cast<int>(std::lround(fromPixel(pixel).x()));
    if (rank < 1 || rank > fullRank() || m_dragging)
        return {};
    const auto index = static_cast<std::size_t>(rank - 1);
    QString text = tr("rank %1\nσ %2").arg(rank).arg(numberText(m_curves.plain[index]));
    if (index < m_curves.weighted.size())
        text += tr("\nweighted %1").arg(numberText(m_curves.weighted[index]));
    if (index < m_curves.shuffled.size())
        text += tr("\nshuffled %1").arg(numberText(m_curves.shuffled[index]));
    return text + tr("\nenergy %1").arg(percentText(energy(rank)));
}

void SpectrumPlot::mousePressEvent(QMouseEvent* event)
{
    const bool near = std::abs(event->position().x() - toPixel(m_cut, 1).x()) <= grabDistance
        && event->position().y() <= plotArea().bottom() + grabDistance;
    if (event->button() == Qt::LeftButton && near && !m_curves.plain.empty()) {
        m_dragging = true;
        setCursor(Qt::SplitHCursor);
        return;
    }
    PlotWidget::mousePressEvent(event);
}

void SpectrumPlot::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging) {
        moveCut(static_cast<int>(std::lround(fromPixel(event->position()).x())));
        return;
    }
    const bool near = !m_curves.plain.empty()
        && std::abs(event->position().x() - toPixel(m_cut, 1).x()) <= grabDistance;
    setCursor(near ? Qt::SplitHCursor : Qt::ArrowCursor);
    PlotWidget::mouseMoveEvent(event);
}

void SpectrumPlot::mouseReleaseEvent(QMouseEvent* event)
{
    m_dragging = false;
    PlotWidget::mouseReleaseEvent(event);
}

void SpectrumPlot::keyPressEvent(QKeyEvent* event)
{
    const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? 32 : 1;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCut(m_cut - step);
    case Qt::Key_Right:
        return moveCut(m_cut + step);
    case Qt::Key_PageDown:
        return moveCut(m_cut - 32);
    case Qt::Key_PageUp:
        return moveCut(m_cut + 32);
    case Qt::Key_Home:
        return moveCut(1);
    case Qt::Key_End:
        return moveCut(fullRank());
    default:
        PlotWidget::keyPressEvent(event);
    }
}

QString SpectrumPlot::csv() const
{
    QString text = QStringLiteral("rank,sigma,weighted,shuffled,energy\n");
    const QLocale plain = QLocale::c();
    const auto at = [&plain](const std::vector<float>& values, std::size_t index) {
        return index < values.size() ? plain.toString(static_cast<double>(values[index]), 'g', 8)
                                     : QString();
    };
    for (std::size_t index = 0; index < m_curves.plain.size(); ++index)
        text += QString::number(index + 1) + ',' + at(m_curves.plain, index) + ','
            + at(m_curves.weighted, index) + ',' + at(m_curves.shuffled, index) + ','
            + at(m_energy, index + 1) + '\n';
    return text;
}

} // namespace schmidt
