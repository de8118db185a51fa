// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluation.h"
#include "measure/quality.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"
#include "pipeline/token_sets.h"

#include <cmath>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Result<std::vector<std::shared_ptr<const TransformerModel>>>
    loadVariants(const ProjectSession& session, const std::vector<RunRecord>& runs)
    {
        std::vector<std::shared_ptr<const TransformerModel>> models;
        for (const RunRecord& run : runs) {
            SCHMIDT_TRY(const Variant variant, session.variantOf(run));
            SCHMIDT_TRY(auto model, TransformerModel::load(variant, Precision::Auto));
            models.push_back(std::move(model));
        }
        return models;
    }

    std::vector<Metric> withSuffix(std::vector<Metric> metrics, const std::string& suffix)
    {
        for (Metric& metric : metrics)
            metric.name += suffix;
        return metrics;
    }

    Json metricList(const std::vector<Metric>& metrics)
    {
        Json list = Json::array();
        for (const Metric& metric : metrics)
            list.push_back(toJson(metric));
        return list;
    }

} // namespace

Result<Json> evaluateRuns(ProjectSession& session, const std::vector<RunRecord>& runs,
                          const EvaluationText& text, EventWriter& events,
                          const CancelToken& cancel)
{
    std::vector<RunRecord> variants;
    for (const RunRecord& run : runs)
        if (!run.baseline)
            variants.push_back(run);
    SCHMIDT_TRY(const RunRecord baselineRun, session.ledger().findRun("baseline"));
    SCHMIDT_TRY(const auto tokenizer, session.tokenizer());
    SCHMIDT_TRY(const TokenWindows cut,
                evaluationWindows(*tokenizer, text.documents, text.window, text.maxTokens));

    const WorkContext context = events.context(cancel);
    SCHMIDT_TRY(const auto baseline,
                TransformerModel::load(*session.source(), Precision::Auto, context));
    SCHMIDT_TRY(const auto models, loadVariants(session, variants));
    SCHMIDT_TRY(const EvaluationScores scores, evaluateModels(*baseline, models, cut, context));

    const std::string protocol
        = fmt::format("{} tokens, window {}, no overlap, no BOS, {}", cut.size(), cut.length,
                      baseline->precision() == Precision::BFloat16 ? "bf16" : "fp32");
    Json report = Json::object();
    const auto store = [&](const RunRecord& run, std::vector<Metric> metrics) -> Result<void> {
        metrics = withSuffix(std::move(metrics), text.suffix);
        for (const Metric& metric : metrics)
            events.metric(metric);
        report[run.name] = metricList(metrics);
        return session.ledger().setMetrics(run.id, metrics);
    };
    SCHMIDT_CHECK(store(baselineRun,
                        qualityMetrics(scores.baseline.nll, {}, {}, {}, cut.length - 1, protocol)));
    for (std::size_t index = 0; index < variants.size(); ++index) {
        const TokenScores& score = scores.variants[index];
        SCHMIDT_CHECK(store(variants[index],
                            qualityMetrics(score.nll, score.kl, score.sameTop, scores.baseline.nll,
                                           cut.length - 1, protocol)));
    }
    return report;
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
        text.suffix = ":" + fs::path(file).stem().string();
    } else {
        SCHMIDT_TRY(const Json chosen, session.ledger().value("workload"));
        const std::string id
            = job.text("workload", chosen.is_string() ? chosen.get<std::string>() : "faq");
        SCHMIDT_TRY(const Workload workload, session.workload(id));
        text.documents = workload.evaluation;
    }
    job.events.stage("evaluate");
    SCHMIDT_TRY(const Json metrics, evaluateRuns(session, runs, text, job.events, job.cancel));
    SCHMIDT_CHECK(
        session.ledger().audit("evaluated", { { "text", file }, { "runs", runs.size() } }));
    return Json { { "metrics", metrics } };
}

} // namespace schmidt
