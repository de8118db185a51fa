// SPDX-License-Identifier: Apache-2.0
// Rounding rules of ggml's reference quantizers.
#include "model/dtype.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace schmidt {

namespace {

    using Byte = std::uint8_t;
    constexpr std::size_t blockSize = 32;

    template <typename T> void store(Byte* at, T value)
    {
        std::memcpy(at, &value, sizeof value);
    }

    float largestMagnitude(const float* x)
    {
        float largest = 0.0F;
        for (std::size_t j = 0; j < blockSize; ++j)
            if (std::fabs(x[j]) > std::fabs(largest))
                largest = x[j];
        return largest;
    }

    /// Code of a value after scaling: truncation as a C cast does, limited to [0, top].
    int truncatedCode(float scaled, int top)
    {
        return std::clamp(static_cast<int>(scaled), 0, top);
    }

    /// Writes low nibbles and, for five bits, the word of fifth bits before them.
    void storeCodes(const int (&codes)[blockSize], Byte* nibbles, Byte* fifthBits)
    {
        std::uint32_t high = 0;
        for (std::size_t j = 0; j < blockSize; ++j)
            high |= static_cast<std::uint32_t>(codes[j] >> 4 & 1) << j;
        if (fifthBits)
            store(fifthBits, high);
        for (std::size_t j = 0; j < blockSize / 2; ++j)
            nibbles[j] = static_cast<Byte>((codes[j] & 15) | (codes[j + 16] & 15) << 4);
    }

    void encodeSymmetric(const float* x, Byte* block, int half)
    {
        const float d = largestMagnitude(x) / static_cast<float>(-half);
        const float inverse = d != 0.0F ? 1.0F / d : 0.0F;
        store(block, floatToHalf(d));
        int codes[blockSize];
        for (std::size_t j = 0; j < blockSize; ++j)
            codes[j]
                = truncatedCode(x[j] * inverse + static_cast<float>(half) + 0.5F, 2 * half - 1);
        if (half == 16)
            storeCodes(codes, block + 6, block + 2);
        else
            storeCodes(codes, block + 2, nullptr);
    }

    void encodeAffine(const float* x, Byte* block, int top)
    {
        const auto [low, high] = std::minmax_element(x, x + blockSize);
        const float minimum = *low;
        const float d = (*high - minimum) / static_cast<float>(top);
        const float inverse = d != 0.0F ? 1.0F / d : 0.0F;
        store(block, floatToHalf(d));
        store(block + 2, floatToHalf(minimum));
        int codes[blockSize];
        for (std::size_t j = 0; j < blockSize; ++j)
            codes[j] = truncatedCode((x[j] - minimum) * inverse + 0.5F, top);
        if (top == 31)
            storeCodes(codes, block + 8, block + 4);
        else
            storeCodes(codes, block + 4, nullptr);
    }

    void encodeQ8_0(const float* x, Byte* block)
    {
        const float d = std::fabs(largestMagnitude(x)) / 127.0F;
        const float inverse = d != 0.0F ? 1.0F / d : 0.0F;
        store(block, floatToHalf(d));
        for (std::size_t j = 0; j < blockSize; ++j)
            block[2 + j] = static_cast<Byte>(
                static_cast<std::int8_t>(std::clamp(std::round(x[j] * inverse), -127.0F, 127.0F)));
    }

    template <typename Encode>
    void encodeBlocks(std::span<const float> values, Byte* out, DType type, Encode encode)
    {
        for (std::size_t i = 0; i < values.size(); i += blockSize, out += blockLayout(type).bytes)
            encode(values.data() + i, out);
    }

} // namespace

bool quantize(DType type, std::span<const float> values, std::span<std::byte> out)
{
    const BlockLayout layout = blockLayout(type);
    if (values.size() % static_cast<std::size_t>(layout.elements) != 0
        || out.size()
            != static_cast<std::size_t>(
                storageBytes(type, static_cast<std::int64_t>(values.size()))))
        return false;
    auto* to = reinterpret_cast<Byte*>(out.data());
    switch (type) {
    case DType::F32:
        if (!values.empty())
            std::memcpy(to, values.data(), values.size_bytes());
        return true;
    case DType::F16:
        for (std::size_t i = 0; i < values.size(); ++i)
            store(to + 2 * i, floatToHalf(values[i]));
        return true;
    case DType::BF16:
        for (std::size_t i = 0; i < values.size(); ++i)
            store(to + 2 * i, floatToBfloat(values[i]));
        return true;
    case DType::Q8_0:
        encodeBlocks(values, to, type, encodeQ8_0);
        return true;
    case DType::Q4_0:
        encodeBlocks(values, to, type, [](const float* x, Byte* b) { encodeSymmetric(x, b, 8); });
        return true;
    case DType::Q5_0:
        encodeBlocks(values, to, type, [](const float* x, Byte* b) { encodeSymmetric(x, b, 16); });
        return true;
    case DType::Q4_1:
        encodeBlocks(values, to, type, [](const float* x, Byte* b) { encodeAffine(x, b, 15); });
        return true;
    case DType::Q5_1:
        encodeBlocks(values, to, type, [](const float* x, Byte* b) { encodeAffine(x, b, 31); });
        return true;
    default:
        return false;
    }
}

} // namespace schmidt
