// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/heat_map.h"

#include "ui/plots/number_text.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr double barWidth = 10;

} // namespace

HeatMap::HeatMap(QWidget* parent)
    : PlotWidget(parent)
{
    yAxis().setInverted(true);
    setExportName(QStringLiteral("map"));
}

void HeatMap::setData(HeatMapData data)
{
    m_data = std::move(data);
    m_low = INFINITY;
    m_high = -INFINITY;
    for (const double value : m_data.values)
        if (std::isfinite(value) && (!m_data.logarithmic || value > 0)) {
            m_low = std::min(m_low, value);
            m_high = std::max(m_high, value);
        }
    if (m_low > m_high)
        m_low = 0, m_high = 1;
    xAxis().setCategories(m_data.columns);
    xAxis().setRange(m_data.columns.isEmpty() ? m_data.columnLow : 0,
                     m_data.columns.isEmpty() ? m_data.columnHigh : m_data.columnCount);
    xAxis().setTitle(m_data.columnTitle);
    yAxis().setCategories(m_data.rows);
    yAxis().setRange(0, std::max(1, m_data.rowCount));
    yAxis().setTitle(m_data.rowTitle);
    if (m_row >= m_data.rowCount || m_column >= m_data.columnCount)
        m_row = m_column = -1;
    rebuildImage();
}

void HeatMap::setColorMap(ColorMap map)
{
    m_map = map;
    rebuildImage();
}

void HeatMap::setMarks(std::vector<double> shares)
{
    if (shares == m_marks)
        return;
    m_marks = std::move(shares);
    update();
}

void HeatMap::rebuildImage()
{
    m_image = QImage(std::max(1, m_data.columnCount), std::max(1, m_data.rowCount),
                     QImage::Format_Indexed8);
    m_image.setColorTable(colorMap(m_map));
    m_image.setColor(0, themeOf().colors().sunken.rgb());
    m_image.fill(0);
    const auto scaled
        = [this](double value) { return m_data.logarithmic ? std::log(value) : value; };
    const double low = scaled(m_low), span = scaled(m_high) - low;
    for (int row = 0; row < m_data.rowCount; ++row) {
        uchar* line = m_image.scanLine(row);
        for (int column = 0; column < m_data.columnCount; ++column) {
            const double number = value(row, column);
            if (!std::isfinite(number) || (m_data.logarithmic && number <= 0))
                continue;
            const double share = span > 0 ? (scaled(number) - low) / span : 0.5;
            line[column] = static_cast<uchar>(1 + std::lround(std::clamp(share, 0.0, 1.0) * 254));
        }
    }
    dataChanged();
}

double HeatMap::value(int row, int column) const
{
    const auto index = static_cast<std::size_t>(row) * static_cast<std::size_t>(m_data.columnCount)
        + static_cast<std::size_t>(column);
    return index < m_data.values.size() ? m_data.values[index] : NAN;
}

double HeatMap::cellX(int column) const
{
    if (!m_data.columns.isEmpty())
        return column;
    return m_data.columnLow
        + (m_data.columnHigh - m_data.columnLow) * column / std::max(1, m_data.columnCount);
}

Axis HeatMap::barAxis() const
{
    Axis axis;
    axis.setKind(m_data.logarithmic && m_low > 0 ? AxisKind::Log : AxisKind::Linear);
    axis.setRange(m_low, m_high);
    return axis;
}

double HeatMap::extraRight() const
{
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    double label = 0;
    for (const AxisTick& tick : barAxis().ticks())
        label = std::max(label, metrics.horizontalAdvance(tick.text));
    return space::m + barWidth + space::s + label;
}

void HeatMap::paintData(QPainter& painter) const
{
    if (m_data.rowCount == 0)
        return;
    const QPointF from = toPixel(cellX(0), 0);
    const QPointF to = toPixel(cellX(m_data.columnCount), m_data.rowCount);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.drawImage(QRectF(from, to), m_image);
    const double height = (to.y() - from.y()) / m_data.rowCount;
    if (height < 6 || m_data.columns.isEmpty())
        return;
    // Hairlines of the surface part the cells, where they are large enough to be read one by one.
    painter.setPen(QPen(themeOf().colors().surface, 1));
    for (int row = 1; row < m_data.rowCount; ++row) {
        const double y = std::round(from.y() + row * height) + 0.5;
        painter.drawLine(QPointF(from.x(), y), QPointF(to.x(), y));
    }
    for (int column = 1; column < m_data.columnCount; ++column) {
        const double x = std::round(toPixel(cellX(column), 0).x()) + 0.5;
        painter.drawLine(QPointF(x, from.y()), QPointF(x, to.y()));
    }
}

void HeatMap::paintFurniture(QPainter& painter) const
{
    const QRectF area = plotArea();
    const QRectF bar(area.right() + space::m, area.top(), barWidth, area.height());
    const QVector<QRgb>& table = colorMap(m_map);
    QLinearGradient gradient(bar.bottomLeft(), bar.topLeft());
    for (int stop = 0; stop <= 16; ++stop)
        gradient.setColorAt(stop / 16.0, QColor(table[std::min(255, 1 + stop * 254 / 16)]));
    painter.fillRect(bar, gradient);
    painter.setPen(themeOf().colors().muted);
    const QFontMetricsF metrics(painter.font());
    const Axis axis = barAxis();
    for (const AxisTick& tick : axis.ticks()) {
        const double y = bar.bottom() - axis.toUnit(tick.value) * bar.height();
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y));
        const double line
            = std::clamp(y + metrics.ascent() / 2 - 1, bar.top() + metrics.ascent(), bar.bottom());
        painter.drawText(QPointF(bar.right() + space::s, line), tick.text);
    }
}

void HeatMap::paintOverlay(QPainter& painter) const
{
    const QRectF area = plotArea();
    painter.save();
    painter.setClipRect(area);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int row = 0; row < std::min<int>(m_data.rowCount, static_cast<int>(m_marks.size()));
         ++row) {
        const double share = m_marks[static_cast<std::size_t>(row)];
        if (!std::isfinite(share))
            continue;
        const double x = toPixel(m_data.columns.isEmpty() ? m_data.columnLow
                                         + share * (m_data.columnHigh - m_data.columnLow)
                                                          : share * m_data.columnCount,
                                 0)
                             .x();
        const double top = toPixel(0, row).y(), bottom = toPixel(0, row + 1).y();
        const QRectF mark(std::min(std::round(x) - 1, area.right() - 2), top, 2, bottom - top);
        painter.fillRect(mark.adjusted(-1, 0, 1, 0), QColor(0, 0, 0, 110));
        painter.fillRect(mark, Qt::white);
    }
    painter.restore();
    if (m_row < 0)
        return;
    const int first = m_data.selectsRows ? 0 : m_column;
    const int last = m_data.selectsRows ? m_data.columnCount : m_column + 1;
    const QRectF cell(toPixel(cellX(first), m_row), toPixel(cellX(last), m_row + 1));
    if (!cell.intersects(area))
        return;
    painter.setBrush(Qt::NoBrush);
    if (m_data.selectsColumns) {
        const QRectF whole
            = QRectF(toPixel(cellX(m_column), 0), toPixel(cellX(m_column + 1), m_data.rowCount))
                  .intersected(area)
                  .adjusted(-1, 0, 1, 0);
        painter.setPen(QPen(themeOf().colors().surface, 3));
        painter.drawRect(whole);
        painter.setPen(QPen(themeOf().colors().accent, 1));
        painter.drawRect(whole);
    }
    painter.setPen(QPen(themeOf().colors().surface, 4));
    painter.drawRect(cell.intersected(area));
    painter.setPen(QPen(themeOf().colors().accent, 2));
    painter.drawRect(cell.intersected(area));
}

bool HeatMap::cellAt(QPointF pixel, int& row, int& column) const
{
    if (!plotArea().contains(pixel) || m_data.rowCount == 0)
        return false;
    const QPointF place = fromPixel(pixel);
    row = static_cast<int>(std::floor(place.y()));
    column = m_data.columns.isEmpty() ? static_cast<int>(
                 std::floor((place.x() - m_data.columnLow) / (m_data.columnHigh - m_data.columnLow)
                            * m_data.columnCount))
                                      : static_cast<int>(std::floor(place.x()));
    return row >= 0 && row < m_data.rowCount && column >= 0 && column < m_data.columnCount;
}

QString HeatMap::cellText(int row, int column) const
{
    const double number = value(row, column);
    const QString shown = std::isfinite(number)
        ? numberText(number) + (m_data.unit.isEmpty() ? QString() : QChar(0x2009) + m_data.unit)
        : tr("n/a");
    const QString rowName = m_data.rows.value(row);
    const QStringList& names = m_data.columns.isEmpty() ? m_data.columnNames : m_data.columns;
    const QString place = m_data.cellName ? m_data.cellName(row, column)
        : names.isEmpty()
        ? tr("%1, %2 %3").arg(rowName, numberText(cellX(column)), m_data.columnTitle)
        : tr("%1 · %2").arg(rowName, names.value(column));
    return tr("%1\n%2: %3").arg(place, m_data.quantity, shown);
}

QString HeatMap::valuesAt(QPointF pixel) const
{
    int row = 0, column = 0;
    return cellAt(pixel, row, column) ? cellText(row, column) : QString();
}

void HeatMap::setCurrent(int row, int column)
{
    const bool valid
        = row >= 0 && row < m_data.rowCount && column >= 0 && column < m_data.columnCount;
    m_row = valid ? row : -1;
    m_column = valid ? column : -1;
    if (valid)
        setAccessibleDescription(cellText(row, column));
    update();
}

void HeatMap::choose(int row, int column)
{
    row = std::clamp(row, 0, m_data.rowCount - 1);
    column = std::clamp(column, 0, m_data.columnCount - 1);
    if (row == m_row && column == m_column)
        return;
    setCurrent(row, column);
    Q_EMIT currentChanged(row, column);
}

void HeatMap::mousePressEvent(QMouseEvent* event)
{
    int row = 0, column = 0;
    if (event->button() == Qt::LeftButton && cellAt(event->position(), row, column))
        choose(row, column);
    PlotWidget::mousePressEvent(event);
}

void HeatMap::keyPressEvent(QKeyEvent* event)
{
    if (m_data.rowCount == 0) {
        PlotWidget::keyPressEvent(event);
        return;
    }
    const int row = std::max(0, m_row), column = std::max(0, m_column);
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_BracketLeft:
        return choose(row - 1, column);
    case Qt::Key_Down:
    case Qt::Key_BracketRight:
        return choose(row + 1, column);
    case Qt::Key_Left:
        return choose(row, column - 1);
    case Qt::Key_Right:
        return choose(row, column + 1);
    case Qt::Key_Home:
        return choose(0, column);
    case Qt::Key_End:
        return choose(m_data.rowCount - 1, column);
    default:
        PlotWidget::keyPressEvent(event);
    }
}

QString HeatMap::csv() const
{
    QString text = QStringLiteral("row,column,value\n");
    const QLocale plain = QLocale::c();
    for (int row = 0; row < m_data.rowCount; ++row)
        for (int column = 0; column < m_data.columnCount; ++column) {
            const double number = value(row, column);
            text += m_data.rows.value(row, QString::number(row)) + QLatin1Char(',')
                + m_data.columns.value(column, plain.toString(cellX(column), 'g', 8))
                + QLatin1Char(',')
                + (std::isfinite(number) ? plain.toString(number, 'g', 8) : QString())
                + QLatin1Char('\n');
        }
    return text;
}

} // namespace schmidt
