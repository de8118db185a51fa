// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/torch_model.h"

namespace schmidt {

/// A matrix [out, in] as LibTorch's own kernels for few bits take it.
struct CodedMatrix {
    at::Tensor codes; ///< 8 bits: [out, in] int8; 4 bits: packed bytes, two codes each
    at::Tensor scales; ///< 8 bits: [out]; 4 bits: [in / 32, out, 2], scale and zero point
};

/// Rounds a bf16 matrix to codes: 8 bits with one scale per row, or 4 bits with scale and zero
/// point per 32 columns. Undefined tensors for shapes that the kernels do not take, whose matrices
/// stay as they are: columns that are no multiple of 32, for 4 bits rows that are none of 16.
CodedMatrix codedMatrix(const at::Tensor& matrix, Precision precision);

/// x Wᵀ of a coded matrix, in the type of x, bf16.
at::Tensor codedProduct(const at::Tensor& x, const at::Tensor& codes, const at::Tensor& scales);

/// Replaces the matrices of a layer or the output head by their codes, where they have such.
void encodeLayer(LayerWeights& layer, Precision precision);
void encodeHead(TransformerModel::Weights& weights);

/// Whether matrices are codes in this arithmetic.
inline bool isCoded(Precision precision)
{
    return precision == Precision::Int8 || precision == Precision::Int4;
}

} // namespace schmidt
