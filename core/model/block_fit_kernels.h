// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to quantize() and dequantize().

#include <cstdint>

namespace schmidt::fit {

/// Blocks of 32 that the functions for simple types work on at once.
inline constexpr int tileBlocks = 8;
/// Values of such a tile, and of a super-block.
inline constexpr int tileValues = 256;

/// All functions minimize Σ w (x - value)² over the values that a block can hold: a grid of trial
/// scales, each followed by weighted regression of scale (and minimum) and rounding in turn; the
/// best trial stays. `x` and `w` are row-major, w >= 0 with a positive sum per block; null = all 1.

/// value = scale · code + minimum, code in [0, top]; eight blocks of 32.
void affineTile(const float* x, const float* w, int top, float* scale, float* minimum);

/// value = scale · code, code in [-low, high]; scale may be negative; eight blocks of 32.
void symmetricTile(const float* x, const float* w, int low, int high, float* scale);

/// value = scale · level of IQ4_NL; eight blocks of 32.
void levelTile(const float* x, const float* w, float* scale);

/// Numbers, 0 … 15, of the levels of IQ4_NL nearest to inverseScale · x; one block of 32.
void levelCodes(const float* x, float inverseScale, std::uint8_t* codes);

/// The 16 levels of IQ4_NL, ascending.
inline constexpr float levels[16] { -127, -104, -83, -65, -49, -35, -22, -10,
                                    1,    13,   25,  38,  53,  69,  89,  113 };

/// A super-block of 256: value = d · scales[s] · code - dmin · minimums[s].
struct AffineSuper {
    std::uint16_t d = 0, dmin = 0; ///< half precision
    std::uint8_t scales[16] {}, minimums[16] {};
    std::uint8_t codes[tileValues] {};
};

/// Sixteen groups of 16 (Q2_K: top 3, scaleTop 15).
void affineSuper16(const float* x, const float* w, int top, int scaleTop, AffineSuper& out);
/// Eight groups of 32 (Q4_K: top 15, Q5_K: top 31; scaleTop 63).
void affineSuper32(const float* x, const float* w, int top, int scaleTop, AffineSuper& out);

/// A super-block of 256, sixteen groups of 16: value = d · scales[s] · (code - half).
struct SymmetricSuper {
    std::uint16_t d = 0; ///< half precision
    std::int8_t scales[16] {}; ///< in [-scaleHalf, scaleHalf)
    std::uint8_t codes[tileValues] {};
};

/// Q3_K: half 4, scaleHalf 32; Q6_K: half 32, scaleHalf 128.
void symmetricSuper(const float* x, const float* w, int half, int scaleHalf, SymmetricSuper& out);

} // namespace schmidt::fit
