// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "model/token_windows.h"
#include "pipeline/project_session.h"

#include <string>

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
