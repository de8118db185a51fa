// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/shell/crash_marker.h"
#include "ui/shell/hint_line.h"
#include "ui/shell/inspector.h"
#include "ui/shell/job_notifier.h"
#include "ui/shell/layouts.h"
#include "ui/shell/log_view.h"
#include "ui/shell/main_window.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QMimeDatabase>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

/// What surrounds the screens: docks and layouts, log, hints, notes about jobs, printing, the start
/// after a crash.
class ShellTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Read when MIME types are first asked for.
        QVERIFY(QDir().mkpath(m_folder.filePath(QStringLiteral("share/mime/packages"))));
        qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("share")).toLocal8Bit());
        QVERIFY(QFile::copy(
            QStringLiteral(SCHMIDT_SOURCE_DIR "/packaging/desktop/schmidt-workbench.xml"),
            m_folder.filePath(QStringLiteral("share/mime/packages/schmidt-workbench.xml"))));
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("shell_test"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        QVERIFY(writeSyntheticProject(project().toStdString(), 8).ok());
        m_theme.install(*qApp);
    }

    void init()
    {
        MainWindow::forgetArrangement();
        makeWindow();
        QVERIFY(m_window->openPath(project()));
        QTest::qWait(20);
    }

    void cleanup() { m_window.reset(); }

    void layoutsKeepWhatWasMadeOfThem()
    {
        auto* inspector = dock("inspector");
        auto* log = dock("log");
        QVERIFY(!inspector->isVisible() && !log->isVisible());
        command("layout_explore")->trigger();
        QVERIFY(inspector->isVisible() && !log->isVisible());
        QCOMPARE(m_window->currentScreen(), QStringLiteral("spectra"));
        command("dock_log")->trigger();
        QVERIFY(log->isVisible());
        command("layout_tune")->trigger();
        QVERIFY(!inspector->isVisible() && !log->isVisible());
        QCOMPARE(m_window->currentScreen(), QStringLiteral("recipe"));
        command("layout_explore")->trigger();
        QVERIFY(log->isVisible());
        m_window->close();
        makeWindow();
        QVERIFY(dock("log")->isVisible() && dock("inspector")->isVisible());
        command("layout_reset")->trigger();
        QVERIFY(!dock("log")->isVisible() && dock("inspector")->isVisible());
    }

    void presentingHidesDocksAndGivesThemBack()
    {
        command("layout_explore")->trigger();
        m_window->present(true);
        QVERIFY(!dock("inspector")->isVisible());
        m_window->present(false);
        QVERIFY(dock("inspector")->isVisible());
        command("layout_present")->trigger();
        QVERIFY(m_window->isPresenting());
        m_window->present(false);
        QVERIFY(!m_window->isPresenting());
    }

    void inspectorFollowsSelectionAndDraft()
    {
        command("layout_explore")->trigger();
        QTest::qWait(50);
        const Watch watch;
        m_workspace->setSelection({ Role::Up, 3 });
        QVERIFY(inspectorSays(QStringLiteral("L03")));
        QVERIFY(!inspectorSays(QStringLiteral("replace best")));
        Recipe recipe = m_workspace->recipe();
        recipe.layers[3].mlpWidth = 768;
        m_workspace->editRecipe(QStringLiteral("narrow"), recipe);
        QTRY_VERIFY(inspectorSays(QStringLiteral("768 of 1536")));
        QVERIFY(inspectorSays(QStringLiteral("replace best")));
        m_workspace->setSelectedRun(m_workspace->runs()[2].id);
        QVERIFY(inspectorSays(QStringLiteral("r3 half")));
    }

    void logShowsLevelsAndKeepsAFile()
    {
        const QString file = m_folder.filePath(QStringLiteral("logs/log.txt"));
        JobController jobs;
        LogView view(jobs, file);
        view.add(LogView::Info, QStringLiteral("Analyze"), QStringLiteral("layer 1"));
        Q_EMIT jobs.logged(0, QStringLiteral("warn"), QStringLiteral("little text"));
        view.add(LogView::Error, QStringLiteral("Analyze"), QStringLiteral("no space"));
        QVERIFY(view.text().contains(QStringLiteral("layer 1")));
        auto* level = view.findChild<QComboBox*>();
        level->setCurrentIndex(LogView::Warning);
        QVERIFY(!view.text().contains(QStringLiteral("layer 1")));
        QVERIFY(view.text().contains(QStringLiteral("little text")));
        level->setCurrentIndex(LogView::Error);
        QVERIFY(!view.text().contains(QStringLiteral("little text")));
        QVERIFY(view.text().contains(QStringLiteral("no space")));
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll().count('\n'), 3);
    }

    void longOrUnseenJobsAreTold()
    {
        JobEntry job;
        job.state = JobState::Done;
        job.seconds = 5;
        QVERIFY(!JobNotifier::isTold(job, true));
        QVERIFY(JobNotifier::isTold(job, false));
        job.seconds = 31;
        QVERIFY(JobNotifier::isTold(job, true));
        job.state = JobState::Cancelled;
        QVERIFY(!JobNotifier::isTold(job, false));
    }

    void hintLineSaysWhatAControlDoes()
    {
        auto* hint = m_window->findChild<HintLine*>();
        m_window->showScreen(QStringLiteral("ledger"));
        const QString screen = hint->text();
        QVERIFY(!screen.isEmpty());
        auto* label = new QLabel(m_window.get());
        label->setToolTip(QStringLiteral("<b>What</b> it does"));
        QEvent enter(QEvent::Enter);
        QCoreApplication::sendEvent(label, &enter);
        QCOMPARE(hint->text(), QStringLiteral("What it does"));
    }

    void screensArePrinted()
    {
        m_window->showScreen(QStringLiteral("spectra"));
        const QString file = m_folder.filePath(QStringLiteral("screen.pdf"));
        QVERIFY(m_window->printScreenTo(file).ok());
        QFile pdf(file);
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        const QByteArray bytes = pdf.readAll();
        QVERIFY(bytes.startsWith("%PDF-") && bytes.size() > 10'000);
        QVERIFY(!m_window->printScreenTo(m_folder.filePath(QStringLiteral("no/such/x.pdf"))).ok());
    }

    void aCrashIsNoticedOnce()
    {
        const QString folder = m_folder.filePath(QStringLiteral("running"));
        {
            CrashMarker first(folder);
            QVERIFY(!first.foundCrash());
            first.setProject(QStringLiteral("/some/project"));
            // A second window beside the first is no crash.
            QVERIFY(!CrashMarker(folder).foundCrash());
        }
        QFile left(folder + QStringLiteral("/999999999"));
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.write("123\n/some/project");
        left.close();
        {
            const CrashMarker after(folder);
            QVERIFY(after.foundCrash());
            QCOMPARE(after.crashedProject(), QStringLiteral("/some/project"));
        }
        QVERIFY(!CrashMarker(folder).foundCrash());
    }

    void aSignalEndsItProperly()
    {
        const QString program = QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt");
        if (!QFile::exists(program))
            QSKIP("schmidt is not built in this build folder");
        const QTemporaryDir home;
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HOME"), home.path());
        environment.insert(QStringLiteral("XDG_DATA_HOME"), home.path());
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
        process.setProcessEnvironment(environment);
        process.start(program, {});
        QVERIFY(process.waitForStarted());
        const QString marks = home.filePath(QStringLiteral("Schmidt/Schmidt Workbench/running"));
        const auto running
            = [&] { return QDir(marks).entryList(QDir::Files | QDir::NoDotAndDotDot).size(); };
        QTRY_COMPARE_WITH_TIMEOUT(running(), 1, 10'000);
        process.terminate();
        QVERIFY(process.waitForFinished(10'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(running(), 0);
    }

    void theDraftOutlivesACrash()
    {
        Recipe recipe = m_workspace->recipe();
        recipe.layers[1].mlpWidth = 512;
        m_workspace->editRecipe(QStringLiteral("narrow"), recipe);
        // Nothing is closed: another program looks at what is on the disk.
        QTRY_VERIFY_WITH_TIMEOUT(storedWidth() == 512, 5000);
    }

    void fileTypesAreKnown()
    {
        const QMimeDatabase types;
        const auto nameOf = [&types](const char* file) {
            return types.mimeTypeForFile(QLatin1String(file), QMimeDatabase::MatchExtension).name();
        };
        QCOMPARE(nameOf("model.gguf"), QStringLiteral("application/x-gguf"));
        QCOMPARE(nameOf("model.safetensors"), QStringLiteral("application/x-safetensors"));
        QCOMPARE(nameOf("project.db"), QStringLiteral("application/x-schmidt-project"));
        QVERIFY(m_window->openPath(project() + QStringLiteral("/project.db")));
        QCOMPARE(m_workspace->folder(), project());
    }

    void keysAreUnique()
    {
        QStringList keys;
        for (const QAction* action : m_window->commands())
            if (!action->shortcut().isEmpty())
                keys << action->shortcut().toString();
        QCOMPARE(keys.removeDuplicates(), 0);
    }

private:
    QString project() const { return m_folder.filePath(QStringLiteral("project")); }

    void makeWindow()
    {
        m_window.reset();
        m_workspace = std::make_unique<Workspace>();
        m_window = std::make_unique<MainWindow>(*m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    QDockWidget* dock(const char* name) const
    {
        return m_window->findChild<QDockWidget*>(QLatin1String(name));
    }

    QAction* command(const char* name) const
    {
        for (QAction* action : m_window->commands())
            if (action->objectName() == QLatin1String(name))
                return action;
        return nullptr;
    }

    bool inspectorSays(const QString& text) const
    {
        for (const QLabel* label : m_window->findChild<Inspector*>()->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(text))
                return true;
        return false;
    }

    std::int64_t storedWidth() const
    {
        auto ledger = Ledger::open(project().toStdString(), true);
        if (!ledger.ok())
            return -1;
        const auto draft = ledger->value("draft_recipe");
        const auto recipe = draft.ok() ? recipeFromJson(*draft) : Result<Recipe>(draft.error());
        return recipe.ok() ? recipe->layers[1].mlpWidth : -1;
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;
};

SCHMIDT_WATCHED_MAIN(ShellTest)
#include "shell_test.moc"
