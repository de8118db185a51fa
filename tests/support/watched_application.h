// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QMap>
#include <QString>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <time.h>
#include <utility>

/// Q_INIT_RESOURCE works outside of namespaces only.
inline void initIcons()
{
    Q_INIT_RESOURCE(icons);
}

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
    /// What took too long since the last call: receiver and event, and the longest in seconds.
    QMap<QString, double> takeBlocks() { return std::exchange(m_blocks, {}); }

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
            m_blocks[name] = std::max(m_blocks.value(name), seconds);
        --m_depth;
        m_level = outerLevel;
        m_nested = outerNested || m_depth > 0;
        return handled;
    }

private:
    QMap<QString, double> m_blocks;
    bool m_watching = false, m_nested = false;
    int m_depth = 0, m_level = 0;
};

/// Switches the watch on for one block of a test and fails the test if something took too long.
class Watch {
public:
    Watch() { application().setWatching(true); }
    ~Watch() { application().setWatching(false); }

    static WatchedApplication& application() { return *static_cast<WatchedApplication*>(qApp); }
};

/// Runs a test of the window; it fails when the window's thread was blocked. A virtual machine
/// counts what its host gave to others as computing, so a test in which only that failed is run
/// again: a block of the program comes again, one of the host does not.
template <typename TestClass> int runWatched(int argc, char** argv)
{
    WatchedApplication application(argc, argv);
    initIcons();
    const auto run = [argc, argv] {
        TestClass test;
        return QTest::qExec(&test, argc, argv);
    };
    int failed = run();
    const QMap<QString, double> first = application.takeBlocks();
    if (failed != 0 || first.isEmpty())
        return failed;
    failed = run();
    const QMap<QString, double> second = application.takeBlocks();
    for (auto block = first.begin(); block != first.end(); ++block) {
        const double again = second.value(block.key());
        std::fprintf(stderr, "The window's thread was blocked by %s: %.0f ms, then %.0f ms\n",
                     qPrintable(block.key()), 1000 * block.value(), 1000 * again);
        failed += again > 0 ? 1 : 0;
    }
    return failed;
}

} // namespace schmidt::testing

/// main() of a watched test.
#define SCHMIDT_WATCHED_MAIN(TestClass)                                                            \
    int main(int argc, char** argv)                                                                \
    {                                                                                              \
        return schmidt::testing::runWatched<TestClass>(argc, argv);                                \
    }
