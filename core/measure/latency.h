// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace schmidt {

/// Raw timings and memory of one model, all repetitions of all rounds together.
struct LatencySamples {
    std::vector<double> prefillSeconds; ///< one whole prompt each
    std::vector<double> decodeSeconds; ///< one run of decodeTokens each
    std::vector<double> firstTokenSeconds;
    std::vector<double> interTokenSeconds; ///< one decoded token each
    int prefillTokens = 0;
    int decodeTokens = 0;
    std::int64_t residentBytes = 0; ///< 0 = not measured, as for the three below
    std::int64_t peakBytes = 0;
    std::int64_t kvBytes = 0;
    std::int64_t fileBytes = 0;
};

/// Decode and prefill rate (median over repetitions with its standard error), first token (median),
/// time between tokens (90th percentile), and memory. What was not measured is absent with the
/// reason.
std::vector<Metric> latencyMetrics(const LatencySamples& samples, const std::string& protocol);

/// Order of measurement that spreads a drift of the machine evenly: 0 … n-1, then n-1 … 0, and so
/// on for `rounds` passes.
std::vector<std::size_t> abbaOrder(std::size_t count, int rounds);

} // namespace schmidt
