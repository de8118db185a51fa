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

/// How much of its KL a variant loses by distillation: 1 / KL after = 1 / KL before + a T^p, where
/// T are the tokens gone over. A variant far from its original heals fast and one that is near
/// hardly at all, and each further token brings less. The power p was measured once for all, the
/// factor a follows the healings that were run.
class HealingLaw {
public:
    /// Knows no healing of its own: the factor is that of the default model.
    HealingLaw();
    explicit HealingLaw(const std::vector<HealedOutcome>& known);

    /// KL, nat, that is left of one after so many tokens.
    double left(double kl, double tokens) const;
    /// Half width of the 90 % band of left(), nat, as far as the healing itself is uncertain.
    double error(double kl, double tokens) const;
    /// Tokens that a healing goes over; absent where only time limits it and no run has told how
    /// fast this machine is.
    std::optional<double> tokensOf(const Healing& healing) const;

private:
    double m_factor = 0, m_band = 0; ///< the band is that of ln factor
    double m_tokensPerSecond = 0; ///< 0 = unknown
};

} // namespace schmidt
