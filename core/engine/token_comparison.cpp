// SPDX-License-Identifier: Apache-2.0
#include "engine/token_comparison.h"

#include "engine/evaluation.h"
#include "engine/torch_model.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>

namespace schmidt {

namespace {

    /// Rows whose probabilities exist together.
    constexpr std::int64_t chunkRows = 64;

    /// One model on its way through a text.
    struct Reader {
        const TransformerModel::Weights& weights;
        BlockContext block;
        at::Tensor residual; ///< [tokens, hidden] fp32

        Reader(const TransformerModel& model, const std::vector<std::int32_t>& tokens)
            : weights(model.weights())
            , block(blockContext(weights.architecture, weights.type,
                                 static_cast<std::int64_t>(tokens.size())))
            , residual(embedTokens(weights.embedding, tokens.data(),
                                   static_cast<std::int64_t>(tokens.size())))
        {
            addPositions(weights, residual, residual.size(0));
        }

        void pass(std::size_t layer)
        {
            forwardBlock(weights.layers[layer], block, residual, residual.size(0));
        }

        /// Final hidden states of all tokens but the last, which predicts nothing that is known.
        at::Tensor hidden() const
        {
            return finalNormed(weights, residual.narrow(0, 0, residual.size(0) - 1));
        }
    };

    /// |a - b| / |a| of every row but the last.
    void appendDistances(const at::Tensor& a, const at::Tensor& b, std::vector<float>& into)
    {
        const std::int64_t rows = a.size(0) - 1;
        const at::Tensor length = a.narrow(0, 0, rows).norm(2, 1);
        const at::Tensor apart = (a - b).narrow(0, 0, rows).norm(2, 1);
        const at::Tensor relative = (apart / length.clamp_min(1e-30)).to(at::kFloat).contiguous();
        into.insert(into.end(), floats(relative), floats(relative) + rows);
    }

    /// The likeliest tokens of every row of final hidden states.
    std::vector<std::vector<TokenCandidate>> likeliest(const at::Tensor& hidden,
                                                       const OutputHead& head)
    {
        std::vector<std::vector<TokenCandidate>> lists;
        const std::int64_t kept
            = std::min<std::int64_t>(TokenReport::candidates, head.matrix.size(0));
        for (std::int64_t first = 0; first < hidden.size(0); first += chunkRows) {
            const std::int64_t rows = std::min(chunkRows, hidden.size(0) - first);
            const at::Tensor logits = logitsOf(hidden.narrow(0, first, rows), head).to(at::kFloat);
            const auto [values, ids] = at::softmax(logits, 1).topk(kept, 1, true, true);
            const at::Tensor probabilities = values.contiguous(), numbers = ids.contiguous();
            for (std::int64_t row = 0; row < rows; ++row) {
                auto& list = lists.emplace_back();
                for (std::int64_t place = row * kept; place < (row + 1) * kept; ++place)
                    list.push_back(
                        { static_cast<std::int32_t>(numbers.data_ptr<std::int64_t>()[place]),
                          floats(probabilities)[place] });
            }
        }
        return lists;
    }

    Result<void> checkPair(const Architecture& baseline, const Architecture& variant,
                           const std::vector<std::int32_t>& tokens)
    {
        if (tokens.size() < 2)
            return usageError("A comparison of tokens needs a text of at least two tokens.");
        if (baseline.vocabularySize != variant.vocabularySize
            || baseline.layers.size() != variant.layers.size()
            || baseline.hiddenSize != variant.hiddenSize)
            return usageError("The two models differ in vocabulary, layers or hidden size; tokens "
                              "can be compared between a model and its variants only.");
        SCHMIDT_CHECK(checkLength(baseline, static_cast<std::int64_t>(tokens.size())));
        return checkTokens(tokens, baseline.vocabularySize);
    }

    void appendPredictions(const Reader& baseline, const Reader& variant,
                           const std::vector<std::int32_t>& tokens, TokenReport& report)
    {
        const std::vector<std::int32_t> targets(tokens.begin() + 1, tokens.end());
        const at::Tensor first = baseline.hidden(), second = variant.hidden();
        const OutputHead baselineHead = outputHead(baseline.weights),
                         variantHead = outputHead(variant.weights);
        const auto scores = scoreHidden({ first, second }, { baselineHead, variantHead }, targets);
        auto baselineTop = likeliest(first, baselineHead);
        auto variantTop = likeliest(second, variantHead);
        for (std::size_t row = 0; row < targets.size(); ++row)
            report.predictions.push_back({ targets[row], scores[0].nll[row], scores[1].nll[row],
                                           scores[1].kl[row], std::move(baselineTop[row]),
                                           std::move(variantTop[row]) });
    }

} // namespace

Result<TokenReport> compareTokens(const TransformerModel& baseline, const TransformerModel& variant,
                                  const std::vector<std::int32_t>& tokens,
                                  const WorkContext& context)
{
    const c10::InferenceMode guard;
    SCHMIDT_CHECK(checkPair(baseline.architecture(), variant.architecture(), tokens));
    TokenReport report;
    report.firstToken = tokens.front();
    report.layers = static_cast<int>(baseline.architecture().layers.size());
    report.distance.reserve(static_cast<std::size_t>(report.layers) * (tokens.size() - 1));
    try {
        Reader first(baseline, tokens), second(variant, tokens);
        for (int layer = 0; layer < report.layers; ++layer) {
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(layer, report.layers, "layer");
            first.pass(static_cast<std::size_t>(layer));
            second.pass(static_cast<std::size_t>(layer));
            appendDistances(first.residual, second.residual, report.distance);
        }
        if (context.cancel.cancelled())
            return cancelledError();
        appendPredictions(first, second, tokens, report);
    } catch (const c10::Error& error) {
        return torchError(error, "The comparison of tokens");
    }
    context.report(report.layers, report.layers, "layer");
    return report;
}

} // namespace schmidt
