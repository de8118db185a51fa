// SPDX-License-Identifier: Apache-2.0
#include "exporters/export_plan.h"

#include "exporters/exporters.h"
#include "model/gguf_model.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <tuple>

namespace schmidt {

namespace {

    /// Collects the tensors of an architecture in the order of the file.
    class TensorPlan {
    public:
        TensorPlan(const Architecture& architecture, const TypeChoice& type, DType vectorType)
            : m_architecture(architecture)
            , m_type(type)
            , m_vectorType(vectorType)
        {
        }

        std::vector<ExportTensor> run()
        {
            const std::int64_t hidden = m_architecture.hiddenSize;
            matrix(Role::Embedding, -1, m_architecture.vocabularySize, hidden);
            if (m_architecture.learnedPositions)
                matrix(Role::PositionEmbedding, -1, m_architecture.contextLength, hidden);
            for (std::size_t layer = 0; layer < m_architecture.layers.size(); ++layer) {
                const LayerShape& shape = m_architecture.layers[layer];
                if (shape.hasAttention())
                    attention(shape, static_cast<int>(layer));
                if (shape.hasMlp())
                    mlp(shape, static_cast<int>(layer));
            }
            vector(Role::FinalNorm, -1, hidden);
            if (m_architecture.layerNorm)
                vector(Role::FinalNormBias, -1, hidden);
            if (!m_architecture.tiedEmbeddings)
                matrix(Role::Head, -1, m_architecture.vocabularySize, hidden);
            return std::move(m_tensors);
        }

    private:
        void matrix(Role role, int layer, std::int64_t rows, std::int64_t columns)
        {
            m_tensors.push_back({ role, layer, { rows, columns }, m_type(role, layer, columns) });
        }

        void vector(Role role, int layer, std::int64_t length)
        {
            m_tensors.push_back({ role, layer, { length }, m_vectorType });
        }

        void attention(const LayerShape& shape, int layer)
        {
            const std::int64_t hidden = m_architecture.hiddenSize, dim = m_architecture.headDim,
                               queries = shape.heads * dim, keys = shape.kvHeads * dim;
            vector(Role::AttentionNorm, layer, hidden);
            matrix(Role::Query, layer, queries, hidden);
            matrix(Role::Key, layer, keys, hidden);
            matrix(Role::Value, layer, keys, hidden);
            matrix(Role::Output, layer, hidden, queries);
            if (m_architecture.attentionBias) {
                vector(Role::QueryBias, layer, queries);
                vector(Role::KeyBias, layer, keys);
                vector(Role::ValueBias, layer, keys);
            }
            if (m_architecture.outputBias)
                vector(Role::OutputBias, layer, hidden);
            if (m_architecture.queryKeyNorm) {
                vector(Role::QueryNorm, layer, dim);
                vector(Role::KeyNorm, layer, dim);
            }
            if (m_architecture.layerNorm)
                vector(Role::AttentionNormBias, layer, hidden);
            if (m_architecture.postNorms)
                vector(Role::PostAttentionNorm, layer, hidden);
        }

        void mlp(const LayerShape& shape, int layer)
        {
            const std::int64_t hidden = m_architecture.hiddenSize, width = shape.intermediateSize;
            vector(Role::MlpNorm, layer, hidden);
            if (m_architecture.layerNorm)
                vector(Role::MlpNormBias, layer, hidden);
            if (m_architecture.postNorms)
                vector(Role::PostMlpNorm, layer, hidden);
            if (m_architecture.gatedMlp)
                matrix(Role::Gate, layer, width, hidden);
            matrix(Role::Up, layer, width, hidden);
            matrix(Role::Down, layer, hidden, width);
            if (m_architecture.mlpBias) {
                if (m_architecture.gatedMlp)
                    vector(Role::GateBias, layer, width);
                vector(Role::UpBias, layer, width);
                vector(Role::DownBias, layer, hidden);
            }
        }

        const Architecture& m_architecture;
        const TypeChoice& m_type;
        DType m_vectorType;
        std::vector<ExportTensor> m_tensors;
    };

} // namespace

std::vector<ExportTensor> planTensors(const Architecture& architecture, const TypeChoice& type,
                                      DType vectorType)
{
    return TensorPlan(architecture, type, vectorType).run();
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
    LayerShape widest;
    for (std::size_t layer = 0; layer < architecture.layers.size(); ++layer) {
        const LayerShape& shape = architecture.layers[layer];
        if (shape.hasAttention() && widest.hasAttention()
            && shape.queriesPerGroup() != widest.queriesPerGroup())
            return unsupported(
                fmt::format("Layer {} has {} query heads per KV head and layers before it have {}; "
                            "zero padding needs the same number "
                            "everywhere, so export this model as GGUF without padding.",
                            layer, shape.queriesPerGroup(), widest.queriesPerGroup()));
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

namespace {

    /// Every layer as block configs can say it: all heads or none, as many queries per key-value
    /// head as divide them, and an MLP width that is a multiple of 256. Zeros at the end of a
    /// matrix do not move the heads before them to another key-value head.
    Result<Architecture> blockArchitecture(Architecture architecture)
    {
        constexpr std::int64_t widthMultiple = 256;
        const std::int64_t heads = architecture.hiddenSize / architecture.headDim;
        if (heads * architecture.headDim != architecture.hiddenSize)
            return unsupported(fmt::format("Block configs know heads of hidden size / heads only, "
                                           "and {} is no multiple of {}; "
                                           "export zero-padded or as GGUF.",
                                           architecture.hiddenSize, architecture.headDim));
        if (architecture.family != Family::Llama
            || architecture.attentionBias != architecture.outputBias)
            return unsupported("Block configs describe Llama's blocks only; export this model "
                               "zero-padded or as GGUF.");
        for (LayerShape& layer : architecture.layers) {
            layer.intermediateSize
                = (layer.intermediateSize + widthMultiple - 1) / widthMultiple * widthMultiple;
            if (!layer.hasAttention())
                continue;
            const std::int64_t perGroup = layer.queriesPerGroup();
            if (layer.heads > heads || heads % perGroup != 0)
                return unsupported(fmt::format(
                    "Block configs give every layer {} heads, which {} query heads per KV head do "
                    "not divide; export zero-padded or as GGUF.",
                    heads, perGroup));
            layer.kvHeads = layer.kvHeads == 1 ? 1 : heads / perGroup;
            layer.heads = heads;
        }
        return architecture;
    }

} // namespace

Result<Architecture> carriedArchitecture(const Architecture& architecture,
                                         const ExportOptions& options)
{
    if (options.carrier == WidthCarrier::Padded)
        return paddedArchitecture(architecture);
    if (options.carrier == WidthCarrier::BlockConfigs)
        return blockArchitecture(architecture);
    return options.format == ExportFormat::Gguf ? ggufArchitecture(architecture) : architecture;
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
