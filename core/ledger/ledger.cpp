// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include "ledger/ledger_state.h"

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr const char* databaseName = "project.db";
    constexpr const char* modelKey = "model";
    constexpr const char* goalsKey = "goals";
    constexpr const char* auditHeadKey = "audit_head";
    constexpr const char* valuePrefix = "value:";

} // namespace

Result<void> Ledger::State::writable() const
{
    if (readOnly)
        return usageError("The project " + folder.string()
                          + " is open for reading only; open it for writing or copy it to a place "
                            "you may write to.");
    return {};
}

Result<void> Ledger::State::setSetting(const std::string& key, const Json& value) const
{
    SCHMIDT_CHECK(writable());
    SCHMIDT_TRY(Statement statement,
                database.prepare("INSERT INTO settings (key, value) VALUES (?1, ?2) "
                                 "ON CONFLICT (key) DO UPDATE SET value = ?2"));
    return statement.bind(key).bind(dumpJson(value)).run();
}

Result<Json> Ledger::State::setting(const std::string& key) const
{
    SCHMIDT_TRY(Statement statement, database.prepare("SELECT value FROM settings WHERE key = ?"));
    SCHMIDT_TRY(const bool found, statement.bind(key).step());
    if (!found)
        return Json(nullptr);
    return parseJson(std::string(statement.text(0)), "The project's value \"" + key + "\"");
}

Result<void> Ledger::State::audit(const std::string& action, const Json& details) const
{
    SCHMIDT_CHECK(writable());
    SCHMIDT_TRY(const AuditHead head, auditLog().append(action, details));
    return setSetting(auditHeadKey, { { "sequence", head.sequence }, { "hash", head.hash } });
}

Ledger::Ledger(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Result<Ledger> Ledger::openOrCreate(const fs::path& folder)
{
    std::error_code status;
    fs::create_directories(folder / "objects", status);
    if (!status)
        fs::create_directories(folder / "runs", status);
    if (status)
        return outOfResources("Cannot create the project folder " + folder.string()
                                  + "; choose a place you may write to.",
                              status.message());
    const fs::path file = folder / databaseName;
    SCHMIDT_TRY(Database database, Database::open(file, Database::Access::Create));
    SCHMIDT_CHECK(migrateDatabase(database, file, ledgerMigrations()));
    return Ledger(std::unique_ptr<State>(new State { folder, false, std::move(database) }));
}

Result<Ledger> Ledger::open(const fs::path& folder, bool readOnly)
{
    const fs::path file = folder / databaseName;
    std::error_code status;
    if (!fs::is_regular_file(file, status))
        return badInput(folder.string() + " is not a project: it has no " + databaseName
                        + "; name the folder of a project.");
    const auto access = readOnly ? Database::Access::ReadOnly : Database::Access::ReadWrite;
    SCHMIDT_TRY(Database database, Database::open(file, access));
    if (!readOnly) {
        SCHMIDT_CHECK(migrateDatabase(database, file, ledgerMigrations()));
    } else if (const auto current = checkDatabaseVersion(database, file, ledgerMigrations());
               !current.ok()) {
        // A project of an older program is brought up to date where that is possible.
        if (current.error().code != ErrorCode::Unsupported || !open(folder).ok())
            return current.error();
        return open(folder, true);
    }
    return Ledger(std::unique_ptr<State>(new State { folder, readOnly, std::move(database) }));
}

const fs::path& Ledger::folder() const
{
    return m_state->folder;
}

bool Ledger::readOnly() const
{
    return m_state->readOnly;
}

Result<void> Ledger::setModel(const ModelReference& model)
{
    return m_state->setSetting(modelKey,
                               { { "path", model.path.string() },
                                 { "content_hash", model.contentHash },
                                 { "name", model.name } });
}

Result<std::optional<ModelReference>> Ledger::model() const
{
    SCHMIDT_TRY(const Json json, m_state->setting(modelKey));
    if (json.is_null())
        return std::optional<ModelReference>();
    return std::optional(ModelReference { jsonValue<std::string>(json, "path", {}),
                                          jsonValue<std::string>(json, "content_hash", {}),
                                          jsonValue<std::string>(json, "name", {}) });
}

Result<void> Ledger::setGoals(const Goals& goals)
{
    return m_state->setSetting(goalsKey, toJson(goals));
}

Result<Goals> Ledger::goals() const
{
    SCHMIDT_TRY(const Json json, m_state->setting(goalsKey));
    if (json.is_null())
        return Goals {};
    return goalsFromJson(json);
}

Result<void> Ledger::setValue(const std::string& key, const Json& value)
{
    return m_state->setSetting(valuePrefix + key, value);
}

Result<Json> Ledger::value(const std::string& key) const
{
    return m_state->setting(valuePrefix + key);
}

Result<void> Ledger::promote(RunId run)
{
    SCHMIDT_CHECK(m_state->writable());
    SCHMIDT_TRY(const RunRecord record, this->run(run));
    if (record.state != RunState::Done)
        return usageError("Run r" + std::to_string(run.value) + " (" + record.name + ") is "
                          + runStateName(record.state)
                          + "; only a finished run can be put in use.");
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(m_state->database));
    SCHMIDT_TRY(
        Statement inUse,
        m_state->database.prepare("SELECT run_id FROM promotions ORDER BY id DESC LIMIT 1"));
    SCHMIDT_TRY(const bool any, inUse.step());
    const Json former = any ? Json(inUse.integer(0)) : Json(nullptr);
    if (former == run.value)
        return {};
    SCHMIDT_TRY(Statement insert,
                m_state->database.prepare("INSERT INTO promotions (run_id) VALUES (?)"));
    SCHMIDT_CHECK(insert.bind(run.value).run());
    SCHMIDT_TRY(Statement mark, m_state->database.prepare("UPDATE runs SET promoted = (id = ?)"));
    SCHMIDT_CHECK(mark.bind(run.value).run());
    SCHMIDT_CHECK(m_state->audit("promoted", { { "run", run.value }, { "former", former } }));
    return transaction.commit();
}

Result<RunId> Ledger::rollback()
{
    SCHMIDT_CHECK(m_state->writable());
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(m_state->database));
    SCHMIDT_TRY(
        Statement latest,
        m_state->database.prepare("SELECT id, run_id FROM promotions ORDER BY id DESC LIMIT 2"));
    SCHMIDT_TRY(const bool any, latest.step());
    const std::int64_t row = any ? latest.integer(0) : 0;
    const std::int64_t present = any ? latest.integer(1) : 0;
    SCHMIDT_TRY(const bool before, latest.step());
    if (!any || !before)
        return usageError("There is no earlier promoted run to go back to; promote a run first.");
    const RunId back { latest.integer(1) };
    SCHMIDT_TRY(Statement remove, m_state->database.prepare("DELETE FROM promotions WHERE id = ?"));
    SCHMIDT_CHECK(remove.bind(row).run());
    SCHMIDT_TRY(Statement mark, m_state->database.prepare("UPDATE runs SET promoted = (id = ?)"));
    SCHMIDT_CHECK(mark.bind(back.value).run());
    SCHMIDT_CHECK(m_state->audit("rolled_back", { { "run", back.value }, { "former", present } }));
    SCHMIDT_CHECK(transaction.commit());
    return back;
}

Result<void> Ledger::audit(const std::string& action, const Json& details)
{
    SCHMIDT_CHECK(m_state->writable());
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(m_state->database));
    SCHMIDT_CHECK(m_state->audit(action, details));
    return transaction.commit();
}

Result<std::vector<AuditEntry>> Ledger::auditLog() const
{
    return m_state->auditLog().entries();
}

Result<void> Ledger::verifyAudit() const
{
    SCHMIDT_TRY(const Json json, m_state->setting(auditHeadKey));
    return m_state->auditLog().verify(
        { jsonValue<std::int64_t>(json, "sequence", 0), jsonValue<std::string>(json, "hash", {}) });
}

std::int64_t Ledger::dataVersion() const
{
    const auto others = m_state->database.integer("PRAGMA data_version");
    return (others.ok() ? *others : 0) + m_state->database.ownChanges();
}

} // namespace schmidt
