// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/ledger/run_table.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "ui/model/workspace.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <limits>

namespace schmidt {

QString runStateText(const RunRecord& run)
{
    const auto word
        = [](const char* text) { return QCoreApplication::translate("RunTableModel", text); };
    switch (run.state) {
    case RunState::Queued:
        return word("waiting");
    case RunState::Running:
        return word("running");
    case RunState::Done:
        return run.promoted ? word("done, in use") : word("done");
    case RunState::Failed:
        return word("failed");
    case RunState::Cancelled:
        return word("cancelled");
    case RunState::Interrupted:
        return word("interrupted");
    }
    return {};
}

RunTableModel::RunTableModel(Workspace& workspace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_workspace(workspace)
{
    const auto reset = [this] {
        beginResetModel();
        endResetModel();
    };
    connect(&workspace, &Workspace::runsChanged, this, reset);
    connect(&workspace, &Workspace::projectChanged, this, reset);
    connect(&workspace, &Workspace::runEdited, this, [this](RunId run) {
        const RunRecord* edited = m_workspace.findRun(run);
        if (!edited)
            return;
        const int row = static_cast<int>(edited - m_workspace.runs().data());
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    });
}

const RunRecord* RunTableModel::runAt(int row) const
{
    const auto& runs = m_workspace.runs();
    return row >= 0 && row < static_cast<int>(runs.size()) ? &runs[static_cast<std::size_t>(row)]
                                                           : nullptr;
}

int RunTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_workspace.runs().size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const
{
    const RunRecord* run = index.isValid() ? runAt(index.row()) : nullptr;
    if (!run)
        return {};
    if (role == Qt::CheckStateRole && index.column() == Star)
        return run->starred ? Qt::Checked : Qt::Unchecked;
    if (role == SortRole)
        return sortKey(*run, index.column());
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter)
            | (index.column() == Kl || index.column() == Bytes ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && !run->errorText.empty())
        return messageText(run->errorText);
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    const auto metric = [run](const char* name) {
        const Metric* found = findMetric(run->metrics, name);
        return found && found->present() ? metricValueText(*found) : QStringLiteral("—");
    };
    switch (index.column()) {
    case Star:
        return {};
    case Id:
        return QStringLiteral("r%1").arg(run->id.value);
    case Name:
        return QString::fromStdString(run->name);
    case State:
        return runStateText(*run);
    case Kl: {
        // The unit stands in the header.
        const Metric* kl = findMetric(run->metrics, metric_names::klMean);
        return run->baseline || !kl || !kl->value ? QStringLiteral("—") : numberText(*kl->value);
    }
    case Bytes:
        return metric(metric_names::fileBytes);
    case Created:
        return momentText(run->createdAt);
    case Tags:
        return QString::fromStdString(run->tags);
    default:
        return QString::fromStdString(run->note);
    }
}

QVariant RunTableModel::sortKey(const RunRecord& run, int column) const
{
    const auto metric = [&run](const char* name) {
        const Metric* found = findMetric(run.metrics, name);
        return found && found->value ? *found->value : std::numeric_limits<double>::infinity();
    };
    switch (column) {
    case Star:
        return run.starred ? 0 : 1;
    case Id:
        return static_cast<qlonglong>(run.id.value);
    case State:
        return runStateText(run);
    case Kl:
        return run.baseline ? 0.0 : metric(metric_names::klMean);
    case Bytes:
        return metric(metric_names::fileBytes);
    case Name:
        return QString::fromStdString(run.name);
    case Created:
        return QString::fromStdString(run.createdAt);
    case Tags:
        return QString::fromStdString(run.tags);
    default:
        return QString::fromStdString(run.note);
    }
}

bool RunTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const RunRecord* shown = index.isValid() ? runAt(index.row()) : nullptr;
    if (!shown || !m_workspace.ledger())
        return false;
    RunRecord run = *shown;
    if (role == Qt::CheckStateRole && index.column() == Star)
        run.starred = value.toInt() == Qt::Checked;
    else if (role == Qt::EditRole && index.column() == Tags)
        run.tags = value.toString().toStdString();
    else if (role == Qt::EditRole && index.column() == Note)
        run.note = value.toString().toStdString();
    else
        return false;
    const auto written = m_workspace.editRun(run);
    if (!written.ok())
        Q_EMIT failed(messageText(written.error()));
    return written.ok();
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Star)
        flags |= Qt::ItemIsUserCheckable;
    if (index.column() == Tags || index.column() == Note)
        flags |= Qt::ItemIsEditable;
    return flags;
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole
        && (section == Kl || section == Bytes))
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[] = { tr("Star"), tr("Run"),     tr("Name"), tr("State"), tr("KL, nat"),
                               tr("File"), tr("Created"), tr("Tags"), tr("Note") };
    return titles[section];
}

RunFilterModel::RunFilterModel(RunTableModel& runs, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_runs(runs)
{
    setSourceModel(&runs);
    setSortRole(RunTableModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

void RunFilterModel::setWords(const QString& text)
{
    m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

const RunRecord* RunFilterModel::runAt(const QModelIndex& index) const
{
    return index.isValid() ? m_runs.runAt(mapToSource(index).row()) : nullptr;
}

bool RunFilterModel::filterAcceptsRow(int row, const QModelIndex&) const
{
    const RunRecord* run = m_runs.runAt(row);
    if (!run || m_words.isEmpty())
        return run;
    QString text = QStringLiteral("r%1 ").arg(run->id.value) + runStateText(*run);
    for (const std::string* part : { &run->name, &run->tags, &run->note })
        text += QLatin1Char(' ') + QString::fromStdString(*part);
    return std::all_of(m_words.begin(), m_words.end(), [&text](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace schmidt
