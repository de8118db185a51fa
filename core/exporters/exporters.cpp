// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"

#include "base/file.h"
#include "exporters/export_plan.h"
#include "exporters/gguf_export.h"
#include "exporters/hf_export.h"
#include "exporters/onnx_export.h"
#include "exporters/packed_export.h"
#include "exporters/peft_export.h"
#include "model/adapter_files.h"

#include <algorithm>
#include <map>

namespace schmidt {

std::optional<ExportFormat> exportFormatFromName(const std::string& name)
{
    static const std::map<std::string, ExportFormat> names {
        { "hf", ExportFormat::HuggingFace },
        { "gguf", ExportFormat::Gguf },
        { "onnx", ExportFormat::Onnx },
        { "compressed-tensors", ExportFormat::CompressedTensors },
        { "gptq", ExportFormat::Gptq },
        { "awq", ExportFormat::Awq },
    };
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

std::optional<WidthCarrier> widthCarrierFromName(const std::string& name)
{
    static const std::map<std::string, WidthCarrier> names {
        { "native", WidthCarrier::Native },
        { "padded", WidthCarrier::Padded },
        { "block-configs", WidthCarrier::BlockConfigs },
    };
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

namespace {

    template <typename Values> using ByTensor = std::map<std::pair<Role, int>, Values>;

    /// What belongs to the layers that are present, under the numbers that these get.
    template <typename Values>
    ByTensor<Values> renumbered(ByTensor<Values> values, const std::vector<int>& present)
    {
        ByTensor<Values> result;
        for (auto& [key, value] : values) {
            const auto place = std::lower_bound(present.begin(), present.end(), key.second);
            if (key.second < 0)
                result.emplace(key, std::move(value));
            else if (place != present.end() && *place == key.second)
                result.emplace(std::pair(key.first, static_cast<int>(place - present.begin())),
                               std::move(value));
        }
        return result;
    }

    /// Formats count layers without the empty ones.
    void leaveOutEmptyLayers(Variant& variant, ExportOptions& options)
    {
        const std::vector<int> present = variant.architecture.presentLayers();
        if (present.size() == variant.architecture.layers.size())
            return;
        variant.matrices = renumbered(std::move(variant.matrices), present);
        variant.vectors = renumbered(std::move(variant.vectors), present);
        options.importance = renumbered(std::move(options.importance), present);
        variant.architecture = variant.architecture.withoutEmptyLayers();
    }

    /// Absent matrices and vectors without values stand for zeros of what a layer of the export has
    /// and that of the variant lacks.
    Result<void> addAbsentParts(Variant& variant, const ExportOptions& options)
    {
        SCHMIDT_TRY(const Architecture carried, carriedArchitecture(variant.architecture, options));
        if (carried.layers == variant.architecture.layers)
            return {};
        const auto anyType = [](Role, int, std::int64_t) { return DType::F32; };
        for (const ExportTensor& tensor : planTensors(carried, anyType, DType::F32)) {
            if (tensor.layer < 0)
                continue;
            if (tensor.matrix())
                variant.matrices.try_emplace({ tensor.role, tensor.layer });
            else
                variant.vectors.try_emplace({ tensor.role, tensor.layer });
        }
        return {};
    }

    Result<void> exportModel(const Variant& variant, const TokenizerData& tokenizer,
                             const ExportOptions& options, const std::filesystem::path& target,
                             const WorkContext& context)
    {
        switch (options.format) {
        case ExportFormat::HuggingFace:
            return exportHuggingFace(variant, tokenizer, options, target, context);
        case ExportFormat::Gguf:
            return exportGguf(variant, tokenizer, options, target, context);
        case ExportFormat::Onnx:
            return exportOnnx(variant, tokenizer, options, target, context);
        case ExportFormat::CompressedTensors:
            return options.w8a8
                ? exportW8A8(variant, tokenizer, options, target, context)
                : exportCompressedTensors(variant, tokenizer, options, target, context);
        case ExportFormat::Gptq:
            return exportGptq(variant, tokenizer, options, target, context);
        case ExportFormat::Awq:
            return exportAwq(variant, tokenizer, options, target, context);
        }
        return internalError("This export format has no writer.");
    }

} // namespace

Result<void> exportVariant(Variant variant, const TokenizerData& tokenizer, ExportOptions options,
                           const std::filesystem::path& target, const WorkContext& context)
{
    if (options.carrier == WidthCarrier::BlockConfigs
        && (options.format != ExportFormat::HuggingFace || variant.corrected()))
        return unsupported(
            "Block configs carry the widths of plain Hugging Face folders, without "
            "packed matrices or corrections; GGUF and ONNX carry widths as they are, "
            "so leave --carrier out.");
    leaveOutEmptyLayers(variant, options);
    SCHMIDT_CHECK(addAbsentParts(variant, options));
    // ONNX adds the factors in its graph, and GGUF has an adapter format of its own.
    if (!variant.corrected() || options.format == ExportFormat::Onnx
        || options.format == ExportFormat::Gguf)
        return exportModel(variant, tokenizer, options, target, context);
    SCHMIDT_TRY(const Architecture architecture, hfArchitecture(variant, options));
    return writeFolderAtomically(target, [&](const std::filesystem::path& folder) -> Result<void> {
        SCHMIDT_CHECK(exportModel(variant, tokenizer, options, folder, context));
        return writePeftAdapter(variant, architecture, target.filename().string(),
                                folderAdapterPath(folder));
    });
}

} // namespace schmidt
