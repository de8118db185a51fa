// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/ledger.h"

#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// What a value says against the baseline's.
enum class Change {
    None, ///< nothing to compare: the baseline itself, or a value is absent
    Same, ///< equal, or the difference is inside its noise
    Better,
    Worse,
    Different, ///< beyond the noise, but neither direction is an improvement
    Unknown, ///< differs, but without uncertainties nobody can say whether it means something
    NotComparable, ///< obtained in different ways; no difference is stated
};
std::string changeName(Change change); ///< "same", "not_comparable", …

/// One value of a comparison. Goal rows have `goal` and no metric.
struct ComparisonCell {
    Metric metric;
    std::optional<double> delta = {}; ///< value − baseline, in the metric's unit
    std::optional<double> relative = {}; ///< delta / |baseline|
    Change change = Change::None;
    std::string reason = {}; ///< one clause on how `change` was decided
    std::optional<GoalCheck> goal = {};
};

enum class ComparisonGroup { Quality, SpeedAndMemory, EnergyCostSize, Goals };
std::string comparisonGroupTitle(ComparisonGroup group); ///< "Speed and memory"

/// A metric, or a goal, over all runs.
struct ComparisonRow {
    std::string key; ///< metric name, or the goal's text
    std::string title;
    std::string unit;
    Better better = Better::Neither;
    ComparisonGroup group = ComparisonGroup::Quality;
    std::vector<ComparisonCell> cells; ///< one per column
};

struct ComparisonColumn {
    RunId run;
    std::string name;
    bool baseline = false;
};

/// Runs side by side; the baseline's column comes first when it is among them.
struct ComparisonTable {
    std::vector<ComparisonColumn> columns;
    std::vector<ComparisonRow> rows; ///< by group, then in display order
    std::string verdict; ///< one sentence on the best variant
};

/// Compares runs with the baseline among them (the row marked so, else the first). A difference of
/// two measured values counts as noise when it is smaller than 1.96 standard errors of the
/// difference (two-sided 5 %); for perplexity and NLL the paired ln_ppl_ratio is used when
/// measured, as both runs saw the same tokens. KL and agreement compare with the baseline by
/// definition. Sizes are exact. Values of different provenance, and quality values of different
/// protocols, are not compared. Predicted values never count towards goals.
ComparisonTable compareRuns(const std::vector<RunRecord>& runs, const Goals& goals);

/// Only rows in which some run differs from the baseline by more than noise, or misses a goal.
ComparisonTable differencesOnlyTable(const ComparisonTable& table);

enum class TableFormat { Text, Csv, Markdown, Latex, Json };
std::optional<TableFormat> tableFormatFromName(const std::string& name); ///< "table", "csv", …

/// The table as text. Text and Markdown show value, provenance mark, Δ and sign of change; CSV and
/// JSON carry every field in the C locale, one CSV line per value. Names are escaped.
std::string renderTable(const ComparisonTable& table, TableFormat format);

/// "12.97 ± 0.08 ●", with the word "predicted" after a predicted value; "n/a (reason)" if absent.
std::string provenanceText(const Metric& metric);
/// "+0.56", "−3.1 MB" with its sign, in the unit the value is shown in, named for bytes only.
std::string deltaText(const ComparisonCell& cell);

/// "met", "missed", "not measured".
std::string verdictText(Verdict verdict);

/// Display name of a metric key; an unknown key is its own title.
std::string metricDisplayTitle(const std::string& key);
/// Where a metric belongs and its place there (smaller is further up).
ComparisonGroup metricGroup(const std::string& key);
int metricPosition(const std::string& key);

/// The text with malformed UTF-8 replaced by U+FFFD.
std::string validUtf8(const std::string& text);

/// Text that is safe in a Markdown table cell or paragraph.
std::string markdownEscaped(const std::string& text);

} // namespace schmidt
