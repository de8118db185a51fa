// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include <ATen/ATen.h>

namespace schmidt {

/// Second moments E[a bᵀ] over weighted tokens: fp32 products per chunk, fp64 sums over chunks.
class MomentSum {
public:
    /// Adds weight · Σ a bᵀ of a chunk; a is [tokens, rows], b is [tokens, columns] of any type.
    void add(const at::Tensor& a, const at::Tensor& b, double weight);
    void add(const at::Tensor& a, double weight) { add(a, a, weight); }
    /// [rows, columns] fp64; undefined when nothing was added.
    at::Tensor mean() const;

private:
    at::Tensor m_sum;
    /// Upper half of a symmetric sum: mirroring every chunk would take longer than adding it.
    at::Tensor m_upper;
    double m_tokens = 0;
};

/// C + damping · mean(diag C) · I, fp64. All-zero directions stay invertible.
at::Tensor damped(const at::Tensor& moment, double damping);

/// L with L Lᵀ = damped(C, damping), fp64. Rounding can leave a moment of few tokens with
/// directions below zero; then the damping grows tenfold until there are none.
at::Tensor dampedRoot(const at::Tensor& moment, double damping);

/// Solves X A = B for symmetric positive definite A [n, n]; B is [m, n]; all fp64.
at::Tensor solveRight(const at::Tensor& spd, const at::Tensor& right);

/// Least-squares refit of a matrix W [out, n] that sees inputs x of second moment C [n, n] and is
/// to give targets t with cross moment E[t xᵀ] [out, n]: minimizes E|t - W' x|² with a ridge that
/// pulls towards W, W' = W + (E[t xᵀ] - W C)(C + λ)⁻¹. All fp64.
at::Tensor refitted(const at::Tensor& weight, const at::Tensor& moment,
                    const at::Tensor& crossMoment, double damping);

/// Relative error E|t - W x|² / E|t|² from moments; `targetEnergy` is E|t|².
double relativeError(const at::Tensor& weight, const at::Tensor& moment,
                     const at::Tensor& crossMoment, double targetEnergy);

/// Best rank-r approximation of W [out, n] for inputs of second moment C (whitened SVD, Wang et
/// al. 2024, arXiv 2403.07378): W L = U Σ Vᵀ with C = L Lᵀ, left = U_r Σ_r, right = V_rᵀ L⁻¹.
struct LowRankFactors {
    at::Tensor left; ///< [out, r]
    at::Tensor right; ///< [r, n]
};
LowRankFactors lowRankFactors(const at::Tensor& weight, const at::Tensor& moment,
                              std::int64_t rank);

/// Singular values of W, descending, from the smaller Gram matrix in fp64.
std::vector<float> singularValues(const at::Tensor& weight);
/// Singular values of W C^{1/2}, descending.
std::vector<float> weightedSingularValues(const at::Tensor& weight, const at::Tensor& moment);

} // namespace schmidt
