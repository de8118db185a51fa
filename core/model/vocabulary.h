// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "model/architecture.h"
#include "model/tokenizer_data.h"

#include <cstdint>
#include <vector>

namespace schmidt {

/// All rows of an embedding in the order in which a smaller vocabulary keeps them: first what no
/// text can do without (see smallestVocabulary()), then the most frequent ones, each behind the
/// tokens that its merges are made of, equally frequent ones in the order of the merges, which is
/// that of their frequency where the tokenizer was trained, then rows without a token. A text whose
/// tokens are all kept is cut into the same tokens as before. `counts` [tokens] says how often each
/// token occurs or is expected; shorter = 0. Only for byte-level BPE.
std::vector<std::int32_t> vocabularyOrder(const TokenizerData& tokenizer,
                                          const std::vector<double>& counts, std::int64_t rows);

/// Number of tokens that are always kept: those that no merge makes, which are the bytes and the
/// special tokens, so that every text can still be written.
std::int64_t smallestVocabulary(const TokenizerData& tokenizer);

/// A byte-level BPE with the tokens `kept` (ascending), numbered anew, and the merges among them.
/// `kept` may name rows that have no token. Errors: Unsupported for another kind of tokenizer,
/// BadInput when `kept` is not ascending or lacks a special token that is referred to.
Result<TokenizerData> trimmedTokenizer(const TokenizerData& tokenizer,
                                       const std::vector<std::int32_t>& kept);

/// An architecture with the tokens `kept` (ascending); tokens that begin or end a text get their
/// new numbers.
Architecture trimmedArchitecture(const Architecture& architecture,
                                 const std::vector<std::int32_t>& kept);

} // namespace schmidt
