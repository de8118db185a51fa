// SPDX-License-Identifier: Apache-2.0
#include "exporters/packed_export.h"
#include "exporters/packed_folder.h"
#include "exporters/smoothing.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace schmidt {

namespace {

    /// A matrix rounded to one signed byte per weight and one scale per output.
    struct ByteMatrix {
        std::vector<std::byte> codes; ///< [out, in]
        std::vector<float> scales; ///< [out], as the file stores them
    };

    /// Nearest codes of -127 to 127, the largest weight of an output at their end. Scales are
    /// rounded to `type` first, so that codes fit what a reader multiplies them with.
    ByteMatrix roundedByOutput(std::span<const float> values, std::int64_t columns, DType type)
    {
        ByteMatrix matrix;
        matrix.codes.reserve(values.size());
        const auto width = static_cast<std::size_t>(columns);
        for (std::size_t begin = 0; begin < values.size(); begin += width) {
            const auto row = values.subspan(begin, width);
            float largest = 0;
            for (const float value : row)
                largest = std::max(largest, std::fabs(value));
            float scale = largest > 0 ? largest / 127.0F : 1.0F;
            if (type == DType::F16)
                scale = std::max(halfToFloat(floatToHalf(scale)), 0x1p-24F);
            matrix.scales.push_back(scale);
            for (const float value : row)
                matrix.codes.push_back(static_cast<std::byte>(static_cast<std::int8_t>(
                    std::clamp(std::nearbyint(value / scale), -127.0F, 127.0F))));
        }
        return matrix;
    }

    using SharedSmoothing = std::shared_ptr<const Smoothing>;

    Result<ByteMatrix> byteMatrix(const Variant& variant, const ExportTensor& tensor,
                                  const SharedSmoothing& smoothing, DType scaleType)
    {
        SCHMIDT_TRY(std::vector<float> values, plainValues(variant, tensor));
        smoothing->apply(tensor, values);
        return roundedByOutput(values, tensor.shape[1], scaleType);
    }

    void addByteMatrix(const Variant& variant, const ExportTensor& tensor,
                       const SharedSmoothing& smoothing, DType type,
                       std::vector<SafetensorsItem>& items)
    {
        items.push_back({ moduleName(tensor) + ".weight", "I8", tensor.shape, tensor.elements(),
                          [&variant, tensor, smoothing, type]() -> Result<std::vector<std::byte>> {
                              SCHMIDT_TRY(ByteMatrix matrix,
                                          byteMatrix(variant, tensor, smoothing, type));
                              return std::move(matrix.codes);
                          } });
        items.push_back({ moduleName(tensor) + ".weight_scale",
                          std::string(dtypeName(type)),
                          { tensor.shape[0], 1 },
                          storageBytes(type, tensor.shape[0]),
                          [&variant, tensor, smoothing, type]() -> Result<std::vector<std::byte>> {
                              SCHMIDT_TRY(const ByteMatrix matrix,
                                          byteMatrix(variant, tensor, smoothing, type));
                              return encodedValues(type, matrix.scales);
                          } });
    }

    SafetensorsItem vectorItem(const Variant& variant, const ExportTensor& tensor,
                               const SharedSmoothing& smoothing)
    {
        SafetensorsItem item = plainItem(variant, tensor);
        item.produce = [&variant, tensor, smoothing]() -> Result<std::vector<std::byte>> {
            SCHMIDT_TRY(std::vector<float> values, plainValues(variant, tensor));
            smoothing->applyToVector(tensor.role, tensor.layer, values);
            return encodedValues(tensor.type, values);
        };
        return item;
    }

    Json byteNumbers(const char* strategy, bool dynamic)
    {
        return { { "num_bits", 8 },        { "type", "int" },      { "symmetric", true },
                 { "strategy", strategy }, { "dynamic", dynamic }, { "group_size", nullptr },
                 { "actorder", nullptr } };
    }

} // namespace

Result<void> checkW8A8(const Variant& variant)
{
    for (const auto& [key, matrix] : variant.matrices)
        if (linearRoleIndex(key.first) && matrix.quantized())
            return unsupported(fmt::format(
                "{} is on the grid {}, and W8A8 rounds weights to a grid of its own; leave the "
                "matrices of the recipe unquantized, or export without --type W8A8.",
                placeOf({ key.first, key.second, {}, DType::F32 }), gridName(matrix.grid)));
    return {};
}

Result<void> exportW8A8(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const std::filesystem::path& target,
                        const WorkContext& context)
{
    SCHMIDT_CHECK(checkW8A8(variant));
    SCHMIDT_TRY(PackedFolder folder, planPackedFolder(variant, options));
    SCHMIDT_TRY(Smoothing found, Smoothing::of(variant, folder.tensors, options.importance));
    const auto smoothing = std::make_shared<const Smoothing>(std::move(found));
    std::vector<SafetensorsItem> items;
    std::vector<std::string> ignored { "lm_head" };
    CompressedGroup group { byteNumbers("channel", false), byteNumbers("token", true), {} };
    for (const ExportTensor& tensor : folder.tensors) {
        if (!linearRoleIndex(tensor.role)) {
            items.push_back(tensor.matrix() ? plainItem(variant, tensor)
                                            : vectorItem(variant, tensor, smoothing));
            continue;
        }
        addByteMatrix(variant, tensor, smoothing, folder.type, items);
        group.modules.push_back(moduleName(tensor));
    }
    folder.config["quantization_config"]
        = compressedTensorsConfig("int-quantized", { group }, ignored);
    return writeHfFolder(folder.config, std::move(items), tokenizer, options, target, context);
}

} // namespace schmidt
