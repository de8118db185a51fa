// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "runtime/llama_runtime.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t vocabulary = 320;

} // namespace

/// Gemma 2 and 3, GPT-2 and GPT-NeoX: they come in as transformers stores them, from GGUF as well,
/// and Gemma goes out in its own family.
class ComputeFamiliesInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        for (int index = 0; index < 60; ++index)
            m_tokens.push_back((index * 7919 + 13) % 256);
        run({ SCHMIDT_SOURCE_DIR "/tests/interop/compute_families.py", tokenText(),
              text("models") });
    }

    void comesIn_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* name :
             { "gemma2", "gemma2-scaled", "gemma3", "gpt2", "neox", "neox-serial" })
            QTest::newRow(name) << name;
    }

    void comesIn()
    {
        QFETCH(QString, model);
        const fs::path folder = path("models") / model.toStdString();
        const auto source = ModelSource::open(folder);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        compare(ownLogits(**source), folder, "own engine against transformers");
        // What a project keeps of the architecture is all of it.
        const auto kept = architectureFromJson(toJson((*source)->architecture()));
        QVERIFY(kept.ok());
        QCOMPARE(dumpJson(toJson(*kept)), dumpJson(toJson((*source)->architecture())));
        QVERIFY(!kept->plainBlocks());
    }

    void gemmaGoesOut_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("gemma2") << "gemma2";
        QTest::newRow("gemma3") << "gemma3";
    }

    void gemmaGoesOut()
    {
        QFETCH(QString, model);
        const fs::path folder = path("models") / model.toStdString();
        QVERIFY(writeTinyTokenizer(folder, vocabulary).ok());
        const auto source = ModelSource::open(folder).value();
        const Variant variant = variantFromSource(*source).value();
        ExportOptions options { ExportFormat::HuggingFace, DType::F32, WidthCarrier::Native, {} };
        const fs::path out = path("out-" + model.toStdString()), file = out.string() + ".gguf";
        const auto written = exportVariant(variant, source->tokenizer(), options, out);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        run({ SCHMIDT_SOURCE_DIR "/tests/interop/runtime_export_logits.py", tokenText(),
              QString::fromStdString(out.string()) });
        compare(readFloats(out / "logits.f32"), folder, "transformers on the export");
        const Json report = readJsonFile(out / "report.json").value();
        QCOMPARE(report["class"].get<std::string>(),
                 familyTraits(source->architecture().family).hfClass);
        options.format = ExportFormat::Gguf;
        const auto gguf = exportVariant(variant, source->tokenizer(), options, file);
        QVERIFY2(gguf.ok(), gguf.ok() ? "" : gguf.error().message.c_str());
        compare(ggufLogits(file, m_tokens).value(), folder, "llama.cpp on the export", 1e-5);
        const auto back = ModelSource::open(file);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
        compare(ownLogits(**back), folder, "own engine on the GGUF");
    }

    void ggufComesIn_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* name : { "gpt2", "neox", "neox-serial" })
            QTest::newRow(name) << name;
    }

    /// Files as llama.cpp's converter lays them out, with fused matrices.
    void ggufComesIn()
    {
        QFETCH(QString, model);
        const fs::path folder = path("models") / model.toStdString(), file = folder / "model.gguf";
        compare(ggufLogits(file, m_tokens).value(), folder, "llama.cpp", 1e-5);
        const auto source = ModelSource::open(file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        compare(ownLogits(**source), folder, "own engine on the GGUF");
    }

    void whatCannotBeDoneIsRefused()
    {
        const auto scaled = ModelSource::open(path("models") / "gemma2-scaled").value();
        const Variant variant = variantFromSource(*scaled).value();
        ExportOptions options { ExportFormat::Gguf, DType::F32, WidthCarrier::Native, {} };
        refused(variant, options, "scale the attention");
        options.format = ExportFormat::Onnx;
        refused(variant, options, "ONNX");
        options.format = ExportFormat::Gptq;
        refused(variant, options, "Packing");
        const auto gpt2 = ModelSource::open(path("models") / "gpt2").value();
        options.format = ExportFormat::HuggingFace;
        refused(variantFromSource(*gpt2).value(), options, "transposed");
        options.format = ExportFormat::Gguf;
        refused(variantFromSource(*gpt2).value(), options, "fused");
        const auto engine = TransformerModel::load(*gpt2, Precision::Float32).value();
        const auto longText = engine->logits({ 200, std::vector<std::int32_t>(200, 1) });
        QVERIFY(!longText.ok());
        QVERIFY(longText.error().message.find("128 positions") != std::string::npos);
        const auto sampled = sampleSequences(*engine, {});
        QVERIFY(!sampled.ok());
        QCOMPARE(sampled.error().code, ErrorCode::Unsupported);
    }

private:
    static void refused(const Variant& variant, const ExportOptions& options, const char* word)
    {
        QTemporaryDir folder;
        const auto result
            = exportVariant(variant, {}, options, folder.path().toStdString() + "/out");
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, ErrorCode::Unsupported);
        QVERIFY2(result.error().message.find(word) != std::string::npos,
                 result.error().message.c_str());
    }

    static void run(const QStringList& arguments)
    {
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    std::vector<float> ownLogits(const ModelSource& source) const
    {
        const auto model = TransformerModel::load(source, Precision::Float32).value();
        return model->logits({ static_cast<std::int64_t>(m_tokens.size()), m_tokens }).value();
    }

    static void compare(const std::vector<float>& logits, const fs::path& folder, const char* what,
                        double limit = 1e-6)
    {
        const std::vector<float> reference = readFloats(folder / "logits.f32");
        QCOMPARE(logits.size(), reference.size());
        const double distance = meanKl(reference, logits, vocabulary);
        qInfo("%s: mean KL %.2e", what, distance);
        QVERIFY2(std::isfinite(distance) && distance <= limit, what);
    }

    QString tokenText() const { return QString::fromStdString(Json(m_tokens).dump()); }
    QString text(const std::string& name) const
    {
        return QString::fromStdString(path(name).string());
    }
    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    std::vector<std::int32_t> m_tokens;
};

QTEST_GUILESS_MAIN(ComputeFamiliesInteropTest)
#include "compute_families_interop_test.moc"
