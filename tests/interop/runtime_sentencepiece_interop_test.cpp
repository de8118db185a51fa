// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/json.h"
#include "exporters/exporters.h"
#include "runtime/llama_runtime.h"
#include "runtime/tokenizer.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"

#include <QTemporaryDir>
#include <QtTest>
#include <sstream>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// A trained Hugging Face model with a SentencePiece-like tokenizer that lacks byte tokens: read,
/// exported both ways, and compared with transformers.
class RuntimeSentencepieceInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const fs::path data = fs::path(SCHMIDT_SOURCE_DIR).parent_path() / "shared/data";
        const fs::path original = data / "model-tinystories-656k-hf";
        if (!fs::exists(original))
            QSKIP("shared/data/model-tinystories-656k-hf is not here");
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        fs::create_directories(path("original"));
        for (const char* name :
             { "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
               "tokenizer_config.json", "special_tokens_map.json" })
            QVERIFY(writeFileAtomically(path("original") / name, *readTextFile(original / name)));
        m_source = ModelSource::open(path("original")).value();
        m_tokenizer = Tokenizer::create(*m_source).value();
        collectTexts(data / "text-tinystories-sample/tinystories-cs336-sample.txt");

        const Variant variant = variantFromSource(*m_source).value();
        ExportOptions options;
        options.type = DType::F32;
        QVERIFY(exportVariant(variant, m_source->tokenizer(), options, path("model.gguf")));
        options.format = ExportFormat::HuggingFace;
        QVERIFY(exportVariant(variant, m_source->tokenizer(), options, path("export")));
    }

    void tokenizesAsTransformers_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("original") << "original";
        QTest::newRow("export") << "export";
    }

    void tokenizesAsTransformers()
    {
        QFETCH(QString, folder);
        const std::string name = folder.toStdString();
        const QStringList arguments { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_folder_tokens.py",
                                      path(name).c_str(), path("texts.json").c_str(),
                                      path("ids.json").c_str() };
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
        const Json ids = readJsonFile(path("ids.json")).value();
        const auto fromGguf = Tokenizer::create(**ModelSource::open(path("model.gguf"))).value();
        const auto fromFolder = Tokenizer::create(**ModelSource::open(path(name))).value();
        for (std::size_t index = 0; index < m_texts.size(); ++index)
            for (const auto& tokenizer : { m_tokenizer, fromGguf, fromFolder }) {
                const char* text = m_texts[index].c_str();
                QVERIFY2(tokenizer->encode(m_texts[index])
                             == ids[index]["bare"].get<std::vector<std::int32_t>>(),
                         text);
                QVERIFY2(tokenizer->encode(m_texts[index], true)
                             == ids[index]["full"].get<std::vector<std::int32_t>>(),
                         text);
            }
    }

    void computesAsTransformers()
    {
        std::vector<std::int32_t> tokens = m_tokenizer->encode(m_texts.front(), true);
        tokens.resize(std::min<std::size_t>(tokens.size(), 100));
        // transformers 4.57 itself leaves the embedding of the original empty, because that file
        // stores the tied matrix under the head's name; the export uses the usual one.
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_export_logits.py",
              QString::fromStdString(Json(tokens).dump()), path("export").c_str() });
        QVERIFY2(failure.isEmpty(), failure);
        const auto logits = ggufLogits(path("model.gguf"), tokens);
        QVERIFY2(logits.ok(), logits.ok() ? "" : logits.error().message.c_str());
        const double distance = meanKl(readFloats(path("export") / "logits.f32"), *logits,
                                       m_source->architecture().vocabularySize);
        qInfo("mean KL %.2e", distance);
        QVERIFY(distance < 1e-6);
    }

private:
    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    void collectTexts(const fs::path& file)
    {
        const auto text = readTextFile(file);
        std::istringstream lines(text.ok() ? *text : std::string());
        for (std::string line; std::getline(lines, line);)
            if (!line.empty())
                m_texts.push_back(line);
        m_texts.insert(
            m_texts.end(),
            { "Once upon a time", "two  spaces", " leading", "café 日本 🙂", "3.14" });
        QVERIFY(writeFileAtomically(path("texts.json"), dumpJson(m_texts)));
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const ModelSource> m_source;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::vector<std::string> m_texts;
};

QTEST_GUILESS_MAIN(RuntimeSentencepieceInteropTest)
#include "runtime_sentencepiece_interop_test.moc"
