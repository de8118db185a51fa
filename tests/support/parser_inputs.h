// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/base64.h"
#include "model/model_source.h"
#include "runtime/tokenizer.h"
#include "support/tiny_models.h"

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

/// Small real files of every format that is parsed, and ways to damage them.
namespace schmidt::testing {

/// The parsers that strangers' files reach.
inline const std::vector<std::string>& parserNames()
{
    static const std::vector<std::string> names { "gguf", "safetensors", "tokenizer", "config" };
    return names;
}

/// Models whose files are mutated: plain, with what only some families have, with quantized types.
inline TinyModelOptions parserModel(std::size_t number)
{
    static const Family families[] { Family::Llama, Family::Qwen2, Family::Qwen3 };
    TinyModelOptions options;
    options.family = families[number % std::size(families)];
    options.layers = 1;
    options.hidden = options.intermediate = 32;
    options.heads = options.kvHeads = 2;
    options.vocab = 260;
    options.tied = number % 2 == 0;
    return options;
}

/// Configurations of families whose weights a tiny model here does not have: their readers run, and
/// the weights are refused after them.
inline const char* otherConfig(std::size_t number)
{
    static const char* const configs[] {
        R"({"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "hidden_size": 32,
            "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2,
            "head_dim": 16, "intermediate_size": 32, "vocab_size": 260, "sliding_window": 512,
            "sliding_window_pattern": 6, "layer_types": ["sliding_attention"],
            "query_pre_attn_scalar": 256, "rope_local_base_freq": 10000,
            "rope_scaling": {"rope_type": "linear", "factor": 8.0}}})",
        R"({"model_type": "gpt2", "n_embd": 32, "n_layer": 1, "n_head": 2, "vocab_size": 260,
            "n_positions": 128, "n_inner": null, "activation_function": "gelu_new"})",
        R"({"model_type": "gpt_neox", "hidden_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "intermediate_size": 32, "vocab_size": 260,
            "rotary_pct": 0.25, "rotary_emb_base": 10000, "hidden_act": "gelu"})",
    };
    return configs[number % std::size(configs)];
}

/// A SentencePiece Unigram tokenizer with an empty trie of normalization.
inline std::string unigramTokenizer()
{
    Json vocabulary = Json::array({ { "<unk>", 0.0 }, { "<s>", 0.0 } });
    for (const char* piece :
         { "\xe2\x96\x81", "i", "e", "st", "lang", "\xe2\x96\x81M", "ter", "?" })
        vocabulary.push_back({ piece, -1.5 * static_cast<double>(vocabulary.size()) });
    std::vector<std::uint8_t> charsmap(4 + 1024 + 8);
    charsmap[1] = 4; // 1,024 bytes of trie
    return dumpJson(
        { { "normalizer",
            { { "type", "Precompiled" }, { "precompiled_charsmap", base64FromBytes(charsmap) } } },
          { "pre_tokenizer",
            { { "type", "Metaspace" },
              { "replacement", "\xe2\x96\x81" },
              { "prepend_scheme", "always" } } },
          { "added_tokens",
            Json::array({ { { "id", 1 }, { "content", "<s>" }, { "special", true } } }) },
          { "model", { { "type", "Unigram" }, { "unk_id", 0 }, { "vocab", vocabulary } } } });
}

/// Writes a whole model into `folder` and returns the file that the parser is about.
inline std::filesystem::path
writeParserModel(const std::string& parser, const std::filesystem::path& folder, std::size_t number)
{
    TinyModelOptions options = parserModel(number);
    if (parser == "gguf") {
        static const DType types[] { DType::F32, DType::Q4_0, DType::Q8_0, DType::Q4_1 };
        options.dtype = types[number % std::size(types)];
        GgufBuilder gguf = tinyGguf(options);
        if (number % 2 == 1)
            gguf.tensor("blk.0.attn_q.scale", { 1 }, DType::F32,
                        encodeTensor({ 0.5F }, DType::F32));
        writeBytes(folder / "model.gguf", gguf.bytes());
        return folder / "model.gguf";
    }
    if (!writeTinyHfModel(folder, options).ok())
        return {};
    if (parser == "config" && number % 2 == 1)
        writeBytes(folder / "config.json", otherConfig(number / 2));
    if (parser == "tokenizer" && number % 4 == 1)
        writeBytes(folder / "tokenizer.json", unigramTokenizer());
    return folder
        / (parser == "safetensors"     ? "model.safetensors"
               : parser == "tokenizer" ? "tokenizer.json"
                                       : "config.json");
}

/// Opens a model and reads everything in it, as the program would. Exit code of the first error, 0
/// for none; -1 when an error has no sentence.
inline int readEverything(const std::filesystem::path& path)
{
    const auto codeOf
        = [](const Error& error) { return error.message.size() > 10 ? exitCode(error.code) : -1; };
    const auto source = ModelSource::open(path);
    if (!source.ok())
        return codeOf(source.error());
    for (const TensorInfo& tensor : (*source)->tensors())
        if (const auto values = (*source)->readTensor(tensor); !values.ok())
            return codeOf(values.error());
    if (!(*source)->tokenizer().present())
        return 0;
    const auto tokenizer = Tokenizer::create(**source);
    if (!tokenizer.ok())
        return codeOf(tokenizer.error());
    const auto ids = (*tokenizer)->encode("Wie lang ist 1 Meter? <s>\n", true, true);
    static_cast<void>((*tokenizer)->decode(ids));
    const auto chat = (*tokenizer)->applyChatTemplate({ { "user", "Hello" } });
    return chat.ok() ? 0 : codeOf(chat.error());
}

/// A few changes to the bytes: flips, extreme numbers, cuts, repeats, and for text also tokens that
/// parsers stumble over.
inline std::string damaged(const std::string& original, bool text, std::uint64_t seed)
{
    static constexpr std::uint64_t numbers[] { 0,           1,          0xff,       0x7fffffff,
                                               0xffffffff,  1ULL << 40, 1ULL << 62, ~0ULL,
                                               ~0ULL >> 1U, 31,         0x80000000 };
    static const std::string words[] { "null",
                                       "[]",
                                       "{}",
                                       "-1",
                                       "1e308",
                                       "\"\"",
                                       "true",
                                       "4294967296",
                                       "0",
                                       "[[[[[[[[",
                                       "\\u0000",
                                       "\xff",
                                       "99999999999999999999",
                                       "0.5",
                                       "," };
    std::mt19937_64 generator(seed);
    std::string bytes = original;
    const auto somewhere = [&] {
        // Headers are where counts and offsets lie.
        const std::size_t end
            = generator() % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 4096);
        return static_cast<std::size_t>(generator() % std::max<std::size_t>(end, 1));
    };
    for (std::uint64_t change = generator() % 4 + 1; change > 0 && bytes.size() > 16; --change)
        switch (generator() % (text ? 7 : 5)) {
        case 0:
            bytes[somewhere()] = static_cast<char>(generator());
            break;
        case 1:
            bytes[somewhere()] ^= static_cast<char>(1U << generator() % 8);
            break;
        case 2: {
            const std::uint64_t number = numbers[generator() % std::size(numbers)];
            const std::size_t at = std::min(somewhere(), bytes.size() - sizeof number);
            std::memcpy(bytes.data() + at, &number, sizeof number);
            break;
        }
        case 3:
            bytes.resize(generator() % bytes.size() + 1);
            break;
        case 4: {
            const std::size_t from = somewhere();
            bytes.insert(somewhere(), bytes.substr(from, generator() % 64));
            break;
        }
        case 5: // a value of the JSON becomes another one
            if (const std::size_t colon = bytes.find(':', somewhere());
                colon != std::string::npos) {
                const std::size_t end = bytes.find_first_of(",}]", colon);
                bytes.replace(colon + 1,
                              (end == std::string::npos ? bytes.size() : end) - colon - 1,
                              words[generator() % std::size(words)]);
            }
            break;
        default:
            bytes.insert(somewhere(), words[generator() % std::size(words)]);
        }
    return bytes;
}

} // namespace schmidt::testing
