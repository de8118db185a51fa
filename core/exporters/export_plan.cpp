// SPDX-License-Identifier: Apache-2.0
#include "exporters/export_plan.h"

#include "exporters/exporters.h"
#include "model/gguf_model.h"
#include "model/tensor_shapes.h"

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
    for (TensorShape& tensor : tensorShapes(architecture)) {
        const DType stored = tensor.shape.size() == 2
            ? type(tensor.role, tensor.layer, tensor.shape[1])
            : vectorType;
        tensors.push_back({ tensor.role, tensor.layer, std::move(tensor.shape), stored });
    }
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
        if (matrix.left.size() != size(matrix.leftRows() * matrix.rank)
            || matrix.right.size() != size(matrix.rank * matrix.rightColumns()))
            return false;
        if (matrix.factored())
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
