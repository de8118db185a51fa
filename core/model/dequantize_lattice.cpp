// SPDX-License-Identifier: Apache-2.0
// Block layouts: the public description of ggml's quantized types.
#include "model/dequantize_lattice.h"

#include "model/lattice_points.h"

#include <bit>

namespace schmidt {

namespace {

    constexpr float levels2[4] { 8, 25, 43, 0 };
    constexpr float levels3Xxs[8] { 4, 12, 20, 28, 36, 44, 52, 62 };
    constexpr float levels3[8] { 1, 3, 5, 7, 9, 11, 13, 15 };
    constexpr float levels1[4] { -1, 0, 1, 0 };

    /// A sign per bit of eight, of which the types that store seven make the number of minus signs
    /// even.
    unsigned evenSigns(unsigned seven)
    {
        return seven | (static_cast<unsigned>(std::popcount(seven)) & 1U) << 7;
    }

    /// Coordinates of a point times `scale`, negative where `signs` has its bit.
    template <int dimensions, int bitsPerLevel>
    void decodePoint(unsigned point, const float* levels, unsigned signs, float scale, float* out)
    {
        for (int j = 0; j < dimensions; ++j) {
            const float value
                = scale * levels[point >> (bitsPerLevel * j) & ((1U << bitsPerLevel) - 1)];
            out[j] = signs >> j & 1U ? -value : value;
        }
    }

    void decodeEight(unsigned point, unsigned signs, float scale, float* out)
    {
        decodePoint<8, 2>(point, levels2, signs, scale, out);
    }

    void decodeTwiceFour(unsigned first, unsigned second, const float* levels, unsigned signs,
                         float scale, float* out)
    {
        decodePoint<4, 3>(first, levels, signs, scale, out);
        decodePoint<4, 3>(second, levels, signs >> 4, scale, out + 4);
    }

    /// Scale of half a group of 32 in the types with a nibble for each: low nibble first.
    float halfScale(Byte nibbles, int half)
    {
        return 0.25F * (0.5F + static_cast<float>(nibbles >> (4 * half) & 15));
    }

    /// Eight weights of -1, 0, 1 that are all shifted by an eighth, times `scale`.
    void decodeShifted(unsigned index, bool down, float scale, float* out)
    {
        const float shift = down ? -0.125F : 0.125F;
        const unsigned point = lattice::iq1[index];
        for (int j = 0; j < 8; ++j)
            out[j] = scale * (levels1[point >> (2 * j) & 3U] + shift);
    }

} // namespace

void decodeIq2Xxs(const Byte* block, float* out)
{
    const float d = loadHalf(block);
    for (int group = 0; group < 8; ++group) {
        const Byte* indices = block + 2 + 8 * group;
        const auto packed = load<std::uint32_t>(indices + 4);
        const float scale = d * 0.25F * (0.5F + static_cast<float>(packed >> 28));
        for (int part = 0; part < 4; ++part, out += 8)
            decodeEight(lattice::iq2Xxs[indices[part]], evenSigns(packed >> (7 * part) & 127U),
                        scale, out);
    }
}

void decodeIq2Xs(const Byte* block, float* out)
{
    const float d = loadHalf(block);
    const Byte* scales = block + 66;
    for (int group = 0; group < 8; ++group)
        for (int part = 0; part < 4; ++part, out += 8) {
            const unsigned packed = load<std::uint16_t>(block + 2 + 8 * group + 2 * part);
            decodeEight(lattice::iq2Xs[packed & 511U], evenSigns(packed >> 9),
                        d * halfScale(scales[group], part / 2), out);
        }
}

void decodeIq2S(const Byte* block, float* out)
{
    const float d = loadHalf(block);
    const Byte* low = block + 2;
    const Byte* signs = block + 34;
    const Byte* high = block + 66;
    const Byte* scales = block + 74;
    for (int group = 0; group < 8; ++group)
        for (int part = 0; part < 4; ++part, out += 8) {
            const unsigned index = *low++ | (high[group] >> (2 * part) & 3U) << 8;
            decodeEight(lattice::iq2S[index], *signs++, d * halfScale(scales[group], part / 2),
                        out);
        }
}

void decodeIq3Xxs(const Byte* block, float* out)
{
    const float d = loadHalf(block);
    const Byte* indices = block + 2;
    for (int group = 0; group < 8; ++group) {
        const auto packed = load<std::uint32_t>(block + 66 + 4 * group);
        const float scale = d * 0.5F * (0.5F + static_cast<float>(packed >> 28));
        for (int part = 0; part < 4; ++part, out += 8, indices += 2)
            decodeTwiceFour(lattice::iq3Xxs[indices[0]], lattice::iq3Xxs[indices[1]], levels3Xxs,
                            evenSigns(packed >> (7 * part) & 127U), scale, out);
    }
}

void decodeIq3S(const Byte* block, float* out)
{
    const float d = loadHalf(block);
    const Byte* low = block + 2;
    const Byte* high = block + 66;
    const Byte* signs = block + 74;
    const Byte* scales = block + 106;
    for (int group = 0; group < 8; ++group) {
        const int nibble = scales[group / 2] >> (group % 2 * 4) & 15;
        const float scale = d * static_cast<float>(1 + 2 * nibble);
        for (int part = 0; part < 4; ++part, out += 8, low += 2) {
            const unsigned ninth = high[group] >> (2 * part);
            decodeTwiceFour(lattice::iq3S[low[0] | (ninth & 1U) << 8],
                            lattice::iq3S[low[1] | (ninth >> 1 & 1U) << 8], levels3, *signs++,
                            scale, out);
        }
    }
}

void decodeIq1S(const Byte* block, float* out)
{
    const float d = loadHalf(block);
    const Byte* low = block + 2;
    for (int group = 0; group < 8; ++group) {
        const unsigned packed = load<std::uint16_t>(block + 34 + 2 * group);
        const float scale = d * static_cast<float>(2 * (packed >> 12 & 7U) + 1);
        for (int part = 0; part < 4; ++part, out += 8)
            decodeShifted(*low++ | (packed >> (3 * part) & 7U) << 8, packed >> 15 & 1U, scale, out);
    }
}

void decodeIq1M(const Byte* block, float* out)
{
    const Byte* low = block;
    const Byte* high = block + 32;
    std::uint16_t scales[4];
    unsigned half = 0; // the block's scale, a nibble in each of the four words
    for (int word = 0; word < 4; ++word) {
        scales[word] = load<std::uint16_t>(block + 48 + 2 * word);
        half |= static_cast<unsigned>(scales[word] >> 12) << (4 * word);
    }
    const float d = bits::fromHalf(static_cast<std::uint16_t>(half));
    for (int eight = 0; eight < 32; ++eight, out += 8) {
        const int pair = eight / 2; // 16 weights share a scale of three bits
        const unsigned three = scales[pair / 4] >> (3 * (pair % 4)) & 7U;
        const unsigned nibble = high[pair] >> (4 * (eight % 2)) & 15U;
        decodeShifted(low[eight] | (nibble & 7U) << 8, nibble >> 3 & 1U,
                      d * static_cast<float>(2 * three + 1), out);
    }
}

} // namespace schmidt
