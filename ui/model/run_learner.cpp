// SPDX-License-Identifier: GPL-3.0-only
#include "ui/model/run_learner.h"

#include "ledger/outcomes.h"

#include <utility>

namespace schmidt {

namespace {

    /// Null when given up or when the project cannot be read.
    std::shared_ptr<const Predictor> predictorOf(const RunLearner::Task& task,
                                                 const std::atomic_bool& givenUp)
    {
        const auto ledger = Ledger::open(task.folder, true);
        if (!ledger.ok())
            return nullptr;
        const auto summaries = ledger->runSummaries();
        if (!summaries.ok())
            return nullptr;
        std::vector<RunRecord> pair(2); // the baseline and one run
        for (const RunRecord& run : *summaries)
            if (run.baseline)
                pair[0] = run;
        std::vector<MeasuredOutcome> outcomes;
        for (const RunRecord& run : *summaries) {
            if (givenUp)
                return nullptr;
            if (run.baseline || run.state != RunState::Done || run.workload != task.workload)
                continue;
            auto stored = ledger->run(run.id);
            if (!stored.ok())
                continue;
            pair[1] = std::move(*stored);
            for (MeasuredOutcome& outcome : measuredOutcomes(pair, task.workload))
                outcomes.push_back(std::move(outcome));
        }
        return std::make_shared<const Predictor>(task.architecture, task.analysis,
                                                 std::move(outcomes), measuredRates(*summaries),
                                                 task.metadataBytes, measuredHealing(*summaries));
    }

} // namespace

RunLearner::~RunLearner()
{
    stop();
    waitForBackground(this);
}

bool RunLearner::isPresent(const Task& task) const
{
    return m_givenUp && task.folder == m_task.folder && task.workload == m_task.workload
        && task.analysis == m_task.analysis && task.runs == m_task.runs
        && task.metrics == m_task.metrics;
}

const Predictor* RunLearner::learned(const Task& task) const
{
    return isPresent(task) ? m_predictor.get() : nullptr;
}

void RunLearner::stop()
{
    if (m_givenUp)
        *m_givenUp = true;
    m_givenUp.reset();
    m_predictor.reset();
    m_task = {};
}

void RunLearner::learn(const Task& task)
{
    if (isPresent(task))
        return;
    stop();
    m_task = task;
    m_givenUp = std::make_shared<std::atomic_bool>(false);
    inBackground(
        this, m_givenUp,
        [task](const std::atomic_bool& givenUp) { return predictorOf(task, givenUp); },
        [this](const Predictor& predictor) {
            m_predictor = std::make_unique<const Predictor>(predictor);
            Q_EMIT finished();
        });
}

} // namespace schmidt
