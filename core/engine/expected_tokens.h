// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"

#include <vector>

namespace schmidt {

/// How often a model expects each token where a text goes on: the sum of its next-token
/// probabilities [vocabulary] over all positions. Knows words that the text could have used but did
/// not. Logits exist for a chunk of tokens at a time. Errors: Usage for tokens outside the
/// vocabulary, Cancelled.
Result<std::vector<double>> expectedTokens(const TransformerModel& model,
                                           const TokenWindows& windows,
                                           const WorkContext& context = {});

} // namespace schmidt
