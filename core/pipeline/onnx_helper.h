// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "base/progress.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace schmidt {

/// Asks resources/helpers/onnx_runtime.py, started as a process for this one request, to run an
/// exported ONNX folder; the script says what requests and answers are. The interpreter is the one
/// SCHMIDT_PYTHON names, else python3. Errors: Unsupported with the helper's reason when there is
/// no interpreter, no ONNX Runtime, or ONNX Runtime refuses the model; Cancelled.
Result<Json> askOnnxRuntime(const Json& request, const CancelToken& cancel = {});

/// What ONNX Runtime computes for one window.
struct OnnxLogits {
    std::vector<float> logits; ///< [tokens, vocabulary]
    std::int64_t vocabulary = 0;
    std::string version;
    /// Largest difference of a logit when half of the tokens go through the cache one by one,
    /// relative to the largest logit.
    double stepDifference = 0;
};
Result<OnnxLogits> onnxLogits(const std::filesystem::path& folder,
                              const std::vector<std::int32_t>& tokens,
                              const CancelToken& cancel = {});

} // namespace schmidt
