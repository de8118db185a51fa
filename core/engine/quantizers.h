// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "model/variant_format.h"
#include "recipe/recipe.h"

#include <ATen/ATen.h>

namespace schmidt {

/// A matrix on the grid of a scheme (dense for Keep). Scales are chosen per group by a search over
/// clipping ratios that minimizes the error weighted with the inputs' energy. With GPTQ the
/// rounding error of each input is carried over to those that follow by the Cholesky factor of the
/// inverse second moment (Frantar et al. 2022, arXiv 2210.17323, eq. 3). `moment` may be undefined
/// for RTN. Deterministic.
VariantMatrix quantizedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme);

/// A dense matrix, rounded to what a variant folder can hold (F16).
VariantMatrix denseMatrix(const at::Tensor& weight);

/// fp32 values of a variant's matrix.
at::Tensor denseOf(const VariantMatrix& matrix);

} // namespace schmidt
