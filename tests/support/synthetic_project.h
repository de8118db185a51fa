// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/spectrum_measures.h"
#include "base/file.h"
#include "base/metric_names.h"
#include "ledger/ledger.h"
#include "recipe/recipe.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

/// A project with a complete made-up analysis and runs, for tests and benches of the window: the
/// shapes of a small Llama, spectra and sensitivities from smooth formulas and a fixed seed.
namespace schmidt::testing {

inline Architecture syntheticArchitecture(int layers)
{
    Architecture architecture;
    architecture.modelType = "llama";
    architecture.name = "synthetic";
    architecture.hiddenSize = 576;
    architecture.headDim = 64;
    architecture.vocabularySize = 49152;
    architecture.contextLength = 2048;
    architecture.tiedEmbeddings = true;
    architecture.layers.assign(static_cast<std::size_t>(layers), { 9, 3, 1536 });
    return architecture;
}

/// The shapes of a Llama of seven billion parameters.
inline Architecture syntheticLargeArchitecture()
{
    Architecture architecture = syntheticArchitecture(32);
    architecture.hiddenSize = 4096;
    architecture.headDim = 128;
    architecture.vocabularySize = 32000;
    architecture.tiedEmbeddings = false;
    architecture.layers.assign(32, { 32, 32, 11008 });
    return architecture;
}

inline TensorSpectrum syntheticSpectrum(const Architecture& architecture, Role role, int layer)
{
    const MatrixShape shape
        = matrixShape(role, architecture.layers[static_cast<std::size_t>(layer)], architecture);
    TensorSpectrum spectrum;
    spectrum.role = role;
    spectrum.layer = layer;
    spectrum.rows = shape.rows;
    spectrum.columns = shape.columns;
    const auto full = static_cast<std::size_t>(std::min(shape.rows, shape.columns));
    const double depth = 0.5 + 0.5 * std::sin(0.7 * layer + static_cast<double>(role));
    for (std::size_t index = 0; index < full; ++index) {
        const double x = static_cast<double>(index) / static_cast<double>(full);
        const double bulk = std::sqrt(1.05 - x);
        const double spike = (2 + 6 * depth) * std::exp(-60 * x);
        spectrum.sigma.push_back(static_cast<float>(6 * bulk + 3 * spike));
        spectrum.weighted.push_back(
            static_cast<float>((6 * bulk + 9 * spike) * std::exp(-(1.5 + depth) * x)));
        spectrum.shuffled.push_back(static_cast<float>(7.5 * (1.3 - x)));
    }
    completeSpectrum(spectrum);
    return spectrum;
}

inline LayerAnalysis syntheticLayer(const Architecture& architecture, int layer,
                                    std::mt19937& random)
{
    LayerAnalysis analysis;
    analysis.layer = layer;
    analysis.blockInfluence = 0.05 + 0.3 * std::exp(-0.4 * layer);
    const auto units = static_cast<std::size_t>(
        architecture.layers[static_cast<std::size_t>(layer)].intermediateSize);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> share(0.05, 0.95);
    for (std::size_t unit = 0; unit < units; ++unit) {
        const double energy = std::exp(1.2 * normal(random) - 6), known = share(random);
        analysis.unitEnergy.push_back(static_cast<float>(energy));
        analysis.unitRedundancy.push_back(static_cast<float>(known));
        analysis.unitScore.push_back(static_cast<float>(energy * (1 - known)));
        analysis.unitOrder.push_back(static_cast<std::int32_t>(unit));
        analysis.unitPartner.push_back(static_cast<std::int32_t>((unit * 7 + 11) % units));
    }
    std::sort(analysis.unitOrder.begin(), analysis.unitOrder.end(), [&](auto a, auto b) {
        return analysis.unitScore[static_cast<std::size_t>(a)]
            < analysis.unitScore[static_cast<std::size_t>(b)];
    });
    const std::int64_t groups = architecture.layers[static_cast<std::size_t>(layer)].kvHeads;
    for (std::int64_t group = 0; group < groups; ++group)
        analysis.groupScore.push_back(group == 0 ? 0.2F : group == 1 ? 0.3F : 0.5F);
    return analysis;
}

inline AnalysisResult syntheticAnalysis(const Architecture& architecture)
{
    AnalysisResult result;
    result.modelHash = "synthetic";
    result.workload = "faq";
    result.workloadHash = "synthetic";
    result.calibrationTokens = 65536;
    result.baselineNll = 2.84;
    result.probeTokens = 16384;
    std::mt19937 random(7);
    for (int layer = 0; layer < static_cast<int>(architecture.layers.size()); ++layer) {
        for (std::size_t role = 0; role < linearRoles.size(); ++role)
            if (layer == 0 || architecture.hiddenSize <= 1024) {
                result.spectra.push_back(syntheticSpectrum(architecture, linearRoles[role], layer));
            } else { // fits of thousands of values take seconds
                result.spectra.push_back(result.spectra[role]);
                result.spectra.back().layer = layer;
            }
        result.layers.push_back(syntheticLayer(architecture, layer, random));
        const double gain = 0.02 * (1 + 12 * std::exp(-0.5 * layer) + 0.3 * std::sin(layer));
        const auto add = [&](ProbeKind kind, double level, double removed) {
            const double kl = gain * removed * removed * 4;
            result.sensitivity.push_back({ kind, layer, level, kl, kl * 0.05, kl * 0.9 });
        };
        const LayerShape& shape = architecture.layers[static_cast<std::size_t>(layer)];
        for (const double kept : { 0.75, 0.5, 0.25, 0.0 })
            add(ProbeKind::MlpWidth, kept * static_cast<double>(shape.intermediateSize), 1 - kept);
        add(ProbeKind::KvGroups, std::floor(0.67 * static_cast<double>(shape.kvHeads)), 0.5);
        add(ProbeKind::KvGroups, 0, 1);
        add(ProbeKind::Bits, 4, 0.2);
        add(ProbeKind::Bits, 3, 0.45);
    }
    const std::int64_t rows = architecture.vocabularySize;
    result.vocabulary = { { rows / 2, 500'000, 0.05 }, { rows / 8, 100'000, 0.4 } };
    for (int index = 1; index <= 6; ++index) {
        const double sum = 0.05 * index;
        result.combinations.push_back(
            { sum, 1.1 * std::pow(sum, 1.05) * (1 + 0.02 * std::cos(index)), sum });
    }
    return result;
}

inline Metric syntheticMetric(const std::string& name, double value, double error)
{
    const MetricInfo* info = metricInfo(name);
    Metric metric;
    metric.name = name;
    metric.unit = info ? info->unit : "";
    metric.better = info ? info->better : Better::Neither;
    metric.value = value;
    if (error > 0)
        metric.uncertainty = error;
    metric.n = 16384;
    metric.provenance = Provenance::Measured;
    metric.protocol = "synthetic";
    return metric;
}

/// A run that keeps `share` of all widths, or the baseline for 1.
inline RunRecord syntheticRun(const Architecture& architecture, const std::string& name,
                              double share)
{
    namespace names = metric_names;
    RunRecord run;
    run.name = name;
    run.baseline = share == 1;
    run.state = RunState::Done;
    run.workload = "faq";
    run.createdAt = run.finishedAt = "2026-01-01T00:00:00Z";
    const double bytes = 271e6 * share, kl = 0.9 * std::pow(1 - share, 2);
    run.metrics = { syntheticMetric(names::perplexity, std::exp(2.84 + kl), 0.2),
                    syntheticMetric(names::fileBytes, bytes, 0),
                    syntheticMetric(names::decodeTokensPerSecond, 61.7 / share, 1.5),
                    syntheticMetric(names::peakMemoryBytes, bytes * 1.3, 2e6) };
    run.metrics.push_back(syntheticMetric(names::nll, 2.84 + kl, 0.01));
    if (run.baseline)
        return run;
    Recipe recipe = identityRecipe(architecture);
    for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer)
        recipe.layers[layer].mlpWidth
            = static_cast<std::int64_t>(
                  static_cast<double>(architecture.layers[layer].intermediateSize) * share)
            / 32 * 32;
    run.recipe = toJson(recipe);
    run.metrics.push_back(syntheticMetric(names::klMean, kl, kl * 0.02));
    return run;
}

/// Writes the project. Its model does not exist, so nothing can be run.
inline Result<void> writeSyntheticProject(const std::filesystem::path& folder,
                                          const Architecture& architecture,
                                          const std::filesystem::path& model = "/nonexistent.gguf")
{
    SCHMIDT_TRY(Ledger ledger, Ledger::openOrCreate(folder));
    SCHMIDT_CHECK(ledger.setModel({ model, "synthetic", "synthetic" }));
    SCHMIDT_CHECK(
        ledger.setValue("model_description", { { "architecture", toJson(architecture) } }));
    Goals goals;
    goals.maxFileBytes = 120e6;
    goals.maxKl = 0.25;
    SCHMIDT_CHECK(ledger.setGoals(goals));
    const std::filesystem::path file = folder / "analysis.bin";
    SCHMIDT_CHECK(saveAnalysis(syntheticAnalysis(architecture), file));
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes { std::istreambuf_iterator<char>(stream), {} };
    stream.close();
    std::filesystem::remove(file);
    SCHMIDT_TRY(const std::string hash, ledger.putObject(bytes));
    SCHMIDT_CHECK(ledger.setValue("analyses", { { "faq", hash } }));
    const std::pair<const char*, double> runs[]
        = { { "baseline", 1.0 }, { "wide", 0.8 }, { "half", 0.5 }, { "narrow", 0.35 } };
    for (const auto& [name, share] : runs) {
        SCHMIDT_TRY(const RunId id, ledger.addRun(syntheticRun(architecture, name, share)));
        SCHMIDT_CHECK(ledger.setMetrics(id, syntheticRun(architecture, name, share).metrics));
    }
    return {};
}

inline Result<void> writeSyntheticProject(const std::filesystem::path& folder, int layers = 30,
                                          const std::filesystem::path& model = "/nonexistent.gguf")
{
    return writeSyntheticProject(folder, syntheticArchitecture(layers), model);
}

} // namespace schmidt::testing
