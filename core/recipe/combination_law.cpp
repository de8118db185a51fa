// SPDX-License-Identifier: Apache-2.0
#include "recipe/combination_law.h"

#include "recipe/loss_curves.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace schmidt {

namespace {

    /// A few points can agree by chance, and a run on more calibration text than the pilots is a
    /// little better than they tell (5 % of the KL on the default model).
    constexpr double smallestBand = 0.12;

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

    /// ln KL = ln a + b ln Σ by ridge regression around a = 1, b = 1; the ridge vanishes with data.
    void fitLaw(CombinationLaw& law, const std::vector<Weighted>& points)
    {
        if (points.empty())
            return;
        const auto solve
            = [&points](std::size_t without, double& intercept, double& slope, double& center) {
                  double weights = 0, meanX = 0, meanY = 0;
                  for (std::size_t index = 0; index < points.size(); ++index) {
                      if (index == without)
                          continue;
                      weights += points[index].weight;
                      meanX += points[index].weight * points[index].x;
                      meanY += points[index].weight * (points[index].y - points[index].x);
                  }
                  if (weights <= 0) {
                      intercept = slope = center = 0;
                      return;
                  }
                  meanX /= weights;
                  meanY /= weights;
                  double xx = 0.4, xy = 0;
                  for (std::size_t index = 0; index < points.size(); ++index) {
                      if (index == without)
                          continue;
                      const double x = points[index].x - meanX;
                      xx += points[index].weight * x * x;
                      xy += points[index].weight * x * (points[index].y - points[index].x - meanY);
                  }
                  slope = std::clamp(xy / xx, -0.5, 0.5);
                  intercept = meanY;
                  center = meanX;
              };
        double intercept = 0, slope = 0, center = 0;
        solve(points.size(), intercept, slope, center);
        law.exponent = 1 + slope;
        law.logFactor = intercept - slope * center;
        if (points.size() >= 3) {
            std::vector<std::pair<double, double>> residuals; // with their weights
            for (std::size_t index = 0; index < points.size(); ++index) {
                solve(index, intercept, slope, center);
                const double predicted
                    = points[index].x + intercept + slope * (points[index].x - center);
                residuals.emplace_back(std::abs(points[index].y - predicted), points[index].weight);
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
