// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/panel.h"
#include "ui/shell/keys_dialog.h"
#include "ui/shell/layouts.h"
#include "ui/shell/main_window.h"

#include <QActionGroup>
#include <QDialog>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>
#include <QSettings>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>
#include <tuple>

namespace schmidt {

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
    QAction* locate = addCommand(file, "locate_model", tr("&Locate model…"));
    connect(locate, &QAction::triggered, this, &MainWindow::locateModel);
    const auto updateLocate = [this, locate] { locate->setEnabled(m_workspace.modelMissing()); };
    connect(&m_workspace, &Workspace::projectChanged, locate, updateLocate);
    updateLocate();
    file->addSeparator();
    connect(addCommand(file, "print", tr("P&rint to PDF…"), QKeySequence::Print),
            &QAction::triggered, this, &MainWindow::printScreen);
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
    connect(presentAction, &QAction::triggered, this, [this] { present(!isPresenting()); });
    buildLayoutMenu(view);
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

void MainWindow::buildLayoutMenu(QMenu* view)
{
    QMenu* menu = view->addMenu(tr("La&yout"));
    auto* group = new QActionGroup(this);
    for (const QString& id : Layouts::ids()) {
        // The palette shows commands without their menu.
        QAction* action = addCommand(menu, ("layout_" + id).toLatin1().constData(),
                                     tr("Layout: %1").arg(Layouts::title(id)));
        action->setCheckable(true);
        action->setChecked(id == m_layouts->current());
        group->addAction(action);
        connect(action, &QAction::triggered, m_layouts, [this, id] { m_layouts->choose(id); });
    }
    menu->addSeparator();
    connect(addCommand(menu, "layout_reset", tr("&Reset layout")), &QAction::triggered, m_layouts,
            &Layouts::reset);
    const std::tuple<QDockWidget*, const char*, QString> docks[]
        = { { m_inspector, "dock_inspector", tr("Ctrl+I") },
            { m_logDock, "dock_log", tr("Ctrl+L") } };
    for (const auto& [dock, name, keys] : docks) {
        QAction* action = dock->toggleViewAction();
        action->setObjectName(QLatin1String(name));
        action->setShortcut(QKeySequence(keys));
        view->addAction(action);
        m_commands.append(action);
    }
}

void MainWindow::buildRunMenu()
{
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    struct Entry {
        const char* name;
        JobKind kind;
        QString text, title;
        QString keys;
        Json arguments = Json::object(); ///< besides those of the project
    };
    const Entry entries[] = {
        { "analyze", JobKind::Analyze, tr("&Analyze"), tr("Analyze"), tr("Ctrl+Shift+A") },
        { "compress", JobKind::Compress, tr("&Run recipe"), tr("Run recipe"), tr("Ctrl+R") },
        { "evaluate", JobKind::Evaluate, tr("&Evaluate runs"), tr("Evaluate"), tr("Ctrl+E") },
        { "evaluate_llama", JobKind::Evaluate, tr("Evaluate &through llama.cpp"),
          tr("Evaluate through llama.cpp"), QString(), Json { { "runtime", "llama.cpp" } } },
        { "bench", JobKind::Bench, tr("&Measure speed and memory"), tr("Measure speed"),
          tr("Ctrl+B") },
        { "bench_sweep", JobKind::Bench, tr("Measure speed at longer contexts and more te&xts"),
          tr("Measure speed in a sweep"), QString(), Json { { "sweep", true } } },
    };
    for (const Entry& entry : entries) {
        QAction* action = addCommand(run, entry.name, entry.text, QKeySequence(entry.keys));
        connect(action, &QAction::triggered, this, [this, entry] {
            enqueue(static_cast<int>(entry.kind), entry.title, entry.arguments);
        });
        const auto update = [this, action] { action->setEnabled(m_workspace.source() != nullptr); };
        connect(&m_workspace, &Workspace::projectChanged, action, update);
        update();
    }
    buildRuntimesMenu(run);
    buildSearchMenu(run);
    QAction* meter = addCommand(run, "import_wall_meter", tr("Import energy of a &wall meter…"));
    connect(meter, &QAction::triggered, this, &MainWindow::importWallMeter);
    const auto updateMeter = [this, meter] { meter->setEnabled(m_workspace.source() != nullptr); };
    connect(&m_workspace, &Workspace::projectChanged, meter, updateMeter);
    updateMeter();
    run->addSeparator();
    connect(addCommand(run, "cancel_all", tr("&Cancel all jobs")), &QAction::triggered, this,
            [this] { m_workspace.jobs()->cancelAll(); });
}

/// Runtimes besides llama.cpp; their numbers stand beside its own.
void MainWindow::buildRuntimesMenu(QMenu* run)
{
    QMenu* menu = run->addMenu(tr("Measure speed in other run&times"));
    const auto offer = [this, menu](const char* name, const char* runtime, const QString& text) {
        QAction* action = addCommand(menu, name, text);
        connect(action, &QAction::triggered, this, [this, runtime, text] {
            enqueue(static_cast<int>(JobKind::Bench), text, Json { { "runtime", runtime } });
        });
        const auto update = [this, action] { action->setEnabled(m_workspace.source() != nullptr); };
        connect(&m_workspace, &Workspace::projectChanged, action, update);
        update();
    };
    offer("bench_onnx", "onnx", tr("Measure speed in ONNX Runtime"));
    offer("bench_torch", "torch", tr("Measure speed in this program's engine, fp32"));
    offer("bench_torch_bf16", "torch-bf16", tr("Measure speed in this program's engine, bf16"));
    offer("bench_torch_int8", "torch-int8", tr("Measure speed in this program's engine, 8 bits"));
    offer("bench_torch_int4", "torch-int4", tr("Measure speed in this program's engine, 4 bits"));
}

void MainWindow::importWallMeter()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Import energy of a wall meter"), {},
                                                      tr("Tables (*.csv *.tsv *.txt)"));
    if (path.isEmpty())
        return;
    JobSpec spec = m_workspace.jobSpec(JobKind::Bench);
    spec.arguments["wall_meter"] = path.toStdString();
    m_workspace.jobs()->enqueue(spec, tr("Import energy"));
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
                const QWidget* focus = focusWidget();
                const QString id = currentScreen();
                if (focus && (m_inspector->isAncestorOf(focus) || m_logDock->isAncestorOf(focus)))
                    showManual(QStringLiteral("window"));
                else
                    showManual(id == QLatin1String("start") ? QStringLiteral("index") : id);
            });
    connect(addCommand(help, "keys", tr("&Keys")), &QAction::triggered, this,
            [this] { KeysDialog(m_commands, this).exec(); });
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

} // namespace schmidt
