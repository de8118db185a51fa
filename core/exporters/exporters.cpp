// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"

#include "base/file.h"
#include "exporters/gguf_export.h"
#include "exporters/hf_export.h"
#include "exporters/onnx_export.h"
#include "exporters/packed_export.h"
#include "exporters/peft_export.h"
#include "model/adapter_files.h"

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

namespace {

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
            return exportCompressedTensors(variant, tokenizer, options, target, context);
        case ExportFormat::Gptq:
            return exportGptq(variant, tokenizer, options, target, context);
        case ExportFormat::Awq:
            return exportAwq(variant, tokenizer, options, target, context);
        }
        return internalError("This export format has no writer.");
    }

} // namespace

Result<void> exportVariant(const Variant& variant, const TokenizerData& tokenizer,
                           const ExportOptions& options, const std::filesystem::path& target,
                           const WorkContext& context)
{
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
