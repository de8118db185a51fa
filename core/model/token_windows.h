// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace schmidt {

/// Token ids in equal windows, row-major [count, length].
struct TokenWindows {
    std::int64_t length = 0;
    std::vector<std::int32_t> tokens;
    /// The first `leading` windows count `leadingWeight` times as much as the rest in statistics:
    /// text of the workload before text that only fills up.
    std::int64_t leading = 0;
    double leadingWeight = 1;
    std::int64_t count() const
    {
        return length > 0 ? static_cast<std::int64_t>(tokens.size()) / length : 0;
    }
    std::int64_t size() const { return static_cast<std::int64_t>(tokens.size()); }
};

/// Numbers of `count` of `of` windows spread evenly over all of them, ascending; all where there
/// are no more. A part of a text stands for the whole of it only if it is taken from everywhere.
std::vector<std::int64_t> spreadIndices(std::int64_t count, std::int64_t of);

/// Appends these windows of `length` tokens of a text to `windows`.
void appendWindows(TokenWindows& windows, const std::vector<std::int32_t>& text,
                   const std::vector<std::int64_t>& indices);

/// The tokens of a window that are predicted: those from `first`, 1 or later, up to before `end`.
struct ScoredRange {
    std::int64_t first = 1, end = 0;
};

} // namespace schmidt
