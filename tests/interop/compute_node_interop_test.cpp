// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/json.h"
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

struct File {
    const char* name;
    Family family;
    const char* type;
    void (*change)(Recipe&); ///< may be null
    const char* architecture; ///< as GGUF names it
};

void setWidthsPerLayer(Recipe& recipe)
{
    recipe.layers[0].mlpWidth = 256;
    recipe.layers[1].kvGroups = 1;
}

void removeParts(Recipe& recipe)
{
    recipe.layers[0].kvGroups = 0;
    recipe.layers[1].mlpWidth = 0;
}

const std::vector<File> files {
    { "plain-f32", Family::Llama, "F32", nullptr, "llama" },
    { "plain-f16", Family::Llama, "F16", nullptr, "llama" },
    { "plain-q8", Family::Llama, "Q8_0", nullptr, "llama" },
    { "plain-q4", Family::Llama, "Q4_0", nullptr, "llama" },
    { "mix-q2", Family::Llama, "Q2_K_M", nullptr, "llama" },
    { "mix-q4", Family::Llama, "Q4_K_M", nullptr, "llama" },
    { "widths-f16", Family::Llama, "F16", setWidthsPerLayer, "deci" },
    { "widths-mix-q4", Family::Llama, "Q4_K_M", setWidthsPerLayer, "deci" },
    { "parts-f16", Family::Llama, "F16", removeParts, "deci" },
    { "qwen2-f16", Family::Qwen2, "F16", nullptr, "qwen2" },
    { "qwen3-f16", Family::Qwen3, "F16", nullptr, "qwen3" },
};

} // namespace

/// Our GGUF files in the programs that Node users have: their headers in @huggingface/gguf, their
/// predictions in node-llama-cpp, which brings another llama.cpp than ours.
class ComputeNodeInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString node = qEnvironmentVariable("SCHMIDT_NODE"),
                      modules = qEnvironmentVariable("SCHMIDT_NODE_MODULES");
        if (!QFile::exists(node) || !QFile::exists(modules))
            QSKIP("SCHMIDT_NODE names no Node; run packaging/setup.sh.");
        for (int index = 0; index < 40; ++index)
            m_tokens.push_back((index * 7919 + 13) % 256);
        QVERIFY(writeTinyHfModel(fs::path(m_folder.path().toStdString()) / "tokenizer"));
        QStringList arguments { SCHMIDT_SOURCE_DIR "/tests/interop/compute_node.mjs", modules,
                                QString::fromStdString(Json(m_tokens).dump()) };
        for (const File& file : files) {
            writeFile(file);
            arguments << QString::fromStdString(path(file).string());
        }
        const QByteArray failure = runOracle(node, arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    void headersAreRead_data() { rows(); }
    void headersAreRead()
    {
        QFETCH(int, index);
        const File& file = files[static_cast<std::size_t>(index)];
        const Json facts = readJsonFile(path(file).string() + ".json").value();
        QCOMPARE(facts["architecture"].get<std::string>(), std::string(file.architecture));
        const auto source = ModelSource::open(path(file)).value();
        std::int64_t parameters = 0;
        for (const TensorInfo& tensor : source->tensors()) {
            Json expected = Json::array({ std::string(dtypeName(tensor.dtype)) });
            for (const std::int64_t size : tensor.shape)
                expected.push_back(size);
            QVERIFY2(facts["tensors"].contains(tensor.name), tensor.name.c_str());
            QCOMPARE(QString::fromStdString(facts["tensors"][tensor.name].dump()),
                     QString::fromStdString(expected.dump()));
            parameters += tensor.elements();
        }
        QVERIFY(facts["tensors"].size() >= source->tensors().size());
        QCOMPARE(facts["parameters"].get<std::int64_t>(), parameters);
    }

    void predictionsAreOurs_data() { rows(); }
    void predictionsAreOurs()
    {
        QFETCH(int, index);
        const File& file = files[static_cast<std::size_t>(index)];
        const auto source = ModelSource::open(path(file)).value();
        const auto model = TransformerModel::load(*source, Precision::Float32).value();
        const auto own
            = model->logits({ static_cast<std::int64_t>(m_tokens.size()), m_tokens }).value();
        std::vector<float> theirs = readFloats(path(file).string() + ".probabilities.f32");
        QCOMPARE(theirs.size(), own.size());
        for (float& value : theirs)
            value = std::log(value);
        const double distance = meanKl(own, theirs, source->architecture().vocabularySize);
        qInfo("mean KL %.2e", distance);
        const bool whole = std::string(file.type).starts_with('F');
        QVERIFY2(distance <= (whole ? 1e-5 : 5e-3), qPrintable(QString::number(distance)));
    }

private:
    static void rows()
    {
        QTest::addColumn<int>("index");
        for (std::size_t index = 0; index < files.size(); ++index)
            QTest::newRow(files[index].name) << static_cast<int>(index);
    }

    void writeFile(const File& file) const
    {
        TinyModelOptions options;
        options.family = file.family;
        options.hidden = 256;
        options.heads = 8;
        options.headDim = 32;
        options.intermediate = 512;
        const Architecture base = tinyArchitecture(options);
        Recipe recipe = identityRecipe(base);
        if (file.change)
            file.change(recipe);
        ExportOptions exported;
        exported.format = ExportFormat::Gguf;
        exported.type = dtypeFromName(file.type);
        exported.mix = typeMixFromName(file.type);
        const auto tokenizer
            = tokenizerFromHfFolder(fs::path(m_folder.path().toStdString()) / "tokenizer").value();
        const auto written
            = exportVariant(tinyVariant(recipe, base), tokenizer, exported, path(file));
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
    }

    fs::path path(const File& file) const
    {
        return fs::path(m_folder.path().toStdString()) / (std::string(file.name) + ".gguf");
    }

    QTemporaryDir m_folder;
    std::vector<std::int32_t> m_tokens;
};

QTEST_GUILESS_MAIN(ComputeNodeInteropTest)
#include "compute_node_interop_test.moc"
