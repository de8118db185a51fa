// SPDX-License-Identifier: Apache-2.0
#include "model/tokenizer_data.h"

#include "base/base64.h"
#include "base/file.h"
#include "model/tokenizer_json.h"
#include "model/unigram_tokenizer.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <string_view>
#include <unordered_map>

namespace schmidt {

namespace fs = std::filesystem;

Json toJson(const TokenizerData& data)
{
    std::vector<int> types;
    for (const TokenType type : data.types)
        types.push_back(static_cast<int>(type));
    return { { "kind", static_cast<int>(data.kind) },
             { "pre_tokenizer", data.preTokenizer },
             { "tokens", data.tokens },
             { "scores", data.scores },
             { "types", types },
             { "merges", data.merges },
             { "bos", data.bos },
             { "eos", data.eos },
             { "unknown", data.unknown },
             { "padding", data.padding },
             { "add_bos", data.addBos },
             { "add_eos", data.addEos },
             { "add_space_prefix", data.addSpacePrefix },
             { "remove_extra_whitespaces", data.removeExtraWhitespaces },
             { "charsmap", base64FromBytes(data.charsmap) },
             { "chat_template", data.chatTemplate } };
}

namespace {

    /// The length of the trie, the trie in words of four bytes, texts that end with zeros.
    Result<void> checkCharsmap(const std::vector<std::uint8_t>& charsmap)
    {
        if (charsmap.empty())
            return {};
        std::uint32_t trie = 0;
        if (charsmap.size() > sizeof trie)
            std::memcpy(&trie, charsmap.data(), sizeof trie);
        if (trie == 0 || trie % 4 != 0 || trie >= charsmap.size() - sizeof trie
            || charsmap.back() != 0)
            return badInput("The tokenizer's rules of normalization are damaged; get its files "
                            "anew.");
        return {};
    }

} // namespace

Result<void> checkTokenizer(const TokenizerData& data)
{
    std::unordered_map<std::string_view, std::size_t> numbers;
    for (std::size_t number = 0; number < data.tokens.size(); ++number) {
        const std::string& text = data.tokens[number];
        if (text.empty())
            continue;
        // Runtimes keep tokens as C strings, so that what stands before it would be there twice.
        if (text.find('\0') != std::string::npos)
            return badInput(fmt::format("The token {} of the vocabulary holds a zero character, "
                                        "which no text has; get the tokenizer's files anew.",
                                        number));
        if (const auto [found, added] = numbers.try_emplace(text, number); !added)
            return badInput(
                fmt::format("The vocabulary holds the token \"{}\" twice (numbers {} and "
                            "{}), so text cannot be turned into numbers; get the "
                            "tokenizer's files anew.",
                            text, found->second, number));
    }
    return checkCharsmap(data.charsmap);
}

Result<TokenizerData> tokenizerFromJson(const Json& json)
{
    TokenizerData data;
    const int kind = jsonValue(json, "kind", 0);
    if (kind < 0 || kind > static_cast<int>(TokenizerKind::SentencePieceUnigram))
        return badInput("The stored tokenizer is damaged.");
    data.kind = static_cast<TokenizerKind>(kind);
    data.preTokenizer = jsonValue<std::string>(json, "pre_tokenizer", {});
    data.tokens = jsonValue<std::vector<std::string>>(json, "tokens", {});
    data.scores = jsonValue<std::vector<float>>(json, "scores", {});
    for (const int type : jsonValue<std::vector<int>>(json, "types", {}))
        data.types.push_back(static_cast<TokenType>(std::clamp(type, 1, 6)));
    data.types.resize(data.tokens.size(), TokenType::Normal);
    data.merges = jsonValue<std::vector<std::string>>(json, "merges", {});
    data.bos = jsonValue<std::int64_t>(json, "bos", -1);
    data.eos = jsonValue<std::int64_t>(json, "eos", -1);
    data.unknown = jsonValue<std::int64_t>(json, "unknown", -1);
    data.padding = jsonValue<std::int64_t>(json, "padding", -1);
    data.addBos = jsonValue(json, "add_bos", false);
    data.addEos = jsonValue(json, "add_eos", false);
    data.addSpacePrefix = jsonValue(json, "add_space_prefix", true);
    data.removeExtraWhitespaces = jsonValue(json, "remove_extra_whitespaces", false);
    SCHMIDT_TRY(data.charsmap, bytesFromBase64(jsonValue<std::string>(json, "charsmap", {})));
    data.chatTemplate = jsonValue<std::string>(json, "chat_template", {});
    return data;
}

namespace {

    /// The pre-tokenizer regular expressions that name a GGUF pre-tokenizer (llama.cpp's table).
    struct KnownSplit {
        const char* marker; ///< a part of the regex that no other one has
        const char* name;
    };
    constexpr KnownSplit knownSplits[] = {
        { "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*", "llama-bpe" },
        { "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*", "qwen2" },
        { "\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*", "qwen35" },
        { "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*", "tekken" },
    };

    /// Flattens a Sequence pre-tokenizer.
    std::vector<Json> preTokenizerParts(const Json& json)
    {
        if (!json.is_object())
            return {};
        if (jsonValue<std::string>(json, "type", {}) != "Sequence")
            return { json };
        std::vector<Json> parts;
        for (const Json& part : jsonValue<Json>(json, "pretokenizers", Json::array()))
            parts.push_back(part);
        return parts;
    }

    Result<std::string> byteLevelName(const Json& preTokenizer)
    {
        bool digits = false, byteLevel = false;
        for (const Json& part : preTokenizerParts(preTokenizer)) {
            const auto type = jsonValue<std::string>(part, "type", {});
            digits = digits || (type == "Digits" && jsonValue(part, "individual_digits", false));
            byteLevel = byteLevel || type == "ByteLevel";
            if (type == "Split") {
                const auto pattern = jsonValue<std::string>(
                    jsonValue<Json>(part, "pattern", Json::object()), "Regex", {});
                for (const KnownSplit& split : knownSplits)
                    if (pattern.find(split.marker) != std::string::npos)
                        return std::string(split.name);
                return unsupported("The tokenizer splits text by an unknown rule; convert the "
                                   "model to GGUF first.");
            }
        }
        if (!byteLevel)
            return unsupported("The tokenizer is neither byte-level BPE nor SentencePiece-like; "
                               "convert the model to GGUF "
                               "first.");
        return std::string(digits ? "smollm" : "gpt-2");
    }

    std::string mergeText(const Json& merge)
    {
        if (merge.is_string())
            return merge.get<std::string>();
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
            return merge[0].get<std::string>() + " " + merge[1].get<std::string>();
        return {};
    }

    /// Token numbers may leave gaps, but not so large that they ask for memory.
    constexpr std::size_t spareTokens = 65536;

    Result<void> readVocabulary(const Json& model, TokenizerData& data)
    {
        const Json vocabulary = jsonValue<Json>(model, "vocab", Json::object());
        if (!vocabulary.is_object())
            return badInput("The vocabulary of tokenizer.json is no list of tokens and numbers.");
        for (const auto& [token, id] : vocabulary.items()) {
            if (!id.is_number_unsigned()
                || id.get<std::uint64_t>() > vocabulary.size() + spareTokens)
                return badInput("tokenizer.json gives a token an impossible number.");
            const auto index = id.get<std::size_t>();
            if (index >= data.tokens.size())
                data.tokens.resize(index + 1);
            data.tokens[index] = token;
        }
        for (const Json& merge : jsonValue<Json>(model, "merges", Json::array()))
            data.merges.push_back(mergeText(merge));
        data.types.assign(data.tokens.size(), TokenType::Normal);
        return {};
    }

    Result<void> readAddedTokens(const Json& tokenizer, TokenizerData& data)
    {
        for (const Json& added : jsonValue<Json>(tokenizer, "added_tokens", Json::array())) {
            const auto id = jsonValue<std::int64_t>(added, "id", -1);
            if (id < 0 || static_cast<std::size_t>(id) > data.tokens.size() + spareTokens)
                return badInput("tokenizer.json gives an added token an impossible number.");
            const auto index = static_cast<std::size_t>(id);
            if (index >= data.tokens.size()) {
                data.tokens.resize(index + 1);
                data.types.resize(index + 1, TokenType::Unused);
            }
            data.tokens[index] = jsonValue<std::string>(added, "content", {});
            data.types[index]
                = jsonValue(added, "special", false) ? TokenType::Control : TokenType::UserDefined;
        }
        for (std::size_t index = 0; index < data.tokens.size(); ++index)
            if (data.tokens[index].empty()) {
                data.tokens[index] = fmt::format("[PAD{}]", index);
                data.types[index] = TokenType::Unused;
            }
        return {};
    }

    /// SentencePiece-like BPE in GGUF is driven by scores: the token a merge produces gets minus
    /// the merge's rank, which restores the order of merges.
    void scoresFromMerges(TokenizerData& data)
    {
        std::map<std::string, std::size_t> index;
        for (std::size_t token = 0; token < data.tokens.size(); ++token)
            index[data.tokens[token]] = token;
        data.scores.assign(data.tokens.size(), -1e6F);
        for (std::size_t rank = data.merges.size(); rank-- > 0;) {
            std::string joined = data.merges[rank];
            const std::size_t blank = joined.find(' ');
            if (blank == std::string::npos)
                continue;
            joined.erase(blank, 1);
            if (const auto found = index.find(joined); found != index.end())
                data.scores[found->second] = -static_cast<float>(rank);
        }
        for (std::size_t token = 0; token < data.tokens.size(); ++token) {
            const std::string& text = data.tokens[token];
            if (text.size() == 6 && text.starts_with("<0x") && text.back() == '>')
                data.types[token] = TokenType::Byte;
        }
        data.merges.clear();
    }

    std::string tokenText(const Json& value)
    {
        if (value.is_string())
            return value.get<std::string>();
        return jsonValue<std::string>(value, "content", {});
    }

    std::int64_t tokenId(const TokenizerData& data, const std::string& text)
    {
        const auto found = std::find(data.tokens.begin(), data.tokens.end(), text);
        return text.empty() || found == data.tokens.end() ? -1 : found - data.tokens.begin();
    }

    void readSpecialTokens(const fs::path& folder, TokenizerData& data)
    {
        Json config = Json::object();
        for (const char* name : { "special_tokens_map.json", "tokenizer_config.json" })
            if (auto json = readJsonFile(folder / name); json.ok() && json->is_object())
                config.update(*json);
        const auto special = [&](const char* key, std::int64_t fallback) {
            const auto found = config.find(key);
            return found == config.end() || found->is_null() ? fallback
                                                             : tokenId(data, tokenText(*found));
        };
        data.bos = special("bos_token", data.bos);
        data.eos = special("eos_token", data.eos);
        data.unknown = special("unk_token", data.unknown);
        data.padding = special("pad_token", data.padding);
        data.addBos = jsonValue(config, "add_bos_token", data.addBos);
        data.addEos = jsonValue(config, "add_eos_token", data.addEos);
        const auto chat = config.find("chat_template");
        if (chat != config.end() && chat->is_string())
            data.chatTemplate = chat->get<std::string>();
        if (chat != config.end() && chat->is_array())
            for (const Json& entry : *chat)
                if (jsonValue<std::string>(entry, "name", {}) == "default")
                    data.chatTemplate = jsonValue<std::string>(entry, "template", {});
        if (auto file = readTextFile(folder / "chat_template.jinja"); file.ok())
            data.chatTemplate = *file;
    }

    /// Whether the post-processor puts a BOS in front of every text.
    bool templateAddsBos(const Json& tokenizer, const TokenizerData& data)
    {
        const Json post = jsonValue<Json>(tokenizer, "post_processor", Json::object());
        const std::string text = dumpJson(jsonValue<Json>(post, "single", Json::array()));
        return data.bos >= 0 && text.find("SpecialToken") != std::string::npos;
    }

} // namespace

Result<TokenizerData> tokenizerFromHfFolder(const fs::path& folder)
{
    TokenizerData data;
    std::error_code status;
    if (!fs::exists(folder / "tokenizer.json", status))
        return data;
    SCHMIDT_TRY(const Json tokenizer, readJsonFile(folder / "tokenizer.json"));
    const Json model = jsonValue<Json>(tokenizer, "model", Json::object());
    if (isUnigram(tokenizer)) {
        SCHMIDT_CHECK(readUnigram(tokenizer, data));
        const std::int64_t unknown = data.unknown;
        SCHMIDT_CHECK(readAddedTokens(tokenizer, data));
        data.types[static_cast<std::size_t>(unknown)] = TokenType::Unknown;
        data.scores.resize(data.tokens.size(), 0.0F);
        readSpecialTokens(folder, data);
        data.unknown = unknown;
        data.addBos = data.addBos || templateAddsBos(tokenizer, data);
        return data;
    }
    if (const auto type = jsonValue<std::string>(model, "type", "BPE"); type != "BPE")
        return unsupported("Tokenizers of type " + type
                           + " are not supported; convert the model to GGUF first.");
    SCHMIDT_CHECK(readVocabulary(model, data));
    SCHMIDT_CHECK(readAddedTokens(tokenizer, data));
    data.unknown = tokenId(data, jsonValue<std::string>(model, "unk_token", {}));
    if (jsonValue(model, "byte_fallback", false)) {
        data.kind = TokenizerKind::SentencePieceBpe;
        data.preTokenizer = "default";
        scoresFromMerges(data);
        const std::string normalizer = dumpJson(jsonValue<Json>(tokenizer, "normalizer", Json()));
        const std::string metaspace = dumpJson(jsonValue<Json>(tokenizer, "pre_tokenizer", Json()));
        data.addSpacePrefix = normalizer.find("Prepend") != std::string::npos
            || metaspace.find("\"always\"") != std::string::npos
            || metaspace.find("\"first\"") != std::string::npos
            || metaspace.find("\"add_prefix_space\":true") != std::string::npos;
        if (data.unknown >= 0)
            data.types[static_cast<std::size_t>(data.unknown)] = TokenType::Unknown;
    } else {
        data.kind = TokenizerKind::ByteLevelBpe;
        SCHMIDT_TRY(data.preTokenizer,
                    byteLevelName(jsonValue<Json>(tokenizer, "pre_tokenizer", Json())));
    }
    readSpecialTokens(folder, data);
    data.addBos = data.addBos || templateAddsBos(tokenizer, data);
    return data;
}

} // namespace schmidt
