// SPDX-License-Identifier: Apache-2.0
#include "measure/latency.h"

#include "base/metric_names.h"
#include "measure/quality.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace schmidt {

namespace {

    /// Names that only this module writes; the shared ones are in metric_names.h.
    constexpr const char* interTokenP90 = "inter_token_seconds_p90";
    constexpr const char* residentBytesName = "resident_memory_bytes";

    /// The median of a normal sample scatters by sqrt(pi / 2) more than its mean.
    constexpr double medianErrorFactor = 1.2533141373155;

    Metric measured(const char* name, const char* unit, double value, Better better,
                    std::string protocol)
    {
        Metric metric;
        metric.name = name;
        metric.unit = unit;
        metric.value = value;
        metric.provenance = Provenance::Measured;
        metric.better = better;
        metric.protocol = std::move(protocol);
        return metric;
    }

    Metric medianOf(const char* name, const char* unit, const std::vector<double>& values,
                    Better better, const std::string& protocol)
    {
        if (values.empty())
            return absentMetric(name, unit, "no repetition was measured");
        Metric metric
            = measured(name, unit, quantile(values, 0.5), better,
                       fmt::format("median of {} repetitions, {}", values.size(), protocol));
        metric.n = static_cast<std::int64_t>(values.size());
        if (values.size() > 1)
            metric.uncertainty = medianErrorFactor * meanAndError(values).error;
        return metric;
    }

    std::vector<double> rates(const std::vector<double>& seconds, int tokens)
    {
        std::vector<double> rates;
        for (const double duration : seconds)
            if (duration > 0 && tokens > 0)
                rates.push_back(tokens / duration);
        return rates;
    }

    Metric interToken(const std::vector<double>& seconds, const std::string& protocol)
    {
        if (seconds.empty())
            return absentMetric(interTokenP90, "s", "no decoded token was timed");
        Metric metric = measured(
            interTokenP90, "s", quantile(seconds, 0.9), Better::Lower,
            fmt::format("90th percentile of {} decoded tokens, {}", seconds.size(), protocol));
        metric.n = static_cast<std::int64_t>(seconds.size());
        return metric;
    }

    Metric bytes(const char* name, std::int64_t value, const char* what,
                 const std::string& protocol)
    {
        if (value <= 0)
            return absentMetric(name, "B", "the system did not tell it");
        return measured(name, "B", static_cast<double>(value), Better::Lower,
                        fmt::format("{}, {}", what, protocol));
    }

} // namespace

std::vector<Metric> latencyMetrics(const LatencySamples& samples, const std::string& protocol)
{
    std::vector<Metric> metrics {
        medianOf(metric_names::decodeTokensPerSecond, "1/s",
                 rates(samples.decodeSeconds, samples.decodeTokens), Better::Higher, protocol),
        medianOf(metric_names::prefillTokensPerSecond, "1/s",
                 rates(samples.prefillSeconds, samples.prefillTokens), Better::Higher, protocol),
        medianOf(metric_names::firstTokenSeconds, "s", samples.firstTokenSeconds, Better::Lower,
                 protocol),
        interToken(samples.interTokenSeconds, protocol),
        bytes(metric_names::peakMemoryBytes, samples.peakBytes,
              "largest resident size beyond that without a model", protocol),
        bytes(residentBytesName, samples.residentBytes,
              "resident size after the runs beyond that without a model", protocol),
        bytes(metric_names::kvCacheBytes, samples.kvBytes, "keys and values of the whole context",
              protocol),
    };
    if (samples.fileBytes > 0)
        metrics.push_back(measured(metric_names::fileBytes, "B",
                                   static_cast<double>(samples.fileBytes), Better::Lower,
                                   "the measured files"));
    return metrics;
}

std::vector<std::size_t> abbaOrder(std::size_t count, int rounds)
{
    std::vector<std::size_t> order;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::size_t> pass(count);
        std::iota(pass.begin(), pass.end(), std::size_t { 0 });
        if (round % 2 == 1)
            std::reverse(pass.begin(), pass.end());
        order.insert(order.end(), pass.begin(), pass.end());
    }
    return order;
}

} // namespace schmidt
