// SPDX-License-Identifier: GPL-3.0-only
#include "ui/model/run_learner.h"

#include "ledger/outcomes.h"

#include <QThread>
#include <utility>

namespace schmidt {

namespace {

    /// Null when given up or when the project cannot be read.
    std::shared_ptr<const Predictor> predictorOf(const RunLearner::Task& task,
                                                 const std::atomic_bool& cancelled)
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
            if (cancelled)
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
                                                 task.metadataBytes);
    }

} // namespace

RunLearner::~RunLearner()
{
    stop();
    for (QThread* thread : findChildren<QThread*>())
        thread->wait();
}

bool RunLearner::isPresent(const Task& task) const
{
    return m_cancelled && task.folder == m_task.folder && task.workload == m_task.workload
        && task.analysis == m_task.analysis && task.runs == m_task.runs
        && task.metrics == m_task.metrics;
}

const Predictor* RunLearner::learned(const Task& task) const
{
    return isPresent(task) ? m_predictor.get() : nullptr;
}

void RunLearner::stop()
{
    if (m_cancelled)
        *m_cancelled = true;
    m_cancelled.reset();
    m_predictor.reset();
    m_task = {};
}

void RunLearner::learn(const Task& task)
{
    if (isPresent(task))
        return;
    stop();
    m_task = task;
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    QThread* thread = QThread::create([this, task, cancelled = m_cancelled] {
        auto predictor = predictorOf(task, *cancelled);
        if (!predictor)
            return;
        QMetaObject::invokeMethod(
            this,
            [this, cancelled, predictor] {
                if (*cancelled)
                    return;
                m_predictor = std::make_unique<const Predictor>(*predictor);
                Q_EMIT finished();
            },
            Qt::QueuedConnection);
    });
    thread->setParent(this);
    connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start(QThread::LowPriority);
}

} // namespace schmidt
