// SPDX-License-Identifier: Apache-2.0
#include "ledger/audit_log.h"

#include "base/file.h"
#include "base/hash.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// Closes a file descriptor at the end of a scope.
    struct Descriptor {
        int value = -1;
        ~Descriptor()
        {
            if (value >= 0)
                ::close(value);
        }
    };

    Error cannotWrite(const fs::path& file)
    {
        return outOfResources(
            "Cannot write the audit log " + file.string()
                + "; free space on the disk or check the permissions, then repeat.",
            std::strerror(errno));
    }

    Json entryWithoutHash(const AuditEntry& entry)
    {
        return { { "sequence", entry.sequence },
                 { "time", entry.time },
                 { "action", entry.action },
                 { "details", entry.details },
                 { "previous", entry.previous } };
    }

    std::string entryHash(const AuditEntry& entry)
    {
        return sha256Hex(entry.previous + dumpJson(entryWithoutHash(entry)));
    }

    AuditEntry entryFromJson(const Json& json)
    {
        AuditEntry entry;
        entry.sequence = jsonValue<std::int64_t>(json, "sequence", -1);
        entry.time = jsonValue<std::string>(json, "time", {});
        entry.action = jsonValue<std::string>(json, "action", {});
        entry.details = jsonValue<Json>(json, "details", nullptr);
        entry.previous = jsonValue<std::string>(json, "previous", {});
        entry.hash = jsonValue<std::string>(json, "hash", {});
        return entry;
    }

    AuditHead emptyHead()
    {
        return { 0, std::string(64, '0') };
    }

    /// The complete last line before `size`; `size` is set to where that line ends.
    Result<std::string> lastLine(int descriptor, const fs::path& file, off_t& size)
    {
        std::string tail;
        off_t start = size;
        std::size_t newlines = 0;
        while (start > 0 && newlines < 2) {
            char block[4096];
            const off_t wanted = std::min<off_t>(start, sizeof block);
            if (::pread(descriptor, block, static_cast<std::size_t>(wanted), start - wanted)
                != wanted)
                return cannotWrite(file);
            start -= wanted;
            tail.insert(0, block, static_cast<std::size_t>(wanted));
            newlines = static_cast<std::size_t>(std::count(tail.begin(), tail.end(), '\n'));
        }
        const auto end = tail.rfind('\n');
        if (end == std::string::npos) {
            size = 0;
            return std::string();
        }
        size = start + static_cast<off_t>(end) + 1;
        const auto begin = end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
        const std::size_t first = begin == std::string::npos ? 0 : begin + 1;
        return tail.substr(first, end - first);
    }

    Result<void> writeAll(int descriptor, const std::string& text, const fs::path& file)
    {
        std::size_t written = 0;
        while (written < text.size()) {
            const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0)
                return cannotWrite(file);
            written += static_cast<std::size_t>(count);
        }
        if (::fsync(descriptor) != 0)
            return cannotWrite(file);
        return {};
    }

} // namespace

std::string auditTime()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const std::time_t seconds = milliseconds / 1000;
    std::tm utc {};
    gmtime_r(&seconds, &utc);
    char date[32], text[48];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text, sizeof text, "%s.%03dZ", date, static_cast<int>(milliseconds % 1000));
    return text;
}

AuditLog::AuditLog(fs::path file)
    : m_file(std::move(file))
{
}

Result<AuditHead> AuditLog::append(const std::string& action, const Json& details)
{
    const Descriptor file { ::open(m_file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644) };
    struct stat status { };
    if (file.value < 0 || ::fstat(file.value, &status) != 0)
        return cannotWrite(m_file);
    off_t end = status.st_size;
    SCHMIDT_TRY(const std::string last, lastLine(file.value, m_file, end));
    AuditHead head = emptyHead();
    if (!last.empty()) {
        const Json json = Json::parse(last, nullptr, false);
        const AuditEntry entry = entryFromJson(json);
        if (entry.sequence < 1 || entry.hash.size() != 64)
            return verificationFailed("The last entry of the audit log " + m_file.string()
                                      + " cannot be read; restore the log from a copy.");
        head = { entry.sequence, entry.hash };
    }
    if (end != status.st_size && ::ftruncate(file.value, end) != 0)
        return cannotWrite(m_file);

    AuditEntry entry;
    entry.sequence = head.sequence + 1;
    entry.time = auditTime();
    entry.previous = head.hash;
    // What is hashed must be what a reader gets back, so invalid UTF-8 is replaced before.
    entry.action = Json::parse(dumpJson(action)).get<std::string>();
    entry.details = Json::parse(dumpJson(details));
    entry.hash = entryHash(entry);
    Json json = entryWithoutHash(entry);
    json["hash"] = entry.hash;
    if (const auto written = writeAll(file.value, dumpJson(json) + "\n", m_file); !written.ok()) {
        if (::ftruncate(file.value, end) != 0)
            return cannotWrite(m_file);
        return written.error();
    }
    return AuditHead { entry.sequence, entry.hash };
}

Result<std::vector<AuditEntry>> AuditLog::entries() const
{
    std::vector<AuditEntry> entries;
    std::error_code status;
    if (!fs::exists(m_file, status))
        return entries;
    SCHMIDT_TRY(const std::string text, readTextFile(m_file));
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
        const Json json
            = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                          text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (!json.is_object())
            return verificationFailed("Entry " + std::to_string(entries.size() + 1)
                                      + " of the audit log " + m_file.string()
                                      + " cannot be read: it was damaged or edited.");
        entries.push_back(entryFromJson(json));
        begin = end + 1;
    }
    return entries;
}

Result<void> AuditLog::verify(const AuditHead& head) const
{
    SCHMIDT_TRY(const auto all, entries());
    AuditHead reached = emptyHead();
    for (const AuditEntry& entry : all) {
        const std::string name = "Entry " + std::to_string(reached.sequence + 1)
            + " of the audit log " + m_file.string();
        if (entry.sequence != reached.sequence + 1 || entry.previous != reached.hash)
            return verificationFailed(
                name
                + " does not follow the one before: entries were removed, added or "
                  "moved.");
        if (entry.hash != entryHash(entry))
            return verificationFailed(name + " was changed after it was written.");
        reached = { entry.sequence, entry.hash };
        if (entry.sequence == head.sequence && entry.hash != head.hash)
            return verificationFailed(
                name + " is not the one the project recorded: the log was replaced.");
    }
    if (reached.sequence < head.sequence)
        return verificationFailed(
            "Entry " + std::to_string(reached.sequence + 1) + " of the audit log " + m_file.string()
            + " is missing: the project recorded " + std::to_string(head.sequence) + " entries.");
    return {};
}

} // namespace schmidt
