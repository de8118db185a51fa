// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/architecture.h"
#include "model/gguf_reader.h"
#include "model/tokenizer_data.h"

#include <filesystem>
#include <string>

namespace schmidt {

/// The architecture a GGUF header describes. Errors: Unsupported (architecture), BadInput (sizes).
Result<Architecture> architectureFromGguf(const GgufHeader& header);

/// What people call the model of a GGUF: its file's name without the type of the weights and the
/// number of the part. `general.name`, which often tells of a step of training instead, is for
/// files whose name says nothing.
std::string ggufModelName(const std::string& generalName, const std::filesystem::path& file);

/// The scale of attention scores that llama.cpp gives Gemma 2 and 3: it derives it from sizes, and
/// from another one for the number of layers of the 27B models.
double ggufGemmaScale(const Architecture& architecture);

/// The layers of a GGUF of this model. Empty ones are left out. llama.cpp takes the size of heads
/// from the first layer and skips the attention of layers without MLP, so there the file needs what
/// the model lacks: one group of heads, or `ggufLeastWidth` MLP units, all zero. Only for these
/// does the result have more than the model.
inline constexpr std::int64_t ggufLeastWidth = 32;
Architecture ggufArchitecture(const Architecture& architecture);

/// The tokenizer a GGUF header carries; kind None without one. Errors: Unsupported (model).
Result<TokenizerData> tokenizerFromGguf(const GgufHeader& header);

} // namespace schmidt
