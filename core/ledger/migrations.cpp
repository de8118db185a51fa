// SPDX-License-Identifier: Apache-2.0
#include "ledger/database.h"
#include "ledger/ledger.h"

#include <array>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// "SCHM": tells our databases from those of other programs.
    constexpr std::int64_t applicationId = 0x5343484d;

    // The long columns of a run come last: a list of runs then never reads their pages.
    constexpr const char* firstSchema = R"sql(
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    state TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    workload TEXT NOT NULL,
    workload_hash TEXT NOT NULL,
    seed INTEGER NOT NULL,
    engine_version TEXT NOT NULL,
    command_line TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    artefact TEXT NOT NULL,
    parent INTEGER REFERENCES runs(id),
    error_text TEXT NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    starred INTEGER NOT NULL,
    promoted INTEGER NOT NULL DEFAULT 0,
    recipe TEXT,
    machine TEXT
);
CREATE TABLE metrics (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (run_id, name)
);
CREATE TABLE promotions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs(id)
);
CREATE TABLE cache (key TEXT PRIMARY KEY, object TEXT NOT NULL) WITHOUT ROWID;
)sql";

    // The temperature is text: the number as it was typed.
    constexpr const char* votesSchema = R"sql(
CREATE TABLE votes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    workload TEXT NOT NULL,
    prompt TEXT NOT NULL,
    seed INTEGER NOT NULL,
    temperature TEXT NOT NULL,
    choice INTEGER REFERENCES runs(id)
);
CREATE TABLE vote_runs (
    vote_id INTEGER NOT NULL REFERENCES votes(id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    PRIMARY KEY (vote_id, place)
) WITHOUT ROWID;
)sql";

    constexpr std::array<Migration, 2> migrationTable { { { 1, firstSchema },
                                                          { 2, votesSchema } } };
    static_assert(migrationTable.back().version == ledgerSchemaVersion);

    Result<void> keepCopy(const Database& database, const fs::path& file, std::int64_t version)
    {
        const fs::path copy = file.string() + ".v" + std::to_string(version);
        const fs::path temporary = copy.string() + ".part";
        std::error_code status;
        fs::remove(temporary, status);
        SCHMIDT_TRY(Statement statement, database.prepare("VACUUM INTO ?"));
        statement.bind(temporary.string());
        SCHMIDT_CHECK(statement.run());
        fs::rename(temporary, copy, status);
        if (status)
            return outOfResources("Cannot keep a copy of " + file.string()
                                      + " before bringing it up to date; free space beside it.",
                                  status.message());
        return {};
    }

    /// What checkedVersion() gives; for the inside of a transaction.
    Result<std::int64_t> versionInside(const Database& database, const fs::path& file, int newest)
    {
        SCHMIDT_TRY(const std::int64_t version, database.integer("PRAGMA user_version"));
        SCHMIDT_TRY(const std::int64_t owner, database.integer("PRAGMA application_id"));
        SCHMIDT_TRY(const std::int64_t tables,
                    database.integer("SELECT count(*) FROM sqlite_schema"));
        if (owner == 0 && version == 0 && tables == 0)
            return 0;
        if (owner != applicationId)
            return badInput(file.string()
                            + " belongs to another program; choose the folder of a project.");
        if (version > newest)
            return unsupported("The project " + file.parent_path().string() + " has version "
                               + std::to_string(version) + ", this program reads up to version "
                               + std::to_string(newest) + "; open it with a newer program.");
        return version;
    }

    /// The file's version; 0 for a database without anything in it. Everything is read at one
    /// moment: another process may be making the database right now.
    Result<std::int64_t> checkedVersion(const Database& database, const fs::path& file, int newest)
    {
        SCHMIDT_CHECK(database.execute("SAVEPOINT version"));
        auto version = versionInside(database, file, newest);
        SCHMIDT_CHECK(database.execute("RELEASE version"));
        return version;
    }

} // namespace

std::span<const Migration> ledgerMigrations()
{
    return migrationTable;
}

Result<void> migrateDatabase(const Database& database, const fs::path& file,
                             std::span<const Migration> migrations)
{
    const int newest = migrations.back().version;
    SCHMIDT_TRY(const std::int64_t before, checkedVersion(database, file, newest));
    if (before == newest)
        return {};
    if (before > 0)
        SCHMIDT_CHECK(keepCopy(database, file, before));
    SCHMIDT_TRY(Transaction transaction, Transaction::begin(database));
    // Another process may have been quicker.
    SCHMIDT_TRY(const std::int64_t version, checkedVersion(database, file, newest));
    for (const Migration& migration : migrations)
        if (migration.version > version)
            SCHMIDT_CHECK(database.execute(migration.sql));
    SCHMIDT_CHECK(database.execute("PRAGMA application_id = " + std::to_string(applicationId)
                                   + "; PRAGMA user_version = " + std::to_string(newest) + ";"));
    return transaction.commit();
}

Result<void> checkDatabaseVersion(const Database& database, const fs::path& file,
                                  std::span<const Migration> migrations)
{
    const int newest = migrations.back().version;
    SCHMIDT_TRY(const std::int64_t version, checkedVersion(database, file, newest));
    if (version < newest)
        return unsupported("The project " + file.parent_path().string() + " has version "
                           + std::to_string(version) + " and must be brought to version "
                           + std::to_string(newest)
                           + ", but it is opened for reading only; open it once for writing.");
    return {};
}

} // namespace schmidt
