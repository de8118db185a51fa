// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace schmidt {

/// Ends of a confidence interval of a share.
struct ShareInterval {
    double low = 0, high = 1;
};

/// 95 % score interval of the share behind `count` of `n` (Wilson 1927, JASA 22:209): with
/// z = 1.96 and p = count / n, (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). All of [0, 1]
/// when n is 0.
ShareInterval wilsonInterval(std::int64_t count, std::int64_t n);

} // namespace schmidt
