// SPDX-License-Identifier: Apache-2.0
#include "base/binomial.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

ShareInterval wilsonInterval(std::int64_t count, std::int64_t n)
{
    if (n <= 0)
        return {};
    constexpr double z = 1.959963984540054;
    const auto trials = static_cast<double>(n);
    const double share = static_cast<double>(count) / trials;
    const double middle = share + z * z / (2 * trials);
    const double spread
        = z * std::sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials));
    const double scale = 1 + z * z / trials;
    return { std::max(0.0, (middle - spread) / scale), std::min(1.0, (middle + spread) / scale) };
}

} // namespace schmidt
