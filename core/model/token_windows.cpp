// SPDX-License-Identifier: Apache-2.0
#include "model/token_windows.h"

#include <algorithm>
#include <cstddef>

namespace schmidt {

std::vector<std::int64_t> spreadIndices(std::int64_t count, std::int64_t of)
{
    count = std::min(count, of);
    std::vector<std::int64_t> indices;
    for (std::int64_t index = 0; index < count; ++index)
        indices.push_back((2 * index + 1) * of / (2 * count));
    return indices;
}

void appendWindows(TokenWindows& windows, const std::vector<std::int32_t>& text,
                   const std::vector<std::int64_t>& indices)
{
    for (const std::int64_t index : indices) {
        const auto first = text.begin() + static_cast<std::ptrdiff_t>(index * windows.length);
        windows.tokens.insert(windows.tokens.end(), first,
                              first + static_cast<std::ptrdiff_t>(windows.length));
    }
}

} // namespace schmidt
