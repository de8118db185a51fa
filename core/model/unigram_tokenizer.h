// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/tokenizer_data.h"

namespace schmidt {

/// Whether a tokenizer.json holds a SentencePiece Unigram model (Kudo 2018, arXiv 1804.10959).
bool isUnigram(const Json& tokenizer);

/// Vocabulary, scores and rules of normalization from a tokenizer.json; added tokens and special
/// ones are the caller's. Errors: BadInput (damaged lists), Unsupported (rules that llama.cpp's
/// Unigram tokenizer has not: byte fallback, lower case, other splits).
Result<void> readUnigram(const Json& tokenizer, TokenizerData& data);

/// normalizer, pre_tokenizer, decoder and model of a tokenizer.json.
Json unigramTokenizerJson(const TokenizerData& data);

} // namespace schmidt
