// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"
#include "model/architecture.h"
#include "model/dtype.h"
#include "model/roles.h"
#include "model/safetensors.h"
#include "model/variant_format.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

/// Small random models for tests, written from scratch in each container.
namespace schmidt::testing {

struct TinyModelOptions {
    Family family = Family::Llama;
    std::int64_t hidden = 32, layers = 2, heads = 4, kvHeads = 2, headDim = 8;
    std::int64_t intermediate = 64, vocab = 320, context = 256;
    DType dtype = DType::F32; ///< F32, F16, BF16; in GGUF also the quantized types
    bool tied = true;
    bool tokenizer = true; ///< byte-level BPE over single bytes; needs vocab >= 258
    std::uint32_t seed = 1;
};

inline Architecture tinyArchitecture(const TinyModelOptions& options)
{
    const FamilyTraits& traits = familyTraits(options.family);
    Architecture architecture;
    architecture.family = options.family;
    architecture.modelType = traits.hfTypes.front();
    architecture.name = "tiny";
    architecture.hiddenSize = options.hidden;
    architecture.headDim = options.headDim;
    architecture.vocabularySize = options.vocab;
    architecture.contextLength = options.context;
    architecture.tiedEmbeddings = options.tied;
    architecture.attentionBias = traits.attentionBias;
    architecture.queryKeyNorm = traits.queryKeyNorm;
    architecture.rope.originalContext = options.context;
    architecture.layers.assign(static_cast<std::size_t>(options.layers),
                               { options.heads, options.kvHeads, options.intermediate });
    architecture.bosTokens = { 256 };
    architecture.eosTokens = { 257 };
    return architecture;
}

struct TinyTensor {
    Role role = Role::Embedding;
    int layer = -1;
    std::vector<std::int64_t> shape;
    std::vector<float> values; ///< rotate-half order
};

/// Every tensor of the model with deterministic values; matrices have standard deviation
/// 1/sqrt(columns), norms lie near 1.
inline std::vector<TinyTensor> tinyTensors(const TinyModelOptions& options)
{
    std::mt19937 generator(options.seed);
    std::normal_distribution<float> normal(0.0F, 1.0F);
    std::vector<TinyTensor> tensors;
    const auto add = [&](Role role, int layer, std::vector<std::int64_t> shape) {
        TinyTensor tensor { role, layer, std::move(shape), {} };
        std::int64_t count = 1;
        for (const std::int64_t extent : tensor.shape)
            count *= extent;
        const bool matrix = tensor.shape.size() == 2;
        const float scale = matrix ? 1.0F / std::sqrt(static_cast<float>(tensor.shape[1])) : 0.1F;
        const bool norm = role == Role::FinalNorm || role == Role::AttentionNorm
            || role == Role::MlpNorm || role == Role::QueryNorm || role == Role::KeyNorm;
        for (std::int64_t i = 0; i < count; ++i)
            tensor.values.push_back((norm ? 1.0F : 0.0F) + scale * normal(generator));
        tensors.push_back(std::move(tensor));
    };
    const FamilyTraits& traits = familyTraits(options.family);
    const std::int64_t queries = options.heads * options.headDim;
    const std::int64_t keys = options.kvHeads * options.headDim;
    add(Role::Embedding, -1, { options.vocab, options.hidden });
    for (int layer = 0; layer < static_cast<int>(options.layers); ++layer) {
        add(Role::AttentionNorm, layer, { options.hidden });
        add(Role::MlpNorm, layer, { options.hidden });
        add(Role::Query, layer, { queries, options.hidden });
        add(Role::Key, layer, { keys, options.hidden });
        add(Role::Value, layer, { keys, options.hidden });
        add(Role::Output, layer, { options.hidden, queries });
        add(Role::Gate, layer, { options.intermediate, options.hidden });
        add(Role::Up, layer, { options.intermediate, options.hidden });
        add(Role::Down, layer, { options.hidden, options.intermediate });
        if (traits.attentionBias) {
            add(Role::QueryBias, layer, { queries });
            add(Role::KeyBias, layer, { keys });
            add(Role::ValueBias, layer, { keys });
        }
        if (traits.queryKeyNorm) {
            add(Role::QueryNorm, layer, { options.headDim });
            add(Role::KeyNorm, layer, { options.headDim });
        }
    }
    add(Role::FinalNorm, -1, { options.hidden });
    if (!options.tied)
        add(Role::Head, -1, { options.vocab, options.hidden });
    return tensors;
}

inline std::vector<std::byte> encodeTensor(const std::vector<float>& values, DType dtype)
{
    std::vector<std::byte> bytes(
        static_cast<std::size_t>(storageBytes(dtype, static_cast<std::int64_t>(values.size()))));
    quantize(dtype, values, bytes);
    return bytes;
}

/// The byte-level alphabet: printable bytes stand for themselves, the others follow from U+0100.
inline std::vector<std::string> byteLevelTokens()
{
    std::vector<std::string> tokens;
    int next = 256;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable
            = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        const int code = printable ? byte : next++;
        std::string text;
        if (code < 128) {
            text += static_cast<char>(code);
        } else {
            text += static_cast<char>(0xC0 | code >> 6);
            text += static_cast<char>(0x80 | (code & 63));
        }
        tokens.push_back(std::move(text));
    }
    return tokens;
}

/// Tokens of the tiny tokenizer: 256 bytes, then <s>, </s>, then the merge "th".
inline std::vector<std::string> tinyTokens(std::int64_t vocab)
{
    std::vector<std::string> tokens = byteLevelTokens();
    for (const char* more : { "<s>", "</s>", "th", "the" })
        if (static_cast<std::int64_t>(tokens.size()) < vocab)
            tokens.emplace_back(more);
    return tokens;
}

inline Result<void> writeTinyTokenizer(const std::filesystem::path& folder, std::int64_t vocab)
{
    Json vocabulary = Json::object();
    Json added = Json::array();
    const std::vector<std::string> tokens = tinyTokens(vocab);
    for (std::size_t id = 0; id < tokens.size(); ++id) {
        if (id == 256 || id == 257)
            added.push_back({ { "id", id },
                              { "content", tokens[id] },
                              { "single_word", false },
                              { "lstrip", false },
                              { "rstrip", false },
                              { "normalized", false },
                              { "special", true } });
        vocabulary[tokens[id]] = id;
    }
    const Json merges = tokens.size() >= 260 ? Json { "t h", "th e" } : Json::array();
    const Json byteLevel { { "type", "ByteLevel" },
                           { "add_prefix_space", false },
                           { "trim_offsets", true },
                           { "use_regex", true } };
    const Json tokenizer { { "version", "1.0" },
                           { "truncation", nullptr },
                           { "padding", nullptr },
                           { "added_tokens", added },
                           { "normalizer", nullptr },
                           { "pre_tokenizer", byteLevel },
                           { "post_processor", nullptr },
                           { "decoder", byteLevel },
                           { "model",
                             { { "type", "BPE" },
                               { "dropout", nullptr },
                               { "unk_token", nullptr },
                               { "continuing_subword_prefix", nullptr },
                               { "end_of_word_suffix", nullptr },
                               { "fuse_unk", false },
                               { "byte_fallback", false },
                               { "ignore_merges", false },
                               { "vocab", vocabulary },
                               { "merges", merges } } } };
    const Json config { { "tokenizer_class", "PreTrainedTokenizerFast" },
                        { "model_input_names", { "input_ids", "attention_mask" } },
                        { "bos_token", "<s>" },
                        { "eos_token", "</s>" },
                        { "add_bos_token", false } };
    SCHMIDT_CHECK(writeFileAtomically(folder / "tokenizer.json", dumpJson(tokenizer)));
    return writeFileAtomically(folder / "tokenizer_config.json", dumpJson(config));
}

/// Writes config.json, model.safetensors and, if asked for, a tokenizer into `folder`.
inline Result<void> writeTinyHfModel(const std::filesystem::path& folder,
                                     const TinyModelOptions& options = {})
{
    std::filesystem::create_directories(folder);
    std::vector<SafetensorsItem> items;
    for (TinyTensor& tensor : tinyTensors(options)) {
        SafetensorsItem item;
        item.name = hfTensorName(tensor.role, tensor.layer);
        item.dtype = std::string(dtypeName(options.dtype));
        item.shape = tensor.shape;
        item.bytes = storageBytes(options.dtype, static_cast<std::int64_t>(tensor.values.size()));
        item.produce = [values = std::move(tensor.values),
                        dtype = options.dtype]() -> Result<std::vector<std::byte>> {
            return encodeTensor(values, dtype);
        };
        items.push_back(std::move(item));
    }
    SCHMIDT_CHECK(writeSafetensors(folder / "model.safetensors", items, { { "format", "pt" } }));
    SCHMIDT_TRY(const Json config,
                hfConfigFromArchitecture(tinyArchitecture(options),
                                         options.dtype == DType::F32       ? "float32"
                                             : options.dtype == DType::F16 ? "float16"
                                                                           : "bfloat16"));
    SCHMIDT_CHECK(writeFileAtomically(folder / "config.json", dumpJson(config, 2)));
    return options.tokenizer ? writeTinyTokenizer(folder, options.vocab) : Result<void> {};
}

/// Collects a GGUF file piece by piece; `bytes()` puts it together.
class GgufBuilder {
public:
    void text(const std::string& key, const std::string& value)
    {
        begin(key, 8);
        appendText(m_values, value);
    }
    void number(const std::string& key, std::uint32_t value)
    {
        begin(key, 4);
        append(m_values, value);
    }
    void real(const std::string& key, float value)
    {
        begin(key, 6);
        append(m_values, value);
    }
    void flag(const std::string& key, bool value)
    {
        begin(key, 7);
        append(m_values, static_cast<std::uint8_t>(value));
    }
    void numbers(const std::string& key, const std::vector<std::int32_t>& values)
    {
        beginArray(key, 5, values.size());
        for (const std::int32_t value : values)
            append(m_values, value);
    }
    void texts(const std::string& key, const std::vector<std::string>& values)
    {
        beginArray(key, 8, values.size());
        for (const std::string& value : values)
            appendText(m_values, value);
    }
    void tensor(const std::string& name, const std::vector<std::int64_t>& shape, DType dtype,
                const std::vector<std::byte>& data)
    {
        appendText(m_infos, name);
        append(m_infos, static_cast<std::uint32_t>(shape.size()));
        for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent)
            append(m_infos, *extent);
        append(m_infos, ggmlTypeOf(dtype));
        append(m_infos, static_cast<std::uint64_t>(m_data.size()));
        m_data.insert(m_data.end(), reinterpret_cast<const char*>(data.data()),
                      reinterpret_cast<const char*>(data.data()) + data.size());
        m_data.resize((m_data.size() + 31) / 32 * 32);
        ++m_tensorCount;
    }
    std::string bytes(std::uint32_t version = 3) const
    {
        std::string file = "GGUF";
        append(file, version);
        append(file, m_tensorCount);
        append(file, m_valueCount);
        file += m_values + m_infos;
        file.resize((file.size() + 31) / 32 * 32);
        return file + m_data;
    }

private:
    template <typename T> static void append(std::string& to, T value)
    {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        to.append(raw, sizeof value);
    }
    static void appendText(std::string& to, const std::string& text)
    {
        append(to, static_cast<std::uint64_t>(text.size()));
        to += text;
    }
    void begin(const std::string& key, std::int32_t type)
    {
        appendText(m_values, key);
        append(m_values, type);
        ++m_valueCount;
    }
    void beginArray(const std::string& key, std::int32_t elementType, std::size_t count)
    {
        begin(key, 9);
        append(m_values, elementType);
        append(m_values, static_cast<std::uint64_t>(count));
    }

    std::string m_values, m_infos, m_data;
    std::int64_t m_tensorCount = 0, m_valueCount = 0;
};

/// Rows of every head from rotate-half order into GGUF's interleaved order of the llama family.
inline std::vector<float> interleaveRows(const std::vector<float>& values, std::int64_t rows,
                                         std::int64_t headDim)
{
    const auto columns = static_cast<std::int64_t>(values.size()) / rows;
    std::vector<float> result(values.size());
    for (std::int64_t head = 0; head < rows / headDim; ++head)
        for (std::int64_t pair = 0; pair < headDim / 2; ++pair)
            for (std::int64_t half = 0; half < 2; ++half)
                std::memcpy(
                    &result[static_cast<std::size_t>((head * headDim + 2 * pair + half) * columns)],
                    &values[static_cast<std::size_t>((head * headDim + half * headDim / 2 + pair)
                                                     * columns)],
                    static_cast<std::size_t>(columns) * sizeof(float));
    return result;
}

/// A small GGUF of the family without its tensors.
inline GgufBuilder tinyGgufMetadata(const TinyModelOptions& options)
{
    const FamilyTraits& traits = familyTraits(options.family);
    const std::string prefix = traits.ggufName + ".";
    GgufBuilder gguf;
    gguf.text("general.architecture", traits.ggufName);
    gguf.text("general.name", "tiny");
    gguf.number(prefix + "block_count", static_cast<std::uint32_t>(options.layers));
    gguf.number(prefix + "context_length", static_cast<std::uint32_t>(options.context));
    gguf.number(prefix + "embedding_length", static_cast<std::uint32_t>(options.hidden));
    gguf.number(prefix + "feed_forward_length", static_cast<std::uint32_t>(options.intermediate));
    gguf.number(prefix + "attention.head_count", static_cast<std::uint32_t>(options.heads));
    gguf.number(prefix + "attention.head_count_kv", static_cast<std::uint32_t>(options.kvHeads));
    gguf.number(prefix + "attention.key_length", static_cast<std::uint32_t>(options.headDim));
    gguf.number(prefix + "attention.value_length", static_cast<std::uint32_t>(options.headDim));
    gguf.real(prefix + "attention.layer_norm_rms_epsilon", 1e-5F);
    gguf.real(prefix + "rope.freq_base", 10000.0F);
    gguf.number(prefix + "rope.dimension_count", static_cast<std::uint32_t>(options.headDim));
    if (options.tokenizer) {
        std::vector<std::string> tokens = tinyTokens(options.vocab);
        std::vector<std::int32_t> types(tokens.size(), 1);
        types[256] = types[257] = 3;
        while (static_cast<std::int64_t>(tokens.size()) < options.vocab) {
            tokens.push_back("[PAD" + std::to_string(tokens.size()) + "]");
            types.push_back(5);
        }
        gguf.text("tokenizer.ggml.model", "gpt2");
        gguf.text("tokenizer.ggml.pre", "gpt-2");
        gguf.texts("tokenizer.ggml.tokens", tokens);
        gguf.numbers("tokenizer.ggml.token_type", types);
        gguf.texts("tokenizer.ggml.merges", { "t h", "th e" });
        gguf.number("tokenizer.ggml.bos_token_id", 256);
        gguf.number("tokenizer.ggml.eos_token_id", 257);
        gguf.flag("tokenizer.ggml.add_bos_token", false);
    }
    return gguf;
}

/// A complete small GGUF of the family; 1-D tensors stay F32, matrices get `options.dtype`.
inline GgufBuilder tinyGguf(const TinyModelOptions& options = {})
{
    const FamilyTraits& traits = familyTraits(options.family);
    GgufBuilder gguf = tinyGgufMetadata(options);
    for (const TinyTensor& tensor : tinyTensors(options)) {
        const bool rotated = tensor.role == Role::Query || tensor.role == Role::Key
            || tensor.role == Role::QueryBias || tensor.role == Role::KeyBias;
        const std::vector<float> values = traits.permutedInGguf && rotated
            ? interleaveRows(tensor.values, tensor.shape.front(), options.headDim)
            : tensor.values;
        const DType dtype = tensor.shape.size() == 1 ? DType::F32 : options.dtype;
        gguf.tensor(ggufTensorName(tensor.role, tensor.layer), tensor.shape, dtype,
                    encodeTensor(values, dtype));
    }
    return gguf;
}

/// A tiny model as a variant with all matrices dense.
inline Variant tinyDenseVariant(const TinyModelOptions& options = {})
{
    Variant variant;
    variant.architecture = tinyArchitecture(options);
    for (TinyTensor& tensor : tinyTensors(options)) {
        if (tensor.shape.size() == 1) {
            variant.vectors[{ tensor.role, tensor.layer }] = std::move(tensor.values);
            continue;
        }
        VariantMatrix& matrix = variant.matrices[{ tensor.role, tensor.layer }];
        matrix.rows = tensor.shape[0];
        matrix.columns = tensor.shape[1];
        matrix.dense = std::move(tensor.values);
    }
    return variant;
}

/// A small random matrix product operator of two sites.
inline VariantMatrix tinyNetwork(std::int64_t rows, std::int64_t columns, std::int64_t bond,
                                 std::mt19937& generator)
{
    VariantMatrix matrix;
    matrix.rows = rows;
    matrix.columns = columns;
    matrix.firstSite = balancedSites(rows, columns, 2).front();
    matrix.rank = bond;
    // Every entry of the product sums `bond` terms.
    std::normal_distribution<float> normal(0.0F,
                                           std::pow(static_cast<float>(columns * bond), -0.25F));
    for (std::int64_t index = 0; index < matrix.leftRows() * bond; ++index)
        matrix.left.push_back(halfToFloat(floatToHalf(normal(generator))));
    for (std::int64_t index = 0; index < bond * matrix.rightColumns(); ++index)
        matrix.right.push_back(halfToFloat(floatToHalf(normal(generator))));
    return matrix;
}

inline void writeBytes(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline void writeTinyGguf(const std::filesystem::path& path, const TinyModelOptions& options = {})
{
    writeBytes(path, tinyGguf(options).bytes());
}

} // namespace schmidt::testing
