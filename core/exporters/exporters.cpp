// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"

#include "exporters/gguf_export.h"
#include "exporters/hf_export.h"

namespace schmidt {

std::optional<ExportFormat> exportFormatFromName(const std::string& name)
{
    if (name == "hf")
        return ExportFormat::HuggingFace;
    if (name == "gguf")
        return ExportFormat::Gguf;
    return std::nullopt;
}

Result<void> exportVariant(const Variant& variant, const TokenizerData& tokenizer,
                           const ExportOptions& options, const std::filesystem::path& target,
                           const WorkContext& context)
{
    return options.format == ExportFormat::Gguf
        ? exportGguf(variant, tokenizer, options, target, context)
        : exportHuggingFace(variant, tokenizer, options, target, context);
}

} // namespace schmidt
