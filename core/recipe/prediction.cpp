// SPDX-License-Identifier: Apache-2.0
#include "recipe/prediction.h"

#include "base/metric_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace schmidt {

namespace {

    /// KL below this is not told from zero; keeps logarithms finite.
    constexpr double smallest = 1e-7;

    /// Monotone curve of single-layer KL over the removed share, piecewise linear in the square
    /// root of KL: a removed share x costs about x² near zero, so the root is close to straight.
    class LossCurve {
    public:
        void add(double removed, double kl) { m_points[removed] = std::sqrt(std::max(kl, 0.0)); }

        void finish()
        {
            m_points[0.0] = 0.0;
            double running = 0;
            for (auto& [removed, root] : m_points)
                running = root = std::max(root, running);
            m_knots.assign(m_points.begin(), m_points.end());
            for (std::size_t index = 0; index + 1 < m_knots.size(); ++index) {
                const auto& [x0, y0] = m_knots[index];
                const auto& [x1, y1] = m_knots[index + 1];
                m_slopes.push_back((y1 - y0) / (x1 - x0));
            }
            setTangents();
        }

        bool measured() const { return m_knots.size() > 1; }

        double at(double removed) const
        {
            if (m_knots.size() < 2 || removed <= 0)
                return 0;
            if (removed >= m_knots.back().first) {
                const double root
                    = m_knots.back().second + m_tangents.back() * (removed - m_knots.back().first);
                return root * root;
            }
            std::size_t index = 0;
            while (m_knots[index + 1].first < removed)
                ++index;
            const auto& [x0, y0] = m_knots[index];
            const auto& [x1, y1] = m_knots[index + 1];
            const double width = x1 - x0, t = (removed - x0) / width;
            // Cubic Hermite with limited tangents (Fritsch and Carlson 1980) never overshoots.
            const double root = y0 * (1 + 2 * t) * (1 - t) * (1 - t)
                + width * m_tangents[index] * t * (1 - t) * (1 - t) + y1 * t * t * (3 - 2 * t)
                - width * m_tangents[index + 1] * t * t * (1 - t);
            return root * root;
        }

    private:
        void setTangents()
        {
            if (m_knots.size() < 2)
                return;
            m_tangents.assign(m_knots.size(), 0.0);
            m_tangents.front() = m_slopes.front();
            m_tangents.back() = m_slopes.back();
            for (std::size_t index = 1; index + 1 < m_knots.size(); ++index) {
                const double before = m_slopes[index - 1], after = m_slopes[index];
                m_tangents[index] = before * after <= 0 ? 0 : 2 * before * after / (before + after);
            }
        }

        std::map<double, double> m_points;
        std::vector<std::pair<double, double>> m_knots;
        std::vector<double> m_slopes, m_tangents;
    };

    struct LayerCurves {
        LossCurve mlp, groups;
        /// KL at 4 and 3 bits (symmetric, group 64) of all matrices of the layer; negative = not
        /// measured.
        double fourBits = -1, threeBits = -1;
        /// Share of the layer's energy lost per role and rank, from weighted spectra.
        std::array<std::vector<float>, linearRoles.size()> keptEnergy;
    };

    /// KL grows with the variance of the rounding error. Its dependence on bits follows the
    /// measured four- and three-bit points; smaller groups and asymmetric grids lower the step a
    /// little.
    double quantizationKl(const LayerCurves& layer, const Scheme& scheme)
    {
        if (scheme.kind == SchemeKind::Keep || layer.fourBits < 0)
            return 0;
        const double four = std::max(layer.fourBits, smallest);
        const double ratio
            = layer.threeBits > 0 ? std::clamp(layer.threeBits / four, 3.0, 16.0) : 4.5;
        double kl = four * std::pow(ratio, 4.0 - scheme.grid.bits);
        // The largest of g normal values grows like sqrt(2 ln g), and the step with it.
        kl *= std::log(static_cast<double>(scheme.grid.groupSize)) / std::log(64.0);
        if (!scheme.grid.symmetric)
            kl *= 0.75;
        if (scheme.kind == SchemeKind::Rtn)
            kl *= 1.4;
        return kl;
    }

    /// A few points can agree by chance, and a run on more calibration text than the pilots is a
    /// little better than they tell (5 % of the KL on the default model).
    constexpr double smallestBand = 0.12;

    struct CombinationLaw {
        double logFactor = 0, exponent = 1, band = 0.35;
    };

    struct Weighted {
        double x, y, weight;
    };

    /// ln KL = ln a + b ln Σ by ridge regression around a = 1, b = 1; the ridge vanishes with data.
    CombinationLaw fitLaw(const std::vector<Weighted>& points)
    {
        CombinationLaw law;
        if (points.empty())
            return law;
        const auto solve
            = [&points](std::size_t without, double& intercept, double& slope, double& center) {
                  double weights = 0, meanX = 0, meanY = 0;
                  for (std::size_t index = 0; index < points.size(); ++index) {
                      if (index == without)
                          continue;
                      weights += points[index].weight;
                      meanX += points[index].weight * points[index].x;
                      meanY += points[index].weight * (points[index].y - points[index].x);
                  }
                  if (weights <= 0) {
                      intercept = slope = center = 0;
                      return;
                  }
                  meanX /= weights;
                  meanY /= weights;
                  double xx = 0.4, xy = 0;
                  for (std::size_t index = 0; index < points.size(); ++index) {
                      if (index == without)
                          continue;
                      const double x = points[index].x - meanX;
                      xx += points[index].weight * x * x;
                      xy += points[index].weight * x * (points[index].y - points[index].x - meanY);
                  }
                  slope = std::clamp(xy / xx, -0.5, 0.5);
                  intercept = meanY;
                  center = meanX;
              };
        double intercept = 0, slope = 0, center = 0;
        solve(points.size(), intercept, slope, center);
        law.exponent = 1 + slope;
        law.logFactor = intercept - slope * center;
        if (points.size() >= 3) {
            std::vector<double> residuals;
            for (std::size_t index = 0; index < points.size(); ++index) {
                solve(index, intercept, slope, center);
                const double predicted
                    = points[index].x + intercept + slope * (points[index].x - center);
                residuals.push_back(std::abs(points[index].y - predicted));
            }
            std::sort(residuals.begin(), residuals.end());
            const double largeOne = residuals[static_cast<std::size_t>(
                0.9 * static_cast<double>(residuals.size() - 1))];
            law.band = std::max(smallestBand, 1.25 * largeOne);
        }
        return law;
    }

} // namespace

struct Predictor::State {
    Architecture architecture;
    std::shared_ptr<const AnalysisResult> analysis;
    std::vector<LayerCurves> layers;
    CombinationLaw law;
    double bitsFactor = 1; ///< what a quantized layer's single KL counts in the sum
    double nllPerKl = 1;
    double nllError = 0.15;
    std::optional<MachineRates> rates;
    std::int64_t metadataBytes = 0, contextForMemory = 4096;
    int outcomes = 0;
};

namespace {

    /// Ratio of the change in log-likelihood to KL, by least squares through the origin.
    void fitNll(const AnalysisResult& analysis, const std::vector<MeasuredOutcome>& outcomes,
                double& slope, double& error)
    {
        double xx = 0, xy = 0;
        std::vector<std::pair<double, double>> points;
        for (const CombinationPoint& point : analysis.combinations)
            points.emplace_back(point.measuredKl, point.nllChange);
        for (const MeasuredOutcome& outcome : outcomes)
            points.emplace_back(outcome.kl, outcome.nll - outcome.baselineNll);
        if (points.empty())
            for (const SensitivityPoint& point : analysis.sensitivity)
                points.emplace_back(point.kl, point.nllChange);
        for (const auto& [kl, change] : points) {
            xx += kl * kl;
            xy += kl * change;
        }
        if (xx <= 0)
            return;
        slope = std::clamp(xy / xx, 0.3, 1.5);
        double squares = 0;
        for (const auto& [kl, change] : points)
            squares += std::pow(change - slope * kl, 2);
        error = std::max(0.03, std::sqrt(squares / xx));
    }

    Metric predicted(const char* name, double value, double half)
    {
        const MetricInfo* info = metricInfo(name);
        Metric metric;
        metric.name = name;
        metric.unit = info ? info->unit : "";
        metric.better = info ? info->better : Better::Neither;
        metric.value = value;
        if (half > 0)
            metric.uncertainty = half;
        metric.provenance = Provenance::Predicted;
        return metric;
    }

} // namespace

Predictor::Predictor(const Architecture& architecture,
                     std::shared_ptr<const AnalysisResult> analysis,
                     std::vector<MeasuredOutcome> outcomes, std::optional<MachineRates> rates,
                     std::int64_t metadataBytes, std::int64_t contextForMemory)
{
    auto state = std::make_shared<State>();
    state->architecture = architecture;
    state->analysis = std::move(analysis);
    state->rates = rates;
    state->metadataBytes = metadataBytes;
    state->contextForMemory = contextForMemory;
    state->outcomes = static_cast<int>(outcomes.size());
    state->layers.resize(architecture.layers.size());
    for (const SensitivityPoint& point : state->analysis->sensitivity) {
        if (point.layer < 0 || point.layer >= static_cast<int>(state->layers.size()))
            continue;
        LayerCurves& curves = state->layers[static_cast<std::size_t>(point.layer)];
        const LayerShape& shape = architecture.layers[static_cast<std::size_t>(point.layer)];
        if (point.kind == ProbeKind::MlpWidth)
            curves.mlp.add(1 - point.level / static_cast<double>(shape.intermediateSize), point.kl);
        else if (point.kind == ProbeKind::KvGroups)
            curves.groups.add(1 - point.level / static_cast<double>(shape.kvHeads), point.kl);
        else if (point.level == 4)
            curves.fourBits = point.kl;
        else if (point.level == 3)
            curves.threeBits = point.kl;
    }
    for (const TensorSpectrum& spectrum : state->analysis->spectra) {
        const auto position = linearRoleIndex(spectrum.role);
        if (position && spectrum.layer >= 0
            && spectrum.layer < static_cast<int>(state->layers.size()))
            state->layers[static_cast<std::size_t>(spectrum.layer)].keptEnergy[*position]
                = prefixEnergies(spectrum.weighted.empty() ? spectrum.sigma : spectrum.weighted);
    }
    for (LayerCurves& curves : state->layers) {
        curves.mlp.finish();
        curves.groups.finish();
    }
    m_state = state;
    fitCombination(*state, outcomes);
    fitNll(*state->analysis, outcomes, state->nllPerKl, state->nllError);
}

double Predictor::mlpKl(int layer, double width) const
{
    const auto index = static_cast<std::size_t>(layer);
    const double full = static_cast<double>(m_state->architecture.layers[index].intermediateSize);
    return m_state->layers[index].mlp.at(1 - width / full);
}

double Predictor::groupKl(int layer, double kvGroups) const
{
    const auto index = static_cast<std::size_t>(layer);
    const double full = static_cast<double>(m_state->architecture.layers[index].kvHeads);
    return m_state->layers[index].groups.at(1 - kvGroups / full);
}

double Predictor::schemeKl(int layer, const LayerRecipe& recipe) const
{
    const auto index = static_cast<std::size_t>(layer);
    const LayerCurves& curves = m_state->layers[index];
    const LayerShape& shape = m_state->architecture.layers[index];
    double kl = 0, parameters = 0;
    for (std::size_t position = 0; position < linearRoles.size(); ++position) {
        const MatrixShape full = matrixShape(linearRoles[position], shape, m_state->architecture);
        const double size = static_cast<double>(full.rows * full.columns);
        parameters += size;
        // The probes quantize all matrices of a layer; each one's share is taken by its size.
        kl += size * quantizationKl(curves, recipe.schemes[position]);
    }
    kl /= parameters;
    for (std::size_t position = 0; position < linearRoles.size(); ++position) {
        const std::int64_t rank = recipe.ranks[position];
        const auto& kept = curves.keptEnergy[position];
        if (rank <= 0 || kept.empty() || rank >= static_cast<std::int64_t>(kept.size()))
            continue;
        // The lost share of output energy stands for removed width; a rough guide only.
        const double lost = 1 - kept[static_cast<std::size_t>(rank)];
        const bool attention = position < 4;
        const LossCurve& curve = attention && curves.groups.measured() ? curves.groups : curves.mlp;
        kl += curve.at(std::min(1.0, std::sqrt(lost)));
    }
    return kl;
}

double Predictor::sumOfSingles(const Recipe& recipe) const
{
    double sum = 0;
    for (std::size_t index = 0; index < m_state->layers.size(); ++index)
        sum += singleKl(static_cast<int>(index), recipe.layers[index]);
    return sum;
}

double Predictor::singleKl(int layer, const LayerRecipe& recipe) const
{
    return mlpKl(layer, static_cast<double>(recipe.mlpWidth))
        + groupKl(layer, static_cast<double>(recipe.kvGroups))
        + m_state->bitsFactor * schemeKl(layer, recipe);
}

/// The law from recipes without quantization first; then the factor of the bits such that the
/// quantized recipes meet that law; then the law once more from all of them. Sequential GPTQ
/// repairs more of what a single quantized layer costs than the refit repairs of lost width.
void Predictor::fitCombination(State& state, const std::vector<MeasuredOutcome>& outcomes)
{
    struct Point {
        double pruned, bits, kl, weight;
    };
    std::vector<Point> known;
    for (const CombinationPoint& point : state.analysis->combinations)
        known.push_back(
            { point.sumOfSingles - point.sumOfBits, point.sumOfBits, point.measuredKl, 1.0 });
    for (const MeasuredOutcome& outcome : outcomes) {
        if (outcome.recipe.layers.size() != state.layers.size())
            continue;
        Point point { 0, 0, outcome.kl, 3.0 };
        for (std::size_t index = 0; index < state.layers.size(); ++index) {
            const int layer = static_cast<int>(index);
            const LayerRecipe& entry = outcome.recipe.layers[index];
            point.bits += schemeKl(layer, entry);
            point.pruned += mlpKl(layer, static_cast<double>(entry.mlpWidth))
                + groupKl(layer, static_cast<double>(entry.kvGroups));
        }
        known.push_back(point);
    }
    const auto fit = [&known, &state](bool all) {
        std::vector<Weighted> points;
        for (const Point& point : known) {
            const double sum = point.pruned + state.bitsFactor * point.bits;
            if (sum > smallest && point.kl > smallest && (all || point.bits < 0.1 * sum))
                points.push_back({ std::log(sum), std::log(point.kl), point.weight });
        }
        if (all || !points.empty())
            state.law = fitLaw(points);
    };
    fit(false);
    double factors = 0, weights = 0;
    for (const Point& point : known) {
        if (point.bits < 0.1 * point.pruned || point.bits < smallest || point.kl < smallest)
            continue;
        const double wanted
            = std::exp((std::log(point.kl) - state.law.logFactor) / state.law.exponent);
        const double factor = std::clamp((wanted - point.pruned) / point.bits, 0.1, 2.0);
        factors += point.weight * std::log(factor);
        weights += point.weight;
    }
    if (weights > 0)
        state.bitsFactor = std::exp(factors / weights);
    fit(true);
}

double Predictor::exponent() const
{
    return m_state->law.exponent;
}

double Predictor::factor() const
{
    return std::exp(m_state->law.logFactor);
}

double Predictor::logBand() const
{
    return m_state->law.band;
}

int Predictor::outcomeCount() const
{
    return m_state->outcomes;
}

const Architecture& Predictor::architecture() const
{
    return m_state->architecture;
}

namespace {

    /// Bytes of the key-value cache in 16 bits.
    double cacheBytes(const Architecture& architecture, std::int64_t context)
    {
        double heads = 0;
        for (const LayerShape& layer : architecture.layers)
            heads += static_cast<double>(layer.kvHeads);
        return 2.0 * 2.0 * heads * static_cast<double>(architecture.headDim * context);
    }

    void predictSpeed(Prediction& prediction, const std::optional<MachineRates>& rates)
    {
        if (!rates || rates->decodeTokensPerSecond <= 0 || rates->weightBytes <= 0) {
            const char* reason = "measure the baseline first (bench)";
            prediction.decodeRate
                = absentMetric(metric_names::decodeTokensPerSecond, "1/s", reason);
            prediction.energy = absentMetric(metric_names::joulesPerToken, "J", reason);
            return;
        }
        // Decoding reads every weight once per token, so the rest of its time goes with the bytes.
        const double share = *prediction.fileBytes.value / static_cast<double>(rates->weightBytes);
        const double whole = 1 / rates->decodeTokensPerSecond;
        const double rate = 1 / (rates->overheadSeconds + (whole - rates->overheadSeconds) * share);
        const double distance = std::min(1.0, std::abs(std::log2(share)));
        prediction.decodeRate = predicted(metric_names::decodeTokensPerSecond, rate,
                                          rate * std::max(0.02, rates->relativeError * distance));
        prediction.energy = rates->joulesPerToken > 0
            ? predicted(metric_names::joulesPerToken, rates->joulesPerToken * share,
                        rates->joulesPerToken * share * 0.3)
            : absentMetric(metric_names::joulesPerToken, "J",
                           "no energy counter was readable when the baseline was measured");
    }

} // namespace

Prediction Predictor::predict(const Recipe& recipe) const
{
    const State& state = *m_state;
    Prediction prediction;
    prediction.size = recipeSize(recipe, state.architecture);
    prediction.fileBytes
        = predicted(metric_names::fileBytes,
                    static_cast<double>(prediction.size.weightBytes + state.metadataBytes), 0);
    prediction.parameters
        = predicted(metric_names::parameters, static_cast<double>(prediction.size.parameters), 0);
    prediction.layerKl.reserve(state.layers.size());
    double sum = 0;
    for (std::size_t index = 0; index < state.layers.size(); ++index) {
        const int layer = static_cast<int>(index);
        const double kl = singleKl(layer, recipe.layers[index]);
        prediction.layerKl.push_back(kl);
        sum += kl;
    }
    const double kl
        = sum > smallest ? std::exp(state.law.logFactor + state.law.exponent * std::log(sum)) : 0;
    for (double& share : prediction.layerKl)
        share *= sum > 0 ? kl / sum : 0;
    prediction.kl = predicted(metric_names::klMean, kl, kl * std::expm1(state.law.band));
    const double perplexity = std::exp(state.analysis->baselineNll + state.nllPerKl * kl);
    prediction.perplexity = predicted(
        metric_names::perplexity, perplexity,
        perplexity * kl * (state.nllError + state.nllPerKl * std::expm1(state.law.band)));
    const Architecture compressed = compressedArchitecture(recipe, state.architecture);
    prediction.memory = predicted(
        metric_names::peakMemoryBytes,
        *prediction.fileBytes.value + cacheBytes(compressed, state.contextForMemory), 0);
    prediction.memory.protocol
        = fmt::format("weights and key-value cache for {} tokens", state.contextForMemory);
    predictSpeed(prediction, state.rates);
    return prediction;
}

} // namespace schmidt
