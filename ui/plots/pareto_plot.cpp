// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/pareto_plot.h"

#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLineF>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr std::size_t trailLength = 10;
    constexpr double markerSize = 9;
    constexpr double grabRadius = 12, clickRadius = 4; ///< pixels
    constexpr double lowestKl = 1e-4; ///< a KL of 0 sits on the lower edge

} // namespace

ParetoPlot::ParetoPlot(QWidget* parent)
    : PlotWidget(parent)
{
    xAxis().setTitle(tr("file size (MB)"));
    yAxis().setTitle(tr("KL to the original (nat)"));
    yAxis().setKind(AxisKind::Log);
    setExportName(QStringLiteral("size-quality"));
    setAccessibleName(tr("Size against quality"));
}

void ParetoPlot::setFront(std::vector<ParetoFrontPoint> front)
{
    m_front = std::move(front);
    m_current = -1;
    fitRanges();
}

void ParetoPlot::setRuns(std::vector<ParetoRun> runs)
{
    m_runs = std::move(runs);
    fitRanges();
}

void ParetoPlot::setBaseline(std::optional<double> bytes)
{
    m_baseline = bytes;
    fitRanges();
}

void ParetoPlot::setGoals(std::optional<double> maxBytes, std::optional<double> maxKl)
{
    m_goalBytes = maxBytes;
    m_goalKl = maxKl;
    fitRanges();
}

void ParetoPlot::setDraft(std::optional<ParetoFrontPoint> draft)
{
    if (m_draft) {
        m_trail.emplace_back(m_draft->bytes, m_draft->kl);
        if (m_trail.size() > trailLength)
            m_trail.erase(m_trail.begin());
    }
    m_draft = draft;
    // The range follows the front; only a draft far outside it may stretch it.
    if (draft && !m_front.empty()
        && (draft->bytes / 1e6 > xAxis().high() || draft->bytes / 1e6 < xAxis().low())
        && !xAxis().zoomed())
        fitRanges();
    update();
}

void ParetoPlot::fitRanges()
{
    double bytesLow = INFINITY, bytesHigh = 0, klLow = INFINITY, klHigh = 0;
    const auto take = [&](double bytes, double kl) {
        bytesLow = std::min(bytesLow, bytes);
        bytesHigh = std::max(bytesHigh, bytes);
        if (kl > lowestKl) {
            klLow = std::min(klLow, kl);
            klHigh = std::max(klHigh, kl);
        }
    };
    for (const ParetoFrontPoint& point : m_front)
        take(point.bytes, point.kl);
    for (const ParetoRun& run : m_runs)
        take(run.bytes, run.kl);
    if (m_draft)
        take(m_draft->bytes, m_draft->kl);
    if (m_baseline)
        take(*m_baseline, 0);
    if (m_goalBytes && *m_goalBytes > 0)
        take(*m_goalBytes, 0);
    if (m_goalKl)
        take(bytesHigh > 0 ? bytesHigh : 1e6, *m_goalKl);
    if (bytesHigh <= 0)
        bytesLow = 0, bytesHigh = 1e6;
    if (klHigh <= 0)
        klLow = 0.01, klHigh = 1;
    const double margin = (bytesHigh - bytesLow) * 0.06;
    xAxis().setRange(std::max(0.0, bytesLow - margin) / 1e6, (bytesHigh + margin) / 1e6);
    yAxis().setRange(std::max(lowestKl, klLow / 2), klHigh * 1.8);
    dataChanged();
}

QPointF ParetoPlot::placed(double bytes, double kl) const
{
    const QPointF point = toPixel(bytes / 1e6, std::max(kl, lowestKl));
    return { point.x(), std::min(point.y(), plotArea().bottom()) };
}

void ParetoPlot::paintRun(QPainter& painter, const ParetoRun& run) const
{
    const Theme& theme = themeOf();
    const QColor color = theme.variantColor(run.variant);
    const QPointF center = placed(run.bytes, run.kl);
    if (run.klError > 0) {
        painter.setPen(QPen(color, 1.5));
        const QPointF low = placed(run.bytes, run.kl - run.klError);
        const QPointF high = placed(run.bytes, run.kl + run.klError);
        painter.drawLine(low, high);
        for (const QPointF& end : { low, high })
            painter.drawLine(end - QPointF(3, 0), end + QPointF(3, 0));
    }
    drawMarker(painter, theme.variantMarker(run.variant), center, markerSize, color,
               !run.predicted);
}

namespace {

    /// Where a name of this size stands beside a point: at the first place of those tried that is
    /// inside the area and covers nothing, else where it covers least. `up` and `left` are tried
    /// before their opposites, near places before far ones.
    QRectF roomBeside(QPointF center, const QSizeF& size, const QRectF& area,
                      const std::vector<QRectF>& taken, bool up, bool left)
    {
        constexpr int farthest = 12; ///< lines away
        QRectF best;
        double least = INFINITY;
        for (int lines = 0; lines < farthest && least > 0; ++lines)
            for (const bool above : { up, !up })
                for (const bool before : { left, !left }) {
                    const double down = size.height() * (0.5 + lines) + (lines == 0 ? -2 : 0);
                    const QRectF box(
                        QPointF(center.x() + (before ? -space::s - size.width() : space::s),
                                center.y() - size.height() / 2 + (above ? -down : down)),
                        size);
                    double covered = area.contains(box) ? 0 : size.width() * size.height();
                    for (const QRectF& other : taken) {
                        const QRectF both = box.intersected(other);
                        covered += both.width() * both.height();
                    }
                    if (covered < least) {
                        least = covered;
                        best = box;
                    }
                }
        return best;
    }

} // namespace

/// Names beside their markers: above right where there is room, else the nearest place where a name
/// covers neither another name nor a marker. A name that had to move far gets a thin line.
void ParetoPlot::paintRunNames(QPainter& painter) const
{
    const ThemeColors& colors = themeOf().colors();
    const QFontMetricsF metrics(painter.font());
    const QRectF area = plotArea();
    m_taken.clear();
    for (const ParetoRun& run : m_runs) {
        const QPointF center = placed(run.bytes, run.kl);
        m_taken.emplace_back(center - QPointF(markerSize, markerSize) / 2,
                             QSizeF(markerSize, markerSize));
    }
    for (const ParetoRun& run : m_runs) {
        const QPointF center = placed(run.bytes, run.kl);
        const QString name = metrics.elidedText(run.name, Qt::ElideRight, area.width() / 2);
        const QSizeF size(metrics.horizontalAdvance(name), metrics.height());
        const QRectF box = roomBeside(center, size, area, m_taken, true, false);
        m_taken.push_back(box);
        if (std::abs(box.center().y() - center.y()) > 1.5 * size.height()) {
            painter.setPen(QPen(colors.line, 1));
            painter.drawLine(
                center, QPointF(std::clamp(center.x(), box.left(), box.right()), box.center().y()));
        }
        paintLabel(painter, QPointF(box.left(), box.top() + metrics.ascent()), name, colors.text);
    }
}

void ParetoPlot::paintData(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const ThemeColors& colors = theme.colors();
    if (m_front.size() > 1) {
        QPolygonF band, line;
        for (const ParetoFrontPoint& point : m_front) {
            band << placed(point.bytes, point.klHigh);
            line << placed(point.bytes, point.kl);
        }
        for (auto point = m_front.rbegin(); point != m_front.rend(); ++point)
            band << placed(point->bytes, point->klLow);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.accentTint);
        painter.drawPolygon(band);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colors.accent, 1.6, Qt::DashLine));
        painter.drawPolyline(line);
        for (const QPointF& point : line)
            drawMarker(painter, Marker::Circle, point, 3.5, colors.accent, false);
    }
    const QRectF area = plotArea();
    if (m_baseline) {
        const double x = placed(*m_baseline, 1).x();
        painter.setPen(QPen(theme.baselineColor(), 2));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    painter.setPen(QPen(colors.worse, 1.2, Qt::DotLine));
    if (m_goalBytes) {
        const double x = placed(*m_goalBytes, 1).x();
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    if (m_goalKl) {
        const double y = placed(0, *m_goalKl).y();
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
    for (const ParetoRun& run : m_runs)
        paintRun(painter, run);
    paintRunNames(painter);
}

void ParetoPlot::paintFurniture(QPainter& painter) const
{
    const Theme& theme = themeOf();
    const QRectF area = plotArea();
    const QFontMetricsF metrics(painter.font());
    const auto beside = [&](double x, double y, const QString& text, const QColor& color) {
        const double width = metrics.horizontalAdvance(text);
        const bool left = x + space::xs + width > area.right();
        paintLabel(painter, QPointF(left ? x - space::xs - width : x + space::xs, y), text, color);
    };
    if (m_baseline)
        beside(placed(*m_baseline, 1).x(), area.top() + 2 * metrics.height(), tr("baseline"),
               theme.colors().muted);
    if (m_goalBytes)
        beside(placed(*m_goalBytes, 1).x(), area.top() + metrics.ascent(),
               tr("goal: ≤ %1").arg(bytesText(*m_goalBytes)), theme.colors().worse);
    if (m_goalKl) {
        // At the right, where neither the front nor small variants are.
        const QString text = tr("goal: KL ≤ %1").arg(numberText(*m_goalKl));
        paintLabel(painter,
                   QPointF(area.right() - metrics.horizontalAdvance(text) - space::xs,
                           placed(0, *m_goalKl).y() - 4),
                   text, theme.colors().worse);
    }
}

void ParetoPlot::paintOverlay(QPainter& painter) const
{
    const ThemeColors& colors = themeOf().colors();
    const QRectF area = plotArea();
    painter.save();
    painter.setClipRect(area.adjusted(-10, -10, 10, 10));
    double strength = 0;
    for (const QPointF& former : m_trail) {
        strength += 0.5 / static_cast<double>(trailLength);
        drawMarker(painter, Marker::Circle, placed(former.x(), former.y()), 3,
                   blended(colors.surface, colors.accent, strength), true);
    }
    if (m_current >= 0 && m_current < static_cast<int>(m_front.size())) {
        const ParetoFrontPoint& point = m_front[static_cast<std::size_t>(m_current)];
        drawMarker(painter, Marker::Circle, placed(point.bytes, point.kl), 9, colors.accent, true);
    }
    if (m_draft) {
        const QPointF center = placed(m_draft->bytes, m_draft->kl);
        painter.setPen(QPen(colors.accent, 1.5));
        if (m_draft->klHigh > m_draft->klLow)
            painter.drawLine(placed(m_draft->bytes, m_draft->klLow),
                             placed(m_draft->bytes, m_draft->klHigh));
        drawMarker(painter, Marker::Diamond, center, 12, colors.surface, true);
        drawMarker(painter, Marker::Diamond, center, 12, colors.accent, false);
        const QFontMetricsF metrics(painter.font());
        const QString text = tr("draft");
        // Below the front is nothing but names of runs.
        const QRectF box = roomBeside(center, { metrics.horizontalAdvance(text), metrics.height() },
                                      area, m_taken, false, true);
        paintLabel(painter, QPointF(box.left(), box.top() + metrics.ascent()), text, colors.text);
    }
    painter.restore();
}

int ParetoPlot::frontPointAt(QPointF pixel) const
{
    int best = -1;
    double nearest = grabRadius;
    for (std::size_t index = 0; index < m_front.size(); ++index)
        if (const double distance
            = QLineF(pixel, placed(m_front[index].bytes, m_front[index].kl)).length();
            distance < nearest) {
            nearest = distance;
            best = static_cast<int>(index);
        }
    return best;
}

QString ParetoPlot::valuesAt(QPointF pixel) const
{
    for (const ParetoRun& run : m_runs)
        if (QLineF(pixel, placed(run.bytes, run.kl)).length() < 10)
            return run.predicted ? tr("%1\n%2, KL %3 predicted")
                                       .arg(run.name, bytesText(run.bytes), numberText(run.kl))
                                 : tr("%1\n%2, KL %3 ± %4 measured")
                                       .arg(run.name, bytesText(run.bytes), numberText(run.kl),
                                            numberText(run.klError, 2));
    const int index = frontPointAt(pixel);
    if (index < 0)
        return {};
    const ParetoFrontPoint& point = m_front[static_cast<std::size_t>(index)];
    return tr("%1, KL %2 predicted\nband %3 to %4\nclick or drag loads this recipe")
        .arg(bytesText(point.bytes), numberText(point.kl), numberText(point.klLow),
             numberText(point.klHigh));
}

bool ParetoPlot::onDraft(QPointF pixel) const
{
    return m_draft && QLineF(pixel, placed(m_draft->bytes, m_draft->kl)).length() < grabRadius;
}

/// The point of the front whose size is nearest to a place: a drag follows the front sideways.
int ParetoPlot::frontPointBeside(double x) const
{
    int best = -1;
    double nearest = 0;
    for (std::size_t index = 0; index < m_front.size(); ++index)
        if (const double distance = std::abs(placed(m_front[index].bytes, 1).x() - x);
            best < 0 || distance < nearest) {
            nearest = distance;
            best = static_cast<int>(index);
        }
    return best;
}

void ParetoPlot::mousePressEvent(QMouseEvent* event)
{
    m_pressed = event->position();
    m_dragged = -1;
    m_grabbed = event->button() == Qt::LeftButton && !m_front.empty()
        && (frontPointAt(event->position()) >= 0 || onDraft(event->position()));
    // What is grabbed is not panned.
    if (!m_grabbed)
        PlotWidget::mousePressEvent(event);
}

void ParetoPlot::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF place = event->position();
    if (m_grabbed && m_pressed && event->buttons().testFlag(Qt::LeftButton)) {
        if (m_dragged < 0 && QLineF(*m_pressed, place).length() < clickRadius)
            return;
        if (const int index = frontPointBeside(place.x()); index != m_dragged) {
            m_dragged = index;
            Q_EMIT frontPointDragged(index);
        }
        return;
    }
    setCursor(frontPointAt(place) >= 0 || (onDraft(place) && !m_front.empty())
                  ? Qt::PointingHandCursor
                  : Qt::ArrowCursor);
    PlotWidget::mouseMoveEvent(event);
}

void ParetoPlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_dragged >= 0)
        Q_EMIT frontDragFinished();
    else if (m_pressed && event->button() == Qt::LeftButton
             && QLineF(*m_pressed, event->position()).length() < clickRadius)
        if (const int index = frontPointAt(event->position()); index >= 0)
            Q_EMIT frontPointActivated(index);
    m_pressed.reset();
    m_dragged = -1;
    m_grabbed = false;
    PlotWidget::mouseReleaseEvent(event);
}

void ParetoPlot::keyPressEvent(QKeyEvent* event)
{
    const int count = static_cast<int>(m_front.size());
    if (count > 0 && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        // The front runs from large to small files, so the right key goes back along it.
        const int step = event->key() == Qt::Key_Left ? 1 : -1;
        m_current = std::clamp(m_current < 0 ? 0 : m_current + step, 0, count - 1);
        const ParetoFrontPoint& point = m_front[static_cast<std::size_t>(m_current)];
        setAccessibleDescription(
            tr("%1, KL %2 predicted").arg(bytesText(point.bytes), numberText(point.kl)));
        update();
    } else if (m_current >= 0
               && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        Q_EMIT frontPointActivated(m_current);
    } else {
        PlotWidget::keyPressEvent(event);
    }
}

QString ParetoPlot::csv() const
{
    QString text = QStringLiteral("kind,name,bytes,kl,low,high\n");
    const QLocale plain = QLocale::c();
    const auto number = [&plain](double value) { return plain.toString(value, 'g', 10); };
    for (const ParetoFrontPoint& point : m_front)
        text += QStringLiteral("predicted,,%1,%2,%3,%4\n")
                    .arg(number(point.bytes), number(point.kl), number(point.klLow),
                         number(point.klHigh));
    for (const ParetoRun& run : m_runs) {
        QString name = run.name;
        name.replace(QLatin1Char('"'), QLatin1String("\"\""));
        text += (run.predicted ? QStringLiteral("predicted") : QStringLiteral("measured"))
            + QStringLiteral(",\"%1\",%2,%3,%4,%5\n")
                  .arg(name, number(run.bytes), number(run.kl), number(run.kl - run.klError),
                       number(run.kl + run.klError));
    }
    if (m_draft)
        text += QStringLiteral("draft,,%1,%2,%3,%4\n")
                    .arg(number(m_draft->bytes), number(m_draft->kl), number(m_draft->klLow),
                         number(m_draft->klHigh));
    return text;
}

} // namespace schmidt
