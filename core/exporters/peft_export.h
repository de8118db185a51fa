// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"

#include <filesystem>

namespace schmidt {

/// Writes the corrections of a variant as a PEFT LoRA folder: adapter_config.json and
/// adapter_model.safetensors with lora_A [rank, in] and lora_B [out, rank] of every corrected
/// matrix in F16, at a scale of 1 (alpha = rank). `architecture` is that of the base, wider than
/// the variant's where it is zero-padded; `base` names it. The folder appears whole or not at all.
Result<void> writePeftAdapter(const Variant& variant, const Architecture& architecture,
                              const std::string& base, const std::filesystem::path& folder);

} // namespace schmidt
