// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "runtime/llama_runtime.h"
#include "runtime/tokenizer.h"
#include "tests/support/default_model.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// The default model exported without a change: llama.cpp and transformers agree about it.
class RuntimeDefaultInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_model = defaultModel();
        if (m_model.empty())
            QSKIP("The default model is missing; run packaging/setup.sh.");
        m_source = ModelSource::open(m_model).value();
        m_tokenizer = Tokenizer::create(*m_source).value();
        m_tokens = m_tokenizer->encode(
            "The warranty covers parts and labour for two years. If the device fails within that "
            "time, send it back with the receipt, and we will repair or replace it free of "
            "charge. Batteries and damage by water are not covered.");
        const Variant variant = variantFromSource(*m_source).value();
        const auto gguf = exportVariant(variant, m_source->tokenizer(), {}, path("f16.gguf"));
        QVERIFY2(gguf.ok(), gguf.ok() ? "" : gguf.error().message.c_str());
        ExportOptions folder;
        folder.format = ExportFormat::HuggingFace;
        folder.modelCard = "---\nlicense: apache-2.0\n---\n# Default model\n";
        const auto hf = exportVariant(variant, m_source->tokenizer(), folder, path("hf"));
        QVERIFY2(hf.ok(), hf.ok() ? "" : hf.error().message.c_str());
        m_logits = ggufLogits(path("f16.gguf"), m_tokens).value();
    }

    void sizeIsForetold()
    {
        const Architecture& architecture = m_source->architecture();
        QCOMPARE(static_cast<std::int64_t>(fs::file_size(path("f16.gguf"))),
                 ggufFileBytes(identityRecipe(architecture), architecture, m_source->tokenizer()));
    }

    void agreesWithTheOriginalFile()
    {
        const auto original = ggufLogits(m_model, m_tokens);
        QVERIFY(original.ok());
        const double distance
            = meanKl(*original, m_logits, m_source->architecture().vocabularySize);
        qInfo("against the quantized original: mean KL %.2e", distance);
        QVERIFY(distance < 5e-3);
    }

    void agreesWithTransformers()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_export_logits.py",
              QString::fromStdString(Json(m_tokens).dump()), path("hf").c_str() });
        QVERIFY2(failure.isEmpty(), failure);
        const std::vector<float> expected = readFloats(path("hf") / "logits.f32");
        QCOMPARE(expected.size(), m_logits.size());
        const double distance = meanKl(expected, m_logits, m_source->architecture().vocabularySize);
        qInfo("against transformers: mean KL %.2e", distance);
        QVERIFY(distance < 1e-4);

        const Json report = *readJsonFile(path("hf") / "report.json");
        QCOMPARE(report["class"].get<std::string>(), std::string("LlamaForCausalLM"));
        QCOMPARE(report["parameters"].get<std::int64_t>(),
                 m_source->architecture().totalParameters());
        QCOMPARE(report["ids"].get<std::vector<std::int32_t>>(),
                 m_tokenizer->encode(report["sentence"].get<std::string>(), false, true));
        QCOMPARE(report["decoded"], report["sentence"]);
        QVERIFY(fs::exists(path("hf") / "README.md"));
    }

    void answers()
    {
        const auto prompt = m_tokenizer->applyChatTemplate(
            { { "user", "What is the capital of France? Answer with one word." } });
        GenerationOptions options;
        options.maxTokens = 24;
        std::string streamed;
        const auto answer = generateGguf(path("f16.gguf"), *prompt, options,
                                         [&](const std::string& piece) { streamed += piece; });
        QVERIFY2(answer.ok(), answer.ok() ? "" : answer.error().message.c_str());
        qInfo("%s (%s)", answer->text.c_str(), answer->stopReason.c_str());
        QVERIFY(answer->text.find("Paris") != std::string::npos);
        QCOMPARE(streamed, answer->text);
        QCOMPARE(answer->stopReason, std::string("end"));
        QVERIFY(answer->tokensPerSecond > 0);
    }

    void measures()
    {
        RuntimeProtocol protocol;
        protocol.prefillTokens = 32;
        protocol.decodeTokens = 8;
        protocol.repetitions = 2;
        const auto samples = measureGguf(m_model, protocol);
        QVERIFY(samples.ok());
        // 30 layers, 3 KV heads of 64, keys and values of two bytes.
        QCOMPARE(samples->kvBytes, 30LL * 3 * 64 * 2 * 2 * 1024);
        QVERIFY(samples->peakBytes > samples->fileBytes / 2);
        QCOMPARE(samples->interTokenSeconds.size(), std::size_t(16));
    }

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    QTemporaryDir m_folder;
    fs::path m_model;
    std::shared_ptr<const ModelSource> m_source;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::vector<std::int32_t> m_tokens;
    std::vector<float> m_logits;
};

QTEST_GUILESS_MAIN(RuntimeDefaultInteropTest)
#include "runtime_default_interop_test.moc"
