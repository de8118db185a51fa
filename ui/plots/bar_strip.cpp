// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/bar_strip.h"

#include "ui/plots/number_text.h"
#include "ui/plots/plot_widget.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace schmidt {

BarStrip::BarStrip(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void BarStrip::setValues(std::vector<double> heights, std::vector<double> costs)
{
    m_heights = std::move(heights);
    m_costs = std::move(costs);
    update();
}

void BarStrip::setNames(const QString& heightName, const QString& costName, const QString& unit)
{
    m_heightName = heightName;
    m_costName = costName;
    m_unit = unit;
}

void BarStrip::setCurrent(int layer)
{
    if (layer == m_current)
        return;
    m_current = layer;
    if (layer >= 0 && layer < static_cast<int>(m_heights.size()))
        setAccessibleDescription(textOf(layer));
    update();
}

QRectF BarStrip::barArea() const
{
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    return QRectF(0, 2, width(), height() - metrics.height() - 4);
}

int BarStrip::layerAt(double x) const
{
    if (m_heights.empty() || width() <= 0)
        return -1;
    const int count = static_cast<int>(m_heights.size());
    return std::clamp(static_cast<int>(x / width() * count), 0, count - 1);
}

QString BarStrip::textOf(int layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    QString text
        = tr("%1: %2 %3").arg(layerText(layer), m_heightName, percentText(m_heights[index]));
    if (index < m_costs.size())
        text += tr(", %1 %2 %3").arg(m_costName, numberText(m_costs[index]), m_unit);
    return text;
}

void BarStrip::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeOf().colors();
    QPainter painter(this);
    if (m_heights.empty())
        return;
    const QRectF area = barArea();
    const double step = area.width() / static_cast<double>(m_heights.size());
    const double gap = step > 6 ? 2 : step > 3 ? 1 : 0;
    double highest = 0;
    for (const double cost : m_costs)
        highest = std::max(highest, cost);
    const QVector<QRgb>& map = colorMap(ColorMap::Cividis);
    painter.setFont(themeOf().font(TextSize::Small));
    const QFontMetricsF metrics(painter.font());
    const int labelStep = m_heights.size() > 12 ? 5 : 1;
    for (std::size_t index = 0; index < m_heights.size(); ++index) {
        const double left = std::round(area.left() + static_cast<double>(index) * step);
        const double right = std::round(area.left() + static_cast<double>(index + 1) * step) - gap;
        const QRectF full(left, area.top(), right - left, area.height());
        painter.fillRect(full, colors.sunken);
        const double height = std::clamp(m_heights[index], 0.0, 1.0) * area.height();
        const double cost = index < m_costs.size() && highest > 0 ? m_costs[index] / highest : 0;
        painter.fillRect(QRectF(left, area.bottom() - height, right - left, height),
                         QColor(map[static_cast<int>(cost * 255)]));
        if (static_cast<int>(index) == m_current) {
            painter.setPen(QPen(colors.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(full.adjusted(1, 1, -1, -1));
        }
        if (static_cast<int>(index) % labelStep == 0) {
            painter.setPen(colors.muted);
            painter.drawText(QPointF(left, height + metrics.ascent() + area.bottom() - height + 2),
                             QString::number(index));
        }
    }
    if (hasFocus()) {
        painter.setPen(QPen(colors.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(area.adjusted(0, 0, -1, 0));
    }
}

void BarStrip::choose(int layer)
{
    if (m_heights.empty())
        return;
    layer = std::clamp(layer, 0, static_cast<int>(m_heights.size()) - 1);
    if (layer == m_current)
        return;
    setCurrent(layer);
    Q_EMIT currentChanged(layer);
}

void BarStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(layerAt(event->position().x()));
}

void BarStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (const int layer = layerAt(event->position().x()); layer >= 0)
        QToolTip::showText(event->globalPosition().toPoint(), textOf(layer), this);
}

void BarStrip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left)
        choose(m_current - 1);
    else if (event->key() == Qt::Key_Right)
        choose(m_current + 1);
    else
        QWidget::keyPressEvent(event);
}

namespace {

    /// Height of a row; follows the type, which Present mode enlarges.
    int barRow()
    {
        return 15 + themeOf().pixels(TextSize::Small);
    }

    int barThickness()
    {
        return 3 + themeOf().pixels(TextSize::Small);
    }

} // namespace

BarList::BarList(QWidget* parent)
    : QWidget(parent)
{
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void BarList::setEntries(std::vector<BarEntry> entries, const QString& emptyText)
{
    m_entries = std::move(entries);
    m_emptyText = emptyText;
    QStringList spoken;
    for (const BarEntry& entry : m_entries)
        spoken << entry.name + QLatin1Char(' ') + entry.text;
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize BarList::sizeHint() const
{
    return { 240, std::max(2, static_cast<int>(m_entries.size())) * barRow() + space::xs };
}

ExportSource BarList::exportSource() const
{
    QString csv = QStringLiteral("name,value,provenance\n");
    for (const BarEntry& entry : m_entries) {
        QString name = entry.name;
        csv += QStringLiteral("\"%1\",%2,%3\n")
                   .arg(name.replace(QLatin1Char('"'), QLatin1String("\"\"")),
                        QLocale::c().toString(entry.value, 'g', 10),
                        entry.predicted ? QStringLiteral("predicted") : QStringLiteral("measured"));
    }
    return { QStringLiteral("bars"), size(),
             [this](QPainter& painter) {
                 painter.fillRect(rect(), themeOf().colors().surface);
                 painter.setRenderHint(QPainter::Antialiasing);
                 paintBars(painter);
             },
             csv };
}

void BarList::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    addExportActions(menu, this, [this] { return exportSource(); });
    menu.exec(event->globalPos());
}

void BarList::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintBars(painter);
}

void BarList::paintBars(QPainter& painter) const
{
    const Theme& theme = themeOf();
    painter.setFont(theme.font(m_spread ? TextSize::Body : TextSize::Small));
    const QFontMetricsF metrics(painter.font());
    if (m_entries.empty()) {
        painter.setPen(theme.colors().muted);
        painter.setFont(theme.font(TextSize::Body));
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
        return;
    }
    double names = 0, texts = 0, highest = 0;
    for (const BarEntry& entry : m_entries) {
        names = std::max(names, metrics.horizontalAdvance(entry.name));
        texts = std::max(texts, metrics.horizontalAdvance(entry.text));
        highest = std::max(highest, entry.value);
    }
    constexpr double leastBar = 56; // of the longest one; names may take the rest
    names = std::min(names, std::max(width() * 0.35, width() - texts - 2.0 * space::m - leastBar));
    // Where there is room the rows spread, but never so far that they fall apart.
    const double rowHeight
        = std::clamp(height() / static_cast<double>(m_entries.size()), double(barRow()),
                     m_spread ? 3.0 * barRow() : double(barRow()));
    const double thickness = barThickness() * rowHeight / barRow();
    const double left = names + space::m;
    const double room = std::max(10.0, width() - left - texts - space::m);
    double y = m_spread
        ? std::max(0.0, (height() - rowHeight * static_cast<double>(m_entries.size())) / 2)
        : 0;
    for (const BarEntry& entry : m_entries) {
        painter.setPen(theme.colors().text);
        const double base = y + rowHeight / 2.0 + metrics.ascent() / 2 - 1;
        painter.drawText(QPointF(0, base), metrics.elidedText(entry.name, Qt::ElideRight, names));
        const double length = highest > 0 ? std::max(1.0, entry.value / highest * room) : 1;
        const QRectF bar(left, y + (rowHeight - thickness) / 2.0, length, thickness);
        const QColor color
            = entry.variant < 0 ? theme.baselineColor() : theme.variantColor(entry.variant);
        if (entry.predicted) {
            painter.setPen(QPen(color, 1.5, Qt::DashLine));
            painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
        } else {
            painter.fillRect(bar, color);
        }
        painter.setPen(theme.colors().text);
        painter.drawText(QPointF(bar.right() + space::s, base), entry.text);
        y += rowHeight;
    }
}

} // namespace schmidt
