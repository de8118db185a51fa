// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "recipe/recipe.h"
#include "ui/panels/spectra/fact_table.h"

#include <optional>

namespace schmidt {

/// Why a part of the model would be removed: one sentence, and the figures it rests on.
struct Reason {
    QString sentence; ///< empty when nothing is known about the part
    std::vector<Fact> facts;
};

/// A direction of a matrix, counted from 1 at the largest singular value. Directions go from the
/// last one on; what is lost with them is E|(W - W_r)x|² / E|W x|² on the workload where its
/// statistics exist, else |W - W_r|² / |W|². `keptRank` = directions the draft keeps, 0 = all.
Reason directionReason(const TensorSpectrum& spectrum, int direction, std::int64_t keptRank);

/// A query head, which goes and stays with its KV group. What is lost with a group is the share of
/// the attention's output that the other groups cannot make up for by a refit.
Reason headReason(const AnalysisResult& analysis, const LayerAnalysis& layer,
                  const LayerShape& shape, const LayerRecipe& draft, int head);

/// A block: what narrowing it was measured to cost, beside all other blocks.
Reason blockReason(const AnalysisResult& analysis, const LayerAnalysis& layer,
                   const LayerShape& shape, const LayerRecipe& draft);

/// What halving a layer's MLP was measured to cost, and its place among all layers; absent until
/// it has been probed.
std::optional<Fact> halvedFact(const AnalysisResult& analysis, int layer);

} // namespace schmidt
