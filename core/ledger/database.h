// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace schmidt {

class Database;

/// A prepared SQLite statement. Errors of binding are kept and returned by the next step. Must not
/// outlive its Database.
class Statement {
public:
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text); ///< copied
    Statement& bind(std::nullopt_t);

    /// Goes to the next row: true while there is one.
    Result<bool> step();
    /// Runs a statement that gives no rows and makes it ready for other values.
    Result<void> run();

    /// Columns of the present row, from 0. Text lives until the next step.
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    bool isNull(int column) const;

private:
    friend class Database;
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(sqlite3* connection, sqlite3_stmt* statement);

    sqlite3* m_connection;
    std::unique_ptr<sqlite3_stmt, Finalizer> m_statement;
    int m_bound = 0;
    int m_bindError = 0;
};

/// One SQLite connection with foreign keys on, write-ahead log, full durability and a busy timeout
/// of ten seconds. Used by one thread at a time.
class Database {
public:
    enum class Access { Create, ReadWrite, ReadOnly };
    /// A read-only database in a folder that cannot be written is opened as an unchanging file.
    /// Errors: Resources, BadInput when the file is no database.
    static Result<Database> open(const std::filesystem::path& file, Access access);

    Result<Statement> prepare(std::string_view sql) const;
    /// Runs one or more statements without values.
    Result<void> execute(const std::string& sql) const;
    /// First column of the first row as integer. Errors: Internal when there is no row.
    Result<std::int64_t> integer(std::string_view sql) const;

    std::int64_t lastRowId() const;
    /// Rows this connection changed so far.
    std::int64_t ownChanges() const;

private:
    struct Closer {
        void operator()(sqlite3* connection) const;
    };
    explicit Database(sqlite3* connection);
    std::unique_ptr<sqlite3, Closer> m_connection;
};

/// A write transaction: holds the database's only write lock from begin() on, and undoes
/// everything when it is destroyed without commit().
class Transaction {
public:
    static Result<Transaction> begin(const Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(const Database& database);
    const Database* m_database;
};

/// The step that leads from version - 1 to version.
struct Migration {
    int version = 1;
    const char* sql = "";
};

/// Migrations of project.db, by version.
std::span<const Migration> ledgerMigrations();

/// Brings a database to the newest version of `migrations`; before a change of existing data, a
/// copy is kept as "<name>.v<old version>". Safe when two processes try at once. Errors:
/// Unsupported when the file is newer than the program, with both versions named; BadInput when it
/// is another program's database; Resources.
Result<void> migrateDatabase(const Database& database, const std::filesystem::path& file,
                             std::span<const Migration> migrations);
/// The same checks without any change: a read-only file must already have the newest version.
Result<void> checkDatabaseVersion(const Database& database, const std::filesystem::path& file,
                                  std::span<const Migration> migrations);

} // namespace schmidt
