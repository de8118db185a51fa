// SPDX-License-Identifier: Apache-2.0
#include "ledger/votes.h"

#include "ledger/ledger.h"
#include "ledger/ledger_state.h"

#include <algorithm>

namespace schmidt {

namespace {

    constexpr const char* columns = "id, created_at, workload, prompt, seed, temperature, choice";

    Vote voteFrom(const Statement& row)
    {
        Vote vote;
        vote.id = row.integer(0);
        vote.createdAt = row.text(1);
        vote.workload = row.text(2);
        vote.prompt = row.text(3);
        // SQLite integers are signed; the bits are kept.
        vote.seed = static_cast<std::uint64_t>(row.integer(4));
        vote.temperature = std::strtod(std::string(row.text(5)).c_str(), nullptr);
        if (!row.isNull(6))
            vote.choice = RunId { row.integer(6) };
        return vote;
    }

} // namespace

VoteCount countVotes(const std::vector<Vote>& votes, RunId run, RunId against)
{
    VoteCount count;
    for (const Vote& vote : votes) {
        const auto saw = [&vote](RunId id) {
            return std::find(vote.shown.begin(), vote.shown.end(), id) != vote.shown.end();
        };
        if (!saw(run) || !saw(against))
            continue;
        count.ties += !vote.choice;
        count.wins += vote.choice == run;
        count.losses += vote.choice == against;
    }
    return count;
}

std::vector<VoteTally> votesAgainstBaseline(const std::vector<Vote>& votes,
                                            const std::vector<RunRecord>& runs)
{
    const auto baseline
        = std::find_if(runs.begin(), runs.end(), [](const RunRecord& run) { return run.baseline; });
    std::vector<VoteTally> tallies;
    if (baseline == runs.end())
        return tallies;
    for (const RunRecord& run : runs) {
        const VoteCount count = countVotes(votes, run.id, baseline->id);
        if (!run.baseline && count.decided() + count.ties > 0)
            tallies.push_back({ run.id, run.name, count });
    }
    return tallies;
}

Result<std::int64_t> Ledger::addVote(const Vote& vote)
{
    SCHMIDT_CHECK(m_state->writable());
    const Database& database = m_state->database;
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(database));
    SCHMIDT_TRY(Statement insert,
                database.prepare("INSERT INTO votes (created_at, workload, prompt, seed, "
                                 "temperature, choice) VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(vote.createdAt)
        .bind(vote.workload)
        .bind(vote.prompt)
        .bind(static_cast<std::int64_t>(vote.seed))
        .bind(dumpJson(vote.temperature));
    if (vote.choice)
        insert.bind(vote.choice->value);
    else
        insert.bind(std::nullopt);
    SCHMIDT_CHECK(insert.run());
    const std::int64_t id = database.lastRowId();
    SCHMIDT_TRY(Statement place,
                database.prepare("INSERT INTO vote_runs (vote_id, place, run_id) VALUES (?, ?, "
                                 "?)"));
    for (std::size_t index = 0; index < vote.shown.size(); ++index)
        SCHMIDT_CHECK(place.bind(id)
                          .bind(static_cast<std::int64_t>(index))
                          .bind(vote.shown[index].value)
                          .run());
    SCHMIDT_CHECK(transaction.commit());
    return id;
}

Result<std::vector<Vote>> Ledger::votes() const
{
    const Database& database = m_state->database;
    SCHMIDT_TRY(Statement rows,
                database.prepare("SELECT " + std::string(columns) + " FROM votes ORDER BY id"));
    std::vector<Vote> votes;
    for (;;) {
        SCHMIDT_TRY(const bool more, rows.step());
        if (!more)
            break;
        votes.push_back(voteFrom(rows));
    }
    SCHMIDT_TRY(Statement places,
                database.prepare("SELECT vote_id, run_id FROM vote_runs ORDER BY vote_id, place"));
    auto vote = votes.begin();
    for (;;) {
        SCHMIDT_TRY(const bool more, places.step());
        if (!more)
            break;
        while (vote != votes.end() && vote->id < places.integer(0))
            ++vote;
        if (vote != votes.end() && vote->id == places.integer(0))
            vote->shown.push_back(RunId { places.integer(1) });
    }
    return votes;
}

} // namespace schmidt
