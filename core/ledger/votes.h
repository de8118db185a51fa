// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/binomial.h"
#include "base/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// What a person preferred among answers to one prompt, given blind: names hidden and columns
/// shuffled until the choice was made.
struct Vote {
    std::int64_t id = 0;
    std::string createdAt; ///< ISO 8601 UTC
    std::string workload;
    std::string prompt;
    std::uint64_t seed = 0;
    double temperature = 0;
    std::vector<RunId> shown; ///< runs in the order of their columns
    std::optional<RunId> choice; ///< empty: none was better
    bool operator==(const Vote&) const = default;
};

/// How one run fared against another where people saw both.
struct VoteCount {
    std::int64_t wins = 0, losses = 0;
    std::int64_t ties = 0; ///< none was better
    std::int64_t decided() const { return wins + losses; }
    /// 95 % interval of the share of wins among decided votes.
    ShareInterval interval() const { return wilsonInterval(wins, decided()); }
};

/// Counts the votes on answers of both runs. A vote for a third run says nothing about the two.
VoteCount countVotes(const std::vector<Vote>& votes, RunId run, RunId against);

struct RunRecord;

/// A run's votes against the baseline.
struct VoteTally {
    RunId run;
    std::string name;
    VoteCount count;
};
/// Of every run that was seen beside the baseline, by run.
std::vector<VoteTally> votesAgainstBaseline(const std::vector<Vote>& votes,
                                            const std::vector<RunRecord>& runs);

} // namespace schmidt
