// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/panels/panel.h"

#include <utility>
#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace schmidt {

class Card;
class TensorTableModel;

/// What the model is: warnings first, then its shape, size and goals, then every tensor.
class ModelPanel : public Panel {
    Q_OBJECT
public:
    explicit ModelPanel(Workspace& workspace, QWidget* parent = nullptr);

    QString title() const override;
    QString id() const override;

Q_SIGNALS:
    void goalsRequested();
    void locateRequested(); ///< the user knows where the missing model is

private:
    QWidget* buildFacts();
    QWidget* buildTensors();
    /// Names and values of what is known.
    using Facts = std::vector<std::pair<QString, QString>>;

    void refresh();
    void refreshWarnings();
    void refreshFacts();
    void refreshGoals();
    void showFacts(const Facts& facts);

    QLabel* m_name = nullptr;
    QLabel* m_subtitle = nullptr;
    QVBoxLayout* m_warnings = nullptr;
    Card* m_factsCard = nullptr;
    QGridLayout* m_facts = nullptr;
    QLabel* m_goals = nullptr;
    QLineEdit* m_filter = nullptr;
    TensorTableModel* m_tensors = nullptr;
    QSortFilterProxyModel* m_sorted = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_tableText = nullptr; ///< why there is no table
    QPushButton* m_analyze = nullptr;
    std::vector<std::pair<QLabel*, QLabel*>> m_factLabels; ///< of each row of m_facts
};

} // namespace schmidt
