// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/metric.h"
#include "ledger/report.h"

#include <QString>
#include <QStringList>
#include <vector>

namespace schmidt {

/// Name of a metric by its key, translated; a suffix after ":" follows the name ("Accuracy, faq").
/// An unknown key is its own title.
QString metricTitle(const std::string& key);
/// The limit of a goal in the user's language and notation: "Decoding speed ≥ 60 tok/s".
QString goalTitle(const GoalCheck& check);
/// An amount that core wrote ("68.0 MB", "12.7 tokens/s") in the user's notation.
QString amountText(const std::string& amount);
/// "● Perplexity  12.7 ± 0.1"; a long reason for an absent value is shortened, metricReason() has
/// it in full.
QString metricLine(const Metric& metric);
/// Why a metric is absent, in the user's language where the reason is one of those that core gives
/// everywhere; empty for a present one.
QString absentReasonText(const Metric& metric);
/// Name and full reason of an absent metric; empty for a present one.
QString metricReason(const Metric& metric);

/// The finished variant that a table's goals and sizes favour: fewest missed goals, then fewest
/// unmeasured ones, then the smallest file. The column's index, -1 when there is no variant.
int bestColumn(const ComparisonTable& table);
/// One sentence on that variant against the baseline; empty without a variant.
QString verdictSentence(const ComparisonTable& table);

} // namespace schmidt
