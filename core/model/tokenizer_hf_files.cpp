// SPDX-License-Identifier: Apache-2.0
#include "model/tokenizer_data.h"
#include "model/unigram_tokenizer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace schmidt {

namespace {

    constexpr std::string_view metaSpace = "\xE2\x96\x81";

    /// How a byte-level tokenizer of a GGUF "pre" name is written in tokenizer.json.
    struct SplitRule {
        std::string_view pre;
        std::string_view regex; ///< empty: the GPT-2 rule that ByteLevel has built in
        bool digits = false; ///< each digit on its own, before the rule
        bool ignoreMerges = false;
        bool composed = false; ///< text is normalized to NFC first
    };

    // The published pre-tokenization patterns of the model families.
    constexpr std::string_view llama3Regex
        = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    constexpr std::string_view qwen2Regex
        = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    constexpr std::string_view tekkenRegex
        = R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

    constexpr std::array splitRules {
        SplitRule { "gpt-2", {} },
        SplitRule { "smollm", {}, true },
        SplitRule { "llama-bpe", llama3Regex, false, true },
        SplitRule { "llama3", llama3Regex, false, true },
        SplitRule { "qwen2", qwen2Regex, false, false, true },
        SplitRule { "tekken", tekkenRegex, false, true },
    };

    bool isAdded(TokenType type)
    {
        return type == TokenType::Control || type == TokenType::UserDefined
            || type == TokenType::Unknown;
    }

    TokenType typeOf(const TokenizerData& data, std::size_t id)
    {
        return id < data.types.size() ? data.types[id] : TokenType::Normal;
    }

    Json addedTokens(const TokenizerData& data)
    {
        Json added = Json::array();
        for (std::size_t id = 0; id < data.tokens.size(); ++id)
            if (const TokenType type = typeOf(data, id); isAdded(type))
                added.push_back({ { "id", id },
                                  { "content", data.tokens[id] },
                                  { "single_word", false },
                                  { "lstrip", false },
                                  { "rstrip", false },
                                  { "normalized", false },
                                  { "special", type != TokenType::UserDefined } });
        return added;
    }

    Json vocabulary(const TokenizerData& data)
    {
        Json vocabulary = Json::object();
        for (std::size_t id = 0; id < data.tokens.size(); ++id)
            vocabulary[data.tokens[id]] = id;
        return vocabulary;
    }

    /// Text of a special token, or an empty one when the model has none.
    std::string tokenText(const TokenizerData& data, std::int64_t id)
    {
        return id >= 0 && id < static_cast<std::int64_t>(data.tokens.size())
            ? data.tokens[static_cast<std::size_t>(id)]
            : std::string();
    }

    /// Puts the beginning and end tokens around a text; null when the model wants neither.
    Json postProcessor(const TokenizerData& data)
    {
        Json single = Json::array();
        Json pair = Json::array();
        Json specials = Json::object();
        const auto special = [&](std::int64_t id) {
            const std::string text = tokenText(data, id);
            if (text.empty())
                return;
            single.push_back({ { "SpecialToken", { { "id", text }, { "type_id", 0 } } } });
            pair.push_back({ { "SpecialToken", { { "id", text }, { "type_id", 0 } } } });
            specials[text] = { { "id", text },
                               { "ids", Json::array({ id }) },
                               { "tokens", Json::array({ text }) } };
        };
        if (data.addBos)
            special(data.bos);
        single.push_back({ { "Sequence", { { "id", "A" }, { "type_id", 0 } } } });
        pair.push_back({ { "Sequence", { { "id", "A" }, { "type_id", 0 } } } });
        pair.push_back({ { "Sequence", { { "id", "B" }, { "type_id", 1 } } } });
        if (data.addEos)
            special(data.eos);
        if (specials.empty())
            return nullptr;
        return { { "type", "TemplateProcessing" },
                 { "single", single },
                 { "pair", pair },
                 { "special_tokens", specials } };
    }

    Json byteLevelPart(bool useRegex)
    {
        return { { "type", "ByteLevel" },
                 { "add_prefix_space", false },
                 { "trim_offsets", true },
                 { "use_regex", useRegex } };
    }

    Json preTokenizer(const SplitRule& rule)
    {
        if (rule.regex.empty() && !rule.digits)
            return byteLevelPart(true);
        Json parts = Json::array();
        if (rule.digits)
            parts.push_back({ { "type", "Digits" }, { "individual_digits", true } });
        if (!rule.regex.empty())
            parts.push_back({ { "type", "Split" },
                              { "pattern", { { "Regex", rule.regex } } },
                              { "behavior", "Isolated" },
                              { "invert", false } });
        parts.push_back(byteLevelPart(rule.regex.empty()));
        return { { "type", "Sequence" }, { "pretokenizers", parts } };
    }

    Json bpeModel(const TokenizerData& data, Json merges)
    {
        return { { "type", "BPE" },
                 { "dropout", nullptr },
                 { "unk_token", nullptr },
                 { "continuing_subword_prefix", nullptr },
                 { "end_of_word_suffix", nullptr },
                 { "fuse_unk", false },
                 { "byte_fallback", false },
                 { "ignore_merges", false },
                 { "vocab", vocabulary(data) },
                 { "merges", std::move(merges) } };
    }

    Result<Json> byteLevelTokenizer(const TokenizerData& data)
    {
        const auto rule
            = std::find_if(splitRules.begin(), splitRules.end(), [&](const SplitRule& candidate) {
                  return candidate.pre == data.preTokenizer;
              });
        if (rule == splitRules.end())
            return unsupported("The pre-tokenizer \"" + data.preTokenizer
                               + "\" has no known Hugging Face form; export the model as GGUF.");
        Json merges = Json::array();
        for (const std::string& merge : data.merges) {
            // A pair is written as two texts, so that tokens may hold blanks.
            const std::size_t blank = merge.find(' ', 1);
            if (blank == std::string::npos)
                return badInput("The tokenizer's merge \"" + merge
                                + "\" is no pair; the model's tokenizer is damaged.");
            merges.push_back({ merge.substr(0, blank), merge.substr(blank + 1) });
        }
        Json model = bpeModel(data, std::move(merges));
        model["ignore_merges"] = rule->ignoreMerges;
        return Json { { "version", "1.0" },
                      { "truncation", nullptr },
                      { "padding", nullptr },
                      { "added_tokens", addedTokens(data) },
                      { "normalizer", rule->composed ? Json { { "type", "NFC" } } : Json() },
                      { "pre_tokenizer", preTokenizer(*rule) },
                      { "post_processor", postProcessor(data) },
                      { "decoder", byteLevelPart(true) },
                      { "model", std::move(model) } };
    }

    struct ScoredMerge {
        std::size_t left, right;
        float score;
    };

    /// Merges that give the order of scores: a token may come from any pair of tokens that spell
    /// it, pairs of better-scored tokens first.
    Json mergesFromScores(const TokenizerData& data)
    {
        std::unordered_map<std::string_view, std::size_t> ids;
        for (std::size_t id = 0; id < data.tokens.size(); ++id)
            if (typeOf(data, id) == TokenType::Normal)
                ids[data.tokens[id]] = id;
        std::vector<ScoredMerge> found;
        for (std::size_t id = 0; id < data.tokens.size(); ++id) {
            const std::string_view text = data.tokens[id];
            const float score = id < data.scores.size() ? data.scores[id] : 0.0F;
            // Reading gives -1e6 to tokens that no merge makes.
            if (typeOf(data, id) != TokenType::Normal || score <= -1e6F)
                continue;
            const std::size_t first = found.size();
            for (std::size_t cut = 1; cut < text.size(); ++cut) {
                const auto left = ids.find(text.substr(0, cut));
                const auto right = ids.find(text.substr(cut));
                if (left != ids.end() && right != ids.end())
                    found.push_back({ left->second, right->second, score });
            }
            std::sort(found.begin() + static_cast<std::ptrdiff_t>(first), found.end(),
                      [](const ScoredMerge& a, const ScoredMerge& b) {
                          return std::pair(a.left, a.right) < std::pair(b.left, b.right);
                      });
        }
        std::stable_sort(
            found.begin(), found.end(),
            [](const ScoredMerge& a, const ScoredMerge& b) { return a.score > b.score; });
        Json merges = Json::array();
        for (const ScoredMerge& merge : found)
            merges.push_back({ data.tokens[merge.left], data.tokens[merge.right] });
        return merges;
    }

    Json sentencePieceTokenizer(const TokenizerData& data)
    {
        const Json replace { { "type", "Replace" },
                             { "pattern", { { "String", " " } } },
                             { "content", metaSpace } };
        Json normalizers = Json::array();
        if (data.addSpacePrefix)
            normalizers.push_back({ { "type", "Prepend" }, { "prepend", metaSpace } });
        normalizers.push_back(replace);
        Json decoders = Json::array({ { { "type", "Replace" },
                                        { "pattern", { { "String", metaSpace } } },
                                        { "content", " " } },
                                      { { "type", "ByteFallback" } },
                                      { { "type", "Fuse" } } });
        if (data.addSpacePrefix)
            decoders.push_back(
                { { "type", "Strip" }, { "content", " " }, { "start", 1 }, { "stop", 0 } });
        Json model = bpeModel(data, mergesFromScores(data));
        if (const std::string unknown = tokenText(data, data.unknown); !unknown.empty())
            model["unk_token"] = unknown;
        model["fuse_unk"] = true;
        model["byte_fallback"] = true;
        return { { "version", "1.0" },
                 { "truncation", nullptr },
                 { "padding", nullptr },
                 { "added_tokens", addedTokens(data) },
                 { "normalizer", { { "type", "Sequence" }, { "normalizers", normalizers } } },
                 { "pre_tokenizer", nullptr },
                 { "post_processor", postProcessor(data) },
                 { "decoder", { { "type", "Sequence" }, { "decoders", decoders } } },
                 { "model", std::move(model) } };
    }

} // namespace

Result<std::map<std::string, std::string>> hfTokenizerFiles(const TokenizerData& data)
{
    if (!data.present())
        return unsupported("The model carries no tokenizer, so none can be written.");
    Json tokenizer;
    if (data.kind == TokenizerKind::ByteLevelBpe) {
        SCHMIDT_TRY(tokenizer, byteLevelTokenizer(data));
    } else if (data.kind == TokenizerKind::SentencePieceUnigram) {
        tokenizer = unigramTokenizerJson(data);
        tokenizer.update({ { "version", "1.0" },
                           { "truncation", nullptr },
                           { "padding", nullptr },
                           { "added_tokens", addedTokens(data) },
                           { "post_processor", postProcessor(data) } });
    } else {
        tokenizer = sentencePieceTokenizer(data);
    }
    Json specials = Json::object();
    const std::pair<const char*, std::int64_t> named[] { { "bos_token", data.bos },
                                                         { "eos_token", data.eos },
                                                         { "unk_token", data.unknown },
                                                         { "pad_token", data.padding } };
    for (const auto& [key, id] : named)
        if (const std::string text = tokenText(data, id); !text.empty())
            specials[key] = text;
    Json config = specials;
    config["tokenizer_class"] = "PreTrainedTokenizerFast";
    // Its own default asks for token types, which such models refuse.
    config["model_input_names"] = { "input_ids", "attention_mask" };
    config["add_bos_token"] = data.addBos;
    config["add_eos_token"] = data.addEos;
    config["clean_up_tokenization_spaces"] = false;
    if (!data.chatTemplate.empty())
        config["chat_template"] = data.chatTemplate;
    return std::map<std::string, std::string> {
        { "tokenizer.json", dumpJson(tokenizer) },
        { "tokenizer_config.json", dumpJson(config, 2) },
        { "special_tokens_map.json", dumpJson(specials, 2) },
    };
}

} // namespace schmidt
