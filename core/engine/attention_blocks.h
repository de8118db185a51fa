// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/torch_model.h"

namespace schmidt {

/// Results of causal attention.
struct Attended {
    at::Tensor values; ///< [count, heads, length, headDim], the heads of a token side by side
    at::Tensor logSum; ///< [count, heads, length] fp32, ln Σ exp of a query's scaled scores
};

/// Whether blockAttention() takes these inputs and is the faster way: bf16 on CPUs that multiply
/// bf16 numbers by AVX-512 instructions. LibTorch's own attention turns them into fp32 there; with
/// AMX it does not.
bool attendsInBlocks(const AttentionInputs& inputs);

/// Causal attention of bf16 inputs, scores times `scale`, block by block with fp32 sums: some
/// queries with all of their keys at a time, so that no sum is ever rescaled.
Attended blockAttention(const AttentionInputs& inputs, double scale);

} // namespace schmidt
