// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/hint_line.h"

#include <QApplication>
#include <QEvent>
#include <QTextDocumentFragment>

namespace schmidt {

namespace {

    constexpr int searchedParents = 3;

    /// The hint of a widget or of what it lies in, on one line.
    QString hintOf(const QWidget* widget)
    {
        for (int level = 0; widget && level <= searchedParents; ++level) {
            const QString text
                = widget->statusTip().isEmpty() ? widget->toolTip() : widget->statusTip();
            if (!text.isEmpty())
                return (Qt::mightBeRichText(text)
                            ? QTextDocumentFragment::fromHtml(text).toPlainText()
                            : text)
                    .simplified();
            if (widget->isWindow())
                break;
            widget = widget->parentWidget();
        }
        return {};
    }

} // namespace

HintLine::HintLine(QWidget* parent)
    : ElidedLabel(parent)
{
    setAccessibleName(tr("Hint"));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    qApp->installEventFilter(this);
}

void HintLine::setScreenHint(const QString& text)
{
    m_screenHint = text;
    showHint({});
}

bool HintLine::eventFilter(QObject* watched, QEvent* event)
{
    if ((event->type() == QEvent::Enter || event->type() == QEvent::FocusIn)
        && watched->isWidgetType() && watched != this) {
        const auto* widget = static_cast<QWidget*>(watched);
        if (widget->window() == window())
            showHint(hintOf(widget));
    }
    return ElidedLabel::eventFilter(watched, event);
}

void HintLine::showHint(const QString& text)
{
    const QString shown = text.isEmpty() ? m_screenHint : text;
    if (shown != this->text())
        setText(shown);
}

} // namespace schmidt
