// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "measure/latency.h"
#include "measure/machine.h"
#include "measure/quality.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <map>

using namespace schmidt;

namespace {

std::map<std::string, Metric> byName(const std::vector<Metric>& metrics)
{
    std::map<std::string, Metric> result;
    for (const Metric& metric : metrics)
        result[metric.name] = metric;
    return result;
}

bool near(double value, double expected, double relative = 1e-6)
{
    return std::fabs(value - expected) <= relative * std::max(1.0, std::fabs(expected));
}

} // namespace

/// Summary statistics against numbers worked out by hand.
class MeasureQualityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void clustersTokensByWindow()
    {
        // Windows (1, 2), (3, 4), (5, 9): means 1.5, 3.5, 7; their mean 4, standard deviation
        // sqrt(7.75), standard error sqrt(7.75 / 3).
        const std::vector<float> nll { 1, 2, 3, 4, 5, 9 };
        const auto metrics = byName(qualityMetrics(nll, {}, {}, {}, 2, "test"));
        QCOMPARE(metrics.size(), std::size_t(2));
        const Metric& mean = metrics.at(metric_names::nll);
        const double error = std::sqrt(7.75 / 3);
        QVERIFY(near(*mean.value, 4));
        QVERIFY(near(*mean.uncertainty, error));
        QCOMPARE(mean.n, 6);
        QCOMPARE(mean.provenance, Provenance::Measured);
        const Metric& perplexity = metrics.at(metric_names::perplexity);
        QVERIFY(near(*perplexity.value, std::exp(4.0)));
        QVERIFY(near(*perplexity.uncertainty, std::exp(4.0) * error));
        QVERIFY(perplexity.protocol.starts_with("test"));
    }

    void weighsShortLastWindow()
    {
        // Sums 3 and 6 over 2 and 1 tokens, mean 3: residuals -3 and 3, error sqrt(2 * 18) / 3.
        const std::vector<float> nll { 1, 2, 6 };
        const auto metrics = byName(qualityMetrics(nll, {}, {}, {}, 2, "test"));
        QVERIFY(near(*metrics.at(metric_names::nll).value, 3));
        QVERIFY(near(*metrics.at(metric_names::nll).uncertainty, 2));
    }

    void givesNoErrorForOneWindow()
    {
        const std::vector<float> nll { 1, 2, 3 };
        const auto metrics = byName(qualityMetrics(nll, {}, {}, {}, 8, "test"));
        QVERIFY(!metrics.at(metric_names::nll).uncertainty);
        QVERIFY(metrics.at(metric_names::nll).present());
    }

    void comparesPairs()
    {
        const std::vector<float> nll { 2, 3, 4, 6 }, baseline { 1, 3, 3, 4 };
        const std::vector<float> kl { 0.1F, 0.2F, 0.3F, 0.8F };
        const std::vector<std::uint8_t> same { 1, 1, 0, 1 };
        const auto metrics = byName(qualityMetrics(nll, kl, same, baseline, 2, "test"));
        // Differences 1, 0, 1, 2: window means 0.5 and 1.5, error 0.5.
        QVERIFY(near(*metrics.at(metric_names::lnPplRatio).value, 1));
        QVERIFY(near(*metrics.at(metric_names::lnPplRatio).uncertainty, 0.5));
        QVERIFY(near(*metrics.at(metric_names::sameTop).value, 75));
        QVERIFY(near(*metrics.at(metric_names::sameTop).uncertainty, 25));
        QCOMPARE(metrics.at(metric_names::sameTop).unit, std::string("%"));
        QVERIFY(near(*metrics.at(metric_names::klMean).value, 0.35));
        QVERIFY(near(*metrics.at(metric_names::klMean).uncertainty, 0.2));
        QVERIFY(near(*metrics.at(metric_names::klMedian).value, 0.25));
        QVERIFY(near(*metrics.at(metric_names::klP99).value, 0.785));
        QVERIFY(*metrics.at(metric_names::klMedian).uncertainty > 0);
    }

    void saysWhyThereIsNoNumber()
    {
        const std::vector<float> nll { 1, std::numeric_limits<float>::infinity() };
        const std::vector<float> kl { 1, std::numeric_limits<float>::quiet_NaN() };
        for (const Metric& metric : qualityMetrics(nll, kl, {}, {}, 1, "test")) {
            QVERIFY(!metric.present());
            QVERIFY(!metric.absentReason.empty());
        }
        QVERIFY(!qualityMetrics({}, {}, {}, {}, 1, "test").front().present());
    }

    void interpolatesQuantiles()
    {
        const std::vector<double> values { 4, 1, 3, 2 };
        QCOMPARE(quantile(values, 0), 1.0);
        QCOMPARE(quantile(values, 1), 4.0);
        QCOMPARE(quantile(values, 0.5), 2.5);
        QCOMPARE(quantile(values, 0.9), 3.7);
        QVERIFY(std::isnan(quantile({}, 0.5)));
    }

    void testsDiscordantPairs()
    {
        QCOMPARE(mcnemarExact(0, 0), 1.0);
        QCOMPARE(mcnemarExact(5, 5), 1.0);
        // 2 * (1 + 10) / 2^10 and 2 / 2^8.
        QVERIFY(near(mcnemarExact(1, 9), 22.0 / 1024));
        QVERIFY(near(mcnemarExact(8, 0), 2.0 / 256));
        QCOMPARE(mcnemarExact(9, 1), mcnemarExact(1, 9));
        // Large counts: close to the normal approximation, z = 100 / sqrt(10000) = 1.
        QVERIFY(std::fabs(mcnemarExact(4950, 5050) - 0.322) < 0.003);
    }

    void averages()
    {
        const MeanError result = meanAndError(std::vector<double> { 1, 2, 3, 6 });
        QVERIFY(near(result.mean, 3));
        QVERIFY(near(result.error, std::sqrt(14.0 / 3 / 4)));
        QCOMPARE(result.n, 4);
        QCOMPARE(meanAndError({}).n, 0);
    }

    void interleavesRounds()
    {
        QCOMPARE(abbaOrder(3, 3), (std::vector<std::size_t> { 0, 1, 2, 2, 1, 0, 0, 1, 2 }));
        QCOMPARE(abbaOrder(1, 2), (std::vector<std::size_t> { 0, 0 }));
        QVERIFY(abbaOrder(0, 4).empty());
        QVERIFY(abbaOrder(4, 0).empty());
    }

    void summarizesLatency()
    {
        LatencySamples samples;
        samples.prefillTokens = 512;
        samples.decodeTokens = 128;
        samples.prefillSeconds = { 1.0, 2.0, 4.0 };
        samples.decodeSeconds = { 2.0 };
        samples.firstTokenSeconds = { 0.3, 0.1, 0.2 };
        for (int i = 0; i <= 10; ++i)
            samples.interTokenSeconds.push_back(0.01 * i);
        samples.peakBytes = 1000;
        samples.fileBytes = 77;
        const auto metrics = byName(latencyMetrics(samples, "pp512 tg128"));
        const Metric& prefill = metrics.at(metric_names::prefillTokensPerSecond);
        QVERIFY(near(*prefill.value, 256));
        QCOMPARE(prefill.n, 3);
        // Rates 512, 256, 128: standard deviation 195.52, error of the mean 112.88.
        QVERIFY(near(*prefill.uncertainty, 1.2533141 * 112.880, 1e-4));
        QVERIFY(near(*metrics.at(metric_names::decodeTokensPerSecond).value, 64));
        QVERIFY(!metrics.at(metric_names::decodeTokensPerSecond).uncertainty);
        QVERIFY(near(*metrics.at(metric_names::firstTokenSeconds).value, 0.2));
        QVERIFY(near(*metrics.at("inter_token_seconds_p90").value, 0.09));
        QCOMPARE(*metrics.at(metric_names::peakMemoryBytes).value, 1000.0);
        QCOMPARE(*metrics.at(metric_names::fileBytes).value, 77.0);
        QVERIFY(!metrics.at("kv_cache_bytes").present());
        QVERIFY(!metrics.at("kv_cache_bytes").absentReason.empty());
        QVERIFY(!latencyMetrics({}, "none").front().present());
    }

    void describesThisMachine()
    {
        const Json machine = describeMachine();
        QVERIFY(!machine.at("cpu").get<std::string>().empty());
        QVERIFY(machine.at("cores").get<int>() > 0);
        QVERIFY(machine.at("memory_bytes").get<std::int64_t>() > 1 << 20);
        QVERIFY(machine.at("flags").is_array());
        QVERIFY(machine.at("kernel").get<std::string>().starts_with("Linux"));
    }
};

QTEST_GUILESS_MAIN(MeasureQualityTest)
#include "measure_quality_test.moc"
