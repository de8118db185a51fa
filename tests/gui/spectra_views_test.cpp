// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/workspace.h"
#include "ui/panels/spectra/bond_view.h"
#include "ui/panels/spectra/correlation_view.h"
#include "ui/panels/spectra/layer_view.h"
#include "ui/panels/spectra/reasons.h"
#include "ui/panels/spectra/spectra_panel.h"
#include "ui/panels/spectra/unit_plot.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/line_plot.h"
#include "ui/plots/number_text.h"
#include "ui/plots/spectrum_plot.h"
#include "ui/shell/capture.h"
#include "ui/shell/main_window.h"

#include <QAbstractButton>
#include <QLabel>
#include <QSlider>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

constexpr int layers = 12;

/// Units in bins of sixteen; bins whose numbers differ by seven share most.
UnitCorrelations syntheticCorrelations(int layer)
{
    UnitCorrelations units;
    units.bins = 96;
    units.units.resize(96);
    for (int unit = 0; unit < 1536; ++unit)
        units.units[static_cast<std::size_t>(unit / 16)].push_back(unit);
    units.mean.resize(96 * 96);
    units.largest = units.mean;
    units.rowUnit.resize(96 * 96);
    units.columnUnit = units.rowUnit;
    for (int row = 0; row < 96; ++row)
        for (int column = 0; column < 96; ++column) {
            const std::size_t place = units.place(row, column);
            const int distance = std::abs(row - column);
            units.largest[place] = 0.3F / static_cast<float>(1 + distance)
                + (distance == 7 ? 0.9F : 0.0F) + 0.01F * static_cast<float>(layer);
            units.mean[place] = units.largest[place] / 20;
            units.rowUnit[place] = 16 * row + 3;
            units.columnUnit[place] = 16 * column + 5;
        }
    return units;
}

BondSpectrum syntheticBond(const TensorSpectrum& spectrum)
{
    BondSpectrum bond;
    bond.rows = { spectrum.rows / 24, 24 };
    bond.columns = { spectrum.columns / 24, 24 };
    for (int index = 0; index < bond.fullBond(); ++index)
        bond.sigma.push_back(
            std::exp(-2.0F * static_cast<float>(index) / static_cast<float>(bond.fullBond())));
    bond.weighted = bond.sigma;
    bond.metricDistance = 0.4;
    bond.measuredBonds = { 1, 4, 16, static_cast<std::int32_t>(bond.breakEven()) };
    bond.measuredLoss = { 0.99F, 0.9F, 0.6F, 0.1F };
    return bond;
}

/// Replaces the project's analysis by one with correlations and bonds.
Result<void> addCorrelations(const std::filesystem::path& folder)
{
    AnalysisResult analysis = syntheticAnalysis(syntheticArchitecture(layers));
    for (LayerAnalysis& layer : analysis.layers) {
        layer.correlations = syntheticCorrelations(layer.layer);
        layer.headInformation.assign(81, 0.0F);
        for (int row = 0; row < 9; ++row)
            for (int column = 0; column < 9; ++column)
                if (row != column)
                    layer.headInformation[static_cast<std::size_t>(9 * row + column)]
                        = (row / 3 == column / 3 ? 4.0F : 1.0F)
                        + 0.01F * static_cast<float>(row + column);
    }
    for (TensorSpectrum& spectrum : analysis.spectra)
        spectrum.bond = syntheticBond(spectrum);
    analysis.blockSimilarity.assign(layers * layers, 0.0F);
    for (int row = 0; row < layers; ++row)
        for (int column = 0; column < layers; ++column)
            analysis.blockSimilarity[static_cast<std::size_t>(layers * row + column)]
                = 1 / (1 + 0.5F * static_cast<float>(std::abs(row - column)));
    SCHMIDT_TRY(Ledger ledger, Ledger::open(folder));
    const std::filesystem::path file = folder / "analysis.bin";
    SCHMIDT_CHECK(saveAnalysis(analysis, file));
    SCHMIDT_TRY(const std::string bytes, readTextFile(file));
    std::filesystem::remove(file);
    SCHMIDT_TRY(const std::string hash, ledger.putObject(bytes));
    SCHMIDT_CHECK(ledger.setValue("analyses", { { "faq", hash } }));
    const BondSweeps sweeps { 8192,
                              { 1, 64, 128, 256 },
                              { 0.9F, 0.5F, 0.25F, 0.05F },
                              { 0.95F, 0.6F, 0.35F, 0.1F },
                              { 0.9F, 0.5F, 0.3F, 0.2F } };
    return ledger.setValue(bondSweepsKey,
                           { { "faq", { { hfTensorName(Role::Down, 3), toJson(sweeps) } } } });
}

bool showsText(const QWidget* parent, const QString& part)
{
    for (const QLabel* label : parent->findChildren<QLabel*>())
        if (label->isVisible() && label->text().contains(part))
            return true;
    return false;
}

} // namespace

/// Correlations and bonds on the Spectra screen of the real window.
class SpectraViewsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("spectra_views_test"));
        m_earlier = m_folder.filePath("earlier");
        m_project = m_folder.filePath("project");
        QVERIFY(writeSyntheticProject(m_earlier.toStdString(), layers).ok());
        QVERIFY(writeSyntheticProject(m_project.toStdString(), layers).ok());
        QVERIFY(addCorrelations(m_project.toStdString()).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->activateWindow();
        QVERIFY(m_window->openPath(m_project));
        m_window->showScreen(QStringLiteral("spectra"));
        m_panel = m_window->findChild<SpectraPanel*>();
        m_correlations = m_window->findChild<CorrelationView*>();
        m_bonds = m_window->findChild<BondView*>();
        for (const QString& page : m_panel->pages()) {
            m_panel->showPage(page);
            QTest::qWait(50);
        }
    }

    void viewsAreChosenByTheirButtons()
    {
        QVERIFY(m_bonds->isVisible() && !m_correlations->isVisible());
        for (auto* button : m_panel->findChildren<QAbstractButton*>())
            if (button->isVisible() && button->text() == QLatin1String("Correlations"))
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!m_bonds->isVisible() && m_correlations->isVisible());
    }

    void aCellMarksItsUnitsAndNamesThePair()
    {
        m_panel->showPage(QStringLiteral("correlations"));
        m_workspace.setSelection({ Role::Down, 2 });
        QTest::qWait(20);
        const Watch watch;
        auto* map = m_correlations->findChild<HeatMap*>();
        auto* units = m_correlations->findChild<UnitPlot*>();
        QCOMPARE(map->data().rowCount, 96);
        // A fresh view begins at the strongest pair.
        QCOMPARE(map->currentRow(), 0);
        QCOMPARE(map->currentColumn(), 7);
        QCOMPARE(units->highlighted().size(), std::size_t(32));
        // Cell (10, 17): seven bins apart.
        const QPointF from = map->toPixel(17.5, 10.5);
        QTest::mouseClick(map, Qt::LeftButton, {}, from.toPoint());
        QCOMPARE(map->currentRow(), 10);
        QCOMPARE(map->currentColumn(), 17);
        QCOMPARE(units->highlighted().size(), std::size_t(32));
        QCOMPARE(units->highlighted().front(), 160);
        QCOMPARE(units->highlighted().back(), 287);
        QCOMPARE(units->currentUnit(), 163);
        QVERIFY(showsText(m_correlations, QStringLiteral("163")));
        QVERIFY(showsText(m_correlations, QStringLiteral("277")));
        QVERIFY(!map->accessibleDescription().isEmpty());
        // The same by keyboard; a cell of the diagonal marks its own bin once.
        for (int step = 0; step < 7; ++step)
            QTest::keyClick(map, Qt::Key_Left);
        QCOMPARE(map->currentColumn(), 10);
        QCOMPARE(units->highlighted().size(), std::size_t(16));
    }

    void anotherLayerBeginsAtItsOwnPair()
    {
        const Watch watch;
        auto* map = m_correlations->findChild<HeatMap*>();
        QTest::keyClick(map, Qt::Key_Period); // roles do not matter here
        QCOMPARE(map->currentRow(), 10);
        m_workspace.setSelection({ Role::Down, 5 });
        QTest::qWait(20);
        QCOMPARE(map->currentRow(), 0);
        QCOMPARE(m_correlations->findChild<UnitPlot*>()->currentUnit(), 3);
    }

    void itsLineSetsTheWidthLikeTheOtherOne()
    {
        auto* units = m_correlations->findChild<UnitPlot*>();
        Recipe recipe = m_workspace.recipe();
        recipe.mode = WidthMode::PerLayer;
        m_workspace.editRecipe(QStringLiteral("mode"), recipe);
        m_workspace.finishEdit();
        m_workspace.setSelection({ Role::Down, 5 });
        QTest::keyClick(units, Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(m_workspace.recipe().layers[5].mlpWidth, 1536 - 32);
        QVERIFY(showsText(m_correlations, QStringLiteral("kept")));
        m_workspace.undoStack()->undo();
        QCOMPARE(m_workspace.recipe().layers[5].mlpWidth, 1536);
    }

    void headsAndBlocksHaveTheirMaps()
    {
        const Watch watch;
        auto* map = m_correlations->findChild<HeatMap*>();
        m_correlations->setLevel(CorrelationView::Level::Heads);
        QTest::qWait(20);
        QCOMPARE(map->data().rowCount, 9);
        QTest::mouseClick(map, Qt::LeftButton, {}, map->toPixel(1.5, 4.5).toPoint());
        QVERIFY(showsText(m_correlations, QStringLiteral("H4")));
        QVERIFY(showsText(m_correlations, QStringLiteral("H3")));
        QVERIFY(!m_correlations->findChild<UnitPlot*>()->isVisible());
        m_correlations->setLevel(CorrelationView::Level::Blocks);
        QTest::qWait(20);
        QCOMPARE(map->data().rowCount, layers);
        QVERIFY(std::isnan(map->value(3, 3)));
        QTest::mouseClick(map, Qt::LeftButton, {}, map->toPixel(3.5, 8.5).toPoint());
        QCOMPARE(m_workspace.selection().layer, 8);
        QCOMPARE(map->currentRow(), 8);
        QVERIFY(showsText(m_correlations, QStringLiteral("L09")));
        m_correlations->setLevel(CorrelationView::Level::Units);
    }

    void aHeadSaysWhyItWouldGo()
    {
        m_correlations->setLevel(CorrelationView::Level::Heads);
        m_workspace.setSelection({ Role::Down, 5 });
        QTest::qWait(20);
        auto* map = m_correlations->findChild<HeatMap*>();
        QTest::mouseClick(map, Qt::LeftButton, {}, map->toPixel(1.5, 4.5).toPoint());
        QVERIFY(showsText(m_correlations, QStringLiteral("Why H4 would go")));
        QVERIFY(showsText(m_correlations,
                          QStringLiteral("KV group 1 (H3 to H5), which goes as number 2 of 3")));
        double energy = 0;
        for (const float sigma : m_workspace.analysis()->spectrum(Role::Output, 5)->weighted)
            energy += double(sigma) * double(sigma);
        QVERIFY(showsText(m_correlations, percentText(0.3 / energy, 2)));
        QVERIFY(!showsText(m_correlations, QStringLiteral("the draft removes it")));
        Recipe recipe = m_workspace.recipe();
        recipe.layers[5].kvGroups = 2;
        m_workspace.editRecipe(QStringLiteral("groups"), recipe);
        m_workspace.finishEdit();
        QVERIFY(showsText(m_correlations, QStringLiteral("the draft removes it")));
        m_workspace.undoStack()->undo();
        m_correlations->setLevel(CorrelationView::Level::Blocks);
        QVERIFY(showsText(m_correlations, QStringLiteral("What narrowing L05 costs")));
        const auto halved = halvedFact(*m_workspace.analysis(), 5);
        QVERIFY(halved && showsText(m_correlations, halved->value));
        m_correlations->setLevel(CorrelationView::Level::Units);
        QVERIFY(!showsText(m_correlations, QStringLiteral("What narrowing")));
    }

    void aDirectionSaysWhyItWouldGo()
    {
        m_panel->showPage(QStringLiteral("spectra"));
        m_workspace.setSelection({ Role::Down, 3 });
        QTest::qWait(20);
        const Watch watch;
        auto* plot = m_window->findChild<SpectrumPlot*>();
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Left, Qt::AltModifier);
        const int cut = plot->cut();
        const TensorSpectrum* spectrum = m_workspace.analysis()->spectrum(Role::Down, 3);
        double total = 0, rest = 0;
        for (std::size_t index = 0; index < spectrum->weighted.size(); ++index) {
            const double energy = std::pow(double(spectrum->weighted[index]), 2);
            total += energy;
            rest += static_cast<int>(index) >= cut ? energy : 0;
        }
        const double own = std::pow(double(spectrum->weighted[static_cast<std::size_t>(cut)]), 2);
        QVERIFY(showsText(
            m_panel,
            QStringLiteral("Direction %1 goes as number %2 of 576").arg(cut + 1).arg(576 - cut)));
        // Room is kept for the sentence's lines and no more.
        QTest::qWait(20);
        for (const auto* label : m_panel->findChildren<QLabel*>())
            if (label->isVisible() && label->text().startsWith(QLatin1String("Direction ")))
                QVERIFY2(label->height() <= 6 * label->fontMetrics().lineSpacing(),
                         qPrintable(QString::number(label->height())));
        QVERIFY(showsText(m_panel, percentText(own / total, 2)));
        QVERIFY(showsText(m_panel, percentText(rest / total, 2)));
        QVERIFY(showsText(m_panel, QStringLiteral("the draft keeps it")));
        Recipe recipe = m_workspace.recipe();
        recipe.layers[3].ranks[*linearRoleIndex(Role::Down)] = cut;
        m_workspace.editRecipe(QStringLiteral("rank"), recipe);
        m_workspace.finishEdit();
        QVERIFY(showsText(m_panel, QStringLiteral("the draft removes it")));
        m_workspace.undoStack()->undo();
        // The largest one stands out of any random matrix, and everything is lost without it.
        const Reason first = directionReason(*spectrum, 1, 0);
        QVERIFY(first.sentence.contains(QLatin1String("as number 576 of 576")));
        QVERIFY(first.sentence.contains(QLatin1String("stands out")));
        QVERIFY(first.sentence.contains(percentText(1, 2)));
        QVERIFY(directionReason(*spectrum, 577, 0).sentence.isEmpty());
        QVERIFY(directionReason(*spectrum, 0, 0).facts.empty());
    }

    void aBondPointIsTheAlgebraOfItsSpectra()
    {
        const TensorSpectrum* spectrum = m_workspace.analysis()->spectrum(Role::Down, 3);
        QVERIFY(spectrum);
        const BondPoint point = bondPoint(*spectrum, false, 100);
        QCOMPARE(point.parameters, std::int64_t(100 * (24 * 64 + 24 * 24)));
        double total = 0, lost = 0, rankTotal = 0, rankLost = 0;
        for (std::size_t index = 0; index < spectrum->bond.sigma.size(); ++index) {
            const double energy = std::pow(spectrum->bond.sigma[index], 2);
            total += energy;
            lost += index >= 100 ? energy : 0;
        }
        QCOMPARE(point.rank, point.parameters / (576 + 1536));
        for (std::size_t index = 0; index < spectrum->sigma.size(); ++index) {
            const double energy = std::pow(spectrum->sigma[index], 2);
            rankTotal += energy;
            rankLost += static_cast<std::int64_t>(index) >= point.rank ? energy : 0;
        }
        QVERIFY(std::abs(point.loss - lost / total) < 1e-12);
        QVERIFY(std::abs(point.rankLoss - rankLost / rankTotal) < 1e-12);
        QVERIFY(!point.interpolated);
        const BondPoint computed = bondPoint(*spectrum, true, 16),
                        between = bondPoint(*spectrum, true, 10);
        QVERIFY(!computed.interpolated && between.interpolated);
        QVERIFY(std::abs(computed.loss - 0.6) < 1e-6);
        QVERIFY(std::abs(between.loss - 0.75) < 1e-6);
    }

    void theSliderCutsTheBond()
    {
        m_panel->showPage(QStringLiteral("bonds"));
        m_workspace.setSelection({ Role::Down, 3 });
        QTest::qWait(50);
        const Watch watch;
        auto* slider = m_bonds->findChild<QSlider*>();
        QVERIFY(slider->isEnabled() && !slider->accessibleName().isEmpty());
        const TensorSpectrum* spectrum = m_workspace.analysis()->spectrum(Role::Down, 3);
        QCOMPARE(slider->maximum(), static_cast<int>(spectrum->bond.breakEven()));
        slider->setFocus();
        slider->setValue(99);
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(slider->value(), 100);
        const BondPoint point = bondPoint(*spectrum, false, 100);
        QVERIFY(showsText(m_bonds, QLocale().toString(static_cast<qlonglong>(point.parameters))));
        QVERIFY(showsText(m_bonds, QStringLiteral("low-rank matrix")));
        for (auto* button : m_bonds->findChildren<QAbstractButton*>())
            if (button->text() == QLatin1String("On your inputs"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(slider->value(), 100);
        QVERIFY(showsText(m_bonds, QStringLiteral("between computed bonds")));
        // Stored sweeps of this matrix take the place of the plain cut in the verdict.
        QVERIFY(showsText(m_bonds, QStringLiteral("loss after sweeps")));
        // Other text judges, not the text of the sweeps.
        QVERIFY(showsText(m_bonds, QStringLiteral("low-rank matrix is better")));
        slider->setValue(250);
        QVERIFY(showsText(m_bonds, QStringLiteral("operator is better")));
        bool between = false;
        QVERIFY(std::abs(lossAt({ 1, 64, 128 }, { 0.9F, 0.5F, 0.25F }, 96, between) - 0.375)
                < 1e-6);
        QVERIFY(between);
        QVERIFY(std::isnan(lossAt({ 64, 128 }, { 0.5F, 0.25F }, 200, between)));
        // The whole travel of the slider, step by step, within the watch.
        for (int bond = 1; bond <= slider->maximum(); bond += 7) {
            slider->setValue(bond);
            m_bonds->repaint();
        }
        QTest::keyClick(slider, Qt::Key_BracketRight);
        QCOMPARE(m_workspace.selection().layer, 4);
        QVERIFY(!showsText(m_bonds, QStringLiteral("loss after sweeps")));
        // This one has none; its model does not exist, so none can be asked for.
        for (const auto* button : m_bonds->findChildren<QAbstractButton*>())
            if (button->text() == QLatin1String("Sweep this matrix"))
                QVERIFY(button->isVisible() && !button->isEnabled());
    }

    /// The operator goes into the draft in place of rank and scheme, and out of it again.
    void theOperatorGoesIntoTheDraft()
    {
        m_panel->showPage(QStringLiteral("bonds"));
        m_workspace.setSelection({ Role::Down, 3 });
        QTest::qWait(50);
        const auto place = *linearRoleIndex(Role::Down);
        const auto layer
            = [this]() -> const LayerRecipe& { return m_workspace.recipe().layers[3]; };
        Recipe quantized = m_workspace.recipe();
        quantized.layers[3].setScheme(place, { SchemeKind::Gptq, { 4, 64, true } });
        m_workspace.editRecipe(QStringLiteral("scheme"), quantized);
        m_workspace.finishEdit();
        m_bonds->findChild<QSlider*>()->setValue(120);
        auto* use = m_bonds->findChild<QPushButton*>(QStringLiteral("bond_use"));
        QCOMPARE(use->text(), QStringLiteral("Use in draft"));
        QTest::mouseClick(use, Qt::LeftButton);
        QCOMPARE(layer().bonds[place], std::int64_t(120));
        QCOMPARE(layer().schemes[place].kind, SchemeKind::Keep);
        QCOMPARE(use->text(), QStringLiteral("Take out of draft"));
        m_bonds->findChild<QSlider*>()->setValue(60);
        QCOMPARE(use->text(), QStringLiteral("Use in draft"));
        m_workspace.undoStack()->undo();
        QCOMPARE(layer().bonds[place], std::int64_t(0));
        QCOMPARE(layer().schemes[place].kind, SchemeKind::Gptq);
        m_workspace.undoStack()->redo();
        m_bonds->findChild<QSlider*>()->setValue(120);
        QTest::mouseClick(use, Qt::LeftButton);
        QCOMPARE(layer().bonds[place], std::int64_t(0));
        // Nothing is claimed of what such a draft loses.
        QTest::mouseClick(use, Qt::LeftButton);
        const auto prediction = m_workspace.predictor()->predict(m_workspace.recipe());
        QVERIFY(!prediction.kl.present());
        QVERIFY(prediction.size.parameters
                < m_workspace.predictor()->predict(quantized).size.parameters);
        while (m_workspace.undoStack()->canUndo())
            m_workspace.undoStack()->undo();
    }

    void viewsAreCapturedEach()
    {
        const QString folder = m_folder.filePath("pictures");
        QVERIFY(captureScreens(*m_window, folder, "light", "spectra", { 1280, 800 }).ok());
        for (const char* name : { "spectra", "spectra-correlations", "spectra-heads",
                                  "spectra-blocks", "spectra-bonds", "spectra-inputs" })
            QVERIFY(QFile::exists(QStringLiteral("%1/%2-light.png").arg(folder, name)));
    }

    void earlierAnalysesSayWhatIsMissing()
    {
        QVERIFY(m_window->openPath(m_earlier));
        m_window->showScreen(QStringLiteral("spectra"));
        m_panel->showPage(QStringLiteral("correlations"));
        QTest::qWait(50);
        const auto* map = m_correlations->findChild<HeatMap*>();
        QVERIFY(map->message().contains(QLatin1String("Analyze again")));
        QCOMPARE(map->data().rowCount, 0);
        QTest::keyClick(m_correlations->findChild<HeatMap*>(), Qt::Key_Down);
        m_correlations->setLevel(CorrelationView::Level::Blocks);
        QVERIFY(map->message().contains(QLatin1String("Analyze again")));
        m_panel->showPage(QStringLiteral("bonds"));
        QTest::qWait(50);
        QVERIFY(!m_bonds->findChild<QSlider*>()->isEnabled());
        QVERIFY(
            m_bonds->findChild<LinePlot*>()->message().contains(QLatin1String("Analyze again")));
        m_panel->showPage(QStringLiteral("spectra"));
        QVERIFY(m_window->findChild<LayerView*>()->findChild<UnitPlot*>()->isVisible());
    }

private:
    QTemporaryDir m_folder;
    QString m_earlier, m_project;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
    SpectraPanel* m_panel = nullptr;
    CorrelationView* m_correlations = nullptr;
    BondView* m_bonds = nullptr;
};

SCHMIDT_WATCHED_MAIN(SpectraViewsTest)
#include "spectra_views_test.moc"
