// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/ledger.h"
#include "recipe/prediction.h"

#include <optional>
#include <vector>

namespace schmidt {

/// Finished runs of a workload as the predictor wants them; runs without measured KL, healed ones
/// and those with a smaller vocabulary are left out.
std::vector<MeasuredOutcome> measuredOutcomes(const std::vector<RunRecord>& runs,
                                              const std::string& workload);

/// What the healings of these runs brought, for predictions of others.
HealingLaw measuredHealing(const std::vector<RunRecord>& runs);

/// Speed and energy of this project's baseline, once it was measured in the deployment runtime; the
/// measured variants tell how much of a token's time goes with the bytes of the weights.
std::optional<MachineRates> measuredRates(const std::vector<RunRecord>& runs);

/// The metric of that name, or nullptr.
const Metric* findMetric(const std::vector<Metric>& metrics, const std::string& name);

} // namespace schmidt
