// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/ledger/ledger_panel.h"

#include "ui/model/workspace.h"
#include "ui/panels/ledger/run_table.h"
#include "ui/plots/card.h"
#include "ui/plots/message_text.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <map>

namespace schmidt {

namespace {

    /// What was done, to which run.
    QString auditText(const AuditEntry& entry)
    {
        static const std::map<std::string, const char*> words {
            { "project_created", QT_TRANSLATE_NOOP("LedgerPanel", "project created") },
            { "analyzed", QT_TRANSLATE_NOOP("LedgerPanel", "analyzed") },
            { "compressed", QT_TRANSLATE_NOOP("LedgerPanel", "compressed") },
            { "evaluated", QT_TRANSLATE_NOOP("LedgerPanel", "evaluated") },
            { "tokens_compared", QT_TRANSLATE_NOOP("LedgerPanel", "tokens compared") },
            { "exported", QT_TRANSLATE_NOOP("LedgerPanel", "exported") },
            { "card_written", QT_TRANSLATE_NOOP("LedgerPanel", "card written") },
            { "promoted", QT_TRANSLATE_NOOP("LedgerPanel", "put into use") },
            { "rolled_back", QT_TRANSLATE_NOOP("LedgerPanel", "rolled back") },
            { "model_located", QT_TRANSLATE_NOOP("LedgerPanel", "model found again") },
        };
        const auto known = words.find(entry.action);
        const QString what = known == words.end()
            ? QString::fromStdString(entry.action)
            : QCoreApplication::translate("LedgerPanel", known->second);
        const auto run = jsonValue<std::int64_t>(entry.details, "run", 0);
        return run > 0 ? what + QStringLiteral(" r%1").arg(run) : what;
    }

} // namespace

LedgerPanel::LedgerPanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::l);
    layout->setSpacing(space::m);
    auto* header = new QHBoxLayout;
    header->addWidget(new ScreenTitle(tr("Ledger"), this));
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter by name, state, tag or note"));
    m_filter->setAccessibleName(tr("Filter of the runs"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    m_count = roleLabel({}, "muted", this);
    header->addWidget(m_filter, 1);
    header->addWidget(m_count);
    header->addStretch(1);
    m_recipe = new QPushButton(tr("Load recipe"), this);
    m_promote = new QPushButton(tr("Put into use"), this);
    m_rollback = new QPushButton(tr("Roll back"), this);
    for (QPushButton* button : { m_recipe, m_promote, m_rollback })
        header->addWidget(button);
    layout->addLayout(header);

    buildTable();
    layout->addWidget(m_table, 3);

    layout->addLayout(buildLower(), 2);

    connect(m_promote, &QPushButton::clicked, this, &LedgerPanel::promote);
    connect(m_rollback, &QPushButton::clicked, this, &LedgerPanel::rollback);
    connect(m_recipe, &QPushButton::clicked, this, &LedgerPanel::useRecipe);
    connect(m_model, &RunTableModel::failed, this,
            [this](const QString& message) { Q_EMIT messageRequested(message, true); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &LedgerPanel::refreshDetails);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_shown->setWords(text);
        refreshCount();
    });
    connect(&workspace, &Workspace::runsChanged, this, [this] {
        refreshCount();
        refreshDetails();
        if (isVisible())
            refreshAudit();
    });
    refreshDetails();
}

QHBoxLayout* LedgerPanel::buildLower()
{
    auto* lower = new QHBoxLayout;
    lower->setSpacing(space::m);
    auto* details = new Card(tr("Selected run"), this);
    m_details = new QPlainTextEdit(details);
    m_details->setReadOnly(true);
    m_details->setAccessibleName(tr("Details of the selected run"));
    details->body()->addWidget(m_details);
    lower->addWidget(details, 1);
    auto* audit = new Card(tr("Audit log"), this);
    m_verified = roleLabel({}, "small", audit);
    auto* verify = new QPushButton(tr("Verify"), audit);
    setRole(verify, "quiet");
    audit->addCorner(verify);
    connect(verify, &QPushButton::clicked, this, &LedgerPanel::verifyAudit);
    m_audit = new QPlainTextEdit(audit);
    m_audit->setReadOnly(true);
    m_audit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_audit->setAccessibleName(tr("Audit log"));
    audit->body()->addWidget(m_audit);
    audit->body()->addWidget(m_verified);
    lower->addWidget(audit, 1);
    return lower;
}

void LedgerPanel::buildTable()
{
    m_model = new RunTableModel(workspace(), this);
    m_shown = new RunFilterModel(*m_model, this);
    m_table = new QTableView(this);
    m_table->setModel(m_shown);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunTableModel::Id, Qt::AscendingOrder);
    m_table->setAccessibleName(tr("Runs of the project"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(space::row);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    const int widths[] = { 54, 56, 190, 140, 84, 84, 150, 100, 160 };
    for (int column = 0; column < RunTableModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
}

QString LedgerPanel::title() const
{
    return tr("Ledger");
}

QString LedgerPanel::id() const
{
    return QStringLiteral("ledger");
}

void LedgerPanel::showEvent(QShowEvent* event)
{
    Panel::showEvent(event);
    refreshAudit();
    if (!selected() && m_shown->rowCount() > 0)
        m_table->selectRow(m_shown->rowCount() - 1);
}

const RunRecord* LedgerPanel::selected() const
{
    return m_shown->runAt(m_table->currentIndex());
}

void LedgerPanel::refreshCount()
{
    m_count->setText(m_filter->text().isEmpty()
                         ? QString()
                         : tr("%1 of %2 runs").arg(m_shown->rowCount()).arg(m_model->rowCount()));
}

void LedgerPanel::refreshDetails()
{
    const RunRecord* run = selected();
    m_promote->setEnabled(run && run->state == RunState::Done && !run->promoted);
    m_recipe->setEnabled(run && !run->baseline);
    m_rollback->setEnabled(workspace().isOpen() && !workspace().ledger()->readOnly());
    if (!run) {
        m_details->clear();
        return;
    }
    if (isVisible())
        workspace().setSelectedRun(run->id);
    QStringList lines;
    lines << tr("Engine: %1").arg(QString::fromStdString(run->engineVersion))
          << tr("Workload: %1").arg(QString::fromStdString(run->workload))
          << tr("Finished: %1").arg(momentText(run->finishedAt));
    if (!run->errorText.empty())
        lines << messageText(run->errorText);
    QStringList reasons;
    for (const Metric& metric : run->metrics) {
        lines << metricLine(metric);
        if (const QString reason = metricReason(metric); !reason.isEmpty())
            reasons << reason;
    }
    m_details->setToolTip(reasons.join(QLatin1Char('\n')));
    // Recipes inside command lines are thousands of characters long: they come last.
    lines << tr("Command: %1").arg(QString::fromStdString(run->commandLine));
    m_details->setPlainText(lines.join(QLatin1Char('\n')));
}

void LedgerPanel::refreshAudit()
{
    m_verified->clear();
    if (!workspace().ledger()) {
        m_audit->clear();
        return;
    }
    auto entries = workspace().ledger()->auditLog();
    if (!entries.ok()) {
        m_audit->setPlainText(messageText(entries.error()));
        return;
    }
    QStringList lines;
    for (const AuditEntry& entry : *entries)
        lines << QStringLiteral("%1  %2  %3  ·  %4")
                     .arg(entry.sequence)
                     .arg(momentText(entry.time), auditText(entry),
                          QString::fromStdString(entry.hash.substr(0, 12)));
    m_audit->setPlainText(lines.join(QLatin1Char('\n')));
}

void LedgerPanel::promote()
{
    const RunRecord* run = selected();
    if (!run)
        return;
    const auto result = workspace().ledger()->promote(run->id);
    Q_EMIT messageRequested(result.ok() ? tr("r%1 is now in use.").arg(run->id.value)
                                        : messageText(result.error()),
                            !result.ok());
    workspace().reload();
}

void LedgerPanel::rollback()
{
    const auto result = workspace().ledger()->rollback();
    Q_EMIT messageRequested(result.ok() ? tr("r%1 is in use again.").arg(result->value)
                                        : messageText(result.error()),
                            !result.ok());
    workspace().reload();
}

void LedgerPanel::useRecipe()
{
    const RunRecord* run = selected();
    if (!run)
        return;
    auto recipe = recipeFromJson(workspace().recipeOf(run->id));
    if (!recipe.ok()) {
        Q_EMIT messageRequested(messageText(recipe.error()), true);
        return;
    }
    workspace().finishEdit();
    workspace().editRecipe(tr("Load recipe of r%1").arg(run->id.value), *recipe);
    Q_EMIT screenRequested(QStringLiteral("recipe"));
}

void LedgerPanel::verifyAudit()
{
    if (!workspace().ledger())
        return;
    const auto result = workspace().ledger()->verifyAudit();
    m_verified->setText(result.ok() ? tr("The chain is whole: no entry was changed or removed.")
                                    : messageText(result.error()));
}

} // namespace schmidt
