// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>

namespace schmidt {

/// A file that lies in a folder while this process runs. A file whose process is gone tells that
/// the program did not end properly; several processes may run at the same time.
class CrashMarker {
public:
    /// Looks for what earlier processes left, takes it away, and lays the file of this one.
    explicit CrashMarker(const QString& folder);
    ~CrashMarker();
    CrashMarker(const CrashMarker&) = delete;
    CrashMarker& operator=(const CrashMarker&) = delete;

    /// An earlier process did not end properly.
    bool foundCrash() const { return m_foundCrash; }
    /// The project that was open then; empty when none was.
    const QString& crashedProject() const { return m_crashedProject; }
    /// Notes which project is open now.
    void setProject(const QString& folder);

private:
    QString m_file;
    bool m_foundCrash = false;
    QString m_crashedProject;
};

} // namespace schmidt
