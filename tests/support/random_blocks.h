// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dtype.h"

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace schmidt::testing {

struct BlockFormat {
    DType type;
    std::vector<std::size_t> halves; ///< where a block keeps its half-precision scales
};

/// Every quantized type that ggml decodes.
inline const std::vector<BlockFormat>& blockFormats()
{
    static const std::vector<BlockFormat> formats {
        { DType::Q4_0, { 0 } },    { DType::Q4_1, { 0, 2 } }, { DType::Q5_0, { 0 } },
        { DType::Q5_1, { 0, 2 } }, { DType::Q8_0, { 0 } },    { DType::Q2_K, { 80, 82 } },
        { DType::Q3_K, { 108 } },  { DType::Q4_K, { 0, 2 } }, { DType::Q5_K, { 0, 2 } },
        { DType::Q6_K, { 208 } },  { DType::IQ4_NL, { 0 } },  { DType::IQ4_XS, { 0 } },
        { DType::TQ1_0, { 52 } },  { DType::TQ2_0, { 64 } },  { DType::MXFP4, {} },
        { DType::IQ2_XXS, { 0 } }, { DType::IQ2_XS, { 0 } },  { DType::IQ2_S, { 0 } },
        { DType::IQ3_XXS, { 0 } }, { DType::IQ3_S, { 0 } },   { DType::IQ1_S, { 0 } },
        { DType::IQ1_M, {} },      { DType::NVFP4, {} },      { DType::Q1_0, { 0 } },
        { DType::Q2_0, { 0 } },
    };
    return formats;
}

/// Blocks of random bits with scales of a usual size.
inline std::vector<std::byte> randomBlocks(const BlockFormat& format, std::size_t count,
                                           unsigned seed = 20)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 0.1F);
    const auto size = static_cast<std::size_t>(blockLayout(format.type).bytes);
    std::vector<std::byte> blocks(size * count);
    for (std::byte& byte : blocks)
        byte = static_cast<std::byte>(random() >> 24);
    for (std::size_t block = 0; block < blocks.size(); block += size) {
        for (const std::size_t at : format.halves) {
            const std::uint16_t scale = floatToHalf(normal(random));
            std::memcpy(&blocks[block + at], &scale, sizeof scale);
        }
        if (format.type == DType::MXFP4) // a power of two near 1
            blocks[block] = static_cast<std::byte>(125 + random() % 5);
        // The half is spread over the upper nibbles of the last four words; this keeps it small.
        if (format.type == DType::IQ1_M)
            blocks[block + 55] = (blocks[block + 55] & std::byte { 0x8f }) | std::byte { 0x20 };
        if (format.type == DType::NVFP4)
            for (std::size_t part = 0; part < 4; ++part)
                blocks[block + part] &= std::byte { 0x3f };
    }
    return blocks;
}

} // namespace schmidt::testing
