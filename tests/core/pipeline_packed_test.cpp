// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "pipeline/pipeline.h"
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
        setEngineThreads(2);
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

private:
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
