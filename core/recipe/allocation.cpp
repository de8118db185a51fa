// SPDX-License-Identifier: Apache-2.0
#include "recipe/allocation.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <numeric>

namespace schmidt {

namespace {

    /// What "smaller" means to a target.
    enum class Weight { Parameters, Bytes };

    /// One way to treat a layer.
    struct Option {
        LayerRecipe recipe;
        double weight = 0; ///< parameters or bytes
        double cost = 0; ///< single-layer KL, nat
    };

    /// One step down in one layer.
    struct Step {
        std::size_t layer = 0;
        LayerRecipe before, after;
        double price = 0; ///< KL per parameter or byte saved
    };

    bool fits(const Scheme& scheme, std::int64_t columns)
    {
        return scheme.kind == SchemeKind::Keep || columns % scheme.grid.groupSize == 0;
    }

    /// A multiple of the step and of the group by which a down matrix is quantized: its inputs are
    /// the MLP units.
    std::int64_t usableStep(std::int64_t step, const LayerRecipe& recipe)
    {
        const Scheme& scheme = recipe.schemes[*linearRoleIndex(Role::Down)];
        return scheme.kind == SchemeKind::Keep ? step : std::lcm(step, scheme.grid.groupSize);
    }

    /// Finds the ways to treat one layer and the steps between the best of them.
    class LayerOptions {
    public:
        LayerOptions(const Predictor& predictor, const AllocationFreedom& freedom, Weight weight,
                     std::size_t layer)
            : m_predictor(predictor)
            , m_freedom(freedom)
            , m_weight(weight)
            , m_layer(layer)
            , m_shape(predictor.architecture().layers[layer])
        {
        }

        /// The best options from the largest to the smallest, on the lower convex hull.
        std::vector<Option> hull(const LayerRecipe& start) const
        {
            std::vector<Option> options;
            for (const LayerRecipe& scheme : schemesOf(start))
                for (std::int64_t groups = start.kvGroups; groups >= fewestGroups(start); --groups)
                    for (const std::int64_t width : widthsOf(start, scheme)) {
                        LayerRecipe recipe = scheme;
                        recipe.kvGroups = groups;
                        recipe.mlpWidth = width;
                        if (recipe == start || storable(recipe))
                            options.push_back(option(recipe));
                    }
            std::stable_sort(options.begin(), options.end(),
                             [](const Option& a, const Option& b) { return a.weight > b.weight; });
            std::vector<Option> hull;
            for (const Option& point : options) {
                while (!hull.empty() && point.cost <= hull.back().cost)
                    hull.pop_back();
                while (hull.size() >= 2
                       && price(hull[hull.size() - 2], hull.back()) >= price(hull.back(), point))
                    hull.pop_back();
                if (hull.empty() || point.weight < hull.back().weight)
                    hull.push_back(point);
            }
            return hull;
        }

        /// The walk along a hull. A long edge that changes nothing but the width is walked in
        /// single steps of equal price, so that targets are met closely.
        std::vector<Step> steps(const std::vector<Option>& hull) const
        {
            std::vector<Step> steps;
            for (std::size_t index = 1; index < hull.size(); ++index) {
                const double edge = price(hull[index - 1], hull[index]);
                const LayerRecipe& last = hull[index].recipe;
                LayerRecipe current = hull[index - 1].recipe, narrowed = current;
                narrowed.mlpWidth = last.mlpWidth;
                while (!(current == last)) {
                    LayerRecipe next = last;
                    if (narrowed == last)
                        next.mlpWidth = std::max(last.mlpWidth, below(current.mlpWidth, current));
                    steps.push_back({ m_layer, current, next, edge });
                    current = next;
                }
            }
            return steps;
        }

    private:
        static double price(const Option& from, const Option& to)
        {
            return (to.cost - from.cost) / (from.weight - to.weight);
        }

        std::int64_t fewestGroups(const LayerRecipe& start) const
        {
            if (!m_freedom.kvGroups)
                return start.kvGroups;
            return m_freedom.removals ? 0 : std::min<std::int64_t>(1, start.kvGroups);
        }

        /// From the present width down; none at all is an option of its own.
        std::vector<std::int64_t> widthsOf(const LayerRecipe& start,
                                           const LayerRecipe& scheme) const
        {
            if (!m_freedom.widths)
                return { start.mlpWidth };
            std::vector<std::int64_t> widths;
            for (std::int64_t width = start.mlpWidth; width > 0; width = below(width, scheme))
                widths.push_back(width);
            if (m_freedom.removals || start.mlpWidth == 0)
                widths.push_back(0);
            return widths;
        }

        /// The next smaller width that the scheme of the reading matrix can store.
        std::int64_t below(std::int64_t width, const LayerRecipe& recipe) const
        {
            const std::int64_t step = usableStep(m_freedom.widthStep, recipe);
            return (width - 1) / step * step;
        }

        std::vector<LayerRecipe> schemesOf(const LayerRecipe& start) const
        {
            if (m_freedom.schemes.empty())
                return { start };
            std::vector<LayerRecipe> out;
            for (const Scheme& scheme : m_freedom.schemes) {
                out.push_back(start);
                for (std::size_t role = 0; role < linearRoles.size(); ++role)
                    if (!start.factored(role))
                        out.back().setScheme(role, scheme);
            }
            return out;
        }

        MatrixShape shapeOf(std::size_t role, const LayerRecipe& recipe) const
        {
            LayerShape shape = m_shape;
            shape.heads = m_shape.queriesPerGroup() * recipe.kvGroups;
            shape.kvHeads = recipe.kvGroups;
            shape.intermediateSize = recipe.mlpWidth;
            return matrixShape(linearRoles[role], shape, m_predictor.architecture());
        }

        bool storable(const LayerRecipe& recipe) const
        {
            for (std::size_t role = 0; role < linearRoles.size(); ++role) {
                const MatrixShape shape = shapeOf(role, recipe);
                if (shape.empty())
                    continue;
                if (!fits(recipe.schemes[role], shape.columns)
                    || recipe.ranks[role] >= std::min(shape.rows, shape.columns)
                    || recipe.bonds[role] > fullBond(shape))
                    return false;
            }
            return true;
        }

        Option option(const LayerRecipe& recipe) const
        {
            const double refits = m_freedom.widths ? 1 : 0; // where they may go, most will
            Option out { recipe, 0,
                         m_predictor.singleKl(static_cast<int>(m_layer), recipe, refits) };
            for (std::size_t role = 0; role < linearRoles.size(); ++role) {
                const MatrixShape shape = shapeOf(role, recipe);
                if (shape.empty())
                    continue;
                const std::int64_t count = shape.rows * shape.columns;
                if (m_weight == Weight::Parameters)
                    out.weight += static_cast<double>(storedParameters(recipe, role, shape));
                else
                    out.weight += static_cast<double>(storageBytes(
                        recipe.factored(role) ? DType::F16
                                              : exportType(recipe.schemes[role], shape.columns),
                        count));
            }
            return out;
        }

        const Predictor& m_predictor;
        const AllocationFreedom& m_freedom;
        Weight m_weight;
        std::size_t m_layer;
        LayerShape m_shape;
    };

    /// The nested sequence of recipes that an allocation walks down.
    class Descent {
    public:
        Descent(const Predictor& predictor, const Recipe& start, const AllocationFreedom& freedom,
                Weight weight)
            : m_recipe(start)
            , m_uniform(start.mode == WidthMode::Uniform)
            , m_widthStep(freedom.widthStep)
        {
            for (const LayerRecipe& layer : start.layers)
                m_widthStep = usableStep(m_widthStep, layer);
            for (std::size_t layer = 0; !m_uniform && layer < start.layers.size(); ++layer) {
                if (start.layers[layer].locked)
                    continue;
                const LayerOptions options(predictor, freedom, weight, layer);
                const auto hull = options.hull(start.layers[layer]);
                if (hull.empty())
                    continue;
                m_recipe.layers[layer] = hull.front().recipe;
                const auto own = options.steps(hull);
                m_steps.insert(m_steps.end(), own.begin(), own.end());
            }
            // Orders within a layer are kept, since prices on a convex hull rise.
            std::stable_sort(m_steps.begin(), m_steps.end(),
                             [](const Step& a, const Step& b) { return a.price < b.price; });
        }

        const Recipe& recipe() const { return m_recipe; }

        bool advance()
        {
            if (m_uniform)
                return advanceUniform();
            if (m_next == m_steps.size())
                return false;
            const Step& step = m_steps[m_next++];
            m_recipe.layers[step.layer] = step.after;
            return true;
        }

        /// Takes back steps, the dearest first, as long as `allowed` holds: a large last step may
        /// have gone further than it had to.
        void refill(const std::function<bool(const Recipe&)>& allowed)
        {
            for (std::size_t index = m_next; index-- > 0;) {
                const Step& step = m_steps[index];
                LayerRecipe& layer = m_recipe.layers[step.layer];
                if (!(layer == step.after))
                    continue;
                layer = step.before;
                if (!allowed(m_recipe))
                    layer = step.after;
            }
        }

    private:
        bool advanceUniform()
        {
            const bool locked = std::any_of(m_recipe.layers.begin(), m_recipe.layers.end(),
                                            [](const LayerRecipe& layer) { return layer.locked; });
            std::int64_t present = 0; // the same in every layer that is left
            for (const LayerRecipe& layer : m_recipe.layers)
                present = std::max(present, layer.mlpWidth);
            const std::int64_t width = (present - 1) / m_widthStep * m_widthStep;
            if (locked || width < m_widthStep)
                return false;
            for (LayerRecipe& layer : m_recipe.layers)
                if (layer.mlpWidth > 0)
                    layer.mlpWidth = width;
            return true;
        }

        Recipe m_recipe;
        bool m_uniform;
        std::int64_t m_widthStep;
        std::vector<Step> m_steps;
        std::size_t m_next = 0;
    };

    constexpr const char* moreRoom = "Unlock layers, allow per-layer widths or choose schemes with "
                                     "fewer bits.";

    /// A limit of what a recipe needs: size, speed, memory or energy.
    struct Need {
        std::function<Metric(const Recipe&)> measure; ///< absent = cannot be predicted
        double limit = 0;
        bool atLeast = false; ///< else at most
        const char* nearest = ""; ///< of the sentence about a limit out of reach; one placeholder
        std::function<std::string(double)> text;

        bool met(const Recipe& recipe) const
        {
            const double value = measure(recipe).value.value_or(0);
            return atLeast ? value >= limit : value <= limit;
        }
    };

    std::string sizeText(const Recipe& recipe, const Architecture& architecture)
    {
        const RecipeSize size = recipeSize(recipe, architecture);
        return fmt::format("{:.1f} % of the parameters, {}",
                           100.0 * static_cast<double>(size.parameters)
                               / static_cast<double>(architecture.totalParameters()),
                           formatBytes(static_cast<double>(size.weightBytes)));
    }

    Metric plainValue(double value)
    {
        Metric metric;
        metric.value = value;
        return metric;
    }

    Need needOf(const AllocationTarget& target, const Predictor& predictor)
    {
        const auto predicted = [&predictor](Metric Prediction::*member) {
            return [&predictor, member](const Recipe& recipe) {
                return predictor.predict(recipe).*member;
            };
        };
        const auto number = [](const char* unit) {
            return [unit](double value) { return formatNumber(value) + unit; };
        };
        const bool sizeFirst = target.keepParameters || target.bytes;
        if (target.minDecodeRate && !sizeFirst)
            return { predicted(&Prediction::decodeRate), *target.minDecodeRate, true,
                     "the fastest this recipe is predicted to reach is {}, since a part of every "
                     "token's time does not depend on the weights",
                     number(" tokens/s") };
        if (target.maxMemoryBytes && !sizeFirst)
            return { predicted(&Prediction::memory), *target.maxMemoryBytes, false,
                     "the least memory this recipe is predicted to need is {}, key-value cache "
                     "included",
                     [](double value) { return formatBytes(value); } };
        if (target.maxJoulesPerToken && !sizeFirst)
            return { predicted(&Prediction::energy), *target.maxJoulesPerToken, false,
                     "the least energy this recipe is predicted to need is {}",
                     number(" J per token") };
        const Architecture& architecture = predictor.architecture();
        const auto bytes = [&architecture](const Recipe& recipe) {
            return plainValue(static_cast<double>(recipeSize(recipe, architecture).weightBytes));
        };
        const auto parameters = [&architecture](const Recipe& recipe) {
            return plainValue(static_cast<double>(recipeSize(recipe, architecture).parameters));
        };
        const char* smallest = "the smallest this recipe reaches is {}";
        if (target.keepParameters)
            return { parameters,
                     *target.keepParameters * static_cast<double>(architecture.totalParameters()),
                     false,
                     smallest,
                     {} };
        const double limit = target.bytes ? static_cast<double>(*target.bytes)
                                          : std::numeric_limits<double>::infinity();
        return { bytes, limit, false, smallest, {} };
    }

    Result<Recipe> leastLossFor(const Need& need, const Predictor& predictor, Descent& descent)
    {
        if (const Metric first = need.measure(descent.recipe()); !first.present())
            return verificationFailed("The target cannot be predicted: " + first.absentReason
                                      + ".");
        const auto met = [&need](const Recipe& recipe) { return need.met(recipe); };
        do {
            if (!met(descent.recipe()))
                continue;
            descent.refill(met);
            return descent.recipe();
        } while (descent.advance());
        const std::string nearest = need.text
            ? need.text(*need.measure(descent.recipe()).value)
            : sizeText(descent.recipe(), predictor.architecture());
        return verificationFailed(fmt::format("The target cannot be met; {}. {}",
                                              fmt::format(fmt::runtime(need.nearest), nearest),
                                              moreRoom));
    }

    /// The smallest recipe whose predicted loss stays within a limit.
    Result<Recipe> smallestWithin(const Predictor& predictor, Descent& descent,
                                  const AllocationTarget& target)
    {
        const double baseline = predictor.predict(identityRecipe(predictor.architecture()))
                                    .perplexity.value.value_or(1);
        const auto lossOf = [&](const Recipe& recipe) {
            const Prediction prediction = predictor.predict(recipe);
            return target.maxKl ? prediction.kl.value.value_or(0)
                                : prediction.perplexity.value.value_or(0) / baseline - 1;
        };
        const double limit = target.maxKl ? *target.maxKl : *target.maxPerplexityIncrease;
        Recipe best = descent.recipe();
        if (const double loss = lossOf(best); loss > limit) {
            const auto shown = [&target](double value) {
                return target.maxKl ? formatNumber(value) : formatNumber(100 * value) + " %";
            };
            return verificationFailed(
                fmt::format("Even without pruning the predicted {} is {}, above the target {}; "
                            "choose finer schemes or a higher target.",
                            target.maxKl ? "KL" : "rise of perplexity", shown(loss), shown(limit)));
        }
        while (descent.advance() && lossOf(descent.recipe()) <= limit)
            best = descent.recipe();
        return best;
    }

    bool limitsQualityOnly(const AllocationTarget& target)
    {
        return !target.keepParameters && !target.bytes
            && (target.maxKl || target.maxPerplexityIncrease);
    }

    /// With the embedding's scheme as it is in `start`.
    Result<Recipe> allocateLayers(const Predictor& predictor, const Recipe& start,
                                  const AllocationTarget& target, const AllocationFreedom& freedom)
    {
        const Weight weight = target.keepParameters ? Weight::Parameters : Weight::Bytes;
        Descent descent(predictor, start, freedom, weight);
        if (limitsQualityOnly(target))
            return smallestWithin(predictor, descent, target);
        return leastLossFor(needOf(target, predictor), predictor, descent);
    }

} // namespace

AllocationFreedom usualFreedom()
{
    AllocationFreedom freedom;
    freedom.schemes
        = { {}, { SchemeKind::Gptq, { 8, 32, true } }, { SchemeKind::Gptq, { 4, 32, true } } };
    freedom.embeddingSchemes
        = { { SchemeKind::Rtn, { 8, 32, true } }, { SchemeKind::Gptq, { 4, 32, true } } };
    return freedom;
}

namespace {

    /// What is chosen for the whole model before layers are weighed: every combination of the
    /// embedding's schemes and the sizes of the vocabulary, the smallest last.
    std::vector<Recipe> startingPoints(const Predictor& predictor, const Recipe& start,
                                       const AllocationTarget& target,
                                       const AllocationFreedom& freedom)
    {
        std::vector<Scheme> schemes { start.embeddingScheme };
        if (!freedom.embeddingSchemes.empty() && !target.keepParameters
            && predictor.embeddingMeasured())
            schemes = freedom.embeddingSchemes;
        std::vector<std::int64_t> vocabularies = freedom.vocabularies;
        if (vocabularies.empty())
            vocabularies.push_back(start.vocabulary);
        std::vector<Recipe> points;
        for (const std::int64_t vocabulary : vocabularies)
            for (const Scheme& scheme : schemes) {
                points.push_back(start);
                points.back().embeddingScheme = scheme;
                points.back().vocabulary = vocabulary;
            }
        return points;
    }

    /// Removed parts have a price only where the analysis measured it, networks nowhere.
    Result<void> checkMeasured(const Predictor& predictor, Recipe start,
                               const AllocationFreedom& freedom)
    {
        for (const LayerRecipe& layer : start.layers)
            if (layer.bonds != decltype(layer.bonds) {})
                return usageError("What a tensor network loses is not predicted, so no plan starts "
                                  "from a recipe that holds one; add networks to the finished "
                                  "plan.");
        for (LayerRecipe& layer : start.layers)
            if (freedom.removals && !layer.locked)
                layer.mlpWidth = layer.kvGroups = 0;
        if (predictor.removalsMeasured(start))
            return {};
        return usageError("The analysis did not measure layers without attention or MLP; analyze "
                          "the model again, or keep every layer whole.");
    }

} // namespace

Result<Recipe> allocate(const Predictor& predictor, const Recipe& start,
                        const AllocationTarget& target, const AllocationFreedom& freedom)
{
    if (freedom.widthStep < 1)
        return usageError("The width step must be at least 1.");
    if (!freedom.vocabularies.empty() && target.maxKl && limitsQualityOnly(target))
        return usageError("A limit of KL cannot choose the vocabulary, since KL compares models "
                          "with the same one; give a limit of perplexity, or a size.");
    SCHMIDT_CHECK(checkMeasured(predictor, start, freedom));
    const Metric Prediction::*const loss
        = freedom.vocabularies.empty() ? &Prediction::kl : &Prediction::perplexity;
    const Metric Prediction::*const cost
        = limitsQualityOnly(target) ? &Prediction::fileBytes : loss;
    std::optional<Result<Recipe>> best;
    double lowest = std::numeric_limits<double>::infinity();
    const auto consider = [&](Result<Recipe> found) {
        const double value = found.ok()
            ? (predictor.predict(*found).*cost)
                  .value.value_or(std::numeric_limits<double>::infinity())
            : std::numeric_limits<double>::infinity();
        // Where none reaches the target, the last one tells: the smallest comes last.
        if (!best || value < lowest || (!best->ok() && !found.ok())) {
            lowest = value;
            best = std::move(found);
        }
    };
    // Bits cost less where no MLP is cut, so a plan of bits alone is not found on the way to one
    // that cuts them.
    AllocationFreedom whole = freedom;
    whole.widths = false;
    const bool wholeToo = freedom.widths && !freedom.schemes.empty() && !freedom.removals;
    for (const Recipe& point : startingPoints(predictor, start, target, freedom)) {
        if (wholeToo)
            consider(allocateLayers(predictor, point, target, whole));
        consider(allocateLayers(predictor, point, target, freedom));
    }
    return std::move(*best);
}

std::vector<FrontierPoint> frontier(const Predictor& predictor, const Recipe& start, int points)
{
    std::vector<Recipe> recipes;
    if (predictor.unmeasured(start))
        return {};
    Recipe widest = start;
    for (std::size_t layer = 0; layer < widest.layers.size(); ++layer)
        if (!widest.layers[layer].locked && widest.layers[layer].mlpWidth > 0)
            widest.layers[layer].mlpWidth = predictor.architecture().layers[layer].intermediateSize;
    Descent descent(predictor, widest, { .kvGroups = false }, Weight::Bytes);
    recipes.push_back(descent.recipe());
    while (descent.advance())
        recipes.push_back(descent.recipe());
    std::vector<FrontierPoint> front;
    const auto count = static_cast<std::size_t>(std::max(2, points));
    for (std::size_t point = 0; point < count; ++point) {
        const std::size_t index = point * (recipes.size() - 1) / (count - 1);
        const Prediction prediction = predictor.predict(recipes[index]);
        FrontierPoint entry;
        entry.recipe = recipes[index];
        entry.bytes = prediction.fileBytes.value.value_or(0);
        entry.kl = prediction.kl.value.value_or(0);
        entry.klHigh = entry.kl + prediction.kl.uncertainty.value_or(0);
        entry.klLow = entry.kl > 0 ? entry.kl * entry.kl / entry.klHigh : 0;
        front.push_back(std::move(entry));
    }
    return front;
}

} // namespace schmidt
