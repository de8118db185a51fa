// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace schmidt {

class JobController;

/// The line at the bottom of the window: what runs, how far it is, and the way to stop it.
class JobStrip : public QFrame {
    Q_OBJECT
public:
    explicit JobStrip(JobController& jobs, QWidget* parent = nullptr);
    /// Puts the line with hints where the job leaves room.
    void addHint(QWidget* hint);

private:
    void refresh();

    JobController& m_jobs;
    QHBoxLayout* m_line = nullptr;
    QLabel* m_text = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_remaining = nullptr;
    QPushButton* m_cancel = nullptr;
};

} // namespace schmidt
