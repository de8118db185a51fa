// SPDX-License-Identifier: Apache-2.0
#include "exporters/hf_export.h"

#include "base/file.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

namespace schmidt {

namespace fs = std::filesystem;

Result<std::string> torchTypeName(DType type)
{
    switch (type) {
    case DType::F32:
        return std::string("float32");
    case DType::F16:
        return std::string("float16");
    case DType::BF16:
        return std::string("bfloat16");
    default:
        return unsupported("A Hugging Face folder stores F32, F16 or BF16, not "
                           + std::string(dtypeName(type))
                           + "; export as GGUF to keep quantized weights.");
    }
}

Result<Architecture> hfArchitecture(const Variant& variant, const ExportOptions& options)
{
    SCHMIDT_CHECK(checkVariantShapes(variant));
    if (options.carrier != WidthCarrier::Native)
        return carriedArchitecture(variant.architecture, options);
    if (!variant.architecture.uniform())
        return unsupported(
            "A Hugging Face config knows one width for all layers, but "
            + describeWidths(variant.architecture)
            + ". Compress in uniform mode, export with block configs or zero-padded, or "
              "as GGUF or ONNX.");
    return variant.architecture;
}

Result<std::vector<std::byte>> encodeTensor(const Variant& variant, const ExportTensor& tensor,
                                            const std::string& name)
{
    const MatrixTarget target { tensor.type, tensor.shape[0], tensor.matrix() ? tensor.shape[1] : 1,
                                0 };
    if (!tensor.matrix()) {
        std::vector<float> values = variant.vectors.at({ tensor.role, tensor.layer });
        // Gemma's folders hold what a norm's weight has beyond 1.
        if (variant.architecture.postNorms && isNorm(tensor.role))
            for (float& value : values)
                value -= 1.0F;
        return encodeVector(values, target, name);
    }
    std::vector<std::byte> bytes;
    bytes.reserve(static_cast<std::size_t>(storageBytes(tensor.type, tensor.elements())));
    SCHMIDT_CHECK(encodeMatrix(variant.matrices.at({ tensor.role, tensor.layer }), target, name,
                               [&](std::span<const std::byte> piece) -> Result<void> {
                                   bytes.insert(bytes.end(), piece.begin(), piece.end());
                                   return {};
                               }));
    return bytes;
}

Result<std::vector<float>> plainValues(const Variant& variant, ExportTensor tensor)
{
    tensor.type = DType::F32;
    SCHMIDT_TRY(const std::vector<std::byte> bytes,
                encodeTensor(variant, tensor,
                             hfTensorName(tensor.role, tensor.layer, variant.architecture.family)));
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

SafetensorsItem plainItem(const Variant& variant, const ExportTensor& tensor)
{
    const std::string name = hfTensorName(tensor.role, tensor.layer, variant.architecture.family);
    return { name, std::string(dtypeName(tensor.type)), tensor.shape,
             storageBytes(tensor.type, tensor.elements()),
             [&variant, tensor, name] { return encodeTensor(variant, tensor, name); } };
}

namespace {

    Result<void> writeWeights(std::vector<SafetensorsItem> items, const fs::path& file, int threads,
                              const WorkContext& context)
    {
        // Wide elements first keeps every tensor aligned, as the reference writer does.
        const auto elementBytes = [](const SafetensorsItem& item) {
            return item.bytes
                / std::accumulate(item.shape.begin(), item.shape.end(), std::int64_t { 1 },
                                  std::multiplies<> {});
        };
        std::stable_sort(items.begin(), items.end(), [&](const auto& a, const auto& b) {
            return elementBytes(a) > elementBytes(b);
        });
        const auto total = static_cast<std::int64_t>(items.size());
        for (SafetensorsItem& item : items)
            item.produce = [&context,
                            produce = std::move(item.produce)]() -> Result<std::vector<std::byte>> {
                if (context.cancel.cancelled())
                    return cancelledError();
                return produce();
            };
        return writeSafetensors(file, items, { { "format", "pt" } }, threads,
                                [&](std::int64_t index) {
                                    context.report(index + 1, total, "tensor",
                                                   items[static_cast<std::size_t>(index)].name);
                                });
    }

    Json generationConfig(const Json& config, const TokenizerData& tokenizer)
    {
        Json json { { "_from_model_config", true } };
        for (const char* key : { "bos_token_id", "eos_token_id" })
            if (const auto found = config.find(key); found != config.end() && !found->is_null())
                json[key] = *found;
        if (tokenizer.padding >= 0)
            json["pad_token_id"] = tokenizer.padding;
        return json;
    }

} // namespace

Result<void> writeHfFolder(const Json& config, std::vector<SafetensorsItem> items,
                           const TokenizerData& tokenizer, const ExportOptions& options,
                           const fs::path& target, const WorkContext& context)
{
    std::map<std::string, std::string> files;
    if (tokenizer.present()) {
        SCHMIDT_TRY(files, hfTokenizerFiles(tokenizer));
    }
    files["config.json"] = dumpJson(config, 2);
    files["generation_config.json"] = dumpJson(generationConfig(config, tokenizer), 2);
    if (!options.modelCard.empty())
        files["README.md"] = options.modelCard;
    return writeFolderAtomically(target, [&](const fs::path& folder) -> Result<void> {
        for (const auto& [name, content] : files)
            SCHMIDT_CHECK(writeFileAtomically(folder / name, content));
        return writeFileAtomically(folder / "model.safetensors", [&](const fs::path& temporary) {
            return writeWeights(std::move(items), temporary, options.threads, context);
        });
    });
}

Result<void> exportHuggingFace(const Variant& variant, const TokenizerData& tokenizer,
                               const ExportOptions& options, const fs::path& target,
                               const WorkContext& context)
{
    const DType type = options.type.value_or(DType::F16);
    SCHMIDT_TRY(const std::string typeName, torchTypeName(type));
    SCHMIDT_TRY(const Architecture architecture, hfArchitecture(variant, options));
    SCHMIDT_TRY(const Json config,
                options.carrier == WidthCarrier::BlockConfigs
                    ? hfBlockConfig(architecture, typeName)
                    : hfConfigFromArchitecture(architecture, typeName));
    const auto sameType = [type](Role, int, std::int64_t) { return type; };
    std::vector<SafetensorsItem> items;
    for (const ExportTensor& tensor : planTensors(architecture, sameType, type))
        items.push_back(plainItem(variant, tensor));
    return writeHfFolder(config, std::move(items), tokenizer, options, target, context);
}

} // namespace schmidt
