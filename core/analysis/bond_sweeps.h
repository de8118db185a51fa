// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <vector>

namespace schmidt {

/// Value of a project that holds {workload: {tensor: sweeps}}.
inline constexpr const char* bondSweepsKey = "bond_sweeps";

/// What variational sweeps in the metric of the inputs made of one matrix's two-site operator.
struct BondSweeps {
    std::int64_t tokens = 0; ///< behind that metric
    std::vector<std::int32_t> bonds; ///< bond dimensions, ascending
    std::vector<float> loss; ///< E|(W - W')x|² / E|W x|² there
    std::vector<float> heldOut; ///< the same on text that nothing was fitted to
    std::vector<float> rankHeldOut; ///< of the low-rank matrix of equal size on that text
};

Json toJson(const BondSweeps& sweeps);
/// Of one tensor out of a project's value; empty when there are none or they are damaged.
BondSweeps bondSweepsFrom(const Json& value, const std::string& workload,
                          const std::string& tensor);

} // namespace schmidt
