// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/answer_columns.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QTextLayout>

namespace schmidt {

namespace {

    constexpr double bar = 4; ///< height of the line in the colour of a model

    /// As many lines as fit, the last one with an ellipsis if text is left.
    void drawWrapped(QPainter& painter, const QRectF& area, const QString& text)
    {
        const QFontMetricsF metrics(painter.font());
        const double height = 1.25 * metrics.height();
        double y = area.top();
        for (const QString& paragraph : text.trimmed().split(QLatin1Char('\n'))) {
            if (paragraph.trimmed().isEmpty()) {
                y += height / 2;
                continue;
            }
            if (y + height > area.bottom())
                return;
            QTextLayout layout(paragraph, painter.font());
            layout.beginLayout();
            for (bool last = false; !last; y += height) {
                QTextLine line = layout.createLine();
                if (!line.isValid())
                    break;
                line.setLineWidth(area.width());
                last = y + 2 * height > area.bottom();
                const QString words
                    = paragraph.mid(line.textStart(), last ? -1 : line.textLength()).trimmed();
                painter.drawText(QPointF(area.left(), y + metrics.ascent()),
                                 metrics.elidedText(words, Qt::ElideRight, area.width() + 1));
            }
            layout.endLayout();
        }
    }

} // namespace

AnswerColumns::AnswerColumns(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&themeOf(), &Theme::changed, this, QOverload<>::of(&QWidget::update));
}

void AnswerColumns::setColumns(std::vector<AnswerColumn> columns)
{
    m_columns = std::move(columns);
    QStringList spoken;
    for (const AnswerColumn& column : m_columns)
        spoken << column.name + QStringLiteral(": ") + column.text;
    setAccessibleDescription(spoken.join(QStringLiteral("\n")));
    update();
}

void AnswerColumns::paintEvent(QPaintEvent*)
{
    if (m_columns.empty())
        return;
    const Theme& theme = themeOf();
    QPainter painter(this);
    const double gap = 2 * space::xl;
    const auto count = static_cast<double>(m_columns.size());
    const double breadth = (width() - gap * (count - 1)) / count;
    double left = 0;
    for (const AnswerColumn& column : m_columns) {
        painter.setFont(theme.font(TextSize::Body, true));
        const QFontMetricsF metrics(painter.font());
        painter.setPen(theme.colors().text);
        painter.drawText(QPointF(left, metrics.ascent()),
                         metrics.elidedText(column.name, Qt::ElideRight, breadth));
        const double line = metrics.height() + space::s;
        painter.fillRect(QRectF(left, line, breadth, bar),
                         column.variant < 0 ? theme.baselineColor()
                                            : theme.variantColor(column.variant));
        painter.setFont(theme.font(TextSize::Body));
        const double top = line + bar + space::l;
        drawWrapped(painter, QRectF(left, top, breadth, height() - top), column.text);
        left += breadth + gap;
    }
}

} // namespace schmidt
