// SPDX-License-Identifier: Apache-2.0
#include "model/vocabulary.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace schmidt {

namespace {

    constexpr std::int32_t none = -1;

    /// How a token comes about: by which merge, of which two tokens.
    struct Making {
        std::int64_t rank = std::numeric_limits<std::int64_t>::max();
        std::int32_t left = none, right = none;

        bool merged() const { return left != none; }
    };

    class TokenNumbers {
    public:
        explicit TokenNumbers(const TokenizerData& tokenizer)
        {
            for (std::size_t token = 0; token < tokenizer.tokens.size(); ++token)
                m_numbers.emplace(tokenizer.tokens[token], static_cast<std::int32_t>(token));
        }
        std::int32_t of(std::string_view text) const
        {
            const auto entry = m_numbers.find(text);
            return entry == m_numbers.end() ? none : entry->second;
        }

    private:
        std::unordered_map<std::string_view, std::int32_t> m_numbers;
    };

    /// The three tokens of a merge "left right"; empty where one of them is no token.
    struct MergeTokens {
        std::int32_t left, right, whole;
    };
    std::optional<MergeTokens> tokensOf(const std::string& merge, const TokenNumbers& numbers)
    {
        const std::size_t blank = merge.find(' ', 1);
        if (blank == std::string::npos)
            return {};
        const std::string left = merge.substr(0, blank), right = merge.substr(blank + 1);
        const MergeTokens tokens { numbers.of(left), numbers.of(right), numbers.of(left + right) };
        return tokens.left == none || tokens.right == none || tokens.whole == none
            ? std::nullopt
            : std::optional(tokens);
    }

    /// The first merge that makes each token.
    std::vector<Making> makings(const TokenizerData& tokenizer)
    {
        const TokenNumbers numbers(tokenizer);
        std::vector<Making> result(tokenizer.tokens.size());
        for (std::size_t rank = 0; rank < tokenizer.merges.size(); ++rank) {
            const auto tokens = tokensOf(tokenizer.merges[rank], numbers);
            if (!tokens || result[static_cast<std::size_t>(tokens->whole)].merged())
                continue;
            result[static_cast<std::size_t>(tokens->whole)]
                = { static_cast<std::int64_t>(rank), tokens->left, tokens->right };
        }
        return result;
    }

    bool unused(const TokenizerData& tokenizer, std::size_t token)
    {
        return token < tokenizer.types.size() && tokenizer.types[token] == TokenType::Unused;
    }

    bool alwaysKept(const TokenizerData& tokenizer, const Making& making, std::size_t token)
    {
        const auto number = static_cast<std::int64_t>(token);
        return number == tokenizer.bos || number == tokenizer.eos || number == tokenizer.unknown
            || number == tokenizer.padding || (!making.merged() && !unused(tokenizer, token));
    }

    /// Counts in which a token counts at least as often as any token that is made of it.
    std::vector<double> countsWithParts(const std::vector<Making>& makings,
                                        const std::vector<double>& counts)
    {
        std::vector<double> result = counts;
        result.resize(makings.size(), 0);
        std::vector<std::int32_t> byRank(makings.size());
        std::iota(byRank.begin(), byRank.end(), 0);
        const auto rank
            = [&](std::int32_t token) { return makings[static_cast<std::size_t>(token)].rank; };
        std::sort(byRank.begin(), byRank.end(), [&](std::int32_t a, std::int32_t b) {
            return std::pair(rank(a), a) > std::pair(rank(b), b);
        });
        for (const std::int32_t token : byRank) {
            const Making& making = makings[static_cast<std::size_t>(token)];
            if (!making.merged())
                continue;
            for (const std::int32_t part : { making.left, making.right }) {
                double& count = result[static_cast<std::size_t>(part)];
                count = std::max(count, result[static_cast<std::size_t>(token)]);
            }
        }
        return result;
    }

    /// The new number of a token, `none` when it was not kept.
    std::int64_t renumbered(const std::vector<std::int32_t>& kept, std::int64_t token)
    {
        const auto place = std::lower_bound(kept.begin(), kept.end(), token,
                                            [](std::int32_t a, std::int64_t b) { return a < b; });
        return place != kept.end() && *place == token ? place - kept.begin() : none;
    }

} // namespace

std::vector<std::int32_t> vocabularyOrder(const TokenizerData& tokenizer,
                                          const std::vector<double>& counts, std::int64_t rows)
{
    const std::vector<Making> made = makings(tokenizer);
    const std::vector<double> used = countsWithParts(made, counts);
    enum Class { Always, Merged, NoToken };
    struct Place {
        Class kind;
        double rarity;
        std::int64_t rank;
        std::int32_t token;
        auto operator<=>(const Place&) const = default;
    };
    std::vector<Place> places;
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto token = static_cast<std::size_t>(row);
        const auto number = static_cast<std::int32_t>(row);
        if (token >= tokenizer.tokens.size())
            places.push_back({ NoToken, 0, 0, number });
        else if (alwaysKept(tokenizer, made[token], token))
            places.push_back({ Always, 0, 0, number });
        else if (unused(tokenizer, token))
            places.push_back({ NoToken, 0, 0, number });
        else
            places.push_back({ Merged, -used[token], made[token].rank, number });
    }
    std::sort(places.begin(), places.end());
    std::vector<std::int32_t> order;
    for (const Place& place : places)
        order.push_back(place.token);
    return order;
}

std::int64_t smallestVocabulary(const TokenizerData& tokenizer)
{
    const std::vector<Making> made = makings(tokenizer);
    std::int64_t count = 0;
    for (std::size_t token = 0; token < made.size(); ++token)
        count += alwaysKept(tokenizer, made[token], token);
    return count;
}

Result<TokenizerData> trimmedTokenizer(const TokenizerData& tokenizer,
                                       const std::vector<std::int32_t>& kept)
{
    if (tokenizer.kind != TokenizerKind::ByteLevelBpe)
        return unsupported("Only the vocabulary of a byte-level BPE tokenizer can be made smaller; "
                           "keep all tokens of this model.");
    if (kept.empty() || kept.front() < 0
        || std::adjacent_find(kept.begin(), kept.end(), std::greater_equal<> {}) != kept.end())
        return badInput("The kept tokens are not in ascending order; the variant is damaged.");
    TokenizerData result = tokenizer;
    result.tokens.clear();
    result.types.clear();
    result.scores.clear();
    result.merges.clear();
    for (const std::int32_t number : kept) {
        const auto token = static_cast<std::size_t>(number);
        if (token >= tokenizer.tokens.size())
            break;
        result.tokens.push_back(tokenizer.tokens[token]);
        if (token < tokenizer.types.size())
            result.types.push_back(tokenizer.types[token]);
        if (token < tokenizer.scores.size())
            result.scores.push_back(tokenizer.scores[token]);
    }
    const TokenNumbers numbers(result);
    for (const std::string& merge : tokenizer.merges)
        if (tokensOf(merge, numbers))
            result.merges.push_back(merge);
    for (std::int64_t* special : { &result.bos, &result.eos, &result.unknown, &result.padding }) {
        if (*special < 0)
            continue;
        *special = renumbered(kept, *special);
        if (*special == none)
            return badInput("A special token is missing among the kept tokens; the variant is "
                            "damaged.");
    }
    return result;
}

Architecture trimmedArchitecture(const Architecture& architecture,
                                 const std::vector<std::int32_t>& kept)
{
    Architecture result = architecture;
    result.vocabularySize = static_cast<std::int64_t>(kept.size());
    for (auto* tokens : { &result.bosTokens, &result.eosTokens }) {
        for (std::int64_t& token : *tokens)
            token = renumbered(kept, token);
        std::erase(*tokens, none);
    }
    return result;
}

} // namespace schmidt
