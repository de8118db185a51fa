// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"
#include "model/variant_format.h"
#include "recipe/recipe.h"
#include "tests/support/tiny_models.h"

#include <cmath>
#include <random>

namespace schmidt::testing {

/// A small random matrix in the form that a scheme and rank give it.
inline VariantMatrix tinyMatrix(std::int64_t rows, std::int64_t columns, const Scheme& scheme,
                                std::int64_t rank, std::int64_t correction, std::mt19937& generator)
{
    std::normal_distribution<float> normal(0.0F, 1.0F / std::sqrt(static_cast<float>(columns)));
    const auto fill = [&](std::vector<float>& values, std::int64_t count) {
        for (std::int64_t index = 0; index < count; ++index)
            values.push_back(normal(generator));
    };
    VariantMatrix matrix;
    matrix.rows = rows;
    matrix.columns = columns;
    if (rank > 0) {
        matrix.rank = rank;
        fill(matrix.left, rows * rank);
        fill(matrix.right, rank * columns);
    } else if (scheme.kind == SchemeKind::Keep) {
        fill(matrix.dense, rows * columns);
    } else {
        matrix.grid = scheme.grid;
        const int levels = 1 << scheme.grid.bits;
        std::uniform_int_distribution<int> code(0, levels - 1);
        for (std::int64_t index = 0; index < rows * columns; ++index)
            matrix.codes.push_back(static_cast<std::uint8_t>(code(generator)));
        for (std::int64_t group = 0; group < rows * columns / scheme.grid.groupSize; ++group) {
            matrix.scales.push_back(halfToFloat(
                floatToHalf((0.5F + std::fabs(normal(generator))) / static_cast<float>(levels))));
            if (!scheme.grid.symmetric)
                matrix.zeros.push_back(static_cast<float>(levels / 2 - 1 + group % 2));
        }
        if (correction > 0) {
            matrix.rank = correction;
            fill(matrix.left, rows * correction);
            fill(matrix.right, correction * columns);
            for (std::vector<float>* factor : { &matrix.left, &matrix.right })
                for (float& value : *factor)
                    value = halfToFloat(floatToHalf(value));
        }
    }
    return matrix;
}

/// A random model as compressing `base` by `recipe` would leave it.
inline Variant tinyVariant(const Recipe& recipe, const Architecture& base, std::uint32_t seed = 1)
{
    std::mt19937 generator(seed);
    Variant variant;
    variant.architecture = compressedArchitecture(recipe, base);
    const auto anyType = [](Role, int, std::int64_t) { return DType::F32; };
    for (const ExportTensor& tensor : planTensors(variant.architecture, anyType, DType::F32)) {
        const std::pair key { tensor.role, tensor.layer };
        if (!tensor.matrix()) {
            std::normal_distribution<float> normal(tensor.role == Role::QueryBias
                                                           || tensor.role == Role::KeyBias
                                                           || tensor.role == Role::ValueBias
                                                       ? 0.0F
                                                       : 1.0F,
                                                   0.1F);
            for (std::int64_t index = 0; index < tensor.shape[0]; ++index)
                variant.vectors[key].push_back(normal(generator));
            continue;
        }
        const auto linear = linearRoleIndex(tensor.role);
        const auto layer = static_cast<std::size_t>(std::max(0, tensor.layer));
        const std::int64_t bond = linear ? recipe.layers[layer].bonds[*linear] : 0;
        if (bond > 0) {
            variant.matrices[key] = tinyNetwork(tensor.shape[0], tensor.shape[1], bond, generator);
            continue;
        }
        variant.matrices[key]
            = tinyMatrix(tensor.shape[0], tensor.shape[1],
                         linear ? recipe.layers[layer].schemes[*linear] : recipe.embeddingScheme,
                         linear ? recipe.layers[layer].ranks[*linear] : 0,
                         linear ? recipe.layers[layer].corrections[*linear] : 0, generator);
    }
    return variant;
}

/// A recipe that gives every layer other widths.
inline Recipe tinyPerLayerRecipe(const Architecture& base)
{
    Recipe recipe = identityRecipe(base);
    recipe.layers[0].mlpWidth = 32;
    recipe.layers[1].kvGroups = 1;
    return recipe;
}

} // namespace schmidt::testing
