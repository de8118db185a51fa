// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"
#include "exporters/exporters.h"

namespace schmidt {

/// exportVariant() for a Hugging Face folder.
Result<void> exportHuggingFace(const Variant& variant, const TokenizerData& tokenizer,
                               const ExportOptions& options, const std::filesystem::path& target,
                               const WorkContext& context);

} // namespace schmidt
