// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluation.h"
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "runtime/tokenizer.h"
#include "tests/support/default_model.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"
#include "workload/workload.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// The engine's logits against transformers in fp32.
class ComputeParityInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
    }

    void tinyModels_data()
    {
        QTest::addColumn<int>("family");
        QTest::addColumn<bool>("tied");
        for (const Family family : { Family::Llama, Family::Qwen2, Family::Qwen3 })
            for (const bool tied : { true, false })
                QTest::addRow("%s %s", familyName(family).c_str(), tied ? "tied" : "untied")
                    << static_cast<int>(family) << tied;
    }
    void tinyModels()
    {
        QFETCH(int, family);
        QFETCH(bool, tied);
        TinyModelOptions options;
        options.family = static_cast<Family>(family);
        options.tied = tied;
        options.vocab = 300;
        const fs::path folder = path(QTest::currentDataTag());
        QVERIFY(writeTinyHfModel(folder, options).ok());
        TokenWindows windows { 96, {} };
        for (int index = 0; index < 96; ++index)
            windows.tokens.push_back((index * 37 + 11) % 256);
        compare(folder, windows);
    }

    void defaultModelOnText()
    {
        const fs::path model = defaultModel();
        if (model.empty())
            QSKIP("The default model is missing; run packaging/setup.sh.");
        const auto source = ModelSource::open(model).value();
        const auto tokenizer = Tokenizer::create(*source).value();
        ExportOptions options;
        options.format = ExportFormat::HuggingFace;
        options.type = DType::F32;
        const fs::path folder = path("default");
        const Variant variant = variantFromSource(*source).value();
        const auto exported = exportVariant(variant, source->tokenizer(), options, folder);
        QVERIFY2(exported.ok(), exported.ok() ? "" : exported.error().message.c_str());
        const Workload workload = loadWorkload("faq").value();
        std::string text;
        for (const std::string& document : workload.evaluation)
            text += document + "\n\n";
        TokenWindows windows { 1024, tokenizer->encode(text) };
        windows.tokens.resize(std::min<std::size_t>(windows.tokens.size() / 1024, 1) * 1024);
        QVERIFY(windows.count() == 1);
        compare(folder, windows);
    }

    void precisionHardlyMoves()
    {
        const fs::path model = defaultModel();
        if (model.empty())
            QSKIP("The default model is missing; run packaging/setup.sh.");
        const auto source = ModelSource::open(model).value();
        const auto tokenizer = Tokenizer::create(*source).value();
        const auto exact = TransformerModel::load(*source, Precision::Float32).value();
        const auto half = TransformerModel::load(*source, Precision::BFloat16).value();
        const Workload workload = loadWorkload("faq").value();
        TokenWindows windows {
            256, tokenizer->encode(workload.evaluation.front() + workload.evaluation.back())
        };
        windows.tokens.resize(windows.tokens.size() / 256 * 256);
        QVERIFY(windows.count() > 0);
        const auto scores = evaluateModels(*exact, { exact, half }, windows);
        QVERIFY(scores.ok());
        double self = 0, rounded = 0;
        for (std::size_t index = 0; index < scores->variants[0].kl.size(); ++index) {
            self += scores->variants[0].kl[index];
            rounded += scores->variants[1].kl[index];
        }
        const double count = static_cast<double>(scores->variants[0].kl.size());
        qInfo("mean KL to itself %.2e, of bf16 to fp32 %.2e", self / count, rounded / count);
        QVERIFY(self / count < 1e-6);
        QVERIFY(rounded / count < 5e-3);
    }

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    void compare(const fs::path& folder, const TokenWindows& windows)
    {
        const auto source = ModelSource::open(folder).value();
        const auto model = TransformerModel::load(*source, Precision::Float32).value();
        const auto own = model->logits(windows);
        QVERIFY2(own.ok(), own.ok() ? "" : own.error().message.c_str());
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_export_logits.py",
              QString::fromStdString(Json(windows.tokens).dump()), folder.c_str() });
        QVERIFY2(failure.isEmpty(), failure);
        const std::vector<float> expected = readFloats(folder / "logits.f32");
        QCOMPARE(expected.size(), own->size());
        const std::int64_t vocabulary = source->architecture().vocabularySize;
        const double distance = meanKl(expected, *own, vocabulary);
        const double agreement = sameTop(expected, *own, vocabulary);
        qInfo("mean KL %.2e, same top token %.3f %%", distance, 100 * agreement);
        QVERIFY(distance <= 1e-6);
        QVERIFY(agreement >= 0.999);
    }

    static double sameTop(const std::vector<float>& a, const std::vector<float>& b,
                          std::int64_t vocabulary)
    {
        const auto rows = static_cast<std::int64_t>(a.size()) / vocabulary;
        std::int64_t same = 0;
        for (std::int64_t row = 0; row < rows; ++row) {
            const auto top = [&](const std::vector<float>& values) {
                const auto begin = values.begin() + row * vocabulary;
                return std::max_element(begin, begin + vocabulary) - begin;
            };
            same += top(a) == top(b);
        }
        return static_cast<double>(same) / static_cast<double>(rows);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ComputeParityInteropTest)
#include "compute_parity_interop_test.moc"
