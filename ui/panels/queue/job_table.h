// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/model/job_controller.h"

#include <QAbstractTableModel>

namespace schmidt {

/// Words for a state: "waiting", "running", …
QString jobStateText(JobState state);
/// "40 s", "12 min", "2.5 h".
QString durationText(double seconds);
/// "about 2 min left", a range while little is known; empty when nothing is.
QString remainingText(const std::optional<EtaEstimator::Range>& remaining);

/// The jobs of this session.
class JobTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit JobTableModel(JobController& jobs, QObject* parent = nullptr);
    enum Column { Title, State, Progress, Stage, Remaining, Seconds, ColumnCount };

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    const JobEntry* entryAt(int row) const;

private:
    JobController& m_jobs;
};

} // namespace schmidt
