// SPDX-License-Identifier: Apache-2.0
#include "analysis/bond_sweeps.h"

#include <algorithm>
#include <string>

namespace schmidt {

Json toJson(const BondSweeps& sweeps)
{
    return { { "tokens", sweeps.tokens },
             { "bonds", sweeps.bonds },
             { "loss", sweeps.loss },
             { "held_out", sweeps.heldOut },
             { "rank_held_out", sweeps.rankHeldOut } };
}

BondSweeps bondSweepsFrom(const Json& value, const std::string& workload, const std::string& tensor)
{
    const Json own
        = jsonValue<Json>(jsonValue<Json>(value, workload.c_str(), {}), tensor.c_str(), {});
    BondSweeps sweeps;
    sweeps.tokens = jsonValue<std::int64_t>(own, "tokens", 0);
    sweeps.bonds = jsonValue<std::vector<std::int32_t>>(own, "bonds", {});
    sweeps.loss = jsonValue<std::vector<float>>(own, "loss", {});
    sweeps.heldOut = jsonValue<std::vector<float>>(own, "held_out", {});
    sweeps.rankHeldOut = jsonValue<std::vector<float>>(own, "rank_held_out", {});
    const bool sensible = sweeps.bonds.size() == sweeps.loss.size()
        && sweeps.bonds.size() == sweeps.heldOut.size()
        && sweeps.bonds.size() == sweeps.rankHeldOut.size()
        && std::is_sorted(sweeps.bonds.begin(), sweeps.bonds.end());
    return sensible ? sweeps : BondSweeps {};
}

} // namespace schmidt
