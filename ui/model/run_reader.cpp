// SPDX-License-Identifier: GPL-3.0-only
#include "ui/model/run_reader.h"

namespace schmidt {

RunReader::~RunReader()
{
    stop();
    waitForBackground(this);
}

void RunReader::stop()
{
    if (m_givenUp)
        *m_givenUp = true;
    m_givenUp.reset();
}

void RunReader::read(const std::filesystem::path& folder)
{
    stop();
    m_givenUp = std::make_shared<std::atomic_bool>(false);
    inBackground(
        this, m_givenUp,
        [folder](const std::atomic_bool&) -> std::shared_ptr<std::vector<RunRecord>> {
            const auto ledger = Ledger::open(folder, true);
            if (!ledger.ok())
                return nullptr;
            auto summaries = ledger->runSummaries();
            if (!summaries.ok())
                return nullptr;
            return std::make_shared<std::vector<RunRecord>>(std::move(*summaries));
        },
        [this](std::vector<RunRecord>& runs) {
            m_givenUp.reset();
            m_runs = std::move(runs);
            Q_EMIT arrived();
        });
}

} // namespace schmidt
