// SPDX-License-Identifier: Apache-2.0
#include "ledger/outcomes.h"

#include "base/metric_names.h"

#include <algorithm>
#include <cmath>

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
        // Predictions are about compression alone; a healed run would pull them down, and the KL of
        // one with a smaller vocabulary is that on other tokens.
        if (kl < 0 || nll < 0 || baselineNll < 0 || !recipe.ok() || recipe->heal.enabled()
            || recipe->vocabulary > 0)
            continue;
        outcomes.push_back({ std::move(*recipe), kl, nll, baselineNll });
    }
    return outcomes;
}

HealingLaw measuredHealing(const std::vector<RunRecord>& runs)
{
    std::vector<HealedOutcome> healed;
    for (const RunRecord& run : runs)
        if (const double tokens = valueOf(run, metric_names::healTokens); tokens > 0)
            healed.push_back({ valueOf(run, metric_names::healKlBefore),
                               valueOf(run, metric_names::healKlAfter), tokens,
                               valueOf(run, metric_names::healTokensPerSecond) });
    return HealingLaw(healed);
}

namespace {

    /// One run's file and what a decoded token of it takes.
    struct DecodeTime {
        double bytes = 0, seconds = 0;
    };

    /// The overhead of a decoded token, t = o + (t₀ - o) bytes / bytes₀, by least squares on
    /// relative times around a prior of 15 ± 10 % of the baseline's time: what small models take in
    /// llama.cpp on CPUs. Also how well it fits.
    void fitOverhead(const DecodeTime& baseline, const std::vector<DecodeTime>& variants,
                     MachineRates& rates)
    {
        constexpr double noise = 0.05, priorShare = 0.15, priorSpread = 0.1, quantile = 1.645;
        double precision = 1 / std::pow(priorSpread * baseline.seconds, 2),
               weighted = precision * priorShare * baseline.seconds;
        for (const DecodeTime& run : variants) {
            const double share = run.bytes / baseline.bytes, x = (1 - share) / run.seconds,
                         y = (run.seconds - baseline.seconds * share) / run.seconds;
            weighted += x * y / (noise * noise);
            precision += x * x / (noise * noise);
        }
        rates.overheadSeconds = std::clamp(weighted / precision, 0.0, 0.8 * baseline.seconds);
        if (variants.empty())
            return;
        double squares = 0;
        for (const DecodeTime& run : variants) {
            const double predicted = rates.overheadSeconds
                + (baseline.seconds - rates.overheadSeconds) * run.bytes / baseline.bytes;
            squares += std::pow(std::log(predicted / run.seconds), 2);
        }
        const double spread = std::sqrt(squares / static_cast<double>(variants.size()));
        rates.relativeError = std::max(0.06, quantile * spread);
    }

    double median(std::vector<double> values)
    {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    }

    void fitFirstToken(const std::vector<RunRecord>& runs, MachineRates& rates)
    {
        const auto perParameter = [](const RunRecord& run) {
            const double seconds = valueOf(run, metric_names::firstTokenSeconds),
                         parameters = valueOf(run, metric_names::blockParameters);
            return seconds > 0 && parameters > 0 ? seconds / parameters : 0;
        };
        double whole = 0;
        std::vector<double> smaller;
        for (const RunRecord& run : runs)
            if (run.baseline) {
                whole = perParameter(run);
                rates.firstTokenSeconds
                    = std::max(0.0, valueOf(run, metric_names::firstTokenSeconds));
            } else if (const double own = perParameter(run); own > 0) {
                smaller.push_back(own);
            }
        if (whole > 0 && !smaller.empty())
            rates.firstTokenFactor = median(std::move(smaller)) / whole;
    }

    std::optional<MemoryBeside> memoryBeside(const std::vector<RunRecord>& runs)
    {
        std::optional<MemoryBeside> found;
        std::vector<double> sizes, besides;
        double baselineBytes = 0;
        for (const RunRecord& run : runs) {
            const double peak = valueOf(run, metric_names::peakMemoryBytes),
                         bytes = valueOf(run, metric_names::fileBytes),
                         cache = valueOf(run, metric_names::kvCacheBytes);
            if (peak <= 0 || bytes <= 0 || cache <= 0)
                continue;
            const double beside = std::max(0.0, peak - bytes - cache);
            if (run.baseline) {
                found = { beside, beside, 1 };
                baselineBytes = bytes;
            } else {
                sizes.push_back(bytes);
                besides.push_back(beside);
            }
        }
        if (found && !sizes.empty()) {
            found->smaller = median(besides);
            found->share = std::min(1.0, median(sizes) / baselineBytes);
        }
        return found;
    }

} // namespace

std::optional<MachineRates> measuredRates(const std::vector<RunRecord>& runs)
{
    std::optional<MachineRates> rates;
    DecodeTime baseline;
    std::vector<DecodeTime> variants;
    for (const RunRecord& run : runs) {
        const double decode = valueOf(run, metric_names::decodeTokensPerSecond),
                     prefill = valueOf(run, metric_names::prefillTokensPerSecond),
                     bytes = valueOf(run, metric_names::fileBytes);
        if (decode <= 0 || prefill <= 0 || bytes <= 0)
            continue;
        if (!run.baseline) {
            variants.push_back({ bytes, 1 / decode });
            continue;
        }
        baseline = { bytes, 1 / decode };
        rates.emplace();
        rates->decodeTokensPerSecond = decode;
        rates->prefillTokensPerSecond = prefill;
        rates->weightBytes = static_cast<std::int64_t>(bytes);
        rates->joulesPerToken = std::max(0.0, valueOf(run, metric_names::joulesPerToken));
    }
    if (rates) {
        fitOverhead(baseline, variants, *rates);
        fitFirstToken(runs, *rates);
        rates->memoryBeside = memoryBeside(runs);
    }
    return rates;
}

} // namespace schmidt
