// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"
#include "exporters/exporters.h"
#include "model/safetensors.h"

namespace schmidt {

/// The name that config.json gives a storage type. Errors: Unsupported for block types.
Result<std::string> torchTypeName(DType type);

/// The architecture that a folder's config.json describes: that of the variant, zero-padded where
/// the options ask for it. Errors: Unsupported when the layers differ in shape and padding is not
/// wanted or not possible, BadInput for a variant without all its tensors.
Result<Architecture> hfArchitecture(const Variant& variant, const ExportOptions& options);

/// The bytes of a tensor in its planned type and shape, factors and grids multiplied out. `name`
/// is for errors. Errors: those of encodeMatrix().
Result<std::vector<std::byte>> encodeTensor(const Variant& variant, const ExportTensor& tensor,
                                            const std::string& name);

/// The same as numbers, whatever type the tensor is planned in.
Result<std::vector<float>> plainValues(const Variant& variant, ExportTensor tensor);

/// encodeTensor() as an entry of a safetensors file under its Hugging Face name; `variant` must
/// outlive it.
SafetensorsItem plainItem(const Variant& variant, const ExportTensor& tensor);

/// Writes config.json, generation_config.json, tokenizer files, model card and model.safetensors.
/// The folder appears whole or not at all. Errors: Usage, Resources, Cancelled, those of the items.
Result<void> writeHfFolder(const Json& config, std::vector<SafetensorsItem> items,
                           const TokenizerData& tokenizer, const ExportOptions& options,
                           const std::filesystem::path& target, const WorkContext& context);

/// exportVariant() for a Hugging Face folder.
Result<void> exportHuggingFace(const Variant& variant, const TokenizerData& tokenizer,
                               const ExportOptions& options, const std::filesystem::path& target,
                               const WorkContext& context);

} // namespace schmidt
