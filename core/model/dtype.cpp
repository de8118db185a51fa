// SPDX-License-Identifier: Apache-2.0
#include "model/dtype.h"

#include "model/half_bits.h"

#include <utility>

namespace schmidt {

namespace {

    struct TypeRow {
        DType type;
        std::string_view name;
        std::int32_t ggml;
        BlockLayout layout;
    };

    /// Numbers and sizes of ggml's tensor types.
    constexpr TypeRow typeTable[] {
        { DType::F32, "F32", 0, { 1, 4 } },
        { DType::F16, "F16", 1, { 1, 2 } },
        { DType::BF16, "BF16", 30, { 1, 2 } },
        { DType::F64, "F64", 28, { 1, 8 } },
        { DType::I8, "I8", 24, { 1, 1 } },
        { DType::I32, "I32", 26, { 1, 4 } },
        { DType::Q4_0, "Q4_0", 2, { 32, 18 } },
        { DType::Q4_1, "Q4_1", 3, { 32, 20 } },
        { DType::Q5_0, "Q5_0", 6, { 32, 22 } },
        { DType::Q5_1, "Q5_1", 7, { 32, 24 } },
        { DType::Q8_0, "Q8_0", 8, { 32, 34 } },
        { DType::Q2_K, "Q2_K", 10, { 256, 84 } },
        { DType::Q3_K, "Q3_K", 11, { 256, 110 } },
        { DType::Q4_K, "Q4_K", 12, { 256, 144 } },
        { DType::Q5_K, "Q5_K", 13, { 256, 176 } },
        { DType::Q6_K, "Q6_K", 14, { 256, 210 } },
        { DType::IQ4_NL, "IQ4_NL", 20, { 32, 18 } },
        { DType::IQ4_XS, "IQ4_XS", 23, { 256, 136 } },
        { DType::TQ1_0, "TQ1_0", 34, { 256, 54 } },
        { DType::TQ2_0, "TQ2_0", 35, { 256, 66 } },
        { DType::MXFP4, "MXFP4", 39, { 32, 17 } },
        { DType::Q8_K, "Q8_K", 15, { 256, 292 } },
        { DType::IQ2_XXS, "IQ2_XXS", 16, { 256, 66 } },
        { DType::IQ2_XS, "IQ2_XS", 17, { 256, 74 } },
        { DType::IQ2_S, "IQ2_S", 22, { 256, 82 } },
        { DType::IQ3_XXS, "IQ3_XXS", 18, { 256, 98 } },
        { DType::IQ3_S, "IQ3_S", 21, { 256, 110 } },
        { DType::IQ1_S, "IQ1_S", 19, { 256, 50 } },
        { DType::IQ1_M, "IQ1_M", 29, { 256, 56 } },
        { DType::NVFP4, "NVFP4", 40, { 64, 36 } },
        { DType::Q1_0, "Q1_0", 41, { 128, 18 } },
        { DType::Q2_0, "Q2_0", 42, { 64, 18 } },
    };

    const TypeRow& rowOf(DType type)
    {
        for (const TypeRow& row : typeTable)
            if (row.type == type)
                return row;
        return typeTable[0];
    }

} // namespace

std::string_view dtypeName(DType type)
{
    return rowOf(type).name;
}

std::optional<DType> dtypeFromName(std::string_view name)
{
    for (const TypeRow& row : typeTable)
        if (row.name == name)
            return row.type;
    return std::nullopt;
}

std::optional<DType> dtypeFromGgmlType(std::int32_t ggmlType)
{
    for (const TypeRow& row : typeTable)
        if (row.ggml == ggmlType)
            return row.type;
    return std::nullopt;
}

std::string ggmlTypeName(std::int32_t ggmlType)
{
    for (const TypeRow& row : typeTable)
        if (row.ggml == ggmlType)
            return std::string(row.name);
    static constexpr std::pair<std::int32_t, std::string_view> unread[] {
        { 9, "Q8_1" },
        { 25, "I16" },
        { 27, "I64" },
    };
    for (const auto& [number, name] : unread)
        if (number == ggmlType)
            return std::string(name);
    return "type " + std::to_string(ggmlType);
}

std::int32_t ggmlTypeOf(DType type)
{
    return rowOf(type).ggml;
}

bool isQuantized(DType type)
{
    return rowOf(type).layout.elements > 1;
}

BlockLayout blockLayout(DType type)
{
    return rowOf(type).layout;
}

std::int64_t storageBytes(DType type, std::int64_t elements)
{
    const BlockLayout layout = blockLayout(type);
    return elements / layout.elements * layout.bytes;
}

float halfToFloat(std::uint16_t bits)
{
    return bits::fromHalf(bits);
}

std::uint16_t floatToHalf(float value)
{
    return bits::toHalf(value);
}

float bfloatToFloat(std::uint16_t bits)
{
    return bits::fromBfloat(bits);
}

std::uint16_t floatToBfloat(float value)
{
    return bits::toBfloat(value);
}

} // namespace schmidt
