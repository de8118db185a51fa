// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/torch_model.h"

namespace schmidt {

/// Gradients of what attention reads, before rotation and norms are undone:
/// query [count, length, heads, headDim], key and value [count, length, kvHeads or heads,
/// headDim]; with `heads` of them, the gradients of the query heads that share a head are still to
/// be summed.
struct HeadGradients {
    at::Tensor query, key, value;
};

/// One copy of each key or value head [count, heads, length, headDim] per query head that reads it.
at::Tensor repeatedHeads(const at::Tensor& heads, std::int64_t copies);

/// Backward of causal attention with 1/√headDim scores. `attended` [count, heads, length, headDim]
/// and `logSum` [count, heads, length] (ln Σ exp of a query's scores) are its results,
/// `gradient` [count · length, heads · headDim] the gradient of `attended`. bf16 on CPUs with units
/// for it goes block by block with fp32 sums (the backward pass of FlashAttention-2, Dao 2023,
/// arXiv 2307.08691, algorithm 2); everything else through LibTorch.
HeadGradients attentionGradient(const AttentionInputs& inputs, const at::Tensor& attended,
                                const at::Tensor& logSum, const at::Tensor& gradient);

} // namespace schmidt
