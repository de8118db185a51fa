// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/candidate_list.h"

#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QStringList>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int shownRows = 5;
    constexpr double barHeight = 10;

    QString markOf(const CandidateRow& row)
    {
        return row.real ? QStringLiteral("✓") : row.shared ? QStringLiteral("=") : QString();
    }

} // namespace

QString probabilityText(double probability)
{
    constexpr double smallest = 0.001;
    if (probability < smallest)
        return QStringLiteral("< %1").arg(percentText(smallest, 1));
    return percentText(probability, probability < 0.1 ? 2 : 3);
}

QString quotedToken(const QString& text)
{
    QString shown = text;
    shown.replace(QLatin1Char('\n'), QChar(0x21B5));
    shown.replace(QLatin1Char('\t'), QChar(0x2192));
    shown.replace(QLatin1Char(' '), QChar(0x00B7));
    return QLocale().quoteString(shown);
}

CandidateList::CandidateList(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CandidateList::setRows(std::vector<CandidateRow> rows, const QColor& color)
{
    m_rows = std::move(rows);
    m_color = color;
    QStringList words;
    for (const CandidateRow& row : m_rows)
        words << QStringLiteral("%1 %2 %3")
                     .arg(quotedToken(row.text), probabilityText(row.probability), markOf(row))
                     .trimmed();
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    setToolTip(words.join(QLatin1Char('\n')));
    update();
}

QSize CandidateList::sizeHint() const
{
    return { 220, shownRows * space::row };
}

QSize CandidateList::minimumSizeHint() const
{
    return { 150, shownRows * space::row };
}

void CandidateList::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeOf().colors();
    QPainter painter(this);
    const QFontMetricsF metrics(themeOf().font());
    const double value = metrics.horizontalAdvance(probabilityText(0.888)) + space::xs;
    const double mark = metrics.horizontalAdvance(QStringLiteral("✓")) + space::s;
    const double name = std::min(0.42 * width(), width() - value - mark - 30);
    double y = 0;
    for (const CandidateRow& row : m_rows) {
        const QRectF line(0, y, width(), space::row);
        painter.setFont(themeOf().font(TextSize::Body, row.real));
        painter.setPen(colors.text);
        painter.drawText(line.adjusted(0, 0, -(width() - name + space::s), 0),
                         Qt::AlignVCenter | Qt::TextSingleLine,
                         QFontMetricsF(painter.font())
                             .elidedText(quotedToken(row.text), Qt::ElideRight, name - space::s));
        const double room = width() - name - value - mark;
        const QRectF groove(name, line.center().y() - barHeight / 2, room, barHeight);
        painter.fillRect(groove, colors.sunken);
        painter.fillRect(QRectF(groove.left(), groove.top(), row.probability * room, barHeight),
                         m_color);
        painter.drawText(QRectF(name + room, y, value, space::row),
                         Qt::AlignVCenter | Qt::AlignRight, probabilityText(row.probability));
        painter.drawText(QRectF(width() - mark, y, mark, space::row),
                         Qt::AlignVCenter | Qt::AlignRight, markOf(row));
        y += space::row;
    }
}

} // namespace schmidt
