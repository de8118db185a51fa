// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/exporters.h"
#include "pipeline/job_steps.h"

namespace schmidt {

/// Importance weights of a GGUF or W8A8 export and where they come from.
struct ExportImportance {
    ImportanceMap weights; ///< empty when not wanted or not needed
    std::string source; ///< workload or file name; empty without weights
    std::int64_t tokens = 0;
};

/// Measures the inputs of every matrix of `variant`, the weights of `run`, in one pass over
/// calibration text: the job's `text` file, else the workload that `importance` names, else that of
/// the project. `importance` "none" and types that lose nothing or next to nothing (Q8_0) need no
/// pass; what was measured is kept in the project for the next export. Errors: BadInput (text,
/// workload), Usage, Resources, Cancelled.
Result<ExportImportance> exportImportance(ProjectSession& session, const RunRecord& run,
                                          const Variant& variant, const ExportOptions& options,
                                          const JobContext& job);

/// What a GGUF export says about its types: {"types": [{wanted, stored, matrices, bytes}],
/// "importance": {source, tokens} or null}.
Json ggufSummary(const Architecture& architecture, const ExportOptions& options,
                 const ExportImportance& importance);

} // namespace schmidt
