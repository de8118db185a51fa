// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"

#include <filesystem>
#include <functional>

namespace schmidt {

/// How a variant is healed. At least one limit must be set; the first one reached ends it.
struct HealingOptions {
    std::int64_t tokens = 0; ///< 0 = no limit; more than the text has means several epochs
    double minutes = 0; ///< 0 = no limit
    /// Peak; after a linear warm-up it falls on a cosine to a tenth. 0 = by the KL to start from.
    double learningRate = 0;
    std::int64_t window = 512; ///< tokens per sequence
    /// Sequences per optimizer step; 0 = 1 to 4 by the token limit, 2 where only time limits.
    std::int64_t batchWindows = 0;
    /// Steps between measurements; 0 = an eighth of the run, or 192 windows where only time limits.
    std::int64_t evaluateEvery = 0;
    std::uint64_t seed = 1; ///< order of the text
    Precision precision = Precision::Auto;
    /// Folder for the checkpoint; empty = none. A later call with the same inputs goes on there.
    std::filesystem::path checkpointFolder = {};
    double checkpointSeconds = 60; ///< least time between two checkpoints
};

/// One measurement on the held-out text.
struct HealingPoint {
    std::int64_t step = 0;
    std::int64_t tokens = 0; ///< trained on so far
    double kl = 0; ///< mean KL(original ‖ variant), nat per token
    double tokensPerSecond = 0; ///< of training alone; 0 before the first step
};

struct HealingResult {
    Variant variant; ///< the healed one, or the given one where healing did not help
    bool improved = false;
    bool stoppedEarly = false; ///< held-out KL had stopped falling before the limit
    std::int64_t tokens = 0, steps = 0; ///< trained on, repetitions counted
    std::int64_t bestStep = 0; ///< the step whose weights were kept
    std::int64_t availableTokens = 0; ///< of different text
    double epochs = 0; ///< tokens / availableTokens
    double klBefore = 0, klAfter = 0; ///< held-out KL of the given and of the returned variant
    double tokensPerSecond = 0;
    double seconds = 0; ///< of training alone
};

/// Distils a variant from its original: all matrices and vectors of its blocks and the final norm
/// follow the gradient of KL(original ‖ variant) of the next-token distribution over the whole
/// vocabulary (Hinton et al. 2015, arXiv 1503.02531; AdamW, fp32 masters, products in the precision
/// given). Quantized matrices keep their bits, groups and zeros, codes and scales follow; low-rank
/// ones stay in their factors; the weights trained with are at any step those a variant folder
/// would hold, so the KL reported is that of the variant returned. `heldOut` shares no text with
/// `training`; the state with the lowest KL on it is returned, the given variant when none is
/// better. The original's hidden states are computed once per window and kept where they fit 640
/// MiB. Deterministic for a fixed thread count and a token limit, interrupted or not. Memory: both
/// models in the working precision, 14 bytes per trained weight, 256 MiB of activations. Errors:
/// Usage (no limit, no text, tokens out of range), Cancelled, Resources.
Result<HealingResult> healVariant(const ModelSource& original, Variant variant,
                                  const TokenWindows& training, const TokenWindows& heldOut,
                                  const HealingOptions& options,
                                  const std::function<void(const HealingPoint&)>& measured = {},
                                  const WorkContext& context = {});

} // namespace schmidt
