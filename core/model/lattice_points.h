// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

/// Codebooks of ggml's IQ types: the points of a lattice that groups of weights are rounded to. A
/// point keeps the number of its level per coordinate, the first coordinate in the lowest bits: 2
/// bits each in eight dimensions, 3 bits each in four. Points stand in ascending order, which is
/// the order that indices in a file count in. The sets belong to the format (ggml; as the Python
/// package gguf publishes them), so they cannot be computed.
namespace schmidt::lattice {

extern const std::array<std::uint16_t, 256> iq2Xxs; ///< levels 8, 25, 43; also those below
extern const std::array<std::uint16_t, 512> iq2Xs;
extern const std::array<std::uint16_t, 1024> iq2S;
extern const std::array<std::uint16_t, 256> iq3Xxs; ///< levels 4, 12, 20, 28, 36, 44, 52, 62
extern const std::array<std::uint16_t, 512> iq3S; ///< levels 1, 3, 5, 7, 9, 11, 13, 15
extern const std::array<std::uint16_t, 2048> iq1; ///< levels -1, 0, 1

} // namespace schmidt::lattice
