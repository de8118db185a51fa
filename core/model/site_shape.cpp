// SPDX-License-Identifier: Apache-2.0
#include "model/site_shape.h"

#include <algorithm>
#include <numeric>

namespace schmidt {

namespace {

    void factorsOf(std::int64_t value, int sites, std::int64_t most,
                   std::vector<std::int64_t>& current, std::vector<std::int64_t>& best)
    {
        const auto sum = [](const std::vector<std::int64_t>& factors) {
            return std::accumulate(factors.begin(), factors.end(), std::int64_t { 0 });
        };
        if (sites == 1) {
            if (value > most)
                return;
            current.push_back(value);
            if (best.empty() || sum(current) < sum(best))
                best = current;
            current.pop_back();
            return;
        }
        for (std::int64_t factor = std::min(most, value); factor >= 1; --factor) {
            if (value % factor != 0)
                continue;
            current.push_back(factor);
            factorsOf(value / factor, sites - 1, factor, current, best);
            current.pop_back();
        }
    }

} // namespace

std::vector<std::int64_t> balancedFactors(std::int64_t value, int sites)
{
    std::vector<std::int64_t> current, best;
    factorsOf(value, sites, value, current, best);
    return best;
}

std::vector<SiteShape> balancedSites(std::int64_t rows, std::int64_t columns, int sites)
{
    const auto outs = balancedFactors(rows, sites);
    auto ins = balancedFactors(columns, sites);
    std::vector<std::int64_t> best = ins;
    std::int64_t bestSum = -1;
    std::sort(ins.begin(), ins.end());
    do {
        std::int64_t sum = 0;
        for (std::size_t site = 0; site < outs.size(); ++site)
            sum += outs[site] * ins[site];
        // Later permutations are larger in front: among equals the largest factor comes first.
        if (bestSum < 0 || sum <= bestSum) {
            bestSum = sum;
            best = ins;
        }
    } while (std::next_permutation(ins.begin(), ins.end()));
    std::vector<SiteShape> shapes;
    for (std::size_t site = 0; site < outs.size(); ++site)
        shapes.push_back({ outs[site], best[site] });
    return shapes;
}

} // namespace schmidt
