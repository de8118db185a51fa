// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/recipe_edits.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace schmidt {

std::int64_t widthStepOf(const LayerRecipe& layer)
{
    const Scheme& down = layer.schemes[*linearRoleIndex(Role::Down)];
    return down.kind == SchemeKind::Keep ? widthStep : std::max(widthStep, down.grid.groupSize);
}

std::int64_t roundedWidth(double width, std::int64_t full, std::int64_t step)
{
    const auto stepped
        = static_cast<std::int64_t>(std::lround(width / static_cast<double>(step))) * step;
    if (stepped >= full)
        return full;
    return std::max(std::min(step, full), stepped);
}

double keptShare(const Recipe& recipe, const Architecture& architecture)
{
    double kept = 0, full = 0;
    const std::size_t count = std::min(recipe.layers.size(), architecture.layers.size());
    for (std::size_t layer = 0; layer < count; ++layer) {
        if (recipe.layers[layer].locked)
            continue;
        kept += static_cast<double>(recipe.layers[layer].mlpWidth);
        full += static_cast<double>(architecture.layers[layer].intermediateSize);
    }
    return full > 0 ? kept / full : 1;
}

Recipe withEqualWidths(Recipe recipe, const Architecture& architecture, double share)
{
    const std::size_t count = std::min(recipe.layers.size(), architecture.layers.size());
    for (std::size_t layer = 0; layer < count; ++layer)
        if (!recipe.layers[layer].locked && recipe.layers[layer].mlpWidth > 0) {
            const std::int64_t full = architecture.layers[layer].intermediateSize;
            recipe.layers[layer].mlpWidth = roundedWidth(share * static_cast<double>(full), full,
                                                         widthStepOf(recipe.layers[layer]));
        }
    return recipe;
}

Recipe withAllKept(Recipe recipe, const Architecture& architecture)
{
    const std::size_t count = std::min(recipe.layers.size(), architecture.layers.size());
    for (std::size_t layer = 0; layer < count; ++layer)
        if (LayerRecipe& entry = recipe.layers[layer]; !entry.locked) {
            entry.mlpWidth = architecture.layers[layer].intermediateSize;
            entry.kvGroups = architecture.layers[layer].kvHeads;
        }
    return recipe;
}

Recipe withWidthsOf(Recipe recipe, const Architecture& architecture, const Recipe& widths)
{
    const std::size_t count
        = std::min({ recipe.layers.size(), widths.layers.size(), architecture.layers.size() });
    for (std::size_t layer = 0; layer < count; ++layer)
        if (!recipe.layers[layer].locked && recipe.layers[layer].mlpWidth > 0)
            recipe.layers[layer].mlpWidth = roundedWidth(
                static_cast<double>(widths.layers[layer].mlpWidth),
                architecture.layers[layer].intermediateSize, widthStepOf(recipe.layers[layer]));
    return recipe;
}

namespace {

    template <typename Change>
    Recipe withLayers(Recipe recipe, const std::vector<int>& layers, Change change)
    {
        if (recipe.mode == WidthMode::Uniform) {
            for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer)
                if (!recipe.layers[layer].empty())
                    change(recipe.layers[layer], layer);
            return recipe;
        }
        for (const int layer : layers)
            if (layer >= 0 && static_cast<std::size_t>(layer) < recipe.layers.size())
                change(recipe.layers[static_cast<std::size_t>(layer)],
                       static_cast<std::size_t>(layer));
        return recipe;
    }

} // namespace

Recipe withLayerWidth(Recipe recipe, const Architecture& architecture,
                      const std::vector<int>& layers, std::int64_t width)
{
    const bool remove = width <= 0 && recipe.mode == WidthMode::PerLayer;
    return withLayers(std::move(recipe), layers, [&](LayerRecipe& layer, std::size_t index) {
        layer.mlpWidth = remove
            ? 0
            : roundedWidth(static_cast<double>(width), architecture.layers[index].intermediateSize,
                           widthStepOf(layer));
    });
}

Recipe withLayerGroups(Recipe recipe, const Architecture& architecture,
                       const std::vector<int>& layers, std::int64_t groups)
{
    const std::int64_t fewest = recipe.mode == WidthMode::PerLayer ? 0 : 1;
    return withLayers(std::move(recipe), layers, [&](LayerRecipe& layer, std::size_t index) {
        layer.kvGroups = std::clamp(groups, fewest, architecture.layers[index].kvHeads);
    });
}

bool hasPart(const LayerRecipe& layer, BlockPart part)
{
    switch (part) {
    case BlockPart::Attention:
        return layer.kvGroups > 0;
    case BlockPart::Mlp:
        return layer.mlpWidth > 0;
    case BlockPart::Whole:
        break;
    }
    return !layer.empty();
}

Recipe withPart(Recipe recipe, const Architecture& architecture, const std::vector<int>& layers,
                BlockPart part, bool kept)
{
    const bool uniform = recipe.mode == WidthMode::Uniform;
    if (uniform && part != BlockPart::Whole)
        return recipe;
    const auto other = std::find_if(recipe.layers.begin(), recipe.layers.end(),
                                    [](const LayerRecipe& layer) { return !layer.empty(); });
    const std::optional<LayerRecipe> common
        = uniform && other != recipe.layers.end() ? std::optional(*other) : std::nullopt;
    for (const int number : layers) {
        const auto index = static_cast<std::size_t>(number);
        if (number < 0 || index >= std::min(recipe.layers.size(), architecture.layers.size()))
            continue;
        LayerRecipe& layer = recipe.layers[index];
        const LayerShape& full = architecture.layers[index];
        if (part != BlockPart::Mlp)
            layer.kvGroups = !kept ? 0 : common ? common->kvGroups : full.kvHeads;
        if (part != BlockPart::Attention)
            layer.mlpWidth = !kept ? 0 : common ? common->mlpWidth : full.intermediateSize;
    }
    return recipe;
}

void setLayerScheme(LayerRecipe& layer, const LayerShape& full, const Scheme& scheme)
{
    for (std::size_t position = 0; position < layer.schemes.size(); ++position)
        layer.setScheme(position, scheme);
    if (layer.mlpWidth > 0)
        layer.mlpWidth = roundedWidth(static_cast<double>(layer.mlpWidth), full.intermediateSize,
                                      widthStepOf(layer));
}

Recipe withSchemeForAll(Recipe recipe, const Architecture& architecture, const Scheme& scheme)
{
    const std::size_t count = std::min(recipe.layers.size(), architecture.layers.size());
    for (std::size_t layer = 0; layer < count; ++layer)
        if (!recipe.layers[layer].locked)
            setLayerScheme(recipe.layers[layer], architecture.layers[layer], scheme);
    return recipe;
}

Recipe withMode(Recipe recipe, const Architecture& architecture, WidthMode mode)
{
    recipe.mode = mode;
    if (mode == WidthMode::PerLayer || recipe.layers.empty() || architecture.layers.empty())
        return recipe;
    double width = 0, left = 0;
    std::int64_t groups = 1;
    for (const LayerRecipe& layer : recipe.layers) {
        width += static_cast<double>(layer.mlpWidth);
        left += layer.empty() ? 0 : 1;
        groups = std::max(groups, layer.kvGroups);
    }
    width /= std::max(left, 1.0);
    for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer) {
        if (recipe.layers[layer].empty())
            continue;
        recipe.layers[layer].mlpWidth = roundedWidth(
            width, architecture.layers[layer].intermediateSize, widthStepOf(recipe.layers[layer]));
        recipe.layers[layer].kvGroups = std::min(groups, architecture.layers[layer].kvHeads);
    }
    return recipe;
}

std::vector<Scheme> offeredSchemes()
{
    std::vector<Scheme> schemes { Scheme {} };
    for (const SchemeKind kind : { SchemeKind::Gptq, SchemeKind::Rtn })
        for (const int bits : { 8, 4, 3 })
            for (const std::int64_t group : { 32, 64, 128 })
                schemes.push_back({ kind, { bits, group, true } });
    return schemes;
}

QString schemeTitle(const Scheme& scheme)
{
    if (scheme.kind == SchemeKind::Keep)
        return QCoreApplication::translate("schmidt::RecipeEdits", "keep 16 bit");
    const QString asymmetric = scheme.grid.symmetric ? QString() : QStringLiteral(" asym");
    return QStringLiteral("%1 int%2 g%3%4")
        .arg(scheme.kind == SchemeKind::Gptq ? QStringLiteral("GPTQ") : QStringLiteral("RTN"))
        .arg(scheme.grid.bits)
        .arg(scheme.grid.groupSize)
        .arg(asymmetric);
}

const Scheme* commonScheme(const LayerRecipe& layer)
{
    for (const Scheme& scheme : layer.schemes)
        if (scheme != layer.schemes.front())
            return nullptr;
    return &layer.schemes.front();
}

std::optional<std::int64_t> commonCorrection(const Recipe& recipe)
{
    std::optional<std::int64_t> common;
    for (const LayerRecipe& layer : recipe.layers)
        for (std::size_t position = 0; position < layer.schemes.size(); ++position) {
            if (layer.schemes[position].kind == SchemeKind::Keep)
                continue;
            if (common && *common != layer.corrections[position])
                return std::nullopt;
            common = layer.corrections[position];
        }
    return common.value_or(0);
}

QString schemeProblem(const Scheme& scheme, const Architecture& architecture, bool embedding)
{
    if (scheme.kind == SchemeKind::Keep || architecture.layers.empty())
        return {};
    const std::int64_t group = scheme.grid.groupSize;
    const LayerShape& shape = architecture.layers.front();
    // Inputs of the matrices that no slider changes; pruned widths are judged with the recipe.
    for (const std::int64_t inputs :
         { architecture.hiddenSize, embedding ? group : shape.heads * architecture.headDim })
        if (inputs % group != 0)
            return QCoreApplication::translate("schmidt::RecipeEdits",
                                               "Group size %1 does not divide %2 inputs.")
                .arg(group)
                .arg(inputs);
    return {};
}

Recipe frontKey(Recipe recipe)
{
    recipe.name.clear();
    recipe.heal = {};
    for (LayerRecipe& layer : recipe.layers)
        if (!layer.locked)
            layer.mlpWidth = std::min<std::int64_t>(layer.mlpWidth, 1);
    return recipe;
}

} // namespace schmidt
