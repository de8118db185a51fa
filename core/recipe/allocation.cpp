// SPDX-License-Identifier: Apache-2.0
#include "recipe/prediction.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <queue>

namespace schmidt {

namespace {

    /// The step made a multiple of every group size by which a down matrix is quantized: its inputs
    /// are the MLP units.
    std::int64_t usableStep(const Recipe& recipe, std::int64_t step)
    {
        for (const LayerRecipe& layer : recipe.layers) {
            const Scheme& scheme = layer.schemes[*linearRoleIndex(Role::Down)];
            if (scheme.kind != SchemeKind::Keep)
                step = std::lcm(step, scheme.grid.groupSize);
        }
        return step;
    }

    /// One step down in one layer's width, with what it saves and what it costs.
    struct Step {
        std::size_t layer = 0;
        std::int64_t width = 0;
        std::int64_t saved = 0; ///< parameters
        double cost = 0; ///< rise of the single-layer KL, nat
        double price() const { return cost / static_cast<double>(saved); }
    };

    /// Steps of a layer along the lower convex hull of its loss curve, cheapest first.
    std::vector<Step> hullSteps(const Predictor& predictor, std::size_t layer, std::int64_t widest,
                                std::int64_t widthStep)
    {
        const std::int64_t perUnit = 3 * predictor.architecture().hiddenSize;
        std::vector<std::pair<std::int64_t, double>> hull;
        for (std::int64_t width = widest; width >= widthStep;
             width = (width - 1) / widthStep * widthStep) {
            const std::pair<std::int64_t, double> point {
                width, predictor.mlpKl(static_cast<int>(layer), static_cast<double>(width))
            };
            const auto slope = [](const auto& a, const auto& b) {
                return (b.second - a.second) / static_cast<double>(a.first - b.first);
            };
            while (hull.size() >= 2
                   && slope(hull[hull.size() - 2], hull.back()) >= slope(hull.back(), point))
                hull.pop_back();
            hull.push_back(point);
        }
        std::vector<Step> steps;
        for (std::size_t index = 1; index < hull.size(); ++index) {
            const auto& [width0, kl0] = hull[index - 1];
            const auto& [width1, kl1] = hull[index];
            // A long hull edge is walked in single steps of equal price, so that targets are met
            // closely.
            for (std::int64_t width = width0; width > width1;) {
                const std::int64_t next = std::max(width1, (width - 1) / widthStep * widthStep);
                const double share
                    = static_cast<double>(width - next) / static_cast<double>(width0 - width1);
                steps.push_back({ layer, next, (width - next) * perUnit, (kl1 - kl0) * share });
                width = next;
            }
        }
        return steps;
    }

    /// All steps of all unlocked layers in the order of rising price. Per-layer orders are kept,
    /// since prices on a convex hull rise.
    std::vector<Step> orderedSteps(const Predictor& predictor, const Recipe& start,
                                   std::int64_t widthStep)
    {
        std::vector<Step> steps;
        for (std::size_t layer = 0; layer < start.layers.size(); ++layer)
            if (!start.layers[layer].locked) {
                const auto own
                    = hullSteps(predictor, layer, start.layers[layer].mlpWidth, widthStep);
                steps.insert(steps.end(), own.begin(), own.end());
            }
        std::stable_sort(steps.begin(), steps.end(),
                         [](const Step& a, const Step& b) { return a.price() < b.price(); });
        return steps;
    }

    /// The nested sequence of recipes that an allocation walks down.
    class Descent {
    public:
        Descent(const Predictor& predictor, const Recipe& start, std::int64_t requestedStep)
            : m_recipe(start)
            , m_uniform(start.mode == WidthMode::Uniform)
            , m_widthStep(usableStep(start, requestedStep))
        {
            if (!m_uniform)
                m_steps = orderedSteps(predictor, start, m_widthStep);
        }

        const Recipe& recipe() const { return m_recipe; }

        bool advance()
        {
            if (m_uniform)
                return advanceUniform();
            if (m_next == m_steps.size())
                return false;
            const Step& step = m_steps[m_next++];
            m_recipe.layers[step.layer].mlpWidth = step.width;
            return true;
        }

    private:
        bool advanceUniform()
        {
            const bool locked = std::any_of(m_recipe.layers.begin(), m_recipe.layers.end(),
                                            [](const LayerRecipe& layer) { return layer.locked; });
            const std::int64_t width
                = (m_recipe.layers.front().mlpWidth - 1) / m_widthStep * m_widthStep;
            if (locked || width < m_widthStep)
                return false;
            for (LayerRecipe& layer : m_recipe.layers)
                layer.mlpWidth = width;
            return true;
        }

        Recipe m_recipe;
        bool m_uniform;
        std::int64_t m_widthStep;
        std::vector<Step> m_steps;
        std::size_t m_next = 0;
    };

    bool meets(const Recipe& recipe, const Architecture& architecture,
               const AllocationTarget& target)
    {
        const RecipeSize size = recipeSize(recipe, architecture);
        if (target.keepParameters)
            return static_cast<double>(size.parameters)
                <= *target.keepParameters * static_cast<double>(architecture.totalParameters());
        return !target.bytes || size.weightBytes <= *target.bytes;
    }

} // namespace

Result<Recipe> allocate(const Predictor& predictor, const Recipe& start,
                        const AllocationTarget& target, std::int64_t widthStep)
{
    if (widthStep < 1)
        return usageError("The width step must be at least 1.");
    const Architecture& architecture = predictor.architecture();
    Descent descent(predictor, start, widthStep);
    if (!target.keepParameters && !target.bytes && target.maxKl) {
        Recipe best = start;
        if (const double kl = predictor.predict(start).kl.value.value_or(0); kl > *target.maxKl)
            return verificationFailed(
                fmt::format("Even without pruning the predicted KL is {}, above the target {}; "
                            "choose finer schemes or a higher target.",
                            formatNumber(kl), formatNumber(*target.maxKl)));
        while (descent.advance()
               && predictor.predict(descent.recipe()).kl.value.value_or(0) <= *target.maxKl)
            best = descent.recipe();
        return best;
    }
    do {
        if (meets(descent.recipe(), architecture, target))
            return descent.recipe();
    } while (descent.advance());
    const RecipeSize size = recipeSize(descent.recipe(), architecture);
    return verificationFailed(
        fmt::format("The target cannot be met by MLP widths alone; the smallest this recipe "
                    "reaches is {:.1f} % of the parameters, {}. "
                    "Unlock layers, remove KV groups or choose schemes with fewer bits.",
                    100.0 * static_cast<double>(size.parameters)
                        / static_cast<double>(architecture.totalParameters()),
                    formatBytes(static_cast<double>(size.weightBytes))));
}

std::vector<FrontierPoint> frontier(const Predictor& predictor, const Recipe& start, int points)
{
    constexpr std::int64_t widthStep = 32;
    std::vector<Recipe> recipes;
    Recipe widest = start;
    for (std::size_t layer = 0; layer < widest.layers.size(); ++layer)
        if (!widest.layers[layer].locked)
            widest.layers[layer].mlpWidth = predictor.architecture().layers[layer].intermediateSize;
    Descent descent(predictor, widest, widthStep);
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
        entry.klLow = entry.kl * std::exp(-predictor.logBand());
        entry.klHigh = entry.kl * std::exp(predictor.logBand());
        front.push_back(std::move(entry));
    }
    return front;
}

} // namespace schmidt
