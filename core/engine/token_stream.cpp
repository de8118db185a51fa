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
    , m_windowsPerChunk(std::max<std::int64_t>(1, chunkTokens / windows.length))
{
}

std::int64_t TokenStream::chunks() const
{
    const std::int64_t windows = tokens() / m_length;
    return (windows + m_windowsPerChunk - 1) / m_windowsPerChunk;
}

at::Tensor TokenStream::chunk(std::int64_t index) const
{
    const std::int64_t size = m_windowsPerChunk * m_length, first = index * size;
    return m_residual.narrow(0, first, std::min(size, tokens() - first));
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
