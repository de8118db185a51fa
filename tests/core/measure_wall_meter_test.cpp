// SPDX-License-Identifier: Apache-2.0
#include "measure/wall_meter.h"

#include <QtTest>
#include <cmath>
#include <functional>
#include <random>

using namespace schmidt;

namespace {

/// A machine that draws 40 W, and 25 W more while something runs.
constexpr double idleWatts = 40, loadWatts = 25;

/// Four runs of different length, as bench leaves them.
const std::vector<BusySpan>& spans()
{
    static const std::vector<BusySpan> list {
        { 1'700'000'020.0, 1'700'000'031.5 },
        { 1'700'000'032.0, 1'700'000'039.0 },
        { 1'700'000'045.0, 1'700'000'052.0 },
        { 1'700'000'053.0, 1'700'000'066.0 },
    };
    return list;
}

bool busy(double time)
{
    return std::any_of(spans().begin(), spans().end(),
                       [&](const BusySpan& span) { return time >= span.begin && time < span.end; });
}

/// What a meter with its clock `offset` seconds behind shows from 1 min before to 1 min after.
std::string meterFile(double offset, double period, const std::string& header,
                      const std::function<std::string(double time, double watts)>& line)
{
    std::mt19937 generator(3);
    std::normal_distribution<double> noise(0, 0.8);
    std::string csv = header + "\n";
    for (double time = 1'699'999'960; time < 1'700'000'130; time += period)
        csv += line(time - offset, idleWatts + (busy(time) ? loadWatts : 0) + noise(generator))
            + "\n";
    return csv;
}

std::string number(double value, int digits = 3)
{
    return QString::number(value, 'f', digits).toStdString();
}

std::string plainFile(double offset, double period = 0.5)
{
    return meterFile(offset, period, "timestamp,power (W)",
                     [](double time, double watts) { return number(time) + "," + number(watts); });
}

} // namespace

/// A wall meter's file becomes joules: forms of files, clocks that differ, and what cannot be told.
class MeasureWallMeterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formsOfFiles_data()
    {
        QTest::addColumn<QString>("csv");
        QTest::addColumn<int>("clock");
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("watts");
        const auto row
            = [](const char* name, const char* csv, MeterClock clock, double first, double watts) {
                  QTest::newRow(name) << QString(csv) << static_cast<int>(clock) << first << watts;
              };
        row("epoch", "time,watts\n1700000000,41\n1700000001,42\n1700000002,43\n",
            MeterClock::Absolute, 1.7e9, 41);
        row("milliseconds",
            "epoch_ms;power_mw\n1700000000500;41000\n1700000001500;42000\n1700000002500;43000\n",
            MeterClock::Absolute, 1700000000.5, 41);
        row("German", "Zeit;Leistung [W]\n0,5;41,25\n1,5;42\n2,5;43\n", MeterClock::Relative, 0.5,
            41.25);
        row("dates with zone",
            "\"date\",\"W\"\n\"2023-11-14T23:13:20+01:00\",41\n\"2023-11-14T23:13:21+01:00\",42\n"
            "\"2023-11-14T23:13:22.5+01:00\",43\n",
            MeterClock::Absolute, 1.7e9, 41);
        row("local dates",
            "date\tpower\n2023-11-14 22:13:20\t41\n2023-11-14 22:13:21\t42\n2023-11-14 "
            "22:13:22\t43\n",
            MeterClock::Local, 1.7e9, 41);
        row("energy so far", "time,energy (Wh)\n0,0.0\n1,0.01\n2,0.01\n3,0.03\n4,0.04\n",
            MeterClock::Relative, 0, 36);
        row("power beside its factor",
            "time,volts,power factor,apparent power (VA),power (W)\n0,230,0.5,82,41\n"
            "1,230,0.5,84,42\n2,230,0.5,86,43\n",
            MeterClock::Relative, 0, 41);
        row("power beside energy", "time,kWh,W\n0,5,41\n1,5,42\n2,5,-\n3,5,43\n",
            MeterClock::Relative, 0, 41);
    }

    void formsOfFiles()
    {
        QFETCH(QString, csv);
        QFETCH(int, clock);
        QFETCH(double, first);
        QFETCH(double, watts);
        const auto trace = readPowerTrace(csv.toStdString());
        QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().message.c_str());
        QCOMPARE(static_cast<int>(trace->clock), clock);
        QCOMPARE(trace->seconds.front(), first);
        QCOMPARE(trace->watts.front(), watts);
        QVERIFY(trace->watts.size() >= 3);
    }

    void aCounterOfEnergyGivesThePowerBetweenItsSteps()
    {
        const auto trace
            = readPowerTrace("time,energy (Wh)\n0,0.0\n1,0.01\n2,0.01\n3,0.03\n4,0.04\n");
        QVERIFY(trace.ok());
        // 0.02 Wh fell into the two seconds from 1 to 3.
        QVERIFY(std::abs(trace->watts[1] - 36) < 1e-9 && std::abs(trace->watts[2] - 36) < 1e-9);
    }

    void badFiles_data()
    {
        QTest::addColumn<QString>("csv");
        QTest::addColumn<QString>("names");
        QTest::newRow("empty") << ""
                               << "no samples";
        QTest::newRow("no power") << "time,volts\n1,230\n2,230\n3,231\n"
                                  << "power or energy";
        QTest::newRow("no time") << "watts,volts\n1,230\n2,230\n3,231\n"
                                 << "column of time";
        QTest::newRow("no date") << "time,watts\n1,40\nnoon,41\n3,42\n"
                                 << "Line 3";
        QTest::newRow("backwards") << "time,watts\n1,40\n5,41\n3,42\n"
                                   << "backwards";
        QTest::newRow("too few") << "time,watts\n1,40\n2,-\n3,-\n"
                                 << "three samples";
    }

    void badFiles()
    {
        QFETCH(QString, csv);
        QFETCH(QString, names);
        const auto trace = readPowerTrace(csv.toStdString());
        QVERIFY(!trace.ok());
        QCOMPARE(exitCode(trace.error().code), 3);
        QVERIFY2(QString::fromStdString(trace.error().message).contains(names),
                 trace.error().message.c_str());
    }

    void clocksAreAligned_data()
    {
        QTest::addColumn<double>("offset");
        QTest::addColumn<double>("period");
        QTest::newRow("right clock") << 0.0 << 0.5;
        QTest::newRow("late clock") << 127.25 << 0.5;
        QTest::newRow("early clock, slow meter") << -33.0 << 2.0;
    }

    void clocksAreAligned()
    {
        QFETCH(double, offset);
        QFETCH(double, period);
        const auto trace = readPowerTrace(plainFile(offset, period));
        QVERIFY(trace.ok());
        const auto found = alignClock(*trace, spans());
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
        QVERIFY2(std::abs(found->offset - offset) <= period,
                 qPrintable(QString::number(found->offset)));
        QVERIFY(found->correlation > 0.85);
        const std::vector<BusySpan> own { spans()[0], spans()[3] };
        const auto energy = wallEnergy(*trace, found->offset, spans(), own);
        QVERIFY2(energy.ok(), energy.ok() ? "" : energy.error().message.c_str());
        const double seconds = 24.5;
        QVERIFY(std::abs(energy->idleWatts - idleWatts) < 1);
        QVERIFY(std::abs(energy->gross - seconds * (idleWatts + loadWatts))
                < 4 * energy->error + 20);
        QVERIFY(std::abs(energy->net - seconds * loadWatts) < 4 * energy->error + 20);
        QVERIFY(energy->error > 0 && energy->error < 0.2 * energy->net);
    }

    void localAndRelativeTimes()
    {
        const auto local
            = readPowerTrace(meterFile(-7200, 1, "date;W", [](double time, double watts) {
                  return QDateTime::fromSecsSinceEpoch(static_cast<qint64>(time), Qt::UTC)
                             .toString("yyyy-MM-dd HH:mm:ss")
                             .toStdString()
                      + ";" + number(watts);
              }));
        QVERIFY(local.ok());
        const auto hours = alignClock(*local, spans());
        QVERIFY2(hours.ok(), hours.ok() ? "" : hours.error().message.c_str());
        QVERIFY(std::abs(hours->offset + 7200) <= 1);
        const auto relative
            = readPowerTrace(meterFile(1'699'999'960, 1, "s,W", [](double time, double watts) {
                  return number(time) + "," + number(watts);
              }));
        QVERIFY(relative.ok());
        QCOMPARE(static_cast<int>(relative->clock), static_cast<int>(MeterClock::Relative));
        const auto start = alignClock(*relative, spans());
        QVERIFY2(start.ok(), start.ok() ? "" : start.error().message.c_str());
        QVERIFY(std::abs(start->offset - 1'699'999'960) <= 1);
    }

    void whatCannotBeTold()
    {
        const auto elsewhere = readPowerTrace(plainFile(90'000));
        QVERIFY(alignClock(*elsewhere, spans()).error().message.find("cover") != std::string::npos);
        PowerTrace flat = readPowerTrace(plainFile(0)).value();
        for (std::size_t index = 0; index < flat.watts.size(); ++index)
            flat.watts[index] = 40 + static_cast<double>(index * 7919 % 13);
        QVERIFY(alignClock(flat, spans()).error().message.find("rise and fall")
                != std::string::npos);
        // One run, and another program that ran as long a minute later.
        PowerTrace twice = readPowerTrace(plainFile(0)).value();
        const std::vector<BusySpan> once { { 1'700'000'000.0, 1'700'000'010.0 } };
        for (std::size_t index = 0; index < twice.watts.size(); ++index) {
            const double time = twice.seconds[index] - 1'700'000'000;
            twice.watts[index] = (time >= 0 && time < 10) || (time >= 60 && time < 70) ? 60 : 40;
        }
        const auto two = alignClock(twice, once);
        QVERIFY(!two.ok() && two.error().message.find("two places") != std::string::npos);
        const auto given = wallEnergy(twice, 0, once, once);
        QVERIFY(given.ok());
        QVERIFY(std::abs(given->net - 200) < 1);
    }
};

QTEST_APPLESS_MAIN(MeasureWallMeterTest)
#include "measure_wall_meter_test.moc"
