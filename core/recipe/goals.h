// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "base/metric.h"

#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// The project's target picture: what a variant must reach to be useful.
struct Goals {
    std::string workload = "faq";
    std::optional<double> maxKl; ///< nat per token against the baseline
    std::optional<double> maxPerplexityIncrease; ///< relative, 0.05 = 5 %
    std::optional<double> maxFirstTokenSeconds;
    std::optional<double> minDecodeTokensPerSecond;
    std::optional<double> maxMemoryBytes;
    std::optional<double> maxFileBytes;
    std::optional<double> maxJoulesPerToken;
    bool privateOnly = true; ///< text must not leave this machine
    bool operator==(const Goals&) const = default;
};

Json toJson(const Goals& goals);
Result<Goals> goalsFromJson(const Json& json);

enum class Verdict { Met, Missed, NotMeasured };
std::string verdictName(Verdict verdict);

/// One goal against one variant.
struct GoalCheck {
    std::string goal; ///< "file ≤ 80.0 MB"
    std::string metric; ///< key of the metric judged
    Verdict verdict = Verdict::NotMeasured;
    std::string reason; ///< "68.0 MB", or why it was not measured
};

/// Checks every stated goal against measured metrics; predicted values never count as met.
/// `baseline` gives the reference of relative goals.
std::vector<GoalCheck> checkGoals(const Goals& goals, const std::vector<Metric>& variant,
                                  const std::vector<Metric>& baseline);

} // namespace schmidt
