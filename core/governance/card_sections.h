// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "governance/model_card.h"
#include "recipe/recipe.h"

#include <string>
#include <vector>

namespace schmidt {

/// One piece of a card's body, independent of how it is rendered.
struct CardBlock {
    enum class Kind { Heading, Paragraph, Warning, Code, Table } kind = Kind::Paragraph;
    std::string text; ///< plain text; empty for tables
    std::vector<std::vector<std::string>> rows = {}; ///< of a table, header first; plain text
};

/// The body of a card: warnings first, then what it is, how it was made, goals, measurements,
/// intended use, limitations, reproduction. Predicted values say "predicted".
std::vector<CardBlock> cardBlocks(const CardData& data);

/// Markdown of blocks; all plain text is escaped.
std::string blocksToMarkdown(const std::vector<CardBlock>& blocks);

/// Consecutive layers that are treated alike.
struct RecipeSpan {
    std::size_t first = 0, last = 0;
    LayerRecipe layer;
};
/// The recipe as few rows as possible.
std::vector<RecipeSpan> recipeSpans(const Recipe& recipe);

/// Whether a card may state the value in a field that cannot say where it came from.
bool statedAsFact(const Metric& metric);

/// Bills of materials.
std::string cycloneDxCard(const CardData& data);
std::string spdxCard(const CardData& data);

/// A version 5 style UUID made from a text: equal text, equal identifier (RFC 9562, custom form 8).
std::string uuidFromText(const std::string& text);

} // namespace schmidt
