// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/panels/panel.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace schmidt {

class Card;
class JobTableModel;
struct JobEntry;

/// What runs, what waits and what it found; each job with its log and the command that repeats it.
class QueuePanel : public Panel {
    Q_OBJECT
public:
    explicit QueuePanel(Workspace& workspace, QWidget* parent = nullptr);

    QString title() const override;
    QString id() const override;

private:
    QHBoxLayout* buildHeader();
    void buildTable();
    QWidget* buildDetails();
    void followJobs();
    const JobEntry* selected() const;
    void refreshDetails();
    void refreshButtons(const JobEntry* entry);
    void followRunning();
    void selectRow();

    QStackedWidget* m_pages = nullptr;
    JobTableModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QPlainTextEdit* m_log = nullptr;
    QLineEdit* m_command = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_repeat = nullptr;
    QPushButton* m_up = nullptr;
    QPushButton* m_down = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_batch = nullptr;
    Card* m_card = nullptr;
    QLabel* m_why = nullptr; ///< the error of the selected job
    int m_selected = 0; ///< id of the job whose details are shown
};

} // namespace schmidt
