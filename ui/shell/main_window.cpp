// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/main_window.h"

#include "base/file.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/card/card_panel.h"
#include "ui/panels/compare/compare_panel.h"
#include "ui/panels/ledger/ledger_panel.h"
#include "ui/panels/model/model_panel.h"
#include "ui/panels/present/present_view.h"
#include "ui/panels/queue/queue_panel.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/panels/spectra/spectra_panel.h"
#include "ui/plots/card.h"
#include "ui/plots/message_text.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/dock_title.h"
#include "ui/shell/goals_dialog.h"
#include "ui/shell/hint_line.h"
#include "ui/shell/inspector.h"
#include "ui/shell/job_notifier.h"
#include "ui/shell/job_strip.h"
#include "ui/shell/layouts.h"
#include "ui/shell/log_view.h"
#include "ui/shell/print_pdf.h"
#include "ui/shell/start_page.h"
#include "ui/theme/icons.h"

#include <QAction>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QVBoxLayout>

namespace schmidt {

namespace {

    constexpr int recentProjects = 6;
    constexpr double presentScale = 1.5; ///< of the type in Present mode
    constexpr const char* recentKey = "recent_projects";
    constexpr const char* geometryKey = "geometry";

    bool isProject(const QString& folder)
    {
        return QFileInfo::exists(folder + QStringLiteral("/project.db"));
    }

    /// Folder of the project that belongs to a model: named after it, in the user's data folder.
    QString projectFolderFor(const QString& model)
    {
        const QString base
            = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/projects";
        const QString name = QFileInfo(model).completeBaseName();
        for (int number = 1;; ++number) {
            const QString folder = number == 1
                ? base + QLatin1Char('/') + name
                : QStringLiteral("%1/%2-%3").arg(base, name).arg(number);
            if (!isProject(folder))
                return folder;
            auto ledger = Ledger::open(folder.toStdString(), true);
            if (!ledger.ok())
                continue;
            const auto known = ledger->model();
            if (known.ok() && *known
                && QFileInfo(QString::fromStdString((*known)->path.string())) == QFileInfo(model))
                return folder;
        }
    }

    void copyFolder(const QString& from, const QString& to)
    {
        QDir().mkpath(to);
        for (const QFileInfo& entry :
             QDir(from).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString target = to + QLatin1Char('/') + entry.fileName();
            if (entry.isDir())
                copyFolder(entry.filePath(), target);
            else if (QFile::copy(entry.filePath(), target))
                QFile::setPermissions(target, QFile::permissions(target) | QFile::WriteOwner);
        }
    }

    /// The sample names its model by file name alone; where set-up has put that file, the copy
    /// refers to it.
    void pointToDefaultModel(const QString& folder)
    {
        auto ledger = Ledger::open(folder.toStdString());
        if (!ledger.ok())
            return;
        const auto model = ledger->model();
        if (!model.ok() || !*model)
            return;
        ModelReference reference = **model;
        const auto file
            = resourceFolder().parent_path() / ".deps" / "models" / reference.path.filename();
        std::error_code status;
        if (!std::filesystem::exists(file, status))
            return;
        reference.path = file;
        static_cast<void>(ledger->setModel(reference));
    }

    /// What is worth knowing on a screen when nothing under the mouse has a hint of its own.
    QString screenHint(const QString& id)
    {
        const std::pair<const char*, QString> hints[] = {
            { "start",
              MainWindow::tr(
                  "Drop a model or a project folder anywhere in the window to open it.") },
            { "model", MainWindow::tr("F1 explains the screen, Ctrl+K finds every command.") },
            { "spectra",
              MainWindow::tr("Click into the map to choose a matrix; drag the cut line.") },
            { "recipe", MainWindow::tr("Ctrl+Z takes back a whole drag of a slider.") },
            { "queue", MainWindow::tr("A job that was stopped goes on where it stopped.") },
            { "compare", MainWindow::tr("A difference inside its noise is grey.") },
            { "card", MainWindow::tr("Words written here are kept when the card is made anew.") },
            { "ledger",
              MainWindow::tr("Click a header to sort; star, tags and note are edited in place.") },
        };
        for (const auto& [name, hint] : hints)
            if (id == QLatin1String(name))
                return hint;
        return {};
    }

} // namespace

MainWindow::MainWindow(Workspace& workspace, Theme& theme, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
    , m_theme(theme)
{
    setAcceptDrops(true);
    resize(1440, 900);
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_stripe = new QFrame(central);
    setRole(m_stripe, "stripe");
    auto* stripeLine = new QHBoxLayout(m_stripe);
    stripeLine->setContentsMargins(space::m, space::xs, space::m, space::xs);
    m_stripeText = new QLabel(m_stripe);
    m_stripeText->setWordWrap(true);
    auto* dismiss = new QPushButton(tr("Close"), m_stripe);
    connect(dismiss, &QPushButton::clicked, m_stripe, &QWidget::hide);
    stripeLine->addWidget(m_stripeText, 1);
    stripeLine->addWidget(dismiss);
    m_stripe->hide();
    layout->addWidget(m_stripe);
    auto* line = new QHBoxLayout;
    line->setSpacing(0);
    m_navigation = new QListWidget(central);
    m_navigation->setObjectName(QStringLiteral("navigation"));
    m_navigation->setAccessibleName(tr("Screens"));
    m_navigation->setFixedWidth(142);
    m_navigation->setFrameShape(QFrame::NoFrame);
    m_navigation->setSpacing(2);
    m_navigation->setUniformItemSizes(true);
    m_navigation->setIconSize({ 16, 16 });
    m_screens = new QStackedWidget(central);
    line->addWidget(m_navigation);
    line->addWidget(m_screens, 1);
    layout->addLayout(line, 1);
    m_modes = new QStackedWidget(this);
    m_modes->addWidget(central);
    m_present = new PresentView(workspace, m_modes);
    m_modes->addWidget(m_present);
    setCentralWidget(m_modes);
    connect(m_present, &PresentView::leaveRequested, this, [this] { present(false); });
    connect(m_present, &PresentView::messageRequested, this, &MainWindow::showMessage);

    buildPanels();
    buildDocks();
    buildStatus();
    buildMenus();
    connect(m_navigation, &QListWidget::currentRowChanged, this, [this](int row) {
        m_screens->setCurrentIndex(row);
        m_hint->setScreenHint(screenHint(currentScreen()));
    });
    connect(&theme, &Theme::changed, this, [this] {
        const QStringList ids = screenIds();
        for (int row = 0; row < m_navigation->count(); ++row)
            m_navigation->item(row)->setIcon(screenIcon(ids.value(row), m_theme));
    });
    connect(&workspace, &Workspace::projectChanged, this, &MainWindow::refreshTitle);
    connect(workspace.jobs(), &JobController::finished, this, [this](int id) {
        const JobEntry* entry = m_workspace.jobs()->entry(id);
        if (entry && entry->state == JobState::Failed)
            showMessage(entry->error, true);
    });
    const QSettings settings;
    restoreGeometry(settings.value(QLatin1String(geometryKey)).toByteArray());
    m_start->setRecentProjects(settings.value(QLatin1String(recentKey)).toStringList());
    showScreen(QStringLiteral("start"));
    refreshTitle();
}

void MainWindow::buildPanels()
{
    m_start = new StartPage(this);
    m_screens->addWidget(m_start);
    addNavigation(QStringLiteral("start"), tr("Start"));
    connect(m_start, &StartPage::openModelRequested, this, &MainWindow::openModel);
    connect(m_start, &StartPage::openProjectRequested, this, &MainWindow::openProject);
    connect(m_start, &StartPage::sampleRequested, this, &MainWindow::openSample);
    connect(m_start, &StartPage::projectChosen, this, &MainWindow::openPath);
    auto* model = new ModelPanel(m_workspace, this);
    connect(model, &ModelPanel::goalsRequested, this, &MainWindow::editGoals);
    connect(model, &ModelPanel::locateRequested, this, &MainWindow::locateModel);
    addPanel(model);
    addPanel(new SpectraPanel(m_workspace, this));
    addPanel(new RecipePanel(m_workspace, this));
    addPanel(new QueuePanel(m_workspace, this));
    addPanel(new ComparePanel(m_workspace, this));
    addPanel(new CardPanel(m_workspace, this));
    addPanel(new LedgerPanel(m_workspace, this));
}

void MainWindow::buildDocks()
{
    const auto add = [this](const char* name, const QString& title, QWidget* content) {
        auto* dock = new QDockWidget(title, this);
        dock->setObjectName(QLatin1String(name));
        dock->setAllowedAreas(Qt::RightDockWidgetArea | Qt::BottomDockWidgetArea);
        // Floating docks cannot be put back everywhere (QTBUG-87332), so they only move.
        dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
        dock->setTitleBarWidget(new DockTitle(*dock));
        dock->setWidget(content);
        addDockWidget(Qt::RightDockWidgetArea, dock);
        return dock;
    };
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    m_log = new LogView(*m_workspace.jobs(), folder + QStringLiteral("/log.txt"), this);
    m_inspector = add("inspector", tr("Inspector"), new Inspector(m_workspace, this));
    m_logDock = add("log", tr("Log"), m_log);
    m_layouts = new Layouts(*this, *m_inspector, *m_logDock);
    connect(m_layouts, &Layouts::chosen, this, [this](const QString& id) {
        present(false);
        showScreen(m_workspace.isOpen() ? Layouts::screen(id) : QStringLiteral("start"));
        if (id == QLatin1String("present"))
            present(true);
    });
}

void MainWindow::buildStatus()
{
    auto* strip = new JobStrip(*m_workspace.jobs(), this);
    m_hint = new HintLine(strip);
    strip->addHint(m_hint);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(strip, 1);
    auto* notifier = new JobNotifier(*m_workspace.jobs(), this);
    connect(notifier, &JobNotifier::queueRequested, this,
            [this] { showScreen(QStringLiteral("queue")); });
}

void MainWindow::forgetArrangement()
{
    QSettings settings;
    settings.remove(QLatin1String(geometryKey));
    Layouts::forget();
}

void MainWindow::sayUncleanEnd(const QString& project)
{
    showMessage(project.isEmpty()
                    ? tr("The program did not end properly last time, so it starts in its first "
                         "layout.")
                    : tr("The program did not end properly last time, so it starts without %1; the "
                         "draft recipe is kept: open the project from the list of recent ones.")
                          .arg(QFileInfo(project).fileName()),
                false);
}

void MainWindow::addNavigation(const QString& id, const QString& title)
{
    auto* item = new QListWidgetItem(screenIcon(id, m_theme), title, m_navigation);
    item->setSizeHint({ m_navigation->width() - 2 * space::xs, space::control });
    if (const int number = m_navigation->count() - 1; number > 0)
        item->setToolTip(QStringLiteral("Ctrl+%1").arg(number));
}

void MainWindow::addPanel(Panel* panel)
{
    m_panels.append(panel);
    m_screens->addWidget(panel);
    addNavigation(panel->id(), panel->title());
    connect(panel, &Panel::screenRequested, this, &MainWindow::showScreen);
    connect(panel, &Panel::messageRequested, this, &MainWindow::showMessage);
}

void MainWindow::present(bool on)
{
    if (on == isPresenting())
        return;
    menuBar()->setVisible(!on);
    statusBar()->setVisible(!on);
    m_theme.setTextScale(on ? presentScale : 1);
    if (on) {
        m_wasFullScreen = isFullScreen();
        m_docksBefore = saveState();
        for (QDockWidget* dock : { m_inspector, m_logDock })
            dock->hide();
        m_modes->setCurrentWidget(m_present);
        setWindowState(windowState() | Qt::WindowFullScreen);
        m_present->start();
        return;
    }
    if (!m_wasFullScreen)
        setWindowState(windowState() & ~Qt::WindowFullScreen);
    m_modes->setCurrentIndex(0);
    restoreState(m_docksBefore);
    m_navigation->setFocus();
}

bool MainWindow::isPresenting() const
{
    return m_modes->currentWidget() == m_present;
}

void MainWindow::enqueue(int kind, const QString& title, const Json& arguments)
{
    if (!m_workspace.isOpen()) {
        showMessage(tr("Open a model or a project first."), true);
        return;
    }
    JobSpec spec = m_workspace.jobSpec(static_cast<JobKind>(kind));
    spec.arguments.update(arguments);
    m_workspace.jobs()->enqueue(spec, title);
}

QStringList MainWindow::screenIds() const
{
    QStringList ids { QStringLiteral("start") };
    for (const Panel* panel : m_panels)
        ids << panel->id();
    return ids;
}

Panel* MainWindow::panel(const QString& id) const
{
    const auto found = std::find_if(m_panels.begin(), m_panels.end(),
                                    [&id](const Panel* panel) { return panel->id() == id; });
    return found == m_panels.end() ? nullptr : *found;
}

QString MainWindow::currentScreen() const
{
    return screenIds().value(m_screens->currentIndex());
}

void MainWindow::showScreen(const QString& id)
{
    const auto index = screenIds().indexOf(id);
    if (index >= 0)
        m_navigation->setCurrentRow(static_cast<int>(index));
}

void MainWindow::showMessage(const QString& text, bool isError)
{
    m_stripeText->setText(text);
    m_stripe->setProperty("error", isError);
    m_stripe->setVisible(!text.isEmpty());
    if (!text.isEmpty())
        m_log->add(isError ? LogView::Error : LogView::Info, tr("Window"), text);
}

bool MainWindow::openPath(const QString& given)
{
    // File managers hand over the file that makes a folder a project.
    const QFileInfo info(given);
    const QString path
        = info.fileName() == QLatin1String("project.db") ? info.absolutePath() : given;
    const auto opened = isProject(path)
        ? m_workspace.openProject(path)
        : m_workspace.createProject(projectFolderFor(path), QFileInfo(path).absoluteFilePath());
    if (!opened.ok()) {
        showMessage(messageText(opened.error()), true);
        return false;
    }
    m_stripe->hide();
    remember(m_workspace.folder());
    showScreen(QStringLiteral("model"));
    return true;
}

void MainWindow::remember(const QString& folder)
{
    QSettings settings;
    QStringList recent = settings.value(QLatin1String(recentKey)).toStringList();
    recent.removeAll(folder);
    recent.prepend(folder);
    while (recent.size() > recentProjects)
        recent.removeLast();
    settings.setValue(QLatin1String(recentKey), recent);
    m_start->setRecentProjects(recent);
}

QString MainWindow::askForModel(const QString& title)
{
    const QString path = QFileDialog::getOpenFileName(
        this, title, {}, tr("Models (*.gguf *.safetensors config.json);;All files (*)"));
    const QFileInfo info(path);
    return info.fileName() == QLatin1String("config.json") ? info.path() : path;
}

void MainWindow::openModel()
{
    if (const QString path = askForModel(tr("Open model")); !path.isEmpty())
        openPath(path);
}

void MainWindow::locateModel()
{
    const QString path = askForModel(tr("Locate model"));
    if (path.isEmpty())
        return;
    JobSpec spec = m_workspace.jobSpec(JobKind::Locate);
    spec.arguments["model"] = path.toStdString();
    m_workspace.jobs()->enqueue(spec, tr("Locate model"));
}

void MainWindow::openProject()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open project"));
    if (path.isEmpty())
        return;
    if (!isProject(path)) {
        showMessage(tr("%1 is no project: it has no project.db. Choose a project folder, or open "
                       "a model to begin one.")
                        .arg(path),
                    true);
        return;
    }
    openPath(path);
}

void MainWindow::openSample()
{
    const QString source = QString::fromStdString((resourceFolder() / "sample").string());
    if (!isProject(source)) {
        showMessage(
            tr("The sample project is missing from %1; install the program again.").arg(source),
            true);
        return;
    }
    // A copy, so that what is tried there is kept and the original stays whole.
    const QString copy
        = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/sample";
    if (!isProject(copy)) {
        copyFolder(source, copy);
        pointToDefaultModel(copy);
    }
    if (openPath(copy))
        showScreen(QStringLiteral("spectra"));
}

void MainWindow::editGoals()
{
    if (!m_workspace.isOpen()) {
        showMessage(tr("Open a model or a project first."), true);
        return;
    }
    GoalsDialog dialog(m_workspace.goals(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const auto stored = m_workspace.setGoals(dialog.goals());
    if (!stored.ok())
        showMessage(messageText(stored.error()), true);
}

void MainWindow::showPalette()
{
    CommandPalette palette(m_commands, this);
    if (palette.exec() == QDialog::Accepted && palette.chosen())
        palette.chosen()->trigger();
}

void MainWindow::printScreen()
{
    const QString file
        = QFileDialog::getSaveFileName(this, tr("Print to PDF"), {}, tr("PDF documents (*.pdf)"));
    if (file.isEmpty())
        return;
    const auto printed = printScreenTo(file);
    showMessage(printed.ok() ? tr("The screen is printed to %1.").arg(file)
                             : messageText(printed.error()),
                !printed.ok());
}

Result<void> MainWindow::printScreenTo(const QString& file)
{
    const Panel* shown = panel(currentScreen());
    return printToPdf(*m_screens->currentWidget(), shown ? shown->title() : tr("Schmidt Workbench"),
                      QFileInfo(m_workspace.folder()).fileName(), file);
}

void MainWindow::refreshTitle()
{
    setWindowTitle(
        m_workspace.isOpen()
            ? tr("%1 – Schmidt Workbench").arg(QFileInfo(m_workspace.folder()).fileName())
            : tr("Schmidt Workbench"));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    present(false);
    QSettings().setValue(QLatin1String(geometryKey), saveGeometry());
    m_layouts->store();
    m_workspace.jobs()->cancelAll();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls.first().isLocalFile())
        openPath(urls.first().toLocalFile());
}

} // namespace schmidt
