// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace schmidt {

/// How a tokenizer splits text.
enum class TokenizerKind {
    None, ///< the model carries no tokenizer
    ByteLevelBpe, ///< GPT-2 style merges over bytes (SmolLM2, Qwen, Llama 3)
    SentencePieceBpe, ///< score-driven merges with byte fallback (Llama 2, TinyStories)
    SentencePieceUnigram ///< the likeliest split into scored pieces (rinna's GPT-NeoX)
};

/// GGUF token types.
enum class TokenType : std::int32_t {
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6
};

/// A tokenizer as data, in the terms of GGUF's tokenizer.ggml.* keys, whatever file it came from.
struct TokenizerData {
    TokenizerKind kind = TokenizerKind::None;
    std::string
        preTokenizer; ///< GGUF "tokenizer.ggml.pre": "smollm", "qwen2", "llama-bpe", "gpt-2", ...
    std::vector<std::string> tokens;
    std::vector<float> scores; ///< SentencePiece only
    std::vector<TokenType> types;
    std::vector<std::string> merges; ///< "left right", byte-level BPE only
    std::int64_t bos = -1, eos = -1, unknown = -1, padding = -1;
    bool addBos = false;
    bool addEos = false;
    bool addSpacePrefix = true; ///< SentencePiece only
    bool removeExtraWhitespaces = false; ///< Unigram only: runs of blanks become one, ends none
    /// Unigram only: SentencePiece's compiled rules of normalization (a trie and what it replaces);
    /// may be empty.
    std::vector<std::uint8_t> charsmap = {};
    std::string chatTemplate; ///< Jinja source, may be empty

    bool present() const { return kind != TokenizerKind::None; }
};

/// Whether a text stands for more than one token, which no tokenizer can tell apart, or holds a zero
/// character, behind which runtimes do not read (llama.cpp ends the process at such a vocabulary).
/// Errors: BadInput naming the token.
Result<void> checkTokenizer(const TokenizerData& data);

/// Reads tokenizer.json, tokenizer_config.json and special_tokens_map.json of a folder. A folder
/// without them gives kind None. Errors: BadInput, Unsupported (unknown pre-tokenizer).
Result<TokenizerData> tokenizerFromHfFolder(const std::filesystem::path& folder);

/// The files that make transformers tokenize as `data` does: file name -> content.
/// Errors: Unsupported when the kind has no such form.
Result<std::map<std::string, std::string>> hfTokenizerFiles(const TokenizerData& data);

} // namespace schmidt
