// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "exporters/gguf_writer.h"
#include "model/architecture.h"
#include "model/tokenizer_data.h"

#include <string>

namespace schmidt {

/// GGUF architecture that carries a model: that of its family when all layers have one shape,
/// "deci" (per-layer widths, Llama layout) otherwise.
std::string ggufArchitectureName(const Architecture& architecture);

/// Whether that architecture keeps Q and K rows as adjacent rotary pairs.
bool ggufInterleaved(const std::string& ggufArchitecture);

/// Divisors of the rotary frequencies [headDim / 2] that GGUF stores as a tensor; empty when keys
/// say everything.
std::vector<float> ggufRopeDivisors(const Architecture& architecture);

/// Errors: Unsupported when no GGUF architecture can carry the model (reason and cure named),
/// BadInput when the tokenizer does not fit the embedding.
Result<void> checkGgufModel(const Architecture& architecture, const TokenizerData& tokenizer);

/// All keys of the file. `fileType` is the number of general.file_type, see ggufFileType().
/// The tokenizer is padded to the rows of the embedding.
GgufMetadata ggufMetadata(const Architecture& architecture, const TokenizerData& tokenizer,
                          std::int32_t fileType);

} // namespace schmidt
