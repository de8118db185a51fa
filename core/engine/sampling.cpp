// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

namespace schmidt {

namespace {

    /// Keys and values of all positions so far, per layer: [batch, kvHeads, length, headDim].
    struct KeyValueCache {
        std::vector<at::Tensor> keys, values;
    };

    KeyValueCache makeCache(const TransformerModel::Weights& weights, std::int64_t batch,
                            std::int64_t length)
    {
        KeyValueCache cache;
        for (const LayerWeights& layer : weights.layers) {
            const std::vector<std::int64_t> shape { batch, layer.shape.kvHeads, length,
                                                    weights.architecture.headDim };
            cache.keys.push_back(at::zeros(shape, weights.type));
            cache.values.push_back(at::zeros(shape, weights.type));
        }
        return cache;
    }

    /// x [batch, heads, headDim] rotated to one position, with optional per-head norm.
    at::Tensor rotated(const at::Tensor& x, const at::Tensor& norm, const BlockContext& block,
                       std::int64_t position)
    {
        at::Tensor values = x.to(at::kFloat);
        if (norm.defined())
            values = values * at::rsqrt(values.pow(2).mean(-1, true) + block.epsilon) * norm;
        const at::Tensor cosine = block.rope.cosine[position], sine = block.rope.sine[position];
        const std::int64_t half = block.headDim / 2;
        const at::Tensor a = values.narrow(-1, 0, half), b = values.narrow(-1, half, half);
        return at::cat({ a * cosine - b * sine, b * cosine + a * sine }, -1).to(block.type);
    }

    /// Every query head of every sequence over its positions so far; `out` is [batch, heads
    /// headDim]. The general attention of LibTorch copies grouped keys and values once per query
    /// head here, which costs more than the rest of the step.
    template <typename Value, auto Attend>
    void attendHeads(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     std::int64_t length, at::Tensor& out)
    {
        const std::int64_t heads = query.size(1), dim = query.size(2), kvHeads = keys.size(1),
                           capacity = keys.size(2);
        const auto* queries = static_cast<const Value*>(query.data_ptr());
        const auto* keyRows = static_cast<const Value*>(keys.data_ptr());
        const auto* valueRows = static_cast<const Value*>(values.data_ptr());
        auto* outs = static_cast<Value*>(out.data_ptr());
        at::parallel_for(0, query.size(0) * heads, 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> weights(static_cast<std::size_t>(length));
            for (std::int64_t index = begin; index < end; ++index) {
                const std::int64_t group
                    = index / heads * kvHeads + index % heads / (heads / kvHeads);
                const std::int64_t first = group * capacity * dim;
                Attend(queries + index * dim, keyRows + first, valueRows + first, length, dim,
                       weights.data(), outs + index * dim);
            }
        });
    }

    void attendLast(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                    std::int64_t length, at::Tensor& out)
    {
        if (query.scalar_type() == at::kBFloat16)
            attendHeads<std::uint16_t, kernels::attendHalf>(query, keys, values, length, out);
        else
            attendHeads<float, kernels::attendFloat>(query, keys, values, length, out);
    }

    at::Tensor attendOne(const LayerWeights& layer, const BlockContext& block,
                         const at::Tensor& input, at::Tensor& keys, at::Tensor& values,
                         std::int64_t position)
    {
        const std::int64_t batch = input.size(0), dim = block.headDim, heads = layer.shape.heads,
                           kvHeads = layer.shape.kvHeads;
        const at::Tensor fused = projected(input, layer.queryKeyValue, layer.queryKeyValueBias,
                                           layer.queryKeyValueScales)
                                     .view({ batch, -1, dim });
        const at::Tensor query
            = rotated(fused.narrow(1, 0, heads), layer.queryNorm, block, position);
        keys.select(2, position)
            .copy_(rotated(fused.narrow(1, heads, kvHeads), layer.keyNorm, block, position));
        values.select(2, position).copy_(fused.narrow(1, heads + kvHeads, kvHeads));
        at::Tensor attended = at::empty({ batch, heads * dim }, block.type);
        attendLast(query.contiguous(), keys, values, position + 1, attended);
        return attended;
    }

    /// Logits after one more token per sequence, [batch, vocabulary] fp32.
    at::Tensor step(const TransformerModel::Weights& weights, const BlockContext& block,
                    const std::vector<std::int32_t>& tokens, KeyValueCache& cache,
                    std::int64_t position)
    {
        at::Tensor residual = embedTokens(weights.embedding, tokens.data(),
                                          static_cast<std::int64_t>(tokens.size()));
        for (std::size_t index = 0; index < weights.layers.size(); ++index) {
            const LayerWeights& layer = weights.layers[index];
            if (layer.shape.hasAttention()) {
                const at::Tensor input
                    = rmsNormed(residual, layer.attentionNorm, block.epsilon, block.type);
                const at::Tensor attended = attendOne(layer, block, input, cache.keys[index],
                                                      cache.values[index], position);
                addInto(residual,
                        projected(attended, layer.output, layer.outputBias, layer.outputScales));
            }
            if (!layer.shape.hasMlp())
                continue;
            const at::Tensor mlpInput
                = rmsNormed(residual, layer.mlpNorm, block.epsilon, block.type);
            addInto(residual,
                    projected(mlpActivation(layer, mlpInput), layer.down, layer.downBias,
                              layer.downScales));
        }
        const at::Tensor hidden = rmsNormed(residual, weights.finalNorm, block.epsilon, block.type);
        return logitsOf(hidden, outputHead(weights)).to(at::kFloat);
    }

    /// Draws one token from a row of logits by inverting the cumulative distribution.
    std::int32_t draw(const float* logits, std::int64_t count, const SamplingOptions& options,
                      double uniform, std::vector<float>& scratch)
    {
        const float top = *std::max_element(logits, logits + count);
        if (options.temperature <= 0)
            return static_cast<std::int32_t>(std::max_element(logits, logits + count) - logits);
        scratch.resize(static_cast<std::size_t>(count));
        double sum = kernels::expWeights(
            logits, count, top, static_cast<float>(1.0 / options.temperature), scratch.data());
        if (options.topK > 0 && options.topK < count) {
            std::vector<float> sorted = scratch;
            std::nth_element(sorted.begin(), sorted.begin() + (options.topK - 1), sorted.end(),
                             std::greater<>());
            const float threshold = sorted[static_cast<std::size_t>(options.topK - 1)];
            sum = 0;
            for (float& weight : scratch) {
                weight = weight < threshold ? 0.0F : weight;
                sum += weight;
            }
        }
        double rest = uniform * sum;
        for (std::int64_t token = 0; token < count; ++token) {
            rest -= scratch[static_cast<std::size_t>(token)];
            if (rest < 0)
                return static_cast<std::int32_t>(token);
        }
        return static_cast<std::int32_t>(std::max_element(logits, logits + count) - logits);
    }

    /// One sequence being written: forced tokens first, then sampled ones.
    struct Sequence {
        std::vector<std::int32_t> tokens;
        std::vector<std::int32_t> forced;
        std::mt19937_64 random;
        bool ended = false; ///< the last token closed the text
    };

    std::vector<std::int32_t> startOf(const TransformerModel& model, const SamplingOptions& options,
                                      std::size_t index)
    {
        if (!options.prompts.empty())
            return options.prompts[index % options.prompts.size()];
        const auto& bos = model.architecture().bosTokens;
        return { bos.empty() ? 0 : static_cast<std::int32_t>(bos.front()) };
    }

    bool endsSequence(const Architecture& architecture, std::int32_t token)
    {
        return std::find(architecture.eosTokens.begin(), architecture.eosTokens.end(), token)
            != architecture.eosTokens.end();
    }

    /// Keys and values kept for sequences that are sampled together.
    constexpr std::int64_t cacheLimitBytes = 1280LL << 20;

    /// Sequences sampled together: all of them, or equal shares that fit the cache limit.
    std::int64_t batchOf(const TransformerModel::Weights& weights, const SamplingOptions& options)
    {
        if (options.batch > 0)
            return options.batch;
        std::int64_t heads = 0;
        for (const LayerWeights& layer : weights.layers)
            heads += layer.shape.kvHeads;
        const std::int64_t sequenceBytes = 2 * heads * weights.architecture.headDim * options.length
            * static_cast<std::int64_t>(c10::elementSize(weights.type));
        const std::int64_t fitting = std::max<std::int64_t>(1, cacheLimitBytes / sequenceBytes);
        const std::int64_t batches = (options.sequences + fitting - 1) / fitting;
        return (options.sequences + batches - 1) / std::max<std::int64_t>(batches, 1);
    }

    /// Sequences growing side by side, one token each per step.
    class SequenceBatch {
    public:
        SequenceBatch(const TransformerModel& model, const SamplingOptions& options,
                      std::int64_t first, std::int64_t count, std::size_t& nextStart)
            : m_model(model)
            , m_options(options)
            , m_nextStart(nextStart)
            , m_sequences(static_cast<std::size_t>(count))
            , m_current(m_sequences.size())
        {
            for (std::size_t index = 0; index < m_sequences.size(); ++index) {
                m_sequences[index].random.seed(options.seed * 1000003
                                               + static_cast<std::uint64_t>(first) + index);
                m_sequences[index].forced = startOf(model, options, m_nextStart++);
            }
        }

        /// Gives every sequence its next token, forced or drawn from its row of logits.
        const std::vector<std::int32_t>& advance(const at::Tensor& logits)
        {
            const std::int64_t vocabulary = m_model.architecture().vocabularySize;
            at::parallel_for(
                0, static_cast<std::int64_t>(m_sequences.size()), 1,
                [&](std::int64_t begin, std::int64_t end) {
                    std::vector<float> scratch;
                    for (std::int64_t row = begin; row < end; ++row) {
                        const auto index = static_cast<std::size_t>(row);
                        Sequence& sequence = m_sequences[index];
                        if (!sequence.forced.empty()) {
                            m_current[index] = sequence.forced.front();
                            sequence.forced.erase(sequence.forced.begin());
                            continue;
                        }
                        const double uniform = std::generate_canonical<double, 53>(sequence.random);
                        m_current[index] = draw(logits.data_ptr<float>() + row * vocabulary,
                                                vocabulary, m_options, uniform, scratch);
                        sequence.ended = endsSequence(m_model.architecture(), m_current[index]);
                    }
                });
            for (std::size_t index = 0; index < m_sequences.size(); ++index) {
                Sequence& sequence = m_sequences[index];
                sequence.tokens.push_back(m_current[index]);
                if (std::exchange(sequence.ended, false))
                    sequence.forced = startOf(m_model, m_options, m_nextStart++);
            }
            return m_current;
        }

        void appendTo(std::vector<std::int32_t>& tokens) const
        {
            for (const Sequence& sequence : m_sequences)
                tokens.insert(tokens.end(), sequence.tokens.begin(), sequence.tokens.end());
        }

    private:
        const TransformerModel& m_model;
        const SamplingOptions& m_options;
        std::size_t& m_nextStart;
        std::vector<Sequence> m_sequences;
        std::vector<std::int32_t> m_current;
    };

} // namespace

Result<void> decodeOneByOne(const TransformerModel::Weights& weights,
                            const std::vector<std::int32_t>& tokens, const CancelToken& cancel,
                            const std::function<void()>& after)
{
    const auto length = static_cast<std::int64_t>(tokens.size());
    const BlockContext block = blockContext(weights.architecture, weights.type, length);
    KeyValueCache cache = makeCache(weights, 1, length);
    for (std::int64_t position = 0; position < length; ++position) {
        if (cancel.cancelled())
            return cancelledError();
        step(weights, block, { tokens[static_cast<std::size_t>(position)] }, cache, position);
        after();
    }
    return {};
}

Result<TokenWindows> sampleSequences(const TransformerModel& model, const SamplingOptions& options,
                                     const WorkContext& context)
{
    SCHMIDT_CHECK(checkPlainBlocks(model.architecture(), "Sampling text from"));
    const c10::InferenceMode guard;
    const TransformerModel::Weights& weights = model.weights();
    TokenWindows windows { options.length, {} };
    std::size_t nextStart = 0;
    const std::int64_t batch = batchOf(weights, options);
    try {
        const BlockContext block = blockContext(weights.architecture, weights.type, options.length);
        for (std::int64_t first = 0; first < options.sequences; first += batch) {
            const std::int64_t count = std::min(batch, options.sequences - first);
            SequenceBatch sequences(model, options, first, count, nextStart);
            KeyValueCache cache = makeCache(weights, count, options.length);
            at::Tensor logits;
            for (std::int64_t position = 0; position < options.length; ++position) {
                if (context.cancel.cancelled())
                    return cancelledError();
                context.report(first * options.length + position * count,
                               options.sequences * options.length, "token");
                const auto& tokens = sequences.advance(logits);
                if (position + 1 < options.length)
                    logits = step(weights, block, tokens, cache, position);
            }
            sequences.appendTo(windows.tokens);
        }
    } catch (const c10::Error& error) {
        return torchError(error, "Sampling text");
    }
    return windows;
}

} // namespace schmidt
