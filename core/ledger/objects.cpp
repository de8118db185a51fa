// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/hash.h"
#include "ledger/ledger_state.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// Keeps other threads and processes out of a folder; the lock ends with the scope.
    class FolderLock {
    public:
        explicit FolderLock(const fs::path& folder)
            : m_descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        {
            if (m_descriptor >= 0)
                ::flock(m_descriptor, LOCK_EX);
        }
        ~FolderLock()
        {
            if (m_descriptor >= 0)
                ::close(m_descriptor);
        }
        FolderLock(const FolderLock&) = delete;
        FolderLock& operator=(const FolderLock&) = delete;

    private:
        int m_descriptor;
    };

    bool isHash(const std::string& text)
    {
        return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
    }

} // namespace

fs::path Ledger::objectPath(const std::string& hash) const
{
    return m_state->folder / "objects" / hash.substr(0, 2)
        / hash.substr(std::min<std::size_t>(2, hash.size()));
}

Result<std::string> Ledger::putObject(std::string_view bytes)
{
    SCHMIDT_CHECK(m_state->writable());
    const std::string hash = sha256Hex(bytes);
    const fs::path path = objectPath(hash);
    std::error_code status;
    fs::create_directories(path.parent_path(), status);
    if (status)
        return outOfResources("Cannot write into " + (m_state->folder / "objects").string()
                                  + "; free space or check the permissions.",
                              status.message());
    const FolderLock lock(path.parent_path());
    // An object of another length is the remains of a failing disk and is replaced.
    const auto present = fs::file_size(path, status);
    if (status || present != bytes.size())
        SCHMIDT_CHECK(writeFileAtomically(path, bytes));
    return hash;
}

Result<std::string> Ledger::object(const std::string& hash) const
{
    if (!isHash(hash))
        return badInput("\"" + hash + "\" is not the SHA-256 of an object.");
    SCHMIDT_TRY(std::string bytes, readTextFile(objectPath(hash)));
    if (sha256Hex(std::string_view(bytes)) != hash)
        return badInput(
            "The object " + objectPath(hash).string()
            + " is damaged: its content does not match its name; run the analysis again.");
    return bytes;
}

Result<void> Ledger::setCache(const std::string& key, const std::string& objectHash)
{
    SCHMIDT_CHECK(m_state->writable());
    SCHMIDT_TRY(Statement statement,
                m_state->database.prepare("INSERT INTO cache (key, object) VALUES (?1, ?2) "
                                          "ON CONFLICT (key) DO UPDATE SET object = ?2"));
    return statement.bind(key).bind(objectHash).run();
}

Result<std::optional<std::string>> Ledger::cache(const std::string& key) const
{
    SCHMIDT_TRY(Statement statement,
                m_state->database.prepare("SELECT object FROM cache WHERE key = ?"));
    SCHMIDT_TRY(const bool found, statement.bind(key).step());
    if (!found)
        return std::optional<std::string>();
    return std::optional(std::string(statement.text(0)));
}

} // namespace schmidt
