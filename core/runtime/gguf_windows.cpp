// SPDX-License-Identifier: Apache-2.0
#include "runtime/gguf_windows.h"

#include "model/adapter_files.h"
#include "runtime/llama_session.h"

namespace schmidt {

struct GgufWindows::State {
    LlamaModel model;
    LlamaContext context;
    const CancelToken* cancel = nullptr;
    std::int64_t vocabulary = 0;
    std::int32_t position = 0; ///< of the next token in its window
};

GgufWindows::GgufWindows(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
GgufWindows::GgufWindows(GgufWindows&&) noexcept = default;
GgufWindows& GgufWindows::operator=(GgufWindows&&) noexcept = default;
GgufWindows::~GgufWindows() = default;

Result<GgufWindows> GgufWindows::open(const std::filesystem::path& gguf, std::int64_t length,
                                      int threads, const CancelToken& cancel)
{
    auto state = std::make_unique<State>();
    state->cancel = &cancel;
    SCHMIDT_TRY(state->model, loadLlamaModel(gguf, false, cancel));
    state->vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(state->model.get()));
    LlamaContextOptions options;
    options.length = length;
    options.threads = threads;
    options.allLogits = true;
    SCHMIDT_TRY(options.adapter, adapterOf(gguf));
    SCHMIDT_TRY(state->context, makeLlamaContext(*state->model, options, cancel));
    return GgufWindows(std::move(state));
}

std::int64_t GgufWindows::vocabulary() const
{
    return m_state->vocabulary;
}

Result<std::span<const float>> GgufWindows::logits(std::span<const std::int32_t> tokens, bool begin)
{
    llama_context* context = m_state->context.get();
    if (begin) {
        llama_memory_clear(llama_get_memory(context), true);
        m_state->position = 0;
    }
    LlamaBatch batch(tokens.size());
    for (const std::int32_t token : tokens) {
        if (token < 0 || token >= m_state->vocabulary)
            return usageError("The token number " + std::to_string(token)
                              + " is outside the vocabulary of the file; text and model do not "
                                "belong together.");
        batch.add(token, m_state->position++);
    }
    SCHMIDT_CHECK(decodeBatch(*context, batch, *m_state->cancel));
    return std::span<const float>(llama_get_logits(context),
                                  tokens.size() * static_cast<std::size_t>(m_state->vocabulary));
}

} // namespace schmidt
