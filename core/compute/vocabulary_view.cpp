// SPDX-License-Identifier: Apache-2.0
#include "compute/vocabulary_view.h"

#include "engine/expected_tokens.h"
#include "model/vocabulary.h"
#include "pipeline/token_sets.h"
#include "workload/text_documents.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace schmidt {

namespace {

    constexpr std::int64_t countedTokens = 32768;

    Result<std::vector<double>> expectedCounts(ProjectSession& session, const Workload& workload,
                                               const WorkContext& context)
    {
        SCHMIDT_TRY(const auto tokenizer, session.tokenizer());
        SCHMIDT_TRY(
            const TokenWindows windows,
            evaluationWindows(*tokenizer, workload.calibration, calibrationWindow, countedTokens));
        SCHMIDT_TRY(const auto model,
                    TransformerModel::load(*session.source(), Precision::Auto, context));
        SCHMIDT_TRY(std::vector<double> counts, expectedTokens(*model, windows, context));
        for (const std::string& prompt : workload.prompts)
            for (const std::int32_t token : chatTokens(*tokenizer, prompt))
                counts[static_cast<std::size_t>(token)] += 1;
        return counts;
    }

    std::string bytesOf(const std::vector<std::int32_t>& tokens)
    {
        return { reinterpret_cast<const char*>(tokens.data()),
                 tokens.size() * sizeof(std::int32_t) };
    }

} // namespace

Result<std::vector<std::int32_t>>
workloadVocabulary(ProjectSession& session, const Workload& workload, const WorkContext& context)
{
    SCHMIDT_TRY(const std::string modelHash, session.modelHash(context.cancel));
    const std::string key = fmt::format("vocabulary:{}:{}", modelHash, workload.hash);
    SCHMIDT_TRY(const auto cached, session.ledger().cache(key));
    if (cached) {
        SCHMIDT_TRY(const std::string bytes, session.ledger().object(*cached));
        std::vector<std::int32_t> order(bytes.size() / sizeof(std::int32_t));
        std::memcpy(order.data(), bytes.data(), order.size() * sizeof(std::int32_t));
        return order;
    }
    SCHMIDT_TRY(const std::vector<double> counts, expectedCounts(session, workload, context));
    const std::vector<std::int32_t> order = vocabularyOrder(
        session.source()->tokenizer(), counts, session.source()->architecture().vocabularySize);
    SCHMIDT_TRY(const std::string hash, session.ledger().putObject(bytesOf(order)));
    SCHMIDT_CHECK(session.ledger().setCache(key, hash));
    return order;
}

std::vector<std::int32_t> keptTokens(const std::vector<std::int32_t>& order, std::int64_t count)
{
    std::vector<std::int32_t> kept(
        order.begin(), order.begin() + std::min(count, static_cast<std::int64_t>(order.size())));
    std::sort(kept.begin(), kept.end());
    return kept;
}

Result<ModelView> recipeView(ProjectSession& session, const Recipe& recipe,
                             const Workload& workload, const WorkContext& context)
{
    SCHMIDT_TRY(ModelView whole, session.wholeView());
    if (!recipe.cutsVocabulary(whole.source->architecture()))
        return whole;
    const std::int64_t smallest = smallestVocabulary(whole.source->tokenizer());
    if (recipe.vocabulary < smallest)
        return usageError(fmt::format("A vocabulary of {} tokens is too small: the bytes and the "
                                      "special tokens of this model alone are {}; ask for more.",
                                      recipe.vocabulary, smallest));
    SCHMIDT_TRY(const auto order, workloadVocabulary(session, workload, context));
    return session.trimmedView(keptTokens(order, recipe.vocabulary));
}

std::string bytesOf(const Tokenizer& tokenizer, const std::int32_t* tokens, std::int64_t count)
{
    std::string bytes;
    for (std::int64_t index = 0; index < count; ++index)
        bytes += tokenizer.piece(tokens[index]);
    return bytes;
}

ByteEncoder::ByteEncoder(const ModelView& view)
    : m_tokenizer(view.tokenizer)
{
    m_byteTokens.fill(-1);
    const auto tokens = static_cast<std::int32_t>(view.source->tokenizer().tokens.size());
    for (std::int32_t token = 0; token < tokens; ++token)
        if (const std::string piece = m_tokenizer->piece(token); piece.size() == 1)
            if (std::int32_t& place = m_byteTokens[static_cast<unsigned char>(piece.front())];
                place < 0)
                place = token;
}

std::vector<std::int32_t> ByteEncoder::encode(const std::string& bytes, bool parseSpecial) const
{
    std::vector<std::int32_t> tokens;
    std::size_t done = 0;
    while (done < bytes.size()) {
        const std::string rest = bytes.substr(done);
        const auto invalid = invalidUtf8Offset(rest);
        const auto encoded = m_tokenizer->encode(rest.substr(0, invalid.value_or(rest.size())),
                                                 false, parseSpecial);
        tokens.insert(tokens.end(), encoded.begin(), encoded.end());
        if (!invalid)
            break;
        if (const std::int32_t token = m_byteTokens[static_cast<unsigned char>(rest[*invalid])];
            token >= 0)
            tokens.push_back(token);
        done += *invalid + 1;
    }
    return tokens;
}

Retokenized retokenized(const TokenWindows& windows, const Tokenizer& whole, const ModelView& view)
{
    const ByteEncoder encoder(view);
    std::vector<std::vector<std::int32_t>> texts;
    Retokenized result;
    for (std::int64_t window = 0; window < windows.count(); ++window) {
        const std::int32_t* tokens = windows.tokens.data() + window * windows.length;
        std::vector<std::int32_t> text = encoder.encode(bytesOf(whole, tokens, 1), true);
        const auto first = static_cast<std::int64_t>(text.size());
        const auto rest = encoder.encode(bytesOf(whole, tokens + 1, windows.length - 1), true);
        text.insert(text.end(), rest.begin(), rest.end());
        result.scored.push_back({ first, static_cast<std::int64_t>(text.size()) });
        result.windows.length
            = std::max(result.windows.length, static_cast<std::int64_t>(text.size()));
        texts.push_back(std::move(text));
    }
    for (std::vector<std::int32_t>& text : texts) {
        text.resize(static_cast<std::size_t>(result.windows.length), 0);
        result.windows.tokens.insert(result.windows.tokens.end(), text.begin(), text.end());
    }
    return result;
}

std::vector<std::int64_t> scoredBytes(const Tokenizer& tokenizer, const TokenWindows& windows)
{
    std::vector<std::int64_t> bytes;
    for (std::int64_t window = 0; window < windows.count(); ++window)
        bytes.push_back(static_cast<std::int64_t>(
            bytesOf(tokenizer, windows.tokens.data() + window * windows.length + 1,
                    windows.length - 1)
                .size()));
    return bytes;
}

std::string restrictedProtocol(const ModelView& view)
{
    return view.trimmed() ? fmt::format(", against the baseline restricted to the same {} tokens",
                                        view.source->architecture().vocabularySize)
                          : std::string();
}

} // namespace schmidt
