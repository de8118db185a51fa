// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/ledger.h"

#include <filesystem>
#include <string>
#include <vector>

namespace schmidt {

/// The last entry of an audit log: what the next one is chained to.
struct AuditHead {
    std::int64_t sequence = 0; ///< 0 while the log is empty
    std::string hash; ///< 64 zeros while the log is empty
};

/// An append-only file of JSON lines, one entry each: {action, details, hash, previous, sequence,
/// time}. hash = SHA-256(previous ‖ canonical JSON of the entry without "hash"), where canonical
/// means keys sorted by byte value, no white space, UTF-8, numbers as nlohmann-json prints them.
/// Writers must exclude each other (the ledger does it with the database's write lock).
class AuditLog {
public:
    explicit AuditLog(std::filesystem::path file);

    /// Appends one line in one write and flushes it to disk. A last line without its end, left by
    /// a crash in the middle of a write, was never acknowledged and is cut off first; after a
    /// failed write the file has its former length. Errors: Resources, Verification when the last
    /// entry is unreadable.
    Result<AuditHead> append(const std::string& action, const Json& details);

    /// All complete entries. Errors: Verification naming a line that cannot be read.
    Result<std::vector<AuditEntry>> entries() const;

    /// Checks sequence and chain, and that `head`, an entry known from elsewhere, is still there:
    /// the chain alone cannot show that its end was cut off. Errors: Verification naming the first
    /// broken entry.
    Result<void> verify(const AuditHead& head) const;

private:
    std::filesystem::path m_file;
};

/// Time now as ISO 8601 UTC with milliseconds.
std::string auditTime();

} // namespace schmidt
