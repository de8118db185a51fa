// SPDX-License-Identifier: Apache-2.0
#include "ledger/report.h"

#include "ledger/outcomes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace schmidt {

namespace {

    constexpr double noiseFactor = 1.96; ///< two-sided 5 % of a normal distribution

    struct MetricEntry {
        const char* key;
        const char* title;
        ComparisonGroup group;
    };

    constexpr std::array<MetricEntry, 23> metricTable { {
        { "perplexity", "Perplexity", ComparisonGroup::Quality },
        { "nll", "Mean negative log-likelihood", ComparisonGroup::Quality },
        { "bits_per_byte", "Bits per byte", ComparisonGroup::Quality },
        { "ln_ppl_ratio", "ln perplexity ratio to the baseline", ComparisonGroup::Quality },
        { "kl_mean", "KL to the baseline, mean", ComparisonGroup::Quality },
        { "kl_median", "KL to the baseline, median", ComparisonGroup::Quality },
        { "kl_p99", "KL to the baseline, 99th percentile", ComparisonGroup::Quality },
        { "same_top", "Same most likely token as the baseline", ComparisonGroup::Quality },
        { "heal_kl_before", "Held-out KL before healing", ComparisonGroup::Quality },
        { "heal_kl_after", "Held-out KL after healing", ComparisonGroup::Quality },
        { "heal_tokens", "Tokens healed on", ComparisonGroup::Quality },
        { "decode_tokens_per_second", "Decoding speed", ComparisonGroup::SpeedAndMemory },
        { "prefill_tokens_per_second", "Prompt processing speed", ComparisonGroup::SpeedAndMemory },
        { "first_token_seconds", "Time to first token", ComparisonGroup::SpeedAndMemory },
        { "inter_token_seconds_p90", "Time between tokens, 90th percentile",
          ComparisonGroup::SpeedAndMemory },
        { "peak_memory_bytes", "Peak memory", ComparisonGroup::SpeedAndMemory },
        { "resident_memory_bytes", "Resident memory", ComparisonGroup::SpeedAndMemory },
        { "kv_cache_bytes", "KV cache", ComparisonGroup::SpeedAndMemory },
        { "joules_per_token", "Energy per token", ComparisonGroup::EnergyCostSize },
        { "joules_per_token_net", "Energy per token above idle", ComparisonGroup::EnergyCostSize },
        { "file_bytes", "File size", ComparisonGroup::EnergyCostSize },
        { "parameters", "Parameters", ComparisonGroup::EnergyCostSize },
        { "block_parameters", "Parameters in blocks", ComparisonGroup::EnergyCostSize },
    } };

    /// A key without its ":text" suffix, which names another evaluation text.
    std::string baseKey(const std::string& key)
    {
        return key.substr(0, key.find(':'));
    }

    const MetricEntry* entryOf(const std::string& key)
    {
        const std::string base = baseKey(key);
        for (const MetricEntry& entry : metricTable)
            if (base == entry.key)
                return &entry;
        return nullptr;
    }

    bool isExact(const std::string& key)
    {
        return key == "file_bytes" || key == "parameters" || key == "block_parameters";
    }

    /// What the baseline scores by definition when compared with itself.
    std::optional<double> definedReference(const std::string& key, const Metric& metric)
    {
        const std::string base = baseKey(key);
        if (base.starts_with("kl_") || base == "ln_ppl_ratio")
            return 0.0;
        if (base == "same_top")
            return metric.unit == "%" ? 100.0 : 1.0;
        return {};
    }

    Change direction(double delta, Better better)
    {
        if (better == Better::Neither)
            return Change::Different;
        return (delta < 0) == (better == Better::Lower) ? Change::Better : Change::Worse;
    }

    Change judged(double delta, double error, Better better)
    {
        return std::abs(delta) <= noiseFactor * error ? Change::Same : direction(delta, better);
    }

    /// The paired change of ln perplexity on the same text, if it was measured with its error.
    const Metric* pairedRatio(const std::string& key, const RunRecord& run)
    {
        const std::string base = baseKey(key);
        if (base != "perplexity" && base != "nll")
            return nullptr;
        const Metric* ratio = findMetric(run.metrics, "ln_ppl_ratio" + key.substr(base.size()));
        return ratio && ratio->value && ratio->uncertainty
                && ratio->provenance == Provenance::Measured
            ? ratio
            : nullptr;
    }

    void judgeByDefinition(ComparisonCell& cell, double reference, Better better)
    {
        if (!cell.metric.uncertainty) {
            cell.change = *cell.metric.value == reference ? Change::Same : Change::Unknown;
            cell.reason = "no uncertainty is known";
            return;
        }
        cell.change = judged(*cell.metric.value - reference, *cell.metric.uncertainty, better);
        cell.reason = "against the baseline's value by definition, " + formatNumber(reference);
    }

    void judge(ComparisonCell& cell, const Metric* reference, const std::string& key,
               const RunRecord& run)
    {
        const Metric& metric = cell.metric;
        if (!metric.value)
            return;
        if (!reference || !reference->value) {
            if (const auto defined = definedReference(key, metric))
                judgeByDefinition(cell, *defined, metric.better);
            return;
        }
        if (metric.provenance != reference->provenance) {
            cell.change = Change::NotComparable;
            cell.reason = provenanceName(metric.provenance) + " against "
                + provenanceName(reference->provenance);
            return;
        }
        if (metricGroup(key) == ComparisonGroup::Quality
            && metric.protocol != reference->protocol) {
            cell.change = Change::NotComparable;
            cell.reason = "different protocols";
            return;
        }
        const double delta = *metric.value - *reference->value;
        cell.delta = delta;
        if (*reference->value != 0)
            cell.relative = delta / std::abs(*reference->value);
        if (delta == 0) {
            cell.change = Change::Same;
            cell.reason = "equal";
        } else if (isExact(key)) {
            cell.change = direction(delta, metric.better);
            cell.reason = "exact";
        } else if (const Metric* ratio = pairedRatio(key, run)) {
            cell.change = judged(*ratio->value, *ratio->uncertainty, metric.better);
            cell.reason = "paired over the same tokens";
        } else if (metric.uncertainty && reference->uncertainty) {
            cell.change = judged(delta, std::hypot(*metric.uncertainty, *reference->uncertainty),
                                 metric.better);
            cell.reason = "from both standard errors";
        } else {
            cell.change = Change::Unknown;
            cell.reason = "no uncertainty is known";
        }
    }

    std::vector<std::string> metricKeys(const std::vector<RunRecord>& runs)
    {
        std::vector<std::string> keys;
        for (const RunRecord& run : runs)
            for (const Metric& metric : run.metrics)
                if (std::find(keys.begin(), keys.end(), metric.name) == keys.end())
                    keys.push_back(metric.name);
        std::stable_sort(keys.begin(), keys.end(),
                         [](const std::string& left, const std::string& right) {
                             return std::pair(metricGroup(left), metricPosition(left))
                                 < std::pair(metricGroup(right), metricPosition(right));
                         });
        return keys;
    }

    ComparisonRow metricRow(const std::string& key, const std::vector<RunRecord>& runs,
                            std::size_t baseline)
    {
        ComparisonRow row {
            key, metricDisplayTitle(key), {}, Better::Neither, metricGroup(key), {}
        };
        const Metric* reference = findMetric(runs[baseline].metrics, key);
        for (std::size_t i = 0; i < runs.size(); ++i) {
            ComparisonCell cell;
            const Metric* metric = findMetric(runs[i].metrics, key);
            cell.metric = metric ? *metric : absentMetric(key, {}, "not measured");
            if (metric) {
                row.unit = metric->unit;
                row.better = metric->better;
            }
            if (i != baseline)
                judge(cell, reference, key, runs[i]);
            row.cells.push_back(std::move(cell));
        }
        return row;
    }

    std::vector<ComparisonRow> goalRows(const std::vector<std::vector<GoalCheck>>& checks)
    {
        std::vector<ComparisonRow> rows;
        for (std::size_t goal = 0; goal < checks.front().size(); ++goal) {
            ComparisonRow row { checks.front()[goal].goal, checks.front()[goal].goal, {},
                                Better::Neither,           ComparisonGroup::Goals,    {} };
            for (const auto& ofRun : checks) {
                ComparisonCell cell;
                cell.goal = goal < ofRun.size() ? ofRun[goal] : GoalCheck {};
                row.cells.push_back(std::move(cell));
            }
            rows.push_back(std::move(row));
        }
        return rows;
    }

    std::string counted(std::size_t count, const std::string& noun)
    {
        return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
    }

    std::size_t verdicts(const std::vector<GoalCheck>& checks, Verdict verdict)
    {
        return static_cast<std::size_t>(
            std::count_if(checks.begin(), checks.end(),
                          [&](const GoalCheck& check) { return check.verdict == verdict; }));
    }

    std::string sizeClause(const RunRecord& run, const RunRecord& baseline)
    {
        const Metric* bytes = findMetric(run.metrics, "file_bytes");
        const Metric* reference = findMetric(baseline.metrics, "file_bytes");
        if (!bytes || !bytes->value || !reference || !reference->value || *reference->value <= 0
            || bytes->provenance != reference->provenance)
            return "has no measured size to compare with the baseline";
        const double change = 100 * (*bytes->value / *reference->value - 1);
        const std::string predicted
            = bytes->provenance == Provenance::Predicted ? " (predicted)" : "";
        return "is " + formatNumber(std::abs(change)) + (change <= 0 ? " % smaller" : " % larger")
            + " than the baseline" + predicted;
    }

    std::string qualityClause(const RunRecord& run)
    {
        const Metric* kl = findMetric(run.metrics, "kl_mean");
        if (!kl || !kl->value)
            return "its quality was not measured";
        return (kl->provenance == Provenance::Predicted ? "predicted KL " : "KL ")
            + formatMetric(*kl) + " to it";
    }

    std::string goalClause(const std::vector<GoalCheck>& checks)
    {
        if (checks.empty())
            return "no goals are set";
        std::string clause = verdicts(checks, Verdict::Met) == checks.size()
            ? (checks.size() == 1 ? "the only goal is met"
                                  : "all " + counted(checks.size(), "goal") + " are met")
            : std::to_string(verdicts(checks, Verdict::Met)) + " of "
                + counted(checks.size(), "goal") + " met";
        std::string missed;
        for (const GoalCheck& check : checks)
            if (check.verdict == Verdict::Missed)
                missed += (missed.empty() ? "" : ", ") + check.goal;
        if (!missed.empty())
            clause += ", missed: " + missed;
        if (const auto open = verdicts(checks, Verdict::NotMeasured); open > 0)
            clause += ", not measured: " + std::to_string(open);
        return clause;
    }

    std::string verdictSentence(const std::vector<RunRecord>& runs,
                                const std::vector<std::vector<GoalCheck>>& checks,
                                std::size_t baseline)
    {
        const auto rank = [&](std::size_t i) {
            const Metric* bytes = findMetric(runs[i].metrics, "file_bytes");
            return std::tuple(verdicts(checks[i], Verdict::Missed),
                              verdicts(checks[i], Verdict::NotMeasured),
                              bytes && bytes->value ? *bytes->value : HUGE_VAL);
        };
        std::optional<std::size_t> best;
        for (std::size_t i = 0; i < runs.size(); ++i)
            if (i != baseline && runs[i].state == RunState::Done
                && (!best || rank(i) < rank(*best)))
                best = i;
        if (!best)
            return "There is no finished variant to compare with the baseline yet.";
        const RunRecord& run = runs[*best];
        return "r" + std::to_string(run.id.value) + " (" + run.name + ") "
            + sizeClause(run, runs[baseline]) + "; " + qualityClause(run) + "; "
            + goalClause(checks[*best]) + ".";
    }

} // namespace

ComparisonGroup metricGroup(const std::string& key)
{
    const MetricEntry* entry = entryOf(key);
    return entry ? entry->group : ComparisonGroup::Quality;
}

int metricPosition(const std::string& key)
{
    const MetricEntry* entry = entryOf(key);
    return entry ? static_cast<int>(entry - metricTable.data())
                 : static_cast<int>(metricTable.size());
}

std::string metricDisplayTitle(const std::string& key)
{
    if (key.starts_with("accuracy:"))
        return "Accuracy, " + key.substr(std::string("accuracy:").size());
    const MetricEntry* entry = entryOf(key);
    if (!entry)
        return key;
    const std::string suffix = key.substr(baseKey(key).size());
    return suffix.empty() ? entry->title : std::string(entry->title) + ", " + suffix.substr(1);
}

std::string comparisonGroupTitle(ComparisonGroup group)
{
    switch (group) {
    case ComparisonGroup::Quality:
        return "Quality";
    case ComparisonGroup::SpeedAndMemory:
        return "Speed and memory";
    case ComparisonGroup::EnergyCostSize:
        return "Energy, cost, size";
    case ComparisonGroup::Goals:
        return "Goals";
    }
    return {};
}

ComparisonTable compareRuns(const std::vector<RunRecord>& given, const Goals& goals)
{
    ComparisonTable table;
    if (given.empty()) {
        table.verdict = "There is no run to compare yet.";
        return table;
    }
    std::vector<RunRecord> runs = given;
    std::stable_partition(runs.begin(), runs.end(),
                          [](const RunRecord& run) { return run.baseline; });
    std::vector<std::vector<GoalCheck>> checks;
    for (const RunRecord& run : runs) {
        table.columns.push_back({ run.id, run.name, run.baseline });
        checks.push_back(checkGoals(goals, run.metrics, runs.front().metrics));
    }
    for (const std::string& key : metricKeys(runs))
        table.rows.push_back(metricRow(key, runs, 0));
    for (ComparisonRow& row : goalRows(checks))
        table.rows.push_back(std::move(row));
    table.verdict = verdictSentence(runs, checks, 0);
    return table;
}

ComparisonTable differencesOnlyTable(const ComparisonTable& table)
{
    ComparisonTable result = table;
    std::erase_if(result.rows, [](const ComparisonRow& row) {
        return std::none_of(row.cells.begin(), row.cells.end(), [](const ComparisonCell& cell) {
            return cell.goal ? cell.goal->verdict != Verdict::Met
                             : cell.change != Change::None && cell.change != Change::Same;
        });
    });
    return result;
}

} // namespace schmidt
