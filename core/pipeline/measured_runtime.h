// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "pipeline/project_session.h"
#include "runtime/llama_runtime.h"

#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// What models are timed in.
enum class MeasuredRuntime {
    LlamaCpp, ///< the deployment runtime; its metrics carry the plain names
    Onnx, ///< ONNX Runtime, in a helper process
    EngineFloat, ///< this program's LibTorch forward pass in fp32
    EngineHalf, ///< and in bf16
    EngineInt8, ///< bf16 with matrices of 8 bits
    EngineInt4, ///< and of 4 bits
};

/// "llama.cpp", "onnx", "torch" (fp32), "torch-bf16", "torch-int8" or "torch-int4"; and back.
std::string measuredRuntimeName(MeasuredRuntime runtime);
std::optional<MeasuredRuntime> measuredRuntimeFromName(const std::string& name);
std::vector<std::string> measuredRuntimeNames();

/// What metrics of a runtime carry behind their name, ":onnx"; empty for llama.cpp.
std::string metricSuffix(MeasuredRuntime runtime);

/// The file or folder of a run that the runtime reads, made at first use. Errors: Unsupported when
/// the run has no such form.
Result<std::filesystem::path> measuredFile(ProjectSession& session, const RunRecord& run,
                                           MeasuredRuntime runtime, const WorkContext& context);

/// One measurement in a fresh process, so that memory is its own and nothing is warm. Depth and
/// sequences are for llama.cpp only.
struct ProcessSamples {
    RuntimeSamples samples;
    std::string version; ///< of the runtime
};
Result<ProcessSamples> measureInProcess(MeasuredRuntime runtime, const std::filesystem::path& path,
                                        const RuntimeProtocol& protocol, const CancelToken& cancel);

/// The samples as measureInProcess() reads them, and back.
Json toJson(const RuntimeSamples& samples, const std::string& version);

} // namespace schmidt
