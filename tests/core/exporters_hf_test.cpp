// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Hugging Face folders: contents, refusals, nothing half-written.
class ExportersHfTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_parent = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_parent->path().toStdString()) / "export";
        m_options = {};
        m_options.format = ExportFormat::HuggingFace;
        m_options.type = DType::F32;
    }

    void namesFormats()
    {
        QCOMPARE(*exportFormatFromName("hf"), ExportFormat::HuggingFace);
        QCOMPARE(*exportFormatFromName("gguf"), ExportFormat::Gguf);
        QCOMPARE(*exportFormatFromName("compressed-tensors"), ExportFormat::CompressedTensors);
        QCOMPARE(*exportFormatFromName("gptq"), ExportFormat::Gptq);
        QCOMPARE(*exportFormatFromName("onnx"), ExportFormat::Onnx);
        QVERIFY(!exportFormatFromName("pickle"));
    }

    void readsBackWhatItWrote()
    {
        for (const Family family : { Family::Llama, Family::Qwen2, Family::Qwen3 }) {
            init();
            TinyModelOptions tiny;
            tiny.family = family;
            tiny.tied = family == Family::Qwen3;
            const Architecture base = tinyArchitecture(tiny);
            const Variant variant = tinyVariant(identityRecipe(base), base);
            m_options.modelCard = "# Card\n";
            const auto written = exportVariant(variant, tokenizer(), m_options, m_folder);
            QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
            for (const char* file :
                 { "config.json", "generation_config.json", "model.safetensors", "README.md",
                   "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json" })
                QVERIFY2(fs::exists(m_folder / file), file);
            const auto source = ModelSource::open(m_folder);
            QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
            QCOMPARE((*source)->architecture().layers, base.layers);
            QCOMPARE((*source)->architecture().tiedEmbeddings, base.tiedEmbeddings);
            QCOMPARE((*source)->architecture().family, family);
            for (const auto& [key, matrix] : variant.matrices)
                QCOMPARE(*(*source)->readTensor(*(*source)->find(key.first, key.second)),
                         matrix.dense);
            for (const auto& [key, values] : variant.vectors)
                QCOMPARE(*(*source)->readTensor(*(*source)->find(key.first, key.second)), values);
        }
    }

    void multipliesFactorsAndGridsOut()
    {
        const Architecture base = tinyArchitecture({});
        Recipe recipe = identityRecipe(base);
        recipe.layers[0].ranks[1] = 4;
        recipe.layers[1].schemes[2] = *schemeFromName("rtn-int4-g32-asym");
        const Variant variant = tinyVariant(recipe, base);
        QVERIFY(exportVariant(variant, {}, m_options, m_folder));
        QVERIFY(!fs::exists(m_folder / "tokenizer.json"));
        const auto source = ModelSource::open(m_folder);
        for (const auto& key : { std::pair { Role::Key, 0 }, std::pair { Role::Value, 1 } })
            QCOMPARE(*(*source)->readTensor(*(*source)->find(key.first, key.second)),
                     variant.matrices.at(key).toDense());
    }

    void refusesWidthsPerLayer()
    {
        const Architecture base = tinyArchitecture({});
        const Variant variant = tinyVariant(tinyPerLayerRecipe(base), base);
        const auto refused = exportVariant(variant, tokenizer(), m_options, m_folder);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("layer ") != std::string::npos);
        QVERIFY(refused.error().message.find("MLP units") != std::string::npos);
        m_options.carrier = WidthCarrier::Padded;
        QVERIFY(exportVariant(variant, tokenizer(), m_options, m_folder));
        QCOMPARE((*ModelSource::open(m_folder))->architecture().layers, base.layers);
    }

    void refusesBlockTypes()
    {
        const Architecture base = tinyArchitecture({});
        m_options.type = DType::Q8_0;
        const auto refused = exportVariant(tinyVariant(identityRecipe(base), base), tokenizer(),
                                           m_options, m_folder);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        leavesNothing();
    }

    void keepsOtherPeoplesFiles()
    {
        fs::create_directories(m_folder);
        writeBytes(m_folder / "notes.txt", "mine");
        const Architecture base = tinyArchitecture({});
        const Variant variant = tinyVariant(identityRecipe(base), base);
        const auto refused = exportVariant(variant, tokenizer(), m_options, m_folder);
        QCOMPARE(refused.error().code, ErrorCode::Usage);
        QVERIFY(fs::exists(m_folder / "notes.txt"));
        QVERIFY(!fs::exists(m_folder / "config.json"));
    }

    void leavesNothingWhenCancelled()
    {
        const Architecture base = tinyArchitecture({});
        WorkContext context;
        context.progress = [&](const Progress&) { context.cancel.cancel(); };
        const auto cancelled = exportVariant(tinyVariant(identityRecipe(base), base), tokenizer(),
                                             m_options, m_folder, context);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        leavesNothing();
    }

private:
    TokenizerData tokenizer() const
    {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        return writeTinyHfModel(path).ok() ? tokenizerFromHfFolder(path).value() : TokenizerData {};
    }

    void leavesNothing() const { QVERIFY(fs::is_empty(m_parent->path().toStdString())); }

    std::unique_ptr<QTemporaryDir> m_parent;
    fs::path m_folder;
    ExportOptions m_options;
};

QTEST_GUILESS_MAIN(ExportersHfTest)
#include "exporters_hf_test.moc"
