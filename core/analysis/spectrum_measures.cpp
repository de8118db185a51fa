// SPDX-License-Identifier: Apache-2.0
#include "analysis/spectrum_measures.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace schmidt {

double spectralEntropy(std::span<const float> sigma)
{
    double total = 0;
    for (const float value : sigma)
        total += static_cast<double>(value) * value;
    if (total <= 0)
        return 0;
    double entropy = 0;
    for (const float value : sigma) {
        const double p = static_cast<double>(value) * value / total;
        if (p > 0)
            entropy -= p * std::log(p);
    }
    return entropy;
}

double participationRatio(std::span<const float> sigma)
{
    double second = 0, fourth = 0;
    for (const float value : sigma) {
        const double square = static_cast<double>(value) * value;
        second += square;
        fourth += square * square;
    }
    return fourth > 0 ? second * second / fourth : 0;
}

namespace {

    /// Cumulative Marchenko-Pastur distribution of unit variance, by the trapezoid rule on a grid
    /// that is dense near the edges.
    class MarchenkoPastur {
    public:
        explicit MarchenkoPastur(double ratio)
            : m_low(std::pow(1 - std::sqrt(ratio), 2))
            , m_high(std::pow(1 + std::sqrt(ratio), 2))
        {
            constexpr int steps = 2000;
            double previousX = m_low, previousDensity = 0, sum = 0;
            for (int step = 0; step <= steps; ++step) {
                const double x = m_low
                    + (m_high - m_low) * 0.5 * (1 - std::cos(std::numbers::pi * step / steps));
                const double root = std::sqrt(std::max(0.0, (m_high - x) * (x - m_low)));
                const double density = x > 0 ? root / (2 * std::numbers::pi * ratio * x) : 0;
                sum += 0.5 * (density + previousDensity) * (x - previousX);
                m_grid.push_back(x);
                m_cumulative.push_back(sum);
                previousX = x;
                previousDensity = density;
            }
            for (double& value : m_cumulative)
                value /= sum;
        }

        double low() const { return m_low; }
        double high() const { return m_high; }

        double cumulative(double x) const
        {
            if (x <= m_low)
                return 0;
            if (x >= m_high)
                return 1;
            const auto next = static_cast<std::size_t>(
                std::upper_bound(m_grid.begin(), m_grid.end(), x) - m_grid.begin());
            const double share = (x - m_grid[next - 1]) / (m_grid[next] - m_grid[next - 1]);
            return m_cumulative[next - 1] + share * (m_cumulative[next] - m_cumulative[next - 1]);
        }

        double median() const
        {
            const auto middle = std::lower_bound(m_cumulative.begin(), m_cumulative.end(), 0.5)
                - m_cumulative.begin();
            return m_grid[static_cast<std::size_t>(middle)];
        }

    private:
        double m_low, m_high;
        std::vector<double> m_grid, m_cumulative;
    };

    std::vector<double> ascendingSquares(std::span<const float> sigma, double divisor)
    {
        std::vector<double> values;
        for (const float value : sigma)
            values.push_back(static_cast<double>(value) * value / divisor);
        std::sort(values.begin(), values.end());
        return values;
    }

} // namespace

MarchenkoPasturFit fitMarchenkoPastur(std::span<const float> sigma, std::int64_t rows,
                                      std::int64_t columns)
{
    MarchenkoPasturFit fit;
    if (sigma.size() < 4 || rows <= 0 || columns <= 0)
        return fit;
    const auto larger = static_cast<double>(std::max(rows, columns)),
               smaller = static_cast<double>(std::min(rows, columns));
    const MarchenkoPastur law(smaller / larger);
    const std::vector<double> values = ascendingSquares(sigma, larger);
    std::size_t bulk = values.size();
    for (int round = 0; round < 20; ++round) {
        fit.variance = values[bulk / 2] / law.median();
        const double edge = fit.variance * law.high();
        const auto inside = static_cast<std::size_t>(
            std::upper_bound(values.begin(), values.end(), edge) - values.begin());
        if (inside == bulk || inside < 4)
            break;
        bulk = inside;
    }
    fit.lowerEdge = fit.variance * law.low();
    fit.upperEdge = fit.variance * law.high();
    fit.spikes = static_cast<std::int64_t>(
        values.end() - std::upper_bound(values.begin(), values.end(), fit.upperEdge));
    fit.distance = 0;
    for (std::size_t index = 0; index < bulk; ++index) {
        const double model = law.cumulative(values[index] / fit.variance);
        const double below = static_cast<double>(index) / static_cast<double>(bulk);
        const double above = static_cast<double>(index + 1) / static_cast<double>(bulk);
        fit.distance = std::max({ fit.distance, std::abs(model - below), std::abs(model - above) });
    }
    return fit;
}

PowerLawFit fitPowerLaw(std::span<const float> sigma)
{
    PowerLawFit best;
    const std::vector<double> values = ascendingSquares(sigma, 1.0);
    constexpr std::size_t fewest = 10;
    if (values.size() < 2 * fewest || values.back() <= 0)
        return best;
    double logSum = 0;
    for (std::size_t start = values.size(); start-- > 0 && values[start] > 0;) {
        logSum += std::log(values[start]);
        const auto count = values.size() - start;
        if (count < fewest)
            continue;
        const double n = static_cast<double>(count);
        const double excess = logSum - n * std::log(values[start]);
        if (excess <= 0)
            continue;
        const double alpha = 1 + n / excess;
        double distance = 0;
        for (std::size_t index = start; index < values.size(); ++index) {
            const double model = 1 - std::pow(values[index] / values[start], 1 - alpha);
            const double position = static_cast<double>(index - start);
            distance = std::max(
                { distance, std::abs(model - position / n), std::abs(model - (position + 1) / n) });
        }
        if (distance < best.distance)
            best = { alpha, values[start], values.back(), static_cast<std::int64_t>(count),
                     distance };
    }
    return best;
}

void completeSpectrum(TensorSpectrum& spectrum)
{
    spectrum.entropy = spectralEntropy(spectrum.sigma);
    spectrum.effectiveRank = std::exp(spectrum.entropy);
    spectrum.participationRatio = participationRatio(spectrum.sigma);
    spectrum.weightedEntropy = spectralEntropy(spectrum.weighted);
    spectrum.weightedEffectiveRank
        = spectrum.weighted.empty() ? 0 : std::exp(spectrum.weightedEntropy);
    spectrum.bulk = fitMarchenkoPastur(spectrum.sigma, spectrum.rows, spectrum.columns);
    spectrum.tail = fitPowerLaw(spectrum.sigma);
}

} // namespace schmidt
