// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the model module: the conversions of dtype.h where loops over many values can see
// into them. Without branches, so that such loops vectorize.

#include <bit>
#include <cstdint>

namespace schmidt::bits {

inline float fromHalf(std::uint16_t bits)
{
    // Shifting the exponent field into place and scaling by 2^112 is exact for subnormals too.
    const std::uint32_t magnitude = static_cast<std::uint32_t>(bits & 0x7fffU) << 13;
    std::uint32_t value = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112F);
    value |= magnitude >= 0x0f800000U ? 0x7f800000U : 0U;
    return std::bit_cast<float>(value | static_cast<std::uint32_t>(bits & 0x8000U) << 16);
}

/// To nearest, ties to even.
inline std::uint16_t toHalf(float value)
{
    const auto all = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = all >> 16 & 0x8000U, magnitude = all & 0x7fffffffU;
    const std::uint32_t odd = magnitude >> 13 & 1U;
    const std::uint32_t normal = (magnitude + 0xc8000fffU + odd) >> 13;
    // Adding 0.5, whose unit in the last place is half's smallest subnormal, rounds to even.
    const std::uint32_t subnormal
        = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5F) - 0x3f000000U;
    const std::uint32_t beyond = magnitude > 0x7f800000U ? 0x7e00U : 0x7c00U;
    std::uint32_t half = magnitude < 0x38800000U ? subnormal : normal;
    half = magnitude >= 0x47800000U ? beyond : half;
    return static_cast<std::uint16_t>(sign | half);
}

inline float fromBfloat(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

inline std::uint16_t toBfloat(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = (bits + 0x7fffU + (bits >> 16 & 1U)) >> 16;
    return static_cast<std::uint16_t>((bits & 0x7fffffffU) > 0x7f800000U ? bits >> 16 | 0x40U
                                                                         : rounded);
}

} // namespace schmidt::bits
