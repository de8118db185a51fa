// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QStringList>
#include <QThread>
#include <QtTest>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <time.h>
#include <utility>

namespace schmidt::testing {

/// What a thread has had of its processor so far.
struct ProcessorUse {
    double queued = 0; ///< seconds it waited because others had the processor
    double running = 0; ///< seconds it computed
    long waits = 0; ///< times it gave the processor away to sleep, read or wait for a lock
    bool known = false; ///< whether the kernel counts `queued`

    static ProcessorUse now()
    {
        ProcessorUse use;
        std::ifstream file("/proc/thread-self/schedstat");
        double running = 0, waiting = 0;
        file >> running >> waiting;
        use.known = running > 0;
        use.queued = waiting * 1e-9;
        timespec time {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        use.running = static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
        rusage usage {};
        getrusage(RUSAGE_THREAD, &usage);
        use.waits = usage.ru_nvcsw;
        return use;
    }

    /// Of `seconds` that passed since, those that were not lost to other threads. Where the kernel
    /// does not count these, a thread that never waited of its own accord was busy for as long as
    /// it computed.
    double ownSeconds(double seconds) const
    {
        const ProcessorUse later = now();
        if (known)
            return seconds - (later.queued - queued);
        return later.waits == waits ? later.running - running : seconds;
    }
};

/// An application that notices when one event keeps the window's thread for too long: computing,
/// reading or sleeping counts, waiting for a busy machine's processor does not. Nested event loops
/// (dialogs) are judged event by event. `watching` is off until start-up is over.
class WatchedApplication : public QApplication {
public:
    static constexpr double limitSeconds = 0.050;

    using QApplication::QApplication;

    void setWatching(bool watching) { m_watching = watching; }
    /// What took too long: receiver, event and milliseconds.
    const QStringList& blocks() const { return m_blocks; }

    bool notify(QObject* receiver, QEvent* event) override
    {
        const int level = QThread::currentThread()->loopLevel();
        if (!m_watching || QThread::currentThread() != thread()
            || (m_depth > 0 && level <= m_level))
            return QApplication::notify(receiver, event);
        if (m_depth > 0)
            m_nested = true;
        const int outerLevel = m_level;
        const bool outerNested = std::exchange(m_nested, false);
        m_level = level;
        ++m_depth;
        const QString name = QString::fromLatin1(receiver->metaObject()->className())
            + QLatin1Char(' ') + receiver->objectName() + QLatin1Char(' ')
            + QString::number(static_cast<int>(event->type()));
        const ProcessorUse before = ProcessorUse::now();
        QElapsedTimer clock;
        clock.start();
        const bool handled = QApplication::notify(receiver, event);
        const double seconds = before.ownSeconds(1e-9 * static_cast<double>(clock.nsecsElapsed()));
        if (m_watching && !m_nested && seconds > limitSeconds)
            m_blocks << QStringLiteral("%1: %2 ms").arg(name).arg(1000 * seconds, 0, 'f', 0);
        --m_depth;
        m_level = outerLevel;
        m_nested = outerNested || m_depth > 0;
        return handled;
    }

private:
    QStringList m_blocks;
    bool m_watching = false, m_nested = false;
    int m_depth = 0, m_level = 0;
};

/// Switches the watch on for one block of a test and fails the test if something took too long.
class Watch {
public:
    Watch() { application().setWatching(true); }
    ~Watch() { application().setWatching(false); }
    /// What was noticed so far.
    QString report() const { return application().blocks().join(QLatin1Char('\n')); }

    static WatchedApplication& application() { return *static_cast<WatchedApplication*>(qApp); }
};

} // namespace schmidt::testing

/// main() of a test of the window that fails when its thread was blocked.
#define SCHMIDT_WATCHED_MAIN(TestClass)                                                            \
    int main(int argc, char** argv)                                                                \
    {                                                                                              \
        schmidt::testing::WatchedApplication application(argc, argv);                              \
        Q_INIT_RESOURCE(icons);                                                                    \
        TestClass test;                                                                            \
        const int failed = QTest::qExec(&test, argc, argv);                                        \
        for (const QString& block : application.blocks())                                          \
            std::fprintf(stderr, "The window's thread was blocked by %s\n", qPrintable(block));    \
        return failed + static_cast<int>(application.blocks().size());                             \
    }
