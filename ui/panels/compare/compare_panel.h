// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "jobs/job.h"
#include "ledger/report.h"
#include "ui/panels/panel.h"
#include "ui/plots/plot_export.h"

#include <QString>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace schmidt {

class BarList;
class ChartsView;
class ChatView;
class ComparisonModel;
class FrozenTable;
class TokensView;

/// The baseline beside the chosen runs: one sentence, a table with differences and their meaning,
/// bars of the three figures people ask for, answers side by side, and a text token by token.
class ComparePanel : public Panel {
    Q_OBJECT
public:
    explicit ComparePanel(Workspace& workspace, QWidget* parent = nullptr);
    ~ComparePanel() override;

    QString title() const override;
    QString id() const override;
    QStringList pages() const override;
    void showPage(const QString& page) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildHeader();
    QWidget* buildTablePage();
    void showPageAt(int page);
    void buildExportMenu(QMenu* menu);
    void refresh();
    void refreshChooser();
    void refreshBars();
    void exportAs(TableFormat format);
    ExportSource tablePicture() const;
    void copyMarkdown();
    void enqueue(JobKind kind);

    QButtonGroup* m_views = nullptr;
    QStackedWidget* m_pages = nullptr;
    QToolButton* m_runs = nullptr;
    QMenu* m_runsMenu = nullptr;
    QToolButton* m_export = nullptr;
    QPushButton* m_evaluate = nullptr;
    QPushButton* m_bench = nullptr;
    QCheckBox* m_differencesOnly = nullptr;
    QComboBox* m_group = nullptr; ///< of rows that are shown
    QLabel* m_verdict = nullptr;
    QLabel* m_note = nullptr;
    ComparisonModel* m_model = nullptr;
    FrozenTable* m_view = nullptr;
    BarList* m_speed = nullptr;
    BarList* m_size = nullptr;
    BarList* m_quality = nullptr;
    ChartsView* m_charts = nullptr;
    ChatView* m_chat = nullptr;
    TokensView* m_tokens = nullptr;
    ComparisonTable m_table; ///< all rows
    bool m_stale = true;
};

} // namespace schmidt
