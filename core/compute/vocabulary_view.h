// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/evaluation.h"
#include "pipeline/project_session.h"
#include "recipe/recipe.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace schmidt {

/// The model of a project with as many tokens as a recipe keeps, the first of workloadVocabulary().
/// Errors: Usage when the recipe keeps fewer tokens than any text needs, Unsupported when the
/// tokenizer cannot be cut, those of workloadVocabulary().
Result<ModelView> recipeView(ProjectSession& session, const Recipe& recipe,
                             const Workload& workload, const WorkContext& context);

/// All tokens of a model in the order in which a smaller vocabulary for the workload keeps them
/// (see vocabularyOrder()): by how often the model expects them in the calibration text and how
/// often the prompts use them. Kept in the project. Errors: BadInput, Cancelled, Resources.
Result<std::vector<std::int32_t>>
workloadVocabulary(ProjectSession& session, const Workload& workload, const WorkContext& context);

/// The first `count` tokens of an order, ascending.
std::vector<std::int32_t> keptTokens(const std::vector<std::int32_t>& order, std::int64_t count);

/// What `count` tokens stand for, special ones written out.
std::string bytesOf(const Tokenizer& tokenizer, const std::int32_t* tokens, std::int64_t count);

/// Any bytes in the tokens of a view, nothing lost: what is no UTF-8, such as half a character at
/// the edge of a window, becomes tokens of single bytes.
class ByteEncoder {
public:
    explicit ByteEncoder(const ModelView& view);

    /// Special tokens that are written out in `bytes` become such tokens only with `parseSpecial`.
    std::vector<std::int32_t> encode(const std::string& bytes, bool parseSpecial = false) const;

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::array<std::int32_t, 256> m_byteTokens {}; ///< -1 where there is none
};

/// Windows in other tokens. Each has the bytes of one window before, filled up to equal length with
/// tokens behind the range that is scored.
struct Retokenized {
    TokenWindows windows;
    std::vector<ScoredRange> scored; ///< the tokens of all bytes behind the window's first token
};

/// Windows of `whole` in the tokens of `view`.
Retokenized retokenized(const TokenWindows& windows, const Tokenizer& whole, const ModelView& view);

/// Bytes of each window without its first token.
std::vector<std::int64_t> scoredBytes(const Tokenizer& tokenizer, const TokenWindows& windows);

/// What a protocol says about the baseline of a view with fewer tokens; empty for the whole model.
std::string restrictedProtocol(const ModelView& view);

} // namespace schmidt
