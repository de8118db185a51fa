// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/queue/job_table.h"

#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <cmath>

namespace schmidt {

QString durationText(double seconds)
{
    const auto whole = static_cast<int>(std::lround(seconds));
    if (whole < 90)
        return QCoreApplication::translate("JobTableModel", "%1 s").arg(whole);
    if (whole < 5400)
        return QCoreApplication::translate("JobTableModel", "%1 min").arg((whole + 30) / 60);
    return QCoreApplication::translate("JobTableModel", "%1 h")
        .arg(localizedNumber(QString::number(whole / 3600.0, 'f', 1).toStdString()));
}

QString jobStateText(JobState state)
{
    switch (state) {
    case JobState::Queued:
        return QCoreApplication::translate("JobTableModel", "waiting");
    case JobState::Running:
        return QCoreApplication::translate("JobTableModel", "running");
    case JobState::Done:
        return QCoreApplication::translate("JobTableModel", "done");
    case JobState::Failed:
        return QCoreApplication::translate("JobTableModel", "failed");
    case JobState::Cancelled:
        return QCoreApplication::translate("JobTableModel", "cancelled");
    }
    return {};
}

QString remainingText(const std::optional<EtaEstimator::Range>& remaining)
{
    if (!remaining)
        return {};
    const QString low = durationText(remaining->lowSeconds),
                  high = durationText(remaining->highSeconds);
    if (low == high)
        return QCoreApplication::translate("JobTableModel", "about %1 left").arg(high);
    return QCoreApplication::translate("JobTableModel", "%1 to %2 left").arg(low, high);
}

JobTableModel::JobTableModel(JobController& jobs, QObject* parent)
    : QAbstractTableModel(parent)
    , m_jobs(jobs)
{
    connect(&jobs, &JobController::entriesChanged, this, [this] {
        beginResetModel();
        endResetModel();
    });
    connect(&jobs, &JobController::progressChanged, this, [this](int id) {
        for (int row = 0; row < rowCount(); ++row)
            if (entryAt(row)->id == id)
                Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    });
}

const JobEntry* JobTableModel::entryAt(int row) const
{
    const auto& entries = m_jobs.entries();
    return row >= 0 && row < static_cast<int>(entries.size())
        ? &entries[static_cast<std::size_t>(row)]
        : nullptr;
}

int JobTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.entries().size());
}

int JobTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobTableModel::data(const QModelIndex& index, int role) const
{
    const JobEntry* entry = index.isValid() ? entryAt(index.row()) : nullptr;
    if (!entry)
        return {};
    const bool numeric = index.column() == Progress || index.column() >= Remaining;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter)
                                   | (numeric ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Title:
        return entry->title;
    case State:
        return entry->paused ? tr("paused") : jobStateText(entry->state);
    case Progress:
        return entry->state == JobState::Queued
            ? QString()
            : QStringLiteral("%1 %").arg(std::lround(entry->fraction * 100));
    case Stage:
        return entry->error.isEmpty() ? entry->stage : entry->error;
    case Remaining:
        return entry->state == JobState::Running ? remainingText(entry->remaining) : QString();
    default:
        return entry->seconds > 0 ? durationText(entry->seconds) : QString();
    }
}

QVariant JobTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[]
        = { tr("Job"), tr("State"), tr("Progress"), tr("Stage"), tr("Remaining"), tr("Time") };
    return titles[section];
}

} // namespace schmidt
