// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "governance/model_card.h"

namespace schmidt {

/// All a card of a run states, gathered from the project. `base` and `modelWarnings` describe the
/// original model. Errors: those of the ledger; BadInput for a damaged recipe or analysis.
Result<CardData> gatherCardData(const Ledger& ledger, const Architecture& base,
                                const std::vector<std::string>& modelWarnings, const RunRecord& run,
                                const std::string& createdAt);

} // namespace schmidt
