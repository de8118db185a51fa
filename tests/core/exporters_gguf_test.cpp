// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "exporters/exporters.h"
#include "exporters/gguf_metadata.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

TokenizerData tinyTokenizer()
{
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    if (!writeTinyHfModel(path).ok())
        return {};
    return tokenizerFromHfFolder(path).value();
}

Scheme scheme(const char* name)
{
    return schemeFromName(name).value();
}

void setSchemes(Recipe& recipe, const Scheme& wanted)
{
    for (LayerRecipe& layer : recipe.layers)
        layer.schemes.fill(wanted);
}

} // namespace

/// GGUF files: exact sizes, exact values, refusals, nothing half-written.
class ExportersGgufTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_tokenizer = tinyTokenizer();
        QVERIFY(m_tokenizer.present());
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = fs::path(m_folder->path().toStdString()) / "model.gguf";
    }

    void foretellsSize_data()
    {
        QTest::addColumn<int>("family");
        QTest::addColumn<bool>("tied");
        QTest::addColumn<QString>("schemeName");
        QTest::addColumn<bool>("perLayer");
        for (const Family family : { Family::Llama, Family::Qwen2, Family::Qwen3 })
            for (const bool tied : { true, false })
                for (const char* name : { "keep", "rtn-int4-g32", "gptq-int4-g32-asym",
                                          "rtn-int3-g32", "rtn-int8-g32" })
                    for (const bool perLayer : { false, true }) {
                        if (perLayer && family == Family::Qwen3)
                            continue;
                        QTest::addRow("%s %s %s %s", familyName(family).c_str(),
                                      tied ? "tied" : "untied", name,
                                      perLayer ? "per layer" : "uniform")
                            << static_cast<int>(family) << tied << name << perLayer;
                    }
    }

    void foretellsSize()
    {
        QFETCH(int, family);
        QFETCH(bool, tied);
        QFETCH(QString, schemeName);
        QFETCH(bool, perLayer);
        TinyModelOptions options;
        options.family = static_cast<Family>(family);
        options.tied = tied;
        options.headDim = 16; // so that groups of 32 still fit one KV group
        const Architecture base = tinyArchitecture(options);
        Recipe recipe = perLayer ? tinyPerLayerRecipe(base) : identityRecipe(base);
        setSchemes(recipe, scheme(schemeName.toUtf8().constData()));
        recipe.layers[0].ranks[0] = schemeName == "keep" ? 8 : 0;
        const auto written = exportVariant(tinyVariant(recipe, base), m_tokenizer, {}, m_file);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QCOMPARE(static_cast<std::int64_t>(fs::file_size(m_file)),
                 ggufFileBytes(recipe, base, m_tokenizer));
        const auto metadata = ggufMetadataBytes(compressedArchitecture(recipe, base), m_tokenizer);
        QCOMPARE(metadata % 32, 0);
        QVERIFY(metadata < static_cast<std::int64_t>(fs::file_size(m_file)));
    }

    void foretellsSizeWithoutParts_data()
    {
        QTest::addColumn<QString>("schemeName");
        for (const char* name : { "keep", "rtn-int4-g32", "rtn-int8-g32" })
            QTest::addRow("%s", name) << name;
    }

    void foretellsSizeWithoutParts()
    {
        QFETCH(QString, schemeName);
        TinyModelOptions options;
        options.layers = 12; // so that names get shorter where layers move up
        options.headDim = 16;
        const Architecture base = tinyArchitecture(options);
        Recipe recipe = identityRecipe(base);
        recipe.mode = WidthMode::PerLayer;
        setSchemes(recipe, scheme(schemeName.toUtf8().constData()));
        recipe.layers[0].kvGroups = 0;
        recipe.layers[3].mlpWidth = 0;
        recipe.layers[5].mlpWidth = recipe.layers[5].kvGroups = 0;
        recipe.layers[7].mlpWidth = 32;
        recipe.layers[9].kvGroups = 0;
        const Variant variant = tinyVariant(recipe, base);
        QVERIFY(exportVariant(variant, m_tokenizer, {}, m_file));
        const auto size = static_cast<std::int64_t>(fs::file_size(m_file));
        QCOMPARE(size, ggufFileBytes(recipe, base, m_tokenizer));
        // What the sliders show counts the zeros that the file needs too; only padding is beyond.
        const std::int64_t shown = recipeSize(recipe, base).weightBytes
            + ggufMetadataBytes(variant.architecture, m_tokenizer);
        QVERIFY(shown <= size && size - shown < 32 * 12 * 12);
        const auto source = ModelSource::open(m_file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        QCOMPARE((*source)->architecture().layerCount(), 11);
        QVERIFY((*source)->architecture().layers[0].hasAttention()); // of zeros
        QVERIFY(!(*source)->architecture().layers[8].hasAttention());
    }

    void metadataEndsWhereTensorsBegin()
    {
        const Architecture base = tinyArchitecture({});
        QVERIFY(exportVariant(tinyVariant(identityRecipe(base), base), m_tokenizer, {}, m_file));
        const auto source = ModelSource::open(m_file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        std::uint64_t first = fs::file_size(m_file);
        for (const TensorInfo& tensor : (*source)->tensors()) {
            first = std::min(first, tensor.offset);
            QCOMPARE(tensor.offset % 32, std::uint64_t(0));
        }
        QCOMPARE(static_cast<std::int64_t>(first), ggufMetadataBytes(base, m_tokenizer));
    }

    void keepsQuantizedValues_data()
    {
        QTest::addColumn<QString>("schemeName");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("int4") << "rtn-int4-g32" << 0.0;
        QTest::newRow("int3") << "rtn-int3-g32" << 0.0;
        QTest::newRow("int8") << "rtn-int8-g32" << 0.0;
        // The product of scale and zero is rounded to 16 bits.
        QTest::newRow("int4 asymmetric") << "rtn-int4-g32-asym" << 1e-3;
    }

    void keepsQuantizedValues()
    {
        QFETCH(QString, schemeName);
        QFETCH(double, tolerance);
        const Architecture base = tinyArchitecture({});
        Recipe recipe = identityRecipe(base);
        setSchemes(recipe, scheme(schemeName.toUtf8().constData()));
        const Variant variant = tinyVariant(recipe, base);
        QVERIFY(exportVariant(variant, m_tokenizer, {}, m_file));
        compareWithFile(variant, tolerance);
    }

    void keepsWidthsPerLayer()
    {
        for (const Family family : { Family::Llama, Family::Qwen2 }) {
            TinyModelOptions options;
            options.family = family;
            const Architecture base = tinyArchitecture(options);
            const Variant variant = tinyVariant(tinyPerLayerRecipe(base), base);
            ExportOptions exact;
            exact.type = DType::F32;
            QVERIFY(exportVariant(variant, m_tokenizer, exact, m_file));
            compareWithFile(variant, 0);
            QCOMPARE(ggufArchitectureName(variant.architecture), std::string("deci"));
        }
    }

    void padsToWidestLayer()
    {
        const Architecture base = tinyArchitecture({});
        const Variant variant = tinyVariant(tinyPerLayerRecipe(base), base);
        ExportOptions options;
        options.type = DType::F32;
        options.carrier = WidthCarrier::Padded;
        QVERIFY(exportVariant(variant, m_tokenizer, options, m_file));
        const auto source = ModelSource::open(m_file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        QVERIFY((*source)->architecture().uniform());
        QCOMPARE((*source)->architecture().layers.front(), base.layers.front());
        const auto down = (*source)->readTensor(*(*source)->find(Role::Down, 0));
        const VariantMatrix& narrow = variant.matrices.at({ Role::Down, 0 });
        QCOMPARE(narrow.columns, 32);
        for (std::int64_t row = 0; row < narrow.rows; ++row)
            for (std::int64_t column = 0; column < 64; ++column)
                QCOMPARE((*down)[static_cast<std::size_t>(row * 64 + column)],
                         column < 32 ? narrow.dense[static_cast<std::size_t>(row * 32 + column)]
                                     : 0.0F);
    }

    void carriesTokenizer()
    {
        const Architecture base = tinyArchitecture({});
        TokenizerData tokenizer = m_tokenizer;
        tokenizer.chatTemplate = "{{ messages }}";
        QVERIFY(exportVariant(tinyVariant(identityRecipe(base), base), tokenizer, {}, m_file));
        const TokenizerData read = (*ModelSource::open(m_file))->tokenizer();
        QCOMPARE(static_cast<std::int64_t>(read.tokens.size()), base.vocabularySize);
        QVERIFY(std::equal(tokenizer.tokens.begin(), tokenizer.tokens.end(), read.tokens.begin()));
        QCOMPARE(read.merges, tokenizer.merges);
        QCOMPARE(read.bos, tokenizer.bos);
        QCOMPARE(read.eos, tokenizer.eos);
        QCOMPARE(read.addBos, tokenizer.addBos);
        QCOMPARE(read.chatTemplate, tokenizer.chatTemplate);
        QCOMPARE(read.preTokenizer, tokenizer.preTokenizer);
    }

    void refusesWhatNoArchitectureCarries()
    {
        TinyModelOptions options;
        options.family = Family::Qwen3;
        const Architecture base = tinyArchitecture(options);
        const Variant variant = tinyVariant(tinyPerLayerRecipe(base), base);
        const auto refused = exportVariant(variant, m_tokenizer, {}, m_file);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("layer ") != std::string::npos);
        QVERIFY(refused.error().message.find("nearest uniform shape") != std::string::npos);
        QVERIFY(!fs::exists(m_file));
        ExportOptions padded;
        padded.carrier = WidthCarrier::Padded;
        QVERIFY(exportVariant(variant, m_tokenizer, padded, m_file));
    }

    void refusesUnwritableTypes()
    {
        const Architecture base = tinyArchitecture({});
        const Variant variant = tinyVariant(identityRecipe(base), base);
        ExportOptions options;
        options.type = DType::IQ4_XS;
        const auto refused = exportVariant(variant, m_tokenizer, options, m_file);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("IQ4_XS") != std::string::npos);
        QVERIFY(refused.error().message.find("Q4_K_M") != std::string::npos);
    }

    void writesEveryType_data()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : ggufTypeNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    /// The named types where rows are 256 values long, and what stands in for them elsewhere; the
    /// values come back as well as the type allows.
    void writesEveryType()
    {
        QFETCH(QString, name);
        TinyModelOptions sizes;
        sizes.intermediate = 256;
        sizes.hidden = 64;
        const Architecture base = tinyArchitecture(sizes);
        const Variant variant = tinyVariant(identityRecipe(base), base);
        ExportOptions options;
        options.type = dtypeFromName(name.toStdString());
        options.mix = typeMixFromName(name.toStdString());
        QVERIFY(options.type.has_value() != options.mix.has_value());
        QVERIFY(exportVariant(variant, m_tokenizer, options, m_file));
        const auto source = ModelSource::open(m_file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        for (const auto& [key, matrix] : variant.matrices) {
            const TensorInfo* info = (*source)->find(key.first, key.second);
            const DType wanted = options.type
                ? *options.type
                : mixedType(*options.mix, base, key.first, key.second);
            QCOMPARE(info->dtype, fittingType(wanted, matrix.columns));
            const auto values = (*source)->readTensor(*info);
            double error = 0, energy = 0;
            for (std::size_t i = 0; i < matrix.dense.size(); ++i) {
                error += std::pow((*values)[i] - matrix.dense[i], 2);
                energy += std::pow(matrix.dense[i], 2);
            }
            QVERIFY2(error < 0.08 * energy, qPrintable(QString::number(error / energy)));
        }
        // Row by row out of that file, the next one is the same as from all of it in memory.
        const fs::path inMemory = m_file.parent_path() / "whole.gguf",
                       byRows = m_file.parent_path() / "rows.gguf";
        ExportOptions half;
        half.type = DType::F16;
        const Variant rows = variantInFile(*source).value();
        QVERIFY(rows.matrices.begin()->second.readRow && !variant.matrices.begin()->second.readRow);
        QVERIFY(
            exportVariant(variantFromSource(**source).value(), m_tokenizer, half, inMemory).ok());
        QVERIFY(exportVariant(rows, m_tokenizer, half, byRows).ok());
        QVERIFY(readTextFile(inMemory).value() == readTextFile(byRows).value());
        std::int64_t matrices = 0;
        for (const TypeUse& use : ggufTypeUse(base, options))
            matrices += use.matrices;
        QCOMPARE(matrices, static_cast<std::int64_t>(variant.matrices.size()));
    }

    void standsInForTypesThatDoNotFit()
    {
        QCOMPARE(fittingType(DType::Q4_K, 512), DType::Q4_K);
        QCOMPARE(fittingType(DType::Q4_K, 576), DType::Q5_0);
        QCOMPARE(fittingType(DType::Q2_K, 576), DType::IQ4_NL);
        QCOMPARE(fittingType(DType::Q6_K, 24), DType::F16);
        QCOMPARE(fittingType(DType::Q4_0, 24), DType::F16);
    }

    void importanceMovesErrorsAndThreadsDoNot()
    {
        TinyModelOptions sizes;
        sizes.intermediate = 256;
        const Architecture base = tinyArchitecture(sizes);
        const Variant variant = tinyVariant(identityRecipe(base), base);
        const std::pair key { Role::Down, 1 };
        std::vector<float> weights(256, 1.0F);
        for (std::size_t i = 0; i < 16; ++i)
            weights[i * 16] = 100.0F;
        const auto weightedError = [&](const ExportOptions& options) {
            if (!exportVariant(variant, m_tokenizer, options, m_file).ok())
                return std::pair(-1.0, std::string());
            const auto source = ModelSource::open(m_file).value();
            const auto values = source->readTensor(*source->find(key.first, key.second)).value();
            double error = 0;
            for (std::size_t i = 0; i < values.size(); ++i)
                error += weights[i % 256]
                    * std::pow(values[i] - variant.matrices.at(key).dense[i], 2);
            return std::pair(error, readTextFile(m_file).value());
        };
        ExportOptions plain;
        plain.type = DType::Q3_K;
        ExportOptions weighted = plain;
        weighted.importance[key] = weights;
        ExportOptions threaded = weighted;
        threaded.threads = 3;
        const auto one = weightedError(weighted);
        QVERIFY(one.first > 0 && one.first < 0.8 * weightedError(plain).first);
        QVERIFY(weightedError(threaded).second == one.second);
    }

    void refusesDamagedModels()
    {
        const Architecture base = tinyArchitecture({});
        Variant variant = tinyVariant(identityRecipe(base), base);
        Variant large = variant;
        large.matrices.at({ Role::Up, 1 }).dense[3] = 1e6F;
        const auto tooLarge = exportVariant(large, m_tokenizer, {}, m_file);
        QCOMPARE(tooLarge.error().code, ErrorCode::Unsupported);
        QVERIFY(tooLarge.error().message.find("blk.1.ffn_up") != std::string::npos);
        variant.matrices.erase({ Role::Up, 1 });
        const auto incomplete = exportVariant(variant, m_tokenizer, {}, m_file);
        QCOMPARE(incomplete.error().code, ErrorCode::BadInput);
        QVERIFY(incomplete.error().message.find("layers.1.mlp.up_proj") != std::string::npos);
        TokenizerData foreign = m_tokenizer;
        foreign.tokens.resize(5000, "x");
        const auto misfit
            = exportVariant(tinyVariant(identityRecipe(base), base), foreign, {}, m_file);
        QCOMPARE(misfit.error().code, ErrorCode::BadInput);
        leavesNothing();
    }

    void leavesOldFileWhenItFails()
    {
        writeBytes(m_file, "old");
        const Architecture base = tinyArchitecture({});
        const Variant variant = tinyVariant(identityRecipe(base), base);
        WorkContext context;
        context.progress = [&](const Progress& progress) {
            if (progress.done == 5)
                context.cancel.cancel();
        };
        const auto cancelled = exportVariant(variant, m_tokenizer, {}, m_file, context);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        QCOMPARE(fs::file_size(m_file), std::uintmax_t(3));
        fs::remove(m_file);
        leavesNothing();
        const auto nowhere
            = exportVariant(variant, m_tokenizer, {}, "/proc/self/nowhere/model.gguf");
        QCOMPARE(nowhere.error().code, ErrorCode::Resources);
    }

    void writesVocabularyAlone()
    {
        const Architecture base = tinyArchitecture({});
        QVERIFY(writeVocabularyGguf(base, m_tokenizer, m_file));
        QVERIFY(static_cast<std::int64_t>(fs::file_size(m_file))
                < ggufMetadataBytes(base, m_tokenizer));
    }

private:
    void leavesNothing() const { QVERIFY(fs::is_empty(m_folder->path().toStdString())); }

    /// Every tensor of the file against the model that was written.
    void compareWithFile(const Variant& variant, double tolerance) const
    {
        const auto source = ModelSource::open(m_file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        QCOMPARE((*source)->architecture().layers, variant.architecture.layers);
        for (const auto& [key, matrix] : variant.matrices) {
            const TensorInfo* info = (*source)->find(key.first, key.second);
            QVERIFY(info);
            const auto values = (*source)->readTensor(*info);
            QVERIFY(values.ok());
            const std::vector<float> expected = matrix.toDense();
            // Dense matrices are stored in 16 bits unless asked otherwise.
            const double allowed
                = matrix.quantized() || info->dtype == DType::F32 ? tolerance : 1e-3;
            for (std::size_t index = 0; index < expected.size(); ++index)
                if (std::fabs((*values)[index] - expected[index]) > allowed)
                    QFAIL(qPrintable(QString("%1: %2 instead of %3")
                                         .arg(ggufTensorName(key.first, key.second).c_str())
                                         .arg(double((*values)[index]))
                                         .arg(double(expected[index]))));
        }
        for (const auto& [key, expected] : variant.vectors)
            QCOMPARE(*(*source)->readTensor(*(*source)->find(key.first, key.second)), expected);
    }

    TokenizerData m_tokenizer;
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_file;
};

QTEST_GUILESS_MAIN(ExportersGgufTest)
#include "exporters_gguf_test.moc"
