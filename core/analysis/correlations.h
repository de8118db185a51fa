// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace schmidt {

/// Mutual information of the MLP units of one layer with each other, for display: units in
/// clustered order, in bins of neighbours. I(p, q) = -½ ln(1 - ρ²), nat, the mutual information of
/// two Gaussian variables with correlation ρ.
struct UnitCorrelations {
    /// Stored bytes at most; wide layers get fewer bins for it. The heads of a layer add two bytes
    /// for each pair of them.
    static constexpr std::size_t byteLimit = 60 << 10;
    static constexpr int mostBins = 96;

    int bins = 0; ///< 0 = not measured
    std::vector<std::vector<std::int32_t>> units; ///< units of each bin, in clustered order
    std::vector<float> mean; ///< bins × bins: mean of I over pairs of different units
    std::vector<float> largest; ///< bins × bins: largest I
    std::vector<std::int32_t> rowUnit, columnUnit; ///< bins × bins: the pair with the largest I; -1
                                                   ///< where a bin has no pair

    bool empty() const { return bins == 0; }
    float meanAt(int row, int column) const { return mean[place(row, column)]; }
    float largestAt(int row, int column) const { return largest[place(row, column)]; }
    std::size_t place(int row, int column) const
    {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(bins)
            + static_cast<std::size_t>(column);
    }
};

/// -½ ln(1 - ρ²) in nat; |ρ| is held below 1 by 1e-9, so a copy gives about 10 nat and no infinity.
double gaussianInformation(double correlation);

/// Order of `count` things by average-linkage clustering of their similarity (row-major, symmetric,
/// count × count; the diagonal is not read): leaves of the dendrogram, every branch turned so that
/// the ends that meet are the more similar ones. O(count²) by nearest-neighbour chains (Murtagh
/// 1983). `similarity` is used up.
std::vector<std::int32_t> clusterOrder(std::vector<float> similarity, std::size_t count);

/// As many bins as `count` units may have within the limit of bytes.
int binsWithinLimit(std::size_t count);

/// Bins of (nearly) equal size along `order`; `correlation` is the matrix of ρ, row-major.
UnitCorrelations binnedCorrelations(const std::vector<float>& correlation,
                                    const std::vector<std::int32_t>& order, int bins);

/// What is stored: I in 16 bits on a square-root scale (relative error below 1e-3 from a thousandth
/// of the largest value on), pairs and units as 16 bit numbers, upper triangle only.
std::vector<std::uint32_t> packed(const UnitCorrelations& correlations);
/// Inverse of packed(); empty for damaged data, which no caller has to tell from absent ones.
UnitCorrelations unpacked(const std::vector<std::uint32_t>& words);

} // namespace schmidt
