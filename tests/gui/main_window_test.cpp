// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "tests/support/tiny_models.h"
#include "tests/support/watched_application.h"
#include "ui/model/workspace.h"
#include "ui/shell/capture.h"
#include "ui/shell/goals_dialog.h"
#include "ui/shell/main_window.h"

#include <QAction>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QImage>
#include <QLabel>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTranslator>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;

/// The real window, offscreen.
class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("main_window_test"));
        QVERIFY(writeTinyHfModel(m_folder.filePath("model").toStdString(), {}).ok());
    }

    void opensAModelAndShowsEveryScreen()
    {
        Theme theme;
        theme.install(*qApp);
        Workspace workspace;
        MainWindow window(workspace, theme);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(window.currentScreen(), QStringLiteral("start"));
        QElapsedTimer clock;
        clock.start();
        QVERIFY(window.openPath(m_folder.filePath("model")));
        QVERIFY(clock.elapsed() < 1000);
        QCOMPARE(window.currentScreen(), QStringLiteral("model"));
        for (const QString& id : window.screenIds()) {
            window.showScreen(id);
            QCoreApplication::processEvents();
            QCOMPARE(window.currentScreen(), id);
        }
        for (const ThemeMode mode :
             { ThemeMode::Dark, ThemeMode::HighContrast, ThemeMode::Light }) {
            theme.setMode(mode);
            QCoreApplication::processEvents();
        }
    }

    void keysSwitchScreensAndUndo()
    {
        Theme theme;
        theme.install(*qApp);
        Workspace workspace;
        MainWindow window(workspace, theme);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        QVERIFY(window.openPath(m_folder.filePath("model")));
        for (const QString& id : window.screenIds()) {
            window.showScreen(id);
            QTest::qWait(30);
        }
        // Start-up of every screen is over.
        const Watch watch;
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QTest::qWait(30);
        QCOMPARE(window.currentScreen(), QStringLiteral("recipe"));
        Recipe recipe = workspace.recipe();
        recipe.layers[0].mlpWidth = 32;
        workspace.editRecipe(QStringLiteral("narrow"), recipe);
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(workspace.recipe().layers[0].mlpWidth, 64);
    }

    void fitsASmallScreen_data()
    {
        QTest::addColumn<QString>("language");
        for (const char* language : { "en", "de", "es" })
            QTest::newRow(language) << QString::fromLatin1(language);
    }
    void fitsASmallScreen()
    {
        QFETCH(const QString, language);
        QTranslator words;
        QVERIFY(words.load(QStringLiteral(":/i18n/schmidt_%1.qm").arg(language)));
        QCoreApplication::installTranslator(&words);
        const QString project = m_folder.filePath("project-" + language);
        QVERIFY(writeSyntheticProject(project.toStdString(), 12).ok());
        Theme theme;
        theme.install(*qApp);
        Workspace workspace;
        MainWindow window(workspace, theme);
        window.show();
        QVERIFY(window.openPath(project));
        for (const QString& id : window.screenIds()) {
            window.showScreen(id);
            QTest::qWait(30);
            // What 1920 x 1080 pixels leave at 150 %.
            const QSize least = window.minimumSizeHint();
            QVERIFY2(
                least.width() <= 1280 && least.height() <= 720,
                qPrintable(
                    QStringLiteral("%1: %2 x %3").arg(id).arg(least.width()).arg(least.height())));
        }
        QCoreApplication::removeTranslator(&words);
    }

    void whatIsNoModelIsSaidInTheWindow()
    {
        Theme theme;
        theme.install(*qApp);
        Workspace workspace;
        MainWindow window(workspace, theme);
        window.show();
        QVERIFY(!window.openPath(m_folder.filePath("nothing-here.gguf")));
        QVERIFY(!workspace.isOpen());
        bool said = false;
        for (const QLabel* label : window.findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().contains("nothing-here.gguf"));
        QVERIFY(said);
    }

    void goalsAreWhatTheDialogShows()
    {
        Goals goals;
        goals.workload = "code";
        goals.maxFileBytes = 80e6;
        GoalsDialog dialog(goals);
        QVERIFY(dialog.goals() == goals);
        for (QCheckBox* box : dialog.findChildren<QCheckBox*>())
            if (box->text().contains("KL"))
                box->setChecked(true);
        QVERIFY(dialog.goals().maxKl.has_value());
    }

    void capturesPictures()
    {
        Theme theme;
        theme.install(*qApp);
        Workspace workspace;
        MainWindow window(workspace, theme);
        QVERIFY(window.openPath(m_folder.filePath("model")));
        const QString pictures = m_folder.filePath("pictures");
        QVERIFY(captureScreens(window, pictures, "light", "model", { 1280, 800 }).ok());
        const QImage picture(pictures + "/model-light.png");
        QCOMPARE(picture.size(), QSize(1280, 800));
        QVERIFY(!captureScreens(window, pictures, "light", "nonsense", { 1280, 800 }).ok());
    }

private:
    QTemporaryDir m_folder;
};

SCHMIDT_WATCHED_MAIN(MainWindowTest)
#include "main_window_test.moc"
