// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace schmidt {

/// What a user sees before a project is open: what the program does, the ways in, recent projects.
class StartPage : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);
    void setRecentProjects(const QStringList& folders);

Q_SIGNALS:
    void openModelRequested();
    void openProjectRequested();
    void sampleRequested();
    void projectChosen(const QString& folder);

private:
    QWidget* buildPath();

    QVBoxLayout* m_recent = nullptr;
};

} // namespace schmidt
