// SPDX-License-Identifier: GPL-3.0-only
#include "ui/model/job_controller.h"

#include "ui/plots/message_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QTemporaryFile>
#include <QTimer>
#include <algorithm>
#include <csignal>

namespace schmidt {

namespace {

    constexpr int escalationMilliseconds = 600;
    constexpr qsizetype keptLogLines = 500;

} // namespace

bool JobEntry::resumable() const
{
    // These keep checkpoints or finished parts with the project.
    const bool keeps = spec.kind == JobKind::Compress || spec.kind == JobKind::Search
        || spec.kind == JobKind::Analyze;
    return keeps && (state == JobState::Cancelled || state == JobState::Failed) && !stage.isEmpty();
}

JobController::JobController(QObject* parent)
    : QObject(parent)
    , m_program(QCoreApplication::applicationDirPath() + QStringLiteral("/schmidt-cli"))
    , m_escalation(new QTimer(this))
{
    m_escalation->setInterval(escalationMilliseconds);
    connect(m_escalation, &QTimer::timeout, this, [this] {
        if (!m_process)
            return m_escalation->stop();
        if (m_escalationStep++ == 0)
            m_process->terminate();
        else
            m_process->kill();
    });
}

JobController::~JobController()
{
    if (!m_process)
        return;
    // A window that closes leaves a resumable job behind, never a running or a stopped child.
    m_process->disconnect(this);
    if (m_process->processId() > 0)
        ::kill(static_cast<pid_t>(m_process->processId()), SIGCONT);
    m_process->write("cancel\n");
    if (!m_process->waitForFinished(escalationMilliseconds)) {
        m_process->kill();
        m_process->waitForFinished(escalationMilliseconds);
    }
    QFile::remove(m_specFile);
}

void JobController::setProgram(const QString& path)
{
    m_program = path;
}

int JobController::enqueue(const JobSpec& spec, const QString& title)
{
    JobEntry entry;
    entry.id = m_nextId++;
    entry.spec = spec;
    entry.title = title;
    m_entries.push_back(std::move(entry));
    const int id = m_entries.back().id;
    Q_EMIT entriesChanged();
    // Later, so that the caller knows the id before the first signal about it.
    QTimer::singleShot(0, this, &JobController::startNext);
    return id;
}

void JobController::cancel(int id)
{
    JobEntry* entry = find(id);
    if (!entry)
        return;
    if (entry->state == JobState::Queued) {
        entry->state = JobState::Cancelled;
        Q_EMIT entriesChanged();
        Q_EMIT finished(id);
    } else if (entry->state == JobState::Running && m_process) {
        setPaused(id, false); // a stopped process hears nothing
        m_process->write("cancel\n");
        m_escalationStep = 0;
        m_escalation->start();
    }
}

void JobController::cancelAll()
{
    for (const JobEntry& entry : std::vector<JobEntry>(m_entries))
        cancel(entry.id);
}

int JobController::repeat(int id)
{
    const JobEntry* known = entry(id);
    return known ? enqueue(JobSpec(known->spec), QString(known->title)) : 0;
}

void JobController::moveUp(int id)
{
    move(id, -1);
}

void JobController::moveDown(int id)
{
    move(id, 1);
}

void JobController::move(int id, int step)
{
    const auto count = static_cast<int>(m_entries.size());
    for (int index = 0; index < count; ++index) {
        const int other = index + step;
        if (m_entries[static_cast<std::size_t>(index)].id != id || other < 0 || other >= count)
            continue;
        JobEntry &moved = m_entries[static_cast<std::size_t>(index)],
                 &passed = m_entries[static_cast<std::size_t>(other)];
        if (moved.state == JobState::Queued && passed.state == JobState::Queued) {
            std::swap(moved, passed);
            Q_EMIT entriesChanged();
        }
        return;
    }
}

void JobController::setPaused(int id, bool paused)
{
    JobEntry* entry = find(id);
    if (!entry || entry->state != JobState::Running || !m_process || entry->paused == paused
        || m_process->processId() <= 0)
        return;
    ::kill(static_cast<pid_t>(m_process->processId()), paused ? SIGSTOP : SIGCONT);
    entry->paused = paused;
    if (paused) {
        m_pauseClock.start();
        entry->remaining.reset();
    } else {
        m_pausedSeconds += static_cast<double>(m_pauseClock.elapsed()) / 1000;
        m_pauseClock.invalidate();
    }
    Q_EMIT entriesChanged();
}

double JobController::secondsRun() const
{
    const double pause
        = m_pauseClock.isValid() ? static_cast<double>(m_pauseClock.elapsed()) / 1000 : 0;
    return static_cast<double>(m_clock.elapsed()) / 1000 - m_pausedSeconds - pause;
}

JobEntry* JobController::find(int id)
{
    for (JobEntry& entry : m_entries)
        if (entry.id == id)
            return &entry;
    return nullptr;
}

const JobEntry* JobController::entry(int id) const
{
    return const_cast<JobController*>(this)->find(id);
}

const JobEntry* JobController::running() const
{
    return m_running > 0 ? entry(m_running) : nullptr;
}

void JobController::addLog(JobEntry& entry, const QString& level, const QString& text)
{
    entry.log.append(text);
    if (entry.log.size() > keptLogLines)
        entry.log.removeFirst();
    Q_EMIT logged(entry.id, level, text);
}

void JobController::startNext()
{
    if (m_process)
        return;
    const auto next = std::find_if(m_entries.begin(), m_entries.end(), [](const JobEntry& entry) {
        return entry.state == JobState::Queued;
    });
    if (next == m_entries.end())
        return;
    m_running = next->id;
    next->state = JobState::Running;
    QTemporaryFile file(QDir::tempPath() + QStringLiteral("/schmidt-job-XXXXXX.json"));
    file.setAutoRemove(false);
    if (!file.open()) {
        next->state = JobState::Failed;
        next->error = tr("The job could not be written to %1; free some space there.")
                          .arg(QDir::tempPath());
        m_running = 0;
        Q_EMIT entriesChanged();
        return;
    }
    file.write(QByteArray::fromStdString(dumpJson(toJson(next->spec), 2)));
    m_specFile = file.fileName();
    file.close();

    m_buffer.clear();
    m_sawEnd = false;
    m_eta = std::make_unique<EtaEstimator>();
    m_clock.start();
    m_pausedSeconds = 0;
    m_pauseClock.invalidate();
    m_process = std::make_unique<QProcess>();
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &JobController::readEvents);
    connect(m_process.get(), &QProcess::finished, this,
            [this](int code, QProcess::ExitStatus status) {
                processEnded(code, status == QProcess::CrashExit);
            });
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            processEnded(-1, false);
    });
    m_process->start(m_program, { QStringLiteral("job"), QStringLiteral("--spec"), m_specFile });
    Q_EMIT entriesChanged();
}

void JobController::readEvents()
{
    m_buffer += m_process->readAllStandardOutput();
    for (qsizetype end = m_buffer.indexOf('\n'); end >= 0; end = m_buffer.indexOf('\n')) {
        const std::string line = m_buffer.left(end).toStdString();
        m_buffer.remove(0, end + 1);
        if (auto event = eventFromLine(line); event.ok())
            accept(*event);
    }
}

void JobController::accept(const JobEvent& event)
{
    JobEntry* entry = find(m_running);
    if (!entry)
        return;
    const int id = entry->id;
    const double seconds = secondsRun();
    m_eta->feed(event, seconds);
    entry->seconds = seconds;
    entry->fraction = m_eta->fraction();
    entry->remaining = m_eta->remaining(seconds);
    const auto text = [&event](const char* key) {
        return QString::fromStdString(jsonValue<std::string>(event.data, key, {}));
    };
    switch (event.type) {
    case JobEvent::Type::Stage:
        entry->stage = text("stage");
        entry->item.clear();
        break;
    case JobEvent::Type::Progress:
        entry->item = text("item");
        break;
    case JobEvent::Type::Partial:
        Q_EMIT partialArrived(id, text("kind"), event.data.value("payload", Json()));
        return;
    case JobEvent::Type::Metric:
        if (auto metric = metricFromJson(event.data); metric.ok())
            entry->metrics.push_back(*metric);
        break;
    case JobEvent::Type::Log:
        addLog(*entry, text("level"), text("text"));
        break;
    case JobEvent::Type::Artifact:
        addLog(*entry, QStringLiteral("info"), tr("Wrote %1").arg(text("path")));
        break;
    case JobEvent::Type::Done:
        entry->summary = event.data.value("summary", Json());
        m_sawEnd = true;
        break;
    case JobEvent::Type::Failed:
        entry->error = messageText(text("message").toStdString());
        entry->state
            = text("code") == QLatin1String("cancelled") ? JobState::Cancelled : JobState::Failed;
        m_sawEnd = true;
        break;
    case JobEvent::Type::Started:
        break;
    }
    Q_EMIT progressChanged(id);
}

void JobController::processEnded(int exitCode, bool crashed)
{
    if (!m_process)
        return;
    readEvents();
    const QString tail = QString::fromUtf8(m_process->readAllStandardError()).trimmed();
    m_escalation->stop();
    m_process.release()->deleteLater();
    QFile::remove(m_specFile);
    const int id = m_running;
    m_running = 0;
    if (JobEntry* entry = find(id)) {
        entry->seconds = secondsRun();
        entry->paused = false;
        entry->remaining.reset();
        if (entry->state == JobState::Running) {
            const bool cancelled = m_escalationStep > 0;
            entry->state = m_sawEnd && exitCode == 0 ? JobState::Done
                : cancelled                          ? JobState::Cancelled
                                                     : JobState::Failed;
            if (entry->state == JobState::Failed)
                entry->error = exitCode < 0 && !crashed
                    ? tr("%1 could not be started; build or install it beside the program.")
                          .arg(m_program)
                    : tr("The job ended without a result; run it again, it goes on where it "
                         "stopped.");
        }
        if (!tail.isEmpty() && entry->state == JobState::Failed)
            addLog(*entry, QStringLiteral("error"), tail);
        if (entry->state == JobState::Done)
            entry->fraction = 1;
    }
    m_escalationStep = 0;
    Q_EMIT entriesChanged();
    Q_EMIT finished(id);
    startNext();
}

} // namespace schmidt
