// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/json.h"
#include "base/metric.h"
#include "ledger/votes.h"
#include "recipe/goals.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// Life of a run.
enum class RunState { Queued, Running, Done, Failed, Cancelled, Interrupted };
std::string runStateName(RunState state);
std::optional<RunState> runStateFromName(const std::string& name);

/// The model a project is about.
struct ModelReference {
    std::filesystem::path path;
    std::string contentHash;
    std::string name;
};

/// A row of the run table. Run 1 of every project is the baseline.
struct RunRecord {
    RunId id;
    std::string name;
    bool baseline = false;
    RunState state = RunState::Queued;
    Json recipe; ///< recipe JSON; null for the baseline
    std::string modelHash;
    std::string workload;
    std::string workloadHash;
    std::uint64_t seed = 0;
    std::string engineVersion;
    Json machine; ///< description of where it ran
    std::string commandLine;
    std::string createdAt; ///< ISO 8601 UTC
    std::string finishedAt;
    std::string
        artefact; ///< folder of the variant, relative to the project; empty for the baseline
    std::optional<RunId> parent; ///< recipe derived from this run
    std::string errorText;
    std::string note;
    std::string tags; ///< comma-separated
    bool starred = false;
    bool promoted = false;
    std::vector<Metric> metrics;
};

/// An entry of the hash-chained audit log.
struct AuditEntry {
    std::int64_t sequence = 0;
    std::string time, action, hash, previous;
    Json details;
};

/// A project folder: project.db (SQLite, WAL), objects/ (content-addressed), runs/ (variant
/// folders), audit.jsonl. One process writes at a time per statement; readers never block. Safe to
/// open from several processes; one Ledger object per thread. Every call is a transaction of its
/// own: a process that dies leaves all of a call's changes or none. Two processes that change the
/// same run both succeed and the later call wins, column by column for setRunState and metric by
/// metric for setMetrics; a writer waits up to ten seconds for another, then fails with Resources.
/// Writing to a project opened for reading only is a Usage error.
class Ledger {
public:
    /// Creates the folder and its database, or opens an existing one, migrating older versions
    /// after keeping a copy of the database. Errors: Resources (read-only, full disk), Unsupported
    /// (newer version, both named), BadInput (not a project).
    static Result<Ledger> openOrCreate(const std::filesystem::path& folder);
    /// Opens an existing project only. One of an older version is migrated also where it is opened
    /// for reading only; where that cannot be, it is Unsupported.
    static Result<Ledger> open(const std::filesystem::path& folder, bool readOnly = false);

    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;
    ~Ledger();

    const std::filesystem::path& folder() const;
    bool readOnly() const;

    Result<void> setModel(const ModelReference& model);
    Result<std::optional<ModelReference>> model() const;
    Result<void> setGoals(const Goals& goals);
    Result<Goals> goals() const;
    /// Small named values of the project: draft recipe, chosen workload, scenes.
    Result<void> setValue(const std::string& key, const Json& value);
    Result<Json> value(const std::string& key) const; ///< null when absent

    Result<RunId> addRun(const RunRecord& run);
    /// All columns except metrics and `promoted`, which promote() and rollback() own. Errors: Usage
    /// when there is no such run.
    Result<void> updateRun(const RunRecord& run);
    Result<void> setRunState(RunId run, RunState state, const std::string& errorText = {});
    /// Replaces metrics of the same name, keeps the others.
    Result<void> setMetrics(RunId run, const std::vector<Metric>& metrics);
    Result<RunRecord> run(RunId run) const;
    Result<std::vector<RunRecord>> runs() const; ///< by id
    /// For long tables: as runs(), but `recipe` and `machine` stay null, which are most of the
    /// bytes.
    Result<std::vector<RunRecord>> runSummaries() const;
    Result<std::size_t> runCount() const;
    /// Finds by id ("3", "r3") or unique name; "baseline" is run 1. Errors: Usage listing the
    /// names.
    Result<RunRecord> findRun(const std::string& reference) const;
    /// Marks a run as the one in use (and the former one as not); audited.
    Result<void> promote(RunId run);
    /// Puts back the run promoted before the present one. Errors: Usage when there is none.
    Result<RunId> rollback();

    /// Keeps a vote on answers and returns its id. Errors: Resources; Usage for unknown runs.
    Result<std::int64_t> addVote(const Vote& vote);
    Result<std::vector<Vote>> votes() const; ///< oldest first

    /// Stores bytes under their SHA-256 in objects/ and returns the hash. Errors: Resources.
    Result<std::string> putObject(std::string_view bytes);
    Result<std::string> object(const std::string& hash) const;
    std::filesystem::path objectPath(const std::string& hash) const;
    /// Maps a cache key (model hash, workload hash, …) to an object.
    Result<void> setCache(const std::string& key, const std::string& objectHash);
    Result<std::optional<std::string>> cache(const std::string& key) const;

    /// Appends to audit.jsonl: hash = SHA-256(previous hash, canonical JSON of the entry), fsync.
    /// The newest hash is also kept in the database, so that a log cut off at its end is noticed.
    Result<void> audit(const std::string& action, const Json& details);
    Result<std::vector<AuditEntry>> auditLog() const;
    /// Errors: Verification naming the first broken entry.
    Result<void> verifyAudit() const;

    /// Increases whenever any process changed the database; cheap to poll.
    std::int64_t dataVersion() const;

private:
    struct State;
    explicit Ledger(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Schema version this program writes.
inline constexpr int ledgerSchemaVersion = 2;

} // namespace schmidt
