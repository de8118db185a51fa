// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/comparison_model.h"

#include "ui/plots/message_text.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace schmidt {

QString comparisonGroupText(ComparisonGroup group)
{
    switch (group) {
    case ComparisonGroup::Quality:
        return ComparisonModel::tr("Quality");
    case ComparisonGroup::SpeedAndMemory:
        return ComparisonModel::tr("Speed and memory");
    case ComparisonGroup::EnergyCostSize:
        return ComparisonModel::tr("Energy, cost, size");
    case ComparisonGroup::Goals:
        break;
    }
    return ComparisonModel::tr("Goals");
}

namespace {

    QString fromUtf8(const std::string& text)
    {
        return QString::fromStdString(text);
    }

} // namespace

QString changeMark(Change change)
{
    switch (change) {
    case Change::Better:
        return QStringLiteral("▲");
    case Change::Worse:
        return QStringLiteral("▼");
    case Change::Same:
        return QStringLiteral("=");
    case Change::Unknown:
        return QStringLiteral("?");
    case Change::NotComparable:
        return QStringLiteral("≠");
    default:
        return {};
    }
}

QString shownDelta(const ComparisonCell& cell)
{
    if (!cell.delta)
        return {};
    const std::string& unit = cell.metric.unit;
    const bool relative
        = cell.relative && (unit == "B" || unit == "1/s" || unit == "s" || unit == "J");
    if (!relative)
        return localizedNumber(deltaText(cell));
    return (*cell.relative > 0 ? QStringLiteral("+") : QString()) + percentText(*cell.relative, 2);
}

ComparisonModel::ComparisonModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void ComparisonModel::setTable(ComparisonTable table)
{
    beginResetModel();
    m_table = std::move(table);
    m_lines.clear();
    for (std::size_t row = 0; row < m_table.rows.size(); ++row) {
        const ComparisonGroup group = m_table.rows[row].group;
        if (m_lines.empty() || m_lines.back().group != group)
            m_lines.push_back({ group, -1 });
        m_lines.push_back({ group, static_cast<int>(row) });
    }
    endResetModel();
}

bool ComparisonModel::isHeading(int row) const
{
    return row >= 0 && row < static_cast<int>(m_lines.size())
        && m_lines[static_cast<std::size_t>(row)].row < 0;
}

bool ComparisonModel::hasBaseline() const
{
    return !m_table.columns.empty() && m_table.columns.front().baseline;
}

int ComparisonModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int ComparisonModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 1 + static_cast<int>(m_table.columns.size());
}

QString ComparisonModel::headingNote(ComparisonGroup group) const
{
    // The protocol that most rows of the group share stands in the heading, not in every cell.
    for (const ComparisonRow& row : m_table.rows)
        if (row.group == group)
            for (const ComparisonCell& cell : row.cells)
                if (!cell.metric.protocol.empty())
                    return protocolText(cell.metric.protocol);
    return {};
}

QVariant ComparisonModel::headingData(const Line& line, int column, int role) const
{
    if (role == HeadingRole)
        return true;
    if (role == Qt::ToolTipRole)
        return headingNote(line.group);
    if (column != 0)
        return {};
    if (role == Qt::DisplayRole || role == ValueRole)
        return comparisonGroupText(line.group);
    return role == ErrorRole ? QVariant(headingNote(line.group)) : QVariant();
}

QVariant ComparisonModel::titleData(const ComparisonRow& row, int role) const
{
    if (role == Qt::ToolTipRole)
        return fromUtf8(row.key);
    if (role != Qt::DisplayRole && role != ValueRole)
        return {};
    const QString arrow = row.better == Better::Lower ? QStringLiteral(" ↓")
        : row.better == Better::Higher                ? QStringLiteral(" ↑")
                                                      : QString();
    if (!row.cells.empty() && row.cells.front().goal)
        return goalTitle(*row.cells.front().goal);
    return metricTitle(row.key) + arrow;
}

QVariant ComparisonModel::goalData(const ComparisonCell& cell, int role) const
{
    const Verdict verdict = cell.goal->verdict;
    switch (role) {
    case ValueRole:
    case Qt::DisplayRole: {
        const QString word = verdict == Verdict::Met ? tr("met ✓")
            : verdict == Verdict::Missed             ? tr("missed ✗")
                                                     : tr("not measured");
        return verdict == Verdict::NotMeasured || cell.goal->reason.empty()
            ? word
            : tr("%1  %2").arg(amountText(cell.goal->reason), word);
    }
    case SignRole:
        return verdict == Verdict::Met ? 2 : verdict == Verdict::Missed ? -2 : 3;
    case Qt::ToolTipRole:
        return fromUtf8(cell.goal->reason);
    default:
        return {};
    }
}

QVariant ComparisonModel::cellData(const ComparisonCell& cell, int role) const
{
    if (cell.goal)
        return goalData(cell, role);
    const Metric& metric = cell.metric;
    switch (role) {
    case ValueRole:
        return metric.value ? metricValueText(metric) + QLatin1Char(' ')
                + fromUtf8(provenanceMark(metric.provenance))
                            : tr("n/a");
    case ErrorRole:
        return metric.value ? metricErrorText(metric) : QString();
    case DeltaRole: {
        const QString delta = shownDelta(cell);
        const QString mark = changeMark(cell.change);
        return delta.isEmpty() ? mark : mark.isEmpty() ? delta : mark + QLatin1Char(' ') + delta;
    }
    case SignRole:
        return cell.change == Change::Better ? 1 : cell.change == Change::Worse ? -1 : 0;
    case PredictedRole:
        return metric.provenance == Provenance::Predicted;
    case Qt::DisplayRole:
        return metricValueText(metric) + QLatin1Char(' ')
            + fromUtf8(provenanceMark(metric.provenance)) + QLatin1Char(' ')
            + metricErrorText(metric)
            + (cell.delta ? QStringLiteral(" (%1)").arg(shownDelta(cell)) : QString());
    case Qt::ToolTipRole: {
        QStringList lines;
        if (!metric.value)
            lines << absentReasonText(metric);
        else if (metric.provenance != Provenance::Absent)
            lines << fromUtf8(provenanceName(metric.provenance))
                    + (metric.n > 0 ? tr(", n = %1").arg(metric.n) : QString());
        if (!metric.protocol.empty())
            lines << protocolText(metric.protocol);
        if (!cell.reason.empty())
            lines << tr("%1: %2").arg(fromUtf8(changeName(cell.change)), fromUtf8(cell.reason));
        return lines.join(QLatin1Char('\n'));
    }
    default:
        return {};
    }
}

QVariant ComparisonModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight)
                                | Qt::AlignVCenter);
    if (line.row < 0)
        return headingData(line, index.column(), role);
    const ComparisonRow& row = m_table.rows[static_cast<std::size_t>(line.row)];
    if (role == HeadingRole)
        return false;
    if (index.column() == 0)
        return titleData(row, role);
    const auto cell = static_cast<std::size_t>(index.column() - 1);
    return cell < row.cells.size() ? cellData(row.cells[cell], role) : QVariant();
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (section == 0)
        return QString();
    const auto column = static_cast<std::size_t>(section - 1);
    if (column >= m_table.columns.size())
        return {};
    const ComparisonColumn& run = m_table.columns[column];
    return QStringLiteral("r%1 %2").arg(run.run.value).arg(fromUtf8(validUtf8(run.name)));
}

Qt::ItemFlags ComparisonModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace schmidt
