// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace schmidt {

class Ledger;

/// What one run answered.
struct KeptAnswer {
    RunId run;
    /// As the Generate job gives it: `text`, `tokens`, `first_token_seconds`, `tokens_per_second`,
    /// `energy`, `shared` where others answered at the same time.
    Json answer;
    bool operator==(const KeptAnswer&) const = default;
};

/// A question to one or several runs with their answers.
struct Exchange {
    std::string createdAt; ///< ISO 8601 UTC
    std::string workload;
    std::string prompt;
    double temperature = 0;
    std::uint64_t seed = 0;
    std::vector<KeptAnswer> answers;

    /// The answer of a run; null when it was not asked.
    const KeptAnswer* answerOf(RunId run) const;
    bool operator==(const Exchange&) const = default;
};

/// What was asked in a project, oldest first. Errors: those of Ledger.
Result<std::vector<Exchange>> keptExchanges(const Ledger& ledger);

/// Keeps an exchange with the project: it takes the place of an earlier one with the same prompt,
/// temperature and seed, whose answers of other runs stay. Only the newest 50 are kept. Of two
/// processes that do this in the same moment the later one wins. Errors: those of Ledger.
Result<void> keepExchange(Ledger& ledger, Exchange exchange);

} // namespace schmidt
