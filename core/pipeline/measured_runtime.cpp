// SPDX-License-Identifier: Apache-2.0
#include "pipeline/measured_runtime.h"

#include "exporters/exporters.h"
#include "pipeline/child_process.h"
#include "pipeline/onnx_helper.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    struct Names {
        MeasuredRuntime runtime;
        const char* name;
        const char* suffix;
    };
    constexpr std::array<Names, 6> runtimes { {
        { MeasuredRuntime::LlamaCpp, "llama.cpp", "" },
        { MeasuredRuntime::Onnx, "onnx", ":onnx" },
        { MeasuredRuntime::EngineFloat, "torch", ":torch-fp32" },
        { MeasuredRuntime::EngineHalf, "torch-bf16", ":torch-bf16" },
        { MeasuredRuntime::EngineInt8, "torch-int8", ":torch-int8" },
        { MeasuredRuntime::EngineInt4, "torch-int4", ":torch-int4" },
    } };

    const Names& namesOf(MeasuredRuntime runtime)
    {
        return *std::find_if(runtimes.begin(), runtimes.end(),
                             [runtime](const Names& names) { return names.runtime == runtime; });
    }

} // namespace

std::string measuredRuntimeName(MeasuredRuntime runtime)
{
    return namesOf(runtime).name;
}

std::optional<MeasuredRuntime> measuredRuntimeFromName(const std::string& name)
{
    for (const Names& names : runtimes)
        if (names.name == name)
            return names.runtime;
    return std::nullopt;
}

std::vector<std::string> measuredRuntimeNames()
{
    std::vector<std::string> names;
    for (const Names& entry : runtimes)
        names.emplace_back(entry.name);
    return names;
}

std::string metricSuffix(MeasuredRuntime runtime)
{
    return namesOf(runtime).suffix;
}

namespace {

    /// An ONNX folder of a run in the cache of the project.
    Result<fs::path> onnxOf(ProjectSession& session, const RunRecord& run,
                            const WorkContext& context)
    {
        const fs::path target = session.cacheFolder() / fmt::format("r{}-onnx", run.id.value);
        std::error_code status;
        if (fs::exists(target / "model.onnx", status))
            return target;
        SCHMIDT_TRY(Variant variant, session.variantOf(run));
        ExportOptions options;
        options.format = ExportFormat::Onnx;
        SCHMIDT_TRY(const TokenizerData tokenizer, session.tokenizerOf(run));
        SCHMIDT_CHECK(exportVariant(std::move(variant), tokenizer, options, target, context));
        return target;
    }

    RuntimeSamples samplesFrom(const Json& json)
    {
        const auto seconds
            = [&json](const char* key) { return jsonValue<std::vector<double>>(json, key, {}); };
        const auto bytes
            = [&json](const char* key) { return jsonValue<std::int64_t>(json, key, 0); };
        RuntimeSamples samples;
        samples.prefillSeconds = seconds("prefill_seconds");
        samples.decodeSeconds = seconds("decode_seconds");
        samples.firstTokenSeconds = seconds("first_token_seconds");
        samples.interTokenSeconds = seconds("inter_token_seconds");
        samples.loadSeconds = jsonValue<double>(json, "load_seconds", 0);
        samples.residentBytes = bytes("resident_bytes");
        samples.peakBytes = bytes("peak_bytes");
        samples.kvBytes = bytes("kv_bytes");
        samples.fileBytes = bytes("file_bytes");
        return samples;
    }

} // namespace

Json toJson(const RuntimeSamples& samples, const std::string& version)
{
    return { { "version", version },
             { "prefill_seconds", samples.prefillSeconds },
             { "decode_seconds", samples.decodeSeconds },
             { "first_token_seconds", samples.firstTokenSeconds },
             { "inter_token_seconds", samples.interTokenSeconds },
             { "load_seconds", samples.loadSeconds },
             { "resident_bytes", samples.residentBytes },
             { "peak_bytes", samples.peakBytes },
             { "kv_bytes", samples.kvBytes },
             { "file_bytes", samples.fileBytes } };
}

Result<fs::path> measuredFile(ProjectSession& session, const RunRecord& run,
                              MeasuredRuntime runtime, const WorkContext& context)
{
    switch (runtime) {
    case MeasuredRuntime::LlamaCpp:
        return session.ggufOf(run, context);
    case MeasuredRuntime::Onnx:
        return onnxOf(session, run, context);
    case MeasuredRuntime::EngineFloat:
    case MeasuredRuntime::EngineHalf:
    case MeasuredRuntime::EngineInt8:
    case MeasuredRuntime::EngineInt4:
        if (run.baseline)
            return session.source()->path();
        if (run.artefact.empty())
            return badInput("The run " + run.name + " has no weights; compress it again.");
        return session.folder() / run.artefact;
    }
    return internalError("This runtime has no files.");
}

Result<ProcessSamples> measureInProcess(MeasuredRuntime runtime, const fs::path& path,
                                        const RuntimeProtocol& protocol, const CancelToken& cancel)
{
    Json json;
    if (runtime == MeasuredRuntime::Onnx) {
        SCHMIDT_TRY(json,
                    askOnnxRuntime({ { "action", "measure" },
                                     { "folder", path.string() },
                                     { "prefill", protocol.prefillTokens },
                                     { "decode", protocol.decodeTokens },
                                     { "repetitions", protocol.repetitions },
                                     { "warmups", protocol.warmups },
                                     { "threads", protocol.threads } },
                                   cancel));
    } else {
        std::vector<std::string> words { runtime == MeasuredRuntime::LlamaCpp ? "measure-gguf"
                                                                              : "measure-engine",
                                         path.string(),
                                         "--repetitions",
                                         std::to_string(protocol.repetitions),
                                         "--threads",
                                         std::to_string(protocol.threads) };
        if (runtime != MeasuredRuntime::LlamaCpp)
            words.insert(words.end(), { "--runtime", measuredRuntimeName(runtime) });
        if (runtime == MeasuredRuntime::LlamaCpp)
            words.insert(words.end(),
                         { "--prefill", std::to_string(protocol.prefillTokens), "--depth",
                           std::to_string(protocol.depth), "--sequences",
                           std::to_string(protocol.sequences) });
        SCHMIDT_TRY(const std::string output, runChild(commandLineProgram(), words, cancel));
        SCHMIDT_TRY(json, parseJson(output, "The measurement of " + path.string()));
    }
    return ProcessSamples { samplesFrom(json), jsonValue<std::string>(json, "version", {}) };
}

} // namespace schmidt
