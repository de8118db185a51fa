// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/tokenizer_data.h"

namespace schmidt {

/// A tokenizer in this program's own JSON form (variant folders), and back.
Json toJson(const TokenizerData& data);
/// Errors: BadInput.
Result<TokenizerData> tokenizerFromJson(const Json& json);

} // namespace schmidt
