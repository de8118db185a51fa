// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/unit_plot.h"

#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace schmidt {

namespace {

    template <typename T> T at(const std::vector<T>& values, std::int32_t unit, T fallback)
    {
        const auto index = static_cast<std::size_t>(unit);
        return unit >= 0 && index < values.size() ? values[index] : fallback;
    }

    constexpr double grabDistance = 5; ///< pixels
    constexpr int widthStep = 32; ///< of the line by keyboard

    /// Thousands of dots per layer: small squares take a hundredth of the time of smoothed circles,
    /// and nobody sees a difference at this size.
    void paintDot(QPainter& painter, QPointF center, double radius, const QColor& color)
    {
        painter.fillRect(QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius),
                         color);
    }

    /// Mutual information of a unit with the others, from the share they predict.
    double informationOf(double redundancy)
    {
        return -0.5 * std::log(std::max(1e-9, 1 - redundancy));
    }

} // namespace

UnitPlot::UnitPlot(QWidget* parent)
    : PlotWidget(parent)
{
    xAxis().setTitle(tr("units, first to go on the left"));
    xAxis().setInteger(true);
    fitAxes();
    setExportName(QStringLiteral("units"));
    setAccessibleName(tr("MLP units in the order of removal"));
}

void UnitPlot::setLayer(const LayerAnalysis* layer, int removed)
{
    m_layer = layer ? *layer : LayerAnalysis {};
    m_removed = removed;
    const std::size_t count = m_layer.unitScore.size();
    m_order = m_layer.unitOrder;
    if (m_order.size() != count) {
        m_order.resize(count);
        std::iota(m_order.begin(), m_order.end(), 0);
        std::sort(m_order.begin(), m_order.end(), [this](std::int32_t a, std::int32_t b) {
            return at(m_layer.unitScore, a, 0.0f) < at(m_layer.unitScore, b, 0.0f);
        });
    }
    m_place = m_order.empty()
        ? -1
        : std::clamp(m_place < 0 ? 0 : m_place, 0, static_cast<int>(m_order.size()) - 1);
    m_places.assign(m_order.size(), -1);
    m_mostInformation = 0;
    for (std::size_t place = 0; place < m_order.size(); ++place) {
        const std::int32_t unit = m_order[place];
        if (unit >= 0 && static_cast<std::size_t>(unit) < m_places.size())
            m_places[static_cast<std::size_t>(unit)] = static_cast<std::int32_t>(place);
        m_mostInformation
            = std::max(m_mostInformation, informationOf(at(m_layer.unitRedundancy, unit, 0.0f)));
    }
    fitAxes();
    setMessage(m_order.empty() ? tr("The units of this layer have not been measured yet.")
                               : QString());
    dataChanged();
}

void UnitPlot::setView(View view)
{
    m_view = view;
    fitAxes();
    resetZoom();
    dataChanged();
}

void UnitPlot::fitAxes()
{
    const auto count = std::max<double>(1, static_cast<double>(m_order.size()));
    xAxis().setRange(0, count);
    if (m_view == View::Partners) {
        yAxis().setKind(AxisKind::Linear);
        yAxis().setInteger(true);
        yAxis().setTitle(tr("partner's place"));
        yAxis().setRange(0, count);
        setRightAxis({});
        return;
    }
    yAxis().setKind(AxisKind::Log);
    yAxis().setInteger(false);
    yAxis().setTitle(tr("energy, score"));
    Axis redundancy;
    redundancy.setRange(0, 1);
    redundancy.setTitle(tr("redundancy"));
    redundancy.setTickText([](double share) { return percentTick(share); });
    setRightAxis(redundancy);
    yAxis().setRange(1e-3, 1);
    std::vector<float> positive;
    for (const auto* values : { &m_layer.unitScore, &m_layer.unitEnergy })
        for (const float value : *values)
            if (value > 0 && std::isfinite(value))
                positive.push_back(value);
    if (!positive.empty()) {
        std::sort(positive.begin(), positive.end());
        // A handful of dead units must not stretch the axis over many decades.
        const double low
            = std::max<double>(positive[positive.size() / 100], positive.back() * 1e-9);
        yAxis().setRange(low / 1.5, positive.back() * 1.5);
    }
}

void UnitPlot::setRemoved(int removed)
{
    m_removed = removed;
    update();
}

int UnitPlot::currentUnit() const
{
    return m_place >= 0 && m_place < static_cast<int>(m_order.size())
        ? m_order[static_cast<std::size_t>(m_place)]
        : -1;
}

UnitFacts UnitPlot::facts() const
{
    UnitFacts facts;
    facts.unit = currentUnit();
    facts.count = static_cast<int>(m_order.size());
    if (facts.unit < 0)
        return facts;
    facts.place = m_place;
    facts.energy = at(m_layer.unitEnergy, facts.unit, 0.0f);
    facts.score = at(m_layer.unitScore, facts.unit, 0.0f);
    facts.redundancy = at(m_layer.unitRedundancy, facts.unit, 0.0f);
    facts.information = informationOf(facts.redundancy);
    facts.partner = at(m_layer.unitPartner, facts.unit, -1);
    facts.partnerPlace = at(m_places, facts.partner, -1);
    return facts;
}

QString UnitPlot::reason() const
{
    const UnitFacts chosen = facts();
    if (chosen.unit < 0)
        return {};
    const QString place = tr("Unit %1 goes as number %2 of %3")
                              .arg(chosen.unit)
                              .arg(chosen.place + 1)
                              .arg(chosen.count);
    const QString known = percentText(chosen.redundancy, 2);
    const QString lost
        = chosen.energy > 0 ? percentText(chosen.score / chosen.energy, 2) : tr("n/a");
    if (chosen.partner < 0)
        return tr("%1: the other units predict %2 of its activity, so removing it loses %3 of its "
                  "energy after the refit.")
            .arg(place, known, lost);
    return tr("%1: the other units predict %2 of its activity, unit %4 most of all, so removing it "
              "loses %3 of its energy after the refit.")
        .arg(place, known, lost)
        .arg(chosen.partner);
}

void UnitPlot::paintData(QPainter& painter) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (m_view == View::Removal)
        paintRemoval(painter);
    else
        paintPartners(painter);
    painter.restore();
}

void UnitPlot::paintPartners(QPainter& painter) const
{
    const QVector<QRgb>& map = colorMap(ColorMap::Cividis);
    for (int place = 0; place < static_cast<int>(m_order.size()); ++place) {
        const std::int32_t unit = m_order[static_cast<std::size_t>(place)];
        if (at(m_layer.unitPartner, unit, -1) < 0 || m_mostInformation <= 0)
            continue;
        const double share
            = informationOf(at(m_layer.unitRedundancy, unit, 0.0f)) / m_mostInformation;
        paintDot(painter, placeOf(place), 1.5,
                 QColor(map[static_cast<int>(255 * std::clamp(share, 0.0, 1.0))]));
    }
}

void UnitPlot::paintRemoval(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const QRectF area = plotArea();
    QColor faint = theme.colors().neutral;
    faint.setAlphaF(0.45f);
    const std::size_t step = std::max<std::size_t>(
        1, m_order.size() / static_cast<std::size_t>(std::max(200.0, 4 * area.width())));
    const double radius = m_order.size() > 2000 ? 0.5 : 1;
    const auto dots = [&](auto value, const QColor& color) {
        for (std::size_t place = 0; place < m_order.size(); place += step)
            paintDot(painter, value(place, m_order[place]), radius, color);
    };
    dots(
        [&](std::size_t place, std::int32_t unit) {
            return QPointF(toPixel(static_cast<double>(place), 1).x(),
                           area.bottom() - at(m_layer.unitRedundancy, unit, 0.0f) * area.height());
        },
        faint);
    const auto onAxis = [&](const std::vector<float>& values) {
        return [&](std::size_t place, std::int32_t unit) {
            return toPixel(static_cast<double>(place) + 0.5,
                           std::max(1e-30f, at(values, unit, 0.0f)));
        };
    };
    dots(onAxis(m_layer.unitEnergy), theme.variantColor(1));
    dots(onAxis(m_layer.unitScore), theme.variantColor(0));
}

void UnitPlot::paintFurniture(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const QRectF area = plotArea();
    const QFontMetricsF metrics(painter.font());
    if (m_order.empty() || area.height() < 7 * metrics.height())
        return;
    double x = area.right() - space::xs;
    const auto entry = [&](const QString& text, const QColor& color) {
        x -= metrics.horizontalAdvance(text);
        const QRectF ground(x - 12, area.bottom() - metrics.height() - 4,
                            metrics.horizontalAdvance(text) + 14, metrics.height() + 2);
        painter.fillRect(ground, theme.colors().surface);
        painter.setPen(theme.colors().muted);
        painter.drawText(QPointF(x, area.bottom() - space::xs - metrics.descent()), text);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QPointF(x - 6, area.bottom() - space::s - 2), 3, 3);
        x -= 18;
    };
    if (m_view == View::Partners) {
        const QVector<QRgb>& map = colorMap(ColorMap::Cividis);
        entry(tr("%1 nat").arg(numberText(m_mostInformation, 2)), QColor(map[255]));
        entry(tr("mutual information: 0"), QColor(map[0]));
        return;
    }
    entry(tr("redundancy"), theme.colors().neutral);
    entry(tr("energy"), theme.variantColor(1));
    entry(tr("score"), theme.variantColor(0));
}

void UnitPlot::paintOverlay(QPainter& painter) const
{
    const ThemeColors& colors = themeOf().colors();
    const QRectF area = plotArea();
    const double x = cutX();
    if (!m_order.empty()) {
        painter.setPen(QPen(colors.accent, 1.5));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        painter.setBrush(colors.surface);
        painter.drawEllipse(QPointF(x, area.center().y()), 4, 4);
    }
    if (m_removed > 0) {
        if (m_view == View::Partners) {
            // Both the unit and the one that could stand in for it go.
            QColor both = colors.worse;
            both.setAlphaF(0.16f);
            const double y = std::clamp(toPixel(0, m_removed).y(), area.top(), area.bottom());
            painter.fillRect(QRectF(area.left(), y, x - area.left(), area.bottom() - y), both);
        }
        QColor shade = colors.accent;
        shade.setAlphaF(0.10f);
        painter.fillRect(QRectF(area.left(), area.top(), x - area.left(), area.height()), shade);
    }
    paintHighlighted(painter);
    if (m_removed > 0) {
        const QFontMetricsF metrics(painter.font());
        const QString text = tr("the draft removes %n units", nullptr, m_removed);
        painter.fillRect(QRectF(area.left() + 2, area.top(),
                                metrics.horizontalAdvance(text) + space::s, metrics.height() + 2),
                         colors.surface);
        painter.setPen(colors.text);
        painter.drawText(QPointF(area.left() + space::xs, area.top() + metrics.ascent()), text);
    }
    const int unit = currentUnit();
    if (unit < 0)
        return;
    const QPointF place = placeOf(m_place);
    painter.setPen(QPen(colors.accent, 2));
    painter.setBrush(colors.surface);
    painter.drawEllipse(QPointF(place.x(), std::clamp(place.y(), area.top(), area.bottom())), 4, 4);
}

void UnitPlot::paintHighlighted(QPainter& painter) const
{
    const QRectF area = plotArea();
    for (const std::int32_t unit : m_highlighted) {
        const std::int32_t order = at(m_places, unit, -1);
        if (order < 0)
            continue;
        const QPointF place = placeOf(order);
        const QPointF inside(place.x(), std::clamp(place.y(), area.top(), area.bottom()));
        drawMarker(painter, Marker::Diamond, inside, 8, themeOf().colors().accent);
    }
}

void UnitPlot::setHighlighted(const std::vector<std::int32_t>& units)
{
    m_highlighted = units;
    update();
}

void UnitPlot::chooseUnit(int unit)
{
    if (const std::int32_t place = at(m_places, unit, -1); place >= 0)
        choose(place);
}

QPointF UnitPlot::placeOf(int place) const
{
    const std::int32_t unit = m_order[static_cast<std::size_t>(place)];
    if (m_view == View::Removal)
        return toPixel(place + 0.5, std::max(1e-30f, at(m_layer.unitScore, unit, 0.f)));
    const std::int32_t partner = at(m_layer.unitPartner, unit, -1);
    return toPixel(place + 0.5, std::max(0, at(m_places, partner, 0)) + 0.5);
}

double UnitPlot::cutX() const
{
    const QRectF area = plotArea();
    return std::clamp(toPixel(m_removed, 1).x(), area.left(), area.right());
}

void UnitPlot::moveCut(int removed)
{
    removed = std::clamp(removed, 0, std::max(0, static_cast<int>(m_order.size()) - 1));
    if (removed == m_removed)
        return;
    m_removed = removed;
    update();
    Q_EMIT cutMoved(removed);
}

QString UnitPlot::valuesAt(QPointF pixel) const
{
    const int place = static_cast<int>(std::floor(fromPixel(pixel).x()));
    if (place < 0 || place >= static_cast<int>(m_order.size()))
        return {};
    const std::int32_t unit = m_order[static_cast<std::size_t>(place)];
    return tr("unit %1, number %2 to go\nenergy %3\nscore %4\nredundancy %5")
        .arg(unit)
        .arg(place + 1)
        .arg(numberText(at(m_layer.unitEnergy, unit, 0.0f)),
             numberText(at(m_layer.unitScore, unit, 0.0f)),
             percentText(at(m_layer.unitRedundancy, unit, 0.0f)));
}

void UnitPlot::choose(int place)
{
    if (m_order.empty())
        return;
    place = std::clamp(place, 0, static_cast<int>(m_order.size()) - 1);
    if (place == m_place)
        return;
    m_place = place;
    setAccessibleDescription(reason());
    update();
    Q_EMIT unitChanged();
}

void UnitPlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !m_order.empty()
        && std::abs(event->position().x() - cutX()) <= grabDistance) {
        m_dragging = true;
        return;
    }
    if (event->button() == Qt::LeftButton && plotArea().contains(event->position()))
        choose(static_cast<int>(std::floor(fromPixel(event->position()).x())));
    PlotWidget::mousePressEvent(event);
}

void UnitPlot::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging)
        return moveCut(static_cast<int>(std::lround(fromPixel(event->position()).x())));
    const bool near = !m_order.empty() && std::abs(event->position().x() - cutX()) <= grabDistance;
    setCursor(near ? Qt::SplitHCursor : Qt::ArrowCursor);
    PlotWidget::mouseMoveEvent(event);
}

void UnitPlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_dragging)
        return PlotWidget::mouseReleaseEvent(event);
    m_dragging = false;
    Q_EMIT cutFinished();
}

void UnitPlot::keyPressEvent(QKeyEvent* event)
{
    const bool sideways = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    if (sideways && event->modifiers().testFlag(Qt::AltModifier)) {
        moveCut(m_removed + (event->key() == Qt::Key_Right ? widthStep : -widthStep));
        Q_EMIT cutFinished();
        return;
    }
    const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? 32 : 1;
    if (event->key() == Qt::Key_Left)
        choose(m_place - step);
    else if (event->key() == Qt::Key_Right)
        choose(m_place + step);
    else if (event->key() == Qt::Key_Home)
        choose(0);
    else if (event->key() == Qt::Key_End)
        choose(static_cast<int>(m_order.size()) - 1);
    else
        PlotWidget::keyPressEvent(event);
}

QString UnitPlot::csv() const
{
    QString text = QStringLiteral("place,unit,energy,score,redundancy,partner\n");
    const QLocale plain = QLocale::c();
    const auto number
        = [&plain](float value) { return plain.toString(static_cast<double>(value), 'g', 8); };
    for (std::size_t place = 0; place < m_order.size(); ++place) {
        const std::int32_t unit = m_order[place];
        text += QStringLiteral("%1,%2,%3,%4,%5,%6\n")
                    .arg(place + 1)
                    .arg(unit)
                    .arg(number(at(m_layer.unitEnergy, unit, 0.0f)),
                         number(at(m_layer.unitScore, unit, 0.0f)),
                         number(at(m_layer.unitRedundancy, unit, 0.0f)))
                    .arg(at(m_layer.unitPartner, unit, -1));
    }
    return text;
}

} // namespace schmidt
