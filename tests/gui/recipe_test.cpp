// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/workspace.h"
#include "ui/panels/recipe/recipe_diff.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/recipe/recipe_model.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/panels/recipe/recipe_tree.h"
#include "ui/panels/recipe/target_row.h"
#include "ui/plots/pareto_plot.h"
#include "ui/shell/main_window.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTranslator>
#include <QTreeView>
#include <QUndoStack>
#include <QtTest>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

/// Targets, front and history of the recipe screen, in the real window.
class RecipeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("recipe_test"));
        QVERIFY(writeSyntheticProject(m_folder.filePath("project").toStdString(), 4).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(m_window->openPath(m_folder.filePath("project")));
        m_window->showScreen(QStringLiteral("recipe"));
        m_panel = m_window->findChild<RecipePanel*>();
        m_plot = m_panel->findChild<ParetoPlot*>();
        QVERIFY(m_panel->isVisible() && m_plot);
    }

    void targetsOutOfReachAreRefusedInTheUsersLanguage()
    {
        Q_INIT_RESOURCE(translations);
        QTranslator german;
        QVERIFY(german.load(QStringLiteral(":/i18n/schmidt_de.qm")));
        QVERIFY(QCoreApplication::installTranslator(&german));
        auto* kind = m_panel->findChild<QComboBox*>("target_kind");
        int refused = 0;
        for (int index = 0; index < kind->count(); ++index) {
            m_workspace.undoStack()->setIndex(0);
            kind->setCurrentIndex(index);
            auto* value = m_panel->findChild<QDoubleSpinBox*>("target_value");
            value->setValue(kind->currentText().contains("least") ? value->maximum()
                                                                  : value->minimum());
            QSignalSpy said(m_panel, &Panel::messageRequested);
            QTest::mouseClick(m_panel->findChild<QPushButton*>("allocate"), Qt::LeftButton);
            if (said.isEmpty() || !said.front()[1].toBool())
                continue;
            ++refused;
            const QString text = said.front()[0].toString();
            QVERIFY2(text.contains("Vorgabe") && !text.contains("target")
                         && !text.contains('%' + QStringLiteral("1")),
                     qPrintable(text));
        }
        QCoreApplication::removeTranslator(&german);
        m_workspace.undoStack()->setIndex(0);
        QVERIFY2(refused >= 3, qPrintable(QString::number(refused)));
    }

    void smallerVocabularyIsPredictedAndUndone()
    {
        auto* box = m_panel->findChild<QComboBox*>("vocabulary");
        QVERIFY(box && box->isEnabled());
        QCOMPARE(box->count(), 3);
        QCOMPARE(box->currentIndex(), 0);
        m_workspace.undoStack()->setIndex(0);
        const Prediction before = *m_workspace.prediction();
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(m_workspace.recipe().vocabulary, box->itemData(1).toLongLong());
        const Prediction first = *m_workspace.prediction();
        QVERIFY(*first.fileBytes.value < *before.fileBytes.value);
        QVERIFY(*first.perplexity.value > *before.perplexity.value);
        QCOMPARE(*first.kl.value, *before.kl.value);
        QTest::keyClick(box, Qt::Key_Down);
        QVERIFY(*m_workspace.prediction()->perplexity.value > *first.perplexity.value);
        m_workspace.undoStack()->setIndex(0);
        QCOMPARE(m_workspace.recipe().vocabulary, 0);
        QCOMPARE(box->currentIndex(), 0);
        QCOMPARE(*m_workspace.prediction()->fileBytes.value, *before.fileBytes.value);
    }

    void correctionsNeedQuantizedMatricesAndAreUndone()
    {
        m_workspace.undoStack()->setIndex(0);
        auto* box = m_panel->findChild<QComboBox*>("correction");
        QVERIFY(box && !box->isEnabled() && box->toolTip().contains("quantized"));
        Recipe recipe = withSchemeForAll(m_workspace.recipe(), *m_workspace.architecture(),
                                         { SchemeKind::Gptq, { 4, 32, true } });
        recipe.layers[1].setScheme(0, {});
        m_workspace.editRecipe(QStringLiteral("scheme"), recipe);
        QVERIFY(box->isEnabled());
        QCOMPARE(box->currentText(), QStringLiteral("none"));
        const double before = *m_workspace.prediction()->fileBytes.value;
        const auto steps = m_workspace.undoStack()->index();
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentText(), QStringLiteral("rank 8"));
        QCOMPARE(m_workspace.recipe().layers[2].corrections[3], 8);
        QCOMPARE(m_workspace.recipe().layers[1].corrections[0], 0);
        QVERIFY(*m_workspace.prediction()->fileBytes.value > before);
        const auto* tree = m_panel->findChild<QTreeView*>();
        const QModelIndex layer = tree->model()->index(2, 0);
        QCOMPARE(tree->model()->index(3, RecipeModel::SchemeColumn, layer).data().toString(),
                 QStringLiteral("GPTQ int4 g32 + 8"));
        // The six other matrices of layer 1 and the seven of the rest have changed.
        QCOMPARE(recipeDifferences(recipe, m_workspace.recipe()).size(), std::size_t(8));
        recipe = m_workspace.recipe();
        recipe.layers[2].corrections[3] = 16;
        m_workspace.editRecipe(QStringLiteral("one"), recipe);
        QCOMPARE(box->currentIndex(), -1);
        m_workspace.undoStack()->setIndex(steps);
        QCOMPARE(box->currentText(), QStringLiteral("none"));
        QCOMPARE(*m_workspace.prediction()->fileBytes.value, before);
        m_workspace.undoStack()->setIndex(0);
    }

    void everyKindOfTargetIsMetOrSaysWhyNot()
    {
        auto* kind = m_panel->findChild<QComboBox*>("target_kind");
        QCOMPARE(kind->count(), 7);
        int met = 0, refused = 0;
        for (int index = 0; index < kind->count(); ++index) {
            m_workspace.undoStack()->setIndex(0);
            kind->setCurrentIndex(index);
            auto* value = m_panel->findChild<QDoubleSpinBox*>("target_value");
            QVERIFY(value->value() > 0);
            // A little less than the whole model has, or a little faster.
            const bool atLeast = kind->currentText().contains("least");
            const bool quality
                = kind->currentText().contains("KL") || kind->currentText().contains("perplexity");
            if (!quality)
                value->setValue(value->value() * (atLeast ? 1.05 : 0.9));
            QSignalSpy said(m_panel, &Panel::messageRequested);
            QTest::mouseClick(m_panel->findChild<QPushButton*>("allocate"), Qt::LeftButton);
            const bool error = !said.isEmpty() && said.front()[1].toBool();
            met += error ? 0 : 1;
            refused += error ? 1 : 0;
            if (said.isEmpty()) {
                QCOMPARE(m_workspace.undoStack()->index(), 1);
                QVERIFY(m_workspace.undoStack()->undoText().contains(kind->currentText()));
            } else {
                // Never without effect and without a word.
                QCOMPARE(m_workspace.undoStack()->index(), 0);
                QVERIFY(said.front()[0].toString().contains("target"));
            }
        }
        QCOMPARE(met + refused, 7);
        QVERIFY2(met >= 4, qPrintable(QString::number(met)));
    }

    void whatIsOutOfReachSaysTheNearest()
    {
        m_panel->findChild<QComboBox*>("target_kind")->setCurrentIndex(1);
        m_panel->findChild<QDoubleSpinBox*>("target_value")->setValue(0.01);
        QSignalSpy said(m_panel, &Panel::messageRequested);
        QTest::mouseClick(m_panel->findChild<QPushButton*>("allocate"), Qt::LeftButton);
        QCOMPARE(said.size(), 1);
        QVERIFY(said.front()[0].toString().contains("smallest"));
    }

    void aTypedTargetStaysWhenRunsChange()
    {
        auto* value = m_panel->findChild<QDoubleSpinBox*>("target_value");
        value->setValue(77.7);
        m_workspace.reload();
        QCOMPARE(value->value(), 77.7);
    }

    void draggingAlongTheFrontIsOneEdit()
    {
        m_workspace.undoStack()->setIndex(0);
        QTRY_VERIFY(frontPlace(3));
        QSignalSpy dragged(m_plot, &ParetoPlot::frontPointDragged);
        const Recipe before = m_workspace.recipe();
        const QPoint from = *frontPlace(3);
        {
            const Watch watch;
            QTest::mousePress(m_plot, Qt::LeftButton, {}, from);
            for (int step = 1; step <= 12; ++step) {
                QMouseEvent move(QEvent::MouseMove, QPointF(from) - QPointF(8 * step, 0),
                                 m_plot->mapToGlobal(QPointF(from) - QPointF(8 * step, 0)),
                                 Qt::NoButton, Qt::LeftButton, {});
                QCoreApplication::sendEvent(m_plot, &move);
            }
            QTest::mouseRelease(m_plot, Qt::LeftButton, {}, from - QPoint(96, 0));
        }
        QVERIFY(dragged.size() > 1);
        QVERIFY(!(m_workspace.recipe() == before));
        QCOMPARE(m_workspace.undoStack()->index(), 1);
        m_workspace.undoStack()->undo();
        QVERIFY(m_workspace.recipe() == before);
    }

    void partsAreRemovedByKeyAndMenuAndComeBack()
    {
        Recipe before = m_workspace.recipe();
        before.mode = WidthMode::PerLayer;
        m_workspace.editRecipe(QStringLiteral("per layer"), before);
        m_workspace.undoStack()->clear();
        auto* tree = m_panel->findChild<RecipeTree*>();
        const QModelIndex row = tree->model()->index(1, RecipeModel::Name);
        tree->setCurrentIndex(row);
        const double bytes = *m_workspace.prediction()->fileBytes.value;
        QTest::keyClick(tree, Qt::Key_Delete);
        QVERIFY(m_workspace.recipe().layers[1].empty());
        QVERIFY(*m_workspace.prediction()->fileBytes.value < bytes);
        QVERIFY(*m_workspace.prediction()->kl.value > 0);
        QCOMPARE(row.siblingAtColumn(RecipeModel::Kept).data().toString(),
                 RecipeModel::tr("removed"));
        // Sliders over all layers and schemes leave it out.
        m_panel->findChild<QSlider*>()->setValue(60);
        QVERIFY(m_workspace.recipe().layers[1].empty());
        QVERIFY(m_workspace.recipe().layers[0].mlpWidth < before.layers[0].mlpWidth);
        QVERIFY(tree->model()->setData(row.siblingAtColumn(RecipeModel::SchemeColumn),
                                       QStringLiteral("gptq-int4-g32")));
        QVERIFY(m_workspace.recipe().layers[1].empty());
        const auto choose = [&](const QString& text) {
            QContextMenuEvent event(QContextMenuEvent::Mouse, tree->visualRect(row).center(),
                                    tree->viewport()->mapToGlobal(tree->visualRect(row).center()));
            QCoreApplication::sendEvent(tree->viewport(), &event);
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            QVERIFY(menu);
            for (QAction* action : menu->actions())
                if (action->text() == text && action->isEnabled()) {
                    action->trigger();
                    menu->close();
                    return;
                }
            QFAIL(qPrintable(text));
        };
        choose(RecipeTree::tr("Restore attention"));
        QCOMPARE(m_workspace.recipe().layers[1].kvGroups, before.layers[1].kvGroups);
        QCOMPARE(m_workspace.recipe().layers[1].mlpWidth, 0);
        choose(RecipeTree::tr("Restore MLP"));
        QVERIFY(!m_workspace.recipe().layers[1].empty());
        choose(RecipeTree::tr("Remove attention"));
        QCOMPARE(m_workspace.recipe().layers[1].kvGroups, 0);
        m_workspace.undoStack()->setIndex(0);
        QVERIFY(m_workspace.recipe() == before);
        // In uniform mode only whole blocks go.
        m_workspace.editRecipe(QStringLiteral("uniform"),
                               withMode(before, *m_workspace.architecture(), WidthMode::Uniform));
        QTest::keyClick(tree, Qt::Key_Delete);
        QVERIFY(m_workspace.recipe().layers[1].empty());
        QVERIFY(validateRecipe(m_workspace.recipe(), *m_workspace.architecture()).empty());
        // The width that all others share is not typed into the row of a removed one.
        QVERIFY(!(row.siblingAtColumn(RecipeModel::Width).flags() & Qt::ItemIsEditable));
        QVERIFY(tree->model()->index(0, RecipeModel::Width).flags() & Qt::ItemIsEditable);
        m_workspace.undoStack()->setIndex(0);
    }

    void theHistoryGoesBackAndForth()
    {
        m_workspace.undoStack()->clear();
        const Recipe start = m_workspace.recipe();
        for (const std::int64_t width : { 1024, 768, 512 }) {
            Recipe next = m_workspace.recipe();
            next.layers[0].mlpWidth = width;
            m_workspace.editRecipe(QStringLiteral("width %1").arg(width), next);
        }
        QMenu* menu = m_panel->findChild<QToolButton*>("recipe_history")->menu();
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 4);
        QCOMPARE(menu->actions().front()->text(), QStringLiteral("width 512"));
        QVERIFY(menu->actions().front()->isChecked());
        menu->actions()[2]->trigger();
        QCOMPARE(m_workspace.recipe().layers[0].mlpWidth, 1024);
        menu->actions()[3]->trigger();
        QVERIFY(m_workspace.recipe() == start);
        Q_EMIT menu->aboutToShow();
        QVERIFY(menu->actions().back()->isChecked());
        menu->actions()[0]->trigger();
        QCOMPARE(m_workspace.recipe().layers[0].mlpWidth, 512);
    }

private:
    /// Where a point of the front is painted; absent until the front is there.
    std::optional<QPoint> frontPlace(int index) const
    {
        for (int x = 0; x < m_plot->width(); x += 2)
            for (int y = 0; y < m_plot->height(); y += 2)
                if (m_plot->frontPointAt(QPointF(x, y)) == index)
                    return QPoint(x, y);
        return {};
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
    RecipePanel* m_panel = nullptr;
    ParetoPlot* m_plot = nullptr;
};

SCHMIDT_WATCHED_MAIN(RecipeTest)
#include "recipe_test.moc"
