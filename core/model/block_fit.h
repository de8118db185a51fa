// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dtype.h"

#include <span>

namespace schmidt {

/// Whether fitRow() writes a type.
bool canFit(DType type);

/// Encodes one row of a matrix so that Σ importance_i (x_i - value_i)² comes out small: per block a
/// grid of trial scales with weighted regression and rounding in turn; in super-blocks the integer
/// scales are then moved one by one and the half-precision ones regressed on all codes. Types: F32,
/// F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K; false for others
/// and for a length that is no whole number of blocks. `importance` has one number >= 0 per value
/// (second moment of that input), or is empty: every value counts the same then. Values that are
/// on a block's grid already come back exactly (up to half-precision scales of super-blocks).
bool fitRow(DType type, std::span<const float> values, std::span<const float> importance,
            std::span<std::byte> out);

} // namespace schmidt
