// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluation.h"

#include "engine/hidden_store.h"
#include "engine/torch_model.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <numeric>

namespace schmidt {

Result<void> checkTokens(const std::vector<std::int32_t>& tokens, std::int64_t vocabulary)
{
    const auto outside
        = std::find_if(tokens.begin(), tokens.end(), [vocabulary](std::int32_t token) {
              return token < 0 || token >= vocabulary;
          });
    if (outside != tokens.end())
        return usageError("The token number " + std::to_string(*outside)
                          + " is outside the model's vocabulary of " + std::to_string(vocabulary)
                          + "; text and model do not belong together.");
    return {};
}

namespace {

    /// Tokens computed together: enough to keep the matrix units busy, few enough to stay in
    /// memory.
    constexpr std::int64_t batchTokens = 4096;

    /// The token each position predicts; -1 at the end of a window and where none is scored.
    std::vector<std::int32_t> nextTokens(const TokenWindows& windows, std::int64_t first,
                                         std::int64_t count, const std::vector<ScoredRange>& scored)
    {
        std::vector<std::int32_t> targets;
        targets.reserve(static_cast<std::size_t>(count * windows.length));
        for (std::int64_t window = first; window < first + count; ++window) {
            const auto begin = windows.tokens.begin() + window * windows.length;
            targets.insert(targets.end(), begin + 1, begin + windows.length);
            targets.push_back(-1);
            if (scored.empty())
                continue;
            const ScoredRange& range = scored[static_cast<std::size_t>(window)];
            const auto of = targets.end() - windows.length;
            for (std::int64_t position = 0; position + 1 < windows.length; ++position)
                if (position + 1 < range.first || position + 1 >= range.end)
                    of[position] = -1;
        }
        return targets;
    }

    void appendScores(TokenScores& into, const RowScores& rows,
                      const std::vector<std::int32_t>& targets)
    {
        for (std::size_t index = 0; index < targets.size(); ++index) {
            if (targets[index] < 0)
                continue;
            into.nll.push_back(rows.nll[index]);
            if (!rows.kl.empty()) {
                into.kl.push_back(rows.kl[index]);
                into.sameTop.push_back(rows.sameTop[index]);
            }
        }
    }

} // namespace

Result<EvaluationScores>
evaluateModels(const TransformerModel& baseline,
               const std::vector<std::shared_ptr<const TransformerModel>>& variants,
               const TokenWindows& windows, const WorkContext& context,
               const EvaluationOptions& options)
{
    const c10::InferenceMode guard;
    SCHMIDT_CHECK(checkLength(baseline.architecture(), windows.length));
    SCHMIDT_CHECK(checkTokens(windows.tokens, baseline.architecture().vocabularySize));
    std::vector<const TransformerModel::Weights*> models { &baseline.weights() };
    for (const auto& variant : variants) {
        if (variant->architecture().vocabularySize != baseline.architecture().vocabularySize)
            return usageError("The models have different vocabularies; KL and top-1 agreement need "
                              "one vocabulary.");
        models.push_back(&variant->weights());
    }
    std::vector<OutputHead> heads;
    for (const auto* model : models)
        heads.push_back(outputHead(*model));

    EvaluationScores scores;
    scores.variants.resize(variants.size());
    const std::int64_t batch = std::max<std::int64_t>(1, batchTokens / windows.length);
    HiddenStore states(options.baselineStates, windows.size(), baseline.architecture().hiddenSize,
                       baseline.weights().type);
    try {
        for (std::int64_t first = 0; first < windows.count(); first += batch) {
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(first * windows.length, windows.size(), "token");
            const std::int64_t count = std::min(batch, windows.count() - first);
            std::vector<at::Tensor> hidden;
            for (const auto* model : models)
                hidden.push_back(hidden.empty() && states.known()
                                     ? states.rows(first * windows.length, count * windows.length)
                                     : finalHidden(*model, windows, first, count));
            states.append(hidden.front());
            const auto targets = nextTokens(windows, first, count, options.scored);
            const auto rows = scoreHidden(hidden, heads, targets);
            appendScores(scores.baseline, rows[0], targets);
            for (std::size_t index = 0; index < variants.size(); ++index)
                appendScores(scores.variants[index], rows[index + 1], targets);
        }
    } catch (const c10::Error& error) {
        return torchError(error, "The evaluation");
    }
    states.keep();
    context.report(windows.size(), windows.size(), "token");
    return scores;
}

Result<RuntimeScores> evaluateLogits(const TransformerModel& baseline,
                                     const TransformerModel& model, const TokenWindows& windows,
                                     const LogitSource& logits, const WorkContext& context)
{
    const c10::InferenceMode guard;
    const std::int64_t vocabulary = baseline.architecture().vocabularySize;
    SCHMIDT_CHECK(checkLength(baseline.architecture(), windows.length));
    SCHMIDT_CHECK(checkTokens(windows.tokens, vocabulary));
    if (model.architecture().vocabularySize != vocabulary)
        return usageError("The models have different vocabularies; KL and top-1 agreement need "
                          "one vocabulary.");
    const OutputHead baselineHead = outputHead(baseline.weights());
    const OutputHead modelHead = outputHead(model.weights());
    RuntimeScores scores;
    try {
        for (std::int64_t window = 0; window < windows.count(); ++window) {
            const at::Tensor hidden = finalHidden(baseline.weights(), windows, window, 1);
            const at::Tensor own
                = &model == &baseline ? hidden : finalHidden(model.weights(), windows, window, 1);
            const auto targets = nextTokens(windows, window, 1, {});
            for (std::int64_t first = 0; first < windows.length; first += logitsChunk) {
                const std::int64_t rows = std::min(logitsChunk, windows.length - first);
                context.report(window * windows.length + first, windows.size(), "token");
                SCHMIDT_TRY(const auto values, logits(window, first, rows));
                if (static_cast<std::int64_t>(values.size()) != rows * vocabulary)
                    return usageError("The runtime's vocabulary is not that of the baseline.");
                const at::Tensor given = at::from_blob(const_cast<float*>(values.data()),
                                                       { rows, vocabulary }, at::kFloat);
                const std::vector<std::int32_t> wanted(targets.begin() + first,
                                                       targets.begin() + first + rows);
                const auto against = scoreLogits(
                    logitsOf(hidden.narrow(0, first, rows), baselineHead).to(at::kFloat), given,
                    wanted);
                appendScores(scores.baseline, against[0], wanted);
                appendScores(scores.runtime, against[1], wanted);
                TokenScores parity;
                appendScores(
                    parity,
                    scoreLogits(logitsOf(own.narrow(0, first, rows), modelHead).to(at::kFloat),
                                given, wanted)[1],
                    wanted);
                scores.parityKl.insert(scores.parityKl.end(), parity.kl.begin(), parity.kl.end());
            }
        }
    } catch (const c10::Error& error) {
        return torchError(error, "The comparison with the runtime");
    }
    context.report(windows.size(), windows.size(), "token");
    return scores;
}

namespace {

    /// Items of similar length padded to the longest of them.
    struct PaddedBatch {
        TokenWindows windows;
        std::vector<std::int32_t> targets; ///< -1 outside the continuations
        std::vector<std::size_t> items;
    };

    PaddedBatch padBatch(const std::vector<ContinuationItem>& items,
                         const std::vector<std::size_t>& order, std::size_t first,
                         std::size_t count)
    {
        PaddedBatch batch;
        const auto lengthOf = [&items](std::size_t item) {
            return items[item].prompt.size() + items[item].continuation.size();
        };
        std::size_t longest = 0;
        for (std::size_t index = first; index < first + count; ++index)
            longest = std::max(longest, lengthOf(order[index]));
        batch.windows.length = static_cast<std::int64_t>(longest);
        for (std::size_t index = first; index < first + count; ++index) {
            const ContinuationItem& item = items[order[index]];
            std::vector<std::int32_t> tokens = item.prompt;
            tokens.insert(tokens.end(), item.continuation.begin(), item.continuation.end());
            std::vector<std::int32_t> targets(longest, -1);
            for (std::size_t position = item.prompt.size(); position < tokens.size(); ++position)
                targets[position - 1] = tokens[position];
            tokens.resize(longest, 0);
            batch.windows.tokens.insert(batch.windows.tokens.end(), tokens.begin(), tokens.end());
            batch.targets.insert(batch.targets.end(), targets.begin(), targets.end());
            batch.items.push_back(order[index]);
        }
        return batch;
    }

    /// Only rows with a target go through the head.
    void scoreBatch(const TransformerModel::Weights& model, const PaddedBatch& batch,
                    std::vector<ContinuationScore>& scores)
    {
        const at::Tensor hidden = finalHidden(model, batch.windows, 0, batch.windows.count());
        std::vector<std::int64_t> rows;
        std::vector<std::int32_t> targets;
        for (std::size_t row = 0; row < batch.targets.size(); ++row)
            if (batch.targets[row] >= 0) {
                rows.push_back(static_cast<std::int64_t>(row));
                targets.push_back(batch.targets[row]);
            }
        const at::Tensor index = at::tensor(rows, at::kLong);
        const auto result
            = scoreHidden({ hidden.index_select(0, index) }, { outputHead(model) }, targets)
                  .front();
        for (std::size_t position = 0; position < rows.size(); ++position) {
            ContinuationScore& score = scores[batch.items[static_cast<std::size_t>(
                rows[position] / batch.windows.length)]];
            score.logLikelihood -= result.nll[position];
            score.greedy = score.greedy && result.top[position] == targets[position];
        }
    }

} // namespace

Result<std::vector<ContinuationScore>>
scoreContinuations(const TransformerModel& model, const std::vector<ContinuationItem>& items,
                   const WorkContext& context)
{
    const c10::InferenceMode guard;
    for (const ContinuationItem& item : items) {
        if (item.prompt.empty() || item.continuation.empty())
            return usageError(
                "A task item has an empty prompt or continuation; the suite is not usable.");
        SCHMIDT_CHECK(
            checkLength(model.architecture(),
                        static_cast<std::int64_t>(item.prompt.size() + item.continuation.size())));
        SCHMIDT_CHECK(checkTokens(item.prompt, model.architecture().vocabularySize));
        SCHMIDT_CHECK(checkTokens(item.continuation, model.architecture().vocabularySize));
    }
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    const auto lengthOf = [&items](std::size_t item) {
        return items[item].prompt.size() + items[item].continuation.size();
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lengthOf(a) > lengthOf(b); });
    std::vector<ContinuationScore> scores(items.size(), { 0.0, true });
    try {
        for (std::size_t first = 0; first < order.size();) {
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(static_cast<std::int64_t>(first),
                           static_cast<std::int64_t>(order.size()), "item");
            const std::size_t fitting
                = std::max<std::size_t>(1, batchTokens / lengthOf(order[first]));
            const std::size_t count = std::min(fitting, order.size() - first);
            scoreBatch(model.weights(), padBatch(items, order, first, count), scores);
            first += count;
        }
    } catch (const c10::Error& error) {
        return torchError(error, "Scoring the answers");
    }
    return scores;
}

} // namespace schmidt
