// SPDX-License-Identifier: Apache-2.0
#include "analysis/correlations.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace schmidt {

namespace {

    constexpr double scaleSteps = 65535;
    constexpr std::uint32_t noUnit = 0xffff;
    constexpr std::size_t headerWords = 4; ///< bins, units, scale of means, scale of largest

    std::size_t triangleSize(std::size_t bins)
    {
        return bins * (bins + 1) / 2;
    }

    /// Two words per cell of the triangle and half a word per unit.
    std::size_t packedWords(std::size_t bins, std::size_t units)
    {
        return headerWords + 2 * triangleSize(bins) + (units + 1) / 2;
    }

    /// First place along the order of each bin, and the end.
    std::vector<std::size_t> binEdges(std::size_t units, std::size_t bins)
    {
        std::vector<std::size_t> edges;
        for (std::size_t bin = 0; bin <= bins; ++bin)
            edges.push_back(bin * units / bins);
        return edges;
    }

    /// The closest pair of a cell and, the other way round, of the one across the diagonal.
    void setPair(UnitCorrelations& result, std::size_t row, std::size_t column, std::int32_t first,
                 std::int32_t second)
    {
        const auto side = static_cast<std::size_t>(result.bins);
        result.rowUnit[column * side + row] = second;
        result.columnUnit[column * side + row] = first;
        result.rowUnit[row * side + column] = first;
        result.columnUnit[row * side + column] = second;
    }

    /// The clustering as it grows: similarities between clusters, their sizes and their leaves.
    class Dendrogram {
    public:
        Dendrogram(std::vector<float> similarity, std::size_t count)
            : m_original(similarity)
            , m_similarity(std::move(similarity))
            , m_count(count)
            , m_leaves(count)
            , m_alive(count, true)
        {
            for (std::size_t index = 0; index < count; ++index)
                m_leaves[index] = { static_cast<std::int32_t>(index) };
        }

        std::vector<std::int32_t> order()
        {
            std::vector<std::size_t> chain;
            for (std::size_t left = m_count; left > 1;) {
                if (chain.empty())
                    chain.push_back(firstAlive());
                const std::size_t tip = chain.back();
                const std::size_t before = chain.size() > 1 ? chain[chain.size() - 2] : m_count;
                const std::size_t next = nearest(tip, before);
                if (next != before) {
                    chain.push_back(next);
                    continue;
                }
                chain.resize(chain.size() - 2);
                merge(std::min(tip, next), std::max(tip, next));
                --left;
            }
            return m_count > 0 ? m_leaves[firstAlive()] : std::vector<std::int32_t> {};
        }

    private:
        float at(std::size_t a, std::size_t b) const { return m_similarity[a * m_count + b]; }

        std::size_t firstAlive() const
        {
            return static_cast<std::size_t>(std::find(m_alive.begin(), m_alive.end(), true)
                                            - m_alive.begin());
        }

        /// The most similar other cluster; among equals the one before in the chain, or the chain
        /// would never close.
        std::size_t nearest(std::size_t cluster, std::size_t before) const
        {
            std::size_t best = before;
            float highest
                = before < m_count ? at(cluster, before) : -std::numeric_limits<float>::infinity();
            for (std::size_t other = 0; other < m_count; ++other)
                if (m_alive[other] && other != cluster
                    && (best == m_count || at(cluster, other) > highest)) {
                    best = other;
                    highest = at(cluster, other);
                }
            return best;
        }

        void merge(std::size_t into, std::size_t gone)
        {
            const auto first = static_cast<float>(m_leaves[into].size()),
                       second = static_cast<float>(m_leaves[gone].size());
            for (std::size_t other = 0; other < m_count; ++other) {
                if (!m_alive[other] || other == into || other == gone)
                    continue;
                const float average
                    = (first * at(into, other) + second * at(gone, other)) / (first + second);
                m_similarity[into * m_count + other] = average;
                m_similarity[other * m_count + into] = average;
            }
            m_alive[gone] = false;
            join(m_leaves[into], m_leaves[gone]);
        }

        float between(std::int32_t a, std::int32_t b) const
        {
            return m_original[static_cast<std::size_t>(a) * m_count + static_cast<std::size_t>(b)];
        }

        /// Appends a branch, both turned so that their most similar ends meet.
        void join(std::vector<std::int32_t>& branch, std::vector<std::int32_t>& other) const
        {
            const float ends[]
                = { between(branch.back(), other.front()), between(branch.back(), other.back()),
                    between(branch.front(), other.front()), between(branch.front(), other.back()) };
            const auto best = std::max_element(std::begin(ends), std::end(ends)) - std::begin(ends);
            if (best >= 2)
                std::reverse(branch.begin(), branch.end());
            if (best % 2 == 1)
                std::reverse(other.begin(), other.end());
            branch.insert(branch.end(), other.begin(), other.end());
            other.clear();
        }

        std::vector<float> m_original, m_similarity;
        std::size_t m_count;
        std::vector<std::vector<std::int32_t>> m_leaves;
        std::vector<bool> m_alive;
    };

} // namespace

double gaussianInformation(double correlation)
{
    const double rho = std::min(std::abs(correlation), 1 - 1e-9);
    return -0.5 * std::log1p(-rho * rho);
}

std::vector<std::int32_t> clusterOrder(std::vector<float> similarity, std::size_t count)
{
    return Dendrogram(std::move(similarity), count).order();
}

int binsWithinLimit(std::size_t count)
{
    auto bins = std::min<std::size_t>(count, UnitCorrelations::mostBins);
    if (count >= noUnit)
        return 0;
    while (bins > 0 && 4 * packedWords(bins, count) > UnitCorrelations::byteLimit)
        --bins;
    return static_cast<int>(bins);
}

UnitCorrelations binnedCorrelations(const std::vector<float>& correlation,
                                    const std::vector<std::int32_t>& order, int bins)
{
    UnitCorrelations result;
    const std::size_t count = order.size(), side = static_cast<std::size_t>(std::max(0, bins));
    if (side == 0 || side > count)
        return result;
    result.bins = bins;
    result.mean.assign(side * side, 0.0F);
    result.largest.assign(side * side, 0.0F);
    result.rowUnit.assign(side * side, -1);
    result.columnUnit.assign(side * side, -1);
    const auto edges = binEdges(count, side);
    for (std::size_t bin = 0; bin < side; ++bin)
        result.units.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(edges[bin]),
                                  order.begin() + static_cast<std::ptrdiff_t>(edges[bin + 1]));
    for (std::size_t row = 0; row < side; ++row)
        for (std::size_t column = row; column < side; ++column) {
            double sum = 0, highest = -1;
            std::int32_t first = -1, second = -1;
            std::size_t pairs = 0;
            for (const std::int32_t a : result.units[row])
                for (const std::int32_t b : result.units[column]) {
                    if (a == b)
                        continue;
                    const double information
                        = gaussianInformation(correlation[static_cast<std::size_t>(a) * count
                                                          + static_cast<std::size_t>(b)]);
                    sum += information;
                    ++pairs;
                    if (information > highest) {
                        highest = information;
                        first = a;
                        second = b;
                    }
                }
            const std::size_t upper = row * side + column, lower = column * side + row;
            result.mean[upper] = result.mean[lower]
                = pairs > 0 ? static_cast<float>(sum / static_cast<double>(pairs)) : 0.0F;
            result.largest[upper] = result.largest[lower]
                = static_cast<float>(std::max(0.0, highest));
            setPair(result, row, column, first, second);
        }
    return result;
}

std::vector<std::uint32_t> packed(const UnitCorrelations& correlations)
{
    if (correlations.empty())
        return {};
    std::vector<std::uint32_t> order;
    for (const auto& bin : correlations.units)
        for (const std::int32_t unit : bin)
            order.push_back(static_cast<std::uint32_t>(unit));
    const auto top = [](const std::vector<float>& values) {
        return *std::max_element(values.begin(), values.end());
    };
    const float meanScale = top(correlations.mean), largestScale = top(correlations.largest);
    std::vector<std::uint32_t> words { static_cast<std::uint32_t>(correlations.bins),
                                       static_cast<std::uint32_t>(order.size()),
                                       std::bit_cast<std::uint32_t>(meanScale),
                                       std::bit_cast<std::uint32_t>(largestScale) };
    const auto steps = [](float value, float scale) {
        return scale > 0
            ? static_cast<std::uint32_t>(std::lround(scaleSteps * std::sqrt(value / scale)))
            : 0U;
    };
    const auto unit = [](std::int32_t number) {
        return number < 0 ? noUnit : static_cast<std::uint32_t>(number);
    };
    for (int row = 0; row < correlations.bins; ++row)
        for (int column = row; column < correlations.bins; ++column) {
            const std::size_t place = correlations.place(row, column);
            words.push_back(steps(correlations.mean[place], meanScale) << 16
                            | steps(correlations.largest[place], largestScale));
            words.push_back(unit(correlations.rowUnit[place]) << 16
                            | unit(correlations.columnUnit[place]));
        }
    for (std::size_t index = 0; index < order.size(); index += 2)
        words.push_back(order[index] << 16
                        | (index + 1 < order.size() ? order[index + 1] : noUnit));
    return words;
}

UnitCorrelations unpacked(const std::vector<std::uint32_t>& words)
{
    if (words.size() < headerWords)
        return {};
    const std::size_t bins = words[0], units = words[1];
    if (bins == 0 || bins > UnitCorrelations::mostBins || units < bins || units >= noUnit
        || words.size() != packedWords(bins, units))
        return {};
    UnitCorrelations result;
    result.bins = static_cast<int>(bins);
    const float scales[] = { std::bit_cast<float>(words[2]), std::bit_cast<float>(words[3]) };
    if (!std::isfinite(scales[0]) || !std::isfinite(scales[1]))
        return {};
    const auto value = [](std::uint32_t steps, float scale) {
        const double share = steps / scaleSteps;
        return static_cast<float>(share * share * scale);
    };
    const auto unit = [units](std::uint32_t number) {
        return number < units ? static_cast<std::int32_t>(number) : -1;
    };
    result.mean.resize(bins * bins);
    result.largest.resize(bins * bins);
    result.rowUnit.resize(bins * bins);
    result.columnUnit.resize(bins * bins);
    std::size_t word = headerWords;
    for (std::size_t row = 0; row < bins; ++row)
        for (std::size_t column = row; column < bins; ++column) {
            const std::size_t upper = row * bins + column, lower = column * bins + row;
            const std::uint32_t both = words[word++], pair = words[word++];
            result.mean[upper] = result.mean[lower] = value(both >> 16, scales[0]);
            result.largest[upper] = result.largest[lower] = value(both & 0xffff, scales[1]);
            setPair(result, row, column, unit(pair >> 16), unit(pair & 0xffff));
        }
    const auto edges = binEdges(units, bins);
    result.units.resize(bins);
    for (std::size_t bin = 0; bin < bins; ++bin)
        for (std::size_t place = edges[bin]; place < edges[bin + 1]; ++place) {
            const std::uint32_t pair = words[word + place / 2];
            const std::int32_t number = unit(place % 2 == 0 ? pair >> 16 : pair & 0xffff);
            if (number < 0)
                return {};
            result.units[bin].push_back(number);
        }
    return result;
}

} // namespace schmidt
