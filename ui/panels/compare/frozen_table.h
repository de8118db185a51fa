// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QStyledItemDelegate>
#include <QWidget>

class QTableView;

namespace schmidt {

class ComparisonModel;

/// Paints cells of a comparison: value, muted uncertainty, coloured difference.
class ComparisonDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// A table whose titles and baseline stay in sight while the other columns scroll.
class FrozenTable : public QWidget {
    Q_OBJECT
public:
    explicit FrozenTable(ComparisonModel& model, QWidget* parent = nullptr);

private:
    QTableView* makeView();
    void arrange();

    ComparisonModel& m_model;
    QTableView* m_pinned = nullptr;
    QTableView* m_rest = nullptr;
};

} // namespace schmidt
