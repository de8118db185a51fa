// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "recipe/prediction.h"
#include "recipe/recipe.h"

#include <QString>
#include <optional>
#include <vector>

namespace schmidt {

/// Smallest step of MLP widths that every export format stores well.
inline constexpr std::int64_t widthStep = 32;

/// The step of a layer: its down matrix needs whole quantization groups of inputs.
std::int64_t widthStepOf(const LayerRecipe& layer);
/// A width rounded to the step, inside [step, full]; the full width itself is always allowed.
std::int64_t roundedWidth(double width, std::int64_t full, std::int64_t step = widthStep);

/// Share of the MLP width of the unlocked layers that a recipe keeps.
double keptShare(const Recipe& recipe, const Architecture& architecture);

/// Every unlocked layer that has an MLP with the same share of its width.
Recipe withEqualWidths(Recipe recipe, const Architecture& architecture, double share);
/// The unlocked layers whole: full width and all KV groups, removed parts too; schemes stay.
Recipe withAllKept(Recipe recipe, const Architecture& architecture);
/// The widths of the unlocked layers that have an MLP from another recipe for the same model.
Recipe withWidthsOf(Recipe recipe, const Architecture& architecture, const Recipe& widths);
/// Layers changed together: in uniform mode all that are left follow. A width or a number of groups
/// of 0 removes the part, which one layer alone cannot do in uniform mode.
Recipe withLayerWidth(Recipe recipe, const Architecture& architecture,
                      const std::vector<int>& layers, std::int64_t width);
Recipe withLayerGroups(Recipe recipe, const Architecture& architecture,
                       const std::vector<int>& layers, std::int64_t groups);
/// What can be removed from a block.
enum class BlockPart { Attention, Mlp, Whole };
/// Whether the draft has the part, of a whole block any of it.
bool hasPart(const LayerRecipe& layer, BlockPart part);
/// These layers without the part, or with all of it again. In uniform mode only whole blocks go,
/// and come back as the others are.
Recipe withPart(Recipe recipe, const Architecture& architecture, const std::vector<int>& layers,
                BlockPart part, bool kept);
/// One scheme for every matrix of the unlocked layers; widths move to the scheme's step.
Recipe withSchemeForAll(Recipe recipe, const Architecture& architecture, const Scheme& scheme);
/// The same for one layer.
void setLayerScheme(LayerRecipe& layer, const LayerShape& full, const Scheme& scheme);
/// The mode changed; uniform takes the mean width of the layers that are left and their largest
/// group count.
Recipe withMode(Recipe recipe, const Architecture& architecture, WidthMode mode);

/// Schemes offered by the choosers.
std::vector<Scheme> offeredSchemes();
/// "GPTQ int4 g64", "16 bit".
QString schemeTitle(const Scheme& scheme);
/// The common scheme of a layer's matrices; nullptr when they differ.
const Scheme* commonScheme(const LayerRecipe& layer);
/// The common rank of corrections of a recipe's quantized matrices, 0 = none has one; nothing when
/// they differ.
std::optional<std::int64_t> commonCorrection(const Recipe& recipe);
/// Why a scheme does not fit the matrices of a model, empty when it does.
QString schemeProblem(const Scheme& scheme, const Architecture& architecture, bool embedding);

/// The recipe with what the front does not depend on made equal: two recipes with equal keys have
/// the same front.
Recipe frontKey(Recipe recipe);

} // namespace schmidt
