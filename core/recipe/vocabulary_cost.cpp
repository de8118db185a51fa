// SPDX-License-Identifier: Apache-2.0
#include "recipe/vocabulary_cost.h"

#include <cmath>
#include <iterator>

namespace schmidt {

namespace {

    /// Straight between the points; the outer lines go on. `points` has at least one.
    double interpolated(const std::map<double, double>& points, double x)
    {
        if (points.size() == 1)
            return points.begin()->second;
        auto right = points.lower_bound(x);
        if (right == points.begin())
            ++right;
        else if (right == points.end())
            --right;
        const auto left = std::prev(right);
        return left->second
            + (x - left->first) / (right->first - left->first) * (right->second - left->second);
    }

} // namespace

VocabularyCost::VocabularyCost(const std::vector<VocabularyPoint>& points, std::int64_t rows,
                               std::int64_t metadataBytes)
    : m_change { { 0.0, 0.0 } }
    , m_bytes { { static_cast<double>(rows), static_cast<double>(metadataBytes) } }
    , m_rows(static_cast<double>(rows))
{
    for (const VocabularyPoint& point : points) {
        const auto tokens = static_cast<double>(point.tokens);
        if (point.tokens <= 0 || point.tokens >= rows)
            continue;
        // Without the whole file's figure, as for a model on its own, sizes are of weights alone.
        if (metadataBytes > 0)
            m_bytes[tokens] = static_cast<double>(point.metadataBytes);
        if (point.nllChange)
            m_change[std::log(m_rows / tokens)] = *point.nllChange;
    }
}

double VocabularyCost::nllChange(std::int64_t tokens) const
{
    return m_change.empty()
        ? 0
        : interpolated(m_change, std::log(m_rows / static_cast<double>(tokens)));
}

double VocabularyCost::metadataBytes(std::int64_t tokens) const
{
    return m_bytes.empty() ? 0 : interpolated(m_bytes, static_cast<double>(tokens));
}

} // namespace schmidt
