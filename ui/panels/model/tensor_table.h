// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "model/model_source.h"

#include <QAbstractTableModel>
#include <memory>

namespace schmidt {

/// The tensors of a model as they lie in the file.
class TensorTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    enum Column { Name, RoleColumn, Layer, Shape, Type, Elements, Bytes, ColumnCount };

    void setSource(std::shared_ptr<const ModelSource> source);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const ModelSource> m_source;
};

} // namespace schmidt
