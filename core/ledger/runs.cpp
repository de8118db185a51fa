// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger_state.h"
#include "ledger/metric_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace schmidt {

namespace {

    constexpr std::array<std::pair<RunState, const char*>, 6> runStates { {
        { RunState::Queued, "queued" },
        { RunState::Running, "running" },
        { RunState::Done, "done" },
        { RunState::Failed, "failed" },
        { RunState::Cancelled, "cancelled" },
        { RunState::Interrupted, "interrupted" },
    } };

    constexpr const char* insertSql
        = "INSERT INTO runs (name, baseline, state, recipe, model_hash, workload, workload_hash, "
          "seed, engine_version, machine, command_line, created_at, finished_at, artefact, "
          "parent, error_text, note, tags, starred) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    constexpr const char* updateSql
        = "UPDATE runs SET name = ?, baseline = ?, state = ?, recipe = ?, model_hash = ?, "
          "workload = ?, workload_hash = ?, seed = ?, engine_version = ?, machine = ?, "
          "command_line = ?, created_at = ?, finished_at = ?, artefact = ?, parent = ?, "
          "error_text = ?, note = ?, tags = ?, starred = ? WHERE id = ?";

    constexpr const char* selectSql
        = "SELECT id, name, baseline, state, model_hash, workload, workload_hash, seed, "
          "engine_version, command_line, created_at, finished_at, artefact, parent, error_text, "
          "note, tags, starred, promoted, recipe, machine FROM runs";

    Error noSuchRun(RunId run)
    {
        return usageError("There is no run r" + std::to_string(run.value)
                          + " in this project; list the runs first.");
    }

    void bindJson(Statement& statement, const Json& json)
    {
        if (json.is_null())
            statement.bind(std::nullopt);
        else
            statement.bind(dumpJson(json));
    }

    void bindColumns(Statement& statement, const RunRecord& run)
    {
        statement.bind(run.name).bind(std::int64_t(run.baseline)).bind(runStateName(run.state));
        bindJson(statement, run.recipe);
        statement.bind(run.modelHash).bind(run.workload).bind(run.workloadHash);
        statement.bind(static_cast<std::int64_t>(run.seed)).bind(run.engineVersion);
        bindJson(statement, run.machine);
        statement.bind(run.commandLine).bind(run.createdAt).bind(run.finishedAt).bind(run.artefact);
        if (run.parent)
            statement.bind(run.parent->value);
        else
            statement.bind(std::nullopt);
        statement.bind(run.errorText).bind(run.note).bind(run.tags).bind(std::int64_t(run.starred));
    }

    Result<Json> jsonColumn(const Statement& row, int column)
    {
        if (row.isNull(column))
            return Json(nullptr);
        return parseJson(std::string(row.text(column)), "A run's entry in project.db");
    }

    enum class Detail { Full, Summary };

    Result<RunRecord> runFromRow(const Statement& row, Detail detail)
    {
        RunRecord run;
        run.id = RunId { row.integer(0) };
        run.name = row.text(1);
        run.baseline = row.integer(2) != 0;
        run.state = runStateFromName(std::string(row.text(3))).value_or(RunState::Failed);
        run.modelHash = row.text(4);
        run.workload = row.text(5);
        run.workloadHash = row.text(6);
        run.seed = static_cast<std::uint64_t>(row.integer(7));
        run.engineVersion = row.text(8);
        run.commandLine = row.text(9);
        run.createdAt = row.text(10);
        run.finishedAt = row.text(11);
        run.artefact = row.text(12);
        if (!row.isNull(13))
            run.parent = RunId { row.integer(13) };
        run.errorText = row.text(14);
        run.note = row.text(15);
        run.tags = row.text(16);
        run.starred = row.integer(17) != 0;
        run.promoted = row.integer(18) != 0;
        if (detail == Detail::Full) {
            SCHMIDT_TRY(run.recipe, jsonColumn(row, 19));
            SCHMIDT_TRY(run.machine, jsonColumn(row, 20));
        }
        return run;
    }

    Error damagedMetric()
    {
        return badInput("A metric in project.db is damaged; restore the project from a copy.");
    }

    /// Gives every run its metrics; `runs` are in order of their ids. The table is read as it lies:
    /// through its index every row would be looked up by itself.
    Result<void> addMetrics(const Database& database, std::vector<RunRecord>& runs)
    {
        SCHMIDT_TRY(Statement rows,
                    database.prepare("SELECT run_id, json FROM metrics ORDER BY rowid"));
        MetricReader reader;
        std::size_t usual = 0; // metrics of a run: neighbours mostly have as many
        auto run = runs.begin();
        for (;;) {
            SCHMIDT_TRY(const bool more, rows.step());
            if (!more)
                return {};
            const std::int64_t id = rows.integer(0);
            if (run == runs.end() || run->id.value != id)
                run = std::lower_bound(runs.begin(), runs.end(), id,
                                       [](const RunRecord& record, std::int64_t value) {
                                           return record.id.value < value;
                                       });
            if (run == runs.end() || run->id.value != id)
                continue;
            if (run->metrics.empty()) {
                if (run != runs.begin())
                    usual = std::prev(run)->metrics.size();
                run->metrics.reserve(usual);
            }
            if (!reader.read(rows.text(1), run->metrics.emplace_back()))
                return damagedMetric();
        }
    }

    Result<std::vector<RunRecord>> listRuns(const Database& database, Detail detail)
    {
        // One read transaction, so that runs and metrics belong to the same moment.
        SCHMIDT_CHECK(database.execute("BEGIN"));
        const auto read = [&]() -> Result<std::vector<RunRecord>> {
            std::vector<RunRecord> runs;
            SCHMIDT_TRY(Statement rows, database.prepare(std::string(selectSql) + " ORDER BY id"));
            for (;;) {
                SCHMIDT_TRY(const bool more, rows.step());
                if (!more)
                    break;
                SCHMIDT_TRY(RunRecord run, runFromRow(rows, detail));
                runs.push_back(std::move(run));
            }
            SCHMIDT_CHECK(addMetrics(database, runs));
            return runs;
        };
        auto runs = read();
        const auto ended = database.execute("COMMIT");
        if (runs.ok() && !ended.ok())
            return ended.error();
        return runs;
    }

    std::string knownNames(const std::vector<RunRecord>& runs)
    {
        constexpr std::size_t shown = 20;
        std::string names;
        for (std::size_t i = 0; i < std::min(shown, runs.size()); ++i)
            names
                += (i ? ", " : "") + ("r" + std::to_string(runs[i].id.value)) + " " + runs[i].name;
        if (runs.size() > shown)
            names += ", and " + std::to_string(runs.size() - shown) + " more";
        return names.empty() ? "there is no run yet" : "known runs: " + names;
    }

    std::optional<std::int64_t> idFromReference(std::string_view reference)
    {
        if (reference.starts_with('r') || reference.starts_with('R'))
            reference.remove_prefix(1);
        std::int64_t id = 0;
        const auto [end, error]
            = std::from_chars(reference.data(), reference.data() + reference.size(), id);
        if (error != std::errc() || end != reference.data() + reference.size() || reference.empty())
            return {};
        return id;
    }

} // namespace

std::string runStateName(RunState state)
{
    for (const auto& [value, name] : runStates)
        if (value == state)
            return name;
    return {};
}

std::optional<RunState> runStateFromName(const std::string& name)
{
    for (const auto& [state, known] : runStates)
        if (name == known)
            return state;
    return {};
}

Result<RunId> Ledger::addRun(const RunRecord& run)
{
    SCHMIDT_CHECK(m_state->writable());
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(m_state->database));
    SCHMIDT_TRY(Statement insert, m_state->database.prepare(insertSql));
    bindColumns(insert, run);
    SCHMIDT_CHECK(insert.run());
    const RunId id { m_state->database.lastRowId() };
    SCHMIDT_CHECK(m_state->storeMetrics(id, run.metrics));
    SCHMIDT_CHECK(transaction.commit());
    return id;
}

Result<void> Ledger::updateRun(const RunRecord& run)
{
    SCHMIDT_CHECK(m_state->writable());
    const std::int64_t before = m_state->database.ownChanges();
    SCHMIDT_TRY(Statement update, m_state->database.prepare(updateSql));
    bindColumns(update, run);
    SCHMIDT_CHECK(update.bind(run.id.value).run());
    if (m_state->database.ownChanges() == before)
        return noSuchRun(run.id);
    return {};
}

Result<void> Ledger::setRunState(RunId run, RunState state, const std::string& errorText)
{
    SCHMIDT_CHECK(m_state->writable());
    const std::int64_t before = m_state->database.ownChanges();
    SCHMIDT_TRY(
        Statement update,
        m_state->database.prepare("UPDATE runs SET state = ?, error_text = ? WHERE id = ?"));
    SCHMIDT_CHECK(update.bind(runStateName(state)).bind(errorText).bind(run.value).run());
    if (m_state->database.ownChanges() == before)
        return noSuchRun(run);
    return {};
}

Result<void> Ledger::State::storeMetrics(RunId run, const std::vector<Metric>& metrics) const
{
    SCHMIDT_TRY(Statement insert,
                database.prepare("INSERT INTO metrics (run_id, name, json) VALUES (?1, ?2, ?3) "
                                 "ON CONFLICT (run_id, name) DO UPDATE SET json = ?3"));
    for (const Metric& metric : metrics)
        SCHMIDT_CHECK(
            insert.bind(run.value).bind(metric.name).bind(dumpJson(toJson(metric))).run());
    return {};
}

Result<void> Ledger::setMetrics(RunId run, const std::vector<Metric>& metrics)
{
    SCHMIDT_CHECK(m_state->writable());
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(m_state->database));
    SCHMIDT_TRY(Statement known, m_state->database.prepare("SELECT 1 FROM runs WHERE id = ?"));
    SCHMIDT_TRY(const bool exists, known.bind(run.value).step());
    if (!exists)
        return noSuchRun(run);
    SCHMIDT_CHECK(m_state->storeMetrics(run, metrics));
    return transaction.commit();
}

Result<RunRecord> Ledger::run(RunId run) const
{
    SCHMIDT_TRY(Statement row, m_state->database.prepare(std::string(selectSql) + " WHERE id = ?"));
    SCHMIDT_TRY(const bool found, row.bind(run.value).step());
    if (!found)
        return noSuchRun(run);
    SCHMIDT_TRY(RunRecord record, runFromRow(row, Detail::Full));
    SCHMIDT_TRY(
        Statement metrics,
        m_state->database.prepare("SELECT json FROM metrics WHERE run_id = ? ORDER BY rowid"));
    metrics.bind(run.value);
    MetricReader reader;
    for (;;) {
        SCHMIDT_TRY(const bool more, metrics.step());
        if (!more)
            return record;
        if (!reader.read(metrics.text(0), record.metrics.emplace_back()))
            return damagedMetric();
    }
}

Result<std::vector<RunRecord>> Ledger::runs() const
{
    return listRuns(m_state->database, Detail::Full);
}

Result<std::vector<RunRecord>> Ledger::runSummaries() const
{
    return listRuns(m_state->database, Detail::Summary);
}

Result<std::size_t> Ledger::runCount() const
{
    SCHMIDT_TRY(Statement row, m_state->database.prepare("SELECT COUNT(*) FROM runs"));
    SCHMIDT_TRY(const bool found, row.step());
    return found ? static_cast<std::size_t>(row.integer(0)) : 0;
}

Result<RunRecord> Ledger::findRun(const std::string& reference) const
{
    const auto id
        = reference == "baseline" ? std::optional<std::int64_t>(1) : idFromReference(reference);
    SCHMIDT_TRY(const auto all, runSummaries());
    std::vector<RunId> named;
    for (const RunRecord& run : all) {
        if (id && run.id.value == *id)
            return this->run(run.id);
        if (run.name == reference)
            named.push_back(run.id);
    }
    if (named.size() == 1)
        return run(named.front());
    if (named.size() > 1)
        return usageError("Several runs are called \"" + reference
                          + "\"; name one by its number, such as r"
                          + std::to_string(named.back().value) + ".");
    return usageError("There is no run \"" + reference + "\" in this project; " + knownNames(all)
                      + ".");
}

} // namespace schmidt
