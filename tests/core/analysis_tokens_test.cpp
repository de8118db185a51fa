// SPDX-License-Identifier: Apache-2.0
#include "analysis/token_report.h"

#include <QtTest>

using namespace schmidt;

/// The stored form of a comparison of tokens and what is read from it.
class AnalysisTokensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonKeepsEverything()
    {
        const TokenReport report = example();
        const auto read = tokenReportFromJson(*parseJson(dumpJson(toJson(report)), "test"));
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QVERIFY(*read == report);
        QCOMPARE(read->piece(7), std::string(" ring"));
        QVERIFY(read->piece(99).empty());
    }

    void damageIsNamed_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("no version") << "schema"
                                    << "0";
        QTest::newRow("words for numbers") << "layers"
                                           << "\"two\"";
        QTest::newRow("no layers") << "layers"
                                   << "0";
        QTest::newRow("too few distances") << "distance"
                                           << "[0.5]";
        QTest::newRow("no predictions") << "predictions"
                                        << "[]";
        QTest::newRow("predictions of another kind") << "predictions"
                                                     << "{\"a\": 3}";
        QTest::newRow("candidates of another kind") << "predictions"
                                                    << R"([{"id": 1,
            "baseline_nll": 1, "variant_nll": 1, "kl": 0, "baseline_top": ["x", "y"],
            "variant_top": []}])";
        QTest::newRow("missing") << "pieces"
                                 << "null";
    }
    void damageIsNamed()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        Json json = toJson(example());
        json[key.toStdString()] = *parseJson(value.toStdString(), "test");
        if (value == QLatin1String("null"))
            json.erase(key.toStdString());
        if (value == QLatin1String("[]"))
            json["distance"] = Json::array();
        const auto read = tokenReportFromJson(json);
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, ErrorCode::BadInput);
    }

    void newerVersionIsRefused()
    {
        Json json = toJson(example());
        json["schema"] = TokenReport::schemaVersion + 1;
        QCOMPARE(tokenReportFromJson(json).error().code, ErrorCode::Unsupported);
    }

    void worstAndFirstLayer()
    {
        const TokenReport report = example();
        QVERIFY(worstPredictions(report) == (std::vector<std::size_t> { 1, 0, 2 }));
        QCOMPARE(divergenceLayer(report, 0, 0.15), std::optional<int>(1));
        QCOMPARE(divergenceLayer(report, 1, 0.15), std::optional<int>(0));
        QVERIFY(!divergenceLayer(report, 2, 0.15));
    }

    void piecesAreReadable()
    {
        QCOMPARE(readablePiece(" tering"), std::string(" tering"));
        QCOMPARE(readablePiece("\xC3\xBC"), std::string("ü"));
        QCOMPARE(readablePiece("a\xE2\x82"), std::string("a‹E2›‹82›"));
        QCOMPARE(readablePiece("\xC0\x80"), std::string("‹C0›‹80›")); // overlong
        QCOMPARE(readablePiece("\xED\xA0\x80"), std::string("‹ED›‹A0›‹80›")); // surrogate
        QCOMPARE(readablePiece("\xF0\x9F\x98\x80!"), std::string("😀!"));
    }

private:
    static TokenReport example()
    {
        TokenReport report;
        report.run = RunId { 3 };
        report.runName = "narrow";
        report.request = { { "prompt", "a text" } };
        report.protocol = "4 tokens, no BOS, fp32";
        report.createdAt = "2026-01-01T00:00:00Z";
        report.firstToken = 4;
        report.layers = 2;
        report.predictions = { { 5, 1.5F, 1.625F, 0.25F, { { 5, 0.5F } }, { { 6, 0.5F } } },
                               { 6, 0.5F, 2.5F, 1.25F, { { 6, 0.75F } }, { { 5, 0.125F } } },
                               { 7, 0.125F, 0.125F, 0, { { 7, 0.875F } }, { { 7, 0.875F } } } };
        report.distance = { 0.125F, 0.25F, 0, 0.25F, 0.5F, 0.0625F };
        report.pieces = { { 4, "Scat" }, { 5, "te" }, { 6, "ü" }, { 7, " ring" } };
        return report;
    }
};

QTEST_GUILESS_MAIN(AnalysisTokensTest)
#include "analysis_tokens_test.moc"
