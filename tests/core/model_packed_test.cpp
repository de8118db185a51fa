// SPDX-License-Identifier: Apache-2.0
#include "model/model_source.h"
#include "support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::int32_t>;

/// A tensor of a checkpoint with its bytes.
SafetensorsItem item(const std::string& name, const std::string& type,
                     std::vector<std::int64_t> shape, std::vector<std::byte> bytes)
{
    return { name, type, std::move(shape), static_cast<std::int64_t>(bytes.size()),
             [bytes]() -> Result<std::vector<std::byte>> { return bytes; } };
}

std::vector<std::byte> bytesOf(const Words& words)
{
    std::vector<std::byte> bytes(4 * words.size());
    std::memcpy(bytes.data(), words.data(), bytes.size());
    return bytes;
}

/// The parts of a GPTQ matrix [8, 8] of 4 bits in groups of 4 that the damage tests change.
struct Parts {
    std::vector<std::int64_t> codeShape { 1, 8 }, zeroShape { 2, 1 }, scaleShape { 2, 8 };
    Words codes = Words(8, 0x76543210), zeros = Words(2, 0x77777777);
    Words groups { 0, 0, 0, 0, 1, 1, 1, 1 };
    float scale = 0.25F;
    std::string without; ///< a part left out
};

} // namespace

/// Packed checkpoints that a small model holds in one matrix: values worked out by hand, damage,
/// and methods that are not read.
class ModelPackedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->path().toStdString();
    }

    void knownValues()
    {
        writeParts({}, gptq());
        const auto source = ModelSource::open(m_root);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const TensorInfo* query = (*source)->find(Role::Query, 0);
        QCOMPARE(query->typeName(), "gptq int4 g4");
        QCOMPARE(query->shape, (std::vector<std::int64_t> { 8, 8 }));
        const std::vector<float> values = (*source)->readTensor(*query).value();
        // Code i at column i, zero point 7 + 1, scale 1/4.
        for (std::size_t index = 0; index < 64; ++index)
            QCOMPARE(values[index], 0.25F * (static_cast<float>(index % 8) - 8));
        QVERIFY((*source)->contentHash().ok());
    }

    void columnsInAnotherOrder()
    {
        Parts parts;
        parts.groups = { 1, 0, 1, 0, 1, 0, 1, 0 };
        parts.zeros = { 0x77777777, 0x11111111 };
        writeParts(parts, gptq());
        const auto source = ModelSource::open(m_root).value();
        const auto values = source->readTensor(*source->find(Role::Query, 0)).value();
        QCOMPARE(values[0], 0.25F * (0 - 2));
        QCOMPARE(values[1], 0.25F * (1 - 8));
        QCOMPARE(values[6], 0.25F * (6 - 2));
    }

    void damage_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("words");
        const std::pair<const char*, const char*> rows[] {
            { "qweight", "q_proj.qweight is missing" },
            { "scales", "q_proj.scales is missing" },
            { "qzeros", "q_proj.qzeros is missing" },
            { "code shape", "asks for" },
            { "scale shape", "q_proj.scales has shape" },
            { "zero shape", "q_proj.qzeros has shape" },
            { "group", "only 2 groups are stored" },
            { "negative group", "only 2 groups are stored" },
            { "infinite", "NaN or infinity" },
            { "no bits", "no usable number of bits" },
            { "group size", "not possible" },
            { "truncated", "truncated" },
        };
        for (const auto& [what, words] : rows)
            QTest::addRow("%s", what) << what << words;
    }

    void damage()
    {
        QFETCH(const QString, what);
        QFETCH(const QString, words);
        Parts parts;
        Json settings = gptq();
        parts.without = what.toStdString();
        if (what == QLatin1String("code shape"))
            parts.codeShape = { 2, 4 };
        if (what == QLatin1String("scale shape"))
            parts.scaleShape = { 4, 4 };
        if (what == QLatin1String("zero shape"))
            parts.zeroShape = { 1, 2 };
        if (what == QLatin1String("group"))
            parts.groups[5] = 2;
        if (what == QLatin1String("negative group"))
            parts.groups[5] = -3;
        if (what == QLatin1String("infinite"))
            parts.scale = std::numeric_limits<float>::infinity();
        if (what == QLatin1String("no bits"))
            settings.erase("bits");
        if (what == QLatin1String("group size"))
            settings["group_size"] = -7;
        writeParts(parts, settings);
        const fs::path weights = m_root / "model.safetensors";
        if (what == QLatin1String("truncated"))
            fs::resize_file(weights, 20);
        const Error error = firstError();
        QVERIFY2(QString::fromStdString(error.message).contains(words), error.message.c_str());
        QCOMPARE(exitCode(error.code), 3);
    }

    void methodsThatAreNotRead_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("name");
        const std::pair<const char*, const char*> rows[] {
            { R"({"quant_method": "bitsandbytes"})", "bitsandbytes" },
            { R"({"quant_method": "hqq"})", "hqq" },
            { R"({"bits": 4})", "unnamed" },
            { R"({"quant_method": "gptq", "bits": 5})", "5 bits" },
            { R"({"quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin"})", "marlin" },
            { R"({"quant_method": "gptq", "bits": 4, "dynamic": {"-:mlp": {}}})", "dynamic" },
            { R"({"quant_method": "awq", "bits": 8})", "8 bits" },
            { R"({"quant_method": "awq", "bits": 4, "version": "GEMV"})", "gemv" },
            { R"({"quant_method": "compressed-tensors", "format": "marlin-24"})", "marlin-24" },
            { R"({"quant_method": "compressed-tensors", "config_groups": {"group_0":
                  {"weights": {"num_bits": 8, "type": "float"}}}})",
              "float" },
            { R"({"quant_method": "compressed-tensors", "config_groups": {"group_0":
                  {"weights": {"num_bits": 8, "strategy": "block"}}}})",
              "block" },
        };
        for (const auto& [settings, name] : rows)
            QTest::addRow("%s", settings) << settings << name;
    }

    void methodsThatAreNotRead()
    {
        QFETCH(const QString, settings);
        QFETCH(const QString, name);
        writeParts({}, Json::parse(settings.toStdString()));
        const Error error = firstError();
        QVERIFY2(QString::fromStdString(error.message).contains(name), error.message.c_str());
        QCOMPARE(exitCode(error.code), 4);
    }

    void compressedTensorsByHand()
    {
        writeModel(compressedParts(), compressed(4));
        const auto source = ModelSource::open(m_root);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const TensorInfo* query = (*source)->find(Role::Query, 0);
        QCOMPARE(query->typeName(), "int4 g4");
        const std::vector<float> values = (*source)->readTensor(*query).value();
        for (std::size_t index = 0; index < 64; ++index)
            QCOMPARE(values[index], 0.5F * (static_cast<float>(index % 8) - 8));
    }

    void shapesAgainstTheConfiguration()
    {
        writeModel(compressedParts(), compressed(8));
        const Error error = firstError();
        QCOMPARE(exitCode(error.code), 3);
        QVERIFY2(error.message.find("fit none") != std::string::npos, error.message.c_str());
    }

    void changedBytesNeverEndTheProcess()
    {
        std::mt19937 generator(3);
        for (const bool gptqLayout : { true, false }) {
            if (gptqLayout)
                writeParts({}, gptq());
            else
                writeModel(compressedParts(), compressed(4));
            const fs::path weights = m_root / "model.safetensors";
            const std::string whole = readTextFile(weights).value();
            for (int round = 0; round < 200; ++round) {
                std::string bytes = whole;
                for (std::uint32_t change = generator() % 3 + 1; change > 0; --change)
                    bytes[8 + generator() % 900] = static_cast<char>(generator());
                writeBytes(weights, bytes);
                const Error error = firstError();
                QVERIFY2(error.message.empty() || error.message.size() > 10, error.message.c_str());
            }
        }
    }

private:
    static Json gptq()
    {
        return { { "quant_method", "gptq" }, { "bits", 4 }, { "group_size", 4 } };
    }

    /// Groups of 4 columns.
    static Json compressed(int bits)
    {
        const Json weights { { "num_bits", bits }, { "strategy", "group" }, { "group_size", 4 } };
        return { { "quant_method", "compressed-tensors" },
                 { "config_groups", { { "group_0", { { "weights", weights } } } } } };
    }

    /// Four bits, code i at column i, scale 1/2.
    static std::vector<SafetensorsItem> compressedParts()
    {
        const std::string module = "model.layers.0.self_attn.q_proj.";
        return { item(module + "weight_packed", "I32", { 8, 1 }, bytesOf(Words(8, 0x76543210))),
                 item(module + "weight_scale", "F16", { 8, 2 },
                      encodeTensor(std::vector<float>(16, 0.5F), DType::F16)),
                 item(module + "weight_shape", "I32", { 2 }, bytesOf({ 8, 8 })) };
    }

    /// The error of opening the folder and reading all of it; without a message when there is none.
    Error firstError() const
    {
        const auto source = ModelSource::open(m_root);
        if (!source.ok())
            return source.error();
        for (const TensorInfo& tensor : (*source)->tensors())
            if (const auto values = (*source)->readTensor(tensor); !values.ok())
                return values.error();
        return {};
    }

    void writeParts(const Parts& parts, const Json& settings) const
    {
        const std::string module = "model.layers.0.self_attn.q_proj.";
        std::vector<SafetensorsItem> items;
        const auto add = [&](const char* name, const char* type,
                             const std::vector<std::int64_t>& shape, std::vector<std::byte> bytes) {
            if (parts.without != name)
                items.push_back(item(module + name, type, shape, std::move(bytes)));
        };
        add("qweight", "I32", parts.codeShape, bytesOf(parts.codes));
        add("qzeros", "I32", parts.zeroShape, bytesOf(parts.zeros));
        add("scales", "F16", parts.scaleShape,
            encodeTensor(std::vector<float>(16, parts.scale), DType::F16));
        add("g_idx", "I32", { 8 }, bytesOf(parts.groups));
        writeModel(std::move(items), settings);
    }

    /// A model of one layer whose query matrix lies in `packed`.
    void writeModel(std::vector<SafetensorsItem> packed, const Json& settings) const
    {
        TinyModelOptions options;
        options.layers = 1;
        options.hidden = options.intermediate = options.headDim = 8;
        options.heads = options.kvHeads = 1;
        options.vocab = 260;
        QVERIFY(writeTinyHfModel(m_root, options).ok());
        Json config = readJsonFile(m_root / "config.json").value();
        config["quantization_config"] = settings;
        writeBytes(m_root / "config.json", dumpJson(config));
        for (const TinyTensor& tensor : tinyTensors(options))
            if (tensor.role != Role::Query)
                packed.push_back(item(hfTensorName(tensor.role, tensor.layer), "F32", tensor.shape,
                                      encodeTensor(tensor.values, DType::F32)));
        QVERIFY(
            writeSafetensors(m_root / "model.safetensors", packed, { { "format", "pt" } }).ok());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
};

QTEST_GUILESS_MAIN(ModelPackedTest)
#include "model_packed_test.moc"
