// SPDX-License-Identifier: Apache-2.0
#include "measure/quality.h"

#include "base/metric_names.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>

namespace schmidt {

namespace {

    /// Mean of all tokens with a standard error that treats a window as one draw. The last window
    /// may be shorter, so the mean is a ratio of sums and its error that of a ratio estimator;
    /// with equal windows both are the textbook ones on window means.
    struct ClusteredMean {
        double mean = 0;
        std::optional<double> error; ///< absent with fewer than two windows
    };

    using TokenValue = std::function<double(std::size_t token)>;

    /// Of sums over windows and what each is spread over.
    ClusteredMean ratioOfSums(const std::vector<double>& sums, const std::vector<double>& sizes)
    {
        double total = 0, whole = 0;
        for (std::size_t cluster = 0; cluster < sums.size(); ++cluster) {
            total += sums[cluster];
            whole += sizes[cluster];
        }
        ClusteredMean result { total / whole, {} };
        const auto clusters = static_cast<double>(sums.size());
        if (sums.size() < 2)
            return result;
        double squares = 0;
        for (std::size_t cluster = 0; cluster < sums.size(); ++cluster)
            squares += std::pow(sums[cluster] - sizes[cluster] * result.mean, 2);
        result.error = std::sqrt(clusters / (clusters - 1.0) * squares) / whole;
        return result;
    }

    double sortedQuantile(std::span<const double> sorted, double p)
    {
        const double at = std::clamp(p, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
        const auto low = static_cast<std::size_t>(at);
        const std::size_t high = std::min(low + 1, sorted.size() - 1);
        return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
    }

    /// What all metrics of one evaluation share.
    struct Evaluation {
        std::size_t tokens = 0;
        std::vector<std::int64_t> windows; ///< scored tokens of each
        std::string protocol;

        Metric metric(const char* name, double value, std::optional<double> error) const
        {
            const MetricInfo* info = metricInfo(name);
            if (!std::isfinite(value))
                return absentMetric(name, info->unit,
                                    "the model gave infinite or undefined scores on this text");
            Metric metric;
            metric.name = name;
            metric.unit = info->unit;
            metric.value = value;
            if (error && std::isfinite(*error))
                metric.uncertainty = error;
            metric.n = static_cast<std::int64_t>(tokens);
            metric.provenance = Provenance::Measured;
            metric.better = info->better;
            metric.protocol = windows.size() > 1
                ? fmt::format("{}; standard error over {} windows", protocol, windows.size())
                : protocol + "; one window, so no standard error";
            return metric;
        }

        ClusteredMean mean(const TokenValue& value) const
        {
            std::vector<double> sums, sizes;
            std::size_t token = 0;
            for (const std::int64_t size : windows) {
                double sum = 0;
                for (const std::size_t end = token + static_cast<std::size_t>(size); token < end;
                     ++token)
                    sum += value(token);
                sums.push_back(sum);
                sizes.push_back(static_cast<double>(size));
            }
            return ratioOfSums(sums, sizes);
        }

        /// Woodruff's interval (1952): the clustered error of the share of values below the
        /// quantile, read back through the distribution itself.
        Metric quantileMetric(const char* name, std::span<const double> sorted,
                              std::span<const float> values, double p) const
        {
            const double at = sortedQuantile(sorted, p);
            const ClusteredMean below = mean([&](std::size_t token) {
                return static_cast<double>(values[token]) <= at ? 1.0 : 0.0;
            });
            std::optional<double> error;
            if (below.error)
                error = (sortedQuantile(sorted, p + *below.error)
                         - sortedQuantile(sorted, p - *below.error))
                    / 2;
            return metric(name, at, error);
        }
    };

    void addDivergence(std::vector<Metric>& metrics, const Evaluation& evaluation,
                       std::span<const float> kl)
    {
        constexpr double median = 0.5, tail = 0.99;
        const ClusteredMean mean
            = evaluation.mean([&](std::size_t token) { return static_cast<double>(kl[token]); });
        metrics.push_back(evaluation.metric(metric_names::klMean, mean.mean, mean.error));
        std::vector<double> sorted(kl.begin(), kl.end());
        if (!std::isfinite(mean.mean)) // NaN has no order to sort by
            std::fill(sorted.begin(), sorted.end(), mean.mean);
        std::sort(sorted.begin(), sorted.end());
        metrics.push_back(evaluation.quantileMetric(metric_names::klMedian, sorted, kl, median));
        metrics.push_back(evaluation.quantileMetric(metric_names::klP99, sorted, kl, tail));
    }

    void addAgreement(std::vector<Metric>& metrics, const Evaluation& evaluation,
                      std::span<const std::uint8_t> sameTop)
    {
        const ClusteredMean share
            = evaluation.mean([&](std::size_t token) { return sameTop[token] != 0 ? 100.0 : 0.0; });
        metrics.push_back(evaluation.metric(metric_names::sameTop, share.mean, share.error));
    }

    /// Perplexity, NLL and, where there is one, its change against the baseline.
    void addLikelihood(std::vector<Metric>& metrics, const Evaluation& evaluation,
                       const ClusteredMean& nll, const std::optional<ClusteredMean>& change)
    {
        const double perplexity = std::exp(nll.mean);
        // The error of exp(x) to first order is exp(x) times that of x.
        metrics.push_back(
            evaluation.metric(metric_names::perplexity, perplexity,
                              nll.error ? std::optional(perplexity * *nll.error) : std::nullopt));
        metrics.push_back(evaluation.metric(metric_names::nll, nll.mean, nll.error));
        if (change)
            metrics.push_back(
                evaluation.metric(metric_names::lnPplRatio, change->mean, change->error));
    }

    std::vector<std::int64_t> equalWindows(std::size_t tokens, std::int64_t window)
    {
        std::vector<std::int64_t> windows;
        const auto size = std::max<std::int64_t>(1, window);
        for (auto left = static_cast<std::int64_t>(tokens); left > 0; left -= size)
            windows.push_back(std::min(left, size));
        return windows;
    }

    std::size_t sumOf(const std::vector<std::int64_t>& values)
    {
        return static_cast<std::size_t>(
            std::accumulate(values.begin(), values.end(), std::int64_t { 0 }));
    }

    std::vector<double> numbers(const std::vector<std::int64_t>& values)
    {
        return { values.begin(), values.end() };
    }

} // namespace

std::vector<Metric> qualityMetrics(std::span<const float> nll, std::span<const float> kl,
                                   std::span<const std::uint8_t> sameTop,
                                   std::span<const float> baselineNll, std::int64_t window,
                                   const std::string& protocol)
{
    std::vector<Metric> metrics;
    if (nll.empty()) {
        for (const char* name : { metric_names::perplexity, metric_names::nll })
            metrics.push_back(absentMetric(name, metricInfo(name)->unit, "no token was scored"));
        return metrics;
    }
    const Evaluation evaluation { nll.size(), equalWindows(nll.size(), window), protocol };
    const ClusteredMean mean
        = evaluation.mean([&](std::size_t token) { return static_cast<double>(nll[token]); });
    addLikelihood(metrics, evaluation, mean, {});
    if (kl.size() == nll.size())
        addDivergence(metrics, evaluation, kl);
    if (sameTop.size() == nll.size())
        addAgreement(metrics, evaluation, sameTop);
    if (baselineNll.size() == nll.size()) {
        // Paired per token: what both models find hard cancels.
        const ClusteredMean change = evaluation.mean([&](std::size_t token) {
            return static_cast<double>(nll[token]) - static_cast<double>(baselineNll[token]);
        });
        metrics.push_back(evaluation.metric(metric_names::lnPplRatio, change.mean, change.error));
    }
    return metrics;
}

std::vector<Metric> divergenceMetrics(std::span<const float> kl,
                                      std::span<const std::uint8_t> sameTop,
                                      const std::vector<std::int64_t>& windows,
                                      const std::string& protocol)
{
    const Evaluation evaluation { kl.size(), windows, protocol };
    std::vector<Metric> metrics;
    addDivergence(metrics, evaluation, kl);
    addAgreement(metrics, evaluation, sameTop);
    return metrics;
}

Metric bitsPerByte(const WindowScores& scores, const std::string& protocol)
{
    Evaluation evaluation { sumOf(scores.bytes), scores.bytes, protocol };
    if (evaluation.tokens == 0)
        return absentMetric(metric_names::bitsPerByte, metricInfo(metric_names::bitsPerByte)->unit,
                            "no byte was scored");
    std::vector<double> bits;
    for (const double nll : scores.nll)
        bits.push_back(nll / std::log(2.0));
    const ClusteredMean mean = ratioOfSums(bits, numbers(scores.bytes));
    Metric metric = evaluation.metric(metric_names::bitsPerByte, mean.mean, mean.error);
    metric.protocol = fmt::format("{} bytes, {}", evaluation.tokens, metric.protocol);
    return metric;
}

std::vector<Metric> likelihoodPerBaselineToken(const WindowScores& scores,
                                               const WindowScores& baseline,
                                               const std::string& protocol)
{
    const Evaluation evaluation { sumOf(baseline.tokens), baseline.tokens, protocol };
    std::vector<double> change;
    for (std::size_t window = 0; window < scores.nll.size(); ++window)
        change.push_back(scores.nll[window] - baseline.nll[window]);
    std::vector<Metric> metrics;
    addLikelihood(metrics, evaluation, ratioOfSums(scores.nll, numbers(baseline.tokens)),
                  ratioOfSums(change, numbers(baseline.tokens)));
    return metrics;
}

double quantile(std::span<const double> values, double p)
{
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    return sortedQuantile(sorted, p);
}

double mcnemarExact(std::int64_t onlyFirst, std::int64_t onlySecond)
{
    const std::int64_t discordant = onlyFirst + onlySecond;
    if (discordant <= 0)
        return 1.0;
    // Sum in logarithms: 2^-n leaves the range of double beyond a thousand items.
    const auto n = static_cast<double>(discordant);
    double tail = 0;
    for (std::int64_t count = 0; count <= std::min(onlyFirst, onlySecond); ++count) {
        const auto k = static_cast<double>(count);
        tail += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)
                         - n * std::log(2.0));
    }
    return std::min(1.0, 2.0 * tail);
}

MeanError meanAndError(std::span<const double> values)
{
    MeanError result;
    result.n = static_cast<std::int64_t>(values.size());
    if (values.empty())
        return result;
    const auto n = static_cast<double>(values.size());
    for (const double value : values)
        result.mean += value / n;
    if (values.size() < 2)
        return result;
    double squares = 0;
    for (const double value : values)
        squares += (value - result.mean) * (value - result.mean);
    result.error = std::sqrt(squares / (n - 1.0) / n);
    return result;
}

} // namespace schmidt
