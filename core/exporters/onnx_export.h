// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/exporters.h"

namespace schmidt {

/// exportVariant() for ONNX: a folder with model.onnx, its data file, genai_config.json and
/// tokenizer files. The decoder takes input_ids and attention_mask [batch, ...] and
/// past_key_values.N.{key,value} [batch, KV heads of layer N, past, headDim], and gives logits and
/// present.N.{key,value}; padding goes to the right. Widths, heads and ranks are those of each
/// layer; quantized matrices keep their codes in MatMulNBits (3 bits in 4), all else is stored in
/// F16 (or F32) and computed in fp32. Errors: Unsupported for other storage types, for padding
/// (which the format does not need) and head sizes that ONNX Runtime refuses.
Result<void> exportOnnx(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const std::filesystem::path& target,
                        const WorkContext& context);

} // namespace schmidt
