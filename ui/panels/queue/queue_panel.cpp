// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/queue/queue_panel.h"

#include "ui/model/workspace.h"
#include "ui/panels/queue/batch_dialog.h"
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
    layout->addLayout(buildHeader());
    buildTable();
    auto* empty = roleLabel(
        tr("No job has run in this session. Analyze a model or run a recipe, and it appears here."),
        "muted", this);
    empty->setAlignment(Qt::AlignCenter);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(empty);
    m_pages->addWidget(m_table);
    layout->addWidget(m_pages, 1);
    layout->addWidget(buildDetails(), 1);

    followJobs();
    refreshDetails();
}

QHBoxLayout* QueuePanel::buildHeader()
{
    auto* header = new QHBoxLayout;
    header->addWidget(new ScreenTitle(tr("Queue"), this));
    header->addStretch(1);
    m_batch = new QPushButton(tr("Several recipes…"), this);
    m_batch->setToolTip(tr("Puts a night's worth of recipes into the queue."));
    m_up = new QPushButton(tr("Move up"), this);
    m_down = new QPushButton(tr("Move down"), this);
    m_repeat = new QPushButton(tr("Run again"), this);
    m_repeat->setObjectName(QStringLiteral("queue_repeat"));
    m_pause = new QPushButton(tr("Pause"), this);
    m_pause->setObjectName(QStringLiteral("queue_pause"));
    m_pause->setToolTip(tr("Stops the job where it is; it keeps its memory and goes on when you "
                           "resume it."));
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setObjectName(QStringLiteral("queue_cancel"));
    for (QPushButton* button : { m_batch, m_up, m_down, m_repeat, m_pause, m_cancel })
        header->addWidget(button);
    return header;
}

void QueuePanel::buildTable()
{
    m_model = new JobTableModel(*workspace().jobs(), this);
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
}

void QueuePanel::followJobs()
{
    JobController& jobs = *workspace().jobs();
    connect(m_cancel, &QPushButton::clicked, this, [this, &jobs] { jobs.cancel(m_selected); });
    connect(m_repeat, &QPushButton::clicked, this, [this, &jobs] { jobs.repeat(m_selected); });
    connect(m_up, &QPushButton::clicked, this, [this, &jobs] { jobs.moveUp(m_selected); });
    connect(m_down, &QPushButton::clicked, this, [this, &jobs] { jobs.moveDown(m_selected); });
    connect(m_pause, &QPushButton::clicked, this, [this, &jobs] {
        if (const JobEntry* entry = selected())
            jobs.setPaused(entry->id, !entry->paused);
    });
    connect(m_batch, &QPushButton::clicked, this, [this] {
        BatchDialog dialog(workspace(), this);
        dialog.exec();
    });
    connect(&workspace(), &Workspace::projectChanged, this, &QueuePanel::refreshDetails);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (const JobEntry* entry = m_model->entryAt(current.row())) {
                    m_selected = entry->id;
                    refreshDetails();
                }
            });
    connect(&jobs, &JobController::entriesChanged, this, [this] {
        followRunning();
        selectRow();
        refreshDetails();
    });
    connect(&jobs, &JobController::progressChanged, this, [this](int id) {
        if (id == m_selected && isVisible())
            refreshDetails();
    });
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
    m_card = card;
    m_why = new QLabel(card);
    m_why->setObjectName(QStringLiteral("queue_why"));
    m_why->setWordWrap(true);
    m_why->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setRole(m_why, "error");
    card->body()->addWidget(m_why);
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

/// What runs is shown, unless the user looks at something that failed or waits.
void QueuePanel::followRunning()
{
    const JobEntry* running = workspace().jobs()->running();
    const JobEntry* shown = selected();
    const bool kept
        = shown && (shown->state == JobState::Failed || shown->state == JobState::Queued);
    if (running && !kept)
        m_selected = running->id;
}

/// The model forgot its rows; the selection is put back where it was.
void QueuePanel::selectRow()
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->entryAt(row)->id == m_selected && m_table->currentIndex().row() != row)
            m_table->selectRow(row);
}

void QueuePanel::refreshButtons(const JobEntry* entry)
{
    const bool running = entry && entry->state == JobState::Running,
               waiting = entry && entry->state == JobState::Queued;
    m_cancel->setEnabled(running || waiting);
    m_repeat->setEnabled(entry && !running && !waiting);
    m_repeat->setText(entry && entry->resumable() ? tr("Resume from “%1”").arg(entry->stage)
                                                  : tr("Run again"));
    m_up->setEnabled(waiting);
    m_down->setEnabled(waiting);
    m_pause->setEnabled(running);
    m_pause->setText(entry && entry->paused ? tr("Resume") : tr("Pause"));
    m_batch->setEnabled(workspace().isOpen() && workspace().source());
}

void QueuePanel::refreshDetails()
{
    const JobEntry* entry = selected();
    const bool none = workspace().jobs()->entries().empty();
    m_pages->setCurrentIndex(none ? 0 : 1);
    m_card->setVisible(!none);
    refreshButtons(entry);
    const bool failed = entry && entry->state == JobState::Failed;
    m_card->setTitle(failed ? tr("Why it failed") : tr("Log"));
    m_card->setSubtitle(entry ? entry->title : QString());
    m_why->setText(entry ? entry->error : QString());
    m_why->setVisible(failed);
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
    const QString text = lines.join(QLatin1Char('\n'));
    if (text != m_log->toPlainText())
        m_log->setPlainText(text);
    m_command->setText(QString::fromStdString(commandLine(entry->spec)));
    m_command->setCursorPosition(0);
}

} // namespace schmidt
