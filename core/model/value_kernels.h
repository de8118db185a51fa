// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace schmidt {

/// Whether no value is NaN or infinite.
bool allFinite(std::span<const float> values);
/// Whether half precision can hold every value, rounded: none is NaN or beyond 65504.
bool allFitHalf(std::span<const float> values);

/// values[i] to half precision or bfloat16, nearest, ties to even; `out` is as long and need not
/// be aligned.
void narrowToHalf(std::span<const float> values, std::uint8_t* out);
void narrowToBfloat(std::span<const float> values, std::uint8_t* out);

/// codes[i] = round((x[i] - origin) · over) limited to [low, high], plus `shift`, for a block
/// of 32.
struct CodeGrid {
    float origin = 0, over = 0;
    int low = 0, high = 0, shift = 0;
};
void roundBlock(const float* x, const CodeGrid& grid, std::uint8_t* codes);

} // namespace schmidt
