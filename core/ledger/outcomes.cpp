// SPDX-License-Identifier: Apache-2.0
#include "ledger/outcomes.h"

#include "base/metric_names.h"

#include <algorithm>

namespace schmidt {

const Metric* findMetric(const std::vector<Metric>& metrics, const std::string& name)
{
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const Metric& metric) { return metric.name == name; });
    return found == metrics.end() ? nullptr : &*found;
}

namespace {

    double valueOf(const RunRecord& run, const char* name)
    {
        const Metric* metric = findMetric(run.metrics, name);
        return metric && metric->value && metric->provenance == Provenance::Measured
            ? *metric->value
            : -1;
    }

} // namespace

std::vector<MeasuredOutcome> measuredOutcomes(const std::vector<RunRecord>& runs,
                                              const std::string& workload)
{
    double baselineNll = -1;
    for (const RunRecord& run : runs)
        if (run.baseline)
            baselineNll = valueOf(run, metric_names::nll);
    std::vector<MeasuredOutcome> outcomes;
    for (const RunRecord& run : runs) {
        if (run.baseline || run.workload != workload || run.state != RunState::Done)
            continue;
        const double kl = valueOf(run, metric_names::klMean);
        const double nll = valueOf(run, metric_names::nll);
        auto recipe = recipeFromJson(run.recipe);
        // Predictions are about compression alone; a healed run would pull them down.
        if (kl < 0 || nll < 0 || baselineNll < 0 || !recipe.ok() || recipe->heal.enabled())
            continue;
        outcomes.push_back({ std::move(*recipe), kl, nll, baselineNll });
    }
    return outcomes;
}

std::optional<MachineRates> measuredRates(const std::vector<RunRecord>& runs)
{
    for (const RunRecord& run : runs) {
        if (!run.baseline)
            continue;
        const double decode = valueOf(run, metric_names::decodeTokensPerSecond);
        const double prefill = valueOf(run, metric_names::prefillTokensPerSecond);
        const double bytes = valueOf(run, metric_names::fileBytes);
        if (decode <= 0 || prefill <= 0 || bytes <= 0)
            return {};
        MachineRates rates;
        rates.decodeTokensPerSecond = decode;
        rates.prefillTokensPerSecond = prefill;
        rates.weightBytes = static_cast<std::int64_t>(bytes);
        rates.joulesPerToken = std::max(0.0, valueOf(run, metric_names::joulesPerToken));
        return rates;
    }
    return {};
}

} // namespace schmidt
