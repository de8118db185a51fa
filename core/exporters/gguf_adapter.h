// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"

#include <filesystem>
#include <functional>

namespace schmidt {

/// Rank of the correction of a matrix; 0 = none.
using CorrectionRank = std::function<std::int64_t(Role role, int layer)>;

/// Writes the corrections of a variant as a GGUF LoRA adapter of llama.cpp's layout: lora_a
/// [rank, in] in F16 and lora_b [out, rank], rows of Q and K as the base has them. The file's one
/// scale is that of the largest rank; left factors of other ranks are stored in F32 and make up for
/// it. `architecture` is that of the base file. The file appears whole or not at all.
Result<void> writeGgufAdapter(const Variant& variant, const Architecture& architecture,
                              const std::filesystem::path& target);

/// Bytes of that file; 0 without corrections.
std::int64_t ggufAdapterBytes(const Architecture& architecture, const CorrectionRank& rank);

} // namespace schmidt
