// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "workload/text_documents.h"
#include "workload/workload.h"

#include <QTemporaryDir>
#include <QtTest>
#include <map>
#include <set>

using namespace schmidt;
namespace fs = std::filesystem;

namespace {

fs::path dataFolder()
{
    return fs::path(SCHMIDT_SOURCE_DIR).parent_path() / "shared" / "data";
}

bool mentions(const Error& error, const std::string& part)
{
    return error.message.find(part) != std::string::npos;
}

} // namespace

class WorkloadSuitesTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    fs::path write(const std::string& name, const std::string& content)
    {
        const fs::path path = fs::path(m_folder.path().toStdString()) / name;
        if (!writeFileAtomically(path, content).ok())
            qFatal("cannot write test data");
        return path;
    }

private Q_SLOTS:
    void readsMultipleChoice()
    {
        const auto suite = loadTaskSuite(write("quiz.jsonl",
                                               "{\"query\": \"Question: Why?\\n\", \"choices\": "
                                               "[\"no idea\", \" because\"], \"gold\": 1}\n"
                                               "{\"context\": \"The kettle boiled, so\", "
                                               "\"choices\": [\"a\", \"b\"], \"gold\": 0}\n"));
        QVERIFY2(suite.ok(), suite.ok() ? "" : suite.error().message.c_str());
        QCOMPARE(suite->name, std::string("quiz"));
        QCOMPARE(suite->items.size(), std::size_t { 2 });
        QCOMPARE(suite->items[0].prompt, std::string("Question: Why?\nAnswer:"));
        QCOMPARE(suite->items[0].choices, (std::vector<std::string> { " no idea", " because" }));
        QCOMPARE(suite->items[0].answer, 1);
        QCOMPARE(suite->items[1].prompt, std::string("The kettle boiled, so"));
        QVERIFY(suite->normalizeByLength);
        QVERIFY(!suite->greedyContinuation);
    }

    void letterChoicesAreNotNormalized()
    {
        const auto suite = loadTaskSuite(write(
            "letters.jsonl", "{\"query\": \"Q\", \"choices\": [\"yes\", \"no\"], \"gold\": 0}"));
        QVERIFY(suite.ok());
        QVERIFY(!suite->normalizeByLength);
    }

    void readsContinuations()
    {
        const auto suite = loadTaskSuite(write(
            "lambada.jsonl", "{\"context\": \"He went to \", \"continuation\": \"sleep\"}\n"));
        QVERIFY(suite.ok());
        QVERIFY(suite->greedyContinuation);
        QVERIFY(!suite->normalizeByLength);
        QCOMPARE(suite->items[0].prompt, std::string("He went to"));
        QCOMPARE(suite->items[0].choices, std::vector<std::string> { " sleep" });
    }

    void readsMmluWithAndWithoutHeader()
    {
        const auto numbers = loadTaskSuite(write(
            "numbers.csv", "question,A,B,C,D,answer\r\n\"One, two\nor \"\"3\"\"?\",1,2,3,4,2\r\n"));
        QVERIFY2(numbers.ok(), numbers.ok() ? "" : numbers.error().message.c_str());
        QCOMPARE(numbers->items.size(), std::size_t { 1 });
        QCOMPARE(numbers->items[0].prompt,
                 std::string("One, two\nor \"3\"?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:"));
        QCOMPARE(numbers->items[0].choices, (std::vector<std::string> { " A", " B", " C", " D" }));
        QCOMPARE(numbers->items[0].answer, 2);
        QVERIFY(!numbers->normalizeByLength);
        const auto letters = loadTaskSuite(write("letters.csv", "Which?,w,x,y,z,D\n"));
        QVERIFY(letters.ok());
        QCOMPARE(letters->items[0].answer, 3);
    }

    void readsBareQuotesInsideQuotedTexts()
    {
        const auto suite = loadTaskSuite(
            write("bare.csv",
                  "\"The land, found\" by sailors, was\",\"a, b\",\"c\",\"d \"e\" f\",\"g\",3\n"));
        QVERIFY2(suite.ok(), suite.ok() ? "" : suite.error().message.c_str());
        QCOMPARE(suite->items[0].prompt,
                 std::string("The land, found\" by sailors, was\nA. a, b\nB. c\nC. d \"e\" f\nD. "
                             "g\nAnswer:"));
        QCOMPARE(suite->items[0].answer, 3);
    }

    void badSuitesAreNamedWithTheirLine_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("place");
        const QByteArray good = "{\"query\":\"q\",\"choices\":[\"a\",\"b\"],\"gold\":0}\n";
        QTest::newRow("empty") << "s.jsonl" << QByteArray("") << "s.jsonl holds no questions";
        QTest::newRow("header only")
            << "s.csv" << QByteArray("question,A,B,C,D,answer\n") << "s.csv holds no questions";
        QTest::newRow("gold too large")
            << "s.jsonl" << good + "{\"query\":\"q\",\"choices\":[\"a\",\"b\"],\"gold\":2}"
            << "line 2";
        QTest::newRow("gold negative")
            << "s.jsonl" << QByteArray("{\"query\":\"q\",\"choices\":[\"a\",\"b\"],\"gold\":-1}")
            << "line 1";
        QTest::newRow("gold no integer")
            << "s.jsonl" << QByteArray("{\"query\":\"q\",\"choices\":[\"a\",\"b\"],\"gold\":0.5}")
            << "line 1";
        QTest::newRow("gold missing")
            << "s.jsonl" << QByteArray("{\"query\":\"q\",\"choices\":[\"a\",\"b\"]}") << "line 1";
        QTest::newRow("one choice")
            << "s.jsonl" << good + good + "{\"query\":\"q\",\"choices\":[\"a\"],\"gold\":0}"
            << "line 3";
        QTest::newRow("empty choice")
            << "s.jsonl" << QByteArray("{\"query\":\"q\",\"choices\":[\"a\",\" \"],\"gold\":0}")
            << "line 1";
        QTest::newRow("choices no texts")
            << "s.jsonl" << QByteArray("{\"query\":\"q\",\"choices\":[1,2],\"gold\":0}")
            << "line 1";
        QTest::newRow("no query") << "s.jsonl"
                                  << QByteArray("{\"choices\":[\"a\",\"b\"],\"gold\":0}")
                                  << "line 1";
        QTest::newRow("other form")
            << "s.jsonl"
            << QByteArray("{\"context_options\":[\"a\",\"b\"],\"continuation\":\"c\",\"gold\":0}")
            << "other task forms cannot be scored";
        QTest::newRow("mixed forms")
            << "s.jsonl" << good + "{\"context\":\"a\",\"continuation\":\"b\"}"
            << "line 2";
        QTest::newRow("no continuation")
            << "s.jsonl" << QByteArray("{\"context\":\"a\",\"continuation\":\"\"}") << "line 1";
        QTest::newRow("broken") << "s.jsonl" << good + "{\"query\""
                                << "line 2";
        QTest::newRow("csv too few")
            << "s.csv" << QByteArray("\"a\nb\",1,2,3,4,0\nq,1,2,0\n") << "s.csv line 3";
        QTest::newRow("csv answer") << "s.csv" << QByteArray("q,1,2,3,4,4\n") << "s.csv line 1";
        QTest::newRow("csv open quote")
            << "s.csv" << QByteArray("q,1,2,3,4,0\n\"q,1,2,3,4,0\n") << "s.csv line 2";
        QTest::newRow("csv latin 1")
            << "s.csv" << QByteArray("caf\xE9,1,2,3,4,0\n") << "s.csv line 1";
    }
    void badSuitesAreNamedWithTheirLine()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, place);
        const auto suite = loadTaskSuite(write(name.toStdString(), content.toStdString()));
        QVERIFY(!suite.ok());
        QCOMPARE(suite.error().code, ErrorCode::BadInput);
        QVERIFY2(mentions(suite.error(), place.toStdString()), suite.error().message.c_str());
    }

    void unknownNamesListTheKnownOnes()
    {
        for (const auto& suite : { loadTaskSuite("nonsense"), builtinSuite("nonsense") }) {
            QVERIFY(!suite.ok());
            QCOMPARE(suite.error().code, ErrorCode::Usage);
            QVERIFY(mentions(suite.error(), "inspection"));
        }
        QCOMPARE(loadTaskSuite("absent.jsonl").error().code, ErrorCode::BadInput);
    }

    void everyWorkloadHasItsSuite()
    {
        const auto infos = builtinWorkloads();
        QVERIFY(infos.ok());
        for (const WorkloadInfo& info : *infos) {
            const auto suite = loadTaskSuite(info.id);
            QVERIFY2(suite.ok(), suite.ok() ? "" : suite.error().message.c_str());
            QCOMPARE(suite->name, info.id);
            QVERIFY(suite->items.size() >= 30);
            std::set<std::string> prompts;
            std::map<int, std::size_t> answers;
            for (const ChoiceItem& item : suite->items) {
                QVERIFY2(prompts.insert(item.prompt).second, item.prompt.c_str());
                ++answers[item.answer];
                const std::set<std::string> choices(item.choices.begin(), item.choices.end());
                QCOMPARE(choices.size(), item.choices.size());
                QCOMPARE(item.choices.size(), std::size_t { 4 });
            }
            // No position may be a good guess.
            for (const auto& [answer, count] : answers)
                QVERIFY2(3 * count <= suite->items.size() + 6, info.id.c_str());
        }
    }

    void suiteQuestionsAreNotInTheCalibrationText()
    {
        const auto infos = builtinWorkloads();
        QVERIFY(infos.ok());
        for (const WorkloadInfo& info : *infos) {
            const auto suite = builtinSuite(info.id);
            const auto workload = loadWorkload(info.id);
            QVERIFY(suite.ok() && workload.ok());
            std::string text;
            for (const std::string& document : workload->calibration)
                text += comparableText(document) + " ";
            for (const ChoiceItem& item : suite->items) {
                std::string question = comparableText(item.prompt);
                for (const std::string frame : { "Question: ", " Answer:" })
                    if (const auto found = question.find(frame); found != std::string::npos)
                        question.erase(found, frame.size());
                QVERIFY2(text.find(question) == std::string::npos, question.c_str());
            }
        }
    }

    void publicSuitesLoadWhole_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("count");
        QTest::addColumn<bool>("greedy");
        QTest::addColumn<bool>("normalized");
        QTest::newRow("arc_easy") << "arc_easy" << 2376 << false << true;
        QTest::newRow("arc_challenge") << "arc_challenge" << 1172 << false << true;
        QTest::newRow("piqa") << "piqa" << 1838 << false << true;
        QTest::newRow("boolq") << "boolq" << 3270 << false << false;
        QTest::newRow("copa") << "copa" << 100 << false << true;
        QTest::newRow("openbook_qa") << "openbook_qa" << 500 << false << true;
        QTest::newRow("commonsense_qa") << "commonsense_qa" << 1221 << false << false;
        QTest::newRow("siqa") << "siqa" << 1954 << false << false;
        QTest::newRow("lambada_openai") << "lambada_openai" << 5153 << true << false;
        QTest::newRow("pubmed_qa_labeled") << "pubmed_qa_labeled" << 1000 << true << false;
    }
    void publicSuitesLoadWhole()
    {
        QFETCH(QString, name);
        QFETCH(int, count);
        QFETCH(bool, greedy);
        QFETCH(bool, normalized);
        const fs::path folder = dataFolder() / "eval-llm-foundry";
        if (!fs::exists(folder))
            QSKIP("shared/data/eval-llm-foundry is not here");
        const auto suite = loadTaskSuite(folder / (name.toStdString() + ".jsonl"));
        QVERIFY2(suite.ok(), suite.ok() ? "" : suite.error().message.c_str());
        QCOMPARE(static_cast<int>(suite->items.size()), count);
        QCOMPARE(suite->greedyContinuation, greedy);
        QCOMPARE(suite->normalizeByLength, normalized);
        for (const ChoiceItem& item : suite->items) {
            QVERIFY(!item.prompt.empty() && item.prompt.back() != ' '
                    && item.prompt.back() != '\n');
            for (const std::string& choice : item.choices)
                QVERIFY(choice.size() > 1 && choice[0] == ' ' && choice[1] != ' ');
        }
    }

    void mmluLoadsWhole()
    {
        const fs::path folder = dataFolder() / "eval-mmlu-test";
        if (!fs::exists(folder))
            QSKIP("shared/data/eval-mmlu-test is not here");
        std::size_t items = 0;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() != ".csv")
                continue;
            const auto suite = loadTaskSuite(entry.path());
            QVERIFY2(suite.ok(), suite.ok() ? "" : suite.error().message.c_str());
            items += suite->items.size();
        }
        QCOMPARE(items, std::size_t { 9183 }); // the count stated in the data's SOURCE.txt
    }
};

QTEST_APPLESS_MAIN(WorkloadSuitesTest)
#include "workload_suites_test.moc"
