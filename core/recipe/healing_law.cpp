// SPDX-License-Identifier: Apache-2.0
#include "recipe/healing_law.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr double timeScale = 8000; // tokens
    constexpr double usualExponent = 0.06, usualSpread = 0.35; ///< of ln exponent
    constexpr double noise = 0.15; ///< of one healing around its law, relative to the gain
    constexpr double quantile = 1.645;

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
           weighted = precision * std::log(usualExponent);
    std::vector<double> rates;
    for (const HealedOutcome& run : known) {
        if (run.tokensPerSecond > 0)
            rates.push_back(run.tokensPerSecond);
        if (!(run.klBefore > 0) || !(run.klAfter > 0) || run.klAfter >= run.klBefore
            || run.tokens <= 0)
            continue;
        const double exponent
            = std::log(run.klBefore / run.klAfter) / std::log1p(run.tokens / timeScale);
        weighted += std::log(exponent) / (noise * noise);
        precision += 1 / (noise * noise);
    }
    m_exponent = std::exp(weighted / precision);
    m_band = quantile * std::sqrt(noise * noise + 1 / precision);
    if (!rates.empty())
        m_tokensPerSecond = median(std::move(rates));
}

double HealingLaw::left(double tokens) const
{
    return std::pow(1 + std::max(0.0, tokens) / timeScale, -m_exponent);
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
