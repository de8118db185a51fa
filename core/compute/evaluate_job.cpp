// SPDX-License-Identifier: Apache-2.0
#include "compute/baseline_states.h"
#include "compute/compute_jobs.h"
#include "compute/vocabulary_view.h"
#include "engine/evaluation.h"
#include "measure/quality.h"
#include "pipeline/pipeline.h"

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    std::vector<double> windowNll(const TokenScores& scores,
                                  const std::vector<std::int64_t>& tokens)
    {
        std::vector<double> sums;
        auto value = scores.nll.begin();
        for (const std::int64_t count : tokens) {
            sums.push_back(std::accumulate(value, value + count, 0.0));
            value += count;
        }
        return sums;
    }

    double bitsOf(const WindowScores& scores)
    {
        return std::accumulate(scores.nll.begin(), scores.nll.end(), 0.0) / std::log(2.0)
            / static_cast<double>(
                   std::accumulate(scores.bytes.begin(), scores.bytes.end(), std::int64_t { 0 }));
    }

    /// One evaluation of a project's runs on one text.
    class Evaluation {
    public:
        Evaluation(ProjectSession& session, const EvaluationText& text, EventWriter& events,
                   const CancelToken& cancel)
            : m_session(session)
            , m_text(text)
            , m_events(events)
            , m_context(events.context(cancel))
        {
        }

        Result<Json> run(const std::vector<RunRecord>& runs)
        {
            std::vector<RunRecord> whole;
            // Runs with the same tokens share their restricted baseline.
            std::map<std::vector<std::int32_t>, std::vector<RunRecord>> trimmed;
            for (const RunRecord& run : runs) {
                if (run.baseline)
                    continue;
                SCHMIDT_TRY(const ModelView view, m_session.viewOf(run));
                (view.trimmed() ? trimmed[view.source->keptTokens()] : whole).push_back(run);
            }
            SCHMIDT_CHECK(evaluateWhole(whole));
            for (const auto& [kept, group] : trimmed)
                SCHMIDT_CHECK(evaluateTrimmed(group));
            return m_report;
        }

    private:
        Result<std::vector<std::shared_ptr<const TransformerModel>>>
        loadVariants(const std::vector<RunRecord>& runs) const
        {
            std::vector<std::shared_ptr<const TransformerModel>> models;
            for (const RunRecord& run : runs) {
                SCHMIDT_TRY(const Variant variant, m_session.variantOf(run));
                SCHMIDT_TRY(auto model, TransformerModel::load(variant, Precision::Auto));
                models.push_back(std::move(model));
            }
            return models;
        }

        Result<void> store(const RunRecord& run, std::vector<Metric> metrics)
        {
            SCHMIDT_TRY(m_report[run.name],
                        storeMetrics(m_session, run, std::move(metrics), m_text.suffix, m_events));
            return {};
        }

        /// The baseline and the runs with all its tokens.
        Result<void> evaluateWhole(const std::vector<RunRecord>& runs)
        {
            SCHMIDT_TRY(const ModelView view, m_session.wholeView());
            SCHMIDT_TRY(m_windows,
                        evaluationWindows(*view.tokenizer, m_text.documents, m_text.window,
                                          m_text.maxTokens, m_text.part));
            SCHMIDT_TRY(const auto baseline,
                        TransformerModel::load(*view.source, Precision::Auto, m_context));
            SCHMIDT_TRY(const auto models, loadVariants(runs));
            SCHMIDT_TRY(
                const fs::path states,
                baselineStatesFile(m_session, view, *baseline, m_windows, m_context.cancel));
            SCHMIDT_TRY(const EvaluationScores scores,
                        evaluateModels(*baseline, models, m_windows, m_context,
                                       { .baselineStates = states }));
            m_precision = baseline->precision() == Precision::BFloat16 ? "bf16" : "fp32";
            const std::string protocol
                = fmt::format("{} tokens, window {}, no overlap, no BOS, {}", m_windows.size(),
                              m_windows.length, m_precision);
            m_baseline.bytes = scoredBytes(*view.tokenizer, m_windows);
            m_baseline.tokens.assign(m_baseline.bytes.size(), m_windows.length - 1);
            m_baseline.nll = windowNll(scores.baseline, m_baseline.tokens);
            SCHMIDT_TRY(const RunRecord baselineRun, m_session.ledger().findRun("baseline"));
            std::vector<Metric> metrics
                = qualityMetrics(scores.baseline.nll, {}, {}, {}, m_windows.length - 1, protocol);
            metrics.push_back(bitsPerByte(m_baseline, protocol));
            SCHMIDT_CHECK(store(baselineRun, std::move(metrics)));
            for (std::size_t index = 0; index < runs.size(); ++index) {
                const TokenScores& score = scores.variants[index];
                metrics = qualityMetrics(score.nll, score.kl, score.sameTop, scores.baseline.nll,
                                         m_windows.length - 1, protocol);
                WindowScores bytes = m_baseline;
                bytes.nll = windowNll(score, bytes.tokens);
                metrics.push_back(bitsPerByte(bytes, protocol));
                SCHMIDT_CHECK(store(runs[index], std::move(metrics)));
            }
            return {};
        }

        /// Runs with the same smaller vocabulary: the bytes of the baseline's windows in their own
        /// tokens. KL compares with the baseline restricted to these tokens; likelihoods are given
        /// per byte and per token of the baseline, so that they compare with every other run's.
        Result<void> evaluateTrimmed(const std::vector<RunRecord>& runs)
        {
            SCHMIDT_TRY(const ModelView whole, m_session.wholeView());
            SCHMIDT_TRY(const ModelView view, m_session.viewOf(runs.front()));
            const Retokenized text = retokenized(m_windows, *whole.tokenizer, view);
            SCHMIDT_TRY(const auto restricted,
                        TransformerModel::load(*view.source, Precision::Auto, m_context));
            SCHMIDT_TRY(const auto models, loadVariants(runs));
            SCHMIDT_TRY(
                const fs::path states,
                baselineStatesFile(m_session, view, *restricted, text.windows, m_context.cancel));
            SCHMIDT_TRY(const EvaluationScores scores,
                        evaluateModels(*restricted, models, text.windows, m_context,
                                       { .scored = text.scored, .baselineStates = states }));
            WindowScores own;
            own.bytes = m_baseline.bytes;
            for (const ScoredRange& range : text.scored)
                own.tokens.push_back(range.end - range.first);
            own.nll = windowNll(scores.baseline, own.tokens);
            const Protocols protocols = protocolsOf(view, own);
            for (std::size_t index = 0; index < runs.size(); ++index) {
                const TokenScores& score = scores.variants[index];
                own.nll = windowNll(score, own.tokens);
                std::vector<Metric> metrics
                    = likelihoodPerBaselineToken(own, m_baseline, protocols.likelihood);
                const auto divergence
                    = divergenceMetrics(score.kl, score.sameTop, own.tokens, protocols.divergence);
                metrics.insert(metrics.end(), divergence.begin(), divergence.end());
                metrics.push_back(bitsPerByte(own, protocols.bytes));
                SCHMIDT_CHECK(store(runs[index], std::move(metrics)));
            }
            return {};
        }

        struct Protocols {
            std::string likelihood, divergence, bytes;
        };

        /// `restricted` has the scores of the restricted baseline.
        Protocols protocolsOf(const ModelView& view, const WindowScores& restricted) const
        {
            const auto sum = [](const std::vector<std::int64_t>& values) {
                return std::accumulate(values.begin(), values.end(), std::int64_t { 0 });
            };
            const auto tokens = sum(restricted.tokens), before = sum(m_baseline.tokens);
            const std::string written = fmt::format(
                "{} of its own tokens ({:+.1f} %) for the bytes of {} of the baseline's, window "
                "{}, no overlap, no BOS, {}",
                tokens, 100.0 * static_cast<double>(tokens - before) / static_cast<double>(before),
                m_windows.size(), m_windows.length, m_precision);
            return { "per token of the baseline; " + written,
                     "per own token" + restrictedProtocol(view) + "; " + written,
                     fmt::format("the baseline restricted to the same tokens has {:.4f}; {}",
                                 bitsOf(restricted), written) };
        }

        ProjectSession& m_session;
        const EvaluationText& m_text;
        EventWriter& m_events;
        WorkContext m_context;
        TokenWindows m_windows; ///< in the baseline's tokens
        WindowScores m_baseline;
        std::string m_precision;
        Json m_report = Json::object();
    };

} // namespace

Result<Json> evaluateRuns(ProjectSession& session, const std::vector<RunRecord>& runs,
                          const EvaluationText& text, EventWriter& events,
                          const CancelToken& cancel)
{
    return Evaluation(session, text, events, cancel).run(runs);
}

Result<Json> runEvaluate(const JobContext& job)
{
    job.events.started("Evaluate", { { "prepare", "Prepare", 1 }, { "evaluate", "Evaluate", 20 } });
    job.events.stage("prepare");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const auto runs, selectRuns(session.ledger(), job.list("run")));
    EvaluationText text;
    text.window = job.number("window", 2048);
    text.maxTokens = job.number("max_tokens", 16384);
    if (text.window < 2)
        return usageError("--window must be at least 2 tokens.");
    const std::string file = job.text("text");
    if (!file.empty()) {
        SCHMIDT_TRY(text.documents, readDocuments(file));
        text.part = TextPart::Start;
        text.suffix = ":" + fs::path(file).stem().string();
    } else {
        SCHMIDT_TRY(const Json chosen, session.ledger().value("workload"));
        const std::string id
            = job.text("workload", chosen.is_string() ? chosen.get<std::string>() : "faq");
        SCHMIDT_TRY(const Workload workload, session.workload(id));
        text.documents = workload.evaluation;
    }
    const std::string runtime = job.text("runtime");
    if (!runtime.empty() && runtime != "llama.cpp")
        return usageError("Evaluating through a runtime is possible with --runtime llama.cpp; "
                          "without it this program's own forward pass is evaluated.");
    job.events.stage("evaluate");
    SCHMIDT_TRY(const Json metrics,
                runtime.empty() ? evaluateRuns(session, runs, text, job.events, job.cancel)
                                : evaluateInRuntime(session, runs, text, job.spec.threads,
                                                    job.events, job.cancel));
    SCHMIDT_CHECK(
        session.ledger().audit("evaluated", { { "text", file }, { "runs", runs.size() } }));
    return Json { { "metrics", metrics } };
}

} // namespace schmidt
