// SPDX-License-Identifier: Apache-2.0
#include "ledger/database.h"

#include <chrono>
#include <cstring>
#include <sqlite3.h>
#include <thread>
#include <utility>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr int busyMilliseconds = 10000;

    Error databaseError(sqlite3* connection, int code)
    {
        const std::string detail = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
        switch (code & 0xff) {
        case SQLITE_FULL:
        case SQLITE_IOERR:
            return outOfResources("The project's database cannot be written: the disk is full or "
                                  "failing; free space and repeat, nothing was lost.",
                                  detail);
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return outOfResources(
                "The project cannot be written; check the folder's permissions or "
                "copy the project to a place you may write to.",
                detail);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return outOfResources(
                "Another process keeps the project's database locked; wait for it or "
                "end it, then repeat.",
                detail);
        case SQLITE_NOMEM:
            return outOfResources(
                "There is not enough free memory for the project's database; close "
                "other programs.",
                detail);
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return badInput(
                "The project's database project.db is damaged or is no database; restore it "
                "from a copy.",
                detail);
        default:
            return internalError("The project's database refused a statement.", detail);
        }
    }

    /// Turns the write-ahead log on. SQLite does not wait for others when it changes the journal of
    /// a database that is just being made: whoever loses that race is told "busy" at once.
    int useWriteAheadLog(sqlite3* connection)
    {
        constexpr auto pause = std::chrono::milliseconds(5);
        const auto limit
            = std::chrono::steady_clock::now() + std::chrono::milliseconds(busyMilliseconds);
        int code = SQLITE_BUSY;
        while ((code & 0xff) == SQLITE_BUSY && std::chrono::steady_clock::now() < limit) {
            code = sqlite3_exec(connection, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
            if ((code & 0xff) == SQLITE_BUSY)
                std::this_thread::sleep_for(pause);
        }
        return code;
    }

    /// A file name as SQLite URI that promises nobody writes the file.
    std::string unchangingUri(const fs::path& file)
    {
        std::string uri = "file:";
        for (const char character : fs::absolute(file).string()) {
            if (std::strchr("?#%", character)) {
                constexpr const char* digits = "0123456789ABCDEF";
                uri += { '%', digits[(character >> 4) & 15], digits[character & 15] };
            } else {
                uri += character;
            }
        }
        return uri + "?immutable=1";
    }

} // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* connection, sqlite3_stmt* statement)
    : m_connection(connection)
    , m_statement(statement)
{
}

Statement& Statement::bind(std::int64_t value)
{
    m_bindError |= sqlite3_bind_int64(m_statement.get(), ++m_bound, value);
    return *this;
}

Statement& Statement::bind(std::string_view text)
{
    m_bindError |= sqlite3_bind_text64(m_statement.get(), ++m_bound, text.data() ? text.data() : "",
                                       text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(std::nullopt_t)
{
    m_bindError |= sqlite3_bind_null(m_statement.get(), ++m_bound);
    return *this;
}

Result<bool> Statement::step()
{
    if (m_bindError)
        return internalError("A value could not be passed to the project's database.",
                             sqlite3_errmsg(m_connection));
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return databaseError(m_connection, code);
}

Result<void> Statement::run()
{
    const auto stepped = step();
    sqlite3_reset(m_statement.get());
    sqlite3_clear_bindings(m_statement.get());
    m_bound = m_bindError = 0;
    if (!stepped.ok())
        return stepped.error();
    return {};
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

std::string_view Statement::text(int column) const
{
    const auto* text
        = reinterpret_cast<const char*>(sqlite3_column_text(m_statement.get(), column));
    if (!text)
        return {};
    return { text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column)) };
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

void Database::Closer::operator()(sqlite3* connection) const
{
    sqlite3_close_v2(connection);
}

Database::Database(sqlite3* connection)
    : m_connection(connection)
{
}

Result<Database> Database::open(const fs::path& file, Access access)
{
    const int flags = (access == Access::ReadOnly     ? SQLITE_OPEN_READONLY
                           : access == Access::Create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                      : SQLITE_OPEN_READWRITE)
        | SQLITE_OPEN_NOMUTEX;
    sqlite3* connection = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
    Database database(connection);
    if (code != SQLITE_OK)
        return databaseError(connection, code);
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_timeout(connection, busyMilliseconds);
    SCHMIDT_CHECK(database.execute("PRAGMA foreign_keys = ON;"));
    if (access != Access::ReadOnly) {
        if (sqlite3_db_readonly(connection, "main") == 1)
            return databaseError(connection, SQLITE_READONLY);
        if (code = useWriteAheadLog(connection); code != SQLITE_OK)
            return databaseError(connection, code);
        SCHMIDT_CHECK(database.execute("PRAGMA synchronous = FULL;"));
        return database;
    }
    const auto readable = database.integer("SELECT count(*) FROM sqlite_schema");
    if (readable.ok())
        return database;
    std::error_code status;
    const auto logBytes = fs::file_size(file.string() + "-wal", status);
    if (readable.error().code != ErrorCode::Resources || (!status && logBytes > 0))
        return readable.error();
    // The write-ahead log needs a lock file beside the database even for reading.
    sqlite3* unchanging = nullptr;
    code = sqlite3_open_v2(unchangingUri(file).c_str(), &unchanging, flags | SQLITE_OPEN_URI,
                           nullptr);
    Database fallback(unchanging);
    if (code != SQLITE_OK)
        return databaseError(unchanging, code);
    return fallback;
}

Result<Statement> Database::prepare(std::string_view sql) const
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(m_connection.get(), sql.data(),
                                        static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK)
        return databaseError(m_connection.get(), code);
    return Statement(m_connection.get(), statement);
}

Result<void> Database::execute(const std::string& sql) const
{
    const int code = sqlite3_exec(m_connection.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return databaseError(m_connection.get(), code);
    return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) const
{
    SCHMIDT_TRY(Statement statement, prepare(sql));
    SCHMIDT_TRY(const bool found, statement.step());
    if (!found)
        return internalError("The project's database gave no answer.", std::string(sql));
    return statement.integer(0);
}

std::int64_t Database::lastRowId() const
{
    return sqlite3_last_insert_rowid(m_connection.get());
}

std::int64_t Database::ownChanges() const
{
    return sqlite3_total_changes64(m_connection.get());
}

Transaction::Transaction(const Database& database)
    : m_database(&database)
{
}

Transaction::Transaction(Transaction&& other) noexcept
    : m_database(std::exchange(other.m_database, nullptr))
{
}

Transaction::~Transaction()
{
    // After a full disk SQLite may have rolled back by itself; then this one fails harmlessly.
    if (m_database)
        (void)m_database->execute("ROLLBACK");
}

Result<Transaction> Transaction::begin(const Database& database)
{
    SCHMIDT_CHECK(database.execute("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Result<void> Transaction::commit()
{
    SCHMIDT_CHECK(m_database->execute("COMMIT"));
    m_database = nullptr;
    return {};
}

} // namespace schmidt
