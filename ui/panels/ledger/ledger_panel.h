// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/panels/panel.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace schmidt {

class RunFilterModel;
class RunTableModel;
struct RunRecord;

/// All runs with their notes, sorted and filtered as wished, which one is in use, and the audit
/// log.
class LedgerPanel : public Panel {
    Q_OBJECT
public:
    explicit LedgerPanel(Workspace& workspace, QWidget* parent = nullptr);

    QString title() const override;
    QString id() const override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    const RunRecord* selected() const;
    void buildTable();
    QHBoxLayout* buildLower();
    void refreshCount();
    void refreshDetails();
    void refreshAudit();
    void promote();
    void rollback();
    void useRecipe();
    void verifyAudit();

    RunTableModel* m_model = nullptr;
    RunFilterModel* m_shown = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_count = nullptr;
    QTableView* m_table = nullptr;
    QPushButton* m_promote = nullptr;
    QPushButton* m_rollback = nullptr;
    QPushButton* m_recipe = nullptr;
    QPlainTextEdit* m_details = nullptr;
    QPlainTextEdit* m_audit = nullptr;
    QLabel* m_verified = nullptr;
};

} // namespace schmidt
