// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/hash.h"
#include "workload/text_documents.h"
#include "workload/workload.h"

#include <QTemporaryDir>
#include <QtTest>
#include <numeric>
#include <random>
#include <set>

using namespace schmidt;
namespace fs = std::filesystem;

namespace {

std::string paragraph(int seed, std::size_t words = 60)
{
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string text;
    for (std::size_t word = 0; word < words; ++word)
        text += (word ? " word" : "word") + std::to_string(random() % 100000);
    return text;
}

bool mentions(const Error& error, const std::string& part)
{
    return error.message.find(part) != std::string::npos;
}

} // namespace

class WorkloadTextsTest : public QObject {
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
    void utf8IsCheckedAsTheStandardSays_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("offset"); // -1: valid
        QTest::newRow("ascii") << QByteArray("plain") << -1;
        QTest::newRow("two to four bytes")
            << QByteArray("\xC3\xBC \xE2\x82\xAC \xF0\x9F\x98\x80") << -1;
        QTest::newRow("highest") << QByteArray("\xF4\x8F\xBF\xBF") << -1;
        QTest::newRow("too high") << QByteArray("a\xF4\x90\x80\x80") << 1;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << 0;
        QTest::newRow("overlong slash") << QByteArray("ab\xC0\xAF") << 2;
        QTest::newRow("overlong three") << QByteArray("\xE0\x80\xAF") << 0;
        QTest::newRow("latin 1") << QByteArray("caf\xE9 au lait") << 3;
        QTest::newRow("cut off") << QByteArray("x\xE2\x82") << 1;
        QTest::newRow("zero byte") << QByteArray("a\0b", 3) << 1;
    }
    void utf8IsCheckedAsTheStandardSays()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, offset);
        const auto found = invalidUtf8Offset(text.toStdString());
        QCOMPARE(found ? static_cast<int>(*found) : -1, offset);
    }

    void readsPlainTextAsOneDocument()
    {
        const auto documents = readDocuments(write("a.txt", "\xEF\xBB\xBFone\r\n\r\ntwo\r\n"));
        QVERIFY(documents.ok());
        QCOMPARE(*documents, std::vector<std::string> { "one\n\ntwo\n" });
    }

    void readsJsonLines()
    {
        const auto documents
            = readDocuments(write("a.jsonl",
                                  "{\"text\": \"one\\nline\", \"title\": \"T\"}\n\n{\"text\":\" "
                                  "\"}\r\n{\"text\":\"\xC3\xA9\"}"));
        QVERIFY(documents.ok());
        QCOMPARE(*documents, (std::vector<std::string> { "one\nline", "\xC3\xA9" }));
    }

    void readsLinesOfManyMegabytes()
    {
        const std::string text(5 << 20, 'x');
        const auto documents = readDocuments(write("huge.jsonl", "{\"text\":\"" + text + "\"}\n"));
        QVERIFY(documents.ok());
        QCOMPARE(documents->front().size(), text.size());
    }

    void badTextFilesAreNamedWithTheirLine_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("place");
        QTest::newRow("latin 1") << "a.txt" << QByteArray("ok\nok\ncaf\xE9\n") << "a.txt line 3";
        QTest::newRow("binary") << "a.txt" << QByteArray("GG\0UF", 5) << "a.txt line 1";
        QTest::newRow("empty") << "a.txt" << QByteArray() << "a.txt holds no text";
        QTest::newRow("blank") << "a.txt" << QByteArray(" \n\t\n") << "a.txt holds no text";
        QTest::newRow("no record") << "a.jsonl" << QByteArray("\n\n") << "a.jsonl holds no text";
        QTest::newRow("broken line")
            << "a.jsonl" << QByteArray("{\"text\":\"a\"}\n\n{\"text\":") << "a.jsonl line 3";
        QTest::newRow("not an object")
            << "a.jsonl" << QByteArray("{\"text\":\"a\"}\n[1]\n") << "a.jsonl line 2";
        QTest::newRow("no text") << "a.jsonl" << QByteArray("{\"body\":\"a\"}\n")
                                 << "a.jsonl line 1";
        QTest::newRow("not a string")
            << "a.jsonl" << QByteArray("{\"text\":7}\n") << "a.jsonl line 1";
        QTest::newRow("half a surrogate")
            << "a.jsonl" << QByteArray("{\"text\":\"\\ud800\"}\n") << "a.jsonl line 1";
        QTest::newRow("deeply nested") << "a.jsonl" << QByteArray(200000, '[') << "a.jsonl line 1";
    }
    void badTextFilesAreNamedWithTheirLine()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, place);
        const auto documents = readDocuments(write(name.toStdString(), content.toStdString()));
        QVERIFY(!documents.ok());
        QCOMPARE(documents.error().code, ErrorCode::BadInput);
        QVERIFY2(mentions(documents.error(), place.toStdString()),
                 documents.error().message.c_str());
    }

    void absentFilesAreBadInput()
    {
        const auto documents = readDocuments(m_folder.path().toStdString() + "/absent.txt");
        QVERIFY(!documents.ok());
        QCOMPARE(documents.error().code, ErrorCode::BadInput);
    }

    void damagedFilesNeverCrash()
    {
        const std::string sound = "{\"text\": \"caf\xC3\xA9 \\u00e9\"}\n{\"text\": \"b\", "
                                  "\"title\": [1, {\"x\": null}]}\n";
        std::mt19937 random(7);
        int refused = 0;
        for (int round = 0; round < 400; ++round) {
            std::string damaged = sound;
            for (int change = 0; change < 3; ++change)
                damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
            const auto documents = readDocuments(write("fuzz.jsonl", damaged));
            if (!documents.ok()) {
                QCOMPARE(documents.error().code, ErrorCode::BadInput);
                ++refused;
            }
        }
        QVERIFY(refused > 100);
    }

    void passagesKeepAllTextAndCharacters()
    {
        std::string text;
        for (int index = 0; index < 30; ++index)
            text += paragraph(index, 5 + static_cast<std::size_t>(index) * 7) + "\n\n";
        std::string umlauts;
        for (int index = 0; index < 3000; ++index)
            umlauts += "\xC3\xBC";
        text += umlauts;
        const auto passages = passagesOf(text, 700);
        std::string together;
        for (const std::string& passage : passages) {
            QVERIFY(!invalidUtf8Offset(passage));
            QVERIFY(passage.size() <= 4 * 700);
            together += passage + (passage.back() == 'x' ? "" : " ");
        }
        const auto letters = [](std::string value) {
            std::erase_if(value, [](char each) { return each == ' ' || each == '\n'; });
            return value;
        };
        QCOMPARE(letters(together), letters(text));
    }

    void ownJsonLinesKeepTheirRecords()
    {
        std::string content;
        for (int index = 0; index < 23; ++index)
            content += dumpJson({ { "text", paragraph(index, 10) } }) + "\n";
        const auto workload = workloadFromFiles({ write("own.jsonl", content) });
        QVERIFY(workload.ok());
        QCOMPARE(workload->id, std::string("own"));
        QCOMPARE(workload->evaluation.size(), std::size_t { 4 });
        QCOMPARE(workload->calibration.size(), std::size_t { 19 });
        QCOMPARE(workload->evaluation.front(), paragraph(4, 10));
        QVERIFY(!workload->prompts.empty());
        QCOMPARE(workload->hash.size(), std::size_t { 64 });
    }

    void oneShortPlainFileIsCutAtBlankLines()
    {
        std::string content;
        for (int index = 0; index < 10; ++index)
            content += paragraph(index, 12) + "\n\n";
        const auto workload = workloadFromFiles({ write("own.txt", content) });
        QVERIFY(workload.ok());
        QCOMPARE(workload->calibration.size(), std::size_t { 8 });
        QCOMPARE(workload->evaluation.size(), std::size_t { 2 });
    }

    void oneLongLineStillGivesAnEvaluationShare()
    {
        const auto workload = workloadFromFiles({ write("line.txt", paragraph(1, 20000)) });
        QVERIFY(workload.ok());
        const auto bytes = [](const std::vector<std::string>& documents) {
            return std::accumulate(
                documents.begin(), documents.end(), 0.0,
                [](double sum, const std::string& each) { return sum + double(each.size()); });
        };
        const double share = bytes(workload->evaluation)
            / (bytes(workload->calibration) + bytes(workload->evaluation));
        QVERIFY2(share > 0.15 && share < 0.25, std::to_string(share).c_str());
    }

    void manyPlainFilesStayWhole()
    {
        std::vector<fs::path> files;
        for (int index = 0; index < 6; ++index)
            files.push_back(write("part" + std::to_string(index) + ".txt",
                                  paragraph(2 * index) + "\n\n" + paragraph(2 * index + 1)));
        const auto workload = workloadFromFiles(files);
        QVERIFY(workload.ok());
        QCOMPARE(workload->evaluation,
                 std::vector<std::string> { paragraph(8) + "\n\n" + paragraph(9) });
    }

    void repeatedTextNeverReachesBothSides()
    {
        const std::string boilerplate = paragraph(999);
        std::mt19937 random(3);
        std::string content;
        for (int index = 0; index < 60; ++index) {
            std::string text = paragraph(static_cast<int>(random() % 30));
            text += index % 3 ? "\n\n" + boilerplate : "";
            text += "\n\nunique " + std::to_string(index / 2);
            content += dumpJson({ { "text", text } }) + "\n";
        }
        const auto workload = workloadFromFiles({ write("repeats.jsonl", content) });
        QVERIFY(workload.ok());
        QVERIFY(!workload->evaluation.empty());
        QVERIFY(!sharedText(workload->calibration, workload->evaluation));
        std::multiset<std::string> all(workload->calibration.begin(), workload->calibration.end());
        all.insert(workload->evaluation.begin(), workload->evaluation.end());
        for (const std::string& document : all)
            QCOMPARE(all.count(document), std::size_t { 1 });
    }

    void repetitionsAreSeenThroughWhiteSpace()
    {
        const std::string text = paragraph(5);
        std::string spread = text;
        spread.replace(spread.find(' '), 1, "  \n");
        QVERIFY(sharedText({ "intro\n\n" + text }, { spread + "\n\nother" }).has_value());
        QVERIFY(!sharedText({ "short\n\nfirst" }, { "short\n\nsecond" }).has_value());
        QVERIFY(sharedText({ "short" }, { " short\n" }).has_value());
        QCOMPARE(withoutRepetitions({ "a", "b", "a ", text, spread }),
                 (std::vector<std::string> { "a", "b", text }));
    }

    void tooLittleTextIsSaid()
    {
        const auto workload = workloadFromFiles({ write("little.txt", "just one line") });
        QVERIFY(!workload.ok());
        QCOMPARE(workload.error().code, ErrorCode::BadInput);
        QVERIFY(mentions(workload.error(), "only 1 different passages"));
        QCOMPARE(workloadFromFiles({}).error().code, ErrorCode::Usage);
    }

    void hashesFollowTheContent()
    {
        std::string content;
        for (int index = 0; index < 8; ++index)
            content += paragraph(index) + "\n\n";
        const auto first = workloadFromFiles({ write("hash.txt", content) });
        const auto again = workloadFromFiles({ write("hash.txt", content) });
        content[0] = 'W';
        const auto other = workloadFromFiles({ write("hash.txt", content) });
        QVERIFY(first.ok() && again.ok() && other.ok());
        QCOMPARE(first->hash, again->hash);
        QVERIFY(first->hash != other->hash);
    }

    void builtinWorkloadsAreComplete()
    {
        const auto infos = builtinWorkloads();
        QVERIFY2(infos.ok(), infos.ok() ? "" : infos.error().message.c_str());
        std::vector<std::string> ids;
        for (const WorkloadInfo& info : *infos) {
            ids.push_back(info.id);
            const auto workload = loadWorkload(info.id);
            QVERIFY2(workload.ok(), workload.ok() ? "" : workload.error().message.c_str());
            const auto bytes = [](const std::vector<std::string>& documents) {
                std::size_t sum = 0;
                for (const std::string& document : documents)
                    sum += document.size();
                return sum;
            };
            // Enough for one probe and a calibration of some 10,000 tokens, and for evaluation.
            QVERIFY2(bytes(workload->calibration) >= 45000, info.id.c_str());
            QVERIFY2(bytes(workload->evaluation) >= 20000, info.id.c_str());
            QVERIFY2(workload->prompts.size() >= 15, info.id.c_str());
            QVERIFY(!sharedText(workload->calibration, workload->evaluation));
            QCOMPARE(withoutRepetitions(workload->calibration), workload->calibration);
            QCOMPARE(withoutRepetitions(workload->evaluation), workload->evaluation);
        }
        QCOMPARE(ids, (std::vector<std::string> { "faq", "code", "inspection", "search" }));
    }

    void unknownWorkloadsListTheKnownOnes()
    {
        for (const std::string id : { "poetry", "../workloads/faq", "" }) {
            const auto workload = loadWorkload(id);
            QVERIFY(!workload.ok());
            QCOMPARE(workload.error().code, ErrorCode::Usage);
            QVERIFY(mentions(workload.error(), "faq"));
        }
    }

    void damagedProgramDataAreNamed()
    {
        const QByteArray usual = qgetenv("SCHMIDT_RESOURCES");
        qputenv("SCHMIDT_RESOURCES", m_folder.path().toUtf8());
        const auto restore = qScopeGuard([&] { qputenv("SCHMIDT_RESOURCES", usual); });
        QCOMPARE(builtinWorkloads().error().code, ErrorCode::BadInput);
        write("workloads/x/workload.json", R"({"title": "X", "description": "d"})");
        QVERIFY(mentions(builtinWorkloads().error(), "workload.json"));
        write("workloads/x/workload.json",
              R"({"title": "X", "description": "d", "prompts": ["p"]})");
        const std::string shared = dumpJson({ { "text", paragraph(1) } });
        write("workloads/x/calibration.jsonl", shared);
        write("workloads/x/evaluation.jsonl", shared);
        const auto workload = loadWorkload("x");
        QVERIFY(!workload.ok());
        QVERIFY(mentions(workload.error(), "share the text"));
        write("workloads/x/evaluation.jsonl", dumpJson({ { "text", paragraph(2) } }));
        QVERIFY(loadWorkload("x").ok());
    }
};

QTEST_APPLESS_MAIN(WorkloadTextsTest)
#include "workload_texts_test.moc"
