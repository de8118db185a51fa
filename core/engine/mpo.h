// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "model/site_shape.h"

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace schmidt {

/// Tensor train of a matrix W [out, in] with out = Π o_k and in = Π i_k, row-major (the first site
/// is the slowest index): W[(o_1 … o_n), (i_1 … i_n)] = Σ_a A_1[o_1, i_1, a_1] A_2[a_1, o_2, i_2,
/// a_2] … For two sites this is a sum of Kronecker products Σ_a A_a ⊗ B_a.
struct Mpo {
    std::vector<SiteShape> sites;
    std::vector<at::Tensor> cores; ///< [left bond, o, i, right bond] fp64; outer bonds are 1
    /// Cores before it are isometries from the left, cores after it from the right.
    std::size_t center = 0;

    std::vector<std::int64_t> bonds() const; ///< n - 1 inner bond dimensions
    std::int64_t parameters() const; ///< Σ χ_{k-1} o_k i_k χ_k
};

/// Successive singular value decompositions from left to right (Oseledets 2011), each bond cut to
/// at most `maxBond`; 0 = exact. The result is in canonical form with its center at the last site.
/// For two sites it is the best approximation of that bond in the Frobenius norm (Van Loan and
/// Pitsianis 1993); for n sites at most √(n-1) times as far away as the best one.
Mpo ttSvd(const at::Tensor& weight, const std::vector<SiteShape>& sites, std::int64_t maxBond = 0);

/// W again, [out, in] in the type of the cores.
at::Tensor denseOf(const Mpo& mpo);

/// Moves the orthogonality center by QR decompositions; the matrix stays the same.
void moveCenter(Mpo& mpo, std::size_t site);

/// Variational sweeps: every core in turn is replaced by the projection of W on the space that the
/// other cores, all isometries, span: the exact minimizer of |W - MPO|_F in that core. The error
/// never rises, so the result is at least as good as what it starts from. Stops early when a sweep
/// changes the error by less than 1e-10 of |W|². Returns the relative squared error |W - MPO|² /
/// |W|².
double variationalSweeps(Mpo& mpo, const at::Tensor& weight, int sweeps);

/// Schmidt values of W across every bond, descending: the singular values of W with sites 1 … k
/// against the rest, from the smaller Gram matrix in fp64.
std::vector<std::vector<double>> bondSpectra(const at::Tensor& weight,
                                             const std::vector<SiteShape>& sites);

/// Relative squared error of truncation to `maxBond`, known from the bond spectra alone. Every
/// approximation with these bonds lies above `lower` = the largest discarded share of one bond;
/// TT-SVD lies below `upper` = the sum of the discarded shares. For two sites both are the error.
struct TruncationBounds {
    double lower = 0, upper = 0;
};
TruncationBounds truncationBounds(const std::vector<std::vector<double>>& spectra,
                                  std::int64_t maxBond);

/// Parameters of a tensor train whose bonds are cut to `maxBond`, saturated bonds counted as they
/// are.
std::int64_t truncatedParameters(const std::vector<SiteShape>& sites, std::int64_t maxBond);

/// The activation metric a tensor train can carry: the second moment C of the inputs replaced by a
/// Kronecker product C_1 ⊗ … ⊗ C_n over the sites, C_k = L_k L_kᵀ. Of all such products the one of
/// greatest Gaussian likelihood, C_k = i_k / in · tr_others[C (⊗ C_j⁻¹)], found by alternation from
/// the identity (flip-flop, Dutilleul 1999). The nearest product in the Frobenius norm would follow
/// the one direction that dominates the moments of real models and be blind for all others: it
/// loses several times as much on such inputs. C gets a ridge of 1e-6 of its mean diagonal.
struct KroneckerMetric {
    std::vector<at::Tensor> roots; ///< L_k [i_k, i_k], lower triangular, fp64
    double distance = 0; ///< |C - ⊗ C_k|_F / |C|_F
};
KroneckerMetric kroneckerMetric(const at::Tensor& moment, const std::vector<SiteShape>& sites);

/// W (L_1 ⊗ … ⊗ L_n): truncating it in the Frobenius norm truncates W in the metric.
at::Tensor whitened(const at::Tensor& weight, const KroneckerMetric& metric);
/// W' (L_1 ⊗ … ⊗ L_n)⁻¹, site by site.
at::Tensor unwhitened(const at::Tensor& weight, const KroneckerMetric& metric);
/// The same inside a tensor train: each core's input index by its own L_k⁻¹, bonds unchanged. The
/// canonical form is lost.
Mpo unwhitened(const Mpo& mpo, const KroneckerMetric& metric);

/// The second moment of whitened inputs, (⊗ L_k)⁻¹ C (⊗ L_k)⁻ᵀ: the identity where the Kronecker
/// product is exact.
at::Tensor whitenedMoment(const at::Tensor& moment, const KroneckerMetric& metric);

/// Variational sweeps in a metric that is no Kronecker product: lowers tr((W - MPO) C (W - MPO)ᵀ)
/// core by core, each by at most `steps` conjugate-gradient steps from where it is. The error never
/// rises. Converges fast where C is near the identity, so give it whitened W and moment. Returns
/// the relative error.
double momentSweeps(Mpo& mpo, const at::Tensor& weight, const at::Tensor& moment, int sweeps,
                    int steps);

/// E|(W - W')x|² / E|W x|² for inputs of second moment C; an undefined C is the identity.
double relativeLoss(const at::Tensor& weight, const at::Tensor& approximation,
                    const at::Tensor& moment);

/// Plain low rank at the same size: the largest rank whose two factors store no more than
/// `parameters`, and the relative squared error that the singular values give it.
struct EqualSizeRank {
    std::int64_t rank = 0;
    double loss = 1;
};
EqualSizeRank rankAtEqualSize(const std::vector<float>& singularValues, std::int64_t rows,
                              std::int64_t columns, std::int64_t parameters);

} // namespace schmidt
