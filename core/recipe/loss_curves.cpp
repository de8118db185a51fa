// SPDX-License-Identifier: Apache-2.0
#include "recipe/loss_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace schmidt {

void LossCurve::add(double removed, double kl)
{
    if (removed >= 1)
        m_removal = kl;
    else
        m_points[removed] = std::sqrt(std::max(kl, 0.0));
}

void LossCurve::finish()
{
    m_points[0.0] = 0.0;
    double running = 0;
    for (auto& [removed, root] : m_points)
        running = root = std::max(root, running);
    m_knots.assign(m_points.begin(), m_points.end());
    for (std::size_t index = 0; index + 1 < m_knots.size(); ++index) {
        const auto& [x0, y0] = m_knots[index];
        const auto& [x1, y1] = m_knots[index + 1];
        m_slopes.push_back((y1 - y0) / (x1 - x0));
    }
    setTangents();
}

double LossCurve::at(double removed) const
{
    if (removed >= 1 && m_removal)
        return *m_removal;
    if (m_knots.size() < 2 || removed <= 0)
        return 0;
    if (removed >= m_knots.back().first) {
        const auto& [last, height] = m_knots.back();
        const double root = m_power ? height * std::pow(removed / last, *m_power / 2)
                                    : height + m_tangents.back() * (removed - last);
        return std::min(root * root, m_removal.value_or(std::numeric_limits<double>::infinity()));
    }
    std::size_t index = 0;
    while (m_knots[index + 1].first < removed)
        ++index;
    const auto& [x0, y0] = m_knots[index];
    const auto& [x1, y1] = m_knots[index + 1];
    const double width = x1 - x0, t = (removed - x0) / width;
    // Cubic Hermite with limited tangents (Fritsch and Carlson 1980) never overshoots.
    const double root = y0 * (1 + 2 * t) * (1 - t) * (1 - t)
        + width * m_tangents[index] * t * (1 - t) * (1 - t) + y1 * t * t * (3 - 2 * t)
        - width * m_tangents[index + 1] * t * t * (1 - t);
    return root * root;
}

double LossCurve::beyond(double removed) const
{
    if (m_knots.size() < 2 || (removed >= 1 && m_removal))
        return 0;
    const double far = 1 - (1 - m_knots.back().first) / 2;
    return removed > far ? std::max(0.0, at(removed) - at(far)) : 0;
}

void LossCurve::setTangents()
{
    if (m_knots.size() < 2)
        return;
    m_tangents.assign(m_knots.size(), 0.0);
    m_tangents.front() = m_slopes.front();
    m_tangents.back() = m_slopes.back();
    for (std::size_t index = 1; index + 1 < m_knots.size(); ++index) {
        const double before = m_slopes[index - 1], after = m_slopes[index];
        m_tangents[index] = before * after <= 0 ? 0 : 2 * before * after / (before + after);
    }
}

namespace {

    /// KL grows with the variance of the rounding error. Its dependence on bits follows the
    /// measured four- and three-bit points; smaller groups and asymmetric grids lower the step a
    /// little.
    double scaledKl(double fourBits, double threeBits, const QuantGrid& grid, double measuredGroup)
    {
        const double four = std::max(fourBits, smallestKl);
        const double ratio = threeBits > 0 ? std::clamp(threeBits / four, 3.0, 16.0) : 4.5;
        // The largest of g normal values grows like sqrt(2 ln g), and the step with it.
        return four * std::pow(ratio, 4.0 - grid.bits)
            * std::log(static_cast<double>(grid.groupSize)) / std::log(measuredGroup)
            * (grid.symmetric ? 1.0 : 0.75);
    }

} // namespace

double quantizationKl(const LayerCurves& layer, const Scheme& scheme)
{
    if (scheme.kind == SchemeKind::Keep || layer.fourBits < 0)
        return 0;
    return scaledKl(layer.fourBits, layer.threeBits, scheme.grid, 64)
        * (scheme.kind == SchemeKind::Rtn ? 1.4 : 1.0);
}

double embeddingKl(double fourBits, double threeBits, const Scheme& scheme)
{
    // Rounding to nearest cost six times as much on the default model at 4 bits.
    constexpr double nearest = 6;
    if (scheme.kind == SchemeKind::Keep || fourBits <= 0)
        return 0;
    return scaledKl(fourBits, threeBits, scheme.grid, 32)
        * (scheme.kind == SchemeKind::Rtn ? nearest : 1.0);
}

} // namespace schmidt
