// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "model/model_source.h"
#include "model/variant_format.h"

#include <filesystem>

namespace schmidt {

/// Key of a GGUF whose matrices are corrected by a LoRA adapter beside it.
inline constexpr const char* ggufCorrectedKey = "schmidt.corrected";

/// Where the LoRA adapter of an exported base model lies: the file model.lora.gguf beside
/// model.gguf, the folder adapter/ inside a folder.
std::filesystem::path ggufAdapterPath(const std::filesystem::path& base);
std::filesystem::path folderAdapterPath(const std::filesystem::path& base);

/// The adapter that an export of this program needs; empty for models without one. Errors: BadInput
/// when a GGUF says that it has one and it is not there.
Result<std::filesystem::path> adapterOf(const std::filesystem::path& base);

/// An export in a GGUF or a folder with what its adapter adds to every matrix, multiplied out.
/// Needs memory for the whole model in fp32. Errors: BadInput for an adapter that does not fit,
/// those of ModelSource::readTensor().
Result<Variant> variantWithAdapter(const ModelSource& source, const std::filesystem::path& adapter);

} // namespace schmidt
