// SPDX-License-Identifier: Apache-2.0
#include "recipe/combination_law.h"

#include "recipe/loss_curves.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace schmidt {

namespace {

    /// A few points can agree by chance.
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

    /// Weighted sums of x and of y - x; means of all points or of all but one.
    struct Sums {
        double weight = 0, x = 0, y = 0;

        void add(const Weighted& point, double sign)
        {
            weight += sign * point.weight;
            x += sign * point.weight * point.x;
            y += sign * point.weight * (point.y - point.x);
        }
        double meanX() const { return weight > 0 ? x / weight : 0; }
        double meanY() const { return weight > 0 ? y / weight : 0; }
    };

    /// ln KL = ln a + b ln Σ by ridge regression around a = 1, b = 1; the ridge vanishes with data.
    void fitLaw(CombinationLaw& law, const std::vector<Weighted>& points)
    {
        if (points.empty())
            return;
        Sums all;
        for (const Weighted& point : points)
            all.add(point, 1);
        double xx = 0.4, xy = 0;
        for (const Weighted& point : points) {
            const double x = point.x - all.meanX();
            xx += point.weight * x * x;
            xy += point.weight * x * (point.y - point.x - all.meanY());
        }
        const double slope = std::clamp(xy / xx, -0.5, 0.5);
        law.exponent = 1 + slope;
        law.logFactor = all.meanY() - slope * all.meanX();
        if (points.size() >= 3) {
            std::vector<std::pair<double, double>> residuals; // with their weights
            for (const Weighted& point : points) {
                Sums others = all;
                others.add(point, -1);
                residuals.emplace_back(std::abs(point.y - point.x - others.meanY()
                                                - slope * (point.x - others.meanX())),
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

    /// What remains for the singles; a part is always theirs.
    double withoutRefits(const CombinationLaw& law, const KnownKl& point)
    {
        constexpr double leastPart = 0.1;
        return std::max(point.kl - law.refitsKl * point.parts.refits, leastPart * point.kl);
    }

    /// ln S and ln of the rest of KL of all points that have either.
    std::vector<Weighted> pointsOf(const CombinationLaw& law, const std::vector<KnownKl>& known)
    {
        std::vector<Weighted> points;
        for (const KnownKl& point : known)
            if (const double sum = law.sum(point.parts); sum > smallestKl && point.kl > smallestKl)
                points.push_back(
                    { std::log(sum), std::log(withoutRefits(law, point)),
                      point.weight * std::clamp(point.parts.mlp / sum, leastShare, 1.0) });
        return points;
    }

    /// How much one pilot says about the factor of the groups: which layers lose theirs matters,
    /// and a single recipe sees few of them.
    constexpr double groupsTrust = 1;
    /// Beside MLPs the part of bits is a small difference.
    constexpr double bitsTrust = 0.5;

    bool telling(double part, double rest)
    {
        return part >= tellingShare * rest && part > smallestKl;
    }

    double groupsOf(const KlParts& parts)
    {
        return parts.groups + parts.groupsBeside;
    }
    double bitsOf(const KlParts& parts)
    {
        return parts.bits + parts.bitsBeside;
    }

    /// S that makes the law meet a point.
    double wantedSum(const CombinationLaw& law, const KnownKl& point)
    {
        return std::exp((std::log(withoutRefits(law, point)) - law.logFactor) / law.exponent);
    }

    /// How far the law is off for a recipe of the same widths and nothing else, where one is known:
    /// what the widths cost is seen there, and no matter for groups and bits.
    double offAtSameWidths(const CombinationLaw& law, const KlParts& parts,
                           const std::vector<KnownKl>& known)
    {
        for (const KnownKl& point : known)
            if (point.parts.mlp > smallestKl && point.kl > smallestKl
                && point.parts.mlp == parts.mlp && point.parts.first == parts.first
                && groupsOf(point.parts) + bitsOf(point.parts) == 0)
                return wantedSum(law, point) / law.sum(point.parts);
        return 1;
    }

    /// One cause of loss: its part of a recipe, and what it counts. The other part of the same loss
    /// has its own factor; where that part is the larger one, a recipe tells nothing of this.
    struct Cause {
        double CombinationLaw::*factor;
        double KlParts::*part;
        double KlParts::*other;
        double trust = 0; ///< in what is usual, in points
    };

    /// What one cause must count for the points to meet the law; geometric mean with the usual.
    double factorOf(CombinationLaw law, const Cause& cause, const std::vector<KnownKl>& known)
    {
        constexpr double lowest = 0.1, highest = 3;
        const double usual = law.*cause.factor;
        law.*cause.factor = 0;
        double factors = cause.trust * std::log(usual), weights = cause.trust;
        for (const KnownKl& point : known) {
            const double own = point.parts.*cause.part, rest = law.sum(point.parts);
            if (own < point.parts.*cause.other || !telling(own, rest) || point.kl < smallestKl)
                continue;
            const double wanted = wantedSum(law, point) / offAtSameWidths(law, point.parts, known);
            factors += point.weight * std::log(std::clamp((wanted - rest) / own, lowest, highest));
            weights += point.weight;
        }
        return weights > 0 ? std::exp(factors / weights) : usual;
    }

} // namespace

KlParts& KlParts::operator+=(const KlParts& other)
{
    for (double KlParts::*part : { &KlParts::mlp, &KlParts::groups, &KlParts::bits,
                                   &KlParts::groupsBeside, &KlParts::bitsBeside, &KlParts::removals,
                                   &KlParts::first, &KlParts::unprobed, &KlParts::refits })
        this->*part += other.*part;
    return *this;
}

double refitOf(double keptWidth)
{
    constexpr double soon = 0.05; // of the units
    return -std::expm1(-(1 - keptWidth) / soon);
}

double tokensFactor(std::int64_t tokens)
{
    // From 8,192 to 65,536 tokens of WikiText-2 and C4 KL fell by 0.026 nat per doubling on
    // SmolLM2-135M, with widths of 88 % (0.27 to 0.20) as with 48 % (0.98 to 0.88).
    constexpr double exponent = 0.45, reference = 65536, fewest = 4096;
    return tokens > 0
        ? std::pow(std::max(static_cast<double>(tokens), fewest) / reference, -exponent)
        : 1;
}

double CombinationLaw::kl(const KlParts& parts) const
{
    const double total = sum(parts);
    return total > smallestKl
        ? std::exp(logFactor + exponent * std::log(total)) + refitsKl * parts.refits
        : 0;
}

double CombinationLaw::bandOf(const KlParts& parts) const
{
    // Of ln factor; ten mixed recipes of the default model, whose groups made 16 to 45 % of the
    // sum, were off by up to 17 %. Three with removed MLPs or blocks were off by up to 29 %.
    constexpr double groupsError = 0.5, bitsError = 0.3, refitsError = 0.25, removalsError = 0.5;
    // Widths of 2 % in nearly all layers cost 7 nat where 1.6 were predicted (2,048 tokens).
    constexpr double unprobedError = 2.5, lawError = 0.5, trusted = 2;
    const double total = sum(parts);
    if (total <= smallestKl)
        return band;
    const double further
        = largestSum > 0 ? std::max(0.0, std::log(total / (trusted * largestSum))) : 0.0;
    return std::sqrt(band * band + std::pow(unprobedError * parts.unprobed / total, 2)
                     + std::pow(lawError * further, 2)
                     + std::pow(groupsError * groups(parts) / total, 2)
                     + std::pow(bitsError * bits(parts) / total, 2)
                     + std::pow(removalsError * parts.removals / total, 2)
                     + std::pow(refitsError * refitsKl * parts.refits / kl(parts), 2));
}

namespace {

    /// What the refits cost, what they repair in the first layer, and the law of the widths beside
    /// both: what the points and what is usual make likeliest.
    CombinationLaw lawOfWidths(const std::vector<KnownKl>& known)
    {
        // SmolLM2-135M on WikiText-2 and C4: 0.05 nat; recipes scatter by a twelfth.
        constexpr double usual = 0.05, usualError = 0.05, scatter = 0.08, most = 0.3, step = 0.01;
        // The same model, layer 0 alone and beside others on 4,096 to 16,384 tokens: 0.35 to 0.5.
        constexpr double usualRepair = 0.45, repairError = 0.15, mostRepair = 0.9,
                         repairStep = 0.05;
        std::vector<KnownKl> widths;
        std::copy_if(
            known.begin(), known.end(), std::back_inserter(widths), [](const KnownKl& point) {
                return point.parts.mlp > smallestKl && point.kl > smallestKl
                    && !telling(groupsOf(point.parts) + bitsOf(point.parts), point.parts.mlp);
            });
        if (widths.empty())
            return {};
        CombinationLaw best;
        double least = std::numeric_limits<double>::infinity();
        const auto consider = [&](double refitsKl, double firstRepair) {
            CombinationLaw law;
            law.refitsKl = refitsKl;
            law.firstRepair = firstRepair;
            fitLaw(law, pointsOf(law, widths));
            double error = std::pow((refitsKl - usual) / usualError, 2)
                + std::pow((firstRepair - usualRepair) / repairError, 2);
            for (const KnownKl& point : widths)
                error += point.weight
                    * std::pow(std::log(law.kl(point.parts) / point.kl) / scatter, 2);
            if (error < least) {
                least = error;
                best = law;
            }
        };
        for (double refitsKl = 0; refitsKl <= most; refitsKl += step)
            for (double firstRepair = 0; firstRepair <= mostRepair; firstRepair += repairStep)
                consider(refitsKl, firstRepair);
        return best;
    }

} // namespace

CombinationLaw fitCombinationLaw(const std::vector<KnownKl>& known)
{
    CombinationLaw law = lawOfWidths(known);
    std::vector<KnownKl> kept;
    std::copy_if(known.begin(), known.end(), std::back_inserter(kept), [](const KnownKl& point) {
        return !telling(bitsOf(point.parts), point.parts.mlp + groupsOf(point.parts));
    });
    // Usual beside refits of MLPs, relative to what groups and bits count alone.
    constexpr double groupsBeside = 0.75, bitsBeside = 1.5;
    using Law = CombinationLaw;
    using Parts = KlParts;
    const Cause groups { &Law::groupsFactor, &Parts::groups, &Parts::groupsBeside, groupsTrust },
        bits { &Law::bitsFactor, &Parts::bits, &Parts::bitsBeside },
        besideGroups { &Law::groupsBesideFactor, &Parts::groupsBeside, &Parts::groups,
                       groupsTrust },
        besideBits { &Law::bitsBesideFactor, &Parts::bitsBeside, &Parts::bits, bitsTrust };
    law.groupsFactor = factorOf(law, groups, kept);
    law.bitsFactor = factorOf(law, bits, known);
    if (!known.empty()) {
        law.groupsBesideFactor = groupsBeside * law.groupsFactor;
        law.bitsBesideFactor = bitsBeside * law.bitsFactor;
    }
    law.groupsBesideFactor = factorOf(law, besideGroups, kept);
    law.bitsBesideFactor = factorOf(law, besideBits, known);
    fitLaw(law, pointsOf(law, known));
    for (const KnownKl& point : known)
        law.largestSum = std::max(law.largestSum, law.sum(point.parts));
    return law;
}

} // namespace schmidt
