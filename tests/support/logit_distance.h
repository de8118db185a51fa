// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace schmidt::testing {

/// Mean KL of the distributions that two sets of logits [positions, vocabulary] stand for, in nats.
inline double meanKl(const std::vector<float>& reference, const std::vector<float>& other,
                     std::int64_t vocabulary)
{
    const auto width = static_cast<std::size_t>(vocabulary);
    const auto logNormalizer = [](std::span<const float> logits) {
        const double top = *std::max_element(logits.begin(), logits.end());
        double sum = 0;
        for (const float logit : logits)
            sum += std::exp(logit - top);
        return top + std::log(sum);
    };
    double total = 0;
    const std::size_t positions = reference.size() / width;
    for (std::size_t position = 0; position < positions; ++position) {
        const std::span p(reference.data() + position * width, width);
        const std::span q(other.data() + position * width, width);
        const double normalizerP = logNormalizer(p), normalizerQ = logNormalizer(q);
        for (std::size_t token = 0; token < width; ++token)
            total += std::exp(p[token] - normalizerP)
                * ((p[token] - normalizerP) - (q[token] - normalizerQ));
    }
    return total / static_cast<double>(positions);
}

} // namespace schmidt::testing
