// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/metric_names.h"
#include "exporters/exporters.h"
#include "ledger/outcomes.h"
#include "pipeline/engine_library.h"
#include "pipeline/measured_runtime.h"
#include "pipeline/onnx_helper.h"
#include "pipeline/pipeline.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Speed and parity in runtimes other than llama.cpp: ONNX Runtime in its helper process, and this
/// program's own engine.
class PipelineRuntimesInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        TinyModelOptions options;
        options.vocab = 300;
        options.hidden = 64;
        options.headDim = 16;
        options.context = 1024;
        QVERIFY(writeTinyHfModel(root() / "model", options).ok());
        std::string text;
        for (int index = 0; index < 500; ++index)
            text += "Part " + std::to_string(index * 7919 % 1000) + " lasts "
                + std::to_string(index * 31 % 97) + " days.\n\n";
        QVERIFY(writeFileAtomically(root() / "text.txt", text).ok());
        const auto analyzed = run(JobKind::Analyze,
                                  { { "model", (root() / "model").string() },
                                    { "text", Json::array({ (root() / "text.txt").string() }) },
                                    { "quick", true },
                                    { "tokens", 2048 } });
        QVERIFY2(analyzed.ok(), analyzed.ok() ? "" : analyzed.error().message.c_str());
    }

    void onnxRuntimeIsMeasured()
    {
        const auto report = run(JobKind::Bench,
                                { { "run", Json::array({ "baseline" }) },
                                  { "runtime", "onnx" },
                                  { "repetitions", 4 } });
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        const auto ledger = ProjectSession::open(root() / "project").value();
        const auto metrics = ledger.ledger().findRun("baseline").value().metrics;
        for (const char* name :
             { metric_names::decodeTokensPerSecond, metric_names::prefillTokensPerSecond,
               metric_names::firstTokenSeconds, metric_names::peakMemoryBytes,
               metric_names::fileBytes }) {
            const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) {
                return m.name == std::string(name) + ":onnx";
            });
            QVERIFY2(found != metrics.end(), name);
            QVERIFY2(found->present() && *found->value > 0, name);
            QCOMPARE(found->provenance, Provenance::Measured);
            if (name != metric_names::fileBytes)
                QVERIFY2(found->protocol.find("ONNX Runtime") != std::string::npos,
                         found->protocol.c_str());
        }
    }

    /// What the deployed file makes of the text, and how far that is the runtime's doing.
    void llamaCppIsEvaluated()
    {
        const Json choice { { "run", Json::array({ "baseline" }) },
                            { "max_tokens", 2048 },
                            { "window", 512 } };
        QVERIFY(run(JobKind::Evaluate, choice).ok());
        Json through = choice;
        through["runtime"] = "llama.cpp";
        const auto report = run(JobKind::Evaluate, through);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        const auto session = ProjectSession::open(root() / "project").value();
        const auto metrics = session.ledger().findRun("baseline").value().metrics;
        const auto value = [&metrics](const std::string& name) {
            const Metric* found = findMetric(metrics, name);
            return found && found->value ? *found->value : std::nan("");
        };
        const double own = value(metric_names::perplexity);
        QVERIFY(own > 1);
        qInfo("%.6f here, %.6f in llama.cpp", own, value("perplexity:llama.cpp"));
        // Our own may have been computed in bf16; parity below is of fp32.
        QVERIFY(std::fabs(value("perplexity:llama.cpp") / own - 1) < 5e-3);
        QVERIFY(value("runtime_kl:llama.cpp") > 0);
        QVERIFY(value("runtime_kl:llama.cpp") < 1e-5);
        through["runtime"] = "tensorrt";
        QCOMPARE(run(JobKind::Evaluate, through).error().code, ErrorCode::Usage);
    }

    void ownEngineIsMeasured()
    {
        RuntimeProtocol protocol;
        protocol.prefillTokens = 64;
        protocol.decodeTokens = 16;
        protocol.repetitions = 3;
        for (const auto& [name, said] :
             { std::pair("torch", "fp32"), std::pair("torch-bf16", ", bf16"),
               std::pair("torch-int8", "8 bits"), std::pair("torch-int4", "4 bits") }) {
            const auto json = engineLibrary().value()->measure(
                root() / "model", *measuredRuntimeFromName(name), protocol, {});
            const bool half = std::string(name) != "torch";
            QVERIFY2(json.ok(), json.ok() ? "" : json.error().message.c_str());
            QCOMPARE((*json)["prefill_seconds"].size(), 3U);
            QCOMPARE((*json)["decode_seconds"].size(), 3U);
            QCOMPARE((*json)["inter_token_seconds"].size(), 48U);
            QVERIFY((*json)["peak_bytes"].get<std::int64_t>() > 1 << 20);
            // 2 layers of keys and values of 2 heads of 16 numbers for 64 tokens.
            QCOMPARE((*json)["kv_bytes"].get<int>(), 2 * 2 * 2 * 16 * 64 * (half ? 2 : 4));
            QVERIFY((*json)["version"].get<std::string>().find(said) != std::string::npos);
        }
    }

    void speedsAreSweptOver()
    {
        qputenv("SCHMIDT_CLI", SCHMIDT_BUILD_DIR "/bin/schmidt-cli"); // measures in a child
        const auto report = run(JobKind::Bench,
                                { { "run", Json::array({ "baseline" }) },
                                  { "repetitions", 2 },
                                  { "depths", Json::array({ 256 }) },
                                  { "sequences", Json::array({ 2 }) },
                                  { "thread_counts", Json::array({ 1 }) } });
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        const auto session = ProjectSession::open(root() / "project").value();
        const auto metrics = session.ledger().findRun("baseline").value().metrics;
        const auto has = [&metrics](const std::string& name) {
            const Metric* found = findMetric(metrics, name);
            return found && found->value && *found->value > 0;
        };
        for (const char* suffix : { "", ":d256", ":np2", ":t1" })
            QVERIFY2(has(std::string(metric_names::decodeTokensPerSecond) + suffix), suffix);
        QVERIFY(has("first_token_seconds:d256"));
        QVERIFY(!has("first_token_seconds:np2")); // prompts go one by one
        const auto tooDeep = run(JobKind::Bench, { { "depths", Json::array({ 1000 }) } });
        QVERIFY(!tooDeep.ok()); // and 512 more do not fit a context of 1,024
        QCOMPARE(tooDeep.error().code, ErrorCode::Usage);
        for (const char* key : { "sequences", "thread_counts" })
            QCOMPARE(run(JobKind::Bench, { { key, Json::array({ 0 }) } }).error().code,
                     ErrorCode::Usage);
        QCOMPARE(run(JobKind::Bench, { { "runtime", "torch" }, { "sweep", true } }).error().code,
                 ErrorCode::Usage);
    }

    void unknownRuntimesAreRefused()
    {
        const auto report = run(JobKind::Bench, { { "runtime", "tensorrt" } });
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Usage);
        const QByteArray python = qgetenv("SCHMIDT_PYTHON");
        qputenv("SCHMIDT_PYTHON", "no-such-interpreter");
        const auto refused = askOnnxRuntime({ { "action", "measure" } });
        qputenv("SCHMIDT_PYTHON", python);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("SCHMIDT_PYTHON") != std::string::npos);
    }

    void onnxExportIsVerified()
    {
        const fs::path folder = root() / "onnx";
        const auto written
            = run(JobKind::Export, { { "format", "onnx" }, { "out", folder.string() } });
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        const auto alone = verifyExport(folder, {}, {});
        QVERIFY2(alone.ok(), alone.ok() ? "" : alone.error().message.c_str());
        QVERIFY(dumpJson((*alone)["checked"]).find("no weights were compared")
                != std::string::npos);
        const std::string against = (root() / "project").string() + ":baseline";
        const auto compared = verifyExport(folder, against, {});
        QVERIFY2(compared.ok(), compared.ok() ? "" : compared.error().message.c_str());
        QVERIFY((*compared)["export_against_run"]["mean_kl"].get<double>() < 1e-4);
        QVERIFY((*compared)["runtime"].get<std::string>().starts_with("ONNX Runtime"));
        // A graph whose weights are gone is no export.
        QVERIFY(writeFileAtomically(folder / "model.onnx", std::string("damaged")).ok());
        const auto damaged = verifyExport(folder, against, {});
        QVERIFY(!damaged.ok());
        QCOMPARE(damaged.error().code, ErrorCode::Unsupported);
    }

    void packedFoldersSayWhatWasChecked()
    {
        TinyModelOptions options;
        options.vocab = 300;
        const Architecture base = tinyArchitecture(options);
        Recipe recipe = identityRecipe(base);
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
        const fs::path folder = root() / "packed";
        QVERIFY(exportVariant(tinyVariant(recipe, base), {},
                              { ExportFormat::Gptq, {}, WidthCarrier::Native, {} }, folder)
                    .ok());
        const auto report = verifyExport(folder, {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        const std::string checked = dumpJson((*report)["checked"]);
        QVERIFY2(checked.find("14 matrices packed as gptq int4 g32") != std::string::npos,
                 checked.c_str());
        QVERIFY((*report)["runtime"].get<std::string>().find("own reader only")
                != std::string::npos);
    }

private:
    Result<Json> run(JobKind kind, Json arguments)
    {
        JobSpec job;
        job.kind = kind;
        job.project = root() / "project";
        job.threads = 2;
        job.arguments = std::move(arguments);
        EventWriter events([](const JobEvent&) {});
        return runJob(job, events, {});
    }

    fs::path root() const { return m_folder.path().toStdString(); }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(PipelineRuntimesInteropTest)
#include "pipeline_runtimes_interop_test.moc"
