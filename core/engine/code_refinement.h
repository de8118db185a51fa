// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "model/variant_format.h"

#include <ATen/ATen.h>

namespace schmidt {

/// Lowers the output error (w - ŵ) C (w - ŵ)ᵀ of every row of a quantized matrix, group after
/// group: the scale moves to its optimum, then each code of the group to its best value, given all
/// the others (coordinate descent, as CDQuant, arXiv 2406.17542, does it for codes). Zeros stay. No
/// step raises the error. `weight` [out, in] is the matrix meant, `moment` [in, in] its inputs'
/// second moment, damped; both fp32. Scales stay representable in fp16.
void refineCodes(VariantMatrix& matrix, const at::Tensor& weight, const at::Tensor& moment,
                 int rounds);

} // namespace schmidt
