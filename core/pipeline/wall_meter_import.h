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

/// Gives runs that were measured before the energy that a wall meter saw meanwhile: joules per
/// token at the wall, and above idle, imported. The job names the meter's file (wall_meter) and may
/// name the offset of its clock (clock_offset, s). Returns {run name: [metrics]}. Errors: BadInput
/// of the meter's file, Usage when a run was not measured yet.
Result<Json> importWallMeter(ProjectSession& session, const std::vector<RunRecord>& runs,
                             MeasuredRuntime runtime, const JobContext& job);

} // namespace schmidt
