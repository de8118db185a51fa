// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "compute/compute_jobs.h"
#include "engine/evaluation.h"
#include "measure/quality.h"
#include "pipeline/pipeline.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace schmidt {

namespace {

    std::vector<ContinuationItem> itemsOf(const TaskSuite& suite, const Tokenizer& tokenizer)
    {
        std::vector<ContinuationItem> items;
        for (const ChoiceItem& item : suite.items)
            for (const std::string& choice : item.choices)
                items.push_back({ tokenizer.encode(item.prompt, true), tokenizer.encode(choice) });
        return items;
    }

    /// Whether each item was answered right: the likeliest choice, or for one-choice items
    /// (LAMBADA) the greedy continuation.
    std::vector<bool> correctItems(const TaskSuite& suite,
                                   const std::vector<ContinuationScore>& scores)
    {
        std::vector<bool> correct;
        std::size_t next = 0;
        for (const ChoiceItem& item : suite.items) {
            if (item.choices.size() == 1) {
                correct.push_back(scores[next++].greedy);
                continue;
            }
            int best = 0;
            double bestScore = -std::numeric_limits<double>::infinity();
            for (std::size_t choice = 0; choice < item.choices.size(); ++choice) {
                double score = scores[next++].logLikelihood;
                if (suite.normalizeByLength)
                    score /= static_cast<double>(
                        std::max<std::size_t>(1, item.choices[choice].size()));
                if (score > bestScore) {
                    bestScore = score;
                    best = static_cast<int>(choice);
                }
            }
            correct.push_back(best == item.answer);
        }
        return correct;
    }

    Metric accuracyMetric(const TaskSuite& suite, const std::vector<bool>& correct,
                          const std::vector<bool>& baseline)
    {
        std::int64_t right = 0, onlyThis = 0, onlyBaseline = 0;
        for (std::size_t index = 0; index < correct.size(); ++index) {
            right += correct[index];
            onlyThis += correct[index] && !baseline[index];
            onlyBaseline += !correct[index] && baseline[index];
        }
        const auto n = static_cast<double>(correct.size());
        Metric metric;
        metric.name = std::string(metric_names::accuracyPrefix) + suite.name;
        metric.unit = "%";
        const double share = right / n;
        metric.value = 100 * share;
        metric.uncertainty = 100 * std::sqrt(share * (1 - share) / n);
        metric.n = static_cast<std::int64_t>(correct.size());
        metric.provenance = Provenance::Measured;
        metric.better = Better::Higher;
        metric.protocol = fmt::format(
            "zero-shot log-likelihood; against the baseline {} items gained, {} lost, exact "
            "McNemar p = {:.3g}",
            onlyThis, onlyBaseline, mcnemarExact(onlyThis, onlyBaseline));
        return metric;
    }

} // namespace

Result<Json> runTasks(const JobContext& job)
{
    job.events.started("Tasks", { { "prepare", "Prepare", 1 }, { "tasks", "Score answers", 20 } });
    job.events.stage("prepare");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const auto runs, selectRuns(session.ledger(), job.list("run")));
    SCHMIDT_TRY(TaskSuite suite, loadTaskSuite(job.text("suite")));
    if (const auto limit = job.number("limit", 0);
        limit > 0 && limit < static_cast<std::int64_t>(suite.items.size()))
        suite.items.resize(static_cast<std::size_t>(limit));
    job.events.stage("tasks");
    Json report = Json::object();
    std::vector<bool> baseline;
    for (const RunRecord& run : runs) {
        SCHMIDT_TRY(const Variant variant, session.variantOf(run));
        SCHMIDT_TRY(const ModelView view, session.viewOf(run));
        SCHMIDT_TRY(const auto model, TransformerModel::load(variant, Precision::Auto));
        SCHMIDT_TRY(const auto scores,
                    scoreContinuations(*model, itemsOf(suite, *view.tokenizer), job.work()));
        const std::vector<bool> correct = correctItems(suite, scores);
        if (run.baseline)
            baseline = correct;
        const Metric metric = accuracyMetric(suite, correct, baseline);
        job.events.metric(metric);
        report[run.name] = toJson(metric);
        SCHMIDT_CHECK(session.ledger().setMetrics(run.id, { metric }));
    }
    return Json { { "suite", suite.name }, { "items", suite.items.size() }, { "metrics", report } };
}

} // namespace schmidt
