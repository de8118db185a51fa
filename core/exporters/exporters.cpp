// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"

#include "exporters/gguf_export.h"
#include "exporters/hf_export.h"
#include "exporters/onnx_export.h"
#include "exporters/packed_export.h"

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

Result<void> exportVariant(const Variant& variant, const TokenizerData& tokenizer,
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

} // namespace schmidt
