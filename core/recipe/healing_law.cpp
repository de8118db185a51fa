// SPDX-License-Identifier: Apache-2.0
#include "recipe/healing_law.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    // SmolLM2-135M-Instruct on the FAQ workload, seven healings over 16 k to 65 k tokens of narrow and
    // quantized variants that were 0.05 to 0.73 nat from it.
    constexpr double unitTokens = 16384, power = 0.25;
    constexpr double usualFactor = 0.45, usualSpread = 0.2; ///< 1 / nat; of its logarithm
    constexpr double noise = 0.25; ///< of ln factor, one healing around its law
    constexpr double quantile = 1.645;

    double effort(double tokens)
    {
        return std::pow(std::max(0.0, tokens) / unitTokens, power);
    }

    double median(std::vector<double> values)
    {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    }

} // namespace

HealingLaw::HealingLaw()
    : HealingLaw(std::vector<HealedOutcome> {})
{
}

HealingLaw::HealingLaw(const std::vector<HealedOutcome>& known)
{
    double precision = 1 / (usualSpread * usualSpread),
           weighted = precision * std::log(usualFactor);
    std::vector<double> rates;
    for (const HealedOutcome& run : known) {
        if (run.tokensPerSecond > 0)
            rates.push_back(run.tokensPerSecond);
        if (!(run.klAfter > 0) || run.klAfter >= run.klBefore || run.tokens <= 0)
            continue;
        const double factor = (1 / run.klAfter - 1 / run.klBefore) / effort(run.tokens);
        weighted += std::log(factor) / (noise * noise);
        precision += 1 / (noise * noise);
    }
    m_factor = std::exp(weighted / precision);
    m_band = quantile * std::sqrt(noise * noise + 1 / precision);
    if (!rates.empty())
        m_tokensPerSecond = median(std::move(rates));
}

double HealingLaw::left(double kl, double tokens) const
{
    return kl / (1 + kl * m_factor * effort(tokens));
}

double HealingLaw::error(double kl, double tokens) const
{
    const double after = left(kl, tokens);
    return after * std::expm1(m_band * (1 - after / std::max(kl, 1e-12)));
}

std::optional<double> HealingLaw::tokensOf(const Healing& healing) const
{
    const auto tokens = static_cast<double>(healing.tokens);
    if (healing.minutes <= 0)
        return tokens;
    if (m_tokensPerSecond <= 0)
        return std::nullopt; // the limit of tokens alone may be far off
    const double timed = 60 * healing.minutes * m_tokensPerSecond;
    return healing.tokens > 0 ? std::min(tokens, timed) : timed;
}

} // namespace schmidt
