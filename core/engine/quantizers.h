// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "model/variant_format.h"
#include "recipe/recipe.h"

#include <ATen/ATen.h>
#include <list>
#include <utility>
#include <vector>

namespace schmidt {

/// What compensated rounding needs of the inputs' second moment C, whatever the matrix.
struct RoundingMetric {
    explicit RoundingMetric(const at::Tensor& moment);

    at::Tensor damped; ///< C with a ridge, [n, n] fp32
    std::vector<std::int64_t> order; ///< inputs of falling energy: the order of rounding
    at::Tensor factor; ///< upper Cholesky factor of the inverse of C in that order, [n, n] fp32
};

/// Metrics of the moments seen last: matrices that read the same inputs share one.
class RoundingMetrics {
public:
    /// The same tensor gives the same metric; only the latest result is sure to stay valid.
    const RoundingMetric& of(const at::Tensor& moment);

private:
    std::list<std::pair<at::Tensor, RoundingMetric>> m_known;
};

/// A matrix on the grid of a scheme (dense for Keep). Scales are chosen per group by a search over
/// clipping ratios that minimizes the error weighted with the inputs' energy. With GPTQ the
/// rounding error of each input is carried over to those that follow by the Cholesky factor of the
/// inverse second moment (Frantar et al. 2022, arXiv 2210.17323, eq. 3). `moment` may be undefined
/// for RTN. Deterministic.
VariantMatrix quantizedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme);
/// The same with what is known of the moment.
VariantMatrix quantizedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme, RoundingMetrics& metrics);

/// The matrix on its grid with factors that add back what rounding took from it (Q + LR): the best
/// approximation of that rank to W - Q for inputs of second moment C, by the SVD of (W - Q) L with
/// C = L Lᵀ (EoRA, Liu et al. 2024, arXiv 2410.21271). W is then quantized once more without the
/// factors' product and the factors found again (LoftQ, Li et al. 2023, arXiv 2310.08659); of both
/// rounds the one with the smaller output error stays. Factors are balanced and representable in
/// F16. `moment` is [columns, columns] fp64, `rank` > 0.
VariantMatrix correctedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme, std::int64_t rank);

/// Sets the factors of a matrix, left [.., rank] and right [rank, ..], in halves: each pair is
/// scaled so that both have the same largest number, because the inputs' energy would else push one
/// of them out of range.
void setFactors(VariantMatrix& matrix, const at::Tensor& left, const at::Tensor& right);

/// A dense matrix, rounded to what a variant folder can hold (F16).
VariantMatrix denseMatrix(const at::Tensor& weight);

/// fp32 values of a variant's matrix.
at::Tensor denseOf(const VariantMatrix& matrix);

} // namespace schmidt
