// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "runtime/llama_runtime.h"
#include "tests/support/logit_distance.h"
#include "tests/support/random_blocks.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

/// Writes a model whose layers hold random blocks of a type, each matrix with a scale of its own
/// beside it, as files in NVFP4 have. Embedding and norms are F32.
void writeModel(const fs::path& path, const TinyModelOptions& options, const BlockFormat& format)
{
    GgufBuilder gguf = tinyGgufMetadata(options);
    unsigned seed = 1;
    for (const TinyTensor& tensor : tinyTensors(options)) {
        const std::string name = ggufTensorName(tensor.role, tensor.layer);
        if (tensor.shape.size() == 1 || tensor.layer < 0) {
            gguf.tensor(name, tensor.shape, DType::F32, encodeTensor(tensor.values, DType::F32));
            continue;
        }
        const auto count = tensor.values.size();
        const auto blocks = randomBlocks(
            format, count / static_cast<std::size_t>(blockLayout(format.type).elements), ++seed);
        gguf.tensor(name, tensor.shape, format.type, blocks);
        std::vector<float> values(count);
        dequantize(format.type, blocks, values);
        double energy = 0;
        for (const float value : values)
            energy += static_cast<double>(value) * value;
        const double factor = 0.06 / std::sqrt(energy / static_cast<double>(count));
        gguf.tensor(name.substr(0, name.rfind('.')) + ".scale", { 1 }, DType::F32,
                    encodeTensor({ static_cast<float>(factor) }, DType::F32));
    }
    writeBytes(path, gguf.bytes());
}

} // namespace

/// Files in every quantized type, whole: llama.cpp and our own forward pass see the same model.
class ComputeGgufTypesInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAsLlamaCpp_data()
    {
        QTest::addColumn<int>("format");
        for (std::size_t index = 0; index < blockFormats().size(); ++index)
            QTest::newRow(std::string(dtypeName(blockFormats()[index].type)).c_str())
                << static_cast<int>(index);
    }

    void readsAsLlamaCpp()
    {
        QFETCH(int, format);
        QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "model.gguf";
        TinyModelOptions options;
        options.hidden = 256;
        options.intermediate = 512;
        options.heads = 4;
        options.kvHeads = 4;
        options.headDim = 64;
        writeModel(file, options, blockFormats()[static_cast<std::size_t>(format)]);
        std::vector<std::int32_t> tokens;
        for (int index = 0; index < 60; ++index)
            tokens.push_back((index * 7919 + 13) % 256);
        const auto source = ModelSource::open(file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const auto model = TransformerModel::load(**source, Precision::Float32).value();
        const auto own
            = model->logits({ static_cast<std::int64_t>(tokens.size()), tokens }).value();
        const auto runtime = ggufLogits(file, tokens);
        QVERIFY2(runtime.ok(), runtime.ok() ? "" : runtime.error().message.c_str());
        const double distance
            = meanKl(own, *runtime, static_cast<std::int64_t>(own.size() / tokens.size()));
        qInfo("mean KL %.1e", distance);
        // llama.cpp rounds what such matrices are multiplied with to 8 bits.
        QVERIFY2(distance <= 5e-3, qPrintable(QString::number(distance)));
    }
};

QTEST_GUILESS_MAIN(ComputeGgufTypesInteropTest)
#include "compute_gguf_types_interop_test.moc"
