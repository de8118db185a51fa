// SPDX-License-Identifier: Apache-2.0
#include "compute/vocabulary_probe.h"

#include "compute/vocabulary_view.h"
#include "engine/evaluation.h"
#include "exporters/exporters.h"
#include "model/vocabulary.h"
#include "pipeline/token_sets.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace schmidt {

namespace {

    /// Steps of the size, each 1/√2 of the one before, and those of them that are measured.
    constexpr int steps = 8;
    const std::set<int> measuredSteps { 2, 3, 4, 6, 8 }, quickSteps { 4 };
    constexpr std::int64_t multiple = 32, probeTokens = 4096;

    double sumOf(const std::vector<float>& values)
    {
        return std::accumulate(values.begin(), values.end(), 0.0);
    }

    class VocabularyProbe {
    public:
        VocabularyProbe(ProjectSession& session, ModelView whole, TokenWindows windows,
                        const WorkContext& context)
            : m_session(session)
            , m_whole(std::move(whole))
            , m_windows(std::move(windows))
            , m_context(context)
        {
        }

        Result<void> begin()
        {
            SCHMIDT_TRY(m_before, logLikelihood(m_whole, m_windows, {}));
            return {};
        }

        /// Change of the negative log-likelihood, nat per token of the whole vocabulary.
        Result<double> changeWith(const std::vector<std::int32_t>& kept)
        {
            SCHMIDT_TRY(const ModelView view, m_session.trimmedView(kept));
            const Retokenized text = retokenized(m_windows, *m_whole.tokenizer, view);
            SCHMIDT_TRY(const double after, logLikelihood(view, text.windows, text.scored));
            return (after - m_before)
                / static_cast<double>(m_windows.count() * (m_windows.length - 1));
        }

    private:
        Result<double> logLikelihood(const ModelView& view, const TokenWindows& windows,
                                     const std::vector<ScoredRange>& scored) const
        {
            SCHMIDT_TRY(const auto model,
                        TransformerModel::load(*view.source, Precision::Auto, m_context));
            SCHMIDT_TRY(const EvaluationScores scores,
                        evaluateModels(*model, {}, windows, m_context, { .scored = scored }));
            return sumOf(scores.baseline.nll);
        }

        ProjectSession& m_session;
        ModelView m_whole;
        TokenWindows m_windows;
        WorkContext m_context;
        double m_before = 0;
    };

} // namespace

Result<std::vector<VocabularyPoint>> vocabularyPoints(ProjectSession& session,
                                                      const Workload& workload, bool quick,
                                                      const WorkContext& context)
{
    std::vector<VocabularyPoint> points;
    SCHMIDT_TRY(const ModelView whole, session.wholeView());
    const TokenizerData& tokenizer = whole.source->tokenizer();
    const Architecture& architecture = whole.source->architecture();
    if (tokenizer.kind != TokenizerKind::ByteLevelBpe)
        return points;
    // Windows grow with a smaller vocabulary and have to stay within the context.
    const std::int64_t window = architecture.contextLength > 0
        ? std::clamp<std::int64_t>(architecture.contextLength / 4, 2, evaluationWindow)
        : evaluationWindow;
    SCHMIDT_TRY(TokenWindows windows,
                evaluationWindows(*whole.tokenizer, workload.evaluation, window,
                                  quick ? probeTokens / 2 : probeTokens));
    // Progress counts sizes; what each of them reports about itself would only make it jump.
    const WorkContext silent { {}, context.cancel };
    VocabularyProbe probe(session, whole, std::move(windows), silent);
    SCHMIDT_CHECK(probe.begin());
    const std::int64_t smallest = smallestVocabulary(tokenizer);
    SCHMIDT_TRY(const auto order, workloadVocabulary(session, workload, silent));
    for (int step = 1; step <= steps; ++step) {
        context.report(step - 1, steps, "size");
        VocabularyPoint point;
        point.tokens = std::llround(static_cast<double>(architecture.vocabularySize)
                                    / std::pow(2, step / 2.0) / multiple)
            * multiple;
        if (point.tokens < smallest || point.tokens >= architecture.vocabularySize)
            continue;
        const auto kept = keptTokens(order, point.tokens);
        SCHMIDT_TRY(const TokenizerData trimmed, trimmedTokenizer(tokenizer, kept));
        point.metadataBytes = ggufMetadataBytes(trimmedArchitecture(architecture, kept), trimmed);
        if ((quick ? quickSteps : measuredSteps).contains(step)) {
            SCHMIDT_TRY(point.nllChange, probe.changeWith(kept));
        }
        points.push_back(point);
    }
    return points;
}

} // namespace schmidt
