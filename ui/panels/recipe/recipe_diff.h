// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "model/architecture.h"
#include "recipe/recipe.h"

#include <QDialog>
#include <QString>
#include <vector>

class QComboBox;
class QLabel;
class QTableWidget;

namespace schmidt {

class Workspace;

/// One difference of two recipes; neighbouring layers that differ alike share a line.
struct RecipeDifference {
    QString where; ///< "L03 – L07", "embedding"
    QString what; ///< "MLP width"
    QString before, after;
};

/// What changes from one recipe to another of the same model, in the order of layers. Recipes for
/// different layer counts have one difference that says so.
std::vector<RecipeDifference> recipeDifferences(const Recipe& before, const Recipe& after);

/// The draft against the original or the recipe of a finished run, as a table.
class RecipeDiffDialog : public QDialog {
    Q_OBJECT
public:
    explicit RecipeDiffDialog(const Workspace& workspace, QWidget* parent = nullptr);

private:
    void refresh();

    Recipe m_draft;
    std::vector<Recipe> m_others;
    QComboBox* m_other = nullptr;
    QTableWidget* m_table = nullptr;
    QLabel* m_same = nullptr;
};

} // namespace schmidt
