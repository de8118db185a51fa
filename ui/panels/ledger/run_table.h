// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ledger/ledger.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <vector>

namespace schmidt {

class Workspace;

/// Every run of the project; star, tags and note can be edited in place.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit RunTableModel(Workspace& workspace, QObject* parent = nullptr);
    enum Column { Star, Id, Name, State, Kl, Bytes, Created, Tags, Note, ColumnCount };
    /// What a column is sorted by: numbers as numbers, absent ones above all.
    static constexpr int SortRole = Qt::UserRole;

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
    QVariant sortKey(const RunRecord& run, int column) const;

    Workspace& m_workspace;
};

/// The runs in another order and only those whose name, state, tags or note contain the words of a
/// filter, all of them, in any case.
class RunFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunFilterModel(RunTableModel& runs, QObject* parent = nullptr);

    void setWords(const QString& text);
    const RunRecord* runAt(const QModelIndex& index) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    RunTableModel& m_runs;
    QStringList m_words;
};

/// Words for the state of a run.
QString runStateText(const RunRecord& run);

} // namespace schmidt
