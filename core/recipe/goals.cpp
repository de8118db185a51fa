// SPDX-License-Identifier: Apache-2.0
#include "recipe/goals.h"

#include "base/metric_names.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace schmidt {

namespace {

    /// One limit of the goals: its JSON key, the metric it judges and which side is good.
    struct Limit {
        const char* key;
        std::optional<double> Goals::*value;
        const char* metric;
        const char* title;
        const char* unit;
        bool atMost;
    };

    const std::vector<Limit>& limits()
    {
        static const std::vector<Limit> table {
            { "max_kl", &Goals::maxKl, metric_names::klMean, "KL", "nat", true },
            { "max_perplexity_increase", &Goals::maxPerplexityIncrease, metric_names::perplexity,
              "perplexity", "%", true },
            { "max_first_token_seconds", &Goals::maxFirstTokenSeconds,
              metric_names::firstTokenSeconds, "first token", "s", true },
            { "min_decode_tokens_per_second", &Goals::minDecodeTokensPerSecond,
              metric_names::decodeTokensPerSecond, "decode", "tokens/s", false },
            { "max_memory_bytes", &Goals::maxMemoryBytes, metric_names::peakMemoryBytes, "memory",
              "B", true },
            { "max_file_bytes", &Goals::maxFileBytes, metric_names::fileBytes, "file", "B", true },
            { "max_joules_per_token", &Goals::maxJoulesPerToken, metric_names::joulesPerToken,
              "energy per token", "J", true },
        };
        return table;
    }

    const Metric* find(const std::vector<Metric>& metrics, const char* name)
    {
        const auto found
            = std::find_if(metrics.begin(), metrics.end(),
                           [name](const Metric& metric) { return metric.name == name; });
        return found == metrics.end() ? nullptr : &*found;
    }

    std::string amount(double value, const std::string& unit)
    {
        if (unit == "B")
            return formatBytes(value);
        if (unit == "%")
            return formatNumber(100 * value) + " %";
        return formatNumber(value) + " " + unit;
    }

    GoalCheck checkLimit(const Limit& limit, double bound, const std::vector<Metric>& variant,
                         const std::vector<Metric>& baseline)
    {
        const bool relative = limit.value == &Goals::maxPerplexityIncrease;
        GoalCheck check;
        check.metric = limit.metric;
        check.goal = fmt::format("{} {} {}{}", limit.title, limit.atMost ? "≤" : "≥",
                                 relative ? "+" : "", amount(bound, limit.unit));
        const Metric* metric = find(variant, limit.metric);
        if (!metric || !metric->value) {
            check.reason = metric && !metric->absentReason.empty() ? metric->absentReason
                                                                   : "not measured yet";
            return check;
        }
        if (metric->provenance != Provenance::Measured
            && metric->provenance != Provenance::Imported) {
            check.reason = "only " + provenanceName(metric->provenance) + ", not measured";
            return check;
        }
        double value = *metric->value;
        if (relative) {
            const Metric* reference = find(baseline, limit.metric);
            if (!reference || !reference->value || *reference->value <= 0) {
                check.reason = "the baseline was not measured";
                return check;
            }
            value = value / *reference->value - 1;
        }
        check.verdict
            = (limit.atMost ? value <= bound : value >= bound) ? Verdict::Met : Verdict::Missed;
        check.reason = amount(value, limit.unit);
        return check;
    }

} // namespace

Json toJson(const Goals& goals)
{
    Json json { { "workload", goals.workload }, { "private_only", goals.privateOnly } };
    for (const Limit& limit : limits())
        if (const auto& value = goals.*limit.value)
            json[limit.key] = *value;
    return json;
}

Result<Goals> goalsFromJson(const Json& json)
{
    if (!json.is_object())
        return badInput("Goals must be a JSON object.");
    Goals goals;
    goals.workload = jsonValue<std::string>(json, "workload", "faq");
    goals.privateOnly = jsonValue(json, "private_only", true);
    for (const Limit& limit : limits()) {
        const auto found = json.find(limit.key);
        if (found == json.end() || found->is_null())
            continue;
        if (!found->is_number() || !(found->get<double>() > 0))
            return badInput(fmt::format("The goal {} must be a positive number.", limit.key));
        goals.*limit.value = found->get<double>();
    }
    return goals;
}

std::string verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Met:
        return "met";
    case Verdict::Missed:
        return "missed";
    default:
        return "not measured";
    }
}

std::vector<GoalCheck> checkGoals(const Goals& goals, const std::vector<Metric>& variant,
                                  const std::vector<Metric>& baseline)
{
    std::vector<GoalCheck> checks;
    for (const Limit& limit : limits())
        if (const auto& bound = goals.*limit.value)
            checks.push_back(checkLimit(limit, *bound, variant, baseline));
    return checks;
}

} // namespace schmidt
