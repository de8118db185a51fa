// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/torch_model.h"
#include "model/variant_format.h"
#include "recipe/recipe.h"

#include <optional>

namespace schmidt {

/// Embedding and head of a model, [vocabulary, hidden] each; the head is absent where the embedding
/// serves as head too.
struct OuterTensors {
    at::Tensor embedding, head;
};
Result<OuterTensors> loadOuterTensors(const ModelSource& source);

struct OuterMatrices {
    VariantMatrix embedding;
    std::optional<VariantMatrix> head;
};

/// Both matrices under a scheme. GPTQ weighs the rounding errors of a head by `headMoment`
/// [hidden, hidden], the second moment of what it reads; a matrix that is embedding and head at
/// once is weighed by that and, a tenth of it, evenly in all directions, as an embedding's rows are
/// read as they are. A separate embedding has no inputs to weigh by and is rounded to nearest.
/// `headMoment` may be undefined for other schemes.
OuterMatrices quantizedOuter(const OuterTensors& tensors, const at::Tensor& headMoment,
                             const Scheme& scheme);

} // namespace schmidt
