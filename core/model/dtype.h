// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace schmidt {

/// Storage types of tensors on disk; the quantized ones are GGUF block formats.
enum class DType {
    F32,
    F16,
    BF16,
    F64,
    I8,
    I32,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    IQ4_NL,
    IQ4_XS,
    TQ1_0,
    TQ2_0,
    MXFP4,
    Q8_K,
    IQ2_XXS,
    IQ2_XS,
    IQ2_S,
    IQ3_XXS,
    IQ3_S,
    IQ1_S,
    IQ1_M,
    NVFP4,
    Q1_0,
    Q2_0
};

std::string_view dtypeName(DType type); ///< "F16", "Q4_K"
std::optional<DType> dtypeFromName(std::string_view name);
std::optional<DType> dtypeFromGgmlType(std::int32_t ggmlType);
/// Name of any of ggml's types, also of those that no DType stands for; "type 99" when unknown.
std::string ggmlTypeName(std::int32_t ggmlType);
std::int32_t ggmlTypeOf(DType type);
bool isQuantized(DType type);

/// Elements per block (1 for plain types) and bytes per block.
struct BlockLayout {
    std::int64_t elements = 1;
    std::int64_t bytes = 4;
};
BlockLayout blockLayout(DType type);

/// Bytes of `elements` values; `elements` must be a multiple of the block.
std::int64_t storageBytes(DType type, std::int64_t elements);

/// Decodes `out.size()` values from `bytes` (a whole number of blocks) to fp32. Layouts: ggml's
/// block formats; every type of DType is covered.
void dequantize(DType type, std::span<const std::byte> bytes, std::span<float> out);

/// Whether quantize() writes a type.
bool canQuantize(DType type);

/// Encodes fp32 values, a row of a matrix or several, so that Σ importance_i (x_i - value_i)² comes
/// out small: per block a grid of trial scales with weighted regression and rounding in turn; in
/// super-blocks the integer scales are then moved one by one and the half-precision ones regressed
/// on all codes. Types: F32, F16, BF16 (rounded to nearest even), Q8_0, Q4_0, Q4_1, Q5_0, Q5_1,
/// IQ4_NL, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K; false for others and for sizes that are no whole number of
/// blocks. `importance` has one number >= 0 per value (second moment of that input), or is empty:
/// every value counts the same then. Values beyond ±65504 need F32 or BF16.
bool quantize(DType type, std::span<const float> values, std::span<std::byte> out,
              std::span<const float> importance = {});

float halfToFloat(std::uint16_t bits);
std::uint16_t floatToHalf(float value); ///< round to nearest even
float bfloatToFloat(std::uint16_t bits);
std::uint16_t floatToBfloat(float value); ///< round to nearest even, NaN kept

} // namespace schmidt
