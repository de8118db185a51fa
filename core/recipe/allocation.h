// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "recipe/prediction.h"

#include <optional>
#include <vector>

namespace schmidt {

/// What an allocation must reach; exactly one limit is used, in this order of precedence. All but
/// the first two are judged by the prediction.
struct AllocationTarget {
    std::optional<double> keepParameters = {}; ///< share of all parameters kept, (0, 1]
    std::optional<std::int64_t> bytes = {}; ///< weight bytes at most
    std::optional<double> maxKl = {}; ///< KL at most, nat
    std::optional<double> maxPerplexityIncrease = {}; ///< relative, 0.03 = 3 %
    std::optional<double> minDecodeRate = {}; ///< decoded tokens per second
    std::optional<double> maxMemoryBytes = {}; ///< weights and key-value cache
    std::optional<double> maxJoulesPerToken = {};
};

/// What an allocation may change in the layers that are not locked.
struct AllocationFreedom {
    std::int64_t widthStep = 32; ///< MLP widths are multiples of this
    bool widths = true; ///< MLPs may lose units
    bool kvGroups = true; ///< KV groups too; per-layer recipes only
    bool removals = false; ///< attention or MLP of a layer as a whole too; per-layer recipes only
    /// Schemes each layer may choose from, one for all its matrices; per-layer recipes only. Empty
    /// = every matrix keeps the scheme that the starting recipe gives it.
    std::vector<Scheme> schemes = {};
    /// Schemes embedding and head may choose from, the smallest last, unless parameters are the
    /// target. Empty, or where the analysis did not measure what they cost = they keep the scheme
    /// of the starting recipe.
    std::vector<Scheme> embeddingSchemes = {};
    /// Sizes of the vocabulary to choose from, the smallest last (see
    /// Predictor::vocabularySizes()); what a smaller one costs is weighed by perplexity. Empty = as
    /// in the starting recipe.
    std::vector<std::int64_t> vocabularies = {};
};

/// Bits and widths together: layers choose among 16, 8 and 4 bits, the embedding between 8 and 4,
/// all in groups of 32, which every format stores.
AllocationFreedom usualFreedom();

/// Recipe with the smallest predicted KL under a target. Every layer's combinations of width, KV
/// groups and scheme are weighed together: the lower convex hull of single-layer KL over size is
/// walked down in all layers at once, cheapest step first, which is the Lagrangian optimum at every
/// stop (Everett 1963). A limit of quality is used up: the smallest recipe within it; any other
/// limit is met with as little loss as possible. Locked layers of `start` stay. Errors:
/// Verification when the target cannot be met, with the reason and the nearest that can; Usage for
/// a step below 1.
Result<Recipe> allocate(const Predictor& predictor, const Recipe& start,
                        const AllocationTarget& target, const AllocationFreedom& freedom = {});

/// One point of the predicted size-quality front.
struct FrontierPoint {
    Recipe recipe;
    double bytes = 0;
    double kl = 0;
    double klLow = 0, klHigh = 0;
};

/// Recipes from no pruning of widths to the deepest allowed; schemes, KV groups, removed parts and
/// locks are those of `start`. Empty where the loss by removed parts is not known.
std::vector<FrontierPoint> frontier(const Predictor& predictor, const Recipe& start,
                                    int points = 24);

} // namespace schmidt
