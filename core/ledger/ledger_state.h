// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/audit_log.h"
#include "ledger/database.h"
#include "ledger/ledger.h"

namespace schmidt {

/// What an open Ledger holds; private to this module.
struct Ledger::State {
    std::filesystem::path folder;
    bool readOnly = false;
    Database database;

    AuditLog auditLog() const { return AuditLog(folder / "audit.jsonl"); }
    /// Errors: Usage when the project was opened for reading only.
    Result<void> writable() const;
    Result<void> setSetting(const std::string& key, const Json& value) const;
    Result<Json> setting(const std::string& key) const; ///< null when absent
    /// Inserts or replaces metrics inside the caller's transaction.
    Result<void> storeMetrics(RunId run, const std::vector<Metric>& metrics) const;
    /// Appends to the audit log inside the caller's transaction.
    Result<void> audit(const std::string& action, const Json& details) const;
};

} // namespace schmidt
