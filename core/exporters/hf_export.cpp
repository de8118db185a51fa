// SPDX-License-Identifier: Apache-2.0
#include "exporters/hf_export.h"

#include "base/file.h"
#include "model/safetensors.h"

#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Result<std::string> torchName(DType type)
    {
        switch (type) {
        case DType::F32:
            return std::string("float32");
        case DType::F16:
            return std::string("float16");
        case DType::BF16:
            return std::string("bfloat16");
        default:
            return unsupported("A plain Hugging Face folder stores F32, F16 or BF16, not "
                               + std::string(dtypeName(type))
                               + "; export as GGUF to keep quantized weights.");
        }
    }

    Result<std::vector<std::byte>> encode(const Variant& variant, const ExportTensor& tensor,
                                          const std::string& name)
    {
        const MatrixTarget target { tensor.type, tensor.shape[0],
                                    tensor.matrix() ? tensor.shape[1] : 1, 0 };
        if (!tensor.matrix())
            return encodeVector(variant.vectors.at({ tensor.role, tensor.layer }), target, name);
        std::vector<std::byte> bytes;
        bytes.reserve(static_cast<std::size_t>(storageBytes(tensor.type, tensor.elements())));
        SCHMIDT_CHECK(encodeMatrix(variant.matrices.at({ tensor.role, tensor.layer }), target, name,
                                   [&](std::span<const std::byte> piece) -> Result<void> {
                                       bytes.insert(bytes.end(), piece.begin(), piece.end());
                                       return {};
                                   }));
        return bytes;
    }

    Result<void> writeWeights(const Variant& variant, const Architecture& architecture, DType type,
                              const fs::path& file, const WorkContext& context)
    {
        const auto sameType = [type](Role, int, std::int64_t) { return type; };
        const std::vector<ExportTensor> tensors = planTensors(architecture, sameType, type);
        const auto total = static_cast<std::int64_t>(tensors.size());
        std::vector<SafetensorsItem> items;
        for (std::int64_t index = 0; index < total; ++index) {
            const ExportTensor& tensor = tensors[static_cast<std::size_t>(index)];
            SafetensorsItem item { hfTensorName(tensor.role, tensor.layer),
                                   std::string(dtypeName(type)),
                                   tensor.shape,
                                   storageBytes(type, tensor.elements()),
                                   {} };
            item.produce = [&, index, name = item.name]() -> Result<std::vector<std::byte>> {
                if (context.cancel.cancelled())
                    return cancelledError();
                context.report(index, total, "tensor", name);
                return encode(variant, tensors[static_cast<std::size_t>(index)], name);
            };
            items.push_back(std::move(item));
        }
        SCHMIDT_CHECK(writeSafetensors(file, items, { { "format", "pt" } }));
        context.report(total, total, "tensor");
        return {};
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

Result<void> exportHuggingFace(const Variant& variant, const TokenizerData& tokenizer,
                               const ExportOptions& options, const fs::path& target,
                               const WorkContext& context)
{
    SCHMIDT_CHECK(checkVariantShapes(variant));
    const DType type = options.type.value_or(DType::F16);
    SCHMIDT_TRY(const std::string typeName, torchName(type));
    Architecture architecture = variant.architecture;
    if (options.carrier == WidthCarrier::Padded) {
        SCHMIDT_TRY(architecture, paddedArchitecture(architecture));
    } else if (!architecture.uniform()) {
        return unsupported("A Hugging Face config knows one width for all layers, but "
                           + describeWidths(architecture)
                           + ". Compress in uniform mode, export zero-padded, or export as GGUF.");
    }
    SCHMIDT_TRY(const Json config, hfConfigFromArchitecture(architecture, typeName));
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
            return writeWeights(variant, architecture, type, temporary, context);
        });
    });
}

} // namespace schmidt
