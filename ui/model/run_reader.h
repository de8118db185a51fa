// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ledger/ledger.h"
#include "ui/model/background.h"

#include <QObject>
#include <filesystem>
#include <utility>
#include <vector>

namespace schmidt {

/// Reads the summaries of all runs of a project. Thousands of them take longer than a window may
/// stand still, so this happens in a thread of its own with a connection of its own.
class RunReader : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~RunReader() override;

    /// Begins; a reading that has not arrived yet is given up.
    void read(const std::filesystem::path& folder);
    /// Moves out what arrived: runs by id, without their recipes.
    std::vector<RunRecord> take() { return std::move(m_runs); }
    bool reading() const { return m_givenUp != nullptr; }
    /// Gives up.
    void stop();

Q_SIGNALS:
    void arrived(); ///< not where the project cannot be read any more

private:
    std::vector<RunRecord> m_runs;
    GivenUp m_givenUp; ///< of the present reading; null without one
};

} // namespace schmidt
