// SPDX-License-Identifier: Apache-2.0
#include "recipe/prediction.h"

#include "base/metric_names.h"
#include "recipe/combination_law.h"
#include "recipe/loss_curves.h"
#include "recipe/vocabulary_cost.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace schmidt {

struct Predictor::State {
    Architecture architecture;
    std::shared_ptr<const AnalysisResult> analysis;
    std::vector<LayerCurves> layers;
    double embeddingFour = 0, embeddingThree = 0; ///< KL at these bits; 0 = not measured
    CombinationLaw law;
    /// Part of the loss by rounding that is left under corrections, by the largest rank of a
    /// measured run.
    std::map<std::int64_t, double> leftByRank;

    /// Nothing is gained that was not measured at this rank or a lower one.
    double left(std::int64_t rank) const
    {
        const auto above = leftByRank.upper_bound(rank);
        return rank <= 0 || above == leftByRank.begin() ? 1 : std::prev(above)->second;
    }
    double nllPerKl = 1;
    double nllError = 0.15;
    std::optional<MachineRates> rates;
    VocabularyCost vocabulary;
    HealingLaw healing;
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
                     std::int64_t metadataBytes, const HealingLaw& healing)
{
    auto state = std::make_shared<State>();
    state->architecture = architecture;
    state->analysis = std::move(analysis);
    state->rates = rates;
    state->healing = healing;
    state->vocabulary = { state->analysis->vocabulary, architecture.vocabularySize, metadataBytes };
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
    for (const EmbeddingPoint& point : state->analysis->embedding)
        (point.bits == 4 ? state->embeddingFour : state->embeddingThree) = point.kl;
    m_state = state;
    fitCombination(*state, outcomes);
    fitNll(*state->analysis, outcomes, state->nllPerKl, state->nllError);
}

double Predictor::mlpKl(int layer, double width) const
{
    const auto index = static_cast<std::size_t>(layer);
    const double full = static_cast<double>(m_state->architecture.layers[index].intermediateSize);
    return full > 0 ? m_state->layers[index].mlp.at(1 - width / full) : 0;
}

double Predictor::groupKl(int layer, double kvGroups) const
{
    const auto index = static_cast<std::size_t>(layer);
    const double full = static_cast<double>(m_state->architecture.layers[index].kvHeads);
    return full > 0 ? m_state->layers[index].groups.at(1 - kvGroups / full) : 0;
}

double Predictor::unprobedKl(int layer, const LayerRecipe& recipe) const
{
    const auto index = static_cast<std::size_t>(layer);
    const LayerShape& full = m_state->architecture.layers[index];
    const auto removed = [](std::int64_t kept, std::int64_t of) {
        return of > 0 ? 1 - static_cast<double>(kept) / static_cast<double>(of) : 0.0;
    };
    const LayerCurves& curves = m_state->layers[index];
    return curves.mlp.beyond(removed(recipe.mlpWidth, full.intermediateSize))
        + curves.groups.beyond(removed(recipe.kvGroups, full.kvHeads));
}

namespace {

    /// Whether a recipe removes the half of the block that this matrix is a part of.
    bool absentPart(std::size_t position, const LayerRecipe& recipe)
    {
        return (ofAttention(linearRoles[position]) ? recipe.kvGroups : recipe.mlpWidth) == 0;
    }

} // namespace

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
        if (absentPart(position, recipe))
            continue;
        // The probes quantize all matrices of a layer; each one's share is taken by its size.
        kl += size * quantizationKl(curves, recipe.schemes[position])
            * m_state->left(recipe.corrections[position]);
    }
    kl /= std::max(parameters, 1.0);
    for (std::size_t position = 0; position < linearRoles.size(); ++position) {
        const std::int64_t rank = recipe.ranks[position];
        const auto& kept = curves.keptEnergy[position];
        if (rank <= 0 || kept.empty() || rank >= static_cast<std::int64_t>(kept.size())
            || absentPart(position, recipe))
            continue;
        // The lost share of output energy stands for removed width; a rough guide only.
        const double lost = 1 - kept[static_cast<std::size_t>(rank)];
        const LossCurve& curve = ofAttention(linearRoles[position]) && curves.groups.measured()
            ? curves.groups
            : curves.mlp;
        kl += curve.at(std::min(1.0, std::sqrt(lost)));
    }
    return kl;
}

namespace {

    double refitOfMlp(const LayerRecipe& recipe, const LayerShape& shape)
    {
        return recipe.mlpWidth > 0 ? refitOf(static_cast<double>(recipe.mlpWidth)
                                             / static_cast<double>(shape.intermediateSize))
                                   : 0; // nothing is left to refit
    }

    double meanRefit(const std::vector<LayerRecipe>& layers, const Architecture& architecture)
    {
        double sum = 0;
        for (std::size_t index = 0; index < layers.size(); ++index)
            sum += refitOfMlp(layers[index], architecture.layers[index]);
        return sum / static_cast<double>(std::max<std::size_t>(1, layers.size()));
    }

} // namespace

double Predictor::sumOfSingles(const Recipe& recipe) const
{
    const double refits = meanRefit(recipe.layers, m_state->architecture);
    double sum = 0;
    for (std::size_t index = 0; index < m_state->layers.size(); ++index)
        sum += singleKl(static_cast<int>(index), recipe.layers[index], refits);
    return sum;
}

double Predictor::singleKl(int layer, const LayerRecipe& recipe, double refits) const
{
    return m_state->law.sum(singleParts(layer, recipe, refits));
}

KlParts Predictor::singleParts(int layer, const LayerRecipe& recipe, double refits) const
{
    KlParts parts;
    parts.mlp = mlpKl(layer, static_cast<double>(recipe.mlpWidth));
    if (recipe.mlpWidth == 0)
        parts.removals = parts.mlp;
    else if (layer == 0)
        parts.first = refits * parts.mlp;
    const double groups = groupKl(layer, static_cast<double>(recipe.kvGroups)),
                 bits = schemeKl(layer, recipe);
    parts.groups = (1 - refits) * groups;
    parts.groupsBeside = refits * groups;
    parts.bits = (1 - refits) * bits;
    parts.bitsBeside = refits * bits;
    parts.unprobed = unprobedKl(layer, recipe);
    return parts;
}

double Predictor::embeddingKl(const Scheme& scheme) const
{
    return schmidt::embeddingKl(m_state->embeddingFour, m_state->embeddingThree, scheme);
}

bool Predictor::embeddingMeasured() const
{
    return m_state->embeddingFour > 0;
}

KlParts Predictor::parts(const std::vector<LayerRecipe>& layers,
                         std::int64_t calibrationTokens) const
{
    const double refits = meanRefit(layers, m_state->architecture);
    KlParts parts;
    for (std::size_t index = 0; index < m_state->layers.size(); ++index)
        parts += singleParts(static_cast<int>(index), layers[index], refits);
    parts.refits = tokensFactor(calibrationTokens) * refits;
    return parts;
}

namespace {

    /// A model that far from its original has lost its language and says nothing of others, nat.
    constexpr double brokenKl = 3;

    /// Such runs would bend the law of the widths.
    bool removesMlp(const Recipe& recipe)
    {
        return std::any_of(recipe.layers.begin(), recipe.layers.end(),
                           [](const LayerRecipe& layer) { return layer.mlpWidth == 0; });
    }

} // namespace

void Predictor::fitCombination(State& state, const std::vector<MeasuredOutcome>& outcomes) const
{
    std::vector<KnownKl> known;
    for (const CombinationPoint& point : state.analysis->combinations) {
        if (point.layers.size() != state.layers.size()) { // of an earlier version
            known.push_back(
                { { point.sumOfSingles - point.sumOfBits, 0, point.sumOfBits }, point.measuredKl });
            continue;
        }
        std::vector<LayerRecipe> layers(point.layers.size());
        for (std::size_t index = 0; index < layers.size(); ++index) {
            layers[index].mlpWidth = point.layers[index].mlpWidth;
            layers[index].kvGroups = point.layers[index].kvGroups;
            if (const int bits = point.layers[index].bits; bits > 0)
                layers[index].schemes.fill({ SchemeKind::Gptq, { bits, 64, true } });
        }
        known.push_back({ parts(layers, point.calibrationTokens), point.measuredKl });
    }
    for (const MeasuredOutcome& outcome : outcomes)
        if (outcome.recipe.layers.size() == state.layers.size() && !removesMlp(outcome.recipe)
            && outcome.kl < brokenKl && !unmeasured(outcome.recipe)
            && largestCorrection(outcome.recipe) == 0)
            known.push_back({ parts(outcome.recipe.layers, outcome.recipe.calibrationTokens),
                              outcome.kl - embeddingKl(outcome.recipe.embeddingScheme), 3.0 });
    state.law = fitCombinationLaw(known);
    fitCorrections(state, outcomes);
}

void Predictor::fitCorrections(State& state, const std::vector<MeasuredOutcome>& outcomes) const
{
    constexpr int halvings = 30;
    for (const MeasuredOutcome& outcome : outcomes) {
        const std::int64_t rank = largestCorrection(outcome.recipe);
        if (rank == 0 || outcome.recipe.layers.size() != state.layers.size())
            continue;
        const double measured = outcome.kl - embeddingKl(outcome.recipe.embeddingScheme);
        const double before = state.leftByRank.contains(rank) ? state.leftByRank.at(rank) : 0;
        double low = 0, high = 1;
        for (int step = 0; step < halvings; ++step) {
            double& part = state.leftByRank[rank];
            part = (low + high) / 2;
            const KlParts single = parts(outcome.recipe.layers, outcome.recipe.calibrationTokens);
            (state.law.kl(single) > measured ? high : low) = part;
        }
        // Of several runs the one that gained least counts.
        state.leftByRank[rank] = std::max(before, high);
    }
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

double MemoryBeside::at(double bytesShare) const
{
    const double way = share < 1 ? std::clamp((1 - bytesShare) / (1 - share), 0.0, 1.0) : 0;
    return baseline + way * (smaller - baseline);
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

    /// Weights, cache and what measured runs took beside them.
    void predictMemory(Prediction& prediction, const Architecture& compressed,
                       const std::optional<MachineRates>& rates)
    {
        constexpr double band = 0.06; // of runs with other types and widths
        const bool known = rates && rates->memoryBeside;
        const double file = *prediction.fileBytes.value;
        const double bytes = file + cacheBytes(compressed, memoryContext)
            + (known ? rates->memoryBeside->at(file / static_cast<double>(rates->weightBytes)) : 0);
        prediction.memory
            = predicted(metric_names::peakMemoryBytes, bytes, known ? band * bytes : 0);
        prediction.memory.protocol = fmt::format(
            "weights and key-value cache for {} tokens{}", memoryContext,
            known ? ", and what measured runs took beside them" : "; buffers were not measured");
    }

    /// The KL that healing leaves of a predicted one.
    Metric healed(const Metric& kl, const Healing& healing, const HealingLaw& law)
    {
        if (!kl.present())
            return absentMetric(metric_names::healedKl, "nat", kl.absentReason);
        const auto tokens = law.tokensOf(healing);
        if (!tokens)
            return absentMetric(metric_names::healedKl, "nat",
                                "a first healed run tells how fast this machine heals");
        const double before = *kl.value, after = law.left(before, *tokens);
        // What is not known of the KL before shrinks with the square of what is left of it.
        const double slope = before > 0 ? std::pow(after / before, 2) : 1;
        Metric metric
            = predicted(metric_names::healedKl, after,
                        std::hypot(slope * kl.uncertainty.value_or(0), law.error(before, *tokens)));
        metric.protocol = fmt::format("after healing on {:.0f} tokens", *tokens);
        return metric;
    }

    /// Relative half width of the 90 % band of what a smaller vocabulary costs.
    constexpr double vocabularyError = 0.2;

    void predictFirstToken(Prediction& prediction, const std::optional<MachineRates>& rates,
                           std::int64_t wholeBlocks)
    {
        constexpr double band = 0.2; // types differ in how fast they are multiplied
        if (!rates || rates->firstTokenSeconds <= 0) {
            prediction.firstToken = absentMetric(metric_names::firstTokenSeconds, "s",
                                                 "measure the baseline first (bench)");
            return;
        }
        const double share = static_cast<double>(prediction.size.blockParameters)
            / static_cast<double>(wholeBlocks);
        const double seconds
            = rates->firstTokenSeconds * (share < 1 ? share * rates->firstTokenFactor : 1);
        prediction.firstToken = predicted(metric_names::firstTokenSeconds, seconds, band * seconds);
        prediction.firstToken.protocol = "after a prompt of 512 tokens";
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

bool Predictor::vocabularyMeasured() const
{
    return m_state->vocabulary.measured();
}

std::vector<std::int64_t> Predictor::vocabularySizes() const
{
    std::vector<std::int64_t> sizes;
    for (const VocabularyPoint& point : m_state->analysis->vocabulary)
        sizes.push_back(point.tokens);
    return sizes;
}

const char* Predictor::unmeasured(const Recipe& recipe) const
{
    if (!removalsMeasured(recipe))
        return "the analysis did not measure layers without attention or MLP; analyze again";
    for (const LayerRecipe& layer : recipe.layers)
        if (std::any_of(layer.bonds.begin(), layer.bonds.end(),
                        [](std::int64_t bond) { return bond > 0; }))
            return "tensor networks are not predicted; Spectra > Bonds tells what each one loses";
    return nullptr;
}

bool Predictor::removalsMeasured(const Recipe& recipe) const
{
    for (std::size_t index = 0; index < m_state->layers.size(); ++index) {
        const LayerShape& full = m_state->architecture.layers[index];
        const LayerCurves& curves = m_state->layers[index];
        const LayerRecipe& layer = recipe.layers[index];
        if ((layer.mlpWidth == 0 && full.hasMlp() && !curves.mlp.complete())
            || (layer.kvGroups == 0 && full.hasAttention() && !curves.groups.complete()))
            return false;
    }
    return true;
}

Prediction Predictor::predict(const Recipe& recipe) const
{
    const State& state = *m_state;
    Prediction prediction;
    prediction.size = recipeSize(recipe, state.architecture);
    const Architecture compressed = compressedArchitecture(recipe, state.architecture);
    prediction.fileBytes
        = predicted(metric_names::fileBytes,
                    static_cast<double>(prediction.size.weightBytes)
                        + state.vocabulary.metadataBytes(compressed.vocabularySize),
                    0);
    prediction.parameters
        = predicted(metric_names::parameters, static_cast<double>(prediction.size.parameters), 0);
    prediction.layerKl.reserve(state.layers.size());
    const double refits = meanRefit(recipe.layers, m_state->architecture);
    double sum = 0;
    for (std::size_t index = 0; index < state.layers.size(); ++index) {
        prediction.layerKl.push_back(
            singleKl(static_cast<int>(index), recipe.layers[index], refits));
        sum += prediction.layerKl.back();
    }
    const KlParts known = parts(recipe.layers, recipe.calibrationTokens);
    const double blocks = state.law.kl(known), band = state.law.bandOf(known),
                 kl = blocks + embeddingKl(recipe.embeddingScheme);
    for (double& share : prediction.layerKl)
        share *= sum > 0 ? blocks / sum : 0;
    prediction.kl = predicted(metric_names::klMean, kl, kl * std::expm1(band));
    const double words = state.vocabulary.nllChange(compressed.vocabularySize);
    const double perplexity = std::exp(state.analysis->baselineNll + words + state.nllPerKl * kl);
    prediction.perplexity
        = predicted(metric_names::perplexity, perplexity,
                    perplexity
                        * (vocabularyError * words
                           + kl * (state.nllError + state.nllPerKl * std::expm1(band))));
    if (const char* reason = unmeasured(recipe)) {
        prediction.kl = absentMetric(metric_names::klMean, "nat", reason);
        prediction.perplexity = absentMetric(metric_names::perplexity, "", reason);
        prediction.layerKl.clear();
    }
    if (recipe.cutsVocabulary(state.architecture)) {
        prediction.kl.protocol = "against the baseline restricted to the same tokens";
        if (!state.vocabulary.measured())
            prediction.perplexity
                = absentMetric(metric_names::perplexity, "",
                               "the analysis did not measure a smaller vocabulary; analyze again");
    }
    if (recipe.heal.enabled())
        prediction.healedKl = healed(prediction.kl, recipe.heal, state.healing);
    predictMemory(prediction, compressed, state.rates);
    predictSpeed(prediction, state.rates);
    predictFirstToken(prediction, state.rates, state.architecture.blockParameters());
    return prediction;
}

} // namespace schmidt
