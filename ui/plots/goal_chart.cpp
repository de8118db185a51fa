// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/goal_chart.h"

#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

namespace schmidt {

GoalChart::GoalChart(QWidget* parent)
    : QWidget(parent)
{
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void GoalChart::setRows(std::vector<GoalRow> rows)
{
    m_rows = std::move(rows);
    QStringList spoken;
    for (const GoalRow& row : m_rows)
        spoken << row.limit + QStringLiteral(", ") + row.value + QStringLiteral(", ") + row.verdict;
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    update();
}

void GoalChart::paintEvent(QPaintEvent*)
{
    if (m_rows.empty())
        return;
    const Theme& theme = themeOf();
    const ThemeColors& colors = theme.colors();
    QPainter painter(this);
    const QFont body = theme.font(TextSize::PanelTitle);
    const QFont strong = theme.font(TextSize::PanelTitle, true);
    const QFontMetricsF metrics(body);
    const double natural = 2.2 * metrics.height();
    const double step = std::min(natural, height() / static_cast<double>(m_rows.size()));
    double values = 0, verdicts = 0;
    for (const GoalRow& row : m_rows) {
        values = std::max(values, QFontMetricsF(strong).horizontalAdvance(row.value));
        verdicts = std::max(verdicts, metrics.horizontalAdvance(row.verdict));
    }
    double y = std::max(0.0, (height() - step * static_cast<double>(m_rows.size())) / 2);
    const double verdictLeft = width() - verdicts, valueRight = verdictLeft - space::xl;
    const double limitRoom = std::max(40.0, valueRight - values - space::xl);
    for (const GoalRow& row : m_rows) {
        const QRectF line(0, y, width(), step);
        const QColor color = theme.verdictColor(row.sign);
        painter.fillRect(QRectF(0, line.bottom() - 1, width(), 1), colors.grid);
        const auto write = [&](double left, double room, const QString& text, const QFont& font,
                               const QColor& with, Qt::Alignment side) {
            painter.setFont(font);
            painter.setPen(with);
            painter.drawText(QRectF(left, y, room, step), static_cast<int>(side | Qt::AlignVCenter),
                             QFontMetricsF(font).elidedText(text, Qt::ElideRight, room));
        };
        write(0, limitRoom, row.limit, body, colors.text, Qt::AlignLeft);
        write(valueRight - values, values + 1, row.value, strong, colors.text, Qt::AlignRight);
        write(verdictLeft, verdicts + 1, row.verdict, body, color, Qt::AlignLeft);
        y += step;
    }
}

} // namespace schmidt
