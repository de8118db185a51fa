// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "model/token_windows.h"
#include "runtime/tokenizer.h"

#include <string>
#include <vector>

namespace schmidt {

inline constexpr std::int64_t calibrationWindow = 1024;
/// Windows that sensitivity curves are measured on.
inline constexpr std::int64_t probeWindow = 1024;
inline constexpr std::int64_t probeWindows = 2;

/// Token ids of documents joined by blank lines, without BOS.
std::vector<std::int32_t> encodeDocuments(const Tokenizer& tokenizer,
                                          const std::vector<std::string>& documents);

/// Ids of a question as the model's chat template opens the conversation.
std::vector<std::int32_t> chatTokens(const Tokenizer& tokenizer, const std::string& prompt);

/// Which windows are taken of a text that has more of them than are wanted.
enum class TextPart {
    Start, ///< what other tools read too
    Everywhere, ///< spread evenly, so that they stand for the whole text
};

/// Tokenizes documents as encodeDocuments() does and cuts them into windows that do not
/// overlap; an incomplete last window is dropped. `limit` in tokens, 0 = all. Errors: BadInput when
/// the text does not fill one window.
Result<TokenWindows> tokenWindows(const Tokenizer& tokenizer,
                                  const std::vector<std::string>& documents, std::int64_t window,
                                  std::int64_t limit, TextPart part);

inline constexpr std::int64_t evaluationWindow = 2048;
inline constexpr std::int64_t evaluationTokens = 16384;

/// Windows of an evaluation; a text shorter than one of them is cut into shorter ones, since it is
/// still worth measuring. Errors: BadInput when the text fills no window at all.
Result<TokenWindows> evaluationWindows(const Tokenizer& tokenizer,
                                       const std::vector<std::string>& documents,
                                       std::int64_t window = evaluationWindow,
                                       std::int64_t limit = evaluationTokens,
                                       TextPart part = TextPart::Everywhere);

} // namespace schmidt
