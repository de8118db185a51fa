// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/queue/queue_panel.h"

#include "ui/model/workspace.h"
#include "ui/panels/queue/job_table.h"
#include "ui/plots/card.h"
#include "ui/plots/metric_text.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace schmidt {

QueuePanel::QueuePanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::l);
    layout->setSpacing(space::m);
    auto* header = new QHBoxLayout;
    header->addWidget(roleLabel(tr("Queue"), "title", this));
    header->addStretch(1);
    m_up = new QPushButton(tr("Move up"), this);
    m_repeat = new QPushButton(tr("Run again"), this);
    m_cancel = new QPushButton(tr("Cancel"), this);
    for (QPushButton* button : { m_up, m_repeat, m_cancel })
        header->addWidget(button);
    layout->addLayout(header);

    m_model = new JobTableModel(*workspace.jobs(), this);
    m_table = new QTableView(this);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Jobs"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(space::row);
    const int widths[] = { 260, 90, 80, 300, 160, 80 };
    for (int column = 0; column < JobTableModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    m_table->horizontalHeader()->setSectionResizeMode(JobTableModel::Stage, QHeaderView::Stretch);
    auto* empty = roleLabel(
        tr("No job has run in this session. Analyze a model or run a recipe, and it appears here."),
        "muted", this);
    empty->setAlignment(Qt::AlignCenter);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(empty);
    m_pages->addWidget(m_table);
    layout->addWidget(m_pages, 1);
    layout->addWidget(buildDetails(), 1);

    JobController& jobs = *workspace.jobs();
    connect(m_cancel, &QPushButton::clicked, this, [this, &jobs] { jobs.cancel(m_selected); });
    connect(m_repeat, &QPushButton::clicked, this, [this, &jobs] { jobs.repeat(m_selected); });
    connect(m_up, &QPushButton::clicked, this, [this, &jobs] { jobs.moveUp(m_selected); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (const JobEntry* entry = m_model->entryAt(current.row())) {
                    m_selected = entry->id;
                    refreshDetails();
                }
            });
    connect(&jobs, &JobController::entriesChanged, this, [this, &jobs] {
        if (const JobEntry* running = jobs.running())
            m_selected = running->id;
        refreshDetails();
    });
    connect(&jobs, &JobController::progressChanged, this, [this](int id) {
        if (id == m_selected && isVisible())
            refreshDetails();
    });
    refreshDetails();
}

QString QueuePanel::title() const
{
    return tr("Queue");
}

QString QueuePanel::id() const
{
    return QStringLiteral("queue");
}

QWidget* QueuePanel::buildDetails()
{
    auto* card = new Card(tr("Log"), this);
    m_log = new QPlainTextEdit(card);
    m_log->setReadOnly(true);
    m_log->setAccessibleName(tr("Log of the selected job"));
    card->body()->addWidget(m_log, 1);
    auto* line = new QHBoxLayout;
    line->addWidget(roleLabel(tr("The same on the command line"), "muted", card));
    m_command = new QLineEdit(card);
    m_command->setReadOnly(true);
    m_command->setFont(themeOf().monospace(TextSize::Body));
    m_command->setAccessibleName(tr("Command line that repeats the job"));
    line->addWidget(m_command, 1);
    auto* copy = new QPushButton(tr("Copy"), card);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_command->text()); });
    line->addWidget(copy);
    card->body()->addLayout(line);
    return card;
}

const JobEntry* QueuePanel::selected() const
{
    return workspace().jobs()->entry(m_selected);
}

void QueuePanel::refreshDetails()
{
    const JobEntry* entry = selected();
    m_pages->setCurrentIndex(workspace().jobs()->entries().empty() ? 0 : 1);
    m_cancel->setEnabled(
        entry && (entry->state == JobState::Running || entry->state == JobState::Queued));
    m_repeat->setEnabled(entry && entry->state != JobState::Running
                         && entry->state != JobState::Queued);
    m_up->setEnabled(entry && entry->state == JobState::Queued);
    if (!entry) {
        m_log->clear();
        m_command->clear();
        return;
    }
    QStringList lines = entry->log;
    QStringList reasons;
    for (const Metric& metric : entry->metrics) {
        lines << metricLine(metric);
        if (const QString reason = metricReason(metric); !reason.isEmpty())
            reasons << reason;
    }
    m_log->setToolTip(reasons.join(QLatin1Char('\n')));
    if (!entry->error.isEmpty())
        lines << entry->error;
    const QString text = lines.join(QLatin1Char('\n'));
    if (text != m_log->toPlainText())
        m_log->setPlainText(text);
    m_command->setText(QString::fromStdString(commandLine(entry->spec)));
    m_command->setCursorPosition(0);
}

} // namespace schmidt
