// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure/wall_meter.h"
#include "pipeline/job_steps.h"
#include "pipeline/measured_runtime.h"

namespace schmidt {

/// The ledger's cache key of a run's raw samples in a runtime.
std::string rawSamplesKey(RunId run, MeasuredRuntime runtime);

/// When a run was measured, as its raw samples keep it.
Json toJson(const std::vector<BusySpan>& spans);

/// Gives the runs of the last measurement the energy that a wall meter saw meanwhile: joules per
/// token at the wall, and above idle, imported. The job names the meter's file (wall_meter), may
/// name some of these runs (run) and the offset of the meter's clock (clock_offset, s). Returns
/// {run name: [metrics]}. Errors: BadInput of the meter's file, Usage when nothing was measured yet
/// or a run that is named was not in the last measurement.
Result<Json> importWallMeter(ProjectSession& session, MeasuredRuntime runtime,
                             const JobContext& job);

} // namespace schmidt
