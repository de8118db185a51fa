// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "model/adapter_files.h"
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

/// A compressed model, and for each format either "" (opens and computes the same) or words of the
/// refusal.
struct Case {
    const char* name;
    Family family;
    bool tied;
    const char* scheme; ///< of all linear matrices
    void (*change)(Recipe&); ///< what else the recipe does; may be null
    const char* onnx;
    const char* compressedTensors;
    const char* gptq;
    const char* awq;
    RopeScaling rope = RopeScaling::None;
    bool fractional = false; ///< zero points as the engine chooses them
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

void correctMatrices(Recipe& recipe)
{
    recipe.layers[0].corrections = { 4, 4, 4, 4, 4, 4, 4 };
    recipe.layers[1].corrections = { 4, 2, 0, 8, 0, 0, 4 };
}

void quantizeVocabulary(Recipe& recipe)
{
    recipe.embeddingScheme = *schemeFromName("rtn-int8-g64");
}

void quantizeVocabulary4(Recipe& recipe)
{
    recipe.embeddingScheme = *schemeFromName("rtn-int4-g32-asym");
}

const char* nothing = "nothing to pack";
const char* symmetricOnly = "symmetric grids only";
const char* wholeZeros = "no whole numbers";
const char* fourBits = "4 bits only";

// clang-format off
const std::vector<Case> cases {
    { "dense", Family::Llama, true, "keep", nullptr, "", nothing, nothing, nothing },
    { "qwen2", Family::Qwen2, false, "keep", nullptr, "", nothing, nothing, nothing },
    { "qwen3", Family::Qwen3, true, "keep", nullptr, "", nothing, nothing, nothing },
    { "yarn", Family::Llama, true, "keep", nullptr, "", nothing, nothing, nothing, RopeScaling::Yarn },
    { "llama3", Family::Llama, true, "keep", nullptr, "", nothing, nothing, nothing, RopeScaling::Llama3 },
    { "uniform", Family::Llama, true, "keep", pruneUniformly, "", nothing, nothing, nothing },
    { "per-layer", Family::Llama, true, "keep", prunePerLayer, "", nothing, nothing, nothing },
    { "low-rank", Family::Llama, true, "keep", reduceRank, "", nothing, nothing, nothing },
    { "int4", Family::Llama, true, "rtn-int4-g32", nullptr, "", "", "", "" },
    { "int4-g64", Family::Qwen2, true, "rtn-int4-g64", nullptr, "", "", "", "" },
    { "int8", Family::Qwen3, false, "rtn-int8-g32", nullptr, "", "", "", fourBits },
    { "int4-asym", Family::Llama, false, "rtn-int4-g32-asym", nullptr, "", "", symmetricOnly, "" },
    { "int8-asym", Family::Llama, true, "rtn-int8-g64-asym", nullptr, "", "", symmetricOnly, fourBits },
    { "int3", Family::Llama, true, "rtn-int3-g32", nullptr, "", "nearest is int4", "nearest is int4", fourBits },
    { "int3-asym", Family::Llama, true, "rtn-int3-g32-asym", nullptr, "", "nearest is int4", "nearest is int4", fourBits },
    { "int4-fraction", Family::Llama, true, "rtn-int4-g32-asym", quantizeVocabulary4, "", wholeZeros, symmetricOnly, wholeZeros, RopeScaling::None, true },
    { "int8-fraction", Family::Llama, true, "rtn-int8-g32-asym", nullptr, "", wholeZeros, symmetricOnly, fourBits, RopeScaling::None, true },
    { "uniform-int4", Family::Llama, false, "rtn-int4-g32", pruneUniformly, "", "", "", "" },
    { "per-layer-int4", Family::Llama, true, "rtn-int4-g32", prunePerLayer, "", "", "", "" },
    { "per-layer-int8-asym", Family::Llama, true, "rtn-int8-g32-asym", prunePerLayer, "", "", symmetricOnly, fourBits },
    { "low-rank-int4", Family::Llama, true, "rtn-int4-g32", reduceRank, "", "", "Layer 0, matrix k, is of low rank", "Layer 0, matrix k, is of low rank" },
    { "corrected-int4", Family::Llama, true, "rtn-int4-g32", correctMatrices, "", "", "", "" },
    { "corrected-int4-asym", Family::Qwen2, false, "rtn-int4-g32-asym", correctMatrices, "", "", symmetricOnly, "" },
    { "head-int8", Family::Llama, false, "rtn-int4-g32", quantizeVocabulary, "", "", "", "" },
    { "tied-int8", Family::Llama, true, "rtn-int4-g32", quantizeVocabulary, "", "", "", "" },
    { "tied-int4", Family::Llama, true, "rtn-int4-g32", quantizeVocabulary4, "", "", "", "" },
    { "mixed", Family::Llama, true, "rtn-int4-g32", mixGrids, "", "", "Layer 0, matrix v, is on the grid int8-g32", "Layer 0, matrix v, is on the grid int8-g32" },
};
// clang-format on

Variant caseVariant(const Case& entry)
{
    TinyModelOptions options;
    options.family = entry.family;
    options.tied = entry.tied;
    options.headDim = 16;
    options.hidden = 64;
    Architecture base = tinyArchitecture(options);
    base.rope.scaling = entry.rope;
    base.rope.factor = entry.rope == RopeScaling::None ? 1 : 4;
    base.rope.originalContext = entry.rope == RopeScaling::None ? options.context : 64;
    Recipe recipe = identityRecipe(base);
    for (LayerRecipe& layer : recipe.layers)
        layer.schemes.fill(*schemeFromName(entry.scheme));
    if (entry.change)
        entry.change(recipe);
    Variant variant = tinyVariant(recipe, base);
    if (entry.fractional)
        for (auto& [key, matrix] : variant.matrices)
            for (float& zero : matrix.zeros)
                zero += 0.25F;
    return variant;
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
    WidthCarrier carrier; ///< that per-layer widths need
};

const std::vector<Format> formats {
    { ExportFormat::Onnx, "onnx", &Case::onnx, WidthCarrier::Native },
    { ExportFormat::CompressedTensors, "compressed-tensors", &Case::compressedTensors,
      WidthCarrier::Padded },
    { ExportFormat::Gptq, "gptq", &Case::gptq, WidthCarrier::Padded },
    { ExportFormat::Awq, "awq", &Case::awq, WidthCarrier::Padded },
};

} // namespace

/// Every compressed form in every format: either other software opens the export and computes what
/// the engine computes, or the export is refused with the reason.
class ComputeFormatsInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        const fs::path tokenizerFolder = path("tokenizer");
        QVERIFY(writeTinyHfModel(tokenizerFolder));
        m_tokenizer = tokenizerFromHfFolder(tokenizerFolder).value();
        QStringList arguments { SCHMIDT_SOURCE_DIR "/tests/interop/compute_formats.py" };
        for (int index = 0; index < 40; ++index)
            m_tokens.push_back((index * 7919 + 13) % 256);
        arguments << QString::fromStdString(Json(m_tokens).dump());
        for (const Case& entry : cases)
            for (const Format& format : formats) {
                const Variant variant = caseVariant(entry);
                ExportOptions options { format.format, DType::F32, format.carrier, {} };
                const fs::path folder = path(entry.name) / format.name;
                fs::create_directories(folder.parent_path());
                const auto written = exportVariant(variant, m_tokenizer, options, folder);
                m_outcomes[entry.name][format.name] = written.ok() ? "" : written.error().message;
                if (written.ok())
                    arguments << QString::fromStdString(std::string(format.name) + ":"
                                                        + folder.string());
            }
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
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
        const std::vector<float> other = readFloats(path(entry.name) / target.name / "logits.f32");
        QCOMPARE(other.size(), own->size());
        const double distance = meanKl(*own, other, variant.architecture.vocabularySize);
        qInfo("mean KL %.2e", distance);
        QVERIFY2(std::isfinite(distance) && distance <= 1e-6,
                 qPrintable(QString::number(distance)));
        if (target.format != ExportFormat::Onnx) {
            sameAsOtherSoftware(path(entry.name) / target.name, other);
            if (!variant.corrected())
                comesBack(variant, path(entry.name) / target.name, target.format);
            return;
        }
        for (const char* file : { "logits.f32", "steps.f32", "batch.f32" }) {
            const double error = relative(*own, readFloats(path(entry.name) / target.name / file));
            qInfo("%s: relative error %.2e", file, error);
            QVERIFY2(error <= 1e-4, file);
        }
    }

    void refusesWidthsPerLayerWithoutPadding()
    {
        for (const ExportFormat format :
             { ExportFormat::CompressedTensors, ExportFormat::Gptq, ExportFormat::Awq }) {
            const ExportOptions options { format, {}, WidthCarrier::Native, {} };
            const auto refused
                = exportVariant(caseNamed("per-layer-int4"), m_tokenizer, options, path("native"));
            QCOMPARE(refused.error().code, ErrorCode::Unsupported);
            QVERIFY(refused.error().message.find("nearest uniform shape") != std::string::npos);
        }
    }

    void onnxInItsOwnTypes()
    {
        const Variant variant = caseNamed("int4");
        ExportOptions options { ExportFormat::Onnx, {}, WidthCarrier::Native, {} };
        QVERIFY(exportVariant(variant, m_tokenizer, options, path("half")));
        for (const char* file : { "model.onnx", "model.onnx.data", "genai_config.json",
                                  "tokenizer.json", "tokenizer_config.json" })
            QVERIFY2(fs::exists(path("half") / file), file);
        QVERIFY(fs::file_size(path("half") / "model.onnx.data")
                < fs::file_size(path("int4") / "onnx" / "model.onnx.data"));
        options.carrier = WidthCarrier::Padded;
        QCOMPARE(exportVariant(variant, m_tokenizer, options, path("padded")).error().code,
                 ErrorCode::Unsupported);
        const Architecture narrow = tinyArchitecture({});
        const auto heads
            = exportVariant(tinyVariant(identityRecipe(narrow), narrow), {},
                            { ExportFormat::Onnx, {}, WidthCarrier::Native, {} }, path("heads"));
        QCOMPARE(heads.error().code, ErrorCode::Unsupported);
        QVERIFY(heads.error().message.find("nearest is 16") != std::string::npos);
        options = { ExportFormat::Onnx, DType::Q8_0, WidthCarrier::Native, {} };
        QCOMPARE(exportVariant(variant, m_tokenizer, options, path("blocks")).error().code,
                 ErrorCode::Unsupported);
    }

private:
    /// What verify computes on the folder is what the other software computed on it.
    void sameAsOtherSoftware(const fs::path& folder, const std::vector<float>& other)
    {
        const auto source = ModelSource::open(folder);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const fs::path adapter = adapterOf(folder).value();
        const auto model = adapter.empty()
            ? TransformerModel::load(**source, Precision::Float32).value()
            : TransformerModel::load(variantWithAdapter(**source, adapter).value(),
                                     Precision::Float32)
                  .value();
        const auto own = model->logits({ static_cast<std::int64_t>(m_tokens.size()), m_tokens });
        QVERIFY2(own.ok(), own.ok() ? "" : own.error().message.c_str());
        const double distance = meanKl(other, *own, model->architecture().vocabularySize);
        QVERIFY2(std::isfinite(distance) && distance <= 1e-6,
                 qPrintable(QString::number(distance)));
    }

    /// The own reader finds the variant's weights in the folder. Scales of GPTQ and AWQ are half
    /// precision, and their software rounds the weights to it.
    static void comesBack(const Variant& variant, const fs::path& folder, ExportFormat format)
    {
        const auto source = ModelSource::open(folder);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        for (const auto& [key, matrix] : variant.matrices) {
            const TensorInfo* tensor = (*source)->find(key.first, key.second);
            QVERIFY(tensor);
            const bool half = !tensor->packing.empty() && format != ExportFormat::CompressedTensors;
            const auto values = (*source)->readTensor(*tensor);
            QVERIFY2(values.ok(), values.ok() ? "" : values.error().message.c_str());
            const std::vector<float> own = matrix.toDense();
            for (std::int64_t row = 0; row < matrix.rows; ++row)
                for (std::int64_t column = 0; column < matrix.columns; ++column) {
                    const float wanted
                        = own[static_cast<std::size_t>(row * matrix.columns + column)];
                    QCOMPARE((*values)[static_cast<std::size_t>(row * tensor->shape[1] + column)],
                             half ? halfToFloat(floatToHalf(wanted)) : wanted);
                }
        }
    }

    /// Largest difference over the largest logit; infinite for another number of values.
    static double relative(const std::vector<float>& reference, const std::vector<float>& other)
    {
        double largest = 0, difference = 0;
        if (reference.size() != other.size())
            return std::numeric_limits<double>::infinity();
        for (std::size_t index = 0; index < reference.size(); ++index) {
            largest = std::max<double>(largest, std::fabs(reference[index]));
            difference = std::max<double>(difference, std::fabs(reference[index] - other[index]));
        }
        return difference / largest;
    }

    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    TokenizerData m_tokenizer;
    std::vector<std::int32_t> m_tokens;
    std::map<std::string, std::map<std::string, std::string>> m_outcomes;
};

QTEST_GUILESS_MAIN(ComputeFormatsInteropTest)
#include "compute_formats_interop_test.moc"
