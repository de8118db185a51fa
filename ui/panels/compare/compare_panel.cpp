// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/compare_panel.h"

#include "base/metric_names.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/charts_view.h"
#include "ui/panels/compare/chat_view.h"
#include "ui/panels/compare/comparison_model.h"
#include "ui/panels/compare/frozen_table.h"
#include "ui/panels/compare/tokens_view.h"
#include "ui/plots/bar_strip.h"
#include "ui/plots/card.h"
#include "ui/plots/message_text.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/plot_export.h"
#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTextDocument>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <memory>

namespace schmidt {

ComparePanel::ComparePanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::m);
    layout->setSpacing(space::m);
    layout->addWidget(buildHeader());
    m_verdict = roleLabel({}, "heading", this);
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout->addWidget(m_verdict);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(buildTablePage());
    buildExportMenu(m_export->menu()); // asks the table what it offers
    m_charts = new ChartsView(workspace, m_pages);
    m_pages->addWidget(m_charts);
    m_chat = new ChatView(workspace, m_pages);
    m_pages->addWidget(m_chat);
    m_tokens = new TokensView(workspace, m_pages);
    m_pages->addWidget(m_tokens);
    layout->addWidget(m_pages, 1);
    connect(m_chat, &ChatView::messageRequested, this, &Panel::messageRequested);
    connect(m_tokens, &TokensView::messageRequested, this, &Panel::messageRequested);
    connect(m_tokens, &TokensView::screenRequested, this, &Panel::screenRequested);
    connect(m_views, &QButtonGroup::idClicked, this, &ComparePanel::showPageAt);
    const auto later = [this] {
        if (isVisible())
            refresh();
        else
            m_stale = true;
    };
    connect(&workspace, &Workspace::projectChanged, this, later);
    connect(&workspace, &Workspace::runsChanged, this, later);
    connect(&workspace, &Workspace::goalsChanged, this, later);
    connect(&workspace, &Workspace::comparedRunsChanged, this, later);
}

ComparePanel::~ComparePanel() = default;

QString ComparePanel::title() const
{
    return tr("Compare");
}

QString ComparePanel::id() const
{
    return QStringLiteral("compare");
}

QStringList ComparePanel::pages() const
{
    return { QStringLiteral("table"), QStringLiteral("charts"), QStringLiteral("chat"),
             QStringLiteral("tokens") };
}

void ComparePanel::showPage(const QString& page)
{
    if (const auto index = pages().indexOf(page); index >= 0)
        showPageAt(static_cast<int>(index));
}

void ComparePanel::showPageAt(int page)
{
    m_views->button(page)->setChecked(true);
    m_pages->setCurrentIndex(page);
    m_differencesOnly->setVisible(page == 0);
    m_group->setVisible(page == 0);
    m_export->setVisible(page == 0);
}

QWidget* ComparePanel::buildHeader()
{
    auto* header = new QWidget(this);
    auto* line = new QHBoxLayout(header);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    line->addWidget(new ScreenTitle(tr("Compare"), header));
    line->addSpacing(space::s);
    m_views = new QButtonGroup(this);
    line->addWidget(
        segmentRow({ tr("Table"), tr("Charts"), tr("Chat"), tr("Tokens") }, *m_views, header));
    m_views->button(0)->setChecked(true);
    line->addStretch(1);
    m_group = new QComboBox(header);
    m_group->setObjectName(QStringLiteral("compare_group"));
    m_group->setAccessibleName(tr("Rows shown"));
    m_group->setMinimumWidth(narrowestChooser);
    m_group->addItem(tr("All rows"), -1);
    for (const ComparisonGroup group : { ComparisonGroup::Quality, ComparisonGroup::SpeedAndMemory,
                                         ComparisonGroup::EnergyCostSize, ComparisonGroup::Goals })
        m_group->addItem(comparisonGroupText(group), static_cast<int>(group));
    line->addWidget(m_group);
    connect(m_group, &QComboBox::currentIndexChanged, this, [this] { refresh(); });
    m_differencesOnly = new QCheckBox(tr("Differences only"), header);
    m_differencesOnly->setToolTip(
        tr("Hides rows in which no run differs from the baseline by more than noise."));
    line->addWidget(m_differencesOnly);
    connect(m_differencesOnly, &QCheckBox::toggled, this, [this] { refresh(); });
    const auto menuButton = [&](const QString& text) {
        auto* button = new QToolButton(header);
        button->setText(text);
        button->setPopupMode(QToolButton::InstantPopup);
        button->setMenu(new QMenu(button));
        button->setFocusPolicy(Qt::StrongFocus);
        setRole(button, "button");
        line->addWidget(button);
        return button;
    };
    m_runs = menuButton(tr("Runs ▾"));
    m_runsMenu = m_runs->menu();
    m_evaluate = new QPushButton(tr("Evaluate"), header);
    m_evaluate->setToolTip(tr("Measures perplexity and KL to the baseline of the chosen runs on "
                              "the workload's evaluation text."));
    m_bench = new QPushButton(tr("Measure speed"), header);
    m_bench->setToolTip(tr("Measures speed, memory and energy of the chosen runs in llama.cpp, in "
                           "turns with the baseline."));
    line->addWidget(m_evaluate);
    line->addWidget(m_bench);
    m_export = menuButton(tr("Export ▾"));
    connect(m_evaluate, &QPushButton::clicked, this, [this] { enqueue(JobKind::Evaluate); });
    connect(m_bench, &QPushButton::clicked, this, [this] { enqueue(JobKind::Bench); });
    return header;
}

void ComparePanel::buildExportMenu(QMenu* menu)
{
    menu->addAction(tr("CSV…"), this, [this] { exportAs(TableFormat::Csv); });
    menu->addAction(tr("Markdown…"), this, [this] { exportAs(TableFormat::Markdown); });
    menu->addAction(tr("LaTeX…"), this, [this] { exportAs(TableFormat::Latex); });
    menu->addAction(tr("JSON…"), this, [this] { exportAs(TableFormat::Json); });
    menu->addSeparator();
    addExportActions(*menu, this, [this] { return tablePicture(); });
    menu->addSeparator();
    menu->addAction(tr("Copy as Markdown"), this, [this] { copyMarkdown(); });
}

QWidget* ComparePanel::buildTablePage()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    m_model = new ComparisonModel(this);
    m_view = new FrozenTable(*m_model, page);
    layout->addWidget(m_view, 100);
    auto* bars = new QHBoxLayout;
    bars->setSpacing(space::l);
    const auto card = [&](const QString& title) {
        auto* frame = new Card(title, page);
        auto* list = new BarList(frame);
        list->setAccessibleName(title);
        frame->body()->addWidget(list);
        frame->body()->addStretch(1);
        bars->addWidget(frame, 1);
        return list;
    };
    m_speed = card(tr("Decode rate"));
    m_size = card(tr("File"));
    m_quality = card(tr("KL to baseline"));
    layout->addLayout(bars);
    m_note = roleLabel(tr("● measured   ○ predicted   ◇ imported   ~ estimated   "
                          "▲ better   ▼ worse   = inside the noise   ? no uncertainty known"),
                       "muted", page);
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    layout->addStretch(1);
    return page;
}

void ComparePanel::showEvent(QShowEvent* event)
{
    if (m_stale)
        refresh();
    Panel::showEvent(event);
}

void ComparePanel::refresh()
{
    m_stale = false;
    std::vector<RunRecord> chosen;
    const auto& ids = workspace().comparedRuns();
    for (const RunRecord& run : workspace().runs())
        if (std::find(ids.begin(), ids.end(), run.id) != ids.end())
            chosen.push_back(run);
    m_table = chosen.empty() ? ComparisonTable {} : compareRuns(chosen, workspace().goals());
    const bool variants = std::any_of(chosen.begin(), chosen.end(),
                                      [](const RunRecord& run) { return !run.baseline; });
    m_verdict->setText(variants ? verdictSentence(m_table)
                           : workspace().isOpen()
                           ? tr("There is no variant to compare yet: run a recipe first.")
                           : tr("Open a project to compare its runs."));
    ComparisonTable shown
        = m_differencesOnly->isChecked() ? differencesOnlyTable(m_table) : m_table;
    if (const int group = m_group->currentData().toInt(); group >= 0)
        std::erase_if(shown.rows, [group](const ComparisonRow& row) {
            return static_cast<int>(row.group) != group;
        });
    m_model->setTable(shown);
    const bool usable = workspace().isOpen() && workspace().source() && !chosen.empty();
    m_evaluate->setEnabled(usable);
    m_bench->setEnabled(usable);
    m_export->setEnabled(!chosen.empty());
    refreshChooser();
    refreshBars();
    m_charts->setTable(m_table);
    m_chat->refresh();
    m_tokens->refresh();
}

void ComparePanel::refreshChooser()
{
    m_runsMenu->clear();
    const auto& ids = workspace().comparedRuns();
    for (const RunRecord& run : workspace().runs()) {
        const QString name = tr("r%1 %2").arg(run.id.value).arg(QString::fromStdString(run.name));
        QAction* action = m_runsMenu->addAction(name);
        action->setCheckable(true);
        action->setChecked(std::find(ids.begin(), ids.end(), run.id) != ids.end());
        // The baseline is what everything is compared with.
        action->setEnabled(!run.baseline && run.state == RunState::Done);
        connect(action, &QAction::toggled, this, [this, id = run.id](bool on) {
            std::vector<RunId> next = workspace().comparedRuns();
            std::erase(next, id);
            if (on)
                next.push_back(id);
            workspace().setComparedRuns(next);
        });
    }
    m_runs->setText(tr("Runs: %1 of %2 ▾").arg(ids.size()).arg(workspace().runs().size()));
    m_runs->setEnabled(!workspace().runs().empty());
}

void ComparePanel::refreshBars()
{
    const auto fill = [this](BarList* list, const char* metric, const QString& empty) {
        list->setEntries(barsOf(m_table, metric, workspace()), empty);
    };
    fill(m_speed, metric_names::decodeTokensPerSecond,
         tr("Not measured yet; “Measure speed” does it."));
    fill(m_size, metric_names::fileBytes, tr("Not measured yet; “Measure speed” does it."));
    fill(m_quality, metric_names::klMean, tr("Not measured yet; “Evaluate” does it."));
}

void ComparePanel::exportAs(TableFormat format)
{
    const QString ending = format == TableFormat::Csv ? QStringLiteral("csv")
        : format == TableFormat::Markdown             ? QStringLiteral("md")
        : format == TableFormat::Latex                ? QStringLiteral("tex")
                                                      : QStringLiteral("json");
    const QString path
        = chooseSaveFile(this, tr("Export comparison"), QStringLiteral("comparison"), ending);
    if (path.isEmpty())
        return;
    const auto saved
        = writeWhole(path, QByteArray::fromStdString(renderTable(m_model->table(), format)));
    if (saved.ok())
        Q_EMIT messageRequested(tr("Saved %1").arg(path), false);
    else
        Q_EMIT messageRequested(messageText(saved.error()), true);
}

/// The table as a picture of text: sharp at every size, whatever part of it the window shows.
ExportSource ComparePanel::tablePicture() const
{
    auto document = std::make_shared<QTextDocument>();
    document->setDefaultFont(themeOf().font(TextSize::Body));
    document->setMarkdown(
        QString::fromStdString(renderTable(m_model->table(), TableFormat::Markdown)));
    document->setTextWidth(-1);
    const QSize size(static_cast<int>(std::ceil(document->idealWidth())) + 2 * space::l,
                     static_cast<int>(std::ceil(document->size().height())));
    document->setTextWidth(size.width());
    return { QStringLiteral("comparison"),
             size,
             [document, size](QPainter& painter) {
                 // For paper, whatever theme the window has.
                 painter.fillRect(QRect(QPoint(), size), Qt::white);
                 QAbstractTextDocumentLayout::PaintContext context;
                 context.palette.setColor(QPalette::Text, Qt::black);
                 document->documentLayout()->draw(&painter, context);
             },
             {} };
}

void ComparePanel::copyMarkdown()
{
    QGuiApplication::clipboard()->setText(
        QString::fromStdString(renderTable(m_model->table(), TableFormat::Markdown)));
    Q_EMIT messageRequested(tr("The table is in the clipboard."), false);
}

void ComparePanel::enqueue(JobKind kind)
{
    JobSpec spec = workspace().jobSpec(kind);
    Json runs = Json::array();
    for (const RunId run : workspace().comparedRuns())
        runs.push_back("r" + std::to_string(run.value));
    spec.arguments["run"] = runs;
    const int count = static_cast<int>(runs.size());
    workspace().jobs()->enqueue(spec,
                                kind == JobKind::Evaluate
                                    ? tr("Evaluate %n runs", nullptr, count)
                                    : tr("Measure speed of %n runs", nullptr, count));
    Q_EMIT messageRequested(tr("The measurement is in the queue."), false);
}

} // namespace schmidt
