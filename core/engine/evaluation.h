// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"

#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace schmidt {

/// Per-token comparison of one model with the baseline on the same tokens. The first token of each
/// window is not predicted, so every array has count · (length - 1) entries.
struct TokenScores {
    std::vector<float> nll; ///< -ln p(next token), nat
    std::vector<float>
        kl; ///< KL(baseline ‖ model) of the next-token distributions, nat; empty for the baseline
    std::vector<std::uint8_t>
        sameTop; ///< 1 where both put the same token first; empty for the baseline
};

/// Scores of the baseline and of every variant, from one pass over the windows.
struct EvaluationScores {
    TokenScores baseline;
    std::vector<TokenScores> variants;
};

/// How models are run over windows.
struct EvaluationOptions {
    /// One per window, for windows that hold less than their length; absent = all tokens but the
    /// first.
    std::vector<ScoredRange> scored = {};
    /// Keeps the baseline's final hidden states, if not empty: read from there when they are
    /// known, which saves all of its layers, else written. Its name has to tell the baseline and
    /// the windows.
    std::filesystem::path baselineStates = {};
};

/// Runs baseline and variants over the windows. Logits exist only for a chunk of tokens at a time;
/// log-softmax, KL and top-1 are fused per chunk in fp32 with fp64 sums. All models must share the
/// vocabulary. Errors: Usage (vocabularies differ, token out of range), Cancelled.
Result<EvaluationScores>
evaluateModels(const TransformerModel& baseline,
               const std::vector<std::shared_ptr<const TransformerModel>>& variants,
               const TokenWindows& windows, const WorkContext& context = {},
               const EvaluationOptions& options = {});

/// Logits [rows, vocabulary] of positions `first` to `first + rows` of a window, computed by
/// another runtime. Asked for in ascending order, window by window; they have to stay until the
/// next call.
using LogitSource = std::function<Result<std::span<const float>>(
    std::int64_t window, std::int64_t first, std::int64_t rows)>;

/// What another runtime makes of a model, with compression loss and container parity apart.
struct RuntimeScores {
    TokenScores baseline; ///< of the baseline here, without KL
    TokenScores runtime; ///< of the runtime, against the baseline here
    std::vector<float> parityKl; ///< KL(the model's weights here ‖ the runtime), nat
};

/// Compares logits of a runtime with the baseline and with `model`, the weights that the runtime
/// was given, as computed here. Both should be in fp32, since parity is finer than bf16. Errors:
/// Usage (vocabularies differ, token out of range), Cancelled, those of `logits`.
Result<RuntimeScores> evaluateLogits(const TransformerModel& baseline,
                                     const TransformerModel& model, const TokenWindows& windows,
                                     const LogitSource& logits, const WorkContext& context = {});

/// Log-likelihood of continuations: for each item Σ ln p(continuation token | everything before),
/// computed in padded batches. Used by multiple-choice suites.
struct ContinuationItem {
    std::vector<std::int32_t> prompt;
    std::vector<std::int32_t> continuation;
};
struct ContinuationScore {
    double logLikelihood = 0; ///< nat, summed over the continuation
    bool greedy = false; ///< every continuation token was the most likely one
};
Result<std::vector<ContinuationScore>>
scoreContinuations(const TransformerModel& model, const std::vector<ContinuationItem>& items,
                   const WorkContext& context = {});

} // namespace schmidt
