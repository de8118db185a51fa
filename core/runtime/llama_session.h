// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <llama.h>
#include <memory>
#include <string>
#include <vector>

namespace schmidt {

/// Frees what llama.cpp made.
struct LlamaDeleter {
    void operator()(llama_model* model) const { llama_model_free(model); }
    void operator()(llama_context* context) const { llama_free(context); }
    void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using LlamaModel = std::unique_ptr<llama_model, LlamaDeleter>;
using LlamaContext = std::unique_ptr<llama_context, LlamaDeleter>;
using LlamaSampler = std::unique_ptr<llama_sampler, LlamaDeleter>;

/// Starts llama.cpp once per process and keeps its log off the terminal.
void startLlama();

/// What llama.cpp's kernels were built for ("AVX2", "AVX512", ...), from its system information.
const std::vector<std::string>& llamaFeatures();

/// Loads a GGUF, weights included unless `vocabularyOnly`. The header is checked by our own reader
/// first, because llama.cpp ends the process on some damaged files. Errors: BadInput, Unsupported,
/// Resources, Cancelled.
Result<LlamaModel> loadLlamaModel(const std::filesystem::path& gguf, bool vocabularyOnly,
                                  const CancelToken& cancel = {});

/// How a context is set up.
struct LlamaContextOptions {
    std::int64_t length = 1024; ///< positions of each sequence
    int sequences = 1; ///< texts decoded side by side
    int threads = 0; ///< 0 = all cores
    bool allLogits = false; ///< logits of every position instead of the last
    /// fp32 keys and values and plain attention: for comparing arithmetic, not for speed.
    bool exact = false;
    /// LoRA adapter to apply, as adapterOf() gives it; empty = none.
    std::filesystem::path adapter = {};
};

/// A context on a model; running work in it stops soon after `cancel` is set. The token must
/// outlive the context. Errors: Resources; BadInput for an adapter that does not fit the model.
Result<LlamaContext> makeLlamaContext(llama_model& model, const LlamaContextOptions& options,
                                      const CancelToken& cancel);

/// Tokens to run together, each at a place of its own.
class LlamaBatch {
public:
    explicit LlamaBatch(std::size_t capacity);
    ~LlamaBatch();
    LlamaBatch(const LlamaBatch&) = delete;
    LlamaBatch& operator=(const LlamaBatch&) = delete;

    void add(std::int32_t token, std::int32_t position, std::int32_t sequence = 0,
             bool logits = true);
    void clear() { m_batch.n_tokens = 0; }
    const llama_batch& tokens() const { return m_batch; }

private:
    llama_batch m_batch;
};

/// Runs the tokens of a batch. Errors: Cancelled, Resources when the context is full.
Result<void> decodeBatch(llama_context& context, const LlamaBatch& batch,
                         const CancelToken& cancel);

/// Runs tokens through the context after those already in it; the logits of the last one can then
/// be read. Errors: Cancelled, Resources.
Result<void> decodeTokens(llama_context& context, std::vector<std::int32_t> tokens,
                          const CancelToken& cancel);

/// Ids of a text. See Tokenizer::encode(). Errors: BadInput when the vocabulary has no token for a
/// character of the text.
Result<std::vector<std::int32_t>> tokenizeText(const llama_vocab& vocabulary,
                                               const std::string& text, bool addSpecial,
                                               bool parseSpecial);

/// Bytes of one token; `special` shows control tokens by their names instead of nothing.
std::string tokenBytes(const llama_vocab& vocabulary, std::int32_t token, bool special);

} // namespace schmidt
