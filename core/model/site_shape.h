// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace schmidt {

/// One site of a matrix product operator: its share of the output and of the input index.
struct SiteShape {
    std::int64_t out = 1, in = 1;
    std::int64_t size() const { return out * in; }
    bool operator==(const SiteShape&) const = default;
};

/// `value` as a product of `sites` factors that lie as close together as its divisors allow
/// (smallest sum), largest first: 576 = 24 · 24, 1536 = 48 · 32.
std::vector<std::int64_t> balancedFactors(std::int64_t value, int sites);

/// Sites for a matrix [rows, columns]: both factorizations balanced, paired so that the sites are
/// about equally large.
std::vector<SiteShape> balancedSites(std::int64_t rows, std::int64_t columns, int sites);

} // namespace schmidt
