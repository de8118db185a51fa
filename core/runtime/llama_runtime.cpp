// SPDX-License-Identifier: Apache-2.0
#include "runtime/llama_runtime.h"

#include "model/adapter_files.h"
#include "model/gguf_model.h"
#include "runtime/llama_session.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>
#include <random>

namespace schmidt {

namespace fs = std::filesystem;

std::int64_t processMemory(const std::string& key)
{
    constexpr std::int64_t kibibyte = 1024;
    std::ifstream stream("/proc/self/status");
    std::string word;
    while (stream >> word) {
        std::int64_t value = 0;
        if (word == key + ":" && stream >> value)
            return value * kibibyte;
        stream.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return 0;
}

void measureMemory(RuntimeSamples& samples, std::int64_t before)
{
    samples.residentBytes = processMemory("VmRSS") - before;
    samples.peakBytes = processMemory("VmHWM") - before;
}

namespace {

    class Stopwatch {
    public:
        double seconds() const
        {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start)
                .count();
        }

    private:
        std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    };

    /// Bytes of keys and values over the whole context in 16 bits; 0 for architectures this program
    /// does not know.
    std::int64_t cacheBytes(const fs::path& gguf, std::int64_t contextLength)
    {
        const auto file = MappedFile::open(gguf);
        if (!file.ok())
            return 0;
        const auto header = parseGguf(*file);
        if (!header.ok())
            return 0;
        const auto architecture = architectureFromGguf(*header);
        if (!architecture.ok())
            return 0;
        constexpr std::int64_t keysAndValues = 2, bytesPerValue = 2;
        std::int64_t heads = 0;
        for (const LayerShape& layer : architecture->layers)
            heads += layer.kvHeads;
        return keysAndValues * bytesPerValue * heads * architecture->headDim * contextLength;
    }

    int likeliest(const float* logits, int vocabulary)
    {
        return static_cast<int>(std::max_element(logits, logits + vocabulary) - logits);
    }

    /// The two tests of llama-bench on one context: random tokens, no text, no sampling beyond the
    /// likeliest token.
    class Bench {
    public:
        Bench(llama_model& model, llama_context& context, const RuntimeProtocol& protocol,
              const CancelToken& cancel)
            : m_context(context)
            , m_protocol(protocol)
            , m_cancel(cancel)
            , m_vocabulary(llama_vocab_n_tokens(llama_model_get_vocab(&model)))
        {
        }

        Result<void> prefill(RuntimeSamples& samples)
        {
            SCHMIDT_CHECK(fill());
            const Stopwatch watch;
            SCHMIDT_CHECK(
                decodeTokens(m_context, randomTokens(m_protocol.prefillTokens), m_cancel));
            samples.prefillSeconds.push_back(watch.seconds());
            m_sink = likeliest(llama_get_logits_ith(&m_context, -1), m_vocabulary);
            samples.firstTokenSeconds.push_back(watch.seconds());
            return {};
        }

        Result<void> decode(RuntimeSamples& samples)
        {
            SCHMIDT_CHECK(fill());
            const std::vector<std::int32_t> tokens
                = randomTokens(m_protocol.decodeTokens * m_protocol.sequences);
            LlamaBatch step(static_cast<std::size_t>(m_protocol.sequences));
            const Stopwatch watch;
            double before = 0;
            auto next = tokens.begin();
            for (int index = 0; index < m_protocol.decodeTokens; ++index) {
                step.clear();
                for (int sequence = 0; sequence < m_protocol.sequences; ++sequence)
                    step.add(*next++, m_protocol.depth + index, sequence);
                SCHMIDT_CHECK(decodeBatch(m_context, step, m_cancel));
                const double now = watch.seconds();
                samples.interTokenSeconds.push_back(now - before);
                before = now;
            }
            samples.decodeSeconds.push_back(before);
            return {};
        }

    private:
        /// Leaves the first `depth` tokens of every sequence in the cache and nothing else.
        Result<void> fill()
        {
            llama_memory_t memory = llama_get_memory(&m_context);
            if (m_filled) {
                for (int sequence = 0; sequence < m_protocol.sequences; ++sequence)
                    llama_memory_seq_rm(memory, sequence, m_protocol.depth, -1);
                return {};
            }
            llama_memory_clear(memory, true);
            if (m_protocol.depth == 0)
                return {};
            SCHMIDT_CHECK(decodeTokens(m_context, randomTokens(m_protocol.depth), m_cancel));
            for (int sequence = 1; sequence < m_protocol.sequences; ++sequence)
                llama_memory_seq_cp(memory, 0, sequence, -1, -1);
            m_filled = true;
            return {};
        }

        std::vector<std::int32_t> randomTokens(int count)
        {
            std::uniform_int_distribution<std::int32_t> any(0, m_vocabulary - 1);
            std::vector<std::int32_t> tokens;
            for (int index = 0; index < count; ++index)
                tokens.push_back(any(m_generator));
            return tokens;
        }

        llama_context& m_context;
        const RuntimeProtocol& m_protocol;
        const CancelToken& m_cancel;
        int m_vocabulary = 0;
        bool m_filled = false;
        std::mt19937 m_generator { 1 }; ///< the same tokens for every model
        volatile int m_sink = 0; ///< keeps the compiler from leaving out the search
    };

    Result<void> checkProtocol(const RuntimeProtocol& protocol)
    {
        constexpr std::int64_t longest = 1 << 24;
        if (protocol.prefillTokens < 1 || protocol.decodeTokens < 1 || protocol.repetitions < 1
            || protocol.warmups < 0 || protocol.threads < 0 || protocol.depth < 0
            || protocol.sequences < 1)
            return usageError("Prompt tokens, decoded tokens, sequences and repetitions must be at "
                              "least 1, the depth at least 0.");
        if (protocol.contextLength > longest || protocol.prefillTokens > longest
            || protocol.decodeTokens > longest || protocol.depth > longest
            || protocol.sequences > 256)
            return usageError("A context of more than 16777216 tokens or 256 sequences cannot be "
                              "measured.");
        return {};
    }

    /// Holds back the bytes of a character until it is complete.
    class Utf8Stream {
    public:
        std::string add(const std::string& bytes)
        {
            m_pending += bytes;
            std::size_t complete = m_pending.size();
            constexpr std::size_t longestCharacter = 4;
            for (std::size_t back = 1; back <= std::min(longestCharacter, m_pending.size());
                 ++back) {
                const auto byte = static_cast<unsigned char>(m_pending[m_pending.size() - back]);
                if ((byte & 0xC0) == 0x80)
                    continue; // the middle of a character
                const std::size_t length = byte >= 0xF0 ? 4
                    : byte >= 0xE0                      ? 3
                    : byte >= 0xC0                      ? 2
                                                        : 1;
                if (length > back)
                    complete = m_pending.size() - back;
                break;
            }
            std::string text = m_pending.substr(0, complete);
            m_pending.erase(0, complete);
            return text;
        }
        std::string rest() { return std::exchange(m_pending, {}); }

    private:
        std::string m_pending;
    };

    LlamaSampler makeSampler(const GenerationOptions& options)
    {
        LlamaSampler sampler(llama_sampler_chain_init(llama_sampler_chain_default_params()));
        if (!(options.temperature > 0)) {
            llama_sampler_chain_add(sampler.get(), llama_sampler_init_greedy());
            return sampler;
        }
        llama_sampler_chain_add(sampler.get(),
                                llama_sampler_init_temp(static_cast<float>(options.temperature)));
        llama_sampler_chain_add(sampler.get(),
                                llama_sampler_init_dist(static_cast<std::uint32_t>(
                                    options.seed ^ (options.seed >> 32U))));
        return sampler;
    }

    Result<std::vector<std::int32_t>> promptTokens(const llama_model& model,
                                                   const std::string& prompt)
    {
        const llama_vocab& vocabulary = *llama_model_get_vocab(&model);
        SCHMIDT_TRY(std::vector<std::int32_t> tokens, tokenizeText(vocabulary, prompt, true, true));
        const std::int32_t bos = llama_vocab_bos(&vocabulary);
        // Some chat templates write the BOS that the tokenizer adds as well.
        if (tokens.size() > 1 && tokens[0] == bos && tokens[1] == bos)
            tokens.erase(tokens.begin());
        if (tokens.empty())
            return usageError("The prompt is empty; write some text.");
        const int longest = llama_model_n_ctx_train(&model);
        if (longest > 0 && tokens.size() >= static_cast<std::size_t>(longest))
            return usageError("The prompt has " + std::to_string(tokens.size())
                              + " tokens, but the model was made for " + std::to_string(longest)
                              + "; shorten it.");
        return tokens;
    }

    /// The sampling loop of one answer.
    Result<GenerationResult> continueText(llama_model& model, llama_context& context,
                                          std::vector<std::int32_t> prompt, int maxTokens,
                                          const GenerationOptions& options,
                                          const std::function<void(const std::string&)>& onPiece,
                                          const CancelToken& cancel)
    {
        const llama_vocab& vocabulary = *llama_model_get_vocab(&model);
        const LlamaSampler sampler = makeSampler(options);
        GenerationResult result;
        result.stopReason = "length";
        Utf8Stream stream;
        const auto emit = [&](const std::string& text) {
            result.text += text;
            if (!text.empty() && onPiece)
                onPiece(text);
        };
        const Stopwatch watch;
        std::vector<std::int32_t> next = std::move(prompt);
        while (static_cast<int>(result.tokens.size()) < maxTokens) {
            const auto decoded = decodeTokens(context, std::move(next), cancel);
            if (!decoded.ok() && decoded.error().code == ErrorCode::Cancelled) {
                result.stopReason = "cancelled";
                break;
            }
            SCHMIDT_CHECK(decoded);
            const std::int32_t token = llama_sampler_sample(sampler.get(), &context, -1);
            if (result.tokens.empty())
                result.firstTokenSeconds = watch.seconds();
            if (llama_vocab_is_eog(&vocabulary, token)) {
                result.stopReason = "end";
                break;
            }
            result.tokens.push_back(token);
            emit(stream.add(tokenBytes(vocabulary, token, false)));
            next = { token };
        }
        emit(stream.rest());
        const double decoding = watch.seconds() - result.firstTokenSeconds;
        if (result.tokens.size() > 1 && decoding > 0)
            result.tokensPerSecond = static_cast<double>(result.tokens.size() - 1) / decoding;
        return result;
    }

} // namespace

Result<RuntimeSamples> measureGguf(const fs::path& gguf, const RuntimeProtocol& protocol,
                                   const WorkContext& context)
{
    SCHMIDT_CHECK(checkProtocol(protocol));
    RuntimeSamples samples;
    const std::int64_t before = processMemory("VmRSS");
    const Stopwatch loading;
    SCHMIDT_TRY(const LlamaModel model, loadLlamaModel(gguf, false, context.cancel));
    LlamaContextOptions options;
    options.length = std::max<std::int64_t>(
        { protocol.contextLength,
          protocol.depth + std::max(protocol.prefillTokens, protocol.decodeTokens) });
    options.sequences = protocol.sequences;
    options.threads = protocol.threads;
    SCHMIDT_TRY(options.adapter, adapterOf(gguf));
    SCHMIDT_TRY(const LlamaContext session, makeLlamaContext(*model, options, context.cancel));
    samples.loadSeconds = loading.seconds();

    Bench bench(*model, *session, protocol, context.cancel);
    RuntimeSamples discarded;
    const std::int64_t total = 2L * (protocol.warmups + protocol.repetitions);
    for (std::int64_t step = 0; step < total; ++step) {
        context.report(step, total, "run");
        const bool prefill = step < total / 2;
        const bool warmup = step % (total / 2) < protocol.warmups;
        RuntimeSamples& into = warmup ? discarded : samples;
        SCHMIDT_CHECK(prefill ? bench.prefill(into) : bench.decode(into));
    }
    context.report(total, total, "run");
    measureMemory(samples, before);
    samples.kvBytes = cacheBytes(gguf, llama_n_ctx(session.get()));
    std::error_code status;
    samples.fileBytes = static_cast<std::int64_t>(fs::file_size(gguf, status));
    if (!options.adapter.empty())
        samples.fileBytes += static_cast<std::int64_t>(fs::file_size(options.adapter, status));
    return samples;
}

Result<std::vector<float>> ggufLogits(const fs::path& gguf, const std::vector<std::int32_t>& tokens,
                                      int threads)
{
    if (tokens.empty())
        return usageError("Logits need at least one token.");
    SCHMIDT_TRY(const LlamaModel model, loadLlamaModel(gguf, false));
    const std::int32_t vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model.get()));
    for (const std::int32_t token : tokens)
        if (token < 0 || token >= vocabulary)
            return badInput("The token " + std::to_string(token) + " is not in the vocabulary of "
                            + gguf.string() + ".");
    const auto length = static_cast<std::int64_t>(tokens.size());
    const CancelToken never;
    SCHMIDT_TRY(const fs::path adapter, adapterOf(gguf));
    SCHMIDT_TRY(const LlamaContext session,
                makeLlamaContext(*model, { length, 1, threads, true, true, adapter }, never));
    LlamaBatch batch(tokens.size());
    for (std::size_t position = 0; position < tokens.size(); ++position)
        batch.add(tokens[position], static_cast<std::int32_t>(position));
    SCHMIDT_CHECK(decodeBatch(*session, batch, never));
    const float* logits = llama_get_logits(session.get());
    return std::vector<float>(logits, logits + static_cast<std::size_t>(length * vocabulary));
}

Result<GenerationResult> generateGguf(const fs::path& gguf, const std::string& prompt,
                                      const GenerationOptions& options,
                                      const std::function<void(const std::string& piece)>& onPiece,
                                      const CancelToken& cancel)
{
    if (options.maxTokens < 1)
        return usageError("At least one token must be asked for.");
    SCHMIDT_TRY(const LlamaModel model, loadLlamaModel(gguf, false, cancel));
    SCHMIDT_TRY(std::vector<std::int32_t> tokens, promptTokens(*model, prompt));
    const auto used = static_cast<std::int64_t>(tokens.size());
    const std::int64_t longest = llama_model_n_ctx_train(model.get());
    const std::int64_t room = longest > 0 ? longest - used : options.maxTokens;
    const auto maxTokens = static_cast<int>(std::min<std::int64_t>(options.maxTokens, room));
    SCHMIDT_TRY(const fs::path adapter, adapterOf(gguf));
    SCHMIDT_TRY(const LlamaContext context,
                makeLlamaContext(*model,
                                 { used + maxTokens, 1, options.threads, false, false, adapter },
                                 cancel));
    return continueText(*model, *context, std::move(tokens), maxTokens, options, onPiece, cancel);
}

std::string llamaRuntimeVersion()
{
    std::string version = std::string("llama.cpp ") + llama_version();
    std::string separator = " (";
    for (const std::string& feature : llamaFeatures()) {
        // The instruction sets; the rest of the list are build switches.
        if (!feature.starts_with("AVX") && !feature.starts_with("AMX")
            && !feature.starts_with("NEON") && !feature.starts_with("SVE"))
            continue;
        version += separator + feature;
        separator = " ";
    }
    return separator == " " ? version + ")" : version;
}

} // namespace schmidt
