// SPDX-License-Identifier: Apache-2.0
#include "engine/token_comparison.h"
#include "tests/support/float_file.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Scores and distances of residual streams against transformers in fp64.
class EngineTokensInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTransformers()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        const auto load = [this](const char* name, std::uint32_t seed) {
            TinyModelOptions options;
            options.layers = 3;
            options.seed = seed;
            const fs::path folder = path(name);
            if (!writeTinyHfModel(folder, options).ok())
                return std::shared_ptr<const TransformerModel>();
            return TransformerModel::load(*ModelSource::open(folder).value(), Precision::Float32)
                .value();
        };
        const auto baseline = load("baseline", 1), variant = load("variant", 2);
        QVERIFY(baseline && variant);
        std::vector<std::int32_t> tokens;
        QStringList words;
        for (int index = 0; index < 80; ++index) {
            tokens.push_back((index * 53 + 7) % 256);
            words << QString::number(tokens.back());
        }
        const auto report = compareTokens(*baseline, *variant, tokens);
        QVERIFY(report.ok());

        const fs::path out = path("numbers");
        const QByteArray failure
            = runPythonOracle({ SCHMIDT_SOURCE_DIR "/tests/interop/engine_tokens.py",
                                QString::fromStdString(path("baseline").string()),
                                QString::fromStdString(path("variant").string()), words.join(','),
                                QString::fromStdString(out.string()) });
        QVERIFY2(failure.isEmpty(), failure);
        const std::vector<float> expected = readFloats(out);
        const std::size_t count = tokens.size() - 1;
        QCOMPARE(expected.size(), (3 + 3) * count);
        for (std::size_t index = 0; index < count; ++index) {
            const TokenPrediction& entry = report->predictions[index];
            QVERIFY(std::abs(entry.kl - expected[index]) < 2e-4F);
            QVERIFY(std::abs(entry.baselineNll - expected[count + index]) < 2e-4F);
            QVERIFY(std::abs(entry.variantNll - expected[2 * count + index]) < 2e-4F);
        }
        for (std::size_t index = 0; index < report->distance.size(); ++index)
            QVERIFY(std::abs(report->distance[index] - expected[3 * count + index]) < 1e-4F);
    }

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(EngineTokensInteropTest)
#include "engine_tokens_interop_test.moc"
