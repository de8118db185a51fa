// SPDX-License-Identifier: Apache-2.0
#include "exporters/type_mix.h"

namespace schmidt {

namespace {

    using enum DType;

    constexpr TypeMix mixes[] {
        { "Q2_K_M", Q2_K, Q6_K, Q3_K, Q4_K, Q3_K, 10 },
        { "Q3_K_S", Q3_K, Q6_K, Q3_K, Q3_K, Q3_K, 11 },
        { "Q3_K_M", Q3_K, Q6_K, Q4_K, Q4_K, Q4_K, 12 },
        { "Q3_K_L", Q3_K, Q6_K, Q5_K, Q5_K, Q5_K, 13 },
        { "Q4_K_S", Q4_K, Q6_K, Q4_K, Q5_K, Q4_K, 14 },
        { "Q4_K_M", Q4_K, Q6_K, Q4_K, Q6_K, Q4_K, 15 },
        { "Q5_K_S", Q5_K, Q6_K, Q5_K, Q5_K, Q5_K, 16 },
        { "Q5_K_M", Q5_K, Q6_K, Q5_K, Q6_K, Q5_K, 17 },
    };

} // namespace

std::optional<TypeMix> typeMixFromName(std::string_view name)
{
    for (const TypeMix& mix : mixes)
        if (mix.name == name)
            return mix;
    return std::nullopt;
}

std::vector<std::string_view> typeMixNames()
{
    std::vector<std::string_view> names;
    for (const TypeMix& mix : mixes)
        names.push_back(mix.name);
    return names;
}

bool liftedLayer(int layer, std::int64_t layers)
{
    const std::int64_t edge = layers / 8;
    return layer < edge || layer >= layers - edge || (layer - edge) % 3 == 2;
}

DType mixedType(const TypeMix& mix, const Architecture& architecture, Role role, int layer)
{
    switch (role) {
    case Role::Head:
        return mix.head;
    case Role::Embedding:
        return architecture.tiedEmbeddings ? mix.head : mix.base;
    case Role::Output:
        return mix.output;
    case Role::Value:
    case Role::Down:
        return liftedLayer(layer, architecture.layerCount()) ? mix.lifted : mix.otherwise;
    default:
        return mix.base;
    }
}

DType fittingType(DType wanted, std::int64_t columns)
{
    const auto fits = [columns](DType type) { return columns % blockLayout(type).elements == 0; };
    if (fits(wanted))
        return wanted;
    DType next = F16;
    switch (wanted) {
    case Q2_K:
    case Q3_K:
        next = IQ4_NL;
        break;
    case Q4_K:
        next = Q5_0;
        break;
    case Q5_K:
        next = Q5_1;
        break;
    case Q6_K:
        next = Q8_0;
        break;
    default:
        break;
    }
    return fits(next) ? next : F16;
}

std::int32_t ggufFileType(DType type)
{
    switch (type) {
    case F32:
        return 0;
    case Q4_0:
        return 2;
    case Q4_1:
        return 3;
    case Q8_0:
        return 7;
    case Q5_0:
        return 8;
    case Q5_1:
        return 9;
    case Q2_K:
        return 10;
    case Q3_K:
        return 11;
    case Q4_K:
        return 14;
    case Q5_K:
        return 16;
    case Q6_K:
        return 18;
    case IQ4_NL:
        return 25;
    case BF16:
        return 32;
    default:
        return 1;
    }
}

} // namespace schmidt
