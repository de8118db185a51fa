// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/frozen_table.h"

#include "ui/panels/compare/comparison_model.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QScrollBar>
#include <QTableView>
#include <algorithm>
#include <cstdlib>

namespace schmidt {

namespace {

    struct CellTexts {
        QString value, error, delta;
    };

    CellTexts textsOf(const QModelIndex& index)
    {
        return { index.data(ComparisonModel::ValueRole).toString(),
                 index.data(ComparisonModel::ErrorRole).toString(),
                 index.data(ComparisonModel::DeltaRole).toString() };
    }

} // namespace

void ComparisonDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const Theme& theme = themeOf();
    const ThemeColors& colors = theme.colors();
    const bool heading = index.data(ComparisonModel::HeadingRole).toBool();
    const auto& model = static_cast<const ComparisonModel&>(*index.model());
    const bool baseline = index.column() == 1 && model.hasBaseline();
    painter->save();
    painter->fillRect(option.rect, heading || baseline ? colors.raised : colors.surface);
    if (option.state & QStyle::State_Selected && !heading)
        painter->fillRect(option.rect, colors.accentTint);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      colors.grid);
    const QRectF area = QRectF(option.rect).adjusted(space::m - 2, 0, -space::m + 2, 0);
    if (index.column() == 0) {
        painter->setFont(theme.font(TextSize::Body, heading));
        painter->setPen(colors.text);
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                          index.data(ComparisonModel::ValueRole).toString());
    } else if (!heading) {
        paintValues(*painter, area, index);
    } else if (index.column() == (model.hasBaseline() ? 2 : 1)) {
        // The protocol that the group shares stands beside its name, before the first variant.
        // Its cell spans all variants; the text stays in that part of it which is in view.
        const QString note = index.siblingAtColumn(0).data(ComparisonModel::ErrorRole).toString();
        QRectF seen = area;
        if (const auto* view = qobject_cast<const QAbstractScrollArea*>(option.widget))
            seen = area.intersected(
                QRectF(view->viewport()->rect()).adjusted(space::m - 2, 0, -space::m + 2, 0));
        painter->setFont(theme.font(TextSize::Small));
        painter->setPen(colors.muted);
        painter->drawText(
            seen, Qt::AlignLeft | Qt::AlignVCenter,
            painter->fontMetrics().elidedText(note, Qt::ElideRight, int(seen.width())));
    }
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(colors.accent, 1));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
    }
    painter->restore();
}

void ComparisonDelegate::paintValues(QPainter& painter, const QRectF& area,
                                     const QModelIndex& index) const
{
    const Theme& theme = themeOf();
    const CellTexts texts = textsOf(index);
    QFont font = theme.font();
    font.setItalic(index.data(ComparisonModel::PredictedRole).toBool());
    double right = area.right();
    const auto put = [&](const QString& text, const QFont& with, const QColor& color) {
        if (text.isEmpty())
            return;
        const double length = QFontMetricsF(with).horizontalAdvance(text);
        painter.setFont(with);
        painter.setPen(color);
        painter.drawText(QRectF(right - length, area.top(), length + 1, area.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        right -= length + space::s;
    };
    // Goals: 2 met, -2 missed, 3 not measured.
    const int sign = index.data(ComparisonModel::SignRole).toInt();
    const bool goal = std::abs(sign) >= 2;
    put(texts.delta, theme.font(), theme.verdictColor(sign));
    put(texts.error, theme.font(), theme.colors().muted);
    put(texts.value, font,
        goal ? theme.verdictColor(sign == 2        ? 1
                                      : sign == -2 ? -1
                                                   : 0)
             : theme.colors().text);
}

QSize ComparisonDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    if (index.data(ComparisonModel::HeadingRole).toBool())
        return { 40, space::row };
    const CellTexts texts = textsOf(index);
    const QFontMetricsF metrics(themeOf().font());
    double length = 0;
    for (const QString& text : { texts.value, texts.error, texts.delta })
        if (!text.isEmpty())
            length += metrics.horizontalAdvance(text) + space::s;
    return { static_cast<int>(length) + 2 * space::m, space::row };
}

FrozenTable::FrozenTable(ComparisonModel& model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    m_pinned = makeView();
    m_rest = makeView();
    m_pinned->setAccessibleName(tr("Metrics and baseline"));
    m_rest->setAccessibleName(tr("Compared runs"));
    m_rest->setSelectionModel(m_pinned->selectionModel());
    m_pinned->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    line->addWidget(m_pinned);
    line->addWidget(m_rest, 1);
    connect(m_rest->verticalScrollBar(), &QScrollBar::valueChanged, m_pinned->verticalScrollBar(),
            &QScrollBar::setValue);
    connect(m_pinned->verticalScrollBar(), &QScrollBar::valueChanged, m_rest->verticalScrollBar(),
            &QScrollBar::setValue);
    // Scrolling moves pixels, but the notes of the headings stay where they are.
    connect(m_rest->horizontalScrollBar(), &QScrollBar::valueChanged, m_rest->viewport(),
            qOverload<>(&QWidget::update));
    connect(&model, &ComparisonModel::modelReset, this, &FrozenTable::arrange);
    arrange();
}

QTableView* FrozenTable::makeView()
{
    auto* view = new QTableView(this);
    view->setModel(&m_model);
    view->setItemDelegate(new ComparisonDelegate(view));
    view->setShowGrid(false);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(space::row);
    view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setMinimumSectionSize(120);
    view->horizontalHeader()->setFixedHeight(space::header);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    return view;
}

void FrozenTable::arrange()
{
    const int pinned = m_model.hasBaseline() ? 2 : 1;
    int width = 0;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        m_pinned->setColumnHidden(column, column >= pinned);
        m_rest->setColumnHidden(column, column < pinned);
        if (column >= pinned)
            continue;
        m_pinned->resizeColumnToContents(column);
        m_pinned->setColumnWidth(column,
                                 std::clamp(m_pinned->columnWidth(column) + space::l,
                                            column == 0 ? 230 : 150, column == 0 ? 380 : 260));
        width += m_pinned->columnWidth(column);
    }
    m_pinned->setFixedWidth(width + 2);
    setMaximumHeight(space::header + m_model.rowCount() * space::row + space::l);
    m_rest->setVisible(m_model.columnCount() > pinned);
    m_rest->resizeColumnsToContents();
    // The columns share the width there is, but never get narrower than their contents.
    const int count = m_model.columnCount() - pinned;
    for (int column = pinned; column < m_model.columnCount(); ++column)
        m_rest->setColumnWidth(
            column,
            std::max(m_rest->columnWidth(column) + space::l,
                     count > 0 ? std::min(420, (this->width() - width) / count - 4) : 0));
    m_rest->clearSpans();
    for (int row = 0; row < m_model.rowCount() && count > 1; ++row)
        if (m_model.isHeading(row))
            m_rest->setSpan(row, pinned, 1, count);
    matchScrollBars();
}

void FrozenTable::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    matchScrollBars();
}

void FrozenTable::matchScrollBars()
{
    // Both halves keep the same height, or their rows would part at the end of the table.
    const bool wide = m_rest->horizontalHeader()->length() > width() - m_pinned->width();
    const auto policy = wide ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff;
    m_pinned->setHorizontalScrollBarPolicy(policy);
    m_rest->setHorizontalScrollBarPolicy(policy);
}

} // namespace schmidt
