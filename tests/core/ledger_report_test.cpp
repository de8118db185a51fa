// SPDX-License-Identifier: Apache-2.0
#include "ledger/report.h"

#include <QtTest>

using namespace schmidt;

namespace {

Metric measured(const std::string& name, const std::string& unit, double value,
                std::optional<double> error, Better better = Better::Lower)
{
    Metric metric;
    metric.name = name;
    metric.unit = unit;
    metric.value = value;
    metric.uncertainty = error;
    metric.n = 16384;
    metric.provenance = Provenance::Measured;
    metric.better = better;
    metric.protocol = "window 2048, no BOS";
    return metric;
}

RunRecord runOf(int id, const std::string& name, std::vector<Metric> metrics)
{
    RunRecord run;
    run.id = RunId { id };
    run.name = name;
    run.baseline = id == 1;
    run.state = RunState::Done;
    run.metrics = std::move(metrics);
    return run;
}

std::vector<RunRecord> threeRuns()
{
    return {
        runOf(2, "slim",
              { measured("decode_tokens_per_second", "1/s", 44, 2, Better::Higher),
                measured("perplexity", "", 12.97, 0.5), measured("kl_mean", "nat", 0.0121, 0.0004),
                measured("file_bytes", "B", 68e6, {}) }),
        runOf(1, "baseline",
              { measured("decode_tokens_per_second", "1/s", 42, 2, Better::Higher),
                measured("perplexity", "", 12.41, 0.5), measured("file_bytes", "B", 98e6, {}) }),
        runOf(3, "tiny",
              { measured("file_bytes", "B", 50e6, {}), measured("kl_mean", "nat", 0.9, 0.01) })
    };
}

const ComparisonRow& rowOf(const ComparisonTable& table, const std::string& key)
{
    for (const ComparisonRow& row : table.rows)
        if (row.key == key)
            return row;
    qFatal("no row %s", key.c_str());
}

Change changeOf(std::vector<Metric> baseline, std::vector<Metric> variant)
{
    const std::string key = variant.front().name;
    return rowOf(compareRuns(
                     { runOf(1, "b", std::move(baseline)), runOf(2, "v", std::move(variant)) }, {}),
                 key)
        .cells[1]
        .change;
}

} // namespace

class LedgerReportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBaselineComesFirstAndRowsAreGrouped()
    {
        const ComparisonTable table = compareRuns(threeRuns(), {});
        QVERIFY(table.columns[0].baseline);
        QCOMPARE(table.columns[1].name, std::string("slim"));
        std::vector<std::string> keys;
        for (const ComparisonRow& row : table.rows) {
            keys.push_back(row.key);
            QCOMPARE(row.cells.size(), table.columns.size());
            QCOMPARE(row.cells[0].change, Change::None);
        }
        QCOMPARE(keys,
                 (std::vector<std::string> { "perplexity", "kl_mean", "decode_tokens_per_second",
                                             "file_bytes" }));
    }

    void differencesInsideTheNoiseAreNone()
    {
        // Errors 0.5 and 0.5: noise up to 1.96 · 0.707 = 1.386.
        QCOMPARE(changeOf({ measured("first_token_seconds", "s", 10, 0.5) },
                          { measured("first_token_seconds", "s", 11.38, 0.5) }),
                 Change::Same);
        QCOMPARE(changeOf({ measured("first_token_seconds", "s", 10, 0.5) },
                          { measured("first_token_seconds", "s", 11.39, 0.5) }),
                 Change::Worse);
        QCOMPARE(changeOf({ measured("first_token_seconds", "s", 10, 0.5) },
                          { measured("first_token_seconds", "s", 8.6, 0.5) }),
                 Change::Better);
        QCOMPARE(changeOf({ measured("decode_tokens_per_second", "1/s", 10, 0.1, Better::Higher) },
                          { measured("decode_tokens_per_second", "1/s", 12, 0.1, Better::Higher) }),
                 Change::Better);
        QCOMPARE(changeOf({ measured("other", "", 10, 0.1, Better::Neither) },
                          { measured("other", "", 12, 0.1, Better::Neither) }),
                 Change::Different);
        QCOMPARE(changeOf({ measured("first_token_seconds", "s", 10, {}) },
                          { measured("first_token_seconds", "s", 11, 0.1) }),
                 Change::Unknown);
        QCOMPARE(changeOf({ measured("file_bytes", "B", 10, {}) },
                          { measured("file_bytes", "B", 11, {}) }),
                 Change::Worse);
    }

    void pairedErrorsDecideOnPerplexity()
    {
        // Unpaired the difference is far inside the noise; paired it is four standard errors.
        QCOMPARE(changeOf({ measured("perplexity", "", 12.0, 1.0) },
                          { measured("perplexity", "", 12.5, 1.0) }),
                 Change::Same);
        QCOMPARE(changeOf({ measured("perplexity", "", 12.0, 1.0) },
                          { measured("perplexity", "", 12.5, 1.0),
                            measured("ln_ppl_ratio", "nat", 0.04, 0.01) }),
                 Change::Worse);
        QCOMPARE(changeOf({ measured("perplexity:own", "", 12.0, 1.0) },
                          { measured("perplexity:own", "", 12.5, 1.0),
                            measured("ln_ppl_ratio", "nat", 0.04, 0.01) }),
                 Change::Same);
    }

    void klIsJudgedAgainstZero()
    {
        QCOMPARE(changeOf({}, { measured("kl_mean", "nat", 0.012, 0.001) }), Change::Worse);
        QCOMPARE(changeOf({}, { measured("kl_mean", "nat", 0.001, 0.001) }), Change::Same);
        QCOMPARE(changeOf({}, { measured("same_top", "%", 92, 0.3, Better::Higher) }),
                 Change::Worse);
        QCOMPARE(changeOf({}, { measured("first_token_seconds", "s", 1, 0.1) }), Change::None);
    }

    void unlikeThingsAreNotCompared()
    {
        Metric predicted = measured("joules_per_token", "J", 2, 0.1);
        predicted.provenance = Provenance::Predicted;
        const auto table
            = compareRuns({ runOf(1, "b", { measured("joules_per_token", "J", 3, 0.1) }),
                            runOf(2, "v", { predicted }) },
                          {});
        QCOMPARE(table.rows[0].cells[1].change, Change::NotComparable);
        QVERIFY(!table.rows[0].cells[1].delta);
        Metric other = measured("perplexity", "", 9, 0.1);
        other.protocol = "window 512";
        QCOMPARE(changeOf({ measured("perplexity", "", 9, 0.1) }, { other }),
                 Change::NotComparable);
    }

    void predictedValuesSayTheWordEverywhere()
    {
        Metric predicted = measured("kl_mean", "nat", 0.25, 0.1);
        predicted.provenance = Provenance::Predicted;
        const auto table = compareRuns({ runOf(1, "b", {}), runOf(2, "v", { predicted }) }, {});
        QVERIFY(table.verdict.find("predicted KL") != std::string::npos);
        for (const TableFormat format :
             { TableFormat::Text, TableFormat::Csv, TableFormat::Markdown, TableFormat::Latex,
               TableFormat::Json }) {
            const std::string text = renderTable(table, format);
            const auto value = text.rfind("0.25");
            QVERIFY(value != std::string::npos);
            QVERIFY2(text.find("predicted", value > 200 ? value - 200 : 0) != std::string::npos,
                     text.c_str());
        }
    }

    void goalsAreRowsAndTheVerdictNamesThem()
    {
        Goals goals;
        goals.maxFileBytes = 80e6;
        goals.maxKl = 0.5;
        const ComparisonTable table = compareRuns(threeRuns(), goals);
        std::size_t goalRows = 0;
        for (const ComparisonRow& row : table.rows)
            goalRows += row.group == ComparisonGroup::Goals;
        QCOMPARE(goalRows, std::size_t(2));
        QVERIFY2(table.verdict.find("r2 (slim) is 30.6 % smaller") == 0, table.verdict.c_str());
        QVERIFY2(table.verdict.find("all 2 goals are met") != std::string::npos,
                 table.verdict.c_str());
        QCOMPARE(std::count(table.verdict.begin(), table.verdict.end(), '\n'), 0);
        auto onlyTiny = threeRuns();
        onlyTiny.erase(onlyTiny.begin());
        QVERIFY(compareRuns(onlyTiny, goals).verdict.find("missed: ") != std::string::npos);
    }

    void withoutVariantsThereIsAnEmptySentence()
    {
        QVERIFY(!compareRuns({}, {}).verdict.empty());
        QVERIFY(compareRuns({ runOf(1, "b", {}) }, {}).verdict.find("no finished variant")
                != std::string::npos);
        for (const TableFormat format :
             { TableFormat::Text, TableFormat::Csv, TableFormat::Markdown, TableFormat::Latex,
               TableFormat::Json })
            QVERIFY(!renderTable(compareRuns({}, {}), format).empty());
    }

    void differencesOnlyDropsWhatIsEqual()
    {
        const ComparisonTable table = differencesOnlyTable(compareRuns(threeRuns(), {}));
        std::vector<std::string> keys;
        for (const ComparisonRow& row : table.rows)
            keys.push_back(row.key);
        QCOMPARE(keys, (std::vector<std::string> { "kl_mean", "file_bytes" }));
        QVERIFY(!table.verdict.empty());
    }

    void differencesStandInTheUnitOfTheirValue()
    {
        ComparisonCell cell;
        cell.metric.unit = "s";
        cell.metric.value = 0.677;
        cell.delta = -0.145;
        QCOMPARE(deltaText(cell), std::string("−145"));
        cell.metric.value = 1.2;
        QCOMPARE(deltaText(cell), std::string("−0.145"));
    }

    void absentIsNeverZero()
    {
        const std::string text = renderTable(compareRuns(threeRuns(), {}), TableFormat::Text);
        QVERIFY2(text.find("n/a (not measured)") != std::string::npos, text.c_str());
        const Json json = Json::parse(renderTable(compareRuns(threeRuns(), {}), TableFormat::Json));
        for (const Json& row : json.at("rows"))
            if (row.at("key") == "perplexity")
                QVERIFY(row.at("cells")[2].at("metric").at("value").is_null());
    }

    void longReasonsBecomeNotes()
    {
        const std::string reason = "this machine offers no readable energy counter at all";
        const Metric absent = absentMetric("decode_joules_per_token", "J", reason);
        const auto table
            = compareRuns({ runOf(1, "a", { absent }), runOf(2, "b", { absent }) }, {});
        for (const TableFormat format :
             { TableFormat::Text, TableFormat::Markdown, TableFormat::Latex }) {
            const QString text = QString::fromStdString(renderTable(table, format));
            QVERIFY2(text.contains("n/a [1]") || text.contains("n/a \\[1\\]"), qPrintable(text));
            QCOMPARE(text.count(QString::fromStdString(reason)), 1);
        }
    }

    void countsAreReadable()
    {
        const auto table
            = compareRuns({ runOf(1, "a", { measured("parameters", "", 134515008, 0) }),
                            runOf(2, "b", { measured("parameters", "", 112949568, 0) }) },
                          {});
        const std::string text = renderTable(table, TableFormat::Text);
        QVERIFY2(text.find("112.9 M") != std::string::npos, text.c_str());
        QVERIFY2(text.find("−21.57 M") != std::string::npos, text.c_str());
    }

    void hostileNamesStayInTheirCells()
    {
        const std::string hostile = "a|b\n# <script>,\"q\" \\end{tabular} $x$ & % _u_ \x1b[31m";
        const auto table = compareRuns({ runOf(1, "b", { measured("x,\"y\"\n", "", 1, 0.1) }),
                                         runOf(2, hostile, { measured("x,\"y\"\n", "", 2, 0.1) }) },
                                       {});
        const std::string text = renderTable(table, TableFormat::Text);
        QVERIFY(text.find('\x1b') == std::string::npos);
        const QString markdown = QString::fromStdString(renderTable(table, TableFormat::Markdown));
        for (const QString& line : markdown.split('\n'))
            if (line.startsWith('|'))
                QCOMPARE(QString(line).remove("\\|").count('|'), 4);
        QVERIFY(!markdown.contains(QRegularExpression("(^|[^\\\\])<script")));
        const std::string latex = renderTable(table, TableFormat::Latex);
        QCOMPARE(QString::fromStdString(latex).count("\\end{tabular}"), 1);
        QVERIFY(latex.find(" & \\textbackslash{}end") == std::string::npos);
        QCOMPARE(Json::parse(renderTable(table, TableFormat::Json))
                     .at("columns")[1]
                     .at("name")
                     .get<std::string>(),
                 hostile);
    }

    void csvKeepsEveryDigit()
    {
        auto runs = threeRuns();
        runs[0].metrics[2].value = 0.1234567890123456;
        const std::string csv = renderTable(compareRuns(runs, {}), TableFormat::Csv);
        QVERIFY(csv.find("0.1234567890123456") != std::string::npos);
        const QStringList lines = QString::fromStdString(csv).split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 4 * 3);
    }
};

QTEST_APPLESS_MAIN(LedgerReportTest)
#include "ledger_report_test.moc"
