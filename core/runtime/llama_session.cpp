// SPDX-License-Identifier: Apache-2.0
#include "runtime/llama_session.h"

#include "base/hardware_threads.h"
#include "model/gguf_reader.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <mutex>
#include <sstream>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// llama.cpp tells the reason of a failure only in its log, in the first of several lines.
    std::mutex logMutex;
    std::string firstErrorLine;

    void keepErrors(ggml_log_level level, const char* text, void*)
    {
        if (level != GGML_LOG_LEVEL_ERROR)
            return;
        const std::lock_guard lock(logMutex);
        if (!firstErrorLine.empty())
            return;
        firstErrorLine = text;
        while (!firstErrorLine.empty() && firstErrorLine.back() == '\n')
            firstErrorLine.pop_back();
    }

    std::string takeErrorLine()
    {
        const std::lock_guard lock(logMutex);
        return std::exchange(firstErrorLine, {});
    }

    bool contains(const std::string& text, std::string_view part)
    {
        return text.find(part) != std::string::npos;
    }

    Error loadError(const fs::path& gguf)
    {
        const std::string reason = takeErrorLine();
        if (contains(reason, "alloc"))
            return outOfResources("There is not enough free memory to load " + gguf.string()
                                      + " in llama.cpp.",
                                  reason);
        if (contains(reason, "unknown") || contains(reason, "unsupported"))
            return unsupported("llama.cpp does not support " + gguf.string()
                                   + "; use a model of a common architecture.",
                               reason);
        return badInput("llama.cpp cannot load " + gguf.string()
                            + (reason.empty() ? std::string(".") : ": " + reason + "."),
                        reason);
    }

    bool goOn(float, void* cancel)
    {
        return !static_cast<const CancelToken*>(cancel)->cancelled();
    }

    bool shouldStop(void* cancel)
    {
        return static_cast<const CancelToken*>(cancel)->cancelled();
    }

    int threadCount(int threads)
    {
        return threads > 0 ? threads : hardwareThreads();
    }

} // namespace

void startLlama()
{
    static std::once_flag once;
    std::call_once(once, [] {
        llama_log_set(keepErrors, nullptr);
        llama_backend_init();
    });
}

namespace {

    /// "CPU : SSE3 = 1 | AVX = 1 | ... | ", one such list per backend.
    std::vector<std::string> readFeatures()
    {
        startLlama();
        std::istringstream words(llama_print_system_info());
        std::vector<std::string> features;
        std::string name, word;
        while (words >> word) {
            if (word == "=" && words >> word && word == "1")
                features.push_back(name);
            name = word;
        }
        return features;
    }

} // namespace

const std::vector<std::string>& llamaFeatures()
{
    // llama.cpp writes the list into one string of its own at every call, so models that are loaded
    // at the same time must not ask for it each.
    static const std::vector<std::string> features = readFeatures();
    return features;
}

Result<LlamaModel> loadLlamaModel(const fs::path& gguf, bool vocabularyOnly,
                                  const CancelToken& cancel)
{
    startLlama();
    SCHMIDT_TRY(const MappedFile file, MappedFile::open(gguf));
    SCHMIDT_TRY(const GgufHeader header, parseGguf(file));
    if (!vocabularyOnly && header.tensors.empty())
        return badInput(gguf.string() + " holds no weights.");
    const std::vector<std::string>& features = llamaFeatures();
    llama_model_params parameters = llama_model_default_params();
    parameters.vocab_only = vocabularyOnly;
    parameters.n_gpu_layers = 0;
    // Builds with AMX kernels crash in them on quantized weights; those kernels come in only
    // through the extra buffer types.
    parameters.use_extra_bufts
        = std::none_of(features.begin(), features.end(),
                       [](const std::string& name) { return name.starts_with("AMX"); });
    CancelToken token = cancel;
    parameters.progress_callback = goOn;
    parameters.progress_callback_user_data = &token;
    takeErrorLine();
    LlamaModel model(llama_model_load_from_file(gguf.c_str(), parameters));
    if (cancel.cancelled())
        return cancelledError();
    if (!model)
        return loadError(gguf);
    return model;
}

Result<LlamaContext> makeLlamaContext(llama_model& model, const LlamaContextOptions& options,
                                      const CancelToken& cancel)
{
    constexpr std::uint32_t largestBatch = 2048; // llama-bench's batch
    llama_context_params parameters = llama_context_default_params();
    parameters.n_seq_max = static_cast<std::uint32_t>(options.sequences);
    parameters.n_ctx = static_cast<std::uint32_t>(options.length * options.sequences);
    parameters.n_batch
        = options.allLogits ? parameters.n_ctx : std::min(parameters.n_ctx, largestBatch);
    parameters.n_threads = parameters.n_threads_batch = threadCount(options.threads);
    parameters.abort_callback = shouldStop;
    parameters.abort_callback_data = const_cast<CancelToken*>(&cancel);
    parameters.no_perf = true;
    if (options.exact) {
        parameters.type_k = parameters.type_v = GGML_TYPE_F32;
        parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    }
    takeErrorLine();
    LlamaContext context(llama_init_from_model(&model, parameters));
    if (!context)
        return outOfResources("There is not enough free memory to run the model over "
                                  + std::to_string(options.length) + " positions.",
                              takeErrorLine());
    if (options.adapter.empty())
        return context;
    // The model frees it.
    llama_adapter_lora* adapter = llama_adapter_lora_init(&model, options.adapter.c_str());
    float scale = 1;
    if (!adapter || llama_set_adapters_lora(context.get(), &adapter, 1, &scale) != 0)
        return badInput("llama.cpp cannot apply the adapter " + options.adapter.string()
                            + "; export the model again.",
                        takeErrorLine());
    return context;
}

LlamaBatch::LlamaBatch(std::size_t capacity)
    : m_batch(llama_batch_init(static_cast<std::int32_t>(capacity), 0, 1))
{
}

LlamaBatch::~LlamaBatch()
{
    llama_batch_free(m_batch);
}

void LlamaBatch::add(std::int32_t token, std::int32_t position, std::int32_t sequence, bool logits)
{
    const auto index = m_batch.n_tokens++;
    m_batch.token[index] = token;
    m_batch.pos[index] = position;
    m_batch.n_seq_id[index] = 1;
    m_batch.seq_id[index][0] = sequence;
    m_batch.logits[index] = logits ? 1 : 0;
}

namespace {

    /// What came out of llama_decode().
    Result<void> decoded(int status, const CancelToken& cancel)
    {
        if (cancel.cancelled())
            return cancelledError();
        if (status == 1)
            return outOfResources("The text is longer than the context that was set up for it.");
        if (status != 0)
            return internalError("llama.cpp failed while running the model.", takeErrorLine());
        return {};
    }

} // namespace

Result<void> decodeBatch(llama_context& context, const LlamaBatch& batch, const CancelToken& cancel)
{
    SCHMIDT_CHECK(decoded(llama_decode(&context, batch.tokens()), cancel));
    llama_synchronize(&context);
    return {};
}

Result<void> decodeTokens(llama_context& context, std::vector<std::int32_t> tokens,
                          const CancelToken& cancel)
{
    const auto batch = static_cast<std::size_t>(llama_n_batch(&context));
    for (std::size_t first = 0; first < tokens.size(); first += batch) {
        if (cancel.cancelled())
            return cancelledError();
        const std::size_t count = std::min(batch, tokens.size() - first);
        SCHMIDT_CHECK(decoded(
            llama_decode(&context,
                         llama_batch_get_one(tokens.data() + first, static_cast<int>(count))),
            cancel));
    }
    llama_synchronize(&context);
    return {};
}

Result<std::vector<std::int32_t>> tokenizeText(const llama_vocab& vocabulary,
                                               const std::string& text, bool addSpecial,
                                               bool parseSpecial)
{
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        return badInput("A text of more than 2 GB cannot be tokenized in one piece.");
    const auto length = static_cast<std::int32_t>(text.size());
    const auto convert = [&](std::vector<std::int32_t>& tokens) {
        return llama_tokenize(&vocabulary, text.data(), length, tokens.data(),
                              static_cast<std::int32_t>(tokens.size()), addSpecial, parseSpecial);
    };
    // A guess that nearly always suffices, because tokenizing twice costs twice.
    std::vector<std::int32_t> tokens(text.size() / 2 + 16);
    try {
        std::int32_t count = convert(tokens);
        if (count < 0 && count != std::numeric_limits<std::int32_t>::min()) {
            tokens.resize(static_cast<std::size_t>(-static_cast<std::int64_t>(count)));
            count = convert(tokens);
        }
        tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
    } catch (const std::exception& exception) {
        // llama.cpp looks bytes up without asking whether the vocabulary has them.
        return badInput("The text holds a character that the model's vocabulary has no token for.",
                        exception.what());
    }
    return tokens;
}

std::string tokenBytes(const llama_vocab& vocabulary, std::int32_t token, bool special)
{
    if (token < 0 || token >= llama_vocab_n_tokens(&vocabulary))
        return {};
    std::string bytes(64, '\0');
    const auto convert = [&] {
        return llama_token_to_piece(&vocabulary, token, bytes.data(),
                                    static_cast<std::int32_t>(bytes.size()), 0, special);
    };
    std::int32_t length = convert();
    if (length < 0) {
        bytes.resize(static_cast<std::size_t>(-length));
        length = convert();
    }
    bytes.resize(static_cast<std::size_t>(std::max(length, 0)));
    return bytes;
}

} // namespace schmidt
