// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QFrame>

class QLabel;
class QSystemTrayIcon;

namespace schmidt {

class JobController;
struct JobEntry;

/// Says that a job has ended when nobody may have seen it: it took long, or another window was
/// active. Through the desktop's notifications where there are some, else by a quiet note in the
/// corner of the window that goes by itself.
class JobNotifier : public QFrame {
    Q_OBJECT
public:
    static constexpr double longSeconds = 30;

    JobNotifier(const JobController& jobs, QWidget* window);

    /// Whether the end of a job is told.
    static bool isTold(const JobEntry& job, bool windowIsActive);

Q_SIGNALS:
    void queueRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void tell(const JobEntry& job);
    void place();

    QLabel* m_text = nullptr;
    QSystemTrayIcon* m_tray = nullptr;
};

} // namespace schmidt
