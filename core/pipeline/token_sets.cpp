// SPDX-License-Identifier: Apache-2.0
#include "pipeline/token_sets.h"

#include <algorithm>
#include <fmt/format.h>

namespace schmidt {

std::vector<std::int32_t> encodeDocuments(const Tokenizer& tokenizer,
                                          const std::vector<std::string>& documents)
{
    std::vector<std::int32_t> tokens;
    for (std::size_t index = 0; index < documents.size(); ++index) {
        const std::string text
            = index + 1 < documents.size() ? documents[index] + "\n\n" : documents[index];
        const auto encoded = tokenizer.encode(text);
        tokens.insert(tokens.end(), encoded.begin(), encoded.end());
    }
    return tokens;
}

std::vector<std::int32_t> chatTokens(const Tokenizer& tokenizer, const std::string& prompt)
{
    const auto chat = tokenizer.applyChatTemplate({ { "user", prompt } });
    return chat.ok() ? tokenizer.encode(*chat, true, true) : tokenizer.encode(prompt, true);
}

Result<TokenWindows> tokenWindows(const Tokenizer& tokenizer,
                                  const std::vector<std::string>& documents, std::int64_t window,
                                  std::int64_t limit, TextPart part)
{
    TokenWindows windows { window, encodeDocuments(tokenizer, documents) };
    const std::int64_t filled = windows.count();
    if (filled < 1)
        return badInput(
            fmt::format("The text has {} tokens, less than one window of {}; give more text or a "
                        "smaller --window.",
                        windows.size(), window));
    const std::int64_t wanted
        = limit > 0 ? std::min(filled, std::max<std::int64_t>(limit / window, 1)) : filled;
    if (part == TextPart::Everywhere) {
        TokenWindows spread { window, {} };
        appendWindows(spread, windows.tokens, spreadIndices(wanted, filled));
        return spread;
    }
    windows.tokens.resize(static_cast<std::size_t>(wanted * window));
    return windows;
}

Result<TokenWindows> evaluationWindows(const Tokenizer& tokenizer,
                                       const std::vector<std::string>& documents,
                                       std::int64_t window, std::int64_t limit, TextPart part)
{
    constexpr std::int64_t shortWindow = 256;
    auto windows = tokenWindows(tokenizer, documents, window, limit, part);
    return windows.ok() || window <= shortWindow
        ? std::move(windows)
        : tokenWindows(tokenizer, documents, shortWindow, limit, part);
}

} // namespace schmidt
