// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/job.h"
#include "ledger/ledger.h"
#include "pipeline/project_session.h"

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

Result<Json> runBench(const JobContext& job);
Result<Json> runExport(const JobContext& job);
Result<Json> runGenerate(const JobContext& job);
Result<Json> runCard(const JobContext& job);
Result<Json> runInspect(const JobContext& job);
Result<Json> runLocate(const JobContext& job);

/// The runs a list argument names; all finished variants when it is empty. The baseline is always
/// first. Errors: Usage.
Result<std::vector<RunRecord>> selectRuns(const Ledger& ledger,
                                          const std::vector<std::string>& references);

/// Stores metrics with a run under their names with `suffix` behind them and sends them as events.
/// Returns them as a list.
Result<Json> storeMetrics(ProjectSession& session, const RunRecord& run,
                          std::vector<Metric> metrics, const std::string& suffix,
                          EventWriter& events);

/// Metrics that follow from weights alone: parameters, block parameters, bytes of the GGUF.
Result<std::vector<Metric>> sizeMetrics(ProjectSession& session, const RunRecord& run);

} // namespace schmidt
