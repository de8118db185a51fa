// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace schmidt {

/// Measures of the inputs p of a matrix W [out, n] whose inputs have second moment C.
struct UnitMeasures {
    std::vector<float> energy; ///< C_pp |w_p|²
    std::vector<float> redundancy; ///< 1 - 1 / (C_pp (C⁻¹)_pp)
    std::vector<float> score; ///< |w_p|² / (C⁻¹)_pp
    std::vector<std::int32_t> partner; ///< input with the largest |correlation|
};
UnitMeasures unitMeasures(const at::Tensor& weight, const at::Tensor& moment, double damping);

/// Order in which optimal brain surgeon (Hassibi and Stork 1993, for columns as in SlimGPT, arXiv
/// 2412.18110) removes inputs of W: again and again the input whose removal, with the others
/// readjusted, raises E|W x - W' x|² least. Removal goes in blocks; inside a block the choice is
/// exact. Stops when `keep` inputs are left; result: removed inputs, first removed first.
std::vector<std::int32_t> removalOrder(const at::Tensor& weight, const at::Tensor& moment,
                                       double damping, std::int64_t keep);

/// The same for groups of `groupSize` neighbouring inputs; also the loss of removing each group
/// alone, tr(W_g ((C⁻¹)_gg)⁻¹ W_gᵀ).
struct GroupOrder {
    std::vector<float> score;
    std::vector<std::int32_t> order;
};
GroupOrder groupRemovalOrder(const at::Tensor& weight, const at::Tensor& moment, double damping,
                             std::int64_t groupSize);

/// Entries of 0 … count - 1 that are not among the first `removed` of `order`, ascending.
std::vector<std::int32_t> keptAfter(const std::vector<std::int32_t>& order, std::int64_t count,
                                    std::int64_t keep);

} // namespace schmidt
