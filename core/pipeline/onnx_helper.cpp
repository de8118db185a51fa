// SPDX-License-Identifier: Apache-2.0
#include "pipeline/onnx_helper.h"

#include "base/file.h"
#include "pipeline/child_process.h"

#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

Result<Json> askOnnxRuntime(const Json& request, const CancelToken& cancel)
{
    const char* named = std::getenv("SCHMIDT_PYTHON");
    const std::string python = named && *named ? named : "python3";
    const fs::path script = resourceFolder() / "helpers" / "onnx_runtime.py";
    std::error_code status;
    if (!fs::exists(script, status))
        return badInput("The helper " + script.string()
                        + " is missing; install the program's data again.");
    // env looks the interpreter up in PATH.
    const auto output
        = runChild("/usr/bin/env", { python, script.string(), dumpJson(request) }, cancel);
    if (!output.ok() && output.error().code == ErrorCode::Cancelled)
        return output.error();
    if (!output.ok())
        return unsupported(
            "ONNX Runtime could not be started with " + python
                + "; set SCHMIDT_PYTHON to a Python interpreter that has onnxruntime.",
            output.error().detail);
    SCHMIDT_TRY(Json answer, parseJson(*output, "The answer of ONNX Runtime"));
    if (const auto error = jsonValue<std::string>(answer, "error", {}); !error.empty())
        return unsupported("ONNX Runtime: " + error + ".");
    return answer;
}

Result<OnnxLogits> onnxLogits(const fs::path& folder, const std::vector<std::int32_t>& tokens,
                              const CancelToken& cancel)
{
    const fs::path out = fs::temp_directory_path()
        / fmt::format("schmidt-logits-{}.f32", static_cast<long>(::getpid()));
    auto answer = askOnnxRuntime({ { "action", "logits" },
                                   { "folder", folder.string() },
                                   { "tokens", tokens },
                                   { "out", out.string() } },
                                 cancel);
    OnnxLogits result;
    std::error_code status;
    if (answer.ok()) {
        result.vocabulary = jsonValue<std::int64_t>(*answer, "vocabulary", 0);
        result.version = jsonValue<std::string>(*answer, "version", {});
        result.stepDifference = jsonValue<double>(*answer, "step_difference", 0);
        auto file = MappedFile::open(out);
        if (file.ok()) {
            result.logits.resize(file->size() / sizeof(float));
            std::memcpy(result.logits.data(), file->bytes().data(),
                        result.logits.size() * sizeof(float));
        }
    }
    fs::remove(out, status);
    if (!answer.ok())
        return answer.error();
    if (result.vocabulary <= 0
        || static_cast<std::int64_t>(result.logits.size())
            != result.vocabulary * static_cast<std::int64_t>(tokens.size()))
        return internalError("ONNX Runtime answered with logits of another size than asked for.");
    return result;
}

} // namespace schmidt
