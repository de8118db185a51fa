// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/job_steps.h"
#include "pipeline/token_sets.h"

#include <string>
#include <vector>

namespace schmidt {

// The jobs that compute with the engine; their arguments are described at runJob().
Result<Json> runAnalyze(const JobContext& job);
Result<Json> runCompress(const JobContext& job);
Result<Json> runSearch(const JobContext& job);
Result<Json> runEvaluate(const JobContext& job);
Result<Json> runTasks(const JobContext& job);
Result<Json> runTokens(const JobContext& job);
Result<Json> runBonds(const JobContext& job);

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

} // namespace schmidt
