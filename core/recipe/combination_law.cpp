// SPDX-License-Identifier: Apache-2.0
#include "recipe/combination_law.h"

#include "recipe/loss_curves.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace schmidt {

namespace {

    /// A few points can agree by chance.
    constexpr double smallestBand = 0.12;

    constexpr double referenceTokens = 65536;
    /// ln of the tokens relative to the reference; tokens an extrapolation goes wild for are cut.
    double logTokens(std::int64_t tokens)
    {
        constexpr double fewest = 4096;
        return tokens > 0
            ? std::log(std::max(static_cast<double>(tokens), fewest) / referenceTokens)
            : 0;
    }

    /// The value below which a share of the weight lies.
    double weightedQuantile(std::vector<std::pair<double, double>> values, double share)
    {
        std::sort(values.begin(), values.end());
        double rest = 0;
        for (const auto& [value, weight] : values)
            rest += share * weight;
        for (const auto& [value, weight] : values)
            if (rest -= weight; rest <= 0)
                return value;
        return values.back().first;
    }

    struct Weighted {
        double x, y, weight;
    };

    /// Weighted means of x and of y - x of all points but one.
    std::pair<double, double> meansWithout(std::size_t without, const std::vector<Weighted>& points)
    {
        double weights = 0, x = 0, y = 0;
        for (std::size_t index = 0; index < points.size(); ++index) {
            if (index == without)
                continue;
            weights += points[index].weight;
            x += points[index].weight * points[index].x;
            y += points[index].weight * (points[index].y - points[index].x);
        }
        return weights > 0 ? std::pair(x / weights, y / weights) : std::pair(0.0, 0.0);
    }

    /// ln KL = ln a + b ln Σ by ridge regression around a = 1, b = 1. The ridge vanishes with data:
    /// two pilots that lie apart tell b, runs of one size do not.
    void fitLaw(CombinationLaw& law, const std::vector<Weighted>& points)
    {
        if (points.empty())
            return;
        const auto [center, intercept] = meansWithout(points.size(), points);
        double xx = 0.05, xy = 0;
        for (const Weighted& point : points) {
            const double x = point.x - center;
            xx += point.weight * x * x;
            xy += point.weight * x * (point.y - point.x - intercept);
        }
        const double slope = std::clamp(xy / xx, -0.5, 0.5);
        law.exponent = 1 + slope;
        law.logFactor = intercept - slope * center;
        if (points.size() >= 3) {
            std::vector<std::pair<double, double>> residuals; // with their weights
            for (std::size_t index = 0; index < points.size(); ++index) {
                const Weighted& point = points[index];
                const auto [x, y] = meansWithout(index, points);
                residuals.emplace_back(std::abs(point.y - point.x - y - slope * (point.x - x)),
                                       point.weight);
            }
            law.band = std::max(smallestBand, 1.25 * weightedQuantile(residuals, 0.9));
        }
    }

    /// A part below this share of the rest says too little about its factor.
    constexpr double tellingShare = 0.1;

    /// The law is that of the widths; groups and bits have their own factors, and what a recipe of
    /// them alone leaves over says little about it.
    constexpr double leastShare = 0.1;

    /// ln S and ln KL of the points that `wanted` chooses.
    template <typename Wanted>
    std::vector<Weighted> pointsOf(const CombinationLaw& law, const std::vector<KnownKl>& known,
                                   const Wanted& wanted)
    {
        std::vector<Weighted> points;
        for (const KnownKl& point : known)
            if (const double sum = law.sum(point.parts);
                sum > smallestKl && point.kl > smallestKl && wanted(point.parts))
                points.push_back({ std::log(sum), std::log(point.kl),
                                   point.weight * std::max(leastShare, point.parts.mlp / sum) });
        return points;
    }

    /// How much one pilot says about the factor of the groups: which layers lose theirs matters,
    /// and a single recipe sees few of them.
    constexpr double groupsTrust = 1;

    bool telling(double part, double rest)
    {
        return part >= tellingShare * rest && part > smallestKl;
    }

    /// What one part must count for the points to meet the law; geometric mean with `trust` in what
    /// was given before.
    double factorOf(CombinationLaw law, double CombinationLaw::*factor, double KlParts::*part,
                    const std::vector<KnownKl>& known, double trust)
    {
        constexpr double lowest = 0.1, highest = 3;
        const double given = law.*factor;
        law.*factor = 0;
        double factors = trust * std::log(given), weights = trust;
        for (const KnownKl& point : known) {
            const double own = point.parts.*part, rest = law.sum(point.parts);
            if (!telling(own, rest) || point.kl < smallestKl)
                continue;
            const double wanted = std::exp((std::log(point.kl) - law.logFactor) / law.exponent);
            factors += point.weight * std::log(std::clamp((wanted - rest) / own, lowest, highest));
            weights += point.weight;
        }
        return weights > 0 ? std::exp(factors / weights) : given;
    }

} // namespace

double calibrationExponent(const KlParts& parts, double keptWidth)
{
    // Measured from 8,192 to 65,536 tokens of WikiText-2 and C4 on SmolLM2-135M: 0.156 with widths
    // of 88 %, 0.054 with 48 %.
    constexpr double allKept = 0.2;
    const double total = parts.mlp + parts.groups + parts.bits;
    return total > smallestKl ? allKept * keptWidth * keptWidth * parts.mlp / total : 0;
}

double calibrationFactor(std::int64_t tokens, double exponent)
{
    return std::exp(-exponent * logTokens(tokens));
}

double calibrationBand(std::int64_t tokens, double exponent)
{
    return 0.5 * exponent * std::abs(logTokens(tokens));
}

double CombinationLaw::kl(const KlParts& parts) const
{
    const double total = sum(parts);
    return total > smallestKl ? std::exp(logFactor + exponent * std::log(total)) : 0;
}

double CombinationLaw::bandOf(const KlParts& parts) const
{
    // Of ln factor; ten mixed recipes of the default model, whose groups made 16 to 45 % of the
    // sum, were off by up to 17 %.
    constexpr double groupsError = 0.5, bitsError = 0.3;
    const double total = sum(parts);
    if (total <= smallestKl)
        return band;
    return std::sqrt(band * band + std::pow(groupsError * groupsFactor * parts.groups / total, 2)
                     + std::pow(bitsError * bitsFactor * parts.bits / total, 2));
}

CombinationLaw fitCombinationLaw(const std::vector<KnownKl>& known)
{
    CombinationLaw law;
    fitLaw(law, pointsOf(law, known, [](const KlParts& parts) {
               return !telling(parts.groups + parts.bits, parts.mlp);
           }));
    std::vector<KnownKl> kept;
    std::copy_if(known.begin(), known.end(), std::back_inserter(kept), [](const KnownKl& point) {
        return !telling(point.parts.bits, point.parts.mlp + point.parts.groups);
    });
    law.groupsFactor
        = factorOf(law, &CombinationLaw::groupsFactor, &KlParts::groups, kept, groupsTrust);
    law.bitsFactor = factorOf(law, &CombinationLaw::bitsFactor, &KlParts::bits, known, 0);
    fitLaw(law, pointsOf(law, known, [](const KlParts&) { return true; }));
    return law;
}

} // namespace schmidt
