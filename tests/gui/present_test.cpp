// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/present/present_view.h"
#include "ui/panels/recipe/recipe_diff.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/panels/recipe/totals_bar.h"
#include "ui/panels/spectra/layer_view.h"
#include "ui/panels/spectra/unit_plot.h"
#include "ui/plots/answer_columns.h"
#include "ui/plots/bar_strip.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/shell/capture.h"
#include "ui/shell/main_window.h"

#include <QComboBox>
#include <QLabel>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QUndoStack>
#include <QtTest>
#include <cmath>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

/// The real window over a project with a complete analysis and finished runs, driven by keys and
/// mouse; the watch fails the test when one event keeps the window's thread for over 50 ms.
class PresentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("present_test"));
        QVERIFY(writeSyntheticProject(m_folder.filePath("project").toStdString(), 12).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->activateWindow();
        QVERIFY(m_window->openPath(m_folder.filePath("project")));
        // Start-up of every screen is not watched, what follows is.
        for (const QString& id : m_window->screenIds()) {
            m_window->showScreen(id);
            QTest::qWait(50);
        }
    }

    void scenesAreWalkedByKeys()
    {
        PresentView* view = m_window->presentView();
        m_window->present(true);
        QTest::qWait(50);
        const Watch watch;
        QVERIFY(view->isVisible());
        QVERIFY(m_window->menuBar()->isHidden());
        QCOMPARE(view->scenes().size(), std::size_t(5));
        for (const Scene& scene : view->scenes()) {
            QVERIFY(!scene.title.isEmpty() && !scene.sentence.isEmpty() && !scene.hint.isEmpty());
            QVERIFY(scene.numbers.size() <= 3 && !scene.numbers.empty());
        }
        for (int scene = 1; scene < 5; ++scene) {
            QTest::keyClick(view, Qt::Key_Right);
            QTest::qWait(20);
            QCOMPARE(view->current(), scene);
            QCOMPARE(view->findChild<QLabel*>("sentence")->text(),
                     view->scenes()[static_cast<std::size_t>(scene)].sentence);
        }
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(view->current(), 4);
        QTest::keyClick(view, Qt::Key_Home);
        QCOMPARE(view->current(), 0);
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(!view->isVisible());
        QVERIFY(!m_window->menuBar()->isHidden());
    }

    void answersOfBothAreAScene()
    {
        const auto presented = presentedRun(m_workspace);
        QVERIFY(presented);
        const RunRecord* baseline = baselineRun(m_workspace);
        Exchange exchange;
        exchange.prompt = "Where is it?";
        exchange.answers = { { baseline->id, { { "text", "In the attic." } } } };
        QVERIFY(keepExchange(*m_workspace.ledger(), exchange).ok());
        QCOMPARE(projectScenes(m_workspace).size(), std::size_t(5)); // the other has not answered
        exchange.answers = { { presented->id, { { "text", "In the cellar." } } } };
        QVERIFY(keepExchange(*m_workspace.ledger(), exchange).ok());
        PresentView* view = m_window->presentView();
        m_window->present(true);
        QCOMPARE(view->scenes().size(), std::size_t(6));
        int seconds = 0;
        for (const Scene& scene : view->scenes())
            seconds += scene.seconds;
        QCOMPARE(seconds, 240);
        view->showScene(4);
        QVERIFY(view->findChild<QLabel*>("sentence")->text().contains("Where is it?"));
        const auto* answers = view->findChild<AnswerColumns*>();
        QVERIFY(answers->isVisible());
        QVERIFY(answers->accessibleDescription().contains("In the attic."));
        QVERIFY(answers->accessibleDescription().contains("In the cellar."));
        QVERIFY(m_workspace.ledger()
                    ->setMetrics(presented->id, { syntheticMetric(metric_names::sameTop, 87.8, 0) })
                    .ok());
        m_workspace.reload();
        const auto& numbers = projectScenes(m_workspace)[4].numbers;
        QCOMPARE(numbers.size(), std::size_t(3));
        QVERIFY(numbers.back().value.startsWith(QStringLiteral("87.8")));
        m_window->present(false);
    }

    void aPresentedPredictionHasNotSeenItsRun()
    {
        const int all = m_workspace.predictor()->outcomeCount();
        QCOMPARE(all, 3);
        for (const RunRecord& run : m_workspace.runs()) {
            if (run.baseline)
                continue; // what the others are measured against
            const auto blind = m_workspace.predictorWithout(run.id);
            QVERIFY(blind);
            QCOMPARE(blind->outcomeCount(), all - 1);
        }
    }

    void wordsOfTheSpeakerAreKeptWithTheProject()
    {
        PresentView* view = m_window->presentView();
        m_window->present(true);
        QTest::keyClick(view, Qt::Key_N);
        QVERIFY(view->notesShown());
        const QString generated = view->scenes()[0].hint;
        auto* hint = view->findChildren<QPlainTextEdit*>().first();
        hint->setFocus();
        hint->setPlainText(QStringLiteral("Greet the guests."));
        QTest::keyClick(hint, Qt::Key_Escape);
        QVERIFY(view->isVisible());
        QTest::keyClick(view, Qt::Key_Right);
        QTest::keyClick(view, Qt::Key_Escape);
        QCOMPARE(projectScenes(m_workspace)[0].hint, QStringLiteral("Greet the guests."));
        m_window->present(true);
        hint->setPlainText({});
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(projectScenes(m_workspace)[0].hint, generated);
        m_window->present(false);
    }

    void withoutAProjectPresentModeSaysWhatToDo()
    {
        Workspace empty;
        MainWindow window(empty, m_theme);
        window.show();
        window.present(true);
        QVERIFY(window.presentView()->scenes().empty());
        bool said = false;
        for (const QLabel* label : window.presentView()->findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().contains("sample"));
        QVERIFY(said);
        QTest::keyClick(window.presentView(), Qt::Key_Right);
        QTest::keyClick(window.presentView(), Qt::Key_Escape);
        QVERIFY(!window.presentView()->isVisible());
    }

    void everySceneIsCaptured()
    {
        const QString folder = m_folder.filePath("pictures");
        QVERIFY(captureScreens(*m_window, folder, "light", "present", { 1280, 800 }).ok());
        for (int scene = 1; scene <= 5; ++scene)
            QVERIFY(
                QFile::exists(QStringLiteral("%1/present-%2-light.png").arg(folder).arg(scene)));
        QVERIFY(!m_window->presentView()->isVisible());
    }

    void layersAndRolesAreSteppedByKeys()
    {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showScreen(QStringLiteral("spectra"));
        QTest::qWait(50);
        const Watch watch;
        m_workspace.setSelection({ Role::Down, 3 });
        QWidget* focus = m_window->findChild<LayerView*>()->findChild<UnitPlot*>();
        focus->setFocus();
        QTest::keyClick(focus, Qt::Key_BracketRight);
        QTest::qWait(20);
        QCOMPARE(m_workspace.selection().layer, 4);
        QTest::keyClick(focus, Qt::Key_BracketLeft);
        QTest::keyClick(focus, Qt::Key_Comma);
        QTest::qWait(20);
        QCOMPARE(m_workspace.selection().layer, 3);
        QVERIFY(m_workspace.selection().role == Role::Up);
    }

    void theCutLineSetsTheWidthAsOneEdit()
    {
        m_window->showScreen(QStringLiteral("spectra"));
        QTest::qWait(50);
        const Watch watch;
        auto* plot = m_window->findChild<LayerView*>()->findChild<UnitPlot*>();
        m_workspace.setSelection({ Role::Down, 2 });
        Recipe recipe = m_workspace.recipe();
        recipe.mode = WidthMode::PerLayer;
        m_workspace.editRecipe(QStringLiteral("mode"), recipe);
        m_workspace.finishEdit();
        const int before = m_workspace.undoStack()->count();
        const QRectF area = plot->plotArea();
        const double y = area.center().y();
        const auto at = [&](int removed) {
            return QPoint(static_cast<int>(std::lround(plot->toPixel(removed, 1).x())),
                          static_cast<int>(y));
        };
        QTest::mousePress(plot, Qt::LeftButton, {}, at(0));
        for (const int removed : { 200, 400, 512 })
            QTest::mouseMove(plot, at(removed));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, at(512));
        const auto width = m_workspace.recipe().layers[2].mlpWidth;
        QVERIFY2(std::abs(width - 1024) <= 32, qPrintable(QString::number(width)));
        QCOMPARE(m_workspace.undoStack()->count(), before + 1);
        QTest::keyClick(plot, Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(m_workspace.recipe().layers[2].mlpWidth, width - 32);
        m_workspace.undoStack()->undo();
        m_workspace.undoStack()->undo();
        QCOMPARE(m_workspace.recipe().layers[2].mlpWidth, 1536);
    }

    void aChosenUnitSaysWhyItGoes()
    {
        auto* plot = m_window->findChild<LayerView*>()->findChild<UnitPlot*>();
        QTest::keyClick(plot, Qt::Key_Home);
        QTest::keyClick(plot, Qt::Key_Right);
        const UnitFacts facts = plot->facts();
        QCOMPARE(facts.place, 1);
        // score = energy · exp(−2 · information), whatever the numbers are.
        QVERIFY(std::abs(facts.score - facts.energy * std::exp(-2 * facts.information))
                < 1e-5 * facts.energy);
        QVERIFY(plot->reason().contains(QString::number(facts.unit)));
        bool listed = false;
        for (const QLabel* label : m_window->findChildren<QLabel*>())
            listed
                = listed || (label->isVisible() && label->text() == QString::number(facts.partner));
        QVERIFY(listed);
    }

    void chartsShowTheChosenMeasure()
    {
        m_window->showScreen(QStringLiteral("compare"));
        for (QPushButton* button : m_window->findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == QLatin1String("Charts"))
                QTest::mouseClick(button, Qt::LeftButton);
        auto* metric = m_window->findChild<QComboBox*>("chart_metric");
        QVERIFY(metric->isVisible());
        QVERIFY(metric->count() > 3);
        metric->setCurrentIndex(metric->findData(QStringLiteral("kl_mean")));
        bool shown = false;
        for (const BarList* list : m_window->findChildren<BarList*>())
            shown = shown
                || (list->isVisible() && list->accessibleName() == metricTitle("kl_mean")
                    && list->accessibleDescription().contains("narrow"));
        QVERIFY(shown);
    }

    void healingIsAPartOfTheRecipe()
    {
        // The model of this project does not exist, so the button stays off; the control is there.
        m_window->showScreen(QStringLiteral("recipe"));
        auto* heal = m_window->findChild<QSpinBox*>("heal_minutes");
        QVERIFY(heal && heal->isVisible());
        QCOMPARE(heal->value(), 0);
        QCOMPARE(heal->text(), QStringLiteral("off"));
        const auto* panel = m_window->findChild<RecipePanel*>();
        const auto minutes = [panel] {
            return recipeFromJson(panel->runSpec().arguments["recipe"]).value().heal.minutes;
        };
        const auto total = [this] {
            return totalsOf(*m_workspace.prediction(), *m_workspace.prediction(), {}, {})[2];
        };
        QCOMPARE(minutes(), 0.0);
        QVERIFY(total().note.isEmpty());
        heal->setFocus();
        heal->selectAll();
        QTest::keyClicks(heal, QStringLiteral("15"));
        QTest::keyClick(heal, Qt::Key_Return);
        QCOMPARE(minutes(), 15.0);
        QVERIFY(m_workspace.prediction()->healedKl);
        QVERIFY(!total().note.isEmpty());
        Recipe without = m_workspace.recipe();
        without.heal = {};
        QCOMPARE(recipeDifferences(without, m_workspace.recipe()).size(), std::size_t(1));
        m_workspace.undoStack()->undo(); // both digits are one edit
        QCOMPARE(minutes(), 0.0);
        QCOMPARE(heal->value(), 0);
    }

    void slidersAreQuickAndUndone()
    {
        m_window->showScreen(QStringLiteral("recipe"));
        QTest::qWait(50);
        const Recipe before = m_workspace.recipe();
        QSlider* slider = m_window->findChild<RecipePanel*>()->globalSlider();
        const Watch watch;
        slider->setFocus();
        for (int step = 0; step < 40; ++step) {
            QTest::keyClick(slider, step % 10 == 9 ? Qt::Key_Right : Qt::Key_Left);
            QTest::qWait(2);
        }
        QVERIFY(m_workspace.recipe().layers[0].mlpWidth < 1536);
        while (m_workspace.undoStack()->canUndo() && !(m_workspace.recipe() == before)) {
            QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
            QTest::qWait(2);
        }
        QVERIFY(m_workspace.recipe() == before);
    }

    void numbersFollowTheLocale()
    {
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::German));
        QCOMPARE(numberText(12.71), QStringLiteral("12,7"));
        QCOMPARE(numberText(-0.5), QStringLiteral("−0,500"));
        QVERIFY(bytesText(68e6).startsWith(QLatin1String("68,0")));
        QLocale::setDefault(before);
        GoalCheck check;
        check.metric = "file_bytes";
        check.goal = "file ≤ 80.0 MB";
        QCOMPARE(goalTitle(check), QStringLiteral("File size ≤ 80.0 MB"));
        Metric absent = absentMetric("joules_per_token", "J", std::string(300, 'x'));
        QVERIFY(metricLine(absent).size() < 100);
        QVERIFY(metricReason(absent).size() > 300);
    }

private:
    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
};

SCHMIDT_WATCHED_MAIN(PresentTest)
#include "present_test.moc"
