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
/// model plus the hidden states of the calibration tokens plus one layer's second moments.
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
    bool probeGroups = true;
    bool probeBits = true;
    int combinations = 2; ///< pruned recipes really run, to learn how single KLs combine
    std::int64_t pilotTokens = 16384; ///< calibration tokens of each of these runs
    std::uint64_t seed = 1;
};

/// Analyses a model: plain spectra first (weights only), then statistics of the calibration text
/// (weighted spectra, unit and group scores, block influence), then the sensitivity curves on
/// `probe` tokens, which calibration must not contain; for each probe only the layers after the
/// changed one are recomputed. Last, a few recipes are really run and measured on `evaluation`, the
/// text whose KL is to be predicted (it scales the prediction and enters no weight, no curve and
/// no order). Fills everything of AnalysisResult except the hashes and names.
/// Errors: Cancelled, Resources, BadInput.
Result<AnalysisResult> analyzeModel(const ModelSource& source, const TokenWindows& calibration,
                                    const TokenWindows& probe, const TokenWindows& evaluation,
                                    const AnalysisOptions& options, const AnalysisEvents& events,
                                    const WorkContext& context = {});

} // namespace schmidt
