// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/metric.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace schmidt;
namespace fs = std::filesystem;

namespace {

Result<int> half(int value)
{
    if (value % 2)
        return usageError("odd");
    return value / 2;
}

Result<int> quarter(int value)
{
    SCHMIDT_TRY(const int first, half(value));
    SCHMIDT_TRY(const int second, half(first));
    return second;
}

} // namespace

class BaseResultTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tryPassesValuesAndErrors()
    {
        QCOMPARE(quarter(8).value(), 2);
        QVERIFY(!quarter(6).ok());
        QCOMPARE(exitCode(quarter(6).error().code), 2);
    }

    void exitCodesAreDistinctAndNamed()
    {
        QSet<int> seen;
        for (const ErrorCode code :
             { ErrorCode::Internal, ErrorCode::Usage, ErrorCode::BadInput, ErrorCode::Unsupported,
               ErrorCode::Resources, ErrorCode::Cancelled, ErrorCode::Verification }) {
            QVERIFY(!seen.contains(exitCode(code)));
            seen.insert(exitCode(code));
            QCOMPARE(errorCodeFromName(errorCodeName(code)), code);
        }
    }

    void deepNestingIsRefusedNotCrashedOn()
    {
        const auto deep = parseJson(std::string(1000000, '['), "deep.json");
        QVERIFY(!deep.ok());
        QCOMPARE(deep.error().code, ErrorCode::BadInput);
        QVERIFY(deep.error().message.find("deep.json") != std::string::npos);
        const auto quoted = parseJson("\"" + std::string(5000, '[') + "\\\"[\"", "quoted.json");
        QVERIFY(quoted.ok());
    }

    void sha256MatchesPublishedVectors()
    {
        // FIPS 180-4 examples.
        QCOMPARE(sha256Hex(std::string_view("abc")),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256Hex(std::string_view("")),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }

    void atomicWriteLeavesNothingBehindOnFailure()
    {
        QTemporaryDir dir;
        const fs::path target = fs::path(dir.path().toStdString()) / "out.txt";
        QVERIFY(writeFileAtomically(target, "first").ok());
        const auto failed
            = writeFileAtomically(target, [](const fs::path& temporary) -> Result<void> {
                  std::ofstream(temporary) << "half";
                  return internalError("stop");
              });
        QVERIFY(!failed.ok());
        QCOMPARE(readTextFile(target).value(), std::string("first"));
        QCOMPARE(
            std::distance(fs::directory_iterator(target.parent_path()), fs::directory_iterator()),
            1);
    }

    void folderAppearsWholeOrNotAtAll()
    {
        QTemporaryDir dir;
        const fs::path target = fs::path(dir.path().toStdString()) / "folder";
        QVERIFY(!writeFolderAtomically(target, [](const fs::path& temporary) -> Result<void> {
                     std::ofstream(temporary / "a") << "x";
                     return internalError("stop");
                 }).ok());
        QVERIFY(!fs::exists(target));
        QVERIFY(writeFolderAtomically(target, [](const fs::path& temporary) -> Result<void> {
                    std::ofstream(temporary / "a") << "x";
                    return {};
                }).ok());
        QVERIFY(fs::exists(target / "a"));
        const auto again
            = writeFolderAtomically(target, [](const fs::path&) -> Result<void> { return {}; });
        QCOMPARE(again.error().code, ErrorCode::Usage);
    }

    void mappingRefusesWhatIsNoFile()
    {
        QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        QCOMPARE(MappedFile::open(folder).error().code, ErrorCode::BadInput);
        QCOMPARE(MappedFile::open(folder / "absent").error().code, ErrorCode::BadInput);
        std::ofstream(folder / "empty").close();
        QCOMPARE(MappedFile::open(folder / "empty").error().code, ErrorCode::BadInput);
    }

    void metricRoundTrip()
    {
        Metric metric;
        metric.name = "kl_mean";
        metric.unit = "nat";
        metric.value = 0.3521;
        metric.uncertainty = 0.004;
        metric.n = 16384;
        metric.provenance = Provenance::Predicted;
        metric.better = Better::Lower;
        const Metric back = metricFromJson(toJson(metric)).value();
        QCOMPARE(toJson(back).dump(), toJson(metric).dump());
        QCOMPARE(formatMetric(metric), std::string("0.352 ± 0.0040 nat"));
        Metric time;
        time.unit = "s";
        time.uncertainty = 0.0004;
        for (const auto& [seconds, text] :
             { std::pair(0.00929, "9.29 ± 0.40 ms"), std::pair(12.0, "12.0 ± 0.00040 s"),
               std::pair(0.0005, "500 ± 400 µs"), std::pair(0.0, "0 ± 0.00040 s") }) {
            time.value = seconds;
            QCOMPARE(formatMetric(time), std::string(text));
        }
        QCOMPARE(formatMetric(absentMetric("energy", "J", "no counter")),
                 std::string("n/a (no counter)"));
    }

    void numbersHaveThreeFigures_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("small") << 0.012345 << "0.0123";
        QTest::newRow("one") << 1.0 << "1.00";
        QTest::newRow("large") << 1234567.0 << "1234567";
        QTest::newRow("negative") << -12.345 << "-12.3";
        QTest::newRow("zero") << 0.0 << "0";
        QTest::newRow("rounded up to one") << 0.9996 << "1.00";
        QTest::newRow("rounded up to ten") << 9.996 << "10.0";
        QTest::newRow("tiny") << 0.00001234 << "1.23e-05";
    }
    void numbersHaveThreeFigures()
    {
        QFETCH(double, value);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatNumber(value)), text);
    }
};

QTEST_APPLESS_MAIN(BaseResultTest)
#include "base_result_test.moc"
