// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "base/json.h"
#include "engine/student.h"

#include <filesystem>

namespace schmidt {

/// Where a healing stands, besides the tensors of the student.
struct HealingProgress {
    std::int64_t step = 0, tokens = 0;
    double seconds = 0; ///< of training
    double elapsed = 0; ///< seconds of training and measuring
    double startKl = 0, bestKl = 0;
    std::int64_t bestStep = 0; ///< 0 = the variant as it was given
    int worse = 0; ///< measurements in a row that brought nothing
};

/// Writes progress, masters, moments and the best masters so far to one file that appears whole or
/// not at all. `inputs` says what the run depends on. Errors: Resources.
Result<void> saveHealing(const std::filesystem::path& file, const Json& inputs,
                         const HealingProgress& progress, const Student& student,
                         const std::vector<at::Tensor>& best);

/// Restores a saved state into a student made from the same variant; false when there is none, or
/// one of other inputs, or a damaged one. The student is untouched then.
bool loadHealing(const std::filesystem::path& file, const Json& inputs, HealingProgress& progress,
                 Student& student, std::vector<at::Tensor>& best);

} // namespace schmidt
