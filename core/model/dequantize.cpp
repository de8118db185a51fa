// SPDX-License-Identifier: Apache-2.0
// Block layouts: the public description of ggml's quantized types.
#include "model/block_bits.h"
#include "model/block_fit_kernels.h"
#include "model/dequantize_lattice.h"
#include "model/dtype.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    void decodeQ4_0(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        for (int j = 0; j < 16; ++j) {
            out[j] = d * static_cast<float>((block[2 + j] & 15) - 8);
            out[j + 16] = d * static_cast<float>((block[2 + j] >> 4) - 8);
        }
    }

    void decodeQ4_1(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        const float m = loadHalf(block + 2);
        for (int j = 0; j < 16; ++j) {
            out[j] = d * static_cast<float>(block[4 + j] & 15) + m;
            out[j + 16] = d * static_cast<float>(block[4 + j] >> 4) + m;
        }
    }

    void decodeQ5_0(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        const auto high = load<std::uint32_t>(block + 2);
        for (int j = 0; j < 16; ++j) {
            const int low = (block[6 + j] & 15) | static_cast<int>(high >> j & 1U) << 4;
            const int upper = (block[6 + j] >> 4) | static_cast<int>(high >> (j + 16) & 1U) << 4;
            out[j] = d * static_cast<float>(low - 16);
            out[j + 16] = d * static_cast<float>(upper - 16);
        }
    }

    void decodeQ5_1(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        const float m = loadHalf(block + 2);
        const auto high = load<std::uint32_t>(block + 4);
        for (int j = 0; j < 16; ++j) {
            const int low = (block[8 + j] & 15) | static_cast<int>(high >> j & 1U) << 4;
            const int upper = (block[8 + j] >> 4) | static_cast<int>(high >> (j + 16) & 1U) << 4;
            out[j] = d * static_cast<float>(low) + m;
            out[j + 16] = d * static_cast<float>(upper) + m;
        }
    }

    void decodeQ8_0(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        for (int j = 0; j < 32; ++j)
            out[j] = d * static_cast<float>(static_cast<std::int8_t>(block[2 + j]));
    }

    /// Values from a table, two per byte: those of the low nibbles first.
    template <int bytes>
    void decodeNibbles(const Byte* nibbles, const float (&table)[16], float scale, float* out)
    {
        for (int j = 0; j < bytes; ++j) {
            out[j] = scale * table[nibbles[j] & 15];
            out[j + bytes] = scale * table[nibbles[j] >> 4];
        }
    }

    void decodeIq4Nl(const Byte* block, float* out)
    {
        decodeNibbles<16>(block + 2, fit::levels, loadHalf(block), out);
    }

    void decodeIq4Xs(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        const auto high = load<std::uint16_t>(block + 2);
        for (int group = 0; group < 8; ++group) {
            const int low = block[4 + group / 2] >> (group % 2 * 4) & 15;
            const int scale = (low | (high >> (2 * group) & 3) << 4) - 32;
            decodeNibbles<16>(block + 8 + 16 * group, fit::levels, d * static_cast<float>(scale),
                              out + 32 * group);
        }
    }

    /// E2M1, doubled.
    constexpr float smallFloats[16] { 0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12 };

    /// OCP microscaling: E2M1 numbers times a power of two (E8M0, bias 127).
    void decodeMxfp4(const Byte* block, float* out)
    {
        decodeNibbles<16>(block + 1, smallFloats, std::ldexp(1.0F, block[0] - 128), out);
    }

    /// E4M3 without a sign; 127 is not a number and stands for 0.
    float unsignedE4M3(Byte bits)
    {
        const int exponent = bits >> 3 & 15;
        const auto mantissa = static_cast<float>(bits & 7);
        if (bits == 127)
            return 0;
        return exponent == 0 ? std::ldexp(mantissa, -9)
                             : std::ldexp(1 + mantissa / 8, exponent - 7);
    }

    /// E2M1 numbers, an E4M3 scale for every 16 of 64.
    void decodeNvfp4(const Byte* block, float* out)
    {
        for (int part = 0; part < 4; ++part)
            decodeNibbles<8>(block + 4 + 8 * part, smallFloats, 0.5F * unsignedE4M3(block[part]),
                             out + 16 * part);
    }

    void decodeQ1_0(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        for (int j = 0; j < 128; ++j)
            out[j] = block[2 + j / 8] >> (j % 8) & 1 ? d : -d;
    }

    void decodeQ2_0(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        for (int j = 0; j < 64; ++j)
            out[j] = d * static_cast<float>((block[2 + j / 4] >> (j % 4 * 2) & 3) - 1);
    }

    /// Digit `place` (0 = most significant) of a number below 1 in base 3, kept as a byte in
    /// units of 1/256 rounded up; minus 1.
    float ternaryDigit(Byte number, int place)
    {
        static constexpr int powers[5] { 1, 3, 9, 27, 81 };
        const int rest = number * powers[place] & 255;
        return static_cast<float>((rest * 3 >> 8) - 1);
    }

    void decodeTq1_0(const Byte* block, float* out)
    {
        struct Run {
            int first, bytes, digits;
        };
        const float d = loadHalf(block + 52);
        for (const Run run : { Run { 0, 32, 5 }, Run { 32, 16, 5 }, Run { 48, 4, 4 } })
            for (int digit = 0; digit < run.digits; ++digit)
                for (int j = 0; j < run.bytes; ++j)
                    *out++ = ternaryDigit(block[run.first + j], digit) * d;
    }

    void decodeTq2_0(const Byte* block, float* out)
    {
        const float d = loadHalf(block + 64);
        for (int i = 0; i < 256; ++i) {
            const int code = block[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3;
            out[i] = static_cast<float>(code - 1) * d;
        }
    }

    void decodeQ8_K(const Byte* block, float* out)
    {
        const float d = load<float>(block);
        for (int j = 0; j < 256; ++j)
            out[j] = d * static_cast<float>(static_cast<std::int8_t>(block[4 + j]));
    }

    void decodeQ2_K(const Byte* block, float* out)
    {
        const Byte* scales = block;
        const Byte* codes = block + 16;
        const float d = loadHalf(block + 80);
        const float dmin = loadHalf(block + 82);
        for (int group = 0; group < 16; ++group) {
            const Byte* run = codes + group / 8 * 32 + group % 2 * 16;
            const int shift = group / 2 % 4 * 2;
            const float scale = d * static_cast<float>(scales[group] & 15);
            const float minimum = dmin * static_cast<float>(scales[group] >> 4);
            for (int l = 0; l < 16; ++l)
                *out++ = scale * static_cast<float>(run[l] >> shift & 3) - minimum;
        }
    }

    void decodeQ3_K(const Byte* block, float* out)
    {
        const Byte* mask = block;
        const Byte* codes = block + 32;
        const Byte* packed = block + 96;
        const float d = loadHalf(block + 108);
        for (int group = 0; group < 16; ++group) {
            const int low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
            const int high = packed[8 + group % 4] >> (2 * (group / 4)) & 3;
            const float scale = d * static_cast<float>((low | high << 4) - 32);
            const int start = group % 2 * 16;
            const Byte* run = codes + group / 8 * 32 + start;
            const int shift = group / 2 % 4 * 2;
            const int bit = group / 2;
            for (int l = 0; l < 16; ++l) {
                const int offset = mask[start + l] >> bit & 1 ? 0 : 4;
                *out++ = scale * static_cast<float>((run[l] >> shift & 3) - offset);
            }
        }
    }

    /// Six-bit scale and minimum of sub-block j of Q4_K and Q5_K.
    void scaleAndMinimum(const Byte* packed, int j, int& scale, int& minimum)
    {
        if (j < 4) {
            scale = packed[j] & 63;
            minimum = packed[j + 4] & 63;
        } else {
            scale = (packed[j + 4] & 15) | (packed[j - 4] >> 6) << 4;
            minimum = (packed[j + 4] >> 4) | (packed[j] >> 6) << 4;
        }
    }

    void decodeQ4_K(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        const float dmin = loadHalf(block + 2);
        for (int group = 0; group < 8; ++group) {
            int sc = 0;
            int mn = 0;
            scaleAndMinimum(block + 4, group, sc, mn);
            const float scale = d * static_cast<float>(sc);
            const float minimum = dmin * static_cast<float>(mn);
            const Byte* run = block + 16 + group / 2 * 32;
            const int shift = group % 2 * 4;
            for (int l = 0; l < 32; ++l)
                *out++ = scale * static_cast<float>(run[l] >> shift & 15) - minimum;
        }
    }

    void decodeQ5_K(const Byte* block, float* out)
    {
        const float d = loadHalf(block);
        const float dmin = loadHalf(block + 2);
        const Byte* high = block + 16;
        for (int group = 0; group < 8; ++group) {
            int sc = 0;
            int mn = 0;
            scaleAndMinimum(block + 4, group, sc, mn);
            const float scale = d * static_cast<float>(sc);
            const float minimum = dmin * static_cast<float>(mn);
            const Byte* run = block + 48 + group / 2 * 32;
            const int shift = group % 2 * 4;
            for (int l = 0; l < 32; ++l) {
                const int code = (run[l] >> shift & 15) | (high[l] >> group & 1) << 4;
                *out++ = scale * static_cast<float>(code) - minimum;
            }
        }
    }

    void decodeQ6_K(const Byte* block, float* out)
    {
        const float d = loadHalf(block + 208);
        for (int group = 0; group < 8; ++group) {
            const int half = group / 4;
            const int quarter = group % 4;
            const Byte* low = block + half * 64 + quarter % 2 * 32;
            const Byte* high = block + 128 + half * 32;
            const int lowShift = quarter / 2 * 4;
            const int highShift = quarter * 2;
            for (int part = 0; part < 2; ++part) {
                const float scale = d
                    * static_cast<float>(static_cast<std::int8_t>(block[192 + group * 2 + part]));
                for (int l = part * 16; l < part * 16 + 16; ++l) {
                    const int code = (low[l] >> lowShift & 15) | (high[l] >> highShift & 3) << 4;
                    *out++ = scale * static_cast<float>(code - 32);
                }
            }
        }
    }

    struct BlockDecoder {
        DType type;
        void (*decode)(const Byte* block, float* out);
    };

    constexpr BlockDecoder blockDecoders[] {
        { DType::Q4_0, decodeQ4_0 },      { DType::Q4_1, decodeQ4_1 },
        { DType::Q5_0, decodeQ5_0 },      { DType::Q5_1, decodeQ5_1 },
        { DType::Q8_0, decodeQ8_0 },      { DType::Q2_K, decodeQ2_K },
        { DType::Q3_K, decodeQ3_K },      { DType::Q4_K, decodeQ4_K },
        { DType::Q5_K, decodeQ5_K },      { DType::Q6_K, decodeQ6_K },
        { DType::Q8_K, decodeQ8_K },      { DType::IQ4_NL, decodeIq4Nl },
        { DType::IQ4_XS, decodeIq4Xs },   { DType::TQ1_0, decodeTq1_0 },
        { DType::TQ2_0, decodeTq2_0 },    { DType::MXFP4, decodeMxfp4 },
        { DType::NVFP4, decodeNvfp4 },    { DType::Q1_0, decodeQ1_0 },
        { DType::Q2_0, decodeQ2_0 },      { DType::IQ2_XXS, decodeIq2Xxs },
        { DType::IQ2_XS, decodeIq2Xs },   { DType::IQ2_S, decodeIq2S },
        { DType::IQ3_XXS, decodeIq3Xxs }, { DType::IQ3_S, decodeIq3S },
        { DType::IQ1_S, decodeIq1S },     { DType::IQ1_M, decodeIq1M },
    };

    template <typename Stored, typename Convert>
    void decodePlain(const Byte* in, std::span<float> out, Convert convert)
    {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = convert(load<Stored>(in + i * sizeof(Stored)));
    }

} // namespace

void dequantize(DType type, std::span<const std::byte> bytes, std::span<float> out)
{
    const BlockLayout layout = blockLayout(type);
    const std::size_t whole = bytes.size() / static_cast<std::size_t>(layout.bytes)
        * static_cast<std::size_t>(layout.elements);
    if (out.size() > whole)
        out = out.first(whole);
    const auto* in = reinterpret_cast<const Byte*>(bytes.data());
    const auto plain = [](auto value) { return static_cast<float>(value); };
    switch (type) {
    case DType::F32:
        return decodePlain<float>(in, out, plain);
    case DType::F16:
        return decodePlain<std::uint16_t>(in, out, bits::fromHalf);
    case DType::BF16:
        return decodePlain<std::uint16_t>(in, out, bits::fromBfloat);
    case DType::F64:
        return decodePlain<double>(in, out, plain);
    case DType::I8:
        return decodePlain<std::int8_t>(in, out, plain);
    case DType::I32:
        return decodePlain<std::int32_t>(in, out, plain);
    default:
        break;
    }
    for (const auto& [known, decode] : blockDecoders)
        if (known == type)
            for (std::size_t i = 0; i + std::size_t(layout.elements) <= out.size();
                 i += std::size_t(layout.elements), in += layout.bytes)
                decode(in, out.data() + i);
}

} // namespace schmidt
