// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/chat_column.h"

#include "base/metric.h"
#include "ui/plots/message_text.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace schmidt {

ChatColumn::ChatColumn(const QString& name, int variant, QWidget* parent)
    : Card(name, parent)
    , m_name(name)
    , m_variant(variant)
{
    m_line = new QFrame(this);
    m_line->setFixedHeight(3);
    m_text = new QPlainTextEdit(this);
    m_text->setReadOnly(true);
    m_text->setPlaceholderText(tr("The answer appears here."));
    m_state = roleLabel({}, "small", this);
    m_state->setWordWrap(true);
    m_vote = new QPushButton(tr("This is the best answer"), this);
    m_vote->hide();
    body()->addWidget(m_line);
    body()->addWidget(m_text, 1);
    body()->addWidget(m_state);
    body()->addWidget(m_vote);
    connect(m_vote, &QPushButton::clicked, this, &ChatColumn::preferred);
    connect(&themeOf(), &Theme::changed, this, &ChatColumn::showName);
    showName();
}

void ChatColumn::showName()
{
    const QString name = hidden() ? tr("Answer %1").arg(m_letter) : m_name;
    setTitle(name);
    setSubtitle(m_preferred ? tr("preferred") : QString());
    const QColor color = hidden() ? themeOf().colors().line
        : m_variant < 0           ? themeOf().baselineColor()
                                  : themeOf().variantColor(m_variant);
    m_line->setStyleSheet(QStringLiteral("background: %1; border: none;").arg(color.name()));
    m_text->setAccessibleName(hidden() ? name : tr("Answer of %1").arg(name));
    m_vote->setAccessibleName(tr("%1 is the best").arg(name));
}

void ChatColumn::hideName(const QString& letter)
{
    m_letter = letter;
    showName();
}

void ChatColumn::revealName()
{
    m_letter.clear();
    showName();
    if (!m_figures.isEmpty()) {
        m_state->setText(m_figures);
        m_state->setToolTip(m_figuresReason);
    }
}

void ChatColumn::clearAnswer()
{
    m_text->clear();
    m_pieces = 0;
    m_figures.clear();
    m_state->setToolTip({});
    m_preferred = false;
    offerVote(false);
    showName();
}

void ChatColumn::append(const QString& piece)
{
    ++m_pieces;
    if (hidden()) {
        // The pace could give away whose the answer is: it appears when all are there.
        m_state->setText(tr("answering"));
        return;
    }
    m_text->moveCursor(QTextCursor::End);
    m_text->insertPlainText(piece);
    m_state->setText(tr("answering, %n tokens", nullptr, m_pieces));
}

void ChatColumn::setState(const QString& text)
{
    m_state->setText(text);
}

void ChatColumn::setAnswer(const Json& answer)
{
    m_text->setPlainText(QString::fromStdString(jsonValue<std::string>(answer, "text", {})));
    QString energy = tr("energy not measured");
    m_figuresReason.clear();
    if (const auto metric = metricFromJson(jsonValue<Json>(answer, "energy", {})); metric.ok()) {
        if (metric->present())
            energy = metricValueText(*metric);
        m_figuresReason
            = metric->present() ? protocolText(metric->protocol) : absentReasonText(*metric);
    }
    const QString figures = jsonValue<bool>(answer, "shared", false)
        ? tr("● %1 tok/s beside the others · first token after %2 ms · %3 tokens · %4")
        : tr("● %1 tok/s · first token after %2 ms · %3 tokens · %4");
    m_figures = figures
                    .arg(numberText(jsonValue<double>(answer, "tokens_per_second", 0)),
                         numberText(1000 * jsonValue<double>(answer, "first_token_seconds", 0)))
                    .arg(jsonValue<int>(answer, "tokens", 0))
                    .arg(energy);
    if (hidden())
        m_state->setText(tr("finished"));
    else
        revealName();
}

void ChatColumn::offerVote(bool offer)
{
    m_vote->setVisible(offer);
}

void ChatColumn::setPreferred(bool preferred)
{
    m_preferred = preferred;
    showName();
}

QString ChatColumn::answer() const
{
    return m_text->toPlainText();
}

} // namespace schmidt
