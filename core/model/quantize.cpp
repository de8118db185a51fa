// SPDX-License-Identifier: Apache-2.0
#include "model/block_fit_kernels.h"
#include "model/dtype.h"
#include "model/half_bits.h"
#include "model/value_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace schmidt {

namespace {

    using Byte = std::uint8_t;
    constexpr std::size_t blockSize = 32;
    constexpr std::size_t superSize = fit::tileValues;

    template <typename T> void store(Byte* at, T value)
    {
        std::memcpy(at, &value, sizeof value);
    }

    /// The half-precision number as stored, and the value that a reader sees.
    float storeHalf(Byte* at, float value)
    {
        const std::uint16_t half = bits::toHalf(value);
        store(at, half);
        return bits::fromHalf(half);
    }

    float inverse(float value)
    {
        return value != 0.0F ? 1.0F / value : 0.0F;
    }

    /// Low nibbles in the first 16 places, high ones in the last; fifth bits as a word if wanted.
    void storeNibbles(const Byte* codes, Byte* nibbles, Byte* fifthBits)
    {
        if (fifthBits) {
            std::uint32_t high = 0;
            for (std::size_t j = 0; j < blockSize; ++j)
                high |= static_cast<std::uint32_t>(codes[j] >> 4 & 1) << j;
            store(fifthBits, high);
        }
        for (std::size_t j = 0; j < blockSize / 2; ++j)
            nibbles[j] = static_cast<Byte>((codes[j] & 15) | (codes[j + 16] & 15) << 4);
    }

    void packAffine(const float* x, float scale, float minimum, int top, Byte* block)
    {
        const float d = storeHalf(block, scale), m = storeHalf(block + 2, minimum);
        Byte codes[blockSize];
        roundBlock(x, { m, inverse(d), 0, top, 0 }, codes);
        storeNibbles(codes, block + (top == 31 ? 8 : 4), top == 31 ? block + 4 : nullptr);
    }

    void packSymmetric(const float* x, float scale, int half, Byte* block)
    {
        Byte codes[blockSize];
        roundBlock(x, { 0, inverse(storeHalf(block, scale)), -half, half - 1, half }, codes);
        storeNibbles(codes, block + (half == 16 ? 6 : 2), half == 16 ? block + 2 : nullptr);
    }

    void packBytes(const float* x, float scale, Byte* block)
    {
        roundBlock(x, { 0, inverse(storeHalf(block, scale)), -127, 127, 0 }, block + 2);
    }

    void packLevels(const float* x, float scale, Byte* block)
    {
        Byte codes[blockSize];
        fit::levelCodes(x, inverse(storeHalf(block, scale)), codes);
        storeNibbles(codes, block + 2, nullptr);
    }

    /// Eight blocks of 32 at `x`, of which the first `count` are written.
    void fitTile(DType type, const float* x, const float* w, std::size_t count, Byte* out)
    {
        float scale[fit::tileBlocks], minimum[fit::tileBlocks];
        const bool affine = type == DType::Q4_1 || type == DType::Q5_1;
        const int top = type == DType::Q5_1 ? 31 : 15;
        const int half = type == DType::Q5_0 ? 16 : 8;
        if (affine)
            fit::affineTile(x, w, top, scale, minimum);
        else if (type == DType::IQ4_NL)
            fit::levelTile(x, w, scale);
        else if (type == DType::Q8_0)
            fit::symmetricTile(x, w, 127, 127, scale);
        else
            fit::symmetricTile(x, w, half, half - 1, scale);
        for (std::size_t block = 0; block < count; ++block, x += blockSize) {
            if (affine)
                packAffine(x, scale[block], minimum[block], top, out);
            else if (type == DType::IQ4_NL)
                packLevels(x, scale[block], out);
            else if (type == DType::Q8_0)
                packBytes(x, scale[block], out);
            else
                packSymmetric(x, scale[block], half, out);
            out += blockLayout(type).bytes;
        }
    }

    void fitBlocks32(DType type, std::span<const float> values, const float* weights, Byte* out)
    {
        const std::size_t whole = values.size() / superSize * superSize;
        const auto bytes = static_cast<std::size_t>(blockLayout(type).bytes);
        for (std::size_t at = 0; at < whole; at += superSize, out += fit::tileBlocks * bytes)
            fitTile(type, values.data() + at, weights ? weights + at : nullptr, fit::tileBlocks,
                    out);
        if (whole == values.size())
            return;
        float x[superSize] {}, w[superSize] {};
        std::copy(values.begin() + static_cast<std::ptrdiff_t>(whole), values.end(), x);
        if (weights)
            std::copy(weights + whole, weights + values.size(), w);
        fitTile(type, x, weights ? w : nullptr, (values.size() - whole) / blockSize, out);
    }

    /// Two bits of each code, 128 values in 32 bytes; `codes` may use more bits.
    void packPairs(const Byte* codes, Byte* out)
    {
        for (std::size_t half = 0; half < 2; ++half)
            for (std::size_t l = 0; l < 32; ++l) {
                const Byte* c = codes + half * 128 + l;
                out[half * 32 + l] = static_cast<Byte>((c[0] & 3) | (c[32] & 3) << 2
                                                       | (c[64] & 3) << 4 | (c[96] & 3) << 6);
            }
    }

    void encodeQ2_K(const float* x, const float* w, Byte* block)
    {
        fit::AffineSuper super;
        fit::affineSuper16(x, w, 3, 15, super);
        for (std::size_t group = 0; group < 16; ++group)
            block[group] = static_cast<Byte>(super.scales[group] | super.minimums[group] << 4);
        packPairs(super.codes, block + 16);
        store(block + 80, super.d);
        store(block + 82, super.dmin);
    }

    void encodeQ3_K(const float* x, const float* w, Byte* block)
    {
        fit::SymmetricSuper super;
        fit::symmetricSuper(x, w, 4, 32, super);
        std::fill_n(block, 32, Byte { 0 });
        for (std::size_t i = 0; i < superSize; ++i)
            block[i % 32] = static_cast<Byte>(block[i % 32] | (super.codes[i] >> 2) << (i / 32));
        packPairs(super.codes, block + 32);
        Byte* scales = block + 96;
        std::fill_n(scales, 12, Byte { 0 });
        for (std::size_t group = 0; group < 16; ++group) {
            const int scale = super.scales[group] + 32;
            Byte& low = scales[group % 8];
            low = static_cast<Byte>(low | (scale & 15) << (group / 8 * 4));
            Byte& high = scales[8 + group % 4];
            high = static_cast<Byte>(high | (scale >> 4) << (group / 4 * 2));
        }
        store(block + 108, super.d);
    }

    /// The header that Q4_K and Q5_K share: two halves, then eight pairs of six-bit numbers.
    void packSuperHeader(const fit::AffineSuper& super, Byte* block)
    {
        store(block, super.d);
        store(block + 2, super.dmin);
        Byte* packed = block + 4;
        for (std::size_t j = 0; j < 4; ++j) {
            const int scale = super.scales[j + 4], minimum = super.minimums[j + 4];
            packed[j] = static_cast<Byte>(super.scales[j] | (scale >> 4) << 6);
            packed[j + 4] = static_cast<Byte>(super.minimums[j] | (minimum >> 4) << 6);
            packed[j + 8] = static_cast<Byte>((scale & 15) | (minimum & 15) << 4);
        }
    }

    /// Low nibbles of 64 values each in 32 bytes.
    void packSuperNibbles(const Byte* codes, Byte* out)
    {
        for (std::size_t i = 0; i < 128; ++i) {
            const Byte* c = codes + i / 32 * 64 + i % 32;
            out[i] = static_cast<Byte>((c[0] & 15) | (c[32] & 15) << 4);
        }
    }

    void encodeQ4_K(const float* x, const float* w, Byte* block)
    {
        fit::AffineSuper super;
        fit::affineSuper32(x, w, 15, 63, super);
        packSuperHeader(super, block);
        packSuperNibbles(super.codes, block + 16);
    }

    void encodeQ5_K(const float* x, const float* w, Byte* block)
    {
        fit::AffineSuper super;
        fit::affineSuper32(x, w, 31, 63, super);
        packSuperHeader(super, block);
        std::fill_n(block + 16, 32, Byte { 0 });
        for (std::size_t i = 0; i < superSize; ++i)
            block[16 + i % 32]
                = static_cast<Byte>(block[16 + i % 32] | (super.codes[i] >> 4) << (i / 32));
        packSuperNibbles(super.codes, block + 48);
    }

    void encodeQ6_K(const float* x, const float* w, Byte* block)
    {
        fit::SymmetricSuper super;
        fit::symmetricSuper(x, w, 32, 128, super);
        for (std::size_t i = 0; i < 128; ++i) {
            const Byte* c = super.codes + i / 64 * 128 + i % 64;
            block[i] = static_cast<Byte>((c[0] & 15) | (c[64] & 15) << 4);
        }
        for (std::size_t i = 0; i < 64; ++i) {
            const Byte* c = super.codes + i / 32 * 128 + i % 32;
            block[128 + i] = static_cast<Byte>((c[0] >> 4) | (c[32] >> 4) << 2 | (c[64] >> 4) << 4
                                               | (c[96] >> 4) << 6);
        }
        std::memcpy(block + 192, super.scales, sizeof super.scales);
        store(block + 208, super.d);
    }

    template <void (*encode)(const float*, const float*, Byte*)>
    void fitSupers(DType type, std::span<const float> values, const float* weights, Byte* out)
    {
        for (std::size_t at = 0; at < values.size();
             at += superSize, out += blockLayout(type).bytes)
            encode(values.data() + at, weights ? weights + at : nullptr, out);
    }

    void convert(DType type, std::span<const float> values, Byte* out)
    {
        if (type == DType::F32) {
            if (!values.empty())
                std::memcpy(out, values.data(), values.size_bytes());
            return;
        }
        if (type == DType::F16)
            narrowToHalf(values, out);
        else
            narrowToBfloat(values, out);
    }

    /// Weights of mean 1, none when all are equal. Inputs that the statistics never saw still count
    /// a little, since other text may use them.
    std::vector<float> rowWeights(std::span<const float> importance, std::size_t count)
    {
        constexpr double unseen = 1e-3;
        double sum = 0;
        for (const float value : importance)
            sum += value;
        if (importance.size() != count || !(sum > 0) || !std::isfinite(sum))
            return {};
        const double mean = sum / static_cast<double>(count);
        std::vector<float> weights(count);
        for (std::size_t i = 0; i < count; ++i)
            weights[i] = static_cast<float>((importance[i] / mean + unseen) / (1 + unseen));
        return weights;
    }

} // namespace

bool canQuantize(DType type)
{
    switch (type) {
    case DType::F32:
    case DType::F16:
    case DType::BF16:
    case DType::Q8_0:
    case DType::Q4_0:
    case DType::Q4_1:
    case DType::Q5_0:
    case DType::Q5_1:
    case DType::IQ4_NL:
    case DType::Q2_K:
    case DType::Q3_K:
    case DType::Q4_K:
    case DType::Q5_K:
    case DType::Q6_K:
        return true;
    default:
        return false;
    }
}

bool quantize(DType type, std::span<const float> values, std::span<std::byte> out,
              std::span<const float> importance)
{
    const auto count = static_cast<std::int64_t>(values.size());
    if (!canQuantize(type) || count % blockLayout(type).elements != 0
        || static_cast<std::int64_t>(out.size()) != storageBytes(type, count))
        return false;
    if (!isQuantized(type)) {
        convert(type, values, reinterpret_cast<Byte*>(out.data()));
        return true;
    }
    const std::vector<float> given = rowWeights(importance, values.size());
    const float* weights = given.empty() ? nullptr : given.data();
    auto* to = reinterpret_cast<Byte*>(out.data());
    switch (type) {
    case DType::Q2_K:
        fitSupers<encodeQ2_K>(type, values, weights, to);
        break;
    case DType::Q3_K:
        fitSupers<encodeQ3_K>(type, values, weights, to);
        break;
    case DType::Q4_K:
        fitSupers<encodeQ4_K>(type, values, weights, to);
        break;
    case DType::Q5_K:
        fitSupers<encodeQ5_K>(type, values, weights, to);
        break;
    case DType::Q6_K:
        fitSupers<encodeQ6_K>(type, values, weights, to);
        break;
    default:
        fitBlocks32(type, values, weights, to);
        break;
    }
    return true;
}

} // namespace schmidt
