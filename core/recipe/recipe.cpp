// SPDX-License-Identifier: Apache-2.0
#include "recipe/recipe.h"

#include "model/gguf_model.h"
#include "model/site_shape.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace schmidt {

std::string schemeName(const Scheme& scheme)
{
    if (scheme.kind == SchemeKind::Keep)
        return "keep";
    return fmt::format("{}-int{}-g{}{}", scheme.kind == SchemeKind::Gptq ? "gptq" : "rtn",
                       scheme.grid.bits, scheme.grid.groupSize,
                       scheme.grid.symmetric ? "" : "-asym");
}

namespace {

    /// Every scheme by its name; recipes hold hundreds of names, ledgers thousands of recipes.
    std::unordered_map<std::string, Scheme> namedSchemes()
    {
        std::unordered_map<std::string, Scheme> schemes { { schemeName({}), Scheme {} } };
        for (const SchemeKind kind : { SchemeKind::Rtn, SchemeKind::Gptq })
            for (const int bits : { 8, 4, 3 })
                for (const std::int64_t group : { 32, 64, 128 })
                    for (const bool symmetric : { true, false }) {
                        const Scheme scheme { kind, { bits, group, symmetric } };
                        schemes.emplace(schemeName(scheme), scheme);
                    }
        return schemes;
    }

} // namespace

Result<Scheme> schemeFromName(const std::string& name)
{
    static const std::unordered_map<std::string, Scheme> schemes = namedSchemes();
    if (const auto found = schemes.find(name); found != schemes.end())
        return found->second;
    return usageError("Unknown scheme \"" + name
                      + "\"; use keep, or rtn|gptq - int8|int4|int3 - g32|g64|g128, with -asym for "
                        "an asymmetric grid, "
                        "for example gptq-int4-g64.");
}

double bitsPerWeight(const Scheme& scheme)
{
    if (scheme.kind == SchemeKind::Keep)
        return 16;
    const double perGroup = scheme.grid.symmetric ? 16.0 : 32.0;
    return scheme.grid.bits + perGroup / static_cast<double>(scheme.grid.groupSize);
}

Recipe identityRecipe(const Architecture& architecture)
{
    Recipe recipe;
    recipe.mode = architecture.uniform() ? WidthMode::Uniform : WidthMode::PerLayer;
    for (const LayerShape& shape : architecture.layers) {
        LayerRecipe layer;
        layer.mlpWidth = shape.intermediateSize;
        layer.kvGroups = shape.kvHeads;
        recipe.layers.push_back(layer);
    }
    return recipe;
}

Json toJson(const Recipe& recipe)
{
    Json layers = Json::array();
    for (const LayerRecipe& layer : recipe.layers) {
        Json schemes = Json::object(), ranks = Json::object(), corrections = Json::object(),
             bonds = Json::object();
        for (std::size_t index = 0; index < linearRoles.size(); ++index) {
            const std::string role(roleName(linearRoles[index]));
            if (layer.schemes[index].kind != SchemeKind::Keep)
                schemes[role] = schemeName(layer.schemes[index]);
            if (layer.ranks[index] > 0)
                ranks[role] = layer.ranks[index];
            if (layer.bonds[index] > 0)
                bonds[role] = layer.bonds[index];
            if (layer.corrections[index] > 0)
                corrections[role] = layer.corrections[index];
        }
        Json json { { "mlp_width", layer.mlpWidth }, { "kv_groups", layer.kvGroups } };
        if (!schemes.empty())
            json["schemes"] = schemes;
        if (!ranks.empty())
            json["ranks"] = ranks;
        if (!bonds.empty())
            json["bonds"] = bonds;
        if (!corrections.empty())
            json["corrections"] = corrections;
        if (layer.locked)
            json["locked"] = true;
        layers.push_back(std::move(json));
    }
    Json result { { "schema", Recipe::schemaVersion },
                  { "name", recipe.name },
                  { "mode", recipe.mode == WidthMode::Uniform ? "uniform" : "per-layer" },
                  { "layers", layers },
                  { "embedding_scheme", schemeName(recipe.embeddingScheme) },
                  { "workload", recipe.workload },
                  { "calibration_tokens", recipe.calibrationTokens },
                  { "seed", recipe.seed },
                  { "drift_correction", recipe.driftCorrection },
                  { "damping", recipe.damping } };
    if (recipe.vocabulary > 0)
        result["vocabulary"] = recipe.vocabulary;
    if (recipe.heal.enabled())
        result["heal"] = { { "tokens", recipe.heal.tokens }, { "minutes", recipe.heal.minutes } };
    if (recipe.heal.enabled() && recipe.heal.learningRate > 0)
        result["heal"]["learning_rate"] = recipe.heal.learningRate;
    return result;
}

namespace {

    /// Whole numbers by matrix under `key` of a layer.
    Result<void> readRanks(const Json& json, const char* key, std::size_t index,
                           std::array<std::int64_t, linearRoles.size()>& ranks)
    {
        const Json values = jsonValue<Json>(json, key, Json::object());
        if (!values.is_object())
            return badInput(fmt::format("Layer {} of the recipe has malformed {}.", index, key));
        for (const auto& [name, value] : values.items()) {
            const auto role = roleFromName(name);
            const auto position = role ? linearRoleIndex(*role) : std::nullopt;
            if (!position || !value.is_number_integer())
                return badInput(fmt::format(
                    "Layer {} of the recipe names an unknown matrix \"{}\".", index, name));
            ranks[*position] = value.get<std::int64_t>();
        }
        return {};
    }

    Result<LayerRecipe> layerFromJson(const Json& json, std::size_t index)
    {
        if (!json.is_object() || !json.contains("mlp_width") || !json.contains("kv_groups")
            || !json["mlp_width"].is_number_integer() || !json["kv_groups"].is_number_integer())
            return badInput(fmt::format(
                "Layer {} of the recipe needs whole numbers mlp_width and kv_groups.", index));
        LayerRecipe layer;
        layer.mlpWidth = json["mlp_width"].get<std::int64_t>();
        layer.kvGroups = json["kv_groups"].get<std::int64_t>();
        layer.locked = jsonValue(json, "locked", false);
        const Json schemes = jsonValue<Json>(json, "schemes", Json::object());
        if (!schemes.is_object())
            return badInput(fmt::format("Layer {} of the recipe has malformed schemes.", index));
        for (const auto& [name, value] : schemes.items()) {
            const auto role = roleFromName(name);
            const auto position = role ? linearRoleIndex(*role) : std::nullopt;
            if (!position || !value.is_string())
                return badInput(fmt::format(
                    "Layer {} of the recipe names an unknown matrix \"{}\".", index, name));
            SCHMIDT_TRY(layer.schemes[*position], schemeFromName(value.get<std::string>()));
        }
        SCHMIDT_CHECK(readRanks(json, "ranks", index, layer.ranks));
        SCHMIDT_CHECK(readRanks(json, "bonds", index, layer.bonds));
        SCHMIDT_CHECK(readRanks(json, "corrections", index, layer.corrections));
        return layer;
    }

} // namespace

Result<Recipe> recipeFromJson(const Json& json)
{
    if (!json.is_object() || !json.contains("layers") || !json["layers"].is_array())
        return badInput("This is no recipe: it needs a list of layers.");
    const int schema = jsonValue(json, "schema", 0);
    if (schema > Recipe::schemaVersion)
        return unsupported(fmt::format(
            "The recipe has version {}, this program reads up to version {}; update the "
            "program.",
            schema, Recipe::schemaVersion));
    if (schema < 1)
        return badInput("The recipe names no schema version.");
    Recipe recipe;
    recipe.name = jsonValue<std::string>(json, "name", {});
    recipe.mode = jsonValue<std::string>(json, "mode", "per-layer") == "uniform"
        ? WidthMode::Uniform
        : WidthMode::PerLayer;
    recipe.workload = jsonValue<std::string>(json, "workload", "faq");
    recipe.calibrationTokens
        = jsonValue<std::int64_t>(json, "calibration_tokens", recipe.calibrationTokens);
    recipe.seed = jsonValue<std::uint64_t>(json, "seed", 1);
    if (const auto tokens = json.find("vocabulary"); tokens != json.end()) {
        if (!tokens->is_number_integer())
            return badInput("\"vocabulary\" of the recipe is no whole number of tokens.");
        recipe.vocabulary = tokens->get<std::int64_t>();
    }
    recipe.driftCorrection = jsonValue(json, "drift_correction", recipe.driftCorrection);
    recipe.damping = jsonValue(json, "damping", recipe.damping);
    if (const Json heal = jsonValue<Json>(json, "heal", Json::object()); heal.is_object()) {
        recipe.heal.tokens = jsonValue<std::int64_t>(heal, "tokens", 0);
        recipe.heal.minutes = jsonValue(heal, "minutes", 0.0);
        recipe.heal.learningRate = jsonValue(heal, "learning_rate", recipe.heal.learningRate);
    } else {
        return badInput("\"heal\" of the recipe is no object; give it tokens or minutes.");
    }
    SCHMIDT_TRY(recipe.embeddingScheme,
                schemeFromName(jsonValue<std::string>(json, "embedding_scheme", "keep")));
    for (const Json& entry : json["layers"]) {
        SCHMIDT_TRY(const LayerRecipe layer, layerFromJson(entry, recipe.layers.size()));
        recipe.layers.push_back(layer);
    }
    return recipe;
}

Architecture compressedArchitecture(const Recipe& recipe, const Architecture& architecture)
{
    Architecture result = architecture;
    if (recipe.vocabulary > 0)
        result.vocabularySize = std::min(recipe.vocabulary, architecture.vocabularySize);
    for (std::size_t index = 0; index < result.layers.size() && index < recipe.layers.size();
         ++index) {
        LayerShape& shape = result.layers[index];
        shape.heads = recipe.layers[index].kvGroups * shape.queriesPerGroup();
        shape.kvHeads = recipe.layers[index].kvGroups;
        shape.intermediateSize = recipe.layers[index].mlpWidth;
    }
    return result;
}

MatrixShape matrixShape(Role role, const LayerShape& layer, const Architecture& architecture)
{
    const std::int64_t hidden = architecture.hiddenSize, dim = architecture.headDim;
    switch (role) {
    case Role::Query:
        return { layer.heads * dim, hidden };
    case Role::Key:
    case Role::Value:
        return { layer.kvHeads * dim, hidden };
    case Role::Output:
        return { hidden, layer.heads * dim };
    case Role::Gate:
    case Role::Up:
        return { layer.intermediateSize, hidden };
    case Role::Down:
        return { hidden, layer.intermediateSize };
    default:
        return { architecture.vocabularySize, hidden };
    }
}

DType exportType(const Scheme& scheme, std::int64_t columns)
{
    if (scheme.kind == SchemeKind::Keep || columns % 32 != 0)
        return DType::F16;
    if (scheme.grid.bits == 8)
        return scheme.grid.symmetric ? DType::Q8_0 : DType::F16;
    return scheme.grid.symmetric ? DType::Q4_0 : DType::Q4_1;
}

Recipe withCorrections(Recipe recipe, const Architecture& architecture, std::int64_t rank)
{
    const Architecture compressed = compressedArchitecture(recipe, architecture);
    for (std::size_t index = 0; index < recipe.layers.size(); ++index) {
        LayerRecipe& layer = recipe.layers[index];
        for (std::size_t position = 0; position < linearRoles.size() && !layer.locked; ++position) {
            const MatrixShape shape
                = matrixShape(linearRoles[position], compressed.layers[index], compressed);
            layer.corrections[position] = layer.schemes[position].kind == SchemeKind::Keep
                ? 0
                : std::min({ rank, shape.rows, shape.columns });
        }
    }
    return recipe;
}

std::int64_t largestCorrection(const Recipe& recipe)
{
    std::int64_t largest = 0;
    for (const LayerRecipe& layer : recipe.layers)
        largest = std::max(largest,
                           *std::max_element(layer.corrections.begin(), layer.corrections.end()));
    return largest;
}

DType leftFactorType(std::int64_t rank, std::int64_t largestRank)
{
    return rank == largestRank ? DType::F16 : DType::F32;
}

namespace {

    /// What a GGUF holds beyond the model: see ggufArchitecture().
    std::int64_t fillerBytes(const Architecture& compressed)
    {
        if (compressed.wholeBlocks() || compressed.presentLayers().empty())
            return 0;
        const Architecture own = compressed.withoutEmptyLayers(), carried = ggufArchitecture(own);
        std::int64_t bytes = 0;
        for (std::size_t layer = 0; layer < own.layers.size(); ++layer) {
            const auto number = static_cast<std::int64_t>(layer);
            std::int64_t vectors = carried.layerParameters(number) - own.layerParameters(number);
            for (const Role role : linearRoles) {
                const MatrixShape filled = matrixShape(role, carried.layers[layer], carried);
                if (!matrixShape(role, own.layers[layer], own).empty() || filled.empty())
                    continue;
                const std::int64_t count = filled.rows * filled.columns;
                bytes += storageBytes(exportType(fillerScheme, filled.columns), count);
                vectors -= count;
            }
            bytes += 4 * vectors;
        }
        return bytes;
    }

} // namespace

namespace {

    struct TwoSites {
        SiteShape first, second;
    };

    TwoSites sitesOf(const MatrixShape& shape)
    {
        const auto sites = balancedSites(shape.rows, shape.columns, 2);
        return { sites[0], sites[1] };
    }

} // namespace

std::int64_t fullBond(const MatrixShape& shape)
{
    if (shape.empty())
        return 0;
    const TwoSites sites = sitesOf(shape);
    return std::min(sites.first.size(), sites.second.size());
}

std::int64_t networkParameters(const MatrixShape& shape, std::int64_t bond)
{
    const TwoSites sites = sitesOf(shape);
    return bond * (sites.first.size() + sites.second.size());
}

std::int64_t storedParameters(const LayerRecipe& layer, std::size_t position,
                              const MatrixShape& shape)
{
    if (const std::int64_t rank = layer.ranks[position]; rank > 0)
        return rank * (shape.rows + shape.columns);
    if (const std::int64_t bond = layer.bonds[position]; bond > 0 && !shape.empty())
        return networkParameters(shape, bond);
    return shape.rows * shape.columns;
}

RecipeSize recipeSize(const Recipe& recipe, const Architecture& architecture)
{
    const Architecture compressed = compressedArchitecture(recipe, architecture);
    RecipeSize size;
    size.parameters = compressed.totalParameters();
    size.blockParameters = compressed.blockParameters();
    const std::int64_t embeddings = compressed.embeddingParameters(),
                       largestRank = largestCorrection(recipe);
    size.weightBytes
        = storageBytes(exportType(recipe.embeddingScheme, compressed.hiddenSize), embeddings)
        + 4 * compressed.hiddenSize;
    for (std::size_t index = 0; index < compressed.layers.size(); ++index) {
        std::int64_t matrices = 0;
        for (std::size_t position = 0; position < linearRoles.size(); ++position) {
            const MatrixShape shape
                = matrixShape(linearRoles[position], compressed.layers[index], compressed);
            const LayerRecipe& layer = recipe.layers[index];
            if (shape.empty())
                continue;
            matrices += shape.rows * shape.columns;
            // Factors are stored as such by this program but multiplied out in a GGUF.
            const std::int64_t saved
                = shape.rows * shape.columns - storedParameters(layer, position, shape);
            size.parameters -= saved;
            size.blockParameters -= saved;
            const DType type = layer.factored(position)
                ? DType::F16
                : exportType(layer.schemes[position], shape.columns);
            size.weightBytes += storageBytes(type, shape.rows * shape.columns);
            if (const std::int64_t rank = layer.corrections[position]; rank > 0) {
                size.parameters += rank * (shape.rows + shape.columns);
                size.blockParameters += rank * (shape.rows + shape.columns);
                size.weightBytes += storageBytes(DType::F16, rank * shape.columns)
                    + storageBytes(leftFactorType(rank, largestRank), rank * shape.rows);
            }
        }
        size.weightBytes
            += 4 * (compressed.layerParameters(static_cast<std::int64_t>(index)) - matrices);
    }
    size.weightBytes += fillerBytes(compressed);
    return size;
}

} // namespace schmidt
