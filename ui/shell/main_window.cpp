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
#include "ui/shell/command_palette.h"
#include "ui/shell/goals_dialog.h"
#include "ui/shell/job_strip.h"
#include "ui/shell/start_page.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDir>
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
#include <QTextBrowser>
#include <QVBoxLayout>

namespace schmidt {

namespace {

    constexpr int recentProjects = 6;
    constexpr double presentScale = 1.5; ///< of the type in Present mode
    constexpr const char* recentKey = "recent_projects";

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
    m_navigation->setFixedWidth(132);
    m_navigation->setFrameShape(QFrame::NoFrame);
    m_navigation->setSpacing(2);
    m_navigation->setUniformItemSizes(true);
    m_screens = new QStackedWidget(central);
    line->addWidget(m_navigation);
    line->addWidget(m_screens, 1);
    layout->addLayout(line, 1);
    layout->addWidget(new JobStrip(*workspace.jobs(), central));
    m_modes = new QStackedWidget(this);
    m_modes->addWidget(central);
    m_present = new PresentView(workspace, m_modes);
    m_modes->addWidget(m_present);
    setCentralWidget(m_modes);
    connect(m_present, &PresentView::leaveRequested, this, [this] { present(false); });
    connect(m_present, &PresentView::messageRequested, this, &MainWindow::showMessage);

    buildPanels();
    buildMenus();
    connect(m_navigation, &QListWidget::currentRowChanged, m_screens,
            &QStackedWidget::setCurrentIndex);
    connect(&workspace, &Workspace::projectChanged, this, &MainWindow::refreshTitle);
    connect(workspace.jobs(), &JobController::finished, this, [this](int id) {
        const JobEntry* entry = m_workspace.jobs()->entry(id);
        if (entry && entry->state == JobState::Failed)
            showMessage(entry->error, true);
    });
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    m_start->setRecentProjects(settings.value(QLatin1String(recentKey)).toStringList());
    showScreen(QStringLiteral("start"));
    refreshTitle();
}

void MainWindow::buildPanels()
{
    m_start = new StartPage(this);
    m_screens->addWidget(m_start);
    addNavigation(tr("Start"));
    connect(m_start, &StartPage::openModelRequested, this, &MainWindow::openModel);
    connect(m_start, &StartPage::openProjectRequested, this, &MainWindow::openProject);
    connect(m_start, &StartPage::sampleRequested, this, &MainWindow::openSample);
    connect(m_start, &StartPage::projectChosen, this, &MainWindow::openPath);
    auto* model = new ModelPanel(m_workspace, this);
    connect(model, &ModelPanel::goalsRequested, this, &MainWindow::editGoals);
    addPanel(model);
    addPanel(new SpectraPanel(m_workspace, this));
    addPanel(new RecipePanel(m_workspace, this));
    addPanel(new QueuePanel(m_workspace, this));
    addPanel(new ComparePanel(m_workspace, this));
    addPanel(new CardPanel(m_workspace, this));
    addPanel(new LedgerPanel(m_workspace, this));
}

void MainWindow::addNavigation(const QString& title)
{
    auto* item = new QListWidgetItem(title, m_navigation);
    item->setSizeHint({ m_navigation->width() - 2 * space::xs, space::control });
    if (const int number = m_navigation->count() - 1; number > 0)
        item->setToolTip(QStringLiteral("Ctrl+%1").arg(number));
}

void MainWindow::addPanel(Panel* panel)
{
    m_panels.append(panel);
    m_screens->addWidget(panel);
    addNavigation(panel->title());
    connect(panel, &Panel::screenRequested, this, &MainWindow::showScreen);
    connect(panel, &Panel::messageRequested, this, &MainWindow::showMessage);
}

QAction* MainWindow::addCommand(QMenu* menu, const char* name, const QString& text,
                                const QKeySequence& keys)
{
    QAction* action = menu->addAction(text);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(keys);
    m_commands.append(action);
    return action;
}

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    connect(addCommand(file, "open_model", tr("Open &model…"), QKeySequence::Open),
            &QAction::triggered, this, &MainWindow::openModel);
    connect(addCommand(file, "open_project", tr("Open &project…"), tr("Ctrl+Shift+O")),
            &QAction::triggered, this, &MainWindow::openProject);
    connect(addCommand(file, "open_sample", tr("Open &sample project")), &QAction::triggered, this,
            &MainWindow::openSample);
    connect(addCommand(file, "close_project", tr("&Close project"), QKeySequence::Close),
            &QAction::triggered, this, [this] {
                m_workspace.closeProject();
                showScreen(QStringLiteral("start"));
            });
    file->addSeparator();
    connect(addCommand(file, "quit", tr("&Quit"), QKeySequence::Quit), &QAction::triggered, this,
            &QWidget::close);
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack* undo = m_workspace.undoStack();
    QAction* undoAction = undo->createUndoAction(this, tr("Undo"));
    undoAction->setObjectName(QStringLiteral("undo"));
    undoAction->setShortcut(QKeySequence::Undo);
    QAction* redoAction = undo->createRedoAction(this, tr("Redo"));
    redoAction->setObjectName(QStringLiteral("redo"));
    redoAction->setShortcut(QKeySequence::Redo);
    edit->addAction(undoAction);
    edit->addAction(redoAction);
    m_commands << undoAction << redoAction;
    edit->addSeparator();
    connect(addCommand(edit, "goals", tr("&Goals…"), tr("Ctrl+G")), &QAction::triggered, this,
            &MainWindow::editGoals);
    connect(addCommand(edit, "commands", tr("&Commands…"), tr("Ctrl+K")), &QAction::triggered, this,
            &MainWindow::showPalette);
    buildViewMenu();
    buildRunMenu();
    buildHelpMenu();
}

void MainWindow::buildViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (int index = 0; index < m_panels.size(); ++index) {
        const QString id = m_panels[index]->id();
        connect(addCommand(view, ("screen_" + id).toLatin1().constData(), m_panels[index]->title(),
                           QKeySequence(QStringLiteral("Ctrl+%1").arg(index + 1))),
                &QAction::triggered, this, [this, id] { showScreen(id); });
    }
    view->addSeparator();
    QAction* presentAction = addCommand(view, "present", tr("&Present"), tr("F11"));
    // The window keeps this key when the menu bar is hidden.
    addAction(presentAction);
    connect(presentAction, &QAction::triggered, this,
            [this] { present(m_modes->currentWidget() != m_present); });
    view->addSeparator();
    auto* group = new QActionGroup(this);
    const std::pair<ThemeMode, QString> modes[]
        = { { ThemeMode::Light, tr("&Light") },
            { ThemeMode::Dark, tr("&Dark") },
            { ThemeMode::HighContrast, tr("&High contrast") } };
    for (const auto& [mode, text] : modes) {
        QAction* action
            = addCommand(view, ("theme_" + themeModeName(mode)).toLatin1().constData(), text);
        action->setCheckable(true);
        action->setChecked(mode == m_theme.mode());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, mode] {
            m_theme.setMode(mode);
            QSettings().setValue(QStringLiteral("theme"), themeModeName(mode));
        });
    }
}

void MainWindow::present(bool on)
{
    if (on == (m_modes->currentWidget() == m_present))
        return;
    menuBar()->setVisible(!on);
    m_theme.setTextScale(on ? presentScale : 1);
    if (on) {
        m_wasFullScreen = isFullScreen();
        m_modes->setCurrentWidget(m_present);
        setWindowState(windowState() | Qt::WindowFullScreen);
        m_present->start();
        return;
    }
    if (!m_wasFullScreen)
        setWindowState(windowState() & ~Qt::WindowFullScreen);
    m_modes->setCurrentIndex(0);
    m_navigation->setFocus();
}

void MainWindow::buildRunMenu()
{
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    struct Entry {
        const char* name;
        JobKind kind;
        QString text, title;
        QString keys;
    };
    const Entry entries[] = {
        { "analyze", JobKind::Analyze, tr("&Analyze"), tr("Analyze"), tr("Ctrl+Shift+A") },
        { "compress", JobKind::Compress, tr("&Run recipe"), tr("Run recipe"), tr("Ctrl+R") },
        { "evaluate", JobKind::Evaluate, tr("&Evaluate runs"), tr("Evaluate"), tr("Ctrl+E") },
        { "bench", JobKind::Bench, tr("&Measure speed and memory"), tr("Measure speed"),
          tr("Ctrl+B") },
    };
    for (const Entry& entry : entries) {
        QAction* action = addCommand(run, entry.name, entry.text, QKeySequence(entry.keys));
        const int kind = static_cast<int>(entry.kind);
        const QString title = entry.title;
        connect(action, &QAction::triggered, this, [this, kind, title] { enqueue(kind, title); });
        const auto update = [this, action] { action->setEnabled(m_workspace.source() != nullptr); };
        connect(&m_workspace, &Workspace::projectChanged, action, update);
        update();
    }
    buildSearchMenu(run);
    run->addSeparator();
    connect(addCommand(run, "cancel_all", tr("&Cancel all jobs")), &QAction::triggered, this,
            [this] { m_workspace.jobs()->cancelAll(); });
}

/// Times a search of the front may take: a coffee, a meeting, a night.
void MainWindow::buildSearchMenu(QMenu* run)
{
    QMenu* menu = run->addMenu(tr("&Search best sizes"));
    const auto offer = [this, menu](const char* name, const QString& text, double minutes) {
        connect(addCommand(menu, name, text), &QAction::triggered, this, [this, minutes] {
            if (!m_workspace.analysis() || !m_workspace.analysis()->complete()) {
                showMessage(tr("A search needs the analysis first; press Analyze."), true);
                return;
            }
            JobSpec spec = m_workspace.jobSpec(JobKind::Search);
            spec.arguments["minutes"] = minutes;
            m_workspace.jobs()->enqueue(spec, tr("Search best sizes"));
        });
    };
    offer("search_short", tr("For 15 minutes"), 15);
    offer("search_long", tr("For 1 hour"), 60);
    offer("search_night", tr("For 8 hours"), 480);
    const auto update = [this, menu] { menu->setEnabled(m_workspace.source() != nullptr); };
    connect(&m_workspace, &Workspace::projectChanged, menu, update);
    update();
}

void MainWindow::buildHelpMenu()
{
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    connect(addCommand(help, "manual", tr("&Manual"), QKeySequence::HelpContents),
            &QAction::triggered, this, [this] {
                const QString id = currentScreen();
                showManual(id == QLatin1String("start") ? QStringLiteral("index") : id);
            });
}

void MainWindow::showManual(const QString& page)
{
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Manual"));
    dialog->resize(760, 640);
    auto* layout = new QVBoxLayout(dialog);
    auto* browser = new QTextBrowser(dialog);
    const QString folder = QString::fromStdString((resourceFolder() / "manual").string());
    browser->setSearchPaths({ folder });
    browser->setSource(QUrl::fromLocalFile(folder + QLatin1Char('/') + page + ".md"),
                       QTextDocument::MarkdownResource);
    layout->addWidget(browser);
    dialog->show();
}

void MainWindow::enqueue(int kind, const QString& title)
{
    if (!m_workspace.isOpen()) {
        showMessage(tr("Open a model or a project first."), true);
        return;
    }
    m_workspace.jobs()->enqueue(m_workspace.jobSpec(static_cast<JobKind>(kind)), title);
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
}

bool MainWindow::openPath(const QString& path)
{
    const auto opened = isProject(path)
        ? m_workspace.openProject(path)
        : m_workspace.createProject(projectFolderFor(path), QFileInfo(path).absoluteFilePath());
    if (!opened.ok()) {
        showMessage(QString::fromStdString(opened.error().message), true);
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

void MainWindow::openModel()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open model"), {}, tr("Models (*.gguf *.safetensors config.json);;All files (*)"));
    if (path.isEmpty())
        return;
    openPath(QFileInfo(path).fileName() == QLatin1String("config.json") ? QFileInfo(path).path()
                                                                        : path);
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
        showMessage(QString::fromStdString(stored.error().message), true);
}

void MainWindow::showPalette()
{
    CommandPalette palette(m_commands, this);
    if (palette.exec() == QDialog::Accepted && palette.chosen())
        palette.chosen()->trigger();
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
    QSettings().setValue(QStringLiteral("geometry"), saveGeometry());
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
