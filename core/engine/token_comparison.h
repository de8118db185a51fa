// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/token_report.h"
#include "engine/transformer.h"

namespace schmidt {

/// Reads a text with baseline and variant at once, layer by layer: scores and the likeliest tokens
/// of both at every position, and how far their residual streams are apart after each block. Two
/// residual streams and the logits of a chunk of tokens are all that is held. The result has no
/// texts, run, request, or date: those are the caller's. Errors: Usage (fewer than two tokens, a
/// token outside the vocabulary, models that are no variants of each other), Cancelled.
Result<TokenReport> compareTokens(const TransformerModel& baseline, const TransformerModel& variant,
                                  const std::vector<std::int32_t>& tokens,
                                  const WorkContext& context = {});

} // namespace schmidt
