// SPDX-License-Identifier: Apache-2.0
#include "engine/healing.h"

#include "base/hash.h"
#include "engine/backward.h"
#include "engine/healing_checkpoint.h"
#include "engine/student.h"
#include "engine/token_stream.h"
#include "engine/training_kernels.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <span>

namespace schmidt {

namespace {

    namespace fs = std::filesystem;

    constexpr std::int64_t tapeLimitBytes = 256LL << 20;
    /// Windows of a step. A model of 1.1 nat came to 0.831 in 48 steps and to 0.814 in 96 of half
    /// the size on the same 98,304 tokens, at the same speed.
    constexpr std::int64_t longestBatch = 4, timedBatch = 2, usualSteps = 96;
    constexpr double lowestRate = 0.1; ///< share of the peak at the end of the cosine
    /// Peaks that were best for variants of 0.1, 0.23 and 1.1 nat: 5e-5, 5e-5 and 3e-4.
    constexpr double ratePerKl = 2.5e-4, lowestPeak = 5e-5, highestPeak = 3e-4;
    constexpr int patience = 3; ///< measurements without progress before it stops
    /// Codes that a position on a grid moves per step at learning rate 1: at the lowest peak a
    /// sixteenth of a percent, so codes take some hundred steps to change. Four times as much made
    /// an int4 model worse in 32 steps of 512 tokens.
    constexpr double gridStepsPerRate = 12.5;
    /// The same for the scales of grids, relative to themselves. They bring most of what a short
    /// healing of a quantized model gains.
    constexpr double scaleStepsPerRate = 10;

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

    /// The same tokens in windows of another length; what does not fill one is dropped.
    TokenWindows recut(const TokenWindows& windows, std::int64_t length)
    {
        TokenWindows result = windows;
        result.length = std::min(length, windows.length);
        result.tokens.resize(
            static_cast<std::size_t>(windows.size() / result.length * result.length));
        result.leading = windows.leading * windows.length / result.length;
        return result;
    }

    /// Which window comes when: every epoch a new order. A run that the workload's own text
    /// suffices for sees nothing else.
    class WindowOrder {
    public:
        WindowOrder(const TokenWindows& windows, std::int64_t needed, std::uint64_t seed)
            : m_seed(seed)
            , m_order(static_cast<std::size_t>(
                  needed > 0 && needed <= windows.leading ? windows.leading : windows.count()))
        {
        }

        std::int64_t at(std::int64_t position)
        {
            const auto count = static_cast<std::int64_t>(m_order.size());
            if (const std::int64_t epoch = position / count; epoch != m_epoch) {
                std::iota(m_order.begin(), m_order.end(), std::int64_t { 0 });
                std::mt19937_64 generator(m_seed * 1000003 + static_cast<std::uint64_t>(epoch));
                for (std::size_t last = m_order.size() - 1; last > 0; --last)
                    std::swap(m_order[last], m_order[generator() % (last + 1)]);
                m_epoch = epoch;
            }
            return m_order[static_cast<std::size_t>(position % count)];
        }

    private:
        std::uint64_t m_seed;
        std::int64_t m_epoch = -1;
        std::vector<std::int64_t> m_order;
    };

    /// Identity of everything a state depends on.
    Json inputsOf(const Variant& variant, const TokenWindows& training, const TokenWindows& heldOut,
                  const HealingOptions& options)
    {
        Sha256 hash;
        const auto add
            = [&hash](const auto& values) { hash.update(std::as_bytes(std::span(values))); };
        for (const auto& [key, matrix] : variant.matrices) {
            add(matrix.dense);
            add(matrix.codes);
            add(matrix.scales);
            add(matrix.zeros);
            add(matrix.left);
            add(matrix.right);
        }
        for (const auto& [key, values] : variant.vectors)
            add(values);
        add(training.tokens);
        add(heldOut.tokens);
        return { { "tokens", options.tokens },
                 { "minutes", options.minutes },
                 { "learning_rate", options.learningRate },
                 { "window", options.window },
                 { "batch", options.batchWindows },
                 { "evaluate_every", options.evaluateEvery },
                 { "seed", options.seed },
                 { "precision", static_cast<int>(options.precision) },
                 { "data", hash.finish() } };
    }

    /// One healing from start to end.
    class Healer {
    public:
        Healer(std::shared_ptr<const TransformerModel> teacher, Variant variant,
               const TransformerModel& model, const TokenWindows& training,
               const TokenWindows& heldOut, const HealingOptions& options,
               const std::function<void(const HealingPoint&)>& measured,
               const WorkContext& context);

        /// `inputs` identify the checkpoint; null = none.
        Result<HealingResult> run(const Json& inputs);

    private:
        static std::int64_t batchOf(const HealingOptions& options, std::int64_t window);
        std::int64_t planned() const { return m_options.tokens / m_training.length; }
        std::int64_t plannedSteps() const { return (planned() + m_batch - 1) / m_batch; }
        std::int64_t interval() const;
        double share() const;
        double rateShare() const;
        double peakRate() const;
        bool atLimit() const;
        std::int64_t expectedTokens() const;

        Result<void> begin(const Json& inputs);
        Result<void> step();
        double microBatch(const std::vector<std::int64_t>& windows, double scale);
        Result<void> measure();
        Result<double> heldOutKl();
        Result<void> checkpoint(const Json& inputs);
        double tokensPerSecond() const
        {
            return m_progress.seconds > 0
                ? static_cast<double>(m_progress.tokens) / m_progress.seconds
                : 0;
        }

        std::shared_ptr<const TransformerModel> m_teacher;
        Student m_student;
        TokenWindows m_training, m_heldOut;
        HealingOptions m_options;
        const std::function<void(const HealingPoint&)>& m_measured;
        const WorkContext& m_context;
        std::int64_t m_batch;
        WindowOrder m_order;
        BlockContext m_block;
        ActivationCache m_teacherHidden, m_heldOutHidden;
        HealingProgress m_progress;
        std::vector<at::Tensor> m_best;
        bool m_diverged = false;
        Stopwatch m_sinceCheckpoint;
    };

    std::int64_t hiddenBytes(const TransformerModel& model, const TokenWindows& windows)
    {
        return windows.size() * model.architecture().hiddenSize
            * static_cast<std::int64_t>(at::elementSize(model.weights().type));
    }

    /// Teacher states of one window each: always computed alone, since the last bits of a product
    /// may depend on how many rows it has.
    ActivationCache teacherCache(const std::shared_ptr<const TransformerModel>& teacher,
                                 const TokenWindows& windows)
    {
        return { [teacher, windows](std::int64_t window) {
                    return finalHidden(teacher->weights(), windows, window, 1);
                },
                 windows.count(), hiddenBytes(*teacher, windows) };
    }

    Healer::Healer(std::shared_ptr<const TransformerModel> teacher, Variant variant,
                   const TransformerModel& model, const TokenWindows& training,
                   const TokenWindows& heldOut, const HealingOptions& options,
                   const std::function<void(const HealingPoint&)>& measured,
                   const WorkContext& context)
        : m_teacher(std::move(teacher))
        , m_student(std::move(variant), model)
        , m_training(recut(training, options.window))
        , m_heldOut(recut(heldOut, options.window))
        , m_options(options)
        , m_measured(measured)
        , m_context(context)
        , m_batch(batchOf(options, m_training.length))
        , m_order(m_training, planned(), options.seed)
        , m_block(blockContext(m_student.weights().architecture, m_student.weights().type,
                               m_training.length))
        , m_teacherHidden(teacherCache(m_teacher, m_training))
        , m_heldOutHidden(teacherCache(m_teacher, m_heldOut))
    {
    }

    /// Small runs need steps, long ones steady gradients and few passes over the optimizer's state.
    std::int64_t Healer::batchOf(const HealingOptions& options, std::int64_t window)
    {
        if (options.batchWindows > 0)
            return options.batchWindows;
        if (options.tokens == 0)
            return timedBatch;
        return std::clamp<std::int64_t>(options.tokens / window / usualSteps, 1, longestBatch);
    }

    std::int64_t Healer::interval() const
    {
        if (m_options.evaluateEvery > 0)
            return m_options.evaluateEvery;
        // Where only time limits, windows tell: noise in a few small steps must not end it.
        constexpr std::int64_t shortest = 8, timedWindows = 192;
        return m_options.tokens > 0 ? std::max(shortest, plannedSteps() / 8)
                                    : std::max<std::int64_t>(1, timedWindows / m_batch);
    }

    double Healer::share() const
    {
        double done = 0;
        if (m_options.tokens > 0)
            done = static_cast<double>(m_progress.tokens)
                / static_cast<double>(planned() * m_training.length);
        if (m_options.minutes > 0)
            done = std::max(done, m_progress.elapsed / (60 * m_options.minutes));
        return done;
    }

    bool Healer::atLimit() const
    {
        return share() >= 1;
    }

    /// Tokens of the whole run; from the speed so far where only time limits it. Short of its limit
    /// at least one window is to come.
    std::int64_t Healer::expectedTokens() const
    {
        const double done = share();
        if (done >= 1)
            return m_progress.tokens;
        const std::int64_t expected = done > 0
            ? std::llround(static_cast<double>(m_progress.tokens) / done)
            : planned() * m_training.length;
        return std::max(expected, m_progress.tokens + m_training.length);
    }

    double Healer::rateShare() const
    {
        constexpr double shortest = 4, longest = 50;
        const double warmUp
            = std::clamp(static_cast<double>(plannedSteps()) / 10, shortest, longest);
        const double warm = std::min(1.0, static_cast<double>(m_progress.step + 1) / warmUp);
        const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, share())));
        return warm * (lowestRate + (1 - lowestRate) * cosine);
    }

    /// AdamW moves every weight by about the rate per step, however small its gradient is, so the
    /// rate follows how far the variant is from its original.
    double Healer::peakRate() const
    {
        return m_options.learningRate > 0
            ? m_options.learningRate
            : std::clamp(ratePerKl * m_progress.startKl, lowestPeak, highestPeak);
    }

    double Healer::microBatch(const std::vector<std::int64_t>& windows, double scale)
    {
        const TransformerModel::Weights& student = m_student.weights();
        const std::int64_t length = m_training.length;
        std::vector<std::int32_t> tokens;
        std::vector<at::Tensor> teacher;
        for (const std::int64_t window : windows) {
            const auto first = m_training.tokens.begin() + window * length;
            tokens.insert(tokens.end(), first, first + length);
            teacher.push_back(m_teacherHidden.at(window));
            if (m_context.cancel.cancelled())
                return 0;
        }
        at::Tensor residual = embedTokens(student.embedding, tokens.data(),
                                          static_cast<std::int64_t>(tokens.size()));
        std::vector<BlockTape> tapes(student.layers.size());
        for (std::size_t layer = 0; layer < tapes.size(); ++layer) {
            if (m_context.cancel.cancelled())
                return 0;
            forwardTaped(student.layers[layer], m_block, residual, length, tapes[layer]);
        }
        const at::Tensor hidden
            = rmsNormed(residual, student.finalNorm, m_block.epsilon, student.type);
        const HiddenLoss loss = distillationLoss(at::cat(teacher), m_teacher->weights().head,
                                                 hidden, student.head, scale, m_context.cancel);
        at::Tensor gradient = at::zeros_like(residual);
        rmsNormBackward(residual, student.finalNorm, m_block.epsilon, loss.gradient, gradient,
                        m_student.finalNormGradient());
        for (std::size_t layer = tapes.size(); layer-- > 0;) {
            if (m_context.cancel.cancelled())
                return 0;
            backwardBlock(student.layers[layer], m_block, tapes[layer], length, gradient,
                          m_student.gradients(layer));
            tapes[layer] = {};
        }
        return loss.kl;
    }

    Result<void> Healer::step()
    {
        const Stopwatch watch;
        const std::int64_t length = m_training.length, first = m_progress.tokens / length;
        const std::int64_t count
            = m_options.tokens > 0 ? std::min(m_batch, planned() - first) : m_batch;
        const std::int64_t fitting = std::max<std::int64_t>(
            1,
            tapeLimitBytes / (length * tapeBytes(m_student.weights().architecture, m_block.type)));
        const double scale = 1.0 / static_cast<double>(count * length);
        m_student.clearGradients();
        double kl = 0;
        const std::int64_t parts = (count + fitting - 1) / fitting,
                           size = (count + parts - 1) / parts;
        for (std::int64_t done = 0; done < count; done += size) {
            std::vector<std::int64_t> windows;
            for (std::int64_t index = done; index < std::min(done + size, count); ++index)
                windows.push_back(m_order.at(first + index));
            kl += microBatch(windows, scale);
            if (m_context.cancel.cancelled())
                return cancelledError();
        }
        m_diverged = !std::isfinite(kl);
        if (m_diverged)
            return {};
        const double rate = peakRate() * rateShare();
        m_student.update({ rate, rate * gridStepsPerRate, rate * scaleStepsPerRate },
                         m_progress.step + 1);
        ++m_progress.step;
        m_progress.tokens += count * length;
        m_progress.seconds += watch.seconds();
        m_progress.elapsed += watch.seconds();
        return {};
    }

    Result<double> Healer::heldOutKl()
    {
        const TransformerModel::Weights& student = m_student.weights();
        double sum = 0;
        for (std::int64_t window = 0; window < m_heldOut.count(); ++window) {
            if (m_context.cancel.cancelled())
                return cancelledError();
            const at::Tensor hidden = finalHidden(student, m_heldOut, window, 1);
            // As in evaluations, the last position counts nothing: it predicts no token of the
            // text.
            const auto first = m_heldOut.tokens.begin() + window * m_heldOut.length;
            std::vector<std::int32_t> targets(first + 1, first + m_heldOut.length);
            targets.push_back(-1);
            const auto scores = scoreHidden({ m_heldOutHidden.at(window), hidden },
                                            { m_teacher->weights().head, student.head }, targets);
            sum += std::accumulate(scores[1].kl.begin(), scores[1].kl.end() - 1, 0.0);
        }
        return sum / static_cast<double>(m_heldOut.count() * (m_heldOut.length - 1));
    }

    Result<void> Healer::measure()
    {
        const Stopwatch watch;
        SCHMIDT_TRY(const double kl, heldOutKl());
        m_progress.elapsed += watch.seconds();
        if (m_measured)
            m_measured({ m_progress.step, m_progress.tokens, kl, tokensPerSecond() });
        if (m_progress.step == 0) {
            m_progress.startKl = m_progress.bestKl = kl;
            m_best = m_student.masters();
        } else if (kl < m_progress.bestKl) {
            m_progress.bestKl = kl;
            m_progress.bestStep = m_progress.step;
            m_progress.worse = 0;
            m_best.clear(); // never two of them
            m_best = m_student.masters();
        } else {
            ++m_progress.worse;
        }
        return {};
    }

    Result<void> Healer::checkpoint(const Json& inputs)
    {
        if (m_options.checkpointFolder.empty()
            || m_sinceCheckpoint.seconds() < m_options.checkpointSeconds)
            return {};
        m_sinceCheckpoint = {};
        return saveHealing(m_options.checkpointFolder / "healing.bin", inputs, m_progress,
                           m_student, m_best);
    }

    Result<void> Healer::begin(const Json& inputs)
    {
        if (!m_options.checkpointFolder.empty()) {
            std::error_code failure;
            fs::create_directories(m_options.checkpointFolder, failure);
            if (failure)
                return outOfResources("The checkpoint folder " + m_options.checkpointFolder.string()
                                      + " cannot be made; free some disk space.");
            if (loadHealing(m_options.checkpointFolder / "healing.bin", inputs, m_progress,
                            m_student, m_best))
                return {};
        }
        return measure();
    }

    Result<HealingResult> Healer::run(const Json& inputs)
    {
        SCHMIDT_CHECK(begin(inputs));
        while (!atLimit() && m_progress.worse < patience && !m_diverged) {
            m_context.report(m_progress.tokens, expectedTokens(), "token");
            SCHMIDT_CHECK(step());
            if (!m_diverged && (m_progress.step % interval() == 0 || atLimit())) {
                SCHMIDT_CHECK(measure());
                SCHMIDT_CHECK(checkpoint(inputs));
            }
        }
        m_context.report(m_progress.tokens, expectedTokens(), "token");
        HealingResult result;
        result.improved = m_progress.bestStep > 0;
        result.stoppedEarly = !atLimit();
        result.tokens = m_progress.tokens;
        result.steps = m_progress.step;
        result.bestStep = m_progress.bestStep;
        result.availableTokens = m_training.size();
        result.epochs
            = static_cast<double>(result.tokens) / static_cast<double>(result.availableTokens);
        result.klBefore = m_progress.startKl;
        result.klAfter = m_progress.bestKl;
        result.tokensPerSecond = tokensPerSecond();
        result.seconds = m_progress.seconds;
        m_student.setMasters(m_best);
        result.variant = m_student.variant();
        return result;
    }

    Result<void> checkInputs(const ModelSource& original, const Variant& variant,
                             const TokenWindows& training, const TokenWindows& heldOut,
                             const HealingOptions& options)
    {
        if (options.tokens <= 0 && options.minutes <= 0)
            return usageError("Healing needs a limit: give a number of tokens or of minutes.");
        if (training.count() == 0 || heldOut.count() == 0)
            return usageError("Healing needs text to train on and held-out text to judge by; "
                              "choose a workload with more text.");
        if (const std::int64_t length = std::min(options.window, training.length);
            options.tokens > 0 && options.tokens < length)
            return usageError("Healing on " + std::to_string(options.tokens)
                              + " tokens is less than one window; give at least "
                              + std::to_string(length) + ".");
        if (original.architecture().headDim > kernels::largestHead)
            return unsupported("Healing does not support heads wider than "
                               + std::to_string(kernels::largestHead) + ".");
        const std::int64_t vocabulary = original.architecture().vocabularySize;
        if (variant.architecture.vocabularySize != vocabulary)
            return usageError("The variant has another vocabulary than its original.");
        for (const auto* tokens : { &training.tokens, &heldOut.tokens })
            for (const std::int32_t token : *tokens)
                if (token < 0 || token >= vocabulary)
                    return usageError("A token of the text is outside the model's vocabulary.");
        return {};
    }

} // namespace

Result<HealingResult> healVariant(const ModelSource& original, Variant variant,
                                  const TokenWindows& training, const TokenWindows& heldOut,
                                  const HealingOptions& options,
                                  const std::function<void(const HealingPoint&)>& measured,
                                  const WorkContext& context)
{
    SCHMIDT_CHECK(checkPlainBlocks(variant.architecture, "Healing"));
    const c10::InferenceMode guard;
    SCHMIDT_CHECK(checkInputs(original, variant, training, heldOut, options));
    SCHMIDT_TRY(auto teacher, TransformerModel::load(original, options.precision, context));
    SCHMIDT_TRY(const auto model, TransformerModel::load(variant, options.precision));
    try {
        const Json inputs = options.checkpointFolder.empty()
            ? Json()
            : inputsOf(variant, training, heldOut, options);
        auto result = Healer(std::move(teacher), std::move(variant), *model, training, heldOut,
                             options, measured, context)
                          .run(inputs);
        returnFreeMemory();
        return result;
    } catch (const c10::Error& error) {
        return torchError(error, "Healing");
    } catch (const std::bad_alloc&) {
        return outOfResources(
            "Healing needs more memory than is free; close other programs or heal less.");
    }
}

} // namespace schmidt
