// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "analysis/analysis_result.h"
#include "engine/mpo.h"

namespace schmidt {

/// The two-site bond of W in the plain metric: balanced sites and all Schmidt values.
BondSpectrum plainBond(const at::Tensor& weight);

/// Adds what is seen in the metric of inputs with second moment C: the Schmidt values in the
/// Kronecker product that stands for C, and the loss E|(W - W')x|² / E|W x|² in C itself of
/// truncation at a few bond dimensions up to the one that stores as much as W. Matrices with the
/// same inputs follow each other, so the metric of the last moment is kept.
class BondWeighing {
public:
    void weigh(BondSpectrum& bond, const at::Tensor& weight, const at::Tensor& moment);

private:
    at::Tensor m_moment;
    std::vector<SiteShape> m_sites;
    KroneckerMetric m_metric;
};

} // namespace schmidt
