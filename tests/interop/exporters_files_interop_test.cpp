// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Exported files as the Python packages gguf and safetensors read them.
class ExportersFilesInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        QVERIFY(writeTinyHfModel(path("tokenizer")));
        m_tokenizer = tokenizerFromHfFolder(path("tokenizer")).value();
        TinyModelOptions tiny;
        tiny.family = Family::Qwen2; // with biases and without interleaved rows
        tiny.tied = false;
        const Architecture base = tinyArchitecture(tiny);
        Recipe recipe = identityRecipe(base);
        const char* schemes[] { "keep",         "rtn-int4-g32", "rtn-int4-g32-asym", "rtn-int8-g32",
                                "rtn-int3-g32", "keep",         "rtn-int4-g32" };
        for (std::size_t role = 0; role < linearRoles.size(); ++role)
            recipe.layers[1].schemes[role] = *schemeFromName(schemes[role]);
        m_variant = tinyVariant(recipe, base);
        QVERIFY(exportVariant(m_variant, m_tokenizer, {}, path("model.gguf")));
        ExportOptions folder;
        folder.format = ExportFormat::HuggingFace;
        QVERIFY(exportVariant(m_variant, m_tokenizer, folder, path("folder")));
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/exporters_files.py", path("model.gguf").c_str(),
              (path("folder") / "model.safetensors").c_str(), path("result.json").c_str() });
        QVERIFY2(failure.isEmpty(), failure);
        m_result = readJsonFile(path("result.json")).value();
    }

    void metadataIsRead()
    {
        const Json& metadata = m_result["metadata"];
        const Architecture& architecture = m_variant.architecture;
        QCOMPARE(metadata["general.architecture"].get<std::string>(), std::string("qwen2"));
        QCOMPARE(metadata["qwen2.block_count"].get<std::int64_t>(), architecture.layerCount());
        QCOMPARE(metadata["qwen2.embedding_length"].get<std::int64_t>(), architecture.hiddenSize);
        QCOMPARE(metadata["qwen2.attention.key_length"].get<std::int64_t>(), architecture.headDim);
        const auto tokens = metadata["tokenizer.ggml.tokens"].get<std::vector<std::string>>();
        QCOMPARE(static_cast<std::int64_t>(tokens.size()), architecture.vocabularySize);
        QCOMPARE(tokens[259], std::string("the"));
        QCOMPARE(metadata["tokenizer.ggml.merges"].get<std::vector<std::string>>(),
                 m_tokenizer.merges);
        QCOMPARE(metadata["tokenizer.ggml.eos_token_id"].get<std::int64_t>(), m_tokenizer.eos);
    }

    void valuesAreRead()
    {
        for (const auto& [key, matrix] : m_variant.matrices) {
            // The offset of Q4_1 and everything dense is rounded to 16 bits.
            const bool exact = matrix.quantized() && matrix.grid.symmetric;
            compare("gguf", ggufTensorName(key.first, key.second), matrix.toDense(),
                    exact ? 0.0 : 1e-3);
            compare("safetensors", hfTensorName(key.first, key.second), matrix.toDense(), 1e-3);
        }
        for (const auto& [key, values] : m_variant.vectors) {
            compare("gguf", ggufTensorName(key.first, key.second), values, 0);
            compare("safetensors", hfTensorName(key.first, key.second), values, 1e-3);
        }
        const std::size_t tensors = m_variant.matrices.size() + m_variant.vectors.size();
        QCOMPARE(m_result["gguf"].size(), tensors);
        QCOMPARE(m_result["safetensors"].size(), tensors);
    }

    void typesFollowTheRecipe()
    {
        const auto typeOf = [&](Role role) {
            return m_result["gguf"][ggufTensorName(role, 1)]["type"].get<std::string>();
        };
        QCOMPARE(typeOf(Role::Query), std::string("F16"));
        QCOMPARE(typeOf(Role::Key), std::string("Q4_0"));
        QCOMPARE(typeOf(Role::Value), std::string("Q4_1"));
        QCOMPARE(typeOf(Role::Output), std::string("Q8_0"));
        QCOMPARE(typeOf(Role::Gate), std::string("Q4_0"));
        QCOMPARE(typeOf(Role::QueryBias), std::string("F32"));
    }

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    void compare(const char* file, const std::string& name, const std::vector<float>& expected,
                 double tolerance) const
    {
        QVERIFY2(m_result[file].contains(name), name.c_str());
        const auto values = m_result[file][name]["values"].get<std::vector<float>>();
        QCOMPARE(values.size(), expected.size());
        for (std::size_t index = 0; index < values.size(); ++index)
            if (!(std::fabs(values[index] - expected[index]) <= tolerance))
                QFAIL(qPrintable(QString("%1 %2: %3 instead of %4")
                                     .arg(file, name.c_str())
                                     .arg(double(values[index]))
                                     .arg(double(expected[index]))));
    }

    QTemporaryDir m_folder;
    TokenizerData m_tokenizer;
    Variant m_variant;
    Json m_result;
};

QTEST_GUILESS_MAIN(ExportersFilesInteropTest)
#include "exporters_files_interop_test.moc"
