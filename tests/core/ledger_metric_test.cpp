// SPDX-License-Identifier: Apache-2.0
#include "ledger/metric_reader.h"

#include <QtTest>

using namespace schmidt;

class LedgerMetricTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheTreeReader_data()
    {
        QTest::addColumn<QByteArray>("text");
        Metric full;
        full.name = "kl_mean \"x\" \xC3\xA4";
        full.unit = "nat";
        full.value = 1.25e-7;
        full.uncertainty = 3;
        full.n = 9007199254740993;
        full.protocol = "line\nbreak";
        full.better = Better::Higher;
        for (const Provenance provenance :
             { Provenance::Measured, Provenance::Predicted, Provenance::Imported,
               Provenance::Estimated, Provenance::Absent }) {
            full.provenance = provenance;
            QTest::newRow(provenanceName(provenance).c_str())
                << QByteArray::fromStdString(dumpJson(toJson(full)));
        }
        QTest::newRow("absent") << QByteArray::fromStdString(
            dumpJson(toJson(absentMetric("a", "J", "no counter"))));
        QTest::newRow("extra") << QByteArray(
            R"({"name":"a","more":{"name":"b","value":3},"list":[1,{"n":2}],"value":-2})");
        QTest::newRow("wrong types")
            << QByteArray(R"({"name":"a","value":"x","n":null,"unit":3,"provenance":true})");
    }
    void agreesWithTheTreeReader()
    {
        QFETCH(QByteArray, text);
        Metric metric;
        QVERIFY(MetricReader().read(text.toStdString(), metric));
        QCOMPARE(dumpJson(toJson(metric)),
                 dumpJson(toJson(metricFromJson(Json::parse(text.toStdString())).value())));
    }

    void refusesWhatIsNoMetric_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : { "", "{", "[]", "3", "\"name\"", "{}", "{\"unit\":\"B\"}",
                                  "[{\"name\":\"a\"}]", "{\"name\":\"a\"} x" })
            QTest::newRow(text) << QByteArray(text);
    }
    void refusesWhatIsNoMetric()
    {
        QFETCH(QByteArray, text);
        Metric metric;
        QVERIFY(!MetricReader().read(text.toStdString(), metric));
    }
};

QTEST_APPLESS_MAIN(LedgerMetricTest)
#include "ledger_metric_test.moc"
