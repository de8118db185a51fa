// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QList>
#include <QWidget>

class QComboBox;
class QPlainTextEdit;

namespace schmidt {

class JobController;

/// What jobs and the window have said in this session, newest last. The same lines go to a file
/// that is begun anew with each start.
class LogView : public QWidget {
    Q_OBJECT
public:
    enum Level { Info, Warning, Error };
    /// `file` is where the lines are kept; its folder is made when the first line comes.
    LogView(JobController& jobs, const QString& file, QWidget* parent = nullptr);

    void add(Level level, const QString& source, const QString& text);
    /// The lines shown at the chosen level.
    QString text() const;
    const QString& file() const { return m_file; }

private:
    struct Line {
        Level level;
        QString text;
    };
    void refresh();
    void copy();
    void openFile();

    QString m_file;
    bool m_begun = false;
    QList<Line> m_lines;
    QComboBox* m_level = nullptr;
    QPlainTextEdit* m_text = nullptr;
};

} // namespace schmidt
