// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QWidget>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace schmidt {

struct Fact;
class Workspace;

/// What is selected, in facts: the matrix, its layer with the reason for what the draft removes
/// there, and the run chosen in the ledger. Does nothing while it is hidden.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Section {
        QLabel* title = nullptr;
        QLabel* facts = nullptr;
        QLabel* words = nullptr;
    };
    Section addSection(QVBoxLayout* layout);
    static void setFacts(QLabel* label, const std::vector<Fact>& facts);
    void refresh();
    void refreshMatrix();
    void refreshLayer();
    void refreshRun();

    Workspace& m_workspace;
    QLabel* m_empty = nullptr;
    Section m_matrix, m_layer, m_run;
};

} // namespace schmidt
