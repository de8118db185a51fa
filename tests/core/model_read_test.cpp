// SPDX-License-Identifier: Apache-2.0
#include "model/gguf_model.h"
#include "model/model_source.h"
#include "model/variant_format.h"
#include "support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <limits>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

fs::path defaultModel()
{
    return fs::path(SCHMIDT_SOURCE_DIR) / ".deps/models/SmolLM2-135M-Instruct.Q4_1.gguf";
}

fs::path sharedData()
{
    return fs::path(SCHMIDT_SOURCE_DIR).parent_path() / "shared/data";
}

QString messageOf(const Error& error)
{
    return QString::fromStdString(error.message);
}

/// Largest difference between what a source gives and what the tiny model was made of.
double largestDifference(const ModelSource& source, const TinyModelOptions& options)
{
    double largest = 0;
    for (const TinyTensor& tensor : tinyTensors(options)) {
        const TensorInfo* info = source.find(tensor.role, tensor.layer);
        if (!info || info->shape != tensor.shape)
            return std::numeric_limits<double>::infinity();
        const auto values = source.readTensor(*info);
        if (!values.ok() || values->size() != tensor.values.size())
            return std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < values->size(); ++i)
            largest = std::max<double>(largest, std::fabs((*values)[i] - tensor.values[i]));
    }
    return largest;
}

} // namespace

class ModelReadTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void halvesConvertExactly()
    {
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            if ((bits & 0x7c00) == 0x7c00 && (bits & 0x3ff)) {
                QVERIFY(std::isnan(halfToFloat(half)));
                QVERIFY(std::isnan(halfToFloat(floatToHalf(halfToFloat(half)))));
                continue;
            }
            QCOMPARE(floatToHalf(halfToFloat(half)), half);
        }
        QCOMPARE(halfToFloat(0x3c00), 1.0F);
        QCOMPARE(halfToFloat(0x0001), std::ldexp(1.0F, -24));
        QCOMPARE(floatToHalf(65519.0F), std::uint16_t { 0x7bff });
        QCOMPARE(floatToHalf(65520.0F), std::uint16_t { 0x7c00 });
        // Halfway cases go to the even neighbour.
        QCOMPARE(floatToHalf(1.0F + std::ldexp(1.0F, -11)), std::uint16_t { 0x3c00 });
        QCOMPARE(floatToHalf(1.0F + 3 * std::ldexp(1.0F, -11)), std::uint16_t { 0x3c02 });
        QCOMPARE(floatToHalf(std::ldexp(1.0F, -25)), std::uint16_t { 0 });
        QCOMPARE(floatToBfloat(1.0F + std::ldexp(1.0F, -8)), std::uint16_t { 0x3f80 });
        QCOMPARE(floatToBfloat(1.0F + 3 * std::ldexp(1.0F, -8)), std::uint16_t { 0x3f82 });
        QVERIFY(std::isnan(bfloatToFloat(floatToBfloat(std::numeric_limits<float>::quiet_NaN()))));
    }

    void everyFamilyReadsBack_data()
    {
        QTest::addColumn<int>("family");
        QTest::addColumn<bool>("tied");
        for (const Family family : { Family::Llama, Family::Qwen2, Family::Qwen3 })
            for (const bool tied : { false, true })
                QTest::addRow("%s %s", familyName(family).c_str(), tied ? "tied" : "untied")
                    << static_cast<int>(family) << tied;
    }

    void everyFamilyReadsBack()
    {
        QFETCH(int, family);
        QFETCH(bool, tied);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        TinyModelOptions options;
        options.family = static_cast<Family>(family);
        options.tied = tied;
        options.headDim = 16; // unlike hidden / heads
        for (const DType dtype : { DType::F32, DType::F16, DType::BF16 }) {
            options.dtype = dtype;
            const fs::path hf = root / ("hf" + std::string(dtypeName(dtype)));
            QVERIFY(writeTinyHfModel(hf, options).ok());
            const auto source = ModelSource::open(hf);
            QVERIFY2(source.ok(), source.ok() ? "" : qPrintable(messageOf(source.error())));
            QVERIFY(largestDifference(**source, options) <= (dtype == DType::F32       ? 0
                                                                 : dtype == DType::F16 ? 2e-3
                                                                                       : 1e-2));
            const Architecture& architecture = (*source)->architecture();
            QCOMPARE(architecture.tiedEmbeddings, tied);
            std::int64_t counted = 0;
            for (const TinyTensor& tensor : tinyTensors(options))
                counted += static_cast<std::int64_t>(tensor.values.size());
            QCOMPARE(architecture.totalParameters(), counted);
            QCOMPARE((*source)->tokenizer().preTokenizer, std::string("gpt-2"));
            QCOMPARE((*source)->tokenizer().bos, std::int64_t { 256 });
        }
        options.dtype = DType::F32;
        writeTinyGguf(root / "tiny.gguf", options);
        const auto gguf = ModelSource::open(root / "tiny.gguf");
        QVERIFY2(gguf.ok(), gguf.ok() ? "" : qPrintable(messageOf(gguf.error())));
        QCOMPARE(largestDifference(**gguf, options), 0.0);
        QCOMPARE(static_cast<int>((*gguf)->architecture().family), family);
    }

    void ggufIsCalledByItsFile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("name");
        for (const auto& [file, name] :
             { std::pair("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"),
               std::pair("Qwen3-0.6B-Q4_K_M-00001-of-00002.gguf", "Qwen3-0.6B"),
               std::pair("tiny_f16.gguf", "tiny"), std::pair("phi-2.iq4_nl.gguf", "phi-2"),
               std::pair("stories260K.gguf", "stories260K"), std::pair("model.gguf", "Trained"),
               std::pair("sha256-0123456789abcdef0123456789abcdef", "Trained"),
               std::pair("ggml-model-Q8_0.gguf", "Trained"), std::pair("Q4_0.gguf", "Q4_0") })
            QTest::newRow(file) << QString(file) << QString(name);
    }
    void ggufIsCalledByItsFile()
    {
        QFETCH(QString, file);
        QTEST(QString::fromStdString(ggufModelName("Trained", "/models/" + file.toStdString())),
              "name");
        QCOMPARE(ggufModelName("", "/models/model.gguf"), std::string("model"));
    }

    void architectureSurvivesJson()
    {
        TinyModelOptions options;
        options.family = Family::Qwen3;
        Architecture before = tinyArchitecture(options);
        before.layers[1].intermediateSize = 96;
        before.rope.scaling = RopeScaling::Yarn;
        before.rope.factor = 4;
        const auto after = architectureFromJson(toJson(before));
        QVERIFY(after.ok());
        QCOMPARE(dumpJson(toJson(*after)), dumpJson(toJson(before)));
        QVERIFY(!hfConfigFromArchitecture(before, "float32").ok());
    }

    void llama3RopeMatchesItsDefinition()
    {
        RopeParameters rope;
        rope.theta = 500000;
        rope.scaling = RopeScaling::Llama3;
        rope.factor = 8;
        rope.originalContext = 8192;
        const RopeFrequencies scaled = ropeFrequencies(rope, 128);
        rope.scaling = RopeScaling::None;
        const RopeFrequencies plain = ropeFrequencies(rope, 128);
        QCOMPARE(scaled.angular.front(), plain.angular.front());
        QCOMPARE(scaled.angular.back() * 8, plain.angular.back());
        // The GGUF spelling of the same scaling: explicit divisors.
        rope.frequencyDivisors.clear();
        for (std::size_t i = 0; i < plain.angular.size(); ++i)
            rope.frequencyDivisors.push_back(
                static_cast<float>(plain.angular[i] / scaled.angular[i]));
        const RopeFrequencies divided = ropeFrequencies(rope, 128);
        for (std::size_t i = 0; i < plain.angular.size(); ++i)
            QVERIFY(std::fabs(divided.angular[i] / scaled.angular[i] - 1) < 1e-6);
    }

    void defaultModelOpensQuicklyAndReads()
    {
        if (!fs::exists(defaultModel()))
            QSKIP("The default model is not installed; run packaging/setup.sh.");
        QElapsedTimer timer;
        timer.start();
        const auto source = ModelSource::open(defaultModel());
        const double opened = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        QVERIFY2(source.ok(), source.ok() ? "" : qPrintable(messageOf(source.error())));
        const Architecture& architecture = (*source)->architecture();
        QCOMPARE(architecture.totalParameters(), std::int64_t { 134515008 });
        QCOMPARE(architecture.layerCount(), std::int64_t { 30 });
        QVERIFY(architecture.tiedEmbeddings);
        QCOMPARE((*source)->tokenizer().tokens.size(), std::size_t { 49152 });
        QCOMPARE((*source)->tokenizer().preTokenizer, std::string("smollm"));
        timer.restart();
        double sum = 0;
        for (const TensorInfo& tensor : (*source)->tensors()) {
            const auto values = (*source)->readTensor(tensor);
            QVERIFY(values.ok());
            sum += values->front();
        }
        QVERIFY(std::isfinite(sum));
        qInfo("opened in %.1f ms, decoded in %lld ms", opened,
              static_cast<long long>(timer.elapsed()));
    }

    void realFolderWithOnlyAnOutputMatrixIsTied()
    {
        const fs::path folder = sharedData() / "model-tinystories-656k-hf";
        if (!fs::exists(folder))
            QSKIP("The shared test data are not present.");
        const auto source = ModelSource::open(folder);
        QVERIFY2(source.ok(), source.ok() ? "" : qPrintable(messageOf(source.error())));
        QVERIFY((*source)->architecture().tiedEmbeddings);
        QVERIFY((*source)->find(Role::Embedding));
        QVERIFY(!(*source)->find(Role::Head));
        const TokenizerData& tokenizer = (*source)->tokenizer();
        QCOMPARE(static_cast<int>(tokenizer.kind),
                 static_cast<int>(TokenizerKind::SentencePieceBpe));
        QCOMPARE(tokenizer.bos, std::int64_t { 1 });
        QVERIFY(tokenizer.addBos);
        QVERIFY(tokenizer.addSpacePrefix);
    }

    void contentHashIsStableAndFollowsTheFiles()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QVERIFY(writeTinyHfModel(root).ok());
        const std::string first = ModelSource::open(root).value()->contentHash().value();
        QCOMPARE(ModelSource::open(root).value()->contentHash().value(), first);
        TinyModelOptions other;
        other.seed = 2;
        QVERIFY(writeTinyHfModel(root, other).ok());
        QVERIFY(ModelSource::open(root).value()->contentHash().value() != first);
        const CancelToken cancel;
        cancel.cancel();
        QVERIFY(!ModelSource::open(root).value()->contentHash(cancel).ok());
    }

    void tokenizerFilesReadBack()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QVERIFY(writeTinyHfModel(root).ok());
        const TokenizerData before = tokenizerFromHfFolder(root).value();
        const auto files = hfTokenizerFiles(before);
        QVERIFY(files.ok());
        const fs::path copy = root / "copy";
        fs::create_directories(copy);
        for (const auto& [name, content] : *files)
            writeBytes(copy / name, content);
        const TokenizerData after = tokenizerFromHfFolder(copy).value();
        QVERIFY(after.tokens == before.tokens);
        QVERIFY(after.merges == before.merges);
        QVERIFY(after.types == before.types);
        QCOMPARE(after.preTokenizer, before.preTokenizer);
        QCOMPARE(after.addBos, before.addBos);
        QCOMPARE(after.bos, before.bos);
        TokenizerData unknown = before;
        unknown.preTokenizer = "nobody-knows";
        QCOMPARE(exitCode(hfTokenizerFiles(unknown).error().code), 4);
    }
};

QTEST_GUILESS_MAIN(ModelReadTest)
#include "model_read_test.moc"
