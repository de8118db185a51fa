// SPDX-License-Identifier: Apache-2.0
#include "engine/token_stream.h"

#include <algorithm>

namespace schmidt {

namespace {

    constexpr std::int64_t chunkTokens = 8192;
    constexpr std::int64_t cacheLimitBytes = 640LL << 20;

} // namespace

TokenStream::TokenStream(const TokenWindows& windows, const at::Tensor& embedding)
    : m_residual(embedTokens(embedding, windows.tokens.data(), windows.size()))
    , m_length(windows.length)
{
    const std::int64_t size = std::max<std::int64_t>(1, chunkTokens / windows.length);
    const std::int64_t leading = std::min(windows.leading, windows.count());
    for (std::int64_t window = 0; window < windows.count();) {
        const bool first = window < leading;
        const std::int64_t count = std::min(size, (first ? leading : windows.count()) - window);
        m_chunks.push_back(
            { window * m_length, count * m_length, first ? windows.leadingWeight : 1.0 });
        window += count;
    }
}

at::Tensor TokenStream::chunk(std::int64_t index) const
{
    const Chunk& chunk = m_chunks[static_cast<std::size_t>(index)];
    return m_residual.narrow(0, chunk.first, chunk.count);
}

ActivationCache::ActivationCache(Maker maker, std::int64_t chunks, std::int64_t bytes)
    : m_maker(std::move(maker))
    , m_keep(bytes <= cacheLimitBytes)
    , m_kept(static_cast<std::size_t>(chunks))
{
}

at::Tensor ActivationCache::at(std::int64_t chunk)
{
    if (!m_keep)
        return m_maker(chunk);
    at::Tensor& kept = m_kept[static_cast<std::size_t>(chunk)];
    if (!kept.defined())
        kept = m_maker(chunk);
    return kept;
}

} // namespace schmidt
