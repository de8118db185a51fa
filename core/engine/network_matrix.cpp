// SPDX-License-Identifier: Apache-2.0
#include "engine/network_matrix.h"

#include "engine/mpo.h"
#include "engine/quantizers.h"

namespace schmidt {

namespace {

    constexpr int sweeps = 2, steps = 8; ///< of conjugate gradients per core

} // namespace

VariantMatrix networkMatrix(const at::Tensor& weight, const at::Tensor& moment, std::int64_t bond)
{
    const auto sites = balancedSites(weight.size(0), weight.size(1), 2);
    const KroneckerMetric metric = kroneckerMetric(moment, sites);
    const at::Tensor white = whitened(weight, metric);
    Mpo mpo = ttSvd(white, sites, bond);
    momentSweeps(mpo, white, whitenedMoment(moment, metric), sweeps, steps);
    mpo = unwhitened(mpo, metric);
    VariantMatrix matrix;
    matrix.rows = weight.size(0);
    matrix.columns = weight.size(1);
    matrix.firstSite = sites.front();
    const std::int64_t bonds = mpo.bonds().front(); // fewer where the matrix has no more
    setFactors(matrix, mpo.cores[0].reshape({ matrix.leftRows(), bonds }),
               mpo.cores[1].reshape({ bonds, matrix.rightColumns() }));
    return matrix;
}

} // namespace schmidt
