// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/plot_widget.h"

#include "ui/plots/plot_export.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace schmidt {

QColor blended(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

PlotWidget::PlotWidget(QWidget* parent)
    : QWidget(parent)
    , m_exportName(QStringLiteral("plot"))
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&themeOf(), &Theme::changed, this, &PlotWidget::dataChanged);
}

void PlotWidget::setRightAxis(std::optional<Axis> axis)
{
    m_right = std::move(axis);
    dataChanged();
}

void PlotWidget::setMessage(const QString& text)
{
    if (m_message == text)
        return;
    m_message = text;
    dataChanged();
}

PlotWidget::AreaHold::AreaHold(const PlotWidget& plot)
    : m_plot(plot)
    , m_before(plot.m_heldArea)
{
    plot.m_heldArea = plot.plotArea();
}

PlotWidget::AreaHold::~AreaHold()
{
    m_plot.m_heldArea = m_before;
}

QRectF PlotWidget::plotArea() const
{
    return m_heldArea ? *m_heldArea : measuredArea();
}

QRectF PlotWidget::measuredArea() const
{
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    const auto widest = [&metrics](const Axis& axis) {
        double width = 0;
        for (const AxisTick& tick : axis.ticks())
            width = std::max(width, metrics.horizontalAdvance(tick.text));
        return width;
    };
    const double line = metrics.height();
    const double left = widest(m_y) + space::s + (m_y.title().isEmpty() ? 0 : line + space::xs) + 1;
    double right = space::m + extraRight();
    if (m_right)
        right = widest(*m_right) + space::s + (m_right->title().isEmpty() ? 0 : line + space::xs)
            + extraRight();
    const double bottom = line + space::xs + (m_x.title().isEmpty() ? 0 : line + 2);
    // Whole pixels keep frame and grid sharp at every scale.
    return QRectF(std::ceil(left), space::s, std::max(10.0, width() - std::ceil(left) - right),
                  std::max(10.0, height() - space::s - std::ceil(bottom)));
}

QPointF PlotWidget::toPixel(double x, double y) const
{
    const QRectF area = plotArea();
    return { area.left() + m_x.toUnit(x) * area.width(),
             area.bottom() - m_y.toUnit(y) * area.height() };
}

QPointF PlotWidget::fromPixel(QPointF pixel) const
{
    const QRectF area = plotArea();
    return { m_x.fromUnit((pixel.x() - area.left()) / area.width()),
             m_y.fromUnit((area.bottom() - pixel.y()) / area.height()) };
}

void PlotWidget::resetZoom()
{
    m_x.reset();
    m_y.reset();
    dataChanged();
}

void PlotWidget::paintLabel(QPainter& painter, QPointF baseline, const QString& text,
                            const QColor& color)
{
    constexpr double rim = 4;
    QPainterPath outline;
    outline.addText(baseline, painter.font(), text);
    painter.strokePath(
        outline, QPen(themeOf().colors().surface, rim, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setPen(color);
    painter.drawText(baseline, text);
}

void PlotWidget::dataChanged()
{
    m_cache = QPixmap();
    update();
}

void PlotWidget::paintTicks(QPainter& painter, const QRectF& area) const
{
    const ThemeColors& colors = themeOf().colors();
    const QFontMetricsF metrics(painter.font());
    const QPen grid(colors.grid, 1);
    for (const AxisTick& tick : m_x.ticks()) {
        const double x = area.left() + m_x.toUnit(tick.value) * area.width();
        if (showsGrid()) {
            painter.setPen(grid);
            painter.drawLine(QPointF(std::round(x) + 0.5, area.top()),
                             QPointF(std::round(x) + 0.5, area.bottom()));
        }
        painter.setPen(colors.muted);
        const double width = metrics.horizontalAdvance(tick.text);
        const double left = std::clamp(x - width / 2, 0.0, std::max(0.0, this->width() - width));
        painter.drawText(QPointF(left, area.bottom() + space::xs + metrics.ascent()), tick.text);
    }
    const auto side = [&](const Axis& axis, bool right) {
        for (const AxisTick& tick : axis.ticks()) {
            const double y = area.bottom() - axis.toUnit(tick.value) * area.height();
            if (showsGrid() && !right) {
                painter.setPen(grid);
                painter.drawLine(QPointF(area.left(), std::round(y) + 0.5),
                                 QPointF(area.right(), std::round(y) + 0.5));
            }
            painter.setPen(colors.muted);
            const double baseline = std::clamp(y + metrics.ascent() / 2 - 1, metrics.ascent(),
                                               area.bottom() + metrics.ascent() / 2);
            const double x = right
                ? area.right() + extraRight() + space::xs
                : area.left() - space::s + 2 - metrics.horizontalAdvance(tick.text);
            painter.drawText(QPointF(x, baseline), tick.text);
        }
    };
    side(m_y, false);
    if (m_right)
        side(*m_right, true);
}

void PlotWidget::paintAxes(QPainter& painter) const
{
    const ThemeColors& colors = themeOf().colors();
    const QRectF area = plotArea();
    painter.setFont(themeOf().font(TextSize::Small));
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (m_message.isEmpty())
        paintTicks(painter, area);
    painter.setPen(QPen(colors.line, 1));
    painter.drawLine(area.bottomLeft() + QPointF(0.5, 0.5), area.bottomRight() + QPointF(0, 0.5));
    painter.drawLine(area.topLeft() + QPointF(0.5, 0), area.bottomLeft() + QPointF(0.5, 0));
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(colors.muted);
    const QFontMetricsF metrics(painter.font());
    if (!m_x.title().isEmpty())
        painter.drawText(
            QRectF(area.left(), height() - metrics.height() - 1, area.width(), metrics.height()),
            Qt::AlignHCenter, m_x.title());
    const auto upright = [&](const QString& title, double x) {
        painter.save();
        painter.translate(x, area.center().y());
        painter.rotate(-90);
        painter.drawText(QPointF(-metrics.horizontalAdvance(title) / 2, metrics.ascent()), title);
        painter.restore();
    };
    if (!m_y.title().isEmpty())
        upright(m_y.title(), 0);
    if (m_right && !m_right->title().isEmpty())
        upright(m_right->title(), width() - metrics.height());
}

void PlotWidget::paintEverything(QPainter& painter) const
{
    const AreaHold hold(*this);
    const ThemeColors& colors = themeOf().colors();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), colors.surface);
    paintAxes(painter);
    if (!m_message.isEmpty()) {
        painter.setPen(colors.muted);
        painter.setFont(themeOf().font(TextSize::Body));
        painter.drawText(plotArea().adjusted(space::l, 0, -space::l, 0),
                         Qt::AlignCenter | Qt::TextWordWrap, m_message);
        return;
    }
    painter.setFont(themeOf().font(TextSize::Small));
    painter.save();
    painter.setClipRect(plotArea().adjusted(0, 0, 1, 1));
    paintData(painter);
    painter.restore();
    paintFurniture(painter);
}

void PlotWidget::paintCrosshair(QPainter& painter) const
{
    const QRectF area = plotArea();
    if (!m_hover || !area.contains(*m_hover) || !m_message.isEmpty())
        return;
    const QString text = valuesAt(*m_hover);
    if (text.isEmpty())
        return;
    const ThemeColors& colors = themeOf().colors();
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (showsCrosshair()) {
        painter.setPen(QPen(colors.neutral, 1, Qt::DotLine));
        painter.drawLine(QPointF(m_hover->x(), area.top()), QPointF(m_hover->x(), area.bottom()));
    }
    const QFont font = themeOf().font(TextSize::Small);
    const QRectF bounds
        = QFontMetricsF(font).boundingRect(QRectF(0, 0, 320, 400), Qt::AlignLeft, text);
    QRectF box(m_hover->x() + space::m, m_hover->y() + space::m, bounds.width() + 2 * space::s,
               bounds.height() + space::s);
    if (box.right() > width())
        box.moveRight(m_hover->x() - space::s);
    if (box.bottom() > height())
        box.moveBottom(m_hover->y() - space::s);
    box.moveLeft(std::max(0.0, box.left()));
    painter.setPen(QPen(colors.line, 1));
    painter.setBrush(colors.raised);
    painter.drawRect(box.toAlignedRect());
    painter.setPen(colors.text);
    painter.setFont(font);
    painter.drawText(box.adjusted(space::s, space::xs, 0, 0), Qt::AlignLeft, text);
}

void PlotWidget::paintEvent(QPaintEvent*)
{
    const AreaHold hold(*this);
    const double ratio = devicePixelRatioF();
    // Rounded up: at fractional scales the last column of pixels belongs to the widget too.
    const QSize pixels(static_cast<int>(std::ceil(width() * ratio)),
                       static_cast<int>(std::ceil(height() * ratio)));
    if (m_cache.isNull() || m_cache.devicePixelRatio() != ratio || m_cache.size() != pixels) {
        m_cache = QPixmap(pixels);
        m_cache.setDevicePixelRatio(ratio);
        m_cache.fill(themeOf().colors().surface);
        QPainter painter(&m_cache);
        paintEverything(painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_cache);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(themeOf().font(TextSize::Small));
    if (m_message.isEmpty())
        paintOverlay(painter);
    paintCrosshair(painter);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(themeOf().colors().accent, 1));
        painter.drawRect(plotArea().adjusted(0, 0, 0, 0).toAlignedRect());
    }
}

void PlotWidget::wheelEvent(QWheelEvent* event)
{
    const QRectF area = plotArea();
    const double steps = event->angleDelta().y() / 120.0;
    if (steps == 0 || !area.contains(event->position()) || !m_message.isEmpty()) {
        event->ignore();
        return;
    }
    const double factor = std::pow(1.25, steps);
    if (!(event->modifiers() & Qt::ShiftModifier))
        m_x.zoom((event->position().x() - area.left()) / area.width(), factor);
    if (!(event->modifiers() & Qt::ControlModifier))
        m_y.zoom((area.bottom() - event->position().y()) / area.height(), factor);
    dataChanged();
    event->accept();
}

void PlotWidget::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_dragFrom = event->position();
}

void PlotWidget::mouseMoveEvent(QMouseEvent* event)
{
    m_hover = event->position();
    if (m_dragFrom && event->buttons().testFlag(Qt::LeftButton) && (m_x.zoomed() || m_y.zoomed())) {
        const QRectF area = plotArea();
        const QPointF moved = event->position() - *m_dragFrom;
        m_x.pan(-moved.x() / area.width());
        m_y.pan(moved.y() / area.height());
        m_dragFrom = event->position();
        dataChanged();
        return;
    }
    update();
}

void PlotWidget::mouseReleaseEvent(QMouseEvent*)
{
    m_dragFrom.reset();
}

void PlotWidget::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        resetZoom();
}

void PlotWidget::leaveEvent(QEvent*)
{
    m_hover.reset();
    update();
}

void PlotWidget::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dataChanged();
    QWidget::changeEvent(event);
}

void PlotWidget::focusInEvent(QFocusEvent*)
{
    update();
}

void PlotWidget::focusOutEvent(QFocusEvent*)
{
    update();
}

void PlotWidget::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    addExportActions(menu, this, [this] { return exportSource(); });
    menu.addSeparator();
    QAction* reset = menu.addAction(tr("Show everything"), this, [this] { resetZoom(); });
    reset->setEnabled(m_x.zoomed() || m_y.zoomed());
    menu.exec(event->globalPos());
}

ExportSource PlotWidget::exportSource() const
{
    return { m_exportName, size(),
             [this](QPainter& painter) {
                 paintEverything(painter);
                 if (m_message.isEmpty())
                     paintOverlay(painter);
             },
             csv() };
}

Result<void> PlotWidget::exportPng(const QString& path, double scale) const
{
    return writePng(path, size(), scale, exportSource().paint);
}

Result<void> PlotWidget::exportSvg(const QString& path) const
{
    return writeSvg(path, size(), m_exportName, exportSource().paint);
}

Result<void> PlotWidget::exportCsv(const QString& path) const
{
    return writeWhole(path, csv().toUtf8());
}

} // namespace schmidt
