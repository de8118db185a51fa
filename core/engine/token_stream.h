// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/torch_model.h"

#include <functional>
#include <vector>

namespace schmidt {

/// The residual stream of calibration tokens on its way through the layers, worked on in chunks of
/// whole windows so that activations stay small.
class TokenStream {
public:
    TokenStream(const TokenWindows& windows, const at::Tensor& embedding);

    std::int64_t length() const { return m_length; }
    std::int64_t tokens() const { return m_residual.size(0); }
    std::int64_t chunks() const { return static_cast<std::int64_t>(m_chunks.size()); }
    /// What a token of this chunk counts in statistics.
    double weight(std::int64_t chunk) const
    {
        return m_chunks[static_cast<std::size_t>(chunk)].weight;
    }
    /// A view of the residuals of one chunk, [tokens, hidden] fp32; changes write through.
    at::Tensor chunk(std::int64_t index) const;

private:
    at::Tensor m_residual;
    struct Chunk {
        std::int64_t first = 0, count = 0; ///< tokens
        double weight = 1;
    };
    std::vector<Chunk> m_chunks;
    std::int64_t m_length = 0;
};

/// Activations of every chunk, kept while they fit a memory limit and computed again otherwise.
class ActivationCache {
public:
    using Maker = std::function<at::Tensor(std::int64_t chunk)>;
    /// `bytes` = what all chunks together would take.
    ActivationCache(Maker maker, std::int64_t chunks, std::int64_t bytes);
    at::Tensor at(std::int64_t chunk);

private:
    Maker m_maker;
    bool m_keep;
    std::vector<at::Tensor> m_kept;
};

} // namespace schmidt
