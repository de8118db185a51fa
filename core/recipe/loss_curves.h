// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the predictor.

#include "model/roles.h"
#include "recipe/recipe.h"

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace schmidt {

/// KL below this is not told from zero; keeps logarithms finite.
inline constexpr double smallestKl = 1e-7;

/// Monotone curve of single-layer KL over the removed share, piecewise cubic in the square root of
/// KL: a removed share x costs about x² near zero, so the root is close to straight. Removing all
/// is a matter of its own: the few units that are left last do far more than their share.
class LossCurve {
public:
    LossCurve() = default;
    /// Beyond the last point KL grows with this power of the removed share.
    explicit LossCurve(double power)
        : m_power(power)
    {
    }
    /// A removed share of 1 is all of it.
    void add(double removed, double kl);
    /// After the last point.
    void finish();
    bool measured() const { return m_knots.size() > 1; }
    /// Whether the removal of all of it was measured.
    bool complete() const { return m_removal.has_value(); }
    /// KL at a removed share; beyond the last point its root goes on straight where no power is
    /// given, at most to that of all.
    double at(double removed) const;
    /// How much of it lies far beyond the last point that was measured: where less than half is
    /// kept of what that one keeps. Up to there the straight line holds.
    double beyond(double removed) const;

private:
    void setTangents();

    std::map<double, double> m_points; ///< roots of KL
    std::optional<double> m_power;
    std::optional<double> m_removal; ///< KL of removing all
    std::vector<std::pair<double, double>> m_knots;
    std::vector<double> m_slopes, m_tangents;
};

/// What is known of one layer alone.
struct LayerCurves {
    LossCurve mlp;
    /// Two of three heads cost SmolLM2-135M 2.7 times as much as one, summed over its layers.
    LossCurve groups { 1.43 };
    /// KL at 4 and 3 bits (symmetric, group 64) of all matrices of the layer; negative = not
    /// measured.
    double fourBits = -1, threeBits = -1;
    /// Share of the layer's energy lost per role and rank, from weighted spectra.
    std::array<std::vector<float>, linearRoles.size()> keptEnergy;
};

/// Single-layer KL of all matrices of a layer in a scheme.
double quantizationKl(const LayerCurves& layer, const Scheme& scheme);

/// KL of quantizing embedding and head alone, from their KL at four bits and, where measured, three
/// (0 = not). Symmetric GPTQ in groups of 32 is what was measured.
double embeddingKl(double fourBits, double threeBits, const Scheme& scheme);

} // namespace schmidt
