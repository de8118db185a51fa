// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/totals_bar.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "ui/plots/message_text.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

namespace schmidt {

namespace {

    constexpr int lineGap = 3;

    QString text(const char* source)
    {
        return QCoreApplication::translate("schmidt::TotalsBar", source);
    }

    /// The limit of a figure: at most (Lower) or at least (Higher).
    struct Limit {
        std::optional<double> value;
        Better better = Better::Lower;
    };

    Total totalOf(const QString& title, const Metric& draft, const Metric& baseline, Limit limit)
    {
        Total total;
        total.title = title;
        total.provenance = draft.provenance;
        total.value = metricValueText(draft);
        total.error = metricErrorText(draft);
        total.hint = draft.value ? protocolText(draft.protocol) : absentReasonText(draft);
        total.from = baseline.value && draft.value
            ? text(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "from %1"))
                  .arg(metricValueText(baseline))
            : absentReasonText(draft);
        if (draft.value && baseline.value && *baseline.value > 0) {
            const double ratio = *draft.value / *baseline.value;
            if (std::abs(ratio - 1) >= 5e-4) {
                total.change = draft.better == Better::Higher
                    ? QStringLiteral("×\u2009") + numberText(ratio)
                    : (ratio > 1 ? QStringLiteral("+") : QString()) + percentText(ratio - 1);
                const int direction = draft.better == Better::Higher ? 1 : -1;
                total.changeSign = (ratio > 1 ? 1 : -1) * direction;
            }
        }
        if (limit.value) {
            Metric bound = draft;
            bound.value = limit.value;
            bound.uncertainty.reset();
            total.goal = (limit.better == Better::Lower ? QStringLiteral("≤\u2009")
                                                        : QStringLiteral("≥\u2009"))
                + metricValueText(bound);
            if (draft.value)
                total.reached = limit.better == Better::Lower ? *draft.value <= *limit.value
                                                              : *draft.value >= *limit.value;
        }
        return total;
    }

    /// How soon an answer begins, below how fast it goes on.
    void addFirstToken(Total& total, const Metric& firstToken, std::optional<double> limit)
    {
        if (!firstToken.value)
            return;
        total.note = text(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "first token %1"))
                         .arg(metricValueText(firstToken));
        if (!total.hint.isEmpty())
            total.hint += QLatin1Char('\n');
        total.hint += total.note + QLatin1Char(' ') + metricErrorText(firstToken)
            + QStringLiteral(", ") + protocolText(firstToken.protocol);
        if (!limit)
            return;
        Metric bound = firstToken;
        bound.value = limit;
        total.noteReached = *firstToken.value <= *limit;
        total.note
            += (*total.noteReached ? QStringLiteral(" ✓ ≤\u2009") : QStringLiteral(" ✗ ≤\u2009"))
            + metricValueText(bound);
    }

    /// What is left of the loss after healing, below the loss.
    void addHealing(Total& total, const Metric& healed, std::optional<double> limit)
    {
        total.note = text(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "healed %1"))
                         .arg(metricValueText(healed));
        if (!total.hint.isEmpty())
            total.hint += QLatin1Char('\n');
        total.hint += total.note + QLatin1Char(' ') + metricErrorText(healed) + QStringLiteral(", ")
            + (healed.value ? protocolText(healed.protocol) : absentReasonText(healed));
        if (limit && healed.value)
            total.noteReached = *healed.value <= *limit;
    }

    const Metric& measuredOr(const std::vector<Metric>& measured, const char* name,
                             const Metric& fallback)
    {
        const Metric* found = findMetric(measured, name);
        return found && found->value ? *found : fallback;
    }

} // namespace

std::vector<Total> totalsOf(const Prediction& draft, const Prediction& baseline,
                            const std::vector<Metric>& measured, const Goals& goals)
{
    namespace names = metric_names;
    // Perplexity keeps the analysis's own reference, so that both are about the same tokens.
    std::optional<double> maxPerplexity;
    if (goals.maxPerplexityIncrease && baseline.perplexity.value)
        maxPerplexity = *baseline.perplexity.value * (1 + *goals.maxPerplexityIncrease);
    const auto title = [](const char* source) { return text(source); };
    Total decode
        = totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "Decode")), draft.decodeRate,
                  measuredOr(measured, names::decodeTokensPerSecond, baseline.decodeRate),
                  { goals.minDecodeTokensPerSecond, Better::Higher });
    addFirstToken(decode, draft.firstToken, goals.maxFirstTokenSeconds);
    Total kl = totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "KL")), draft.kl, baseline.kl,
                       { goals.maxKl });
    if (draft.healedKl && draft.kl.present())
        addHealing(kl, *draft.healedKl, goals.maxKl);
    return {
        totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "File")), draft.fileBytes,
                measuredOr(measured, names::fileBytes, baseline.fileBytes), { goals.maxFileBytes }),
        totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "Parameters")), draft.parameters,
                baseline.parameters, {}),
        std::move(kl),
        totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "Perplexity")), draft.perplexity,
                baseline.perplexity, { maxPerplexity }),
        std::move(decode),
        totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "Memory")), draft.memory,
                baseline.memory, { goals.maxMemoryBytes }),
        totalOf(title(QT_TRANSLATE_NOOP("schmidt::TotalsBar", "Energy per token")), draft.energy,
                measuredOr(measured, names::joulesPerToken, baseline.energy),
                { goals.maxJoulesPerToken }),
    };
}

TotalsBar::TotalsBar(QWidget* parent)
    : QFrame(parent)
{
    setProperty("role", "card");
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Predicted totals"));
    connect(&themeOf(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize TotalsBar::sizeHint() const
{
    const Theme& theme = themeOf();
    return { 900,
             theme.pixels(TextSize::Small) + theme.pixels(TextSize::ScreenTitle)
                 + theme.pixels(TextSize::Body) + 4 * lineGap + 2 * space::m + 20 };
}

QSize TotalsBar::minimumSizeHint() const
{
    return { 600, sizeHint().height() };
}

void TotalsBar::setTotals(std::vector<Total> totals)
{
    m_totals = std::move(totals);
    QStringList spoken;
    for (const Total& total : m_totals)
        spoken << total.title + QLatin1Char(' ') + total.value;
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    update();
}

void TotalsBar::paintTotal(QPainter& painter, const QRectF& area, const Total& total) const
{
    const Theme& theme = themeOf();
    const ThemeColors& colors = theme.colors();
    const bool predicted = total.provenance == Provenance::Predicted;
    double y = area.top();
    const auto write = [&](double x, const QString& words, const QFont& font, const QColor& color) {
        painter.setFont(font);
        painter.setPen(color);
        const QFontMetricsF metrics(font);
        const QString shown
            = metrics.elidedText(words, Qt::ElideRight, std::max(0.0, area.right() - x));
        painter.drawText(QPointF(x, y), shown);
        return x + metrics.horizontalAdvance(shown);
    };
    const QFont small = theme.font(TextSize::Small);
    y += QFontMetricsF(small).ascent();
    double x = write(area.left(),
                     total.title + QLatin1Char(' ')
                         + QString::fromStdString(provenanceMark(total.provenance)),
                     small, colors.muted);
    if (!total.goal.isEmpty()) {
        const bool known = total.reached.has_value();
        const QString sign = !known ? QString()
            : *total.reached        ? QStringLiteral("✓ ")
                                    : QStringLiteral("✗ ");
        // The sign comes first, so that it stays where the limit has to be cut.
        if (area.right() - x > 3 * space::l)
            write(x + space::s, sign + total.goal, small,
                  !known               ? colors.muted
                      : *total.reached ? colors.better
                                       : colors.worse);
    }
    QFont big = theme.font(TextSize::ScreenTitle, true);
    big.setItalic(predicted);
    y += QFontMetricsF(small).descent() + lineGap + QFontMetricsF(big).ascent();
    x = write(area.left(), total.value, big,
              total.provenance == Provenance::Absent ? colors.muted : colors.text);
    // Half an uncertainty misleads: it is shown whole, or in the tool tip alone.
    if (!total.error.isEmpty()
        && x + space::xs + QFontMetricsF(small).horizontalAdvance(total.error) <= area.right())
        write(x + space::xs, total.error, small, colors.muted);
    const QFont body = theme.font();
    y += QFontMetricsF(big).descent() + lineGap;
    if (total.provenance == Provenance::Absent) { // the reason, which is a sentence
        painter.setFont(small);
        painter.setPen(colors.muted);
        painter.drawText(QRectF(area.left(), y, area.width(), rect().bottom() - y),
                         Qt::TextWordWrap, total.from);
        return;
    }
    y += QFontMetricsF(body).ascent();
    x = area.left();
    if (!total.change.isEmpty())
        x = write(x, total.change, body, theme.verdictColor(total.changeSign)) + space::s;
    write(x, total.from, small, colors.muted);
    y += QFontMetricsF(body).descent() + lineGap + QFontMetricsF(small).ascent();
    if (!total.note.isEmpty())
        write(area.left(), total.note, small,
              !total.noteReached       ? colors.muted
                  : *total.noteReached ? colors.better
                                       : colors.worse);
}

void TotalsBar::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    if (m_totals.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF inside = QRectF(rect()).adjusted(space::m, space::m, -space::m, -space::m);
    const double step = inside.width() / static_cast<double>(m_totals.size());
    for (std::size_t index = 0; index < m_totals.size(); ++index) {
        const QRectF area(inside.left() + static_cast<double>(index) * step, inside.top(),
                          step - space::m, inside.height());
        paintTotal(painter, area, m_totals[index]);
    }
}

bool TotalsBar::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !m_totals.empty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int count = static_cast<int>(m_totals.size());
        const int index = std::clamp(help->pos().x() * count / std::max(1, width()), 0, count - 1);
        const Total& total = m_totals[static_cast<std::size_t>(index)];
        const QString figure = (total.value + QLatin1Char(' ') + total.error).trimmed();
        const QString origin = total.provenance == Provenance::Predicted
            ? tr("Predicted; the band holds 90 % of what was measured.")
            : QString();
        QToolTip::showText(
            help->globalPos(),
            figure + QLatin1Char('\n')
                + (total.hint.isEmpty() ? origin : total.hint + QLatin1Char('\n') + origin),
            this);
        return true;
    }
    return QFrame::event(event);
}

} // namespace schmidt
