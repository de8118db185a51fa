// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "model/variant_format.h"

#include <ATen/ATen.h>

namespace schmidt {

/// A matrix as a matrix product operator of two balanced sites whose bond is `bond` > 0: the best
/// one in the Kronecker part of the activation metric (TT-SVD of the whitened matrix, which is
/// exact for one bond), then a few sweeps in the metric itself, which never raise E|(W - W')x|².
/// `weight` [out, in] and `moment` [in, in] are fp64. Cores are balanced and representable in F16.
VariantMatrix networkMatrix(const at::Tensor& weight, const at::Tensor& moment, std::int64_t bond);

} // namespace schmidt
