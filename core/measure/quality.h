// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace schmidt {

/// Summary metrics of per-token scores: perplexity, mean NLL, and for a variant also mean, median,
/// p99 KL, top-1 agreement and the paired ln-perplexity change, each with standard errors computed
/// over windows (tokens inside a window are correlated). `window` is the number of scored tokens
/// per window.
std::vector<Metric> qualityMetrics(std::span<const float> nll, std::span<const float> kl,
                                   std::span<const std::uint8_t> sameTop,
                                   std::span<const float> baselineNll, std::int64_t window,
                                   const std::string& protocol);

/// p-quantile (0 … 1) with linear interpolation; the input is copied. NaN for no values.
double quantile(std::span<const double> values, double p);

/// Exact two-sided McNemar test on discordant counts (McNemar 1947; binomial form).
double mcnemarExact(std::int64_t onlyFirst, std::int64_t onlySecond);

/// Mean and standard error of the mean.
struct MeanError {
    double mean = 0, error = 0;
    std::int64_t n = 0;
};
MeanError meanAndError(std::span<const double> values);

} // namespace schmidt
