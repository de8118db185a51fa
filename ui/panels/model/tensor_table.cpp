// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/model/tensor_table.h"

#include "ui/plots/number_text.h"

#include <QLocale>

namespace schmidt {

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
    case Name:
        return QString::fromStdString(tensor.name);
    case RoleColumn:
        return tensor.role ? QString::fromUtf8(roleName(*tensor.role).data()) : QString();
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
        return QLocale().toString(static_cast<qlonglong>(tensor.elements()));
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
    if (role == Qt::TextAlignmentRole && (section == Layer || section >= Elements))
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[] = { tr("Tensor"), tr("Role"),     tr("Layer"), tr("Shape [out × in]"),
                               tr("Type"),   tr("Elements"), tr("Bytes") };
    return titles[section];
}

} // namespace schmidt
