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

/// Summary metrics of KL and agreement with a baseline on the same tokens, for windows of unequal
/// size: `windows` has the number of scored tokens of each.
std::vector<Metric> divergenceMetrics(std::span<const float> kl,
                                      std::span<const std::uint8_t> sameTop,
                                      const std::vector<std::int64_t>& windows,
                                      const std::string& protocol);

/// What a model made of each window of a text, whatever its tokens are.
struct WindowScores {
    std::vector<double> nll; ///< -ln p of the window's scored bytes, nat
    std::vector<std::int64_t> tokens; ///< scored
    std::vector<std::int64_t> bytes; ///< scored
};

/// Bits per byte of the text, which compares models with different tokenizers.
Metric bitsPerByte(const WindowScores& scores, const std::string& protocol);

/// Perplexity, mean NLL and its change, all per token of the baseline, of a model that writes the
/// same bytes in other tokens.
std::vector<Metric> likelihoodPerBaselineToken(const WindowScores& scores,
                                               const WindowScores& baseline,
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
