// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the predictor.

#include <cstdint>
#include <vector>

namespace schmidt {

/// Single-layer KLs of a recipe, summed over its layers by what causes them, nat.
struct KlParts {
    double mlp = 0;
    double groups = 0, bits = 0; ///< where MLPs are not refitted
    double groupsBeside = 0, bitsBeside = 0; ///< beside refits of MLPs
    double removals = 0; ///< the part of mlp that comes from layers without any
    double first = 0; ///< the part of mlp from a cut first layer, times refits of the layers behind
    double unprobed = 0; ///< the part of mlp and groups that lies far beyond what probes measured
    double refits = 0; ///< mean refitOf() of the layers, times tokensFactor()

    KlParts& operator+=(const KlParts& other);
};

/// What a recipe really cost.
struct KnownKl {
    KlParts parts;
    double kl = 0;
    double weight = 1;
};

/// What a layer that keeps this share of its MLP units adds to KlParts::refits, before the number
/// of layers and the calibration tokens count: 0 without a refit, and soon 1.
double refitOf(double keptWidth);
/// How refits count on so many calibration tokens relative to 65,536: the refit follows the sample
/// it sees, and a larger one tells more of the text. 1 for an unknown number.
double tokensFactor(std::int64_t tokens);

/// How single-layer KLs add up: KL = a S^b + c refits, S = mlp - r first + g groups + q bits. What
/// a sequential compression repairs differs by cause, and by what is refitted anyway: SmolLM2-135M
/// kept 0.9 of what lost heads cost alone and 0.7 of it beside narrower MLPs, whose refits repair
/// that too; of rounding 0.4 alone, where its own refits repair, and 0.6 beside them. What the
/// first layer's MLP loses depends on little but the token itself, so refits behind it find much of
/// it again: with all other layers cut, 0.39 of that loss was left, but 0.69 to 0.82 of that of
/// layers 1 to 29. What refits on a sample cost is added once, whether much was removed or little.
struct CombinationLaw {
    double logFactor = 0, exponent = 1;
    double groupsFactor = 1, bitsFactor = 1; ///< g, q without refits of MLPs
    double groupsBesideFactor = 1, bitsBesideFactor = 1; ///< beside them
    double firstRepair = 0; ///< r
    double refitsKl = 0; ///< c, nat
    double band = 0.35; ///< half width of the 90 % band of ln KL of widths alone
    double largestSum = 0; ///< of what the law was fitted to; 0 = to nothing

    double groups(const KlParts& parts) const
    {
        return groupsFactor * parts.groups + groupsBesideFactor * parts.groupsBeside;
    }
    double bits(const KlParts& parts) const
    {
        return bitsFactor * parts.bits + bitsBesideFactor * parts.bitsBeside;
    }
    double sum(const KlParts& parts) const
    {
        return parts.mlp - firstRepair * parts.first + groups(parts) + bits(parts);
    }
    double kl(const KlParts& parts) const; ///< 0 for a sum that is not told from zero
    /// Half width of the 90 % band of ln KL: what groups, bits and removed MLPs count is known less
    /// well than the law, so the band grows with their share; so it does where single layers or the
    /// sum go beyond what was measured.
    double bandOf(const KlParts& parts) const;
};

/// The law from recipes of widths alone first, then the factors such that the others meet it, then
/// the law once more from all of them. Without knowledge it is the plain sum.
CombinationLaw fitCombinationLaw(const std::vector<KnownKl>& known);

} // namespace schmidt
