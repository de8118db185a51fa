// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"

namespace schmidt {

/// What is timed; the same prompts and numbers as in the deployment runtimes.
struct SpeedProtocol {
    int prefillTokens = 512;
    int decodeTokens = 128;
    int repetitions = 5;
    int warmups = 1; ///< of each kind, not counted
};

struct SpeedSamples {
    std::vector<double> prefillSeconds; ///< one prompt to its last logits each
    std::vector<double> firstTokenSeconds; ///< the same and the choice of a token
    std::vector<double> decodeSeconds; ///< decodeTokens from an empty cache each
    std::vector<double> interTokenSeconds; ///< one decoded token each
    std::int64_t kvBytes = 0; ///< keys and values of the longer of both
};

/// Times this program's own forward pass in the calling process: prompts whole, decoding one token
/// at a time through a KV cache. Errors: Usage (numbers below 1), Unsupported (families that have
/// no cached decoding here), Cancelled, Resources.
Result<SpeedSamples> measureSpeed(const TransformerModel& model, const SpeedProtocol& protocol,
                                  const WorkContext& context = {});

} // namespace schmidt
