// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/metric_text.h"

#include "base/metric_names.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

namespace schmidt {

namespace {

    constexpr const char* context = "schmidt::Metrics";
    constexpr int reasonLength = 48; ///< characters of a reason that a line shows

    struct Title {
        const char* key;
        const char* text;
    };

    constexpr Title titles[] = {
        { metric_names::perplexity, QT_TRANSLATE_NOOP("schmidt::Metrics", "Perplexity") },
        { metric_names::nll,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Mean negative log-likelihood") },
        { metric_names::lnPplRatio,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "ln perplexity ratio to the baseline") },
        { metric_names::bitsPerByte, QT_TRANSLATE_NOOP("schmidt::Metrics", "Bits per byte") },
        { metric_names::klMean, QT_TRANSLATE_NOOP("schmidt::Metrics", "KL to the baseline, mean") },
        { metric_names::klMedian,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "KL to the baseline, median") },
        { metric_names::klP99,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "KL to the baseline, 99th percentile") },
        { metric_names::sameTop,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Same most likely token as the baseline") },
        { metric_names::runtimeKl,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "KL added by the runtime") },
        { metric_names::healKlBefore,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Held-out KL before healing") },
        { metric_names::healKlAfter,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Held-out KL after healing") },
        { metric_names::healTokens, QT_TRANSLATE_NOOP("schmidt::Metrics", "Tokens healed on") },
        { metric_names::healTokensPerSecond,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Healing speed") },
        { metric_names::healedKl, QT_TRANSLATE_NOOP("schmidt::Metrics", "KL after healing") },
        { "accuracy", QT_TRANSLATE_NOOP("schmidt::Metrics", "Accuracy") },
        { metric_names::decodeTokensPerSecond,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Decoding speed") },
        { metric_names::prefillTokensPerSecond,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Prompt processing speed") },
        { metric_names::firstTokenSeconds,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Time to first token") },
        { "inter_token_seconds_p90",
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Time between tokens, 90th percentile") },
        { metric_names::peakMemoryBytes, QT_TRANSLATE_NOOP("schmidt::Metrics", "Peak memory") },
        { "resident_memory_bytes", QT_TRANSLATE_NOOP("schmidt::Metrics", "Resident memory") },
        { metric_names::kvCacheBytes, QT_TRANSLATE_NOOP("schmidt::Metrics", "KV cache") },
        { metric_names::joulesPerToken, QT_TRANSLATE_NOOP("schmidt::Metrics", "Energy per token") },
        { metric_names::joulesPerTokenNet,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Energy per token above idle") },
        { metric_names::fileBytes, QT_TRANSLATE_NOOP("schmidt::Metrics", "File size") },
        { metric_names::parameters, QT_TRANSLATE_NOOP("schmidt::Metrics", "Parameters") },
        { metric_names::blockParameters,
          QT_TRANSLATE_NOOP("schmidt::Metrics", "Parameters in blocks") },
    };

    /// Reasons that core gives word by word.
    constexpr const char* reasons[] = {
        QT_TRANSLATE_NOOP("schmidt::Metrics", "not measured"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "measure the baseline first (bench)"),
        QT_TRANSLATE_NOOP("schmidt::Metrics",
                          "a first healed run tells how fast this machine heals"),
        QT_TRANSLATE_NOOP("schmidt::Metrics",
                          "the analysis did not measure a smaller vocabulary; analyze again"),
        QT_TRANSLATE_NOOP(
            "schmidt::Metrics",
            "the analysis did not measure layers without attention or MLP; analyze again"),
        QT_TRANSLATE_NOOP(
            "schmidt::Metrics",
            "tensor networks are not predicted; Spectra > Bonds tells what each one loses"),
        QT_TRANSLATE_NOOP("schmidt::Metrics",
                          "no energy counter was readable when the baseline was measured"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "the runs answered at the same time"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "no repetition was measured"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "no decoded token was timed"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "the system did not tell it"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "no token was scored"),
        QT_TRANSLATE_NOOP("schmidt::Metrics", "this machine offers no readable energy counter"),
    };

    QString translated(const char* text)
    {
        return QCoreApplication::translate(context, text);
    }

    const ComparisonCell* cellOf(const ComparisonTable& table, const char* key, int column)
    {
        for (const ComparisonRow& row : table.rows)
            if (row.key == key && column < static_cast<int>(row.cells.size()))
                return &row.cells[static_cast<std::size_t>(column)];
        return nullptr;
    }

    int goalsWith(const ComparisonTable& table, int column, Verdict verdict)
    {
        return static_cast<int>(
            std::count_if(table.rows.begin(), table.rows.end(), [&](const ComparisonRow& row) {
                if (row.group != ComparisonGroup::Goals
                    || column >= static_cast<int>(row.cells.size()))
                    return false;
                const auto& goal = row.cells[static_cast<std::size_t>(column)].goal;
                return goal && goal->verdict == verdict;
            }));
    }

    QString sizeClause(const ComparisonTable& table, int column)
    {
        const ComparisonCell* cell = cellOf(table, metric_names::fileBytes, column);
        if (!cell || !cell->relative)
            return translated(QT_TRANSLATE_NOOP(
                "schmidt::Metrics", "has no measured size to compare with the baseline"));
        const QString share = percentText(std::abs(*cell->relative));
        return (*cell->relative <= 0 ? translated(
                    QT_TRANSLATE_NOOP("schmidt::Metrics", "is %1 smaller than the baseline"))
                                     : translated(QT_TRANSLATE_NOOP(
                                         "schmidt::Metrics", "is %1 larger than the baseline")))
            .arg(share);
    }

    QString qualityClause(const ComparisonTable& table, int column)
    {
        const ComparisonCell* cell = cellOf(table, metric_names::klMean, column);
        if (!cell || !cell->metric.value)
            return translated(
                QT_TRANSLATE_NOOP("schmidt::Metrics", "its quality was not measured"));
        const QString value = QString(metricValueText(cell->metric) + QLatin1Char(' ')
                                      + metricErrorText(cell->metric))
                                  .trimmed();
        return (cell->metric.provenance == Provenance::Predicted
                    ? translated(QT_TRANSLATE_NOOP("schmidt::Metrics", "predicted KL to it %1"))
                    : translated(QT_TRANSLATE_NOOP("schmidt::Metrics", "KL to it %1")))
            .arg(value);
    }

    QString goalClause(const ComparisonTable& table, int column)
    {
        const int met = goalsWith(table, column, Verdict::Met);
        const int missed = goalsWith(table, column, Verdict::Missed);
        const int open = goalsWith(table, column, Verdict::NotMeasured);
        if (met + missed + open == 0)
            return translated(QT_TRANSLATE_NOOP("schmidt::Metrics", "no goals are set"));
        return translated(QT_TRANSLATE_NOOP("schmidt::Metrics",
                                            "goals: %1 met, %2 missed, %3 not measured"))
            .arg(met)
            .arg(missed)
            .arg(open);
    }

    /// What stands behind a metric's name: a runtime, a text, or a condition of a speed ("d512",
    /// "np4", "t1") in words.
    QString conditionText(const QString& suffix)
    {
        static const QRegularExpression condition(QStringLiteral("^(d|np|t)([0-9]+)$"));
        const auto match = condition.match(suffix);
        if (!match.hasMatch())
            return suffix;
        const int count = match.captured(2).toInt();
        if (match.captured(1) == QLatin1String("d"))
            return QCoreApplication::translate("schmidt::Metrics", "behind %n tokens", nullptr,
                                               count);
        if (match.captured(1) == QLatin1String("np"))
            return QCoreApplication::translate("schmidt::Metrics", "%n texts at once", nullptr,
                                               count);
        return QCoreApplication::translate("schmidt::Metrics", "%n threads", nullptr, count);
    }

} // namespace

QString metricTitle(const std::string& key)
{
    const std::string base = key.substr(0, key.find(':'));
    const auto* found = std::find_if(std::begin(titles), std::end(titles),
                                     [&base](const Title& title) { return base == title.key; });
    if (found == std::end(titles))
        return QString::fromStdString(validUtf8(key));
    const QString title = translated(found->text);
    return base.size() == key.size() ? title
                                     : title + QStringLiteral(", ")
            + conditionText(QString::fromStdString(validUtf8(key.substr(base.size() + 1))));
}

QString amountText(const std::string& amount)
{
    QString text = localizedNumber(amount);
    text.replace(QLatin1String("tokens/s"), unitText(QStringLiteral("1/s")));
    return text;
}

QString goalTitle(const GoalCheck& check)
{
    const QString text = QString::fromStdString(check.goal);
    for (const QChar sign : { QChar(0x2264), QChar(0x2265) })
        if (const auto place = text.indexOf(sign); place >= 0)
            return metricTitle(check.metric) + QLatin1Char(' ')
                + amountText(text.mid(place).toStdString());
    return text;
}

QString metricLine(const Metric& metric)
{
    QString line = QString::fromStdString(provenanceMark(metric.provenance)) + QLatin1Char(' ')
        + metricTitle(metric.name) + QStringLiteral("  ") + metricValueText(metric);
    if (const QString error = metricErrorText(metric); !error.isEmpty())
        line += QLatin1Char(' ') + error;
    if (metric.value || metric.absentReason.empty())
        return line;
    QString reason = absentReasonText(metric);
    if (reason.size() > reasonLength)
        reason = reason.left(reasonLength - 1).trimmed() + QChar(0x2026);
    return line + QStringLiteral(" (") + reason + QLatin1Char(')');
}

QString absentReasonText(const Metric& metric)
{
    if (metric.value)
        return {};
    const std::string& reason = metric.absentReason;
    for (const char* known : reasons) // some go on with details
        if (reason.starts_with(known))
            return translated(known)
                + QString::fromStdString(
                       validUtf8(reason.substr(std::char_traits<char>::length(known))));
    return QString::fromStdString(validUtf8(reason));
}

QString metricReason(const Metric& metric)
{
    if (metric.value || metric.absentReason.empty())
        return {};
    return metricTitle(metric.name) + QStringLiteral(": ") + absentReasonText(metric);
}

int bestColumn(const ComparisonTable& table)
{
    const auto rank = [&table](int column) {
        const ComparisonCell* bytes = cellOf(table, metric_names::fileBytes, column);
        return std::tuple(goalsWith(table, column, Verdict::Missed),
                          goalsWith(table, column, Verdict::NotMeasured),
                          bytes && bytes->metric.value ? *bytes->metric.value : HUGE_VAL);
    };
    int best = -1;
    for (int column = 0; column < static_cast<int>(table.columns.size()); ++column)
        if (!table.columns[static_cast<std::size_t>(column)].baseline
            && (best < 0 || rank(column) < rank(best)))
            best = column;
    return best;
}

QString verdictSentence(const ComparisonTable& table)
{
    const int best = bestColumn(table);
    if (best < 0)
        return {};
    const ComparisonColumn& column = table.columns[static_cast<std::size_t>(best)];
    return translated(QT_TRANSLATE_NOOP("schmidt::Metrics", "r%1 (%2) %3; %4; %5."))
        .arg(QString::number(column.run.value), QString::fromStdString(validUtf8(column.name)),
             sizeClause(table, best), qualityClause(table, best), goalClause(table, best));
}

} // namespace schmidt
