// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/model/tensor_table.h"

#include "ui/plots/number_text.h"

namespace schmidt {

namespace {

    /// Numbers in front of which zeros make them as long as each other: layer 2 before layer 10.
    QString orderedName(const QString& name)
    {
        constexpr int digits = 6;
        QString ordered, number;
        for (const QChar letter : name + QLatin1Char(' ')) {
            if (letter.isDigit()) {
                number += letter;
                continue;
            }
            if (!number.isEmpty())
                ordered += number.rightJustified(digits, QLatin1Char('0'));
            number.clear();
            ordered += letter;
        }
        return ordered;
    }

} // namespace

void TensorTableModel::setSource(std::shared_ptr<const ModelSource> source)
{
    beginResetModel();
    m_source = std::move(source);
    endResetModel();
}

int TensorTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_source ? 0 : static_cast<int>(m_source->tensors().size());
}

int TensorTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TensorTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_source)
        return {};
    const TensorInfo& tensor = m_source->tensors()[static_cast<std::size_t>(index.row())];
    const bool numeric = index.column() == Layer || index.column() >= Elements;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter)
                                   | (numeric ? Qt::AlignRight : Qt::AlignLeft));
    // Qt::UserRole carries the value to sort by.
    if (role != Qt::DisplayRole && role != Qt::UserRole)
        return {};
    switch (index.column()) {
    case Name: {
        const QString name = QString::fromStdString(tensor.name);
        return role == Qt::UserRole ? orderedName(name) : name;
    }
    case RoleColumn:
        return tensor.role ? QString::fromUtf8(roleName(*tensor.role).data())
                                 .replace(QLatin1Char('_'), QLatin1Char(' '))
                           : QString();
    case Layer:
        if (role == Qt::UserRole)
            return tensor.layer;
        return tensor.layer < 0 ? QString() : QString::number(tensor.layer);
    case Shape: {
        QStringList parts;
        for (const std::int64_t size : tensor.shape)
            parts << QString::number(size);
        return parts.join(QStringLiteral(" × "));
    }
    case Type:
        return QString::fromStdString(tensor.typeName());
    case Elements:
        if (role == Qt::UserRole)
            return static_cast<qlonglong>(tensor.elements());
        return countText(tensor.elements());
    default:
        if (role == Qt::UserRole)
            return static_cast<qlonglong>(tensor.bytes);
        return bytesText(static_cast<double>(tensor.bytes));
    }
}

QVariant TensorTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter)
            | (section == Layer || section >= Elements ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[] = { tr("Tensor"), tr("Role"),     tr("Layer"), tr("Shape [out × in]"),
                               tr("Type"),   tr("Elements"), tr("Bytes") };
    return titles[section];
}

} // namespace schmidt
