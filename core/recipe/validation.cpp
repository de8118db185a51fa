// SPDX-License-Identifier: Apache-2.0
#include "recipe/recipe.h"

#include <algorithm>
#include <fmt/format.h>

namespace schmidt {

namespace {

    using Issues = std::vector<RecipeIssue>;

    void error(Issues& issues, int layer, std::optional<Role> role, std::string message)
    {
        issues.push_back({ RecipeIssue::Severity::Error, layer, role, std::move(message) });
    }

    void warning(Issues& issues, int layer, std::optional<Role> role, std::string message)
    {
        issues.push_back({ RecipeIssue::Severity::Warning, layer, role, std::move(message) });
    }

    /// The nearest multiple of `step` inside [step, largest].
    std::int64_t nearestMultiple(std::int64_t value, std::int64_t step, std::int64_t largest)
    {
        const std::int64_t rounded = (value + step / 2) / step * step;
        return std::clamp(rounded, std::min(step, largest), std::max(step, largest / step * step));
    }

    void checkWidths(Issues& issues, int index, const LayerRecipe& layer, const LayerShape& shape)
    {
        if (layer.mlpWidth < 0 || layer.mlpWidth > shape.intermediateSize)
            error(issues, index, Role::Down,
                  fmt::format(
                      "Layer {}: MLP width {} is outside 0 to {}; the nearest possible is {}.",
                      index, layer.mlpWidth, shape.intermediateSize,
                      std::clamp<std::int64_t>(layer.mlpWidth, 0, shape.intermediateSize)));
        else if (layer.mlpWidth % 32 != 0 && layer.mlpWidth != shape.intermediateSize)
            warning(issues, index, Role::Down,
                    fmt::format("Layer {}: MLP width {} is no multiple of 32, so its GGUF keeps "
                                "down in 16 bits; {} avoids "
                                "that.",
                                index, layer.mlpWidth,
                                nearestMultiple(layer.mlpWidth, 32, shape.intermediateSize)));
        if (layer.kvGroups < 0 || layer.kvGroups > shape.kvHeads)
            error(issues, index, Role::Key,
                  fmt::format("Layer {}: {} KV groups is outside 0 to {}.", index, layer.kvGroups,
                              shape.kvHeads));
    }

    /// Whether a rank lies between 0 and that of the matrix; an error says where it does not.
    bool checkRank(Issues& issues, int index, Role role, const char* what, std::int64_t rank,
                   const MatrixShape& shape)
    {
        const std::int64_t full = std::min(shape.rows, shape.columns);
        if (rank >= 0 && rank <= full)
            return true;
        error(issues, index, role,
              fmt::format("Layer {} {}: {} {} is outside 0 to {}.", index, roleName(role), what,
                          rank, full));
        return false;
    }

    /// A correction makes up for rounding, so it needs a grid, and stays smaller than its matrix.
    void checkCorrection(Issues& issues, int index, std::size_t position, const LayerRecipe& layer,
                         const MatrixShape& shape)
    {
        const Role role = linearRoles[position];
        const std::string where = fmt::format("Layer {} {}", index, roleName(role));
        const std::int64_t rank = layer.corrections[position];
        if (!checkRank(issues, index, role, "the correction's rank", rank, shape))
            return;
        if (rank > 0 && layer.schemes[position].kind == SchemeKind::Keep)
            error(issues, index, role,
                  where
                      + ": only a quantized matrix can be corrected; choose a scheme for it or "
                        "leave the correction out.");
        else if (rank > 0
                 && (bitsPerWeight(layer.schemes[position]) - 16)
                             * static_cast<double>(shape.rows * shape.columns)
                         + 16.0 * static_cast<double>(rank * (shape.rows + shape.columns))
                     >= 0)
            warning(issues, index, role,
                    fmt::format("{}: with a correction of rank {} it is no smaller than in 16 "
                                "bits; choose a lower rank or keep the matrix.",
                                where, rank));
    }

    /// A network stands in place of a matrix, so nothing else can.
    void checkBond(Issues& issues, int index, std::size_t position, const LayerRecipe& layer,
                   const MatrixShape& shape)
    {
        const Role role = linearRoles[position];
        const std::int64_t bond = layer.bonds[position];
        const std::string where = fmt::format("Layer {} {}", index, roleName(role));
        if (bond == 0 || shape.empty())
            return;
        if (const std::int64_t full = fullBond(shape); bond < 0 || bond > full) {
            error(issues, index, role,
                  fmt::format("{}: bond {} is outside 0 to {}.", where, bond, full));
            return;
        }
        if (layer.ranks[position] > 0 || layer.schemes[position].kind != SchemeKind::Keep)
            error(
                issues, index, role,
                where
                    + ": a tensor network cannot be quantized or of low rank as well; choose one.");
        const std::int64_t dense = shape.rows * shape.columns;
        if (networkParameters(shape, bond) >= dense)
            warning(issues, index, role,
                    fmt::format("{}: bond {} stores more numbers than the matrix itself; below {} "
                                "it gets smaller.",
                                where, bond, dense / networkParameters(shape, 1)));
    }

    void checkMatrix(Issues& issues, int index, std::size_t position, const LayerRecipe& layer,
                     const MatrixShape& shape)
    {
        const Role role = linearRoles[position];
        const std::string where = fmt::format("Layer {} {}", index, roleName(role));
        const std::int64_t rank = layer.ranks[position];
        const Scheme& scheme = layer.schemes[position];
        checkBond(issues, index, position, layer, shape);
        if (checkRank(issues, index, role, "rank", rank, shape) && rank > 0
            && rank * (shape.rows + shape.columns) >= shape.rows * shape.columns)
            warning(issues, index, role,
                    fmt::format("{}: rank {} stores more numbers than the matrix itself; below {} "
                                "it gets smaller.",
                                where, rank,
                                shape.rows * shape.columns / (shape.rows + shape.columns)));
        if (scheme.kind == SchemeKind::Keep)
            return;
        if (rank > 0)
            error(issues, index, role,
                  where
                      + ": a low-rank matrix cannot be quantized as well; choose one of the two.");
        if (shape.columns % scheme.grid.groupSize == 0)
            return;
        for (const std::int64_t group : { 64, 32 })
            if (shape.columns % group == 0) {
                error(
                    issues, index, role,
                    fmt::format(
                        "{}: its {} inputs are no multiple of group size {}; group size {} works.",
                        where, shape.columns, scheme.grid.groupSize, group));
                return;
            }
        error(
            issues, index, role,
            fmt::format("{}: its {} inputs are no multiple of group size {}; {} inputs would work.",
                        where, shape.columns, scheme.grid.groupSize,
                        nearestMultiple(shape.columns, scheme.grid.groupSize, shape.columns)));
    }

    /// How few tokens a tokenizer may have, analysis and compression know better than this.
    void checkVocabulary(Issues& issues, const Recipe& recipe, const Architecture& architecture)
    {
        constexpr std::int64_t bytes = 256, step = 32;
        const std::int64_t all = architecture.vocabularySize;
        if (recipe.vocabulary == 0 || recipe.vocabulary == all)
            return;
        if (recipe.vocabulary < bytes || recipe.vocabulary > all)
            error(issues, -1, Role::Embedding,
                  fmt::format("A vocabulary of {} tokens is outside {} (one per byte) to {}; leave "
                              "it out to keep all.",
                              recipe.vocabulary, bytes, all));
        else if (recipe.vocabulary % step != 0)
            warning(issues, -1, Role::Embedding,
                    fmt::format("A vocabulary of {} tokens is no multiple of {}, which runtimes "
                                "compute fastest; {} is.",
                                recipe.vocabulary, step,
                                nearestMultiple(recipe.vocabulary, step, all)));
    }

    /// Layers that are left out altogether leave a plain model with fewer of them.
    void checkUniform(Issues& issues, const Recipe& recipe)
    {
        std::optional<std::size_t> first;
        for (std::size_t index = 0; index < recipe.layers.size(); ++index) {
            const LayerRecipe& layer = recipe.layers[index];
            if (layer.empty())
                continue;
            if (!first)
                first = index;
            if (layer.mlpWidth != recipe.layers[*first].mlpWidth
                || layer.kvGroups != recipe.layers[*first].kvGroups) {
                error(issues, static_cast<int>(index), std::nullopt,
                      fmt::format("Layer {} differs in width from layer {}, but the recipe is "
                                  "uniform; make them equal or choose "
                                  "per-layer mode.",
                                  index, *first));
                return;
            }
        }
    }

    void checkAttention(Issues& issues, const Recipe& recipe)
    {
        if (std::none_of(recipe.layers.begin(), recipe.layers.end(),
                         [](const LayerRecipe& layer) { return layer.kvGroups > 0; }))
            error(issues, -1, Role::Key,
                  "No layer keeps its attention, so the model could not see its text; give one a "
                  "KV group.");
    }

} // namespace

std::vector<RecipeIssue> validateRecipe(const Recipe& recipe, const Architecture& architecture)
{
    Issues issues;
    if (recipe.layers.size() != architecture.layers.size()) {
        error(issues, -1, std::nullopt,
              fmt::format(
                  "The recipe is for {} layers, the model has {}; make the recipe for this model.",
                  recipe.layers.size(), architecture.layers.size()));
        return issues;
    }
    if (recipe.calibrationTokens < 1024)
        error(issues, -1, std::nullopt, "A recipe needs at least 1024 calibration tokens.");
    if (!(recipe.damping >= 0 && recipe.damping <= 1)
        || !(recipe.driftCorrection >= 0 && recipe.driftCorrection <= 1))
        error(issues, -1, std::nullopt,
              "Damping and drift correction of a recipe lie between 0 and 1.");
    if (recipe.heal.tokens < 0 || !(recipe.heal.minutes >= 0)
        || !(recipe.heal.learningRate >= 0 && recipe.heal.learningRate <= 0.01))
        error(issues, -1, std::nullopt,
              "Healing needs limits that are not negative and a learning rate between 0, which "
              "leaves it to the program, and 0.01.");
    if (recipe.embeddingScheme.kind != SchemeKind::Keep
        && architecture.hiddenSize % recipe.embeddingScheme.grid.groupSize != 0)
        error(issues, -1, Role::Embedding,
              fmt::format("The embedding's {} inputs are no multiple of group size {}; choose "
                          "group size 32 or 64.",
                          architecture.hiddenSize, recipe.embeddingScheme.grid.groupSize));
    checkVocabulary(issues, recipe, architecture);
    checkAttention(issues, recipe);
    const Architecture compressed = compressedArchitecture(recipe, architecture);
    for (std::size_t index = 0; index < recipe.layers.size(); ++index) {
        const int layer = static_cast<int>(index);
        const std::size_t before = issues.size();
        checkWidths(issues, layer, recipe.layers[index], architecture.layers[index]);
        const bool usable = std::none_of(issues.begin() + static_cast<std::ptrdiff_t>(before),
                                         issues.end(), [](const RecipeIssue& issue) {
                                             return issue.severity == RecipeIssue::Severity::Error;
                                         });
        for (std::size_t position = 0; usable && position < linearRoles.size(); ++position) {
            const MatrixShape shape
                = matrixShape(linearRoles[position], compressed.layers[index], compressed);
            if (shape.empty())
                continue;
            checkMatrix(issues, layer, position, recipe.layers[index], shape);
            checkCorrection(issues, layer, position, recipe.layers[index], shape);
        }
    }
    if (recipe.mode == WidthMode::Uniform)
        checkUniform(issues, recipe);
    std::stable_partition(issues.begin(), issues.end(), [](const RecipeIssue& issue) {
        return issue.severity == RecipeIssue::Severity::Error;
    });
    return issues;
}

} // namespace schmidt
