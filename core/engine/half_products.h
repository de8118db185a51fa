// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include <ATen/ATen.h>

namespace schmidt {

/// Whether this CPU multiplies bf16 numbers with fp32 sums by instructions of its own (Intel AMX,
/// AVX512-BF16). Where it does not, halfGram() must not be called.
bool hasHalfUnits();

/// Whether LibTorch's own attention uses them, too. It does so for AMX only, although its block
/// products run on both.
bool libraryHasHalfUnits();

inline std::int64_t roundedUp(std::int64_t value, std::int64_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

/// The bits of bf16 numbers, single or in pairs, as LibTorch's products take them.
inline const at::BFloat16* entries(const std::uint16_t* values)
{
    return reinterpret_cast<const at::BFloat16*>(values);
}
inline const at::BFloat16* entries(const std::uint32_t* pairs)
{
    return reinterpret_cast<const at::BFloat16*>(pairs);
}

/// aᵀ b of bf16 a [tokens, rows] and b [tokens, columns] as fp32 [rows, columns]. Products of two
/// bf16 numbers are exact in fp32, so this is as exact as the same product of fp32 copies. With
/// the same tensor twice only the upper half is computed; mirrored() gives the whole.
at::Tensor halfGram(const at::Tensor& a, const at::Tensor& b);

/// The symmetric matrix that has this upper half.
at::Tensor mirrored(const at::Tensor& upper);

} // namespace schmidt
