// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/quit_on_signal.h"

#include <QApplication>
#include <QSocketNotifier>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace schmidt {

namespace {

    constexpr int caught[] = { SIGTERM, SIGINT };
    volatile std::sig_atomic_t writeEnd = -1;

    /// Nothing of Qt may be called here; a byte wakes the event loop.
    void wake(int)
    {
        const char byte = 1;
        static_cast<void>(!::write(writeEnd, &byte, 1));
    }

} // namespace

QuitOnSignal::QuitOnSignal(QObject* parent)
    : QObject(parent)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // the signals keep ending the program at once
    m_read = ends[0];
    writeEnd = ends[1];
    auto* notifier = new QSocketNotifier(m_read, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, notifier] {
        char byte = 0;
        static_cast<void>(!::read(m_read, &byte, 1));
        notifier->setEnabled(false);
        QApplication::closeAllWindows();
        QApplication::quit();
    });
    for (const int signal : caught)
        std::signal(signal, wake);
}

QuitOnSignal::~QuitOnSignal()
{
    if (m_read < 0)
        return;
    for (const int signal : caught)
        std::signal(signal, SIG_DFL);
    ::close(writeEnd);
    ::close(m_read);
    writeEnd = -1;
}

} // namespace schmidt
