// SPDX-License-Identifier: Apache-2.0
#include "engine/speed.h"

#include "engine/torch_model.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <random>

namespace schmidt {

namespace {

    double secondsSince(std::chrono::steady_clock::time_point start)
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    /// The same tokens for every model with this vocabulary.
    class RandomTokens {
    public:
        explicit RandomTokens(std::int64_t vocabulary)
            : m_any(0, static_cast<std::int32_t>(vocabulary - 1))
        {
        }

        std::vector<std::int32_t> draw(int count)
        {
            std::vector<std::int32_t> tokens;
            for (int index = 0; index < count; ++index)
                tokens.push_back(m_any(m_generator));
            return tokens;
        }

    private:
        std::mt19937 m_generator { 1 };
        std::uniform_int_distribution<std::int32_t> m_any;
    };

    void timePrefill(const TransformerModel& model, const std::vector<std::int32_t>& tokens,
                     SpeedSamples& samples)
    {
        const auto start = std::chrono::steady_clock::now();
        const TokenWindows windows { static_cast<std::int64_t>(tokens.size()), tokens };
        const at::Tensor hidden = finalHidden(model.weights(), windows, 0, 1);
        const at::Tensor logits
            = logitsOf(hidden.narrow(0, hidden.size(0) - 1, 1), outputHead(model.weights()));
        samples.prefillSeconds.push_back(secondsSince(start));
        logits.argmax().item<std::int64_t>();
        samples.firstTokenSeconds.push_back(secondsSince(start));
    }

    Result<void> timeDecode(const TransformerModel& model, const std::vector<std::int32_t>& tokens,
                            const CancelToken& cancel, SpeedSamples& samples)
    {
        const auto start = std::chrono::steady_clock::now();
        double before = 0;
        SCHMIDT_CHECK(decodeOneByOne(model.weights(), tokens, cancel, [&] {
            const double now = secondsSince(start);
            samples.interTokenSeconds.push_back(now - before);
            before = now;
        }));
        samples.decodeSeconds.push_back(before);
        return {};
    }

    std::int64_t cacheBytes(const TransformerModel& model, std::int64_t length)
    {
        const TransformerModel::Weights& weights = model.weights();
        std::int64_t numbers = 0;
        for (const LayerShape& layer : weights.architecture.layers)
            numbers += 2 * layer.kvHeads * weights.architecture.headDim * length;
        return numbers * static_cast<std::int64_t>(c10::elementSize(weights.type));
    }

} // namespace

Result<SpeedSamples> measureSpeed(const TransformerModel& model, const SpeedProtocol& protocol,
                                  const WorkContext& context)
{
    if (protocol.prefillTokens < 1 || protocol.decodeTokens < 1 || protocol.repetitions < 1
        || protocol.warmups < 0)
        return usageError("Prompt tokens, decoded tokens and repetitions must be at least 1.");
    SCHMIDT_CHECK(checkPlainBlocks(model.architecture(), "Timing"));
    const c10::InferenceMode guard;
    returnFreeMemory(); // what loading left behind is not the model's
    try {
        RandomTokens random(model.architecture().vocabularySize);
        SpeedSamples samples, discarded;
        const int total = protocol.warmups + protocol.repetitions;
        for (int step = 0; step < 2 * total; ++step) {
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(step, 2 * total, "run");
            SpeedSamples& into = step % total < protocol.warmups ? discarded : samples;
            if (step < total)
                timePrefill(model, random.draw(protocol.prefillTokens), into);
            else
                SCHMIDT_CHECK(
                    timeDecode(model, random.draw(protocol.decodeTokens), context.cancel, into));
        }
        samples.kvBytes
            = cacheBytes(model, std::max(protocol.prefillTokens, protocol.decodeTokens));
        return samples;
    } catch (const c10::Error& error) {
        return torchError(error, "Timing the model");
    }
}

} // namespace schmidt
