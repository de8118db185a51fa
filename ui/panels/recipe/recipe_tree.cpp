// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/recipe_tree.h"

#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/recipe/recipe_model.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QSpinBox>
#include <QStandardItemModel>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr int percentWidth = 52;
    constexpr int handleSize = 12;

    void fillSchemeBox(QComboBox& box, const std::optional<Architecture>& architecture)
    {
        for (const Scheme& scheme : offeredSchemes()) {
            box.addItem(schemeTitle(scheme), QString::fromStdString(schemeName(scheme)));
            const QString problem
                = architecture ? schemeProblem(scheme, *architecture, false) : QString();
            auto* model = qobject_cast<QStandardItemModel*>(box.model());
            if (problem.isEmpty() || !model)
                continue;
            QStandardItem* item = model->item(box.count() - 1);
            item->setEnabled(false);
            item->setToolTip(problem);
        }
    }

} // namespace

RecipeDelegate::RecipeDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

void RecipeDelegate::setArchitecture(std::optional<Architecture> architecture)
{
    m_architecture = std::move(architecture);
}

QSize RecipeDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return { 60, space::row };
}

QRect RecipeDelegate::groove(const QRect& cell)
{
    return cell.adjusted(space::s, 0, -percentWidth - space::s, 0);
}

void RecipeDelegate::paintSlider(QPainter& painter, const QRect& cell,
                                 const QModelIndex& index) const
{
    const ThemeColors& colors = themeOf().colors();
    const double share = std::clamp(index.data(RecipeModel::ShareRole).toDouble(), 0.0, 1.0);
    const QRect area = groove(cell);
    if (share == 0) { // nothing is left that a slider could move
        painter.setPen(colors.muted);
        painter.drawText(cell.adjusted(area.left() - cell.left(), 0, -space::xs, 0),
                         Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
        return;
    }
    const double y = area.center().y() + 0.5;
    const double x = area.left() + share * area.width();
    const bool locked
        = index.siblingAtColumn(RecipeModel::Lock).data(Qt::CheckStateRole).toInt() == Qt::Checked;
    const QColor color = locked ? colors.neutral : colors.accent;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.line);
    painter.drawRoundedRect(QRectF(area.left(), y - 2, area.width(), 4), 2, 2);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(area.left(), y - 2, x - area.left(), 4), 2, 2);
    painter.setPen(QPen(color, 2));
    painter.setBrush(colors.surface);
    painter.drawEllipse(QPointF(x, y), handleSize / 2.0, handleSize / 2.0);
    painter.setPen(colors.text);
    painter.drawText(
        QRect(cell.right() - percentWidth, cell.top(), percentWidth - space::xs, cell.height()),
        Qt::AlignRight | Qt::AlignVCenter, index.data().toString());
}

void RecipeDelegate::paintBar(QPainter& painter, const QRect& cell, const QModelIndex& index) const
{
    const QVariant share = index.data(RecipeModel::BarRole);
    const int textWidth = 46;
    const QRect room = cell.adjusted(space::s, 0, -textWidth - space::s, 0);
    if (share.isValid() && room.width() > 4) {
        // By the square root: single-layer KLs span orders of magnitude.
        const double length = std::sqrt(std::clamp(share.toDouble(), 0.0, 1.0));
        const QColor color(
            colorMap(ColorMap::Cividis)[static_cast<int>(40 + 180 * share.toDouble())]);
        painter.fillRect(
            QRectF(room.left(), room.center().y() - 4, std::max(2.0, length * room.width()), 9),
            color);
    }
    painter.setPen(themeOf().colors().muted);
    painter.drawText(
        QRect(cell.right() - textWidth - space::xs, cell.top(), textWidth, cell.height()),
        Qt::AlignRight | Qt::AlignVCenter, index.data().toString());
}

void RecipeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    const Theme& theme = themeOf();
    const ThemeColors& colors = theme.colors();
    const bool matrix = index.parent().isValid();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, colors.accentTint);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, colors.hover);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      colors.grid);
    if (index.column() == RecipeModel::Kept && !matrix) {
        paintSlider(*painter, option.rect, index);
    } else if (index.column() == RecipeModel::Sensitivity && !matrix) {
        paintBar(*painter, option.rect, index);
    } else if (index.column() == RecipeModel::Lock && !matrix) {
        QStyleOptionViewItem box = option;
        box.rect = QRect(option.rect.center().x() - 8, option.rect.center().y() - 8, 16, 16);
        const bool checked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        painter->setPen(QPen(checked ? colors.accent : colors.line, 1.2));
        painter->setBrush(checked ? colors.accent : colors.surface);
        painter->drawRoundedRect(QRectF(box.rect).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3);
        if (checked) {
            painter->setPen(QPen(colors.onAccent, 1.8));
            const QPointF c = QRectF(box.rect).center();
            painter->drawPolyline(
                QPolygonF({ c + QPointF(-3.5, 0), c + QPointF(-1, 3), c + QPointF(3.5, -3) }));
        }
    } else {
        QFont font = theme.font();
        font.setItalic(index.column() == RecipeModel::Kl);
        painter->setFont(font);
        painter->setPen(matrix ? colors.muted : colors.text);
        const auto alignment
            = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
        painter->drawText(option.rect.adjusted(space::xs, 0, -space::xs, 0),
                          static_cast<int>(alignment), index.data().toString());
    }
    if (option.state & QStyle::State_HasFocus) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(colors.accent, 1));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
    }
    painter->restore();
}

QWidget* RecipeDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                      const QModelIndex& index) const
{
    if (index.column() == RecipeModel::SchemeColumn) {
        auto* box = new QComboBox(parent);
        box->setAccessibleName(tr("Scheme"));
        fillSchemeBox(*box, m_architecture);
        // A choice counts at once, without leaving the cell.
        auto* self = const_cast<RecipeDelegate*>(this);
        connect(box, &QComboBox::activated, self, [self, box] {
            Q_EMIT self->commitData(box);
            Q_EMIT self->closeEditor(box);
        });
        return box;
    }
    auto* spin = new QSpinBox(parent);
    spin->setFrame(false);
    const bool matrix = index.parent().isValid();
    const int layer = matrix ? index.parent().row() : index.row();
    if (!m_architecture || layer >= static_cast<int>(m_architecture->layers.size()))
        return spin;
    const LayerShape& shape = m_architecture->layers[static_cast<std::size_t>(layer)];
    if (matrix) {
        const MatrixShape full = matrixShape(linearRoles[static_cast<std::size_t>(index.row())],
                                             shape, *m_architecture);
        spin->setRange(0, static_cast<int>(std::min(full.rows, full.columns)));
        spin->setSpecialValueText(tr("full rank"));
        spin->setSingleStep(16);
        spin->setAccessibleName(tr("Rank"));
    } else if (index.column() == RecipeModel::Groups) {
        spin->setRange(0, static_cast<int>(shape.kvHeads));
        spin->setAccessibleName(tr("KV groups"));
    } else {
        spin->setRange(0, static_cast<int>(shape.intermediateSize));
        spin->setSingleStep(static_cast<int>(widthStep));
        spin->setAccessibleName(tr("MLP width"));
    }
    return spin;
}

void RecipeDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    if (auto* box = qobject_cast<QComboBox*>(editor)) {
        const QString name = index.data(RecipeModel::SchemeNameRole).toString();
        int place = box->findData(name);
        if (place < 0 && !name.isEmpty()) {
            box->addItem(index.data().toString(), name);
            place = box->count() - 1;
        }
        box->setCurrentIndex(place);
        box->showPopup();
    } else if (auto* spin = qobject_cast<QSpinBox*>(editor)) {
        spin->setValue(index.data(Qt::EditRole).toInt());
    }
}

void RecipeDelegate::setModelData(QWidget* editor, QAbstractItemModel* model,
                                  const QModelIndex& index) const
{
    if (auto* box = qobject_cast<QComboBox*>(editor)) {
        if (box->currentIndex() >= 0)
            model->setData(index, box->currentData());
    } else if (auto* spin = qobject_cast<QSpinBox*>(editor)) {
        spin->interpretText();
        if (spin->value() != index.data(Qt::EditRole).toInt())
            model->setData(index, spin->value());
    }
}

RecipeTree::RecipeTree(RecipeModel& model, QWidget* parent)
    : QTreeView(parent)
    , m_model(model)
    , m_delegate(new RecipeDelegate(this))
{
    setModel(&model);
    setItemDelegate(m_delegate);
    setUniformRowHeights(true);
    setAlternatingRowColors(false);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(DoubleClicked | EditKeyPressed);
    setExpandsOnDoubleClick(false);
    setIndentation(16);
    setMouseTracking(true);
    // The card around it has the frame.
    setStyleSheet(QStringLiteral("QTreeView { border: none; }"));
    setAccessibleName(tr("Recipe by layer"));
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(QHeaderView::Fixed);
    header()->setSectionResizeMode(RecipeModel::Kept, QHeaderView::Stretch);
    header()->setSectionResizeMode(RecipeModel::Name, QHeaderView::Interactive);
    const int widths[] = { 72, 160, 58, 36, 110, 76, 112, 44 };
    for (int column = 0; column < RecipeModel::ColumnCount; ++column)
        header()->resizeSection(column, widths[column]);
    header()->setMinimumSectionSize(36);
}

std::vector<int> RecipeTree::layersWith(int layer) const
{
    std::vector<int> layers;
    for (const QModelIndex& index : selectionModel()->selectedRows())
        if (!index.parent().isValid())
            layers.push_back(index.row());
    if (std::find(layers.begin(), layers.end(), layer) == layers.end())
        return { layer };
    std::sort(layers.begin(), layers.end());
    return layers;
}

void RecipeTree::dragTo(int x)
{
    const QModelIndex index = m_model.index(*m_dragged, RecipeModel::Kept);
    const QRect area = RecipeDelegate::groove(visualRect(index));
    const double share
        = std::clamp((x - area.left()) / std::max(1.0, double(area.width())), 0.0, 1.0);
    const std::int64_t full = m_model.fullWidth(*m_dragged);
    m_model.setWidths(layersWith(*m_dragged),
                      roundedWidth(share * static_cast<double>(full), full));
}

void RecipeTree::mousePressEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && index.isValid() && !index.parent().isValid()) {
        if (index.column() == RecipeModel::Kept && index.data(RecipeModel::ShareRole).toDouble() > 0
            && RecipeDelegate::groove(visualRect(index))
                   .adjusted(-handleSize, 0, handleSize, 0)
                   .contains(event->pos())) {
            if (!selectionModel()->isRowSelected(index.row()))
                setCurrentIndex(index);
            m_dragged = index.row();
            dragTo(event->pos().x());
            return;
        }
        if (index.column() == RecipeModel::Lock) {
            const bool locked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
            m_model.setData(index, static_cast<int>(locked ? Qt::Unchecked : Qt::Checked),
                            Qt::CheckStateRole);
            return;
        }
    }
    QTreeView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && index.column() == RecipeModel::SchemeColumn
        && event->modifiers() == Qt::NoModifier)
        edit(index);
}

void RecipeTree::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragged)
        return dragTo(event->pos().x());
    QTreeView::mouseMoveEvent(event);
}

void RecipeTree::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_dragged) {
        m_dragged.reset();
        Q_EMIT dragFinished();
        return;
    }
    QTreeView::mouseReleaseEvent(event);
}

void RecipeTree::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index
        = event->reason() == QContextMenuEvent::Keyboard ? currentIndex() : indexAt(event->pos());
    const int layer = index.parent().isValid() ? index.parent().row() : index.row();
    const LayerRecipe* recipe = index.isValid() ? m_model.layerRecipe(layer) : nullptr;
    if (!recipe)
        return;
    const std::vector<int> layers = layersWith(layer);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](BlockPart part, const QString& remove, const QString& restore) {
        const bool kept = hasPart(*recipe, part);
        QAction* action
            = menu->addAction(kept ? remove : restore, this,
                              [this, layers, part, kept] { m_model.setPart(layers, part, !kept); });
        action->setEnabled(part == BlockPart::Whole || !m_model.uniform());
    };
    add(BlockPart::Mlp, tr("Remove MLP"), tr("Restore MLP"));
    add(BlockPart::Attention, tr("Remove attention"), tr("Restore attention"));
    menu->addSeparator();
    add(BlockPart::Whole, tr("Remove block"), tr("Restore block"));
    const QPoint place = event->reason() == QContextMenuEvent::Keyboard
        ? viewport()->mapToGlobal(visualRect(index).center())
        : event->globalPos();
    menu->popup(place);
}

void RecipeTree::keyPressEvent(QKeyEvent* event)
{
    const QModelIndex index = currentIndex();
    const bool layer = index.isValid() && !index.parent().isValid();
    if (layer && index.column() == RecipeModel::Kept
        && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        const auto now = m_model.index(index.row(), RecipeModel::Width).data(Qt::EditRole).toInt();
        const int step = m_model.stepOf(index.row());
        if (now == 0)
            return;
        // The arrows walk along the slider, which ends before the MLP is gone.
        const int next = now + (event->key() == Qt::Key_Right ? step : -step);
        m_model.setWidths(layersWith(index.row()), std::max(next, std::min(now, step)));
        return;
    }
    if (layer && event->key() == Qt::Key_Delete) {
        m_model.setPart(layersWith(index.row()), BlockPart::Whole, false);
        return;
    }
    if (layer && index.column() == RecipeModel::Lock && event->key() == Qt::Key_Space) {
        const bool locked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        m_model.setData(index, static_cast<int>(locked ? Qt::Unchecked : Qt::Checked),
                        Qt::CheckStateRole);
        return;
    }
    // Tab walks along the row so that every cell has a keyboard path.
    QTreeView::keyPressEvent(event);
}

} // namespace schmidt
