// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "model/architecture.h"

#include <QStyledItemDelegate>
#include <QTreeView>
#include <optional>

namespace schmidt {

class RecipeModel;

/// Paints the cells of the recipe tree (sliders, bars, predicted values in italics) and makes the
/// editors for widths, groups and schemes.
class RecipeDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit RecipeDelegate(QObject* parent = nullptr);
    /// The model whose shapes decide which schemes fit.
    void setArchitecture(std::optional<Architecture> architecture);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model,
                      const QModelIndex& index) const override;

    /// Groove of the slider inside a cell.
    static QRect groove(const QRect& cell);

private:
    void paintSlider(QPainter& painter, const QRect& cell, const QModelIndex& index) const;
    void paintBar(QPainter& painter, const QRect& cell, const QModelIndex& index) const;

    std::optional<Architecture> m_architecture;
};

/// Layers with a slider each, their matrices below. Dragging the slider of a selected row moves all
/// selected rows; Left and Right move it by one step of 32. Del removes the selected blocks, the
/// context menu also their attention or MLP alone, and brings them back.
class RecipeTree : public QTreeView {
    Q_OBJECT
public:
    explicit RecipeTree(RecipeModel& model, QWidget* parent = nullptr);

    RecipeDelegate* recipeDelegate() const { return m_delegate; }

Q_SIGNALS:
    /// The hand left the slider: the next edit is a step of its own.
    void dragFinished();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void dragTo(int x);
    std::vector<int> layersWith(int layer) const;

    RecipeModel& m_model;
    RecipeDelegate* m_delegate = nullptr;
    std::optional<int> m_dragged; ///< layer whose slider is held
};

} // namespace schmidt
