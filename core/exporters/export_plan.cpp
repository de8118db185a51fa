// SPDX-License-Identifier: Apache-2.0
#include "exporters/export_plan.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <tuple>

namespace schmidt {

std::vector<ExportTensor> planTensors(const Architecture& architecture, const TypeChoice& type,
                                      DType vectorType)
{
    std::vector<ExportTensor> tensors;
    const auto matrix = [&](Role role, int layer, std::int64_t rows, std::int64_t columns) {
        tensors.push_back({ role, layer, { rows, columns }, type(role, layer, columns) });
    };
    const auto vector = [&](Role role, int layer, std::int64_t length) {
        tensors.push_back({ role, layer, { length }, vectorType });
    };
    const std::int64_t hidden = architecture.hiddenSize;
    matrix(Role::Embedding, -1, architecture.vocabularySize, hidden);
    if (architecture.learnedPositions)
        matrix(Role::PositionEmbedding, -1, architecture.contextLength, hidden);
    for (std::size_t index = 0; index < architecture.layers.size(); ++index) {
        const LayerShape& shape = architecture.layers[index];
        const auto layer = static_cast<int>(index);
        const std::int64_t queries = shape.heads * architecture.headDim;
        const std::int64_t keys = shape.kvHeads * architecture.headDim;
        vector(Role::AttentionNorm, layer, hidden);
        matrix(Role::Query, layer, queries, hidden);
        matrix(Role::Key, layer, keys, hidden);
        matrix(Role::Value, layer, keys, hidden);
        matrix(Role::Output, layer, hidden, queries);
        if (architecture.attentionBias) {
            vector(Role::QueryBias, layer, queries);
            vector(Role::KeyBias, layer, keys);
            vector(Role::ValueBias, layer, keys);
        }
        if (architecture.outputBias)
            vector(Role::OutputBias, layer, hidden);
        if (architecture.queryKeyNorm) {
            vector(Role::QueryNorm, layer, architecture.headDim);
            vector(Role::KeyNorm, layer, architecture.headDim);
        }
        vector(Role::MlpNorm, layer, hidden);
        if (architecture.layerNorm) {
            vector(Role::AttentionNormBias, layer, hidden);
            vector(Role::MlpNormBias, layer, hidden);
        }
        if (architecture.postNorms) {
            vector(Role::PostAttentionNorm, layer, hidden);
            vector(Role::PostMlpNorm, layer, hidden);
        }
        if (architecture.gatedMlp)
            matrix(Role::Gate, layer, shape.intermediateSize, hidden);
        matrix(Role::Up, layer, shape.intermediateSize, hidden);
        matrix(Role::Down, layer, hidden, shape.intermediateSize);
        if (architecture.mlpBias) {
            if (architecture.gatedMlp)
                vector(Role::GateBias, layer, shape.intermediateSize);
            vector(Role::UpBias, layer, shape.intermediateSize);
            vector(Role::DownBias, layer, hidden);
        }
    }
    vector(Role::FinalNorm, -1, hidden);
    if (architecture.layerNorm)
        vector(Role::FinalNormBias, -1, hidden);
    if (!architecture.tiedEmbeddings)
        matrix(Role::Head, -1, architecture.vocabularySize, hidden);
    return tensors;
}

VariantMatrix factorOf(const VariantMatrix& matrix, bool left)
{
    VariantMatrix factor;
    factor.rows = left ? matrix.rows : matrix.rank;
    factor.columns = left ? matrix.rank : matrix.columns;
    factor.dense = left ? matrix.left : matrix.right;
    return factor;
}

namespace {

    bool consistent(const VariantMatrix& matrix)
    {
        const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
        if (matrix.left.size() != size(matrix.rows * matrix.rank)
            || matrix.right.size() != size(matrix.rank * matrix.columns))
            return false;
        if (matrix.lowRank())
            return true;
        if (!matrix.quantized())
            return matrix.readRow || matrix.dense.size() == size(matrix.rows * matrix.columns);
        const QuantGrid& grid = matrix.grid;
        if (grid.groupSize <= 0 || matrix.columns % grid.groupSize != 0)
            return false;
        const std::size_t groups = size(matrix.rows * (matrix.columns / grid.groupSize));
        return matrix.codes.size() == size(matrix.rows * matrix.columns)
            && matrix.scales.size() == groups && (grid.symmetric || matrix.zeros.size() == groups);
    }

} // namespace

Result<void> checkVariantShapes(const Variant& variant)
{
    SCHMIDT_CHECK(checkArchitecture(variant.architecture));
    const auto anyType = [](Role, int, std::int64_t) { return DType::F32; };
    for (const ExportTensor& tensor : planTensors(variant.architecture, anyType, DType::F32)) {
        const auto wrong = [&] {
            return badInput(
                "The model to export lacks "
                + hfTensorName(tensor.role, tensor.layer, variant.architecture.family)
                + " or has it in a shape that does not fit its architecture; compress it again.");
        };
        if (tensor.matrix()) {
            const auto found = variant.matrices.find({ tensor.role, tensor.layer });
            if (found == variant.matrices.end() || found->second.rows != tensor.shape[0]
                || found->second.columns != tensor.shape[1] || !consistent(found->second))
                return wrong();
        } else {
            const auto found = variant.vectors.find({ tensor.role, tensor.layer });
            if (found == variant.vectors.end()
                || static_cast<std::int64_t>(found->second.size()) != tensor.shape[0])
                return wrong();
        }
    }
    return {};
}

Result<Architecture> paddedArchitecture(const Architecture& architecture)
{
    Architecture padded = architecture;
    const LayerShape& first = architecture.layers.front();
    LayerShape widest = first;
    for (std::size_t layer = 0; layer < architecture.layers.size(); ++layer) {
        const LayerShape& shape = architecture.layers[layer];
        if (shape.heads * first.kvHeads != first.heads * shape.kvHeads)
            return unsupported(
                fmt::format("Layer {} has {} query heads per KV head and layer 0 has {}; zero "
                            "padding needs the same number "
                            "everywhere, so export this model as GGUF without padding.",
                            layer, shape.heads / shape.kvHeads, first.heads / first.kvHeads));
        widest.heads = std::max(widest.heads, shape.heads);
        widest.kvHeads = std::max(widest.kvHeads, shape.kvHeads);
        widest.intermediateSize = std::max(widest.intermediateSize, shape.intermediateSize);
    }
    for (LayerShape& shape : padded.layers) {
        const bool sliding = shape.sliding;
        shape = widest;
        shape.sliding = sliding;
    }
    return padded;
}

std::string describeWidths(const Architecture& architecture)
{
    const auto keyOf = [](const LayerShape& shape) {
        return std::tuple(shape.heads, shape.kvHeads, shape.intermediateSize);
    };
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::size_t> counts;
    double width = 0, groups = 0;
    for (const LayerShape& shape : architecture.layers) {
        ++counts[keyOf(shape)];
        width += static_cast<double>(shape.intermediateSize);
        groups += static_cast<double>(shape.kvHeads);
    }
    const auto most
        = std::max_element(counts.begin(), counts.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
    std::vector<std::string> differing;
    for (std::size_t layer = 0; layer < architecture.layers.size(); ++layer)
        if (const LayerShape& shape = architecture.layers[layer]; keyOf(shape) != most->first)
            differing.push_back(fmt::format("{} ({} units, {} KV heads)", layer,
                                            shape.intermediateSize, shape.kvHeads));
    constexpr std::size_t shown = 3;
    const std::size_t hidden = differing.size() > shown ? differing.size() - shown : 0;
    differing.resize(differing.size() - hidden);
    const auto layers = static_cast<double>(architecture.layers.size());
    const auto [heads, kvHeads, intermediate] = most->first;
    return fmt::format(
        "layer {}{} differs from the most common shape of {} MLP units and {} KV heads; the "
        "nearest uniform shape "
        "is {} MLP units and {} KV heads",
        fmt::join(differing, ", "),
        hidden > 0 ? fmt::format(" and {} more", hidden) : std::string(), intermediate, kvHeads,
        std::max<std::int64_t>(32,
                               32 * static_cast<std::int64_t>(std::lround(width / layers / 32))),
        std::max<std::int64_t>(1, static_cast<std::int64_t>(std::lround(groups / layers))));
}

} // namespace schmidt
