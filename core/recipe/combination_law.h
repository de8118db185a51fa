// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the predictor.

#include <cstdint>
#include <vector>

namespace schmidt {

/// Single-layer KLs of a recipe, summed over its layers by what causes them, nat.
struct KlParts {
    double mlp = 0, groups = 0, bits = 0;
};

/// What a recipe really cost.
struct KnownKl {
    KlParts parts;
    double kl = 0;
    double weight = 1;
};

/// Exponent e of KL ~ N^-e in the calibration tokens N: selection and refit follow the sample they
/// see, and a larger one tells more of the text. Wide layers have more to learn from it.
/// @param keptWidth mean share of the MLP units that the layers keep
double calibrationExponent(const KlParts& parts, double keptWidth);
/// KL on so many tokens relative to that on 65,536. 1 for an unknown number.
double calibrationFactor(std::int64_t tokens, double exponent);
/// Half width of the 90 % band of its logarithm.
double calibrationBand(std::int64_t tokens, double exponent);

/// How single-layer KLs add up: KL = a S^b, S = mlp + g groups + q bits. What a sequential
/// compression repairs differs by cause: the refit after lost width more than that after lost
/// heads, GPTQ on the compressed prefix most.
struct CombinationLaw {
    double logFactor = 0, exponent = 1;
    double groupsFactor = 1, bitsFactor = 1;
    double band = 0.35; ///< half width of the 90 % band of ln KL of widths alone

    double sum(const KlParts& parts) const
    {
        return parts.mlp + groupsFactor * parts.groups + bitsFactor * parts.bits;
    }
    double kl(const KlParts& parts) const; ///< 0 for a sum that is not told from zero
    /// Half width of the 90 % band of ln KL: what groups and bits count is known less well than the
    /// law, so the band grows with their share.
    double bandOf(const KlParts& parts) const;
};

/// The law from recipes of widths alone first, then the factors such that the others meet it, then
/// the law once more from all of them. Without knowledge it is the plain sum.
CombinationLaw fitCombinationLaw(const std::vector<KnownKl>& known);

} // namespace schmidt
