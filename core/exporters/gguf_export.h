// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"
#include "exporters/exporters.h"

namespace schmidt {

/// exportVariant() for GGUF.
Result<void> exportGguf(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const std::filesystem::path& target,
                        const WorkContext& context);

} // namespace schmidt
