// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "tests/support/logit_distance.h"
#include "tests/support/tiny_variants.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

/// A compressed model, and for each format either "" (opens and computes the same) or words of the
/// refusal.
struct Case {
    const char* name;
    Family family;
    bool tied;
    const char* scheme; ///< of all linear matrices
    void (*change)(Recipe&); ///< what else the recipe does; may be null
    const char* compressedTensors;
    const char* gptq;
};

void pruneUniformly(Recipe& recipe)
{
    for (LayerRecipe& layer : recipe.layers) {
        layer.mlpWidth = 32;
        layer.kvGroups = 1;
    }
}

void prunePerLayer(Recipe& recipe)
{
    recipe.layers[0].mlpWidth = 32;
    recipe.layers[1].kvGroups = 1;
}

void reduceRank(Recipe& recipe)
{
    recipe.layers[0].ranks[1] = 5;
    recipe.layers[1].ranks[4] = 12;
}

void mixGrids(Recipe& recipe)
{
    recipe.layers[0].schemes[2] = *schemeFromName("rtn-int8-g32");
    recipe.layers[1].schemes[6] = {};
}

void quantizeVocabulary(Recipe& recipe)
{
    recipe.embeddingScheme = *schemeFromName("rtn-int8-g64");
}

const char* nothing = "nothing to pack";

const std::vector<Case> cases {
    { "dense", Family::Llama, true, "keep", nullptr, nothing, nothing },
    { "uniform", Family::Llama, true, "keep", pruneUniformly, nothing, nothing },
    { "per-layer", Family::Llama, true, "keep", prunePerLayer, nothing, nothing },
    { "low-rank", Family::Llama, true, "keep", reduceRank, nothing, nothing },
    { "int4", Family::Llama, true, "rtn-int4-g32", nullptr, "", "" },
    { "int4-g64", Family::Qwen2, true, "rtn-int4-g64", nullptr, "", "" },
    { "int8", Family::Qwen3, false, "rtn-int8-g32", nullptr, "", "" },
    { "int4-asym", Family::Llama, false, "rtn-int4-g32-asym", nullptr, "", "symmetric grids only" },
    { "int8-asym", Family::Llama, true, "rtn-int8-g64-asym", nullptr, "", "symmetric grids only" },
    { "int3", Family::Llama, true, "rtn-int3-g32", nullptr, "nearest is int4", "nearest is int4" },
    { "uniform-int4", Family::Llama, false, "rtn-int4-g32", pruneUniformly, "", "" },
    { "per-layer-int4", Family::Llama, true, "rtn-int4-g32", prunePerLayer, "", "" },
    { "per-layer-int8-asym", Family::Llama, true, "rtn-int8-g32-asym", prunePerLayer, "",
      "symmetric grids only" },
    { "low-rank-int4", Family::Llama, true, "rtn-int4-g32", reduceRank, "",
      "Layer 0, matrix k, is of low rank" },
    { "head", Family::Llama, false, "rtn-int4-g32", quantizeVocabulary, "", "" },
    { "mixed", Family::Llama, true, "rtn-int4-g32", mixGrids, "",
      "Layer 0, matrix v, is on the grid int8-g32" },
};

Variant caseVariant(const Case& entry)
{
    TinyModelOptions options;
    options.family = entry.family;
    options.tied = entry.tied;
    options.headDim = 16;
    options.hidden = 64;
    const Architecture base = tinyArchitecture(options);
    Recipe recipe = identityRecipe(base);
    for (LayerRecipe& layer : recipe.layers)
        layer.schemes.fill(*schemeFromName(entry.scheme));
    if (entry.change)
        entry.change(recipe);
    return tinyVariant(recipe, base);
}

Variant caseNamed(const std::string& name)
{
    return caseVariant(*std::find_if(cases.begin(), cases.end(),
                                     [&](const Case& entry) { return entry.name == name; }));
}

struct Format {
    ExportFormat format;
    const char* name;
    const char* Case::*expected;
};

const std::vector<Format> formats {
    { ExportFormat::CompressedTensors, "compressed-tensors", &Case::compressedTensors },
    { ExportFormat::Gptq, "gptq", &Case::gptq },
};

} // namespace

/// Every compressed form in every format: either other software opens the export and computes what
/// the engine computes, or the export is refused with the reason.
class PipelineFormatsInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString python = qEnvironmentVariable("SCHMIDT_PYTHON");
        if (!QFile::exists(python))
            QSKIP("SCHMIDT_PYTHON names no interpreter; run packaging/setup.sh.");
        const fs::path tokenizerFolder = path("tokenizer");
        QVERIFY(writeTinyHfModel(tokenizerFolder));
        m_tokenizer = tokenizerFromHfFolder(tokenizerFolder).value();
        QStringList arguments { SCHMIDT_SOURCE_DIR "/tests/interop/pipeline_formats.py" };
        for (int index = 0; index < 40; ++index)
            m_tokens.push_back((index * 7919 + 13) % 256);
        arguments << QString::fromStdString(Json(m_tokens).dump());
        for (const Case& entry : cases)
            for (const Format& format : formats) {
                const Variant variant = caseVariant(entry);
                ExportOptions options { format.format, DType::F32, WidthCarrier::Padded, {} };
                const fs::path folder = path(entry.name) / format.name;
                fs::create_directories(folder.parent_path());
                const auto written = exportVariant(variant, m_tokenizer, options, folder);
                m_outcomes[entry.name][format.name] = written.ok() ? "" : written.error().message;
                if (written.ok())
                    arguments << QString::fromStdString(std::string(format.name) + ":"
                                                        + folder.string());
            }
        QProcess process;
        process.start(python, arguments);
        QVERIFY(process.waitForFinished(300000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
    }

    void cell_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("format");
        for (std::size_t index = 0; index < cases.size(); ++index)
            for (std::size_t format = 0; format < formats.size(); ++format)
                QTest::addRow("%s %s", cases[index].name, formats[format].name)
                    << static_cast<int>(index) << static_cast<int>(format);
    }

    void cell()
    {
        QFETCH(int, index);
        QFETCH(int, format);
        const Case& entry = cases[static_cast<std::size_t>(index)];
        const Format& target = formats[static_cast<std::size_t>(format)];
        const std::string expected = entry.*target.expected;
        const std::string outcome = m_outcomes[entry.name][target.name];
        if (!expected.empty()) {
            QVERIFY2(outcome.find(expected) != std::string::npos, outcome.c_str());
            QVERIFY(!fs::exists(path(entry.name) / target.name));
            return;
        }
        QVERIFY2(outcome.empty(), outcome.c_str());
        const Variant variant = caseVariant(entry);
        const auto model = TransformerModel::load(variant, Precision::Float32).value();
        const auto own = model->logits({ static_cast<std::int64_t>(m_tokens.size()), m_tokens });
        QVERIFY2(own.ok(), own.ok() ? "" : own.error().message.c_str());
        const std::vector<float> other = logits(path(entry.name) / target.name / "logits.f32");
        QCOMPARE(other.size(), own->size());
        const double distance = meanKl(*own, other, variant.architecture.vocabularySize);
        qInfo("mean KL %.2e", distance);
        QVERIFY2(std::isfinite(distance) && distance <= 1e-6,
                 qPrintable(QString::number(distance)));
    }

    void refusesWidthsPerLayerWithoutPadding()
    {
        for (const Format& format : formats) {
            const ExportOptions options { format.format, {}, WidthCarrier::Native, {} };
            const auto refused
                = exportVariant(caseNamed("per-layer-int4"), m_tokenizer, options, path("native"));
            QCOMPARE(refused.error().code, ErrorCode::Unsupported);
            QVERIFY(refused.error().message.find("nearest uniform shape") != std::string::npos);
        }
    }

    void refusesFractionalZeros()
    {
        Variant variant = caseNamed("int4-asym");
        variant.matrices.at({ Role::Up, 1 }).zeros[0] += 0.25F;
        const ExportOptions options {
            ExportFormat::CompressedTensors, {}, WidthCarrier::Native, {}
        };
        const auto refused = exportVariant(variant, m_tokenizer, options, path("fractional"));
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("Layer 1, matrix up") != std::string::npos);
    }

private:
    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    static std::vector<float> logits(const fs::path& name)
    {
        QFile file(QString::fromStdString(name.string()));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const QByteArray bytes = file.readAll();
        std::vector<float> values(static_cast<std::size_t>(bytes.size()) / sizeof(float));
        std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
        return values;
    }

    QTemporaryDir m_folder;
    TokenizerData m_tokenizer;
    std::vector<std::int32_t> m_tokens;
    std::map<std::string, std::map<std::string, std::string>> m_outcomes;
};

QTEST_GUILESS_MAIN(PipelineFormatsInteropTest)
#include "pipeline_formats_interop_test.moc"
