// SPDX-License-Identifier: Apache-2.0
#include "base/binomial.h"

#include <QtTest>
#include <cmath>
#include <random>

using namespace schmidt;

/// The interval of a share.
class BaseBinomialTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownValues_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        // Newcombe 1998 (Statistics in Medicine 17:857), table I, score method.
        QTest::newRow("81 of 263") << 81 << 263 << 0.2553 << 0.3662;
        QTest::newRow("15 of 148") << 15 << 148 << 0.0624 << 0.1605;
        QTest::newRow("0 of 20") << 0 << 20 << 0.0 << 0.1611;
        QTest::newRow("1 of 29") << 1 << 29 << 0.0061 << 0.1718;
    }
    void knownValues()
    {
        QFETCH(int, count);
        QFETCH(int, n);
        QFETCH(double, low);
        QFETCH(double, high);
        const ShareInterval interval = wilsonInterval(count, n);
        QVERIFY(std::abs(interval.low - low) < 6e-5);
        QVERIFY(std::abs(interval.high - high) < 6e-5);
    }

    void nothingIsKnownOfNothing()
    {
        QCOMPARE(wilsonInterval(0, 0).low, 0.0);
        QCOMPARE(wilsonInterval(0, 0).high, 1.0);
    }

    void holdsTheTrueShare()
    {
        std::mt19937 random(3);
        std::binomial_distribution<int> draw(30, 0.3);
        int held = 0;
        constexpr int rounds = 4000;
        for (int round = 0; round < rounds; ++round) {
            const ShareInterval interval = wilsonInterval(draw(random), 30);
            held += interval.low <= 0.3 && 0.3 <= interval.high;
        }
        QVERIFY2(std::abs(held / double(rounds) - 0.95) < 0.03, qPrintable(QString::number(held)));
    }
};

QTEST_GUILESS_MAIN(BaseBinomialTest)
#include "base_binomial_test.moc"
