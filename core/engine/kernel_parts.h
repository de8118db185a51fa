// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the kernel files: what their loops are made of. Include it in files compiled with the
// kernel options only.

#include "base/clones.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace schmidt::kernels {

SCHMIDT_INLINE float load(const float* values, std::int64_t index)
{
    return values[index];
}

SCHMIDT_INLINE float load(const std::uint16_t* values, std::int64_t index)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(values[index]) << 16);
}

SCHMIDT_INLINE void store(float* values, std::int64_t index, float value)
{
    values[index] = value;
}

SCHMIDT_INLINE void store(std::uint16_t* values, std::int64_t index, float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    values[index] = static_cast<std::uint16_t>((bits + 0x7fffU + (bits >> 16 & 1U)) >> 16);
}

/// exp(x) for x ≤ 88 to about 2e-7 relative: 2^n times a degree-6 polynomial on [-ln2/2,
/// ln2/2].
SCHMIDT_INLINE float fastExp(float x)
{
    x = x < -87.0F ? -87.0F : x;
    const float scaled = x * 1.44269504F;
    const float rounded = (scaled + 12582912.0F) - 12582912.0F;
    float r = x - rounded * 0.693359375F;
    r = r + rounded * 2.12194440e-4F;
    float p = 1.3981999e-3F;
    p = p * r + 8.3334519e-3F;
    p = p * r + 4.1665796e-2F;
    p = p * r + 1.6666665e-1F;
    p = p * r + 0.5F;
    p = p * r * r + r + 1.0F;
    return p * std::bit_cast<float>((static_cast<std::int32_t>(rounded) + 127) << 23);
}

/// 2^x for x ≤ 127 to about 3e-6 relative, for what is rounded to bf16: 2^n times a polynomial of
/// degree 4, fitted to the smallest relative error on [-1/2, 1/2].
SCHMIDT_INLINE float coarsePower(float x)
{
    x = x > -126.0F ? x : -126.0F;
    const float whole = (x + 12582912.0F) - 12582912.0F;
    const float r = x - whole;
    float p = 9.57009992e-03F;
    p = p * r + 5.59178602e-02F;
    p = p * r + 2.40247449e-01F;
    p = p * r + 6.93121815e-01F;
    p = p * r + 9.99999261e-01F;
    return p * std::bit_cast<float>((static_cast<std::int32_t>(whole) + 127) << 23);
}

constexpr std::int64_t lanes = 64;

/// Sums kept in lanes, so that the loop vectorizes and the order of additions is fixed.
struct LaneSum {
    float values[lanes] = {};
};

SCHMIDT_INLINE double total(const LaneSum& sum)
{
    double result = 0;
    for (std::int64_t lane = 0; lane < lanes; ++lane)
        result += sum.values[lane];
    return result;
}

/// The same, halves first: for sums of rows so short that adding one lane after the other counts.
SCHMIDT_INLINE float foldedTotal(LaneSum& sum)
{
    for (std::int64_t half = lanes / 2; half > 0; half /= 2)
        for (std::int64_t lane = 0; lane < half; ++lane)
            sum.values[lane] += sum.values[lane + half];
    return sum.values[0];
}

template <typename In>
SCHMIDT_INLINE float inverseRms(const In* x, std::int64_t width, float epsilon)
{
    LaneSum sum;
    std::int64_t index = 0;
    for (; index + lanes <= width; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float value = load(x, index + lane);
            sum.values[lane] += value * value;
        }
    for (; index < width; ++index)
        sum.values[0] += load(x, index) * load(x, index);
    return static_cast<float>(1.0 / std::sqrt(total(sum) / static_cast<double>(width) + epsilon));
}

SCHMIDT_INLINE float rounded(float value)
{
    return (value + 12582912.0F) - 12582912.0F;
}

/// Largest entry and Σ exp(entry - largest) of a row of logits.
template <typename Value>
SCHMIDT_INLINE double expSum(const Value* logits, std::int64_t count, float& top)
{
    float largest[lanes];
    for (std::int64_t lane = 0; lane < lanes; ++lane)
        largest[lane] = load(logits, lane < count ? lane : 0);
    std::int64_t index = 0;
    for (; index + lanes <= count; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float value = load(logits, index + lane);
            largest[lane] = value > largest[lane] ? value : largest[lane];
        }
    top = largest[0];
    for (std::int64_t lane = 1; lane < lanes; ++lane)
        top = largest[lane] > top ? largest[lane] : top;
    for (; index < count; ++index)
        top = load(logits, index) > top ? load(logits, index) : top;
    LaneSum sum;
    for (index = 0; index + lanes <= count; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane)
            sum.values[lane] += fastExp(load(logits, index + lane) - top);
    for (; index < count; ++index)
        sum.values[0] += fastExp(load(logits, index) - top);
    return total(sum);
}

} // namespace schmidt::kernels
