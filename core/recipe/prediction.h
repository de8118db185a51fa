// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/analysis_result.h"
#include "base/metric.h"
#include "recipe/healing_law.h"
#include "recipe/recipe.h"

#include <memory>
#include <optional>
#include <vector>

namespace schmidt {

/// A finished run seen by the predictor: what was asked and what was measured.
struct MeasuredOutcome {
    Recipe recipe;
    double kl = 0; ///< nat per token, on the workload's evaluation text
    double nll = 0;
    double baselineNll = 0;
};

/// What running models were measured to take beside their weights and key-value cache, bytes: the
/// buffers of the computation, and for quantized weights what a runtime lays out anew.
struct MemoryBeside {
    double baseline = 0;
    double smaller = 0; ///< of files of `share` of the baseline's bytes, and of smaller ones
    double share = 1;

    double at(double bytesShare) const;
};

/// What a machine was measured to do with the baseline, for speed predictions: a decoded token
/// takes a part that does not depend on the weights and a part that goes with their bytes, and a
/// running model needs memory beside its weights and its key-value cache.
struct MachineRates {
    double decodeTokensPerSecond = 0;
    double overheadSeconds = 0; ///< of a decoded token, whatever the size of the weights
    double prefillTokensPerSecond = 0;
    double firstTokenSeconds = 0; ///< after a prompt of 512 tokens; 0 = never measured
    /// What smaller runs took per parameter of their blocks, the baseline being 1: reading a prompt
    /// is computing, to which every parameter adds alike.
    double firstTokenFactor = 1;
    std::int64_t weightBytes = 0; ///< of the file these rates were measured on
    double joulesPerToken = 0; ///< 0 = never measured
    std::optional<MemoryBeside> memoryBeside; ///< absent = never measured
    /// Half width of the 90 % band, relative, for a file of half the baseline's bytes or less.
    double relativeError = 0.3;
};

/// Tokens of context that predicted memory is for: those of a measurement in llama.cpp.
inline constexpr std::int64_t memoryContext = 1024;

/// The predicted consequences of a recipe; every entry is a Metric with its band.
struct Prediction {
    RecipeSize size;
    Metric fileBytes, parameters, kl, perplexity, decodeRate, firstToken, memory, energy;
    std::optional<Metric> healedKl; ///< of a recipe with healing; the other figures are without
    std::vector<double> layerKl; ///< each layer's own share of the predicted KL, nat; as absent
};

struct KlParts;

/// Predicts any recipe from measured single-layer curves. KL = a S^b + KL of the embedding's bits,
/// where S is the sum of single KLs, each cause counted as CombinationLaw says; a, b and what the
/// causes count come from the combinations measured in the analysis and from finished runs; the
/// band comes from their residuals. Immutable; predict() is a few microseconds and allocates only
/// its result.
class Predictor {
public:
    Predictor(const Architecture& architecture, std::shared_ptr<const AnalysisResult> analysis,
              std::vector<MeasuredOutcome> outcomes = {}, std::optional<MachineRates> rates = {},
              std::int64_t metadataBytes = 0, const HealingLaw& healing = {});

    Prediction predict(const Recipe& recipe) const;

    /// Single-layer KL of a layer at an MLP width, interpolated monotonically between the probes.
    double mlpKl(int layer, double width) const;
    double groupKl(int layer, double kvGroups) const;
    /// The part of both that lies far beyond what probes measured.
    double unprobedKl(int layer, const LayerRecipe& recipe) const;
    double schemeKl(int layer, const LayerRecipe& recipe) const;
    /// KL of embedding and head in a scheme; 0 where the analysis did not measure any.
    double embeddingKl(const Scheme& scheme) const;
    bool embeddingMeasured() const;
    /// Whether the analysis measured the layers that this recipe leaves without attention or MLP.
    bool removalsMeasured(const Recipe& recipe) const;
    /// Why nothing is known of the quality of a recipe: removals that the analysis did not measure,
    /// or tensor networks; nullptr where something is.
    const char* unmeasured(const Recipe& recipe) const;
    /// Whether the perplexity of recipes with a smaller vocabulary can be predicted.
    bool vocabularyMeasured() const;
    /// Sizes of the vocabulary that the analysis looked at, largest first; empty where it cannot
    /// be cut.
    std::vector<std::int64_t> vocabularySizes() const;
    /// Sum of single-layer KLs of a recipe before the combination law.
    double sumOfSingles(const Recipe& recipe) const;
    /// One layer's share of that sum, each cause counted with its factor where a share `refits` of
    /// all MLPs is refitted; see CombinationLaw.
    double singleKl(int layer, const LayerRecipe& recipe, double refits) const;
    double exponent() const;
    double factor() const;
    /// Half width of the 90 % band of ln KL of a recipe of widths alone.
    double logBand() const;
    int outcomeCount() const;
    const Architecture& architecture() const;

private:
    struct State;
    KlParts singleParts(int layer, const LayerRecipe& recipe, double refits) const;
    KlParts parts(const std::vector<LayerRecipe>& layers, std::int64_t calibrationTokens) const;
    void fitCombination(State& state, const std::vector<MeasuredOutcome>& outcomes) const;
    /// What part of the loss by rounding runs with low-rank corrections still had.
    void fitCorrections(State& state, const std::vector<MeasuredOutcome>& outcomes) const;
    std::shared_ptr<const State> m_state;
};

} // namespace schmidt
