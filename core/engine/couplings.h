// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "analysis/correlations.h"

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace schmidt {

/// Pairwise mutual information of units from their second moment E[a aᵀ] [n, n] about zero (the
/// moment that pruning uses: a mean that two units share counts as correlation), clustered by |ρ|
/// and binned for display. A unit that never fires correlates with nothing.
UnitCorrelations unitCorrelations(const at::Tensor& moment);

/// Gaussian mutual information of the outputs of every two heads, nat, from the second moment of
/// all head outputs [heads headDim, heads headDim]: ½ (ln det C_a + ln det C_b - ln det C_ab) =
/// -½ Σ ln(1 - κ²) over the canonical correlations κ. Each head gets a ridge of 1e-4 of its mean
/// power, below which directions count as noise. Independent heads on n tokens still show about
/// headDim² / 2n. Row-major heads × heads, 0 on the diagonal.
std::vector<float> headInformation(const at::Tensor& moment, std::int64_t headDim);

/// How alike the updates are that the blocks add to the residual stream: linear centred kernel
/// alignment (Kornblith et al. 2019) in its unbiased form (Song et al. 2012, eq. 5) on about a
/// thousand evenly spaced tokens. Every update is scaled to length 1, or a few tokens with massive
/// activations would decide alone. Memory: 4 MiB per block, whatever the width.
class BlockSimilarity {
public:
    /// Takes its tokens of a chunk of `layer`: residuals before and after the block, [tokens,
    /// hidden]. Chunks come in the same order for every layer, layers one after the other;
    /// `allTokens` counts all chunks.
    void take(int layer, const at::Tensor& before, const at::Tensor& after, std::int64_t allTokens);
    /// Row-major layers × layers in at most 1; empty for fewer than four tokens.
    std::vector<float> matrix();

private:
    void finishLayer();

    int m_layer = -1;
    std::vector<at::Tensor> m_rows; ///< of the layer being taken
    std::vector<at::Tensor> m_grams; ///< per layer, zero diagonal
};

} // namespace schmidt
