// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/heat_map.h"
#include "ui/plots/pareto_plot.h"
#include "ui/plots/plot_axes.h"
#include "ui/plots/spectrum_plot.h"
#include "ui/theme/theme.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <set>

using namespace schmidt;

namespace {

SpectrumCurves curvesOf(int count)
{
    SpectrumCurves curves;
    for (int index = 0; index < count; ++index) {
        curves.plain.push_back(10.0F * std::exp(-0.02F * static_cast<float>(index)));
        curves.shuffled.push_back(4.0F - 0.02F * static_cast<float>(index));
    }
    curves.bulkHigh = 4.0;
    curves.bulkLow = 1.0;
    curves.bulkDistance = 0.05;
    return curves;
}

HeatMapData mapOf(int rows, int columns)
{
    HeatMapData data;
    data.rowCount = rows;
    data.columnCount = columns;
    for (int row = 0; row < rows; ++row)
        data.rows << QString::number(row);
    for (int column = 0; column < columns; ++column)
        data.columns << QString(QLatin1Char('a' + column));
    for (int index = 0; index < rows * columns; ++index)
        data.values.push_back(index);
    data.quantity = QStringLiteral("value");
    return data;
}

} // namespace

class PlotsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void manyVariantsLookDifferent()
    {
        const Theme theme;
        std::set<std::pair<QRgb, int>> looks;
        for (int variant = 0; variant < 36; ++variant)
            looks.emplace(theme.variantColor(variant).rgb(),
                          static_cast<int>(theme.variantMarker(variant)));
        QCOMPARE(looks.size(), std::size_t { 36 });
    }

    void mappingIsInvertible_data()
    {
        QTest::addColumn<bool>("logarithmic");
        QTest::addColumn<bool>("inverted");
        QTest::newRow("linear") << false << false;
        QTest::newRow("logarithmic") << true << false;
        QTest::newRow("inverted") << false << true;
    }

    void mappingIsInvertible()
    {
        QFETCH(bool, logarithmic);
        QFETCH(bool, inverted);
        Axis axis;
        axis.setKind(logarithmic ? AxisKind::Log : AxisKind::Linear);
        axis.setInverted(inverted);
        axis.setRange(0.5, 2000);
        for (const double value : { 0.5, 1.0, 37.0, 2000.0 })
            QVERIFY(std::abs(axis.fromUnit(axis.toUnit(value)) / value - 1) < 1e-9);
        QCOMPARE(axis.toUnit(0.5), inverted ? 1.0 : 0.0);
        axis.zoom(0.25, 4);
        for (const double value : { 1.0, 400.0 })
            QVERIFY(std::abs(axis.fromUnit(axis.toUnit(value)) / value - 1) < 1e-9);
    }

    void logarithmicMiddleIsTheGeometricMean()
    {
        Axis axis;
        axis.setKind(AxisKind::Log);
        axis.setRange(1, 10000);
        QVERIFY(std::abs(axis.fromUnit(0.5) - 100) < 1e-6);
    }

    void ticksAreFewAndInside()
    {
        for (const AxisKind kind : { AxisKind::Linear, AxisKind::Log })
            for (const double high : { 0.011, 1.0, 7.0, 96.0, 1536.0, 3.3e8 }) {
                Axis axis;
                axis.setKind(kind);
                axis.setRange(high / 1000, high);
                const auto ticks = axis.ticks();
                QVERIFY2(ticks.size() >= 2 && ticks.size() <= Axis::maximumTicks,
                         qPrintable(QString::number(ticks.size())));
                for (const AxisTick& tick : ticks) {
                    QVERIFY(axis.toUnit(tick.value) >= -1e-6
                            && axis.toUnit(tick.value) <= 1 + 1e-6);
                    QVERIFY(!tick.text.isEmpty());
                }
            }
    }

    void zoomStaysInsideTheFullRange()
    {
        Axis axis;
        axis.setRange(0, 100);
        axis.zoom(0.5, 2);
        QCOMPARE(axis.low(), 25.0);
        QCOMPARE(axis.high(), 75.0);
        axis.pan(10);
        QCOMPARE(axis.high(), 100.0);
        QVERIFY(axis.zoomed());
        axis.zoom(0.5, 1e-6);
        QCOMPARE(axis.low(), 0.0);
        QVERIFY(!axis.zoomed());
    }

    void emptyRangesAreWidened()
    {
        Axis axis;
        axis.setRange(5, 5);
        QVERIFY(axis.high() > axis.low());
        axis.setRange(NAN, 1);
        QVERIFY(std::isfinite(axis.toUnit(0.5)));
    }

    void cutLineFollowsTheKeyboard()
    {
        SpectrumPlot plot;
        plot.resize(500, 300);
        plot.setCurves(curvesOf(200), 100);
        QSignalSpy moved(&plot, &SpectrumPlot::cutMoved);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(plot.cut(), 101);
        QTest::keyClick(&plot, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(plot.cut(), 69);
        QTest::keyClick(&plot, Qt::Key_End);
        QCOMPARE(plot.cut(), 200);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(plot.cut(), 200);
        QTest::keyClick(&plot, Qt::Key_Home);
        QCOMPARE(plot.cut(), 1);
        QCOMPARE(moved.count(), 4);
    }

    void cutLineFollowsTheMouse()
    {
        SpectrumPlot plot;
        plot.resize(500, 300);
        plot.setCurves(curvesOf(200), 100);
        plot.show();
        QSignalSpy moved(&plot, &SpectrumPlot::cutMoved);
        const QPointF target = plot.toPixel(150, 1);
        QTest::mousePress(&plot, Qt::LeftButton, {}, plot.handle().toPoint());
        QMouseEvent move(QEvent::MouseMove, QPointF(target.x(), 100), QPointF(target.x(), 100),
                         Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&plot, &move);
        QTest::mouseRelease(&plot, Qt::LeftButton, {}, QPoint(int(target.x()), 100));
        QCOMPARE(plot.cut(), 150);
        QCOMPARE(moved.count(), 1);
        // Away from the line nothing is grabbed.
        QTest::mousePress(&plot, Qt::LeftButton, {}, plot.toPixel(20, 1).toPoint());
        QTest::mouseRelease(&plot, Qt::LeftButton, {}, plot.toPixel(40, 1).toPoint());
        QCOMPARE(plot.cut(), 150);
    }

    void energyGrowsToOne()
    {
        SpectrumPlot plot;
        plot.setCurves(curvesOf(200), 100);
        QCOMPARE(plot.energy(0), 0.0);
        QVERIFY(std::abs(plot.energy(200) - 1) < 1e-6);
        QVERIFY(plot.energy(50) < plot.energy(51));
    }

    void heatMapSelectsByMouseAndKeyboard()
    {
        HeatMap map;
        map.resize(500, 400);
        map.setData(mapOf(10, 4));
        map.show();
        QSignalSpy changed(&map, &HeatMap::currentChanged);
        const QPointF cell = map.toPixel(2.5, 3.5);
        QTest::mouseClick(&map, Qt::LeftButton, {}, cell.toPoint());
        QCOMPARE(map.currentRow(), 3);
        QCOMPARE(map.currentColumn(), 2);
        QTest::keyClick(&map, Qt::Key_Down);
        QTest::keyClick(&map, Qt::Key_Left);
        QCOMPARE(map.currentRow(), 4);
        QCOMPARE(map.currentColumn(), 1);
        QTest::keyClick(&map, Qt::Key_Home);
        QTest::keyClick(&map, Qt::Key_Up);
        QCOMPARE(map.currentRow(), 0);
        QCOMPARE(changed.count(), 4);
        map.setCurrent(7, 0);
        QCOMPARE(changed.count(), 4);
    }

    void heatMapColoursFollowValues()
    {
        HeatMap map;
        HeatMapData data = mapOf(3, 3);
        data.values[4] = NAN;
        map.setData(data);
        QCOMPARE(map.lowest(), 0.0);
        QCOMPARE(map.highest(), 8.0);
        QCOMPARE(int(map.image().scanLine(0)[0]), 1);
        QCOMPARE(int(map.image().scanLine(2)[2]), 255);
        QCOMPARE(int(map.image().scanLine(1)[1]), 0);
        QVERIFY(map.csv().startsWith(QLatin1String("row,column,value\n")));
        QCOMPARE(map.csv().count(QLatin1Char('\n')), 10);
    }

    void wheelZoomsAndDoubleClickResets()
    {
        SpectrumPlot plot;
        plot.resize(500, 300);
        plot.setCurves(curvesOf(200), 100);
        const QPointF center = plot.plotArea().center();
        QWheelEvent wheel(center, center, {}, { 0, 240 }, {}, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&plot, &wheel);
        QVERIFY(plot.xAxis().zoomed());
        QTest::mouseDClick(&plot, Qt::LeftButton, {}, plot.toPixel(160, 0.5).toPoint());
        QVERIFY(!plot.xAxis().zoomed());
    }

    void frontIsActivatedByClickAndKeyboard()
    {
        ParetoPlot plot;
        plot.resize(500, 400);
        plot.setFront(
            { { 200e6, 0.01, 0.008, 0.012 }, { 120e6, 0.1, 0.08, 0.12 }, { 60e6, 0.6, 0.5, 0.7 } });
        plot.show();
        QSignalSpy activated(&plot, &ParetoPlot::frontPointActivated);
        QTest::mouseClick(&plot, Qt::LeftButton, {}, plot.toPixel(120, 0.1).toPoint());
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.at(0).at(0).toInt(), 1);
        QTest::keyClick(&plot, Qt::Key_Left);
        QTest::keyClick(&plot, Qt::Key_Left);
        QTest::keyClick(&plot, Qt::Key_Left);
        QTest::keyClick(&plot, Qt::Key_Return);
        QCOMPARE(activated.at(1).at(0).toInt(), 2);
    }

    void exportsAreWritten()
    {
        const QTemporaryDir folder;
        SpectrumPlot plot;
        plot.resize(400, 300);
        plot.setCurves(curvesOf(50), 20);
        QVERIFY(plot.exportPng(folder.filePath(QStringLiteral("a.png"))).ok());
        QVERIFY(plot.exportSvg(folder.filePath(QStringLiteral("a.svg"))).ok());
        QVERIFY(plot.exportCsv(folder.filePath(QStringLiteral("a.csv"))).ok());
        QCOMPARE(QImage(folder.filePath(QStringLiteral("a.png"))).size(), QSize(800, 600));
        QVERIFY(QFileInfo(folder.filePath(QStringLiteral("a.svg"))).size() > 1000);
        QFile csv(folder.filePath(QStringLiteral("a.csv")));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll().count('\n'), 51);
        QVERIFY(!plot.exportPng(QStringLiteral("/nonexistent/folder/a.png")).ok());
    }
};

QTEST_MAIN(PlotsTest)
#include "plots_test.moc"
