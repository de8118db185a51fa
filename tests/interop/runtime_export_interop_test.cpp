// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "runtime/llama_runtime.h"
#include "runtime/tokenizer.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

/// Two correct implementations in fp32 differ by less.
constexpr double exactBar = 1e-6;
/// llama.cpp rounds activations to 8 bits before it multiplies quantized matrices.
constexpr double quantizedBar = 5e-3;

struct Case {
    const char* name;
    Family family;
    bool tied;
    const char* scheme; ///< of all linear matrices
    bool perLayer;
    RopeScaling rope;
};

const std::vector<Case> cases {
    { "llama", Family::Llama, true, "keep", false, RopeScaling::None },
    { "llama-untied", Family::Llama, false, "keep", false, RopeScaling::None },
    { "llama-linear", Family::Llama, true, "keep", false, RopeScaling::Linear },
    { "llama-llama3", Family::Llama, true, "keep", false, RopeScaling::Llama3 },
    { "llama-yarn", Family::Llama, true, "keep", false, RopeScaling::Yarn },
    { "llama-per-layer", Family::Llama, true, "keep", true, RopeScaling::None },
    { "llama-per-layer-llama3", Family::Llama, true, "keep", true, RopeScaling::Llama3 },
    { "llama-int4", Family::Llama, true, "rtn-int4-g32", false, RopeScaling::None },
    { "llama-int3", Family::Llama, true, "rtn-int3-g32", true, RopeScaling::None },
    { "llama-int4-asym", Family::Llama, true, "rtn-int4-g32-asym", false, RopeScaling::None },
    { "llama-int8", Family::Llama, true, "rtn-int8-g32", false, RopeScaling::None },
    { "qwen2", Family::Qwen2, true, "keep", false, RopeScaling::None },
    { "qwen2-per-layer", Family::Qwen2, false, "keep", true, RopeScaling::None },
    { "qwen2-yarn", Family::Qwen2, false, "keep", false, RopeScaling::Yarn },
    { "qwen3", Family::Qwen3, true, "keep", false, RopeScaling::None },
    { "qwen3-untied", Family::Qwen3, false, "rtn-int8-g32", false, RopeScaling::None },
};

Architecture caseArchitecture(const Case& entry)
{
    TinyModelOptions options;
    options.family = entry.family;
    options.tied = entry.tied;
    options.headDim = 16;
    options.hidden = 64;
    Architecture architecture = tinyArchitecture(options);
    architecture.rope.scaling = entry.rope;
    if (entry.rope != RopeScaling::None) {
        architecture.rope.factor = 4;
        architecture.rope.originalContext = 64;
    }
    return architecture;
}

Variant caseVariant(const Case& entry)
{
    const Architecture base = caseArchitecture(entry);
    Recipe recipe = entry.perLayer ? tinyPerLayerRecipe(base) : identityRecipe(base);
    for (LayerRecipe& layer : recipe.layers)
        layer.schemes.fill(*schemeFromName(entry.scheme));
    return tinyVariant(recipe, base);
}

std::vector<std::int32_t> someTokens(std::int64_t vocabulary, int count)
{
    std::vector<std::int32_t> tokens;
    for (int index = 0; index < count; ++index)
        tokens.push_back(static_cast<std::int32_t>((index * 7919 + 13) % vocabulary));
    return tokens;
}

} // namespace

/// Exported files in the programs that users open them with: GGUF in llama.cpp, folders in
/// transformers; both must compute the same.
class RuntimeExportInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        const fs::path tokenizerFolder = path("tokenizer");
        QVERIFY(writeTinyHfModel(tokenizerFolder));
        m_tokenizer = tokenizerFromHfFolder(tokenizerFolder).value();
        m_tokens = someTokens(256, 40);
        QStringList arguments { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_export_logits.py",
                                QString::fromStdString(Json(m_tokens).dump()) };
        for (const Case& entry : cases) {
            const Variant variant = caseVariant(entry);
            ExportOptions options;
            options.format = ExportFormat::HuggingFace;
            options.type = DType::F32;
            options.carrier = WidthCarrier::Padded;
            const auto written = exportVariant(variant, m_tokenizer, options, path(entry.name));
            QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
            arguments << QString::fromStdString(path(entry.name).string());
        }
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    void agrees_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t index = 0; index < cases.size(); ++index)
            QTest::newRow(cases[index].name) << static_cast<int>(index);
    }

    void agrees()
    {
        QFETCH(int, index);
        const Case& entry = cases[static_cast<std::size_t>(index)];
        const Variant variant = caseVariant(entry);
        const std::vector<float> expected = readFloats(path(entry.name) / "logits.f32");
        const std::int64_t vocabulary = variant.architecture.vocabularySize;
        QCOMPARE(expected.size(), m_tokens.size() * static_cast<std::size_t>(vocabulary));
        const bool quantized = std::string(entry.scheme) != "keep";
        struct Form {
            const char* name;
            ExportOptions options;
            double bar;
        };
        const Form forms[] {
            { "exact", { ExportFormat::Gguf, DType::F32, WidthCarrier::Native, {} }, exactBar },
            { "padded", { ExportFormat::Gguf, DType::F32, WidthCarrier::Padded, {} }, exactBar },
            { "own",
              { ExportFormat::Gguf, {}, WidthCarrier::Native, {} },
              quantized ? quantizedBar : 1e-4 },
        };
        for (const Form& form : forms) {
            const fs::path file = path(std::string(entry.name) + "." + form.name + ".gguf");
            const auto written = exportVariant(variant, m_tokenizer, form.options, file);
            QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
            const auto logits = ggufLogits(file, m_tokens);
            QVERIFY2(logits.ok(), logits.ok() ? "" : logits.error().message.c_str());
            QCOMPARE(logits->size(), expected.size());
            const double distance = meanKl(expected, *logits, vocabulary);
            qInfo("%s: mean KL %.2e", form.name, distance);
            QVERIFY2(std::isfinite(distance) && distance <= form.bar,
                     qPrintable(QString("%1: %2").arg(form.name).arg(distance)));
        }
    }

    void transformersReadsTheFolder_data() { agrees_data(); }

    void transformersReadsTheFolder()
    {
        QFETCH(int, index);
        const Case& entry = cases[static_cast<std::size_t>(index)];
        const Json report = *readJsonFile(path(entry.name) / "report.json");
        const Variant variant = caseVariant(entry);
        QCOMPARE(report.at("class").get<std::string>(), familyTraits(entry.family).hfClass);
        if (!entry.perLayer)
            QCOMPARE(report.at("parameters").get<std::int64_t>(),
                     variant.architecture.totalParameters());
        QCOMPARE(report.at("decoded"), report.at("sentence"));
        QCOMPARE(report.at("eos").get<std::int64_t>(), m_tokenizer.eos);
    }

    void tokenizesAsTransformers()
    {
        const Json report = *readJsonFile(path("llama") / "report.json");
        const auto sentence = report.at("sentence").get<std::string>();
        const auto expected = report.at("ids").get<std::vector<std::int32_t>>();
        // The folder, and the GGUF made from it, carry the same tokenizer. transformers always
        // reads special tokens in a text as such.
        for (const fs::path& source : { path("llama"), path("llama.own.gguf") }) {
            const auto opened = ModelSource::open(source);
            QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().message.c_str());
            const auto tokenizer = Tokenizer::create(**opened);
            QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
            QCOMPARE((*tokenizer)->encode(sentence, false, true), expected);
            QCOMPARE((*tokenizer)->decode(expected), sentence);
        }
    }

private:
    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    TokenizerData m_tokenizer;
    std::vector<std::int32_t> m_tokens;
};

QTEST_GUILESS_MAIN(RuntimeExportInteropTest)
#include "runtime_export_interop_test.moc"
