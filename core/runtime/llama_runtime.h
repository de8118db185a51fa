// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"
#include "base/progress.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace schmidt {

/// Raw samples of one GGUF in llama.cpp, taken in the calling process.
struct RuntimeSamples {
    std::vector<double> prefillSeconds; ///< one pp run each
    std::vector<double> decodeSeconds; ///< one tg run each
    std::vector<double> firstTokenSeconds;
    std::vector<double> interTokenSeconds; ///< every decoded token of the tg runs
    double loadSeconds = 0;
    /// What the model added to the process: after the runs, and at most. The rest of this program
    /// is no part of a runtime.
    std::int64_t residentBytes = 0;
    std::int64_t peakBytes = 0;
    std::int64_t kvBytes = 0;
    std::int64_t fileBytes = 0;
};

struct RuntimeProtocol {
    int prefillTokens = 512; ///< llama-bench's pp512
    int decodeTokens = 128; ///< llama-bench's tg128
    int repetitions = 5;
    int warmups = 1;
    int threads = 0; ///< 0 = all cores
    std::int64_t contextLength = 1024; ///< of each sequence, at least
    int depth = 0; ///< tokens in the cache before prompt or decoding; llama-bench's -d
    int sequences = 1; ///< texts decoded side by side, one token of each per step
};

/// A line of /proc/self/status, such as "VmHWM", in bytes; 0 where the system has none.
std::int64_t processMemory(const std::string& key);

/// Sets the memory of `samples`; `before` is what was resident before the model was opened.
void measureMemory(RuntimeSamples& samples, std::int64_t before);

/// Loads a GGUF into this process and times it. Meant to run in a fresh process per file: memory
/// once taken by another would be used again. Errors: BadInput, Unsupported, Resources.
Result<RuntimeSamples> measureGguf(const std::filesystem::path& gguf,
                                   const RuntimeProtocol& protocol,
                                   const WorkContext& context = {});

/// Logits of every position of one window through llama.cpp, [length, vocabulary], fp32.
Result<std::vector<float>> ggufLogits(const std::filesystem::path& gguf,
                                      const std::vector<std::int32_t>& tokens, int threads = 0);

struct GenerationOptions {
    int maxTokens = 128;
    double temperature = 0; ///< 0 = greedy
    std::uint64_t seed = 1;
    int threads = 0;
};
struct GenerationResult {
    std::string text;
    std::vector<std::int32_t> tokens;
    double firstTokenSeconds = 0;
    double tokensPerSecond = 0;
    std::string stopReason; ///< "end", "length", "cancelled"
};
/// Continues a prompt (already in template form; special tokens are parsed), streaming pieces.
Result<GenerationResult> generateGguf(const std::filesystem::path& gguf, const std::string& prompt,
                                      const GenerationOptions& options,
                                      const std::function<void(const std::string& piece)>& onPiece,
                                      const CancelToken& cancel = {});

/// Version of the linked llama.cpp and the CPU features it was built for.
std::string llamaRuntimeVersion();

} // namespace schmidt
