// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ledger/ledger.h"

#include <QAbstractTableModel>
#include <vector>

namespace schmidt {

class Workspace;

/// Every run of the project; star, tags and note can be edited in place.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit RunTableModel(Workspace& workspace, QObject* parent = nullptr);
    enum Column { Star, Id, Name, State, Kl, Bytes, Created, Tags, Note, ColumnCount };

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    const RunRecord* runAt(int row) const;

Q_SIGNALS:
    void failed(const QString& message);

private:
    Workspace& m_workspace;
};

/// Words for the state of a run.
QString runStateText(const RunRecord& run);

} // namespace schmidt
