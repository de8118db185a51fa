// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "ledger/outcomes.h"

#include <QtTest>

using namespace schmidt;

namespace {

/// A run whose decoded token takes 2 ms and 25 µs for every megabyte.
RunRecord measuredRun(double megabytes, bool baseline = false)
{
    const auto metric = [](const char* name, double value) {
        Metric metric;
        metric.name = name;
        metric.value = value;
        metric.provenance = Provenance::Measured;
        return metric;
    };
    RunRecord run;
    run.baseline = baseline;
    run.state = RunState::Done;
    const double seconds = 0.002 + 25e-6 * megabytes;
    run.metrics = { metric(metric_names::fileBytes, megabytes * 1e6),
                    metric(metric_names::decodeTokensPerSecond, 1 / seconds),
                    metric(metric_names::prefillTokensPerSecond, 700) };
    return run;
}

/// Decode time by the fitted rates.
double secondsOf(const MachineRates& rates, double megabytes)
{
    const double whole = 1 / rates.decodeTokensPerSecond;
    return rates.overheadSeconds
        + (whole - rates.overheadSeconds) * megabytes * 1e6
        / static_cast<double>(rates.weightBytes);
}

} // namespace

/// Speed of files of other sizes from the runs that were measured.
class LedgerOutcomesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void variantsTellTheOverhead()
    {
        const auto rates = measuredRates(
            { measuredRun(270, true), measuredRun(80), measuredRun(120), measuredRun(200) });
        QVERIFY(rates);
        for (const double megabytes : { 50.0, 100.0, 230.0 }) {
            const double exact = 0.002 + 25e-6 * megabytes;
            QVERIFY(std::abs(secondsOf(*rates, megabytes) / exact - 1) < 0.03);
        }
        QVERIFY(rates->relativeError >= 0.06 && rates->relativeError < 0.1);
    }

    void theBaselineAloneHasAWiderBand()
    {
        const auto rates = measuredRates({ measuredRun(270, true) });
        QVERIFY(rates);
        QVERIFY(rates->overheadSeconds > 0);
        QVERIFY(rates->relativeError > 0.2);
        QVERIFY(std::abs(secondsOf(*rates, 270) * rates->decodeTokensPerSecond - 1) < 1e-9);
    }

    void runsTellTheMemoryBesideFileAndCache()
    {
        const auto peak = [](RunRecord run, double megabytes) {
            Metric metric = run.metrics.front();
            metric.name = metric_names::kvCacheBytes;
            metric.value = 20e6;
            run.metrics.push_back(metric);
            metric.name = metric_names::peakMemoryBytes;
            metric.value = megabytes * 1e6;
            run.metrics.push_back(metric);
            return run;
        };
        const RunRecord baseline = peak(measuredRun(270, true), 325);
        QVERIFY(!measuredRates({ measuredRun(270, true) })->memoryBeside);
        QCOMPARE(measuredRates({ baseline })->memoryBeside->at(0.3), 35e6);
        const auto rates
            = measuredRates({ baseline, peak(measuredRun(100), 165), peak(measuredRun(150), 216),
                              peak(measuredRun(120), 200), measuredRun(80) });
        QCOMPARE(rates->memoryBeside->at(1), 35e6);
        QCOMPARE(rates->memoryBeside->at(120.0 / 270), 46e6);
        QCOMPARE(rates->memoryBeside->at(0.1), 46e6);
        QVERIFY(std::abs(rates->memoryBeside->at(195.0 / 270) - 40.5e6) < 1);
    }

    void runsTellHowSoonAnAnswerBegins()
    {
        const auto timed = [](RunRecord run, double seconds, double parameters) {
            Metric metric = run.metrics.front();
            metric.name = metric_names::firstTokenSeconds;
            metric.value = seconds;
            run.metrics.push_back(metric);
            metric.name = metric_names::blockParameters;
            metric.value = parameters;
            run.metrics.push_back(metric);
            return run;
        };
        const RunRecord baseline = timed(measuredRun(270, true), 0.8, 100e6);
        QCOMPARE(measuredRates({ baseline })->firstTokenFactor, 1.0);
        const auto rates = measuredRates({ baseline, timed(measuredRun(100), 0.36, 50e6),
                                           timed(measuredRun(120), 0.54, 60e6),
                                           timed(measuredRun(90), 0.32, 50e6) });
        QCOMPARE(rates->firstTokenSeconds, 0.8);
        QCOMPARE(rates->firstTokenFactor, 0.9);
    }

    void nothingIsSaidWithoutABaseline()
    {
        QVERIFY(!measuredRates({ measuredRun(80) }));
        QVERIFY(!measuredRates({}));
    }
};

QTEST_APPLESS_MAIN(LedgerOutcomesTest)
#include "ledger_outcomes_test.moc"
