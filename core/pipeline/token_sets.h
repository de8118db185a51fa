// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"
#include "jobs/job.h"
#include "pipeline/project_session.h"

#include <string>
#include <vector>

namespace schmidt {

/// Tokens a job computes on, cut from a workload.
struct CalibrationSet {
    TokenWindows calibration;
    TokenWindows probe; ///< for sensitivity curves; shares no text with calibration
    /// For healing: all of the workload's text beside the probe (`leading`), then what was sampled.
    TokenWindows training;
    std::int64_t workloadTokens = 0; ///< of calibration, from the workload's own text
    std::int64_t sampledTokens = 0; ///< of calibration, sampled from the model
    std::string hash; ///< SHA-256 of the workload text that was used
};

inline constexpr std::int64_t calibrationWindow = 1024;
inline constexpr std::int64_t probeWindow = 1024;
inline constexpr std::int64_t probeWindows = 2;

/// Token ids of documents joined by blank lines, without BOS.
std::vector<std::int32_t> encodeDocuments(const Tokenizer& tokenizer,
                                          const std::vector<std::string>& documents);

/// Ids of a question as the model's chat template opens the conversation.
std::vector<std::int32_t> chatTokens(const Tokenizer& tokenizer, const std::string& prompt);

/// Which windows are taken of a text that has more of them than are wanted.
enum class TextPart {
    Start, ///< what other tools read too
    Everywhere, ///< spread evenly, so that they stand for the whole text
};

/// Tokenizes documents as encodeDocuments() does and cuts them into windows that do not
/// overlap; an incomplete last window is dropped. `limit` in tokens, 0 = all. Errors: BadInput when
/// the text does not fill one window.
Result<TokenWindows> tokenWindows(const Tokenizer& tokenizer,
                                  const std::vector<std::string>& documents, std::int64_t window,
                                  std::int64_t limit, TextPart part);

inline constexpr std::int64_t evaluationWindow = 2048;
inline constexpr std::int64_t evaluationTokens = 16384;

/// Windows of an evaluation; a text shorter than one of them is cut into shorter ones, since it is
/// still worth measuring. Errors: BadInput when the text fills no window at all.
Result<TokenWindows> evaluationWindows(const Tokenizer& tokenizer,
                                       const std::vector<std::string>& documents,
                                       std::int64_t window = evaluationWindow,
                                       std::int64_t limit = evaluationTokens,
                                       TextPart part = TextPart::Everywhere);

/// Calibration and probe tokens of a workload in the tokens of `view`, from all over its text.
/// Where that is shorter than `tokens`, the rest is sampled from the whole model itself, started
/// from the workload's prompts; samples are cached in the project. Errors: Cancelled, BadInput.
Result<CalibrationSet> calibrationSet(ProjectSession& session, const ModelView& view,
                                      const Workload& workload, std::int64_t tokens,
                                      std::uint64_t seed, const WorkContext& context);

/// Tokens of training text that healing on so many tokens wants at least.
std::int64_t trainingTokens(std::int64_t tokens);

/// Adds text sampled from the whole model to `set.training` where healing on `tokens` tokens would
/// go over what is there too often; user text that is long enough stays alone. Samples are cached
/// in the project. Errors: Cancelled.
Result<void> lengthenTraining(ProjectSession& session, const ModelView& view,
                              const Workload& workload, std::int64_t tokens, std::uint64_t seed,
                              CalibrationSet& set, const WorkContext& context);

} // namespace schmidt
