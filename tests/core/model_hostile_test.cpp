// SPDX-License-Identifier: Apache-2.0
#include "model/model_source.h"
#include "support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <functional>
#include <limits>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path)
{
    return readTextFile(path).value();
}

TinyModelOptions smallest()
{
    TinyModelOptions options;
    options.layers = 1;
    options.hidden = options.intermediate = 8;
    options.heads = options.kvHeads = 1;
    options.vocab = 260;
    return options;
}

template <typename T> void overwrite(std::string& bytes, std::size_t at, T value)
{
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// Opens whatever lies there and reads every tensor of it. Exit code of the first error, 0 for
/// none; -1 when an error has no sentence.
int outcome(const fs::path& path)
{
    const auto source = ModelSource::open(path);
    if (!source.ok())
        return source.error().message.size() > 10 ? exitCode(source.error().code) : -1;
    for (const TensorInfo& tensor : (*source)->tensors())
        if (const auto values = (*source)->readTensor(tensor); !values.ok())
            return exitCode(values.error().code);
    return 0;
}

} // namespace

class ModelHostileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->path().toStdString();
    }

    void namesTypesItCannotRead()
    {
        const fs::path path = m_root / "activations.gguf";
        writeTinyGguf(path);
        std::string bytes = readTextFile(path).value();
        const std::string name = "blk.0.ffn_gate.weight";
        // Name, number of dimensions, two extents, type.
        const std::int32_t rounded = 9; // a type of activations, never of files
        bytes.replace(bytes.find(name) + name.size() + 4 + 16, 4,
                      reinterpret_cast<const char*>(&rounded), 4);
        writeBytes(path, bytes);
        const auto refused = ModelSource::open(path);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("Q8_1") != std::string::npos);
        QVERIFY(refused.error().message.find(name) != std::string::npos);
    }

    /// llama.cpp takes the head size from the first layer, so no file can lack attention there.
    void aFirstLayerWithoutAttentionIsRefusedByName()
    {
        const fs::path path = m_root / "first.gguf";
        GgufBuilder gguf;
        gguf.text("general.architecture", "deci");
        for (const auto& [key, value] : { std::pair { "block_count", 2U },
                                          { "embedding_length", 32U },
                                          { "feed_forward_length", 64U } })
            gguf.number(std::string("deci.") + key, value);
        gguf.numbers("deci.attention.head_count", { 0, 4 });
        gguf.numbers("deci.attention.head_count_kv", { 0, 2 });
        gguf.tensor("token_embd.weight", { 1, 32 }, DType::F32, std::vector<std::byte>(128));
        writeBytes(path, gguf.bytes());
        const auto refused = ModelSource::open(path);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY2(refused.error().message.find("first layer") != std::string::npos,
                 refused.error().message.c_str());
    }

    void thingsThatAreNoModel()
    {
        QCOMPARE(outcome(m_root / "nothing"), 3);
        QCOMPARE(outcome(m_root), 3);
        writeBytes(m_root / "empty.gguf", "");
        QCOMPARE(outcome(m_root / "empty.gguf"), 3);
        writeBytes(m_root / "zip.gguf", std::string("PK\x03\x04", 4) + std::string(100, 'x'));
        QCOMPARE(outcome(m_root / "zip.gguf"), 3);
        writeBytes(m_root / "pytorch_model.bin", std::string("PK\x03\x04", 4));
        QCOMPARE(outcome(m_root / "pytorch_model.bin"), 4);
        writeBytes(m_root / "model_index.json", "{}");
        QCOMPARE(outcome(m_root), 4);
        writeBytes(m_root / "weights.safetensors", "xxxxxxxxxxxx");
        QCOMPARE(outcome(m_root / "weights.safetensors"), 3);
    }

    void foldersWithOtherContents()
    {
        QVERIFY(writeTinyHfModel(m_root, smallest()).ok());
        QCOMPARE(outcome(m_root), 0);
        const Json config = readJsonFile(m_root / "config.json").value();
        const auto with = [&](const char* key, const Json& value) {
            Json changed = config;
            changed[key] = value;
            writeBytes(m_root / "config.json", dumpJson(changed));
            return outcome(m_root);
        };
        QCOMPARE(with("model_type", "rwkv"), 4);
        QCOMPARE(with("model_type", nullptr), 4);
        QCOMPARE(with("hidden_act", "gelu"), 4);
        QCOMPARE(with("partial_rotary_factor", 0.5), 4);
        QCOMPARE(with("quantization_config", { { "quant_method", "gptq" } }), 3);
        QCOMPARE(with("quantization_config", { { "quant_method", "aqlm" } }), 4);
        QCOMPARE(with("rope_scaling", { { "rope_type", "longrope" }, { "factor", 2 } }), 4);
        QCOMPARE(with("rope_scaling", { { "rope_type", "linear" }, { "factor", -2 } }), 3);
        QCOMPARE(with("hidden_size", 16), 3);
        QCOMPARE(with("hidden_size", "wide"), 3);
        QCOMPARE(with("hidden_size", 1e30), 3);
        QCOMPARE(with("num_hidden_layers", 2), 3);
        QCOMPARE(with("num_hidden_layers", 2000000000), 3);
        QCOMPARE(with("num_key_value_heads", 0), 3);
        QCOMPARE(with("head_dim", 7), 3);
        QCOMPARE(with("vocab_size", std::numeric_limits<std::uint64_t>::max()), 3);
        QCOMPARE(with("attention_bias", true), 3);
        writeBytes(m_root / "config.json", "[]");
        QCOMPARE(outcome(m_root), 3);
        writeBytes(m_root / "config.json", dumpJson(config));
        writeBytes(m_root / "tokenizer.json",
                   R"({"model":{"type":"BPE","vocab":{"a":4000000000}}})");
        QCOMPARE(outcome(m_root), 3);
        writeBytes(m_root / "tokenizer.json", R"({"model":{"type":"Unigram"}})");
        QCOMPARE(outcome(m_root), 3);
        writeBytes(m_root / "tokenizer.json", R"({"model":{"type":"WordPiece"}})");
        QCOMPARE(outcome(m_root), 0); // the weights stay usable, with a warning
        QVERIFY(!ModelSource::open(m_root).value()->warnings().empty());
        writeBytes(
            m_root / "tokenizer.json",
            R"({"model":{"type":"BPE","byte_fallback":true,"vocab":{"a":0},"merges":["aa",3]}})");
        QCOMPARE(outcome(m_root), 0);
    }

    void slidingWindowIsAWarning()
    {
        QVERIFY(writeTinyHfModel(m_root, smallest()).ok());
        Json config = readJsonFile(m_root / "config.json").value();
        const std::size_t before = ModelSource::open(m_root).value()->warnings().size();
        config["sliding_window"] = 64;
        writeBytes(m_root / "config.json", dumpJson(config));
        QCOMPARE(ModelSource::open(m_root).value()->warnings().size(), before + 1);
    }

    void shardIndexes()
    {
        QVERIFY(writeTinyHfModel(m_root, smallest()).ok());
        fs::rename(m_root / "model.safetensors", m_root / "model-00001-of-00001.safetensors");
        const auto withFile = [&](const std::string& file) {
            writeBytes(m_root / "model.safetensors.index.json",
                       dumpJson({ { "weight_map", { { "model.norm.weight", file } } } }));
            return outcome(m_root);
        };
        QCOMPARE(withFile("model-00001-of-00001.safetensors"), 0);
        QCOMPARE(withFile("model-00002-of-00002.safetensors"), 3);
        QCOMPARE(withFile("../" + m_root.filename().string() + "/model-00001-of-00001.safetensors"),
                 3);
        QCOMPARE(withFile("/etc/passwd"), 3);
        QCOMPARE(withFile(""), 3);
        fs::copy(m_root / "model-00001-of-00001.safetensors", m_root / "again.safetensors");
        writeBytes(
            m_root / "model.safetensors.index.json",
            R"({"weight_map":{"a":"again.safetensors","b":"model-00001-of-00001.safetensors"}})");
        QCOMPARE(outcome(m_root), 3);
    }

    void safetensorsHeaders()
    {
        QVERIFY(writeTinyHfModel(m_root, smallest()).ok());
        const fs::path file = m_root / "model.safetensors";
        const std::string original = contentOf(file);
        std::uint64_t length = 0;
        std::memcpy(&length, original.data(), sizeof length);
        const Json header = Json::parse(original.substr(8, length));
        const auto write = [&](const Json& changed) {
            const std::string text = dumpJson(changed);
            std::string bytes(8, '\0');
            overwrite(bytes, 0, static_cast<std::uint64_t>(text.size()));
            writeBytes(file, bytes + text + original.substr(8 + length));
            return outcome(m_root);
        };
        const auto withNorm = [&](const char* key, const Json& value) {
            Json changed = header;
            changed["model.norm.weight"][key] = value;
            return write(changed);
        };
        QCOMPARE(write(header), 0);
        QCOMPARE(withNorm("shape", { 9 }), 3);
        QCOMPARE(withNorm("shape", { 2, 4 }), 3);
        QCOMPARE(withNorm("shape", { std::numeric_limits<std::int64_t>::max(), 8 }), 3);
        QCOMPARE(withNorm("shape", { -8 }), 3);
        QCOMPARE(withNorm("dtype", "Q4_0"), 3);
        QCOMPARE(withNorm("dtype", "I32"), 4);
        QCOMPARE(withNorm("data_offsets", { 0, 32 }), 3);
        QCOMPARE(withNorm("data_offsets", { 40, 8 }), 3);
        QCOMPARE(withNorm("data_offsets", "all"), 3);
        Json without = header;
        without.erase("model.norm.weight");
        QCOMPARE(write(without), 3);
        Json metadata = header;
        metadata["__metadata__"]["format"] = 3;
        QCOMPARE(write(metadata), 3);

        std::string lying = original;
        overwrite(lying, 0, ~std::uint64_t { 0 });
        writeBytes(file, lying);
        QCOMPARE(outcome(m_root), 3);
        writeBytes(file, original.substr(0, original.size() - 1));
        QCOMPARE(outcome(m_root), 3);
        writeBytes(file, original + "x");
        QCOMPARE(outcome(m_root), 3);
    }

    void numbersThatAreNone()
    {
        QVERIFY(writeTinyHfModel(m_root, smallest()).ok());
        const fs::path file = m_root / "model.safetensors";
        std::string bytes = contentOf(file);
        overwrite(bytes, bytes.size() - 4, std::numeric_limits<float>::quiet_NaN());
        writeBytes(file, bytes);
        const auto source = ModelSource::open(m_root);
        QVERIFY(source.ok()); // opening does not look at the data
        const TensorInfo* last = (*source)->find(Role::FinalNorm);
        const auto values = (*source)->readTensor(*last);
        QVERIFY(!values.ok());
        QVERIFY(values.error().message.find(last->name) != std::string::npos);
        overwrite(bytes, bytes.size() - 4, -std::numeric_limits<float>::infinity());
        writeBytes(file, bytes);
        QCOMPARE(outcome(m_root), 3);
    }

    void ggufHeaders()
    {
        const fs::path file = m_root / "model.gguf";
        const auto opened = [&](const std::string& bytes) {
            writeBytes(file, bytes);
            return outcome(file);
        };
        const std::string good = tinyGguf(smallest()).bytes();
        QCOMPARE(opened(good), 0);
        QCOMPARE(opened(tinyGguf(smallest()).bytes(2)), 0);
        QCOMPARE(opened(tinyGguf(smallest()).bytes(1)), 4);
        for (const std::size_t size : { 4, 8, 20, 23, 24, 100, 5000 })
            QCOMPARE(opened(good.substr(0, size)), 3);
        QCOMPARE(opened(good.substr(0, good.size() - 64)), 3);
        for (const std::size_t count : { 8, 16 }) {
            std::string bytes = good;
            overwrite(bytes, count, ~std::uint64_t { 0 } >> 1U);
            QCOMPARE(opened(bytes), 3);
        }
        const auto with = [&](const std::function<void(GgufBuilder&)>& add) {
            GgufBuilder gguf = tinyGguf(smallest());
            add(gguf);
            return opened(gguf.bytes());
        };
        QCOMPARE(with([](GgufBuilder& gguf) { gguf.text("general.name", "again"); }), 3);
        QCOMPARE(with([](GgufBuilder& gguf) { gguf.number("llama.expert_count", 8); }), 4);
        QCOMPARE(with([](GgufBuilder& gguf) { gguf.number("general.alignment", 33); }), 3);
        QCOMPARE(with([](GgufBuilder& gguf) { gguf.text("llama.rope.scaling.type", "magic"); }), 4);
        const std::vector<std::byte> norm(32);
        QCOMPARE(with([&](GgufBuilder& gguf) {
                     gguf.tensor("output_norm.weight", { 8 }, DType::F32, norm);
                 }),
                 3);
        QCOMPARE(with([&](GgufBuilder& gguf) {
                     gguf.tensor("blk.7.attn_norm.weight", { 8 }, DType::F32, norm);
                 }),
                 4);
        QCOMPARE(with([&](GgufBuilder& gguf) {
                     gguf.tensor("extra", { std::int64_t { 1 } << 40, std::int64_t { 1 } << 40 },
                                 DType::F32, norm);
                 }),
                 3);
        GgufBuilder rwkv;
        rwkv.text("general.architecture", "rwkv6");
        QCOMPARE(opened(rwkv.bytes()), 4);
        QCOMPARE(opened(GgufBuilder().bytes()), 4);
    }

    /// llama.cpp, which tokenizes, ends the process at such a vocabulary.
    void aTokenTwice()
    {
        QVERIFY(writeTinyHfModel(m_root, smallest()).ok());
        const fs::path file = m_root / "tokenizer.json";
        Json tokenizer = Json::parse(contentOf(file));
        tokenizer["added_tokens"].push_back(
            { { "id", 259 }, { "content", "a" }, { "special", true } });
        writeBytes(file, tokenizer.dump());
        const auto source = ModelSource::open(m_root);
        QVERIFY(!source.ok());
        QCOMPARE(exitCode(source.error().code), 3);
        QVERIFY(source.error().message.find("\"a\" twice") != std::string::npos);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
};

QTEST_GUILESS_MAIN(ModelHostileTest)
#include "model_hostile_test.moc"
