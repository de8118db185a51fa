// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <QProcess>
#include <QtTest>
#include <thread>

using namespace schmidt;

namespace {

/// Collects what a writer sends; one sink call at a time is what the writer promises.
struct Recorder {
    std::vector<JobEvent> events;
    EventWriter::Sink sink()
    {
        return [this](const JobEvent& event) { events.push_back(event); };
    }
    int count(JobEvent::Type type) const
    {
        return static_cast<int>(
            std::count_if(events.begin(), events.end(),
                          [&](const JobEvent& event) { return event.type == type; }));
    }
};

JobEvent progressEvent(const char* stage, int done, int total)
{
    return { JobEvent::Type::Progress,
             { { "stage", stage }, { "done", done }, { "total", total } } };
}

JobEvent startedEvent()
{
    return { JobEvent::Type::Started,
             { { "stages",
                 { { { "id", "a" }, { "weight", 1 } }, { { "id", "b" }, { "weight", 3 } } } } } };
}

} // namespace

class JobsEventTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void specRoundTrip()
    {
        JobSpec spec;
        spec.kind = JobKind::Compress;
        spec.project = "/tmp/a project";
        spec.arguments = { { "name", "slim" }, { "max_tokens", 4096 } };
        spec.threads = 2;
        spec.seed = 18446744073709551615ULL;
        const JobSpec back = jobSpecFromJson(toJson(spec)).value();
        QCOMPARE(toJson(back), toJson(spec));
        QCOMPARE(back.seed, spec.seed);
    }

    void everyKindHasAName()
    {
        for (const JobKind kind :
             { JobKind::Analyze, JobKind::Bonds, JobKind::Compress, JobKind::Tokens,
               JobKind::Evaluate, JobKind::Bench, JobKind::Export, JobKind::Tasks,
               JobKind::Generate, JobKind::Card, JobKind::Inspect, JobKind::Search })
            QCOMPARE(jobKindFromName(jobKindName(kind)), std::optional(kind));
        QVERIFY(!jobKindFromName("dance"));
    }

    void badSpecsAreRefused()
    {
        QCOMPARE(jobSpecFromJson(Json::array()).error().code, ErrorCode::Usage);
        QCOMPARE(jobSpecFromJson({ { "kind", "compress" } }).error().code, ErrorCode::Usage);
        const auto unknown = jobSpecFromJson({ { "schema", 1 }, { "kind", "dance" } });
        QVERIFY(unknown.error().message.find("analyze") != std::string::npos);
        const auto newer = jobSpecFromJson({ { "schema", 7 }, { "kind", "compress" } });
        QCOMPARE(newer.error().code, ErrorCode::Unsupported);
        QVERIFY(newer.error().message.find("7") != std::string::npos);
        QCOMPARE(jobSpecFromJson({ { "schema", 1 }, { "kind", "card" }, { "arguments", 3 } })
                     .error()
                     .code,
                 ErrorCode::Usage);
        QCOMPARE(jobSpecFromJson({ { "schema", 1 }, { "kind", "card" }, { "threads", -1 } })
                     .error()
                     .code,
                 ErrorCode::Usage);
    }

    void commandLineSaysWhatTheSpecSays()
    {
        JobSpec spec;
        spec.kind = JobKind::Evaluate;
        spec.project = "p";
        spec.arguments = {
            { "run", { "r2", "r3" } }, { "max_tokens", 512 }, { "quick", true }, { "slow", false }
        };
        spec.seed = 9;
        QCOMPARE(commandLine(spec),
                 std::string("schmidt-cli evaluate --project p --max-tokens 512 --quick --run r2 "
                             "--run r3 --seed 9"));
        JobSpec inspect;
        inspect.kind = JobKind::Inspect;
        inspect.arguments = { { "model", "-odd.gguf" } };
        QCOMPARE(commandLine(inspect), std::string("schmidt-cli inspect ./-odd.gguf"));
    }

    void aShellReadsTheCommandLineBack()
    {
        const std::string hostile = "a b'c\"d$(touch x)`e`\\f\ng;h&i|j*k?~#!{}";
        JobSpec spec;
        spec.kind = JobKind::Generate;
        spec.project = "it's";
        spec.arguments = { { "prompt", hostile },
                           { "suffix", "-x" },
                           { "recipe", { { "name", "q'q" } } },
                           { "zempty", "" } };
        QProcess shell;
        std::string line = commandLine(spec);
        line.replace(0, std::string("schmidt-cli").size(), "printf '%s\\0'");
        shell.start("sh", { "-c", QString::fromStdString(line) });
        QVERIFY(shell.waitForFinished());
        const auto words = shell.readAllStandardOutput().split('\0');
        const QByteArrayList expected { "generate",
                                        "--project",
                                        "it's",
                                        "--prompt",
                                        QByteArray::fromStdString(hostile),
                                        "--recipe",
                                        "{\"name\":\"q'q\"}",
                                        "--suffix=-x",
                                        "--zempty",
                                        "",
                                        "" };
        QCOMPARE(words, expected);
    }

    void everyEventSurvivesItsLine()
    {
        Recorder recorder;
        EventWriter writer(recorder.sink());
        writer.started("Compress", { { "svd", "Decompose", 2 } });
        writer.stage("svd");
        writer.progress({ 3, 210, "tensor", "blk.0\n\"x\"" });
        writer.partial("run", { { "id", 3 } });
        Metric metric = absentMetric("joules_per_token", "J", "no counter");
        writer.metric(metric);
        writer.log("warn", "bad \xff byte");
        writer.artifact("gguf", "/tmp/x.gguf");
        writer.done({ { "ok", true } });
        QCOMPARE(recorder.events.size(), std::size_t(8));
        for (const JobEvent& event : recorder.events) {
            const std::string line = toLine(event);
            QVERIFY(line.find('\n') == std::string::npos);
            const JobEvent back = eventFromLine(line).value();
            QCOMPARE(back.type, event.type);
            QCOMPARE(toLine(back), line);
        }
        QCOMPARE(recorder.events[2].data.at("stage"), Json("svd"));
        QCOMPARE(metricFromJson(recorder.events[4].data).value().absentReason,
                 std::string("no counter"));
    }

    void linesThatAreNoEventsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char* line : { "", "{", "[]", "3", "{\"event\":\"dance\"}", "{\"event\":7}",
                                  "ggml: loading model" })
            QTest::newRow(line) << QByteArray(line);
    }
    void linesThatAreNoEventsAreRefused()
    {
        QFETCH(QByteArray, line);
        QCOMPARE(eventFromLine(line.toStdString()).error().code, ErrorCode::BadInput);
    }

    void progressIsThrottledButEndsAreShown()
    {
        Recorder recorder;
        EventWriter writer(recorder.sink());
        writer.stage("one");
        const auto start = std::chrono::steady_clock::now();
        for (int i = 1; i <= 5000; ++i)
            writer.progress({ i, 5000, "tensor", {} });
        const double seconds
            = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const int sent = recorder.count(JobEvent::Type::Progress);
        QVERIFY2(sent >= 2 && sent <= 3 + int(seconds * 10), std::to_string(sent).c_str());
        QCOMPARE(recorder.events[1].data.at("done"), Json(1));
        QCOMPARE(recorder.events.back().data.at("done"), Json(5000));
    }

    void theLastCountOfAnUnfinishedStageIsNotLost()
    {
        Recorder recorder;
        EventWriter writer(recorder.sink());
        writer.stage("one");
        for (int i = 1; i <= 7; ++i)
            writer.progress({ i, 0, "step", {} });
        writer.stage("two");
        QCOMPARE(recorder.events[recorder.events.size() - 2].data.at("done"), Json(7));
        QCOMPARE(recorder.events[recorder.events.size() - 2].data.at("stage"), Json("one"));
    }

    void nothingFollowsTheLastWord()
    {
        Recorder recorder;
        WorkContext context;
        {
            EventWriter writer(recorder.sink());
            context = writer.context({});
            writer.failed(outOfResources("The disk is full."));
            writer.log("info", "late");
            writer.done({});
        }
        context.report(1, 2, "x");
        QCOMPARE(recorder.events.size(), std::size_t(1));
        QCOMPARE(recorder.events[0].data.at("code"), Json("resources"));
    }

    void manyThreadsMayReport()
    {
        Recorder recorder;
        std::atomic<int> inside = 0, overlaps = 0;
        EventWriter writer([&](const JobEvent& event) {
            if (inside.fetch_add(1) != 0)
                overlaps.fetch_add(1);
            recorder.events.push_back(event);
            inside.fetch_sub(1);
        });
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    writer.log("info", "x");
                    writer.progress({ i, 1000, "x", {} });
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(overlaps.load(), 0);
        QCOMPARE(recorder.count(JobEvent::Type::Log), 2000);
    }

    void remainingTimeFollowsTheRate()
    {
        EtaEstimator eta;
        QVERIFY(!eta.remaining(0));
        eta.feed(startedEvent(), 0);
        eta.feed({ JobEvent::Type::Stage, { { "stage", "a" } } }, 0);
        QVERIFY(!eta.remaining(1));
        for (int i = 0; i <= 3; ++i)
            eta.feed(progressEvent("a", i, 10), i);
        const auto wide = eta.remaining(3).value();
        QVERIFY(wide.lowSeconds < wide.highSeconds);
        for (int i = 4; i <= 5; ++i)
            eta.feed(progressEvent("a", i, 10), i);
        // One second a unit: five seconds in this stage, thirty in the one three times as heavy.
        const auto point = eta.remaining(5).value();
        QVERIFY(std::abs(point.lowSeconds - 35) < 1e-9 && std::abs(point.highSeconds - 35) < 1e-9);
        QVERIFY(std::abs(eta.fraction() - 0.125) < 1e-9);
        // The second stage turns out twice as fast as its weight says.
        for (int i = 6; i <= 10; ++i)
            eta.feed(progressEvent("a", i, 10), i);
        for (int i = 0; i <= 20; ++i)
            eta.feed(progressEvent("b", i, 30), 10 + i * 0.5);
        const auto second = eta.remaining(20).value();
        QVERIFY(std::abs(second.lowSeconds - 5) < 1e-9);
        eta.feed({ JobEvent::Type::Done, {} }, 25);
        QCOMPARE(eta.fraction(), 1.0);
        QCOMPARE(eta.remaining(25)->highSeconds, 0.0);
    }

    void resumedWorkCountsOnlyWhatIsNew()
    {
        EtaEstimator eta;
        eta.feed(
            { JobEvent::Type::Started, { { "stages", { { { "id", "a" }, { "weight", 1 } } } } } },
            0);
        for (int i = 0; i <= 5; ++i)
            eta.feed(progressEvent("a", 200 + i, 210), 1 + 2 * i);
        const auto left = eta.remaining(11).value();
        QVERIFY2(std::abs(left.highSeconds - 10) < 1e-9, std::to_string(left.highSeconds).c_str());
    }

    void fractionNeverFallsAndStaysBelowOne()
    {
        EtaEstimator eta;
        eta.feed(startedEvent(), 0);
        double last = 0;
        int second = 0;
        for (const char* stage : { "a", "b", "a", "unknown", "b" })
            for (int i = 0; i <= 8; ++i) {
                eta.feed(progressEvent(stage, i, i % 2 ? 8 : 0), ++second);
                QVERIFY(eta.fraction() >= last && eta.fraction() <= 1.0);
                last = eta.fraction();
                if (const auto range = eta.remaining(second))
                    QVERIFY(range->lowSeconds >= 0 && range->highSeconds >= range->lowSeconds);
            }
    }
};

QTEST_APPLESS_MAIN(JobsEventTest)
#include "jobs_event_test.moc"
