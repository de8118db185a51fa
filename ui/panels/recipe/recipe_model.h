// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/panels/recipe/recipe_edits.h"

#include <QAbstractItemModel>
#include <vector>

namespace schmidt {

class Workspace;

/// The draft recipe as a tree: layers, and below each its seven matrices. Edits go to the
/// workspace as undo steps; the model shows what the workspace then says.
class RecipeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Kept, Width, Groups, SchemeColumn, Kl, Sensitivity, Lock, ColumnCount };
    enum Role {
        ShareRole = Qt::UserRole + 1, ///< kept share of a layer's width, 0 … 1
        BarRole, ///< sensitivity relative to the most sensitive layer, 0 … 1
        SchemeNameRole, ///< as in recipe JSON; empty when mixed
        ExactRole, ///< the number behind a cell
    };

    explicit RecipeModel(Workspace& workspace, QObject* parent = nullptr);

    /// Another model or analysis.
    void reset();
    /// The recipe or its prediction changed.
    void refresh();

    /// Sets the width of several layers at once, as one step of a drag.
    void setWidths(const std::vector<int>& layers, std::int64_t width);
    /// Removes or restores a part of several layers, as one edit.
    void setPart(const std::vector<int>& layers, BlockPart part, bool kept);
    /// Whether all layers change together.
    bool uniform() const;
    /// Null for a layer that is not there.
    const LayerRecipe* layerRecipe(int layer) const;
    std::int64_t fullWidth(int layer) const;
    /// Smallest change of a layer's width that its schemes allow.
    int stepOf(int layer) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    QVariant layerData(int layer, int column, int role) const;
    QVariant matrixData(int layer, int position, int column, int role) const;
    bool setLayerData(int layer, int column, const QVariant& value, int role);
    /// In uniform mode a number that a removed part no longer has stands for all other layers, so
    /// it is not edited in its row.
    bool sharesAWidthItLost(int layer, int column) const;
    QString sensitivityTip(int layer) const;

    Workspace& m_workspace;
    int m_layers = 0;
    std::vector<LayerRecipe> m_shown; ///< what views were told last
    std::vector<double> m_sensitivity; ///< measured KL of halving each layer's width; NaN = none
    double m_largest = 0;
};

} // namespace schmidt
