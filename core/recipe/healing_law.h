// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "recipe/recipe.h"

#include <optional>
#include <vector>

namespace schmidt {

/// What a finished healing brought, on text it was not trained on.
struct HealedOutcome {
    double klBefore = 0, klAfter = 0; ///< nat per token
    double tokens = 0; ///< gone over, repetitions counted
    double tokensPerSecond = 0; ///< 0 = not recorded
};

/// How much of its KL a variant loses by distillation: KL after = KL before · (1 + T / t)^-s, where
/// T are the tokens gone over. The time scale t was measured once for all, the exponent s follows
/// the healings that were run.
class HealingLaw {
public:
    /// Knows no healing of its own: the exponent is that of runs on other models.
    HealingLaw();
    explicit HealingLaw(const std::vector<HealedOutcome>& known);

    /// Share of the KL that is left after so many tokens.
    double left(double tokens) const;
    /// Half width of the 90 % band of what is gained, relative.
    double band() const { return m_band; }
    /// Tokens that a healing goes over; absent where only time limits it and no run has told how
    /// fast this machine is.
    std::optional<double> tokensOf(const Healing& healing) const;

private:
    double m_exponent = 0, m_band = 0;
    double m_tokensPerSecond = 0; ///< 0 = unknown
};

} // namespace schmidt
