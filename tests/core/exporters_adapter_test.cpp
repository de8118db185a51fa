// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "model/adapter_files.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Base models and the adapters that carry their corrections.
class ExportersAdapterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(writeTinyHfModel(root() / "tokenizer").ok());
        m_tokenizer = tokenizerFromHfFolder(root() / "tokenizer").value();
    }

    void baseAndAdapterMakeTheVariant_data()
    {
        QTest::addColumn<int>("family");
        QTest::addColumn<int>("format");
        QTest::addColumn<bool>("perLayer");
        for (const Family family : { Family::Llama, Family::Qwen2 })
            for (const ExportFormat format :
                 { ExportFormat::Gguf, ExportFormat::HuggingFace, ExportFormat::CompressedTensors })
                for (const bool perLayer : { false, true })
                    QTest::addRow("%s %d %s", familyName(family).c_str(), static_cast<int>(format),
                                  perLayer ? "per layer" : "uniform")
                        << static_cast<int>(family) << static_cast<int>(format) << perLayer;
    }

    void baseAndAdapterMakeTheVariant()
    {
        QFETCH(int, family);
        QFETCH(int, format);
        QFETCH(bool, perLayer);
        const Variant variant = correctedVariant(static_cast<Family>(family), perLayer);
        ExportOptions options {
            static_cast<ExportFormat>(format), DType::F32, WidthCarrier::Native, {}
        };
        const bool file = options.format == ExportFormat::Gguf;
        if (perLayer && (!file || variant.architecture.family != Family::Llama))
            options.carrier = WidthCarrier::Padded;
        const fs::path target
            = root() / (std::string(QTest::currentDataTag()) + (file ? ".gguf" : ""));
        const auto written = exportVariant(variant, m_tokenizer, options, target);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        const auto source = ModelSource::open(target);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const auto adapter = adapterOf(target);
        QVERIFY2(adapter.ok() && !adapter->empty(), "no adapter");
        const auto whole = variantWithAdapter(**source, *adapter);
        QVERIFY2(whole.ok(), whole.ok() ? "" : whole.error().message.c_str());
        for (const auto& [key, matrix] : variant.matrices) {
            const std::vector<float> wanted = matrix.toDense();
            const VariantMatrix& found = whole->matrices.at(key);
            for (std::int64_t row = 0; row < matrix.rows; ++row)
                for (std::int64_t column = 0; column < matrix.columns; ++column)
                    QVERIFY(
                        std::abs(found.dense[static_cast<std::size_t>(row * found.columns + column)]
                                 - wanted[static_cast<std::size_t>(row * matrix.columns + column)])
                        < 2e-5);
        }
    }

    void sizesAreForetold()
    {
        TinyModelOptions tiny;
        const Architecture base = tinyArchitecture(tiny);
        const Recipe recipe = correctedRecipe(base, true);
        const Variant variant = tinyVariant(recipe, base);
        const fs::path target = root() / "size.gguf";
        QVERIFY(exportVariant(variant, m_tokenizer, {}, target).ok());
        const auto bytes
            = [](const fs::path& path) { return static_cast<std::int64_t>(fs::file_size(path)); };
        QCOMPARE(bytes(target) + bytes(ggufAdapterPath(target)),
                 ggufFileBytes(recipe, base, m_tokenizer));
    }

    void missingAndForeignAdaptersAreRefused()
    {
        const Variant variant = correctedVariant(Family::Llama, false);
        const fs::path target = root() / "lonely.gguf";
        QVERIFY(exportVariant(variant, m_tokenizer, {}, target).ok());
        const auto source = ModelSource::open(target).value();
        // The adapter of a model with other widths.
        TinyModelOptions wide;
        wide.intermediate = 96;
        const Architecture other = tinyArchitecture(wide);
        const fs::path foreign = root() / "foreign.gguf";
        QVERIFY(exportVariant(tinyVariant(correctedRecipe(other, false), other), m_tokenizer, {},
                              foreign)
                    .ok());
        const auto wrong = variantWithAdapter(*source, ggufAdapterPath(foreign));
        QCOMPARE(wrong.error().code, ErrorCode::BadInput);
        fs::remove(ggufAdapterPath(target));
        const auto missing = adapterOf(target);
        QCOMPARE(missing.error().code, ErrorCode::BadInput);
        QVERIFY(missing.error().message.find("lonely.lora.gguf") != std::string::npos);
        // A model without corrections takes no notice of an adapter that lies beside it.
        const Architecture base = tinyArchitecture({});
        QVERIFY(fs::copy_file(ggufAdapterPath(foreign), root() / "plain.lora.gguf"));
        QVERIFY(exportVariant(tinyVariant(identityRecipe(base), base), m_tokenizer, {},
                              root() / "plain.gguf")
                    .ok());
        QVERIFY(adapterOf(root() / "plain.gguf").value().empty());
    }

private:
    /// Int4 with corrections of different ranks.
    static Recipe correctedRecipe(const Architecture& base, bool perLayer)
    {
        Recipe recipe = perLayer ? tinyPerLayerRecipe(base) : identityRecipe(base);
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
        if (perLayer) // 16 inputs make no group of 32
            recipe.layers[1].schemes[3] = {};
        recipe.layers[0].corrections = { 4, 4, 0, 3, 4, 0, 4 };
        recipe.layers[1].corrections = { 0, 4, 4, 0, 2, 4, 4 };
        return recipe;
    }

    static Variant correctedVariant(Family family, bool perLayer)
    {
        TinyModelOptions options;
        options.family = family;
        const Architecture base = tinyArchitecture(options);
        return tinyVariant(correctedRecipe(base, perLayer), base);
    }

    fs::path root() const { return m_folder.path().toStdString(); }

    QTemporaryDir m_folder;
    TokenizerData m_tokenizer;
};

QTEST_GUILESS_MAIN(ExportersAdapterTest)
#include "exporters_adapter_test.moc"
