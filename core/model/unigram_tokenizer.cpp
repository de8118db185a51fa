// SPDX-License-Identifier: Apache-2.0
#include "model/unigram_tokenizer.h"

#include "base/base64.h"

#include <fmt/format.h>

namespace schmidt {

namespace {

    constexpr const char* metaSpace = "\xe2\x96\x81";

    /// A step of a normalizer or pre-tokenizer, or all steps of a sequence of them.
    std::vector<Json> stepsOf(const Json& json, const char* list)
    {
        if (!json.is_object())
            return {};
        if (jsonValue<std::string>(json, "type", {}) != "Sequence")
            return { json };
        std::vector<Json> steps;
        for (const Json& step : jsonValue<Json>(json, list, Json::array()))
            steps.push_back(step);
        return steps;
    }

    Error unknownRule(const std::string& type)
    {
        return unsupported("The Unigram tokenizer of this model uses \"" + type
                           + "\", which llama.cpp's Unigram tokenizer has not; use a GGUF of the "
                             "model if there is one.");
    }

    Result<void> readVocabulary(const Json& model, TokenizerData& data)
    {
        const Json vocabulary = jsonValue<Json>(model, "vocab", Json::array());
        if (!vocabulary.is_array())
            return badInput("The vocabulary of tokenizer.json is no list of pieces and scores.");
        for (const Json& piece : vocabulary) {
            if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string()
                || !piece[1].is_number())
                return badInput(
                    "The vocabulary of tokenizer.json is no list of pieces and scores.");
            data.tokens.push_back(piece[0].get<std::string>());
            data.scores.push_back(piece[1].get<float>());
        }
        data.types.assign(data.tokens.size(), TokenType::Normal);
        data.unknown = jsonValue<std::int64_t>(model, "unk_id", -1);
        if (data.unknown < 0 || data.unknown >= static_cast<std::int64_t>(data.tokens.size()))
            return badInput("tokenizer.json names no unknown piece of its vocabulary.");
        data.types[static_cast<std::size_t>(data.unknown)] = TokenType::Unknown;
        return {};
    }

    Result<void> readNormalizer(const Json& tokenizer, TokenizerData& data)
    {
        for (const Json& step :
             stepsOf(jsonValue<Json>(tokenizer, "normalizer", Json()), "normalizers")) {
            const auto type = jsonValue<std::string>(step, "type", {});
            const Json pattern = jsonValue<Json>(step, "pattern", Json::object());
            if (type == "Precompiled") {
                SCHMIDT_TRY(
                    data.charsmap,
                    bytesFromBase64(jsonValue<std::string>(step, "precompiled_charsmap", {})));
            } else if (type == "Strip"
                       || (type == "Replace"
                           && jsonValue<std::string>(pattern, "Regex", {}) == " {2,}")) {
                data.removeExtraWhitespaces = true;
            } else if (type == "Prepend"
                       && jsonValue<std::string>(step, "prepend", {}) == metaSpace) {
                data.addSpacePrefix = true;
            } else if (type != "Replace" || jsonValue<std::string>(pattern, "String", {}) != " "
                       || jsonValue<std::string>(step, "content", {}) != metaSpace) {
                return unknownRule(type);
            }
        }
        return {};
    }

    Result<void> readSplits(const Json& tokenizer, TokenizerData& data)
    {
        for (const Json& step :
             stepsOf(jsonValue<Json>(tokenizer, "pre_tokenizer", Json()), "pretokenizers")) {
            const auto type = jsonValue<std::string>(step, "type", {});
            if (type == "WhitespaceSplit")
                data.removeExtraWhitespaces = true;
            else if (type != "Metaspace"
                     || jsonValue<std::string>(step, "replacement", metaSpace) != metaSpace)
                return unknownRule(type);
            else
                data.addSpacePrefix = step.contains("prepend_scheme")
                    ? jsonValue<std::string>(step, "prepend_scheme", {}) != "never"
                    : jsonValue(step, "add_prefix_space", true);
        }
        return {};
    }

} // namespace

bool isUnigram(const Json& tokenizer)
{
    return jsonValue<std::string>(jsonValue<Json>(tokenizer, "model", Json::object()), "type", {})
        == "Unigram";
}

Result<void> readUnigram(const Json& tokenizer, TokenizerData& data)
{
    const Json model = jsonValue<Json>(tokenizer, "model", Json::object());
    if (jsonValue(model, "byte_fallback", false))
        return unknownRule("byte_fallback");
    data.kind = TokenizerKind::SentencePieceUnigram;
    data.preTokenizer = "default";
    data.addSpacePrefix = false;
    SCHMIDT_CHECK(readVocabulary(model, data));
    SCHMIDT_CHECK(readNormalizer(tokenizer, data));
    return readSplits(tokenizer, data);
}

Json unigramTokenizerJson(const TokenizerData& data)
{
    Json normalizers = Json::array();
    if (!data.charsmap.empty())
        normalizers.push_back({ { "type", "Precompiled" },
                                { "precompiled_charsmap", base64FromBytes(data.charsmap) } });
    if (data.removeExtraWhitespaces) {
        normalizers.push_back(
            { { "type", "Strip" }, { "strip_left", false }, { "strip_right", true } });
        normalizers.push_back({ { "type", "Replace" },
                                { "pattern", { { "Regex", " {2,}" } } },
                                { "content", metaSpace } });
    }
    const Json metaspace { { "type", "Metaspace" },
                           { "replacement", metaSpace },
                           { "prepend_scheme", data.addSpacePrefix ? "always" : "never" },
                           { "split", true } };
    Json vocabulary = Json::array();
    for (std::size_t id = 0; id < data.tokens.size(); ++id)
        vocabulary.push_back({ data.tokens[id], id < data.scores.size() ? data.scores[id] : 0.0F });
    return { { "normalizer",
               normalizers.empty()
                   ? Json()
                   : Json { { "type", "Sequence" }, { "normalizers", normalizers } } },
             { "pre_tokenizer", metaspace },
             { "decoder", metaspace },
             { "model",
               { { "type", "Unigram" },
                 { "unk_id", data.unknown },
                 { "byte_fallback", false },
                 { "vocab", vocabulary } } } };
}

} // namespace schmidt
