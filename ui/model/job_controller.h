// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "jobs/job.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

class QProcess;
class QTimer;

namespace schmidt {

enum class JobState { Queued, Running, Done, Failed, Cancelled };

/// One request of this session and what became of it.
struct JobEntry {
    int id = 0;
    JobSpec spec;
    QString title; ///< translated, e.g. "Compress half width"
    JobState state = JobState::Queued;
    QString stage; ///< title of the stage that runs
    QString item; ///< what is being worked on
    double fraction = 0; ///< 0 … 1
    std::optional<EtaEstimator::Range> remaining;
    QString error; ///< one sentence
    QStringList log;
    std::vector<Metric> metrics;
    Json summary;
    double seconds = 0; ///< since the start, or in all when finished; pauses left out
    bool paused = false; ///< runs, but its process is stopped until it is resumed

    /// Whether running it again goes on where it stopped.
    bool resumable() const;
};

/// Runs jobs one after the other in child processes (schmidt-cli job --spec), reads their events,
/// cancels them. The window never waits for a child.
class JobController : public QObject {
    Q_OBJECT
public:
    explicit JobController(QObject* parent = nullptr);
    ~JobController() override;

    /// Program that runs jobs; default: schmidt-cli beside this executable.
    void setProgram(const QString& path);

    /// Puts a job at the end of the queue and returns its id.
    int enqueue(const JobSpec& spec, const QString& title);
    /// Asks a running job to stop ("cancel" on stdin, then terminate, then kill after 1 s each);
    /// takes a waiting one out.
    void cancel(int id);
    void cancelAll();
    /// The same job again, at the end of the queue.
    int repeat(int id);
    void moveUp(int id);
    void moveDown(int id);
    /// Stops the process of a running job where it is, and lets it go on; it keeps its memory.
    void setPaused(int id, bool paused);

    const std::vector<JobEntry>& entries() const { return m_entries; }
    const JobEntry* entry(int id) const;
    const JobEntry* running() const;

Q_SIGNALS:
    void entriesChanged(); ///< added, removed, moved or a state changed
    void progressChanged(int id);
    void partialArrived(int id, const QString& kind, const schmidt::Json& payload);
    void finished(int id);
    /// A line of a job's log; level is "info", "warn" or "error".
    void logged(int id, const QString& level, const QString& text);

private:
    void startNext();
    void readEvents();
    void accept(const JobEvent& event);
    void processEnded(int exitCode, bool crashed);
    void move(int id, int step);
    double secondsRun() const;
    JobEntry* find(int id);
    void addLog(JobEntry& entry, const QString& level, const QString& text);

    QString m_program;
    std::vector<JobEntry> m_entries;
    int m_nextId = 1;
    int m_running = 0;
    std::unique_ptr<QProcess> m_process;
    QString m_specFile;
    QByteArray m_buffer;
    std::unique_ptr<EtaEstimator> m_eta;
    QElapsedTimer m_clock;
    double m_pausedSeconds = 0; ///< of the running job, ended pauses
    QElapsedTimer m_pauseClock; ///< valid during a pause
    QTimer* m_escalation = nullptr;
    int m_escalationStep = 0;
    bool m_sawEnd = false;
};

} // namespace schmidt
