// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/card.h"

#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace schmidt {

void setRole(QWidget* widget, const char* role)
{
    widget->setProperty("role", QString::fromLatin1(role));
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

QLabel* roleLabel(const QString& text, const char* role, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

QWidget* segmentRow(const QStringList& names, QButtonGroup& group, QWidget* parent)
{
    auto* row = new QWidget(parent);
    auto* line = new QHBoxLayout(row);
    // Neighbours share a border; the first one keeps its own.
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    for (int index = 0; index < names.size(); ++index) {
        auto* button = new QPushButton(names[index], row);
        button->setCheckable(true);
        setRole(button, "segment");
        if (index == 0)
            button->setStyleSheet(QStringLiteral("margin-left: 0px;"));
        group.addButton(button, index);
        line->addWidget(button);
    }
    return row;
}

SteadyRoom::SteadyRoom(QWidget* content, QWidget* parent)
    : QWidget(parent)
    , m_content(content)
{
    content->setParent(this);
    setSizePolicy(content->sizePolicy());
}

QSize SteadyRoom::sizeHint() const
{
    return m_content->sizeHint();
}

void SteadyRoom::resizeEvent(QResizeEvent*)
{
    m_content->setGeometry(rect());
}

QString ElidedLabel::shownText() const
{
    const QFontMetrics metrics(themeOf().font());
    const auto fits
        = [&](const QString& words) { return metrics.horizontalAdvance(words) <= width(); };
    if (fits(text()))
        return text();
    if (!m_short.isEmpty() && fits(m_short))
        return m_short;
    const bool most = 2 * width() >= metrics.horizontalAdvance(text());
    return most ? metrics.elidedText(text(), Qt::ElideRight, width()) : QString();
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(themeOf().font());
    painter.setPen(m_alert ? themeOf().colors().worse : themeOf().colors().muted);
    painter.drawText(rect(), static_cast<int>(alignment() | Qt::AlignVCenter), shownText());
}

ScreenTitle::ScreenTitle(const QString& text, QWidget* parent)
    : QLabel(text, parent)
{
    constexpr int least = 56;
    setProperty("role", QStringLiteral("title"));
    setMinimumWidth(least);
    parent->installEventFilter(this);
}

bool ScreenTitle::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) {
        const auto* header = static_cast<QWidget*>(watched);
        const QLayout* layout = header->layout();
        if (layout && layout->indexOf(this) >= 0) {
            const int own = isHidden() ? sizeHint().width() + layout->spacing() : 0;
            setVisible(layout->sizeHint().width() + own <= header->width());
        }
    }
    return QLabel::eventFilter(watched, event);
}

void ScreenTitle::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    style()->drawItemText(
        &painter, contentsRect(), static_cast<int>(alignment()), palette(), isEnabled(),
        fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width()), foregroundRole());
}

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent)
{
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::m, space::s, space::m, space::s);
    layout->setSpacing(space::s);
    m_line = new QHBoxLayout;
    m_line->setSpacing(space::s);
    m_title = roleLabel(title, "section", this);
    m_subtitle = new ElidedLabel(this);
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_line->addWidget(m_title);
    m_line->addWidget(m_subtitle, 1);
    layout->addLayout(m_line);
    m_body = new QVBoxLayout;
    m_body->setSpacing(space::s);
    layout->addLayout(m_body, 1);
    setAccessibleName(title);
}

void Card::setTitle(const QString& title)
{
    m_title->setText(title);
    setAccessibleName(title);
}

void Card::setSubtitle(const QString& text)
{
    m_subtitle->setText(text);
    m_subtitle->setToolTip(text);
}

void Card::addCorner(QWidget* widget)
{
    m_line->addWidget(widget);
}

} // namespace schmidt
