// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/job.h"
#include "ledger/ledger.h"
#include "pipeline/project_session.h"
#include "pipeline/token_sets.h"

#include <string>
#include <vector>

namespace schmidt {

/// What every job function gets.
struct JobContext {
    const JobSpec& spec;
    EventWriter& events;
    CancelToken cancel;

    WorkContext work() const { return events.context(cancel); }
    std::string text(const char* key, const std::string& fallback = {}) const;
    std::int64_t number(const char* key, std::int64_t fallback) const;
    /// Whether a flag is set.
    bool flag(const char* key) const;
    /// A list argument: an array of strings or one string.
    std::vector<std::string> list(const char* key) const;
};

Result<Json> runAnalyze(const JobContext& job);
Result<Json> runCompress(const JobContext& job);
Result<Json> runSearch(const JobContext& job);
Result<Json> runEvaluate(const JobContext& job);
Result<Json> runBench(const JobContext& job);
Result<Json> runExport(const JobContext& job);
Result<Json> runTasks(const JobContext& job);
Result<Json> runGenerate(const JobContext& job);
Result<Json> runCard(const JobContext& job);
Result<Json> runInspect(const JobContext& job);
Result<Json> runLocate(const JobContext& job);
Result<Json> runTokens(const JobContext& job);
Result<Json> runBonds(const JobContext& job);

/// The runs a list argument names; all finished variants when it is empty. The baseline is always
/// first. Errors: Usage.
Result<std::vector<RunRecord>> selectRuns(const Ledger& ledger,
                                          const std::vector<std::string>& references);

/// What text an evaluation is on, and how it is cut.
struct EvaluationText {
    std::vector<std::string> documents;
    std::string suffix; ///< of metric names: empty for the workload's own text, else ":name"
    std::int64_t window = evaluationWindow;
    std::int64_t maxTokens = evaluationTokens;
    TextPart part = TextPart::Everywhere; ///< of it where there are more tokens
};

/// Evaluates runs against the baseline and stores the metrics with each run (and the baseline).
/// Returns {run name: [metrics]}.
Result<Json> evaluateRuns(ProjectSession& session, const std::vector<RunRecord>& runs,
                          const EvaluationText& text, EventWriter& events,
                          const CancelToken& cancel);

/// The same measured through llama.cpp on the GGUF of each run, as its users run it, under the same
/// names with ":llama.cpp" behind them: compression loss against the baseline here, and apart from
/// it the KL of the runtime to the weights it was given.
Result<Json> evaluateInRuntime(ProjectSession& session, const std::vector<RunRecord>& runs,
                               const EvaluationText& text, int threads, EventWriter& events,
                               const CancelToken& cancel);

/// Stores metrics with a run under their names with `suffix` behind them and sends them as events.
/// Returns them as a list.
Result<Json> storeMetrics(ProjectSession& session, const RunRecord& run,
                          std::vector<Metric> metrics, const std::string& suffix,
                          EventWriter& events);

/// Metrics that follow from weights alone: parameters, block parameters, bytes of the GGUF.
Result<std::vector<Metric>> sizeMetrics(ProjectSession& session, const RunRecord& run);

} // namespace schmidt
