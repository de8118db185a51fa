// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "exporters/exporters.h"
#include "ledger/outcomes.h"
#include "model/safetensors.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// A checkpoint that is already quantized goes through the whole job like any other model.
class PipelinePackedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.vocab = 300;
        QVERIFY(writeTinyHfModel(root() / "plain", options).ok());
        const Architecture base = tinyArchitecture(options);
        Recipe recipe = identityRecipe(base);
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
        const auto tokenizer = tokenizerFromHfFolder(root() / "plain").value();
        for (const auto& [name, format] :
             { std::pair("gptq", ExportFormat::Gptq), std::pair("awq", ExportFormat::Awq) })
            QVERIFY(exportVariant(tinyVariant(recipe, base), tokenizer,
                                  { format, {}, WidthCarrier::Native, {} }, root() / name)
                        .ok());
        std::string text;
        for (int index = 0; index < 500; ++index)
            text += "Part " + std::to_string(index * 7919 % 1000) + " lasts "
                + std::to_string(index * 31 % 97) + " days.\n\n";
        QVERIFY(writeFileAtomically(root() / "text.txt", text).ok());
    }

    void inspects()
    {
        const auto seen = run(JobKind::Inspect, { { "model", (root() / "awq").string() } });
        QVERIFY2(seen.ok(), seen.ok() ? "" : seen.error().message.c_str());
        const Json types = (*seen)["bytes_by_type"];
        QVERIFY2(types.contains("awq int4 g32"), types.dump().c_str());
        QVERIFY(types.contains("F16"));
    }

    void analyzesAndCompresses()
    {
        const auto analyzed = run(JobKind::Analyze,
                                  { { "model", (root() / "gptq").string() },
                                    { "text", Json::array({ (root() / "text.txt").string() }) },
                                    { "quick", true },
                                    { "tokens", 2048 } });
        QVERIFY2(analyzed.ok(), analyzed.ok() ? "" : analyzed.error().message.c_str());
        Recipe recipe = identityRecipe(ModelSource::open(root() / "gptq").value()->architecture());
        recipe.workload = "own";
        recipe.calibrationTokens = 2048;
        for (LayerRecipe& layer : recipe.layers)
            layer.mlpWidth /= 2;
        const auto done
            = run(JobKind::Compress,
                  { { "recipe", toJson(recipe) }, { "name", "half" }, { "window", 128 } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
    }

    void exportsTheOriginalAndTheResult()
    {
        const auto packed = ModelSource::open(root() / "gptq").value();
        for (const char* name : { "baseline", "half" }) {
            const fs::path target = root() / (std::string(name) + "-hf");
            const auto done = run(JobKind::Export,
                                  { { "run", name },
                                    { "format", "hf" },
                                    { "type", "F32" },
                                    { "out", target.string() } });
            QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        }
        const auto dense = ModelSource::open(root() / "baseline-hf").value();
        for (const TensorInfo& tensor : packed->tensors())
            QVERIFY2(packed->readTensor(tensor).value()
                         == dense->readTensor(*dense->find(*tensor.role, tensor.layer)).value(),
                     tensor.name.c_str());
        const auto half = ModelSource::open(root() / "half-hf").value();
        QCOMPARE(2 * half->architecture().layers.front().intermediateSize,
                 packed->architecture().layers.front().intermediateSize);
    }

    void verifiesPackedExports_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("codes");
        QTest::newRow("compressed-tensors") << "compressed-tensors"
                                            << ".weight_packed";
        QTest::newRow("gptq") << "gptq"
                              << ".qweight";
        QTest::newRow("awq") << "awq"
                             << ".qweight";
    }

    void verifiesPackedExports()
    {
        QFETCH(const QString, format);
        QFETCH(const QString, codes);
        compressToFourBits();
        const fs::path target = root() / ("verified-" + format.toStdString());
        const auto written = run(
            JobKind::Export,
            { { "run", "four" }, { "format", format.toStdString() }, { "out", target.string() } });
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        const std::string against = (root() / "project").string() + ":four";
        const auto report = verifyExport(target, against, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        const Json& parity = report->at("export_against_run");
        QVERIFY(parity["mean_kl"].get<double>() <= 1e-5);
        QVERIFY(parity["same_top"].get<double>() >= 0.99);
        const std::string checked = dumpJson((*report)["checked"]);
        QVERIFY2(checked.find("matrices packed as") != std::string::npos, checked.c_str());
        // Other codes are another model; the folder alone still looks sound.
        damage(target / "model.safetensors", codes.toStdString());
        const auto damaged = verifyExport(target, against, {});
        QVERIFY(!damaged.ok());
        QCOMPARE(damaged.error().code, ErrorCode::Verification);
        QVERIFY(verifyExport(target, {}, {}).ok());
    }

    /// Compressed with corrections, exported as base and adapter, put together again by readers.
    void verifiesCorrectedExports()
    {
        Recipe recipe = fourBits();
        for (LayerRecipe& layer : recipe.layers)
            layer.corrections.fill(4);
        compress(recipe, "corrected");
        const auto session = ProjectSession::open(root() / "project").value();
        const RunRecord plain = session.ledger().findRun("four").value(),
                        stored = session.ledger().findRun("corrected").value();
        const auto value = [](const RunRecord& run, const char* name) {
            const Metric* metric = findMetric(run.metrics, name);
            return metric && metric->present() ? *metric->value : -1.0;
        };
        QVERIFY(value(stored, "kl_mean") > 0);
        QVERIFY2(value(stored, "kl_mean") < value(plain, "kl_mean"),
                 qPrintable(QString("%1, %2 without")
                                .arg(value(stored, "kl_mean"))
                                .arg(value(plain, "kl_mean"))));
        QVERIFY(value(stored, "file_bytes") > value(plain, "file_bytes"));
        QVERIFY(value(stored, "parameters") > value(plain, "parameters"));
        const std::string against = (root() / "project").string() + ":corrected";
        for (const char* format : { "gguf", "hf", "gptq" }) {
            const fs::path target = root() / (std::string("corrected-") + format + ".gguf");
            const auto written
                = run(JobKind::Export,
                      { { "run", "corrected" }, { "format", format }, { "out", target.string() } });
            QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
            QVERIFY(fs::exists((*written)["adapter"].get<std::string>()));
            const auto report = verifyExport(target, against, {});
            QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
            QVERIFY(dumpJson((*report)["checked"]).find("adapter") != std::string::npos);
            // The base alone is the model before the correction.
            fs::remove_all((*written)["adapter"].get<std::string>());
            QVERIFY2(!verifyExport(target, against, {}).ok(), format);
        }
    }

private:
    /// A run "four" with all linear matrices on one 4-bit grid.
    void compressToFourBits()
    {
        const auto session = ProjectSession::open(root() / "project").value();
        if (session.ledger().findRun("four").ok())
            return;
        compress(fourBits(), "four");
    }

    Recipe fourBits()
    {
        const auto session = ProjectSession::open(root() / "project").value();
        Recipe recipe = identityRecipe(session.source()->architecture());
        recipe.workload = "own";
        recipe.calibrationTokens = 2048;
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
        return recipe;
    }

    void compress(const Recipe& recipe, const char* name)
    {
        const auto done
            = run(JobKind::Compress,
                  { { "recipe", toJson(recipe) }, { "name", name }, { "window", 128 } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
    }

    /// Changes every byte of the first tensor whose name ends like this.
    static void damage(const fs::path& file, const std::string& ending)
    {
        std::string content = readTextFile(file).value();
        const auto header = parseSafetensors(MappedFile::open(file).value()).value();
        const auto found = std::find_if(
            header.tensors.begin(), header.tensors.end(),
            [&](const SafetensorsEntry& entry) { return entry.name.ends_with(ending); });
        QVERIFY(found != header.tensors.end());
        for (std::int64_t index = 0; index < found->bytes; ++index)
            content[found->offset + static_cast<std::size_t>(index)] ^= 0x55;
        QVERIFY(writeFileAtomically(file, content).ok());
    }

    fs::path root() const { return fs::path(m_folder.path().toStdString()); }

    Result<Json> run(JobKind kind, Json arguments)
    {
        JobSpec job;
        job.kind = kind;
        job.project = root() / "project";
        job.arguments = std::move(arguments);
        job.threads = 2;
        EventWriter events([](const JobEvent&) {});
        return runJob(job, events, {});
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(PipelinePackedTest)
#include "pipeline_packed_test.moc"
