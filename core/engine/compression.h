// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/analysis_result.h"
#include "engine/transformer.h"
#include "recipe/recipe.h"

#include <filesystem>
#include <functional>

namespace schmidt {

/// Where and why the compression lost something, per layer.
struct LayerCompressionReport {
    int layer = 0;
    std::vector<std::int32_t> keptUnits; ///< MLP units of the original, ascending
    std::vector<std::int32_t> keptGroups; ///< KV groups of the original, ascending
    double mlpError = 0; ///< relative output error of the MLP on the calibration text after refit
    double attentionError = 0; ///< the same for attention
    double seconds = 0;
};

struct CompressionResult {
    Variant variant;
    std::vector<LayerCompressionReport> layers;
};

struct CompressionOptions {
    Precision precision = Precision::Auto;
    /// Folder for per-layer checkpoints; empty = none. A later call with the same recipe and
    /// calibration goes on after the last finished layer.
    std::filesystem::path checkpointFolder = {};
};

/// Applies a recipe, layer after layer: select KV groups and MLP units by block OBS on the second
/// moments of the compressed prefix's activations, refit o and down by least squares towards what
/// the unpruned layer gives on that prefix, truncate ranks in the activation metric, quantize by
/// RTN or GPTQ with the same second moments. Deterministic for a fixed thread count. Memory: one
/// model plus the hidden states of the calibration tokens plus one layer's second moments. A recipe
/// with a smaller vocabulary needs a source that has it, see ModelSource::trimmed().
/// Errors: Unsupported (recipe does not fit), Cancelled, Resources.
Result<CompressionResult> compressModel(const ModelSource& source, const Recipe& recipe,
                                        const TokenWindows& calibration,
                                        const CompressionOptions& options,
                                        const WorkContext& context = {});

/// What analyzeModel() reports as soon as it is known.
struct AnalysisEvents {
    std::function<void(const TensorSpectrum&)> spectrum;
    std::function<void(const LayerAnalysis&)> layer;
    std::function<void(const SensitivityPoint&)> sensitivity;
    std::function<void(const std::string& stage)>
        stage; ///< "spectra", "statistics", "sensitivity", "combinations"
};

struct AnalysisOptions {
    Precision precision = Precision::Auto;
    std::vector<double> mlpLevels = { 0.75, 0.5, 0.25 }; ///< shares of the MLP width probed
    int groupLevels = 3; ///< at most; a half of the KV groups first, then one less, then one left
    std::vector<double> bitLevels = { 4, 3 }; ///< of all matrices of a layer
    int combinations = 3; ///< recipes of widths really run, to learn how single KLs combine; KV
                          ///< groups and bits come to them, alone and beside the first of these
    std::int64_t pilotTokens = 16384; ///< calibration tokens of each of these runs
    bool bondsOnInputs = true; ///< two-site bonds of every matrix also in the metric of its inputs
    std::uint64_t seed = 1;
};

/// Tokens an analysis computes on.
struct AnalysisText {
    TokenWindows calibration; ///< statistics and pilot runs
    TokenWindows probe; ///< sensitivity curves; shares nothing with calibration
    /// The text whose KL is to be predicted: scales the prediction and enters no weight, no curve
    /// and no order.
    TokenWindows evaluation;
};

/// Analyses a model: plain spectra first (weights only), then statistics of the calibration text
/// (weighted spectra, unit and group scores, block influence), then the sensitivity curves; for
/// each probe only the layers after the changed one are recomputed. Last, a few recipes are really
/// run and measured on the evaluation text. `text` is called once, after the plain spectra: making
/// a calibration set may take minutes, and spectra are there before. Fills everything of
/// AnalysisResult except the hashes and names. Errors: Cancelled, Resources, Usage, those of
/// `text`.
Result<AnalysisResult> analyzeModel(const ModelSource& source,
                                    const std::function<Result<AnalysisText>()>& text,
                                    const AnalysisOptions& options, const AnalysisEvents& events,
                                    const WorkContext& context = {});

} // namespace schmidt
