// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/token_strip.h"

#include "ui/plots/number_text.h"
#include "ui/plots/plot_widget.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr double lineHeight = space::row;
    constexpr double cellPadding = 1;
    constexpr double markHeight = 2;
    constexpr double rampWidth = 120; ///< of the legend's scale

    /// Background of a token: one hue that grows away from the surface, so that it also reads in
    /// grey and with any colour vision.
    QColor fillOf(double strength)
    {
        const ThemeColors& colors = themeOf().colors();
        return blended(colors.surface, colors.worse, strength);
    }

    double luminance(const QColor& color)
    {
        const auto linear = [](double share) {
            return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
            + 0.0722 * linear(color.blueF());
    }

    /// Of the theme's text and surface the one that reads better on a background (WCAG contrast).
    QColor inkOn(const QColor& background)
    {
        const ThemeColors& colors = themeOf().colors();
        const auto contrast = [&background](const QColor& ink) {
            const double a = luminance(ink) + 0.05, b = luminance(background) + 0.05;
            return std::max(a, b) / std::min(a, b);
        };
        return contrast(colors.text) >= contrast(colors.surface) ? colors.text : colors.surface;
    }

    QString visibleText(QString text)
    {
        text.remove(QLatin1Char('\r'));
        text.replace(QLatin1Char('\n'), QChar(0x21B5));
        text.replace(QLatin1Char('\t'), QStringLiteral("\u2192 "));
        return text;
    }

    bool startsWord(const QString& text)
    {
        return text.isEmpty() || text.front().isSpace();
    }

    void paintMark(QPainter& painter, const QRectF& area, const QColor& ink)
    {
        painter.fillRect(
            QRectF(area.left() + 1, area.bottom() - markHeight - 1, area.width() - 2, markHeight),
            ink);
    }

} // namespace

TokenStrip::TokenStrip(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalScrollBar()->setSingleStep(static_cast<int>(lineHeight));
    connect(&themeOf(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

double TokenStrip::strength(double kl)
{
    return std::isfinite(kl) ? std::clamp(kl, 0.0, 1.0) : 0;
}

void TokenStrip::setTokens(std::vector<StripToken> tokens)
{
    m_tokens = std::move(tokens);
    m_current = -1;
    verticalScrollBar()->setValue(0);
    layOut();
}

void TokenStrip::setMessage(const QString& text)
{
    m_message = text;
    setAccessibleDescription(text);
    layOut();
}

void TokenStrip::layOut()
{
    const QFontMetricsF metrics(themeOf().font());
    const double width = viewport()->width() - 2 * space::xs;
    m_cells.assign(m_tokens.size(), {});
    double x = 0, y = 0;
    const auto place = [&](std::size_t token, bool lineStart) {
        Cell& cell = m_cells[token];
        cell.text = visibleText(m_tokens[token].text);
        if (lineStart && cell.text.size() > 1 && cell.text.front() == QLatin1Char(' '))
            cell.text.remove(0, 1);
        return metrics.horizontalAdvance(cell.text) + 2 * cellPadding;
    };
    bool ownLine = true; // what follows a line end keeps its indentation
    for (std::size_t first = 0; first < m_tokens.size();) {
        std::size_t last = first + 1;
        double word = place(first, false);
        while (last < m_tokens.size() && !startsWord(m_tokens[last].text))
            word += place(last++, false);
        if (x > 0 && x + word > width) {
            x = 0;
            y += lineHeight;
            ownLine = false;
        }
        for (; first < last; ++first) {
            double advance = place(first, x == 0 && !ownLine);
            if (x > 0 && x + advance > width) {
                x = 0;
                y += lineHeight;
                advance = place(first, true);
            }
            m_cells[first].area = QRectF(space::xs + x, y, std::min(advance, width), lineHeight);
            x += advance;
            if (const auto ends = m_tokens[first].text.count(QLatin1Char('\n')); ends > 0) {
                x = 0;
                y += lineHeight * static_cast<double>(std::min<qsizetype>(ends, 2));
                ownLine = true;
            }
        }
    }
    const int height = static_cast<int>(m_message.isEmpty() ? y + lineHeight + space::xs : 0);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    viewport()->update();
}

QRectF TokenStrip::tokenArea(int token) const
{
    if (token < 0 || token >= static_cast<int>(m_cells.size()))
        return {};
    return m_cells[static_cast<std::size_t>(token)].area.translated(0,
                                                                    -verticalScrollBar()->value());
}

bool TokenStrip::selectable(int token) const
{
    return token >= 0 && token < static_cast<int>(m_tokens.size())
        && std::isfinite(m_tokens[static_cast<std::size_t>(token)].kl);
}

void TokenStrip::setCurrent(int token)
{
    m_current = selectable(token) ? token : -1;
    if (m_current >= 0) {
        scrollToCurrent();
        const StripToken& entry = m_tokens[static_cast<std::size_t>(m_current)];
        setAccessibleDescription(tr("Token %1, “%2”, KL %3 nat")
                                     .arg(m_current)
                                     .arg(entry.text.trimmed(), numberText(entry.kl)));
    }
    viewport()->update();
}

void TokenStrip::scrollToCurrent()
{
    if (m_current < 0)
        return;
    const QRectF area = m_cells[static_cast<std::size_t>(m_current)].area;
    QScrollBar* bar = verticalScrollBar();
    if (area.top() < bar->value())
        bar->setValue(static_cast<int>(area.top() - lineHeight));
    else if (area.bottom() > bar->value() + viewport()->height())
        bar->setValue(static_cast<int>(area.bottom() + lineHeight) - viewport()->height());
}

void TokenStrip::choose(int token)
{
    if (!selectable(token) || token == m_current)
        return;
    setCurrent(token);
    Q_EMIT currentChanged(token);
}

void TokenStrip::paintToken(QPainter& painter, int token, const QRectF& area) const
{
    const StripToken& entry = m_tokens[static_cast<std::size_t>(token)];
    const ThemeColors& colors = themeOf().colors();
    const QColor fill = fillOf(strength(entry.kl));
    const QRectF box = area.adjusted(0, 1, 0, -1);
    painter.fillRect(box.adjusted(0.5, 0, -0.5, 0), fill);
    const QColor ink = std::isfinite(entry.kl) ? inkOn(fill) : colors.muted;
    painter.setPen(ink);
    painter.drawText(box.adjusted(cellPadding, 0, cellPadding, -markHeight),
                     Qt::AlignVCenter | Qt::TextSingleLine,
                     m_cells[static_cast<std::size_t>(token)].text);
    if (entry.otherTop)
        paintMark(painter, box, ink);
}

void TokenStrip::paintEvent(QPaintEvent* event)
{
    const ThemeColors& colors = themeOf().colors();
    QPainter painter(viewport());
    painter.fillRect(event->rect(), colors.surface);
    painter.setFont(themeOf().font());
    if (!m_message.isEmpty()) {
        painter.setPen(colors.muted);
        painter.drawText(QRectF(viewport()->rect()).adjusted(space::l, 0, -space::l, 0),
                         Qt::AlignCenter | Qt::TextWordWrap, m_message);
    } else {
        const double shift = -verticalScrollBar()->value();
        const QRectF visible = event->rect();
        for (std::size_t token = 0; token < m_cells.size(); ++token) {
            const QRectF area = m_cells[token].area.translated(0, shift);
            if (area.bottom() >= visible.top() && area.top() <= visible.bottom())
                paintToken(painter, static_cast<int>(token), area);
        }
        if (m_current >= 0) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colors.accent, 2));
            painter.drawRect(tokenArea(m_current).adjusted(0, 0, 0, 0));
        }
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colors.accent, 1));
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

void TokenStrip::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
    scrollToCurrent();
}

void TokenStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
    QAbstractScrollArea::changeEvent(event);
}

int TokenStrip::tokenAt(QPointF place) const
{
    if (!m_message.isEmpty())
        return -1;
    place.ry() += verticalScrollBar()->value();
    for (std::size_t token = 0; token < m_cells.size(); ++token)
        if (m_cells[token].area.contains(place))
            return static_cast<int>(token);
    return -1;
}

int TokenStrip::neighbourLine(int direction) const
{
    const QRectF from = m_cells[static_cast<std::size_t>(m_current)].area;
    int best = -1;
    double nearest = 0;
    // The nearest line in that direction, and on it the token nearest in x.
    for (int token = m_current + direction; selectable(token); token += direction) {
        const QRectF area = m_cells[static_cast<std::size_t>(token)].area;
        if (area.top() == from.top())
            continue;
        if (best >= 0 && area.top() != m_cells[static_cast<std::size_t>(best)].area.top())
            break;
        const double apart = std::abs(area.center().x() - from.center().x());
        if (best < 0 || apart < nearest) {
            best = token;
            nearest = apart;
        }
    }
    return best;
}

void TokenStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(tokenAt(event->position()));
}

void TokenStrip::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_tokens.size()) - 1;
    const bool empty = last < 1 || !m_message.isEmpty();
    switch (empty ? 0 : event->key()) {
    case Qt::Key_Left:
        return choose(m_current < 0 ? last : m_current - 1);
    case Qt::Key_Right:
        return choose(m_current < 0 ? 1 : m_current + 1);
    case Qt::Key_Up:
        return choose(m_current < 0 ? last : neighbourLine(-1));
    case Qt::Key_Down:
        return choose(m_current < 0 ? 1 : neighbourLine(1));
    case Qt::Key_Home:
        return choose(1);
    case Qt::Key_End:
        return choose(last);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

bool TokenStrip::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int token = tokenAt(help->pos());
        if (selectable(token)) {
            const StripToken& entry = m_tokens[static_cast<std::size_t>(token)];
            QToolTip::showText(help->globalPos(),
                               tr("Token %1, “%2”, KL %3 nat")
                                   .arg(token)
                                   .arg(entry.text.trimmed(), numberText(entry.kl)),
                               viewport());
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        viewport()->update();
    return QAbstractScrollArea::viewportEvent(event);
}

TokenLegend::TokenLegend(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Meaning of the backgrounds"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QString TokenLegend::lowText() const
{
    return tr("KL %1").arg(numberText(0, 1));
}

QString TokenLegend::highText() const
{
    return tr("%1 nat and more").arg(numberText(1, 1));
}

QString TokenLegend::markText() const
{
    return tr("the models put different tokens first");
}

double TokenLegend::scaleWidth() const
{
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    return metrics.horizontalAdvance(lowText()) + metrics.horizontalAdvance(highText()) + rampWidth
        + 2 * space::s;
}

double TokenLegend::markWidth() const
{
    const QFontMetricsF metrics(themeOf().font(TextSize::Small));
    return space::l + space::xs + metrics.horizontalAdvance(markText());
}

bool TokenLegend::wraps() const
{
    return width() > 0 && scaleWidth() + space::xl + markWidth() > width();
}

QSize TokenLegend::sizeHint() const
{
    const double line = QFontMetricsF(themeOf().font(TextSize::Small)).height() + space::xs;
    return { 320, static_cast<int>(std::ceil(wraps() ? 2 * line : line)) };
}

QSize TokenLegend::minimumSizeHint() const
{
    return { static_cast<int>(std::ceil(std::max(scaleWidth(), markWidth()))),
             sizeHint().height() };
}

void TokenLegend::resizeEvent(QResizeEvent* event)
{
    if (event->size().width() != event->oldSize().width())
        updateGeometry();
}

void TokenLegend::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeOf().colors();
    QPainter painter(this);
    painter.setFont(themeOf().font(TextSize::Small));
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height() + space::xs;
    painter.setPen(colors.muted);
    const auto write = [&](double x, double y, const QString& text) {
        painter.drawText(QPointF(x, y + (line - metrics.height()) / 2 + metrics.ascent()), text);
        return x + metrics.horizontalAdvance(text);
    };
    const double from = write(0, 0, lowText()) + space::s;
    const QRectF ramp(std::round(from) + 0.5, std::round(line / 2) - 5.5, rampWidth, 11);
    QLinearGradient gradient(ramp.topLeft(), ramp.topRight());
    gradient.setColorAt(0, fillOf(0));
    gradient.setColorAt(1, fillOf(1));
    painter.fillRect(ramp, gradient);
    painter.setPen(QPen(colors.line, 1));
    painter.drawRect(ramp);
    painter.setPen(colors.muted);
    write(ramp.right() + space::s, 0, highText());
    const double x = wraps() ? 0 : scaleWidth() + space::xl, y = wraps() ? line : 0;
    paintMark(painter, QRectF(x, y + line / 2 - 6, space::l, 12), colors.text);
    painter.setPen(colors.muted);
    write(x + space::l + space::xs, y, markText());
}

} // namespace schmidt
