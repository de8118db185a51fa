// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/architecture.h"
#include "model/gguf_reader.h"
#include "model/tokenizer_data.h"

namespace schmidt {

/// The architecture a GGUF header describes. Errors: Unsupported (architecture), BadInput (sizes).
Result<Architecture> architectureFromGguf(const GgufHeader& header);

/// The scale of attention scores that llama.cpp gives Gemma 2 and 3: it derives it from sizes, and
/// from another one for the number of layers of the 27B models.
double ggufGemmaScale(const Architecture& architecture);

/// The tokenizer a GGUF header carries; kind None without one. Errors: Unsupported (model).
Result<TokenizerData> tokenizerFromGguf(const GgufHeader& header);

} // namespace schmidt
