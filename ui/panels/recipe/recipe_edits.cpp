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
        if (!recipe.layers[layer].locked) {
            const std::int64_t full = architecture.layers[layer].intermediateSize;
            recipe.layers[layer].mlpWidth = roundedWidth(share * static_cast<double>(full), full,
                                                         widthStepOf(recipe.layers[layer]));
        }
    return recipe;
}

Recipe withAllKept(Recipe recipe, const Architecture& architecture)
{
    recipe = withEqualWidths(std::move(recipe), architecture, 1.0);
    const std::size_t count = std::min(recipe.layers.size(), architecture.layers.size());
    for (std::size_t layer = 0; layer < count; ++layer)
        if (!recipe.layers[layer].locked)
            recipe.layers[layer].kvGroups = architecture.layers[layer].kvHeads;
    return recipe;
}

Recipe withWidthsOf(Recipe recipe, const Architecture& architecture, const Recipe& widths)
{
    const std::size_t count
        = std::min({ recipe.layers.size(), widths.layers.size(), architecture.layers.size() });
    for (std::size_t layer = 0; layer < count; ++layer)
        if (!recipe.layers[layer].locked)
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
    return withLayers(std::move(recipe), layers, [&](LayerRecipe& layer, std::size_t index) {
        layer.mlpWidth
            = roundedWidth(static_cast<double>(width), architecture.layers[index].intermediateSize,
                           widthStepOf(layer));
    });
}

Recipe withLayerGroups(Recipe recipe, const Architecture& architecture,
                       const std::vector<int>& layers, std::int64_t groups)
{
    return withLayers(std::move(recipe), layers, [&](LayerRecipe& layer, std::size_t index) {
        layer.kvGroups = std::clamp<std::int64_t>(groups, 1, architecture.layers[index].kvHeads);
    });
}

void setLayerScheme(LayerRecipe& layer, const LayerShape& full, const Scheme& scheme)
{
    for (std::size_t position = 0; position < layer.schemes.size(); ++position)
        layer.setScheme(position, scheme);
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
    double width = 0;
    std::int64_t groups = 1;
    for (const LayerRecipe& layer : recipe.layers) {
        width += static_cast<double>(layer.mlpWidth) / static_cast<double>(recipe.layers.size());
        groups = std::max(groups, layer.kvGroups);
    }
    for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer) {
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
    for (LayerRecipe& layer : recipe.layers)
        if (!layer.locked)
            layer.mlpWidth = 0;
    return recipe;
}

} // namespace schmidt
