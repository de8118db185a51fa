// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/exporters.h"
#include "model/token_windows.h"
#include "pipeline/job_steps.h"
#include "pipeline/measured_runtime.h"

#include <filesystem>
#include <string>
#include <vector>

namespace schmidt {

/// What computes with LibTorch. It lies in a shared library that is opened at first use, since
/// loading LibTorch takes longer than most commands run that do without it.
class EngineLibrary {
public:
    virtual ~EngineLibrary() = default;

    /// Runs one of the jobs analyze, compress, search, evaluate, tasks, tokens and bonds.
    virtual Result<Json> run(const JobContext& job) const = 0;

    /// Logits of our own forward pass in fp32, [tokens, vocabulary]. Errors: those of loading a
    /// model, Usage for tokens outside the vocabulary.
    virtual Result<std::vector<float>> logits(const ModelSource& source,
                                              const std::vector<std::int32_t>& tokens,
                                              const WorkContext& context) const = 0;
    virtual Result<std::vector<float>> logits(const Variant& variant,
                                              const std::vector<std::int32_t>& tokens) const = 0;

    /// Mean squared inputs of every matrix on a text, see inputEnergies(). `threads` 0 = all.
    virtual Result<ImportanceMap> inputEnergies(const Variant& variant, const TokenWindows& windows,
                                                int threads, const WorkContext& context) const = 0;

    /// Times the engine on a model file or folder in this process, in the arithmetic that `runtime`
    /// names, and returns what measureInProcess() reads from its child.
    virtual Result<Json> measure(const std::filesystem::path& path, MeasuredRuntime runtime,
                                 const RuntimeProtocol& protocol,
                                 const WorkContext& context) const = 0;
};

/// The library, opened at first use. Errors: Internal when it does not lie beside the program.
Result<const EngineLibrary*> engineLibrary();

/// Name and version of the engine, recorded with every run: "schmidt 0.1.0, LibTorch 2.13.0".
std::string engineVersion();

} // namespace schmidt
