// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/analysis_result.h"

#include <span>

namespace schmidt {

/// -Σ p ln p with p_i = σ_i² / Σσ², in nat; 0 for an all-zero spectrum.
double spectralEntropy(std::span<const float> sigma);

/// (Σσ²)² / Σσ⁴; 0 for an all-zero spectrum.
double participationRatio(std::span<const float> sigma);

/// Fits the Marchenko-Pastur law to λ_i = σ_i² / max(rows, columns) by matching the median of the
/// bulk and iterating until the spikes above the upper edge are excluded.
MarchenkoPasturFit fitMarchenkoPastur(std::span<const float> sigma, std::int64_t rows,
                                      std::int64_t columns);

/// Fits the tail of λ_i = σ_i² (Clauset, Shalizi, Newman 2009, eq. 3.1 and the KS window choice of
/// section 3.3).
PowerLawFit fitPowerLaw(std::span<const float> sigma);

/// Fills every derived field of a spectrum from its σ arrays.
void completeSpectrum(TensorSpectrum& spectrum);

} // namespace schmidt
