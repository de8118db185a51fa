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

private:
    void paintValues(QPainter& painter, const QRectF& area, const QModelIndex& index) const;
};

/// A table whose titles and baseline stay in sight while the other columns scroll.
class FrozenTable : public QWidget {
    Q_OBJECT
public:
    explicit FrozenTable(ComparisonModel& model, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QTableView* makeView();
    void arrange();
    void matchScrollBars();

    ComparisonModel& m_model;
    QTableView* m_pinned = nullptr;
    QTableView* m_rest = nullptr;
};

} // namespace schmidt
