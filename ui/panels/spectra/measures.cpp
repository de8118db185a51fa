// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/measures.h"

#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace schmidt {

namespace {

    constexpr int rankBins = 96;

    QString text(const char* source)
    {
        return QCoreApplication::translate("schmidt::Measures", source);
    }

    struct MeasureEntry {
        MapMeasure measure;
        const char* title;
        const char* unit;
        const char* definition;
    };

    constexpr MeasureEntry entries[] = {
        { MapMeasure::SingularValues,
          QT_TRANSLATE_NOOP("schmidt::Measures", "singular values by rank"), "",
          QT_TRANSLATE_NOOP(
              "schmidt::Measures",
              "log₁₀ σ/σ₁ of one matrix per layer, from the largest value to the "
              "smallest. A row that stays bright to the right has no small directions "
              "to cut.") },
        { MapMeasure::Energy, QT_TRANSLATE_NOOP("schmidt::Measures", "energy by rank"), "%",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "Share of Σσ² kept by the first r values, in the metric of the inputs "
                            "where it is known.") },
        { MapMeasure::Entropy, QT_TRANSLATE_NOOP("schmidt::Measures", "entanglement entropy"),
          "nat",
          QT_TRANSLATE_NOOP(
              "schmidt::Measures",
              "S = −Σ p ln p with p = σ²/Σσ², between the rows and the columns of the "
              "matrix.") },
        { MapMeasure::EffectiveRank, QT_TRANSLATE_NOOP("schmidt::Measures", "effective rank"), "",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "exp S: the number of equally strong directions with the same "
                            "entropy.") },
        { MapMeasure::NormalizedEffectiveRank,
          QT_TRANSLATE_NOOP("schmidt::Measures", "normalized effective rank"), "",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "Effective rank divided by the full rank; 1 means that no direction "
                            "stands out.") },
        { MapMeasure::ParticipationRatio,
          QT_TRANSLATE_NOOP("schmidt::Measures", "participation ratio"), "",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "(Σσ²)²/Σσ⁴: like the effective rank, but dominated by the strongest "
                            "directions.") },
        { MapMeasure::WeightedEntropy, QT_TRANSLATE_NOOP("schmidt::Measures", "weighted entropy"),
          "nat",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "Entropy of the singular values of W·C½, where C is the second moment "
                            "of the layer's inputs on the workload: what the task really uses.") },
        { MapMeasure::PowerLawAlpha, QT_TRANSLATE_NOOP("schmidt::Measures", "power-law alpha"), "",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "Exponent of the tail of λ = σ². Small values mean heavy tails. Judge "
                            "it only together with the distance of its fit.") },
        { MapMeasure::Spikes, QT_TRANSLATE_NOOP("schmidt::Measures", "spikes above the bulk"), "",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "Eigenvalues above the upper edge of the fitted Marchenko-Pastur bulk: "
                            "directions that a random matrix would not have.") },
        { MapMeasure::BlockInfluence, QT_TRANSLATE_NOOP("schmidt::Measures", "block influence"), "",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "1 − mean cosine between input and output of a block: how much the "
                            "block changes what passes through it.") },
        { MapMeasure::Sensitivity, QT_TRANSLATE_NOOP("schmidt::Measures", "sensitivity (KL)"),
          "nat",
          QT_TRANSLATE_NOOP("schmidt::Measures",
                            "Measured KL to the original when one thing in one layer is reduced "
                            "and nothing else. This is what predictions are made of.") },
    };

    const MeasureEntry& entryOf(MapMeasure measure)
    {
        for (const MeasureEntry& entry : entries)
            if (entry.measure == measure)
                return entry;
        return entries[0];
    }

    double tensorValue(MapMeasure measure, const TensorSpectrum& spectrum)
    {
        const double full = static_cast<double>(std::min(spectrum.rows, spectrum.columns));
        switch (measure) {
        case MapMeasure::Entropy:
            return spectrum.entropy;
        case MapMeasure::EffectiveRank:
            return spectrum.effectiveRank;
        case MapMeasure::NormalizedEffectiveRank:
            return full > 0 ? spectrum.effectiveRank / full : NAN;
        case MapMeasure::ParticipationRatio:
            return spectrum.participationRatio;
        case MapMeasure::WeightedEntropy:
            return spectrum.weighted.empty() ? NAN : spectrum.weightedEntropy;
        case MapMeasure::PowerLawAlpha:
            return spectrum.tail.tailCount > 0 ? spectrum.tail.alpha : NAN;
        case MapMeasure::Spikes:
            return static_cast<double>(spectrum.bulk.spikes);
        default:
            return NAN;
        }
    }

    void fillByRank(HeatMapData& data, MapMeasure measure, const AnalysisResult& analysis,
                    Role role)
    {
        data.columnCount = rankBins;
        data.columnLow = 0;
        data.columnHigh = 100;
        data.columnTitle = text(QT_TRANSLATE_NOOP("schmidt::Measures", "rank percentile (%)"));
        data.selectsRows = true;
        data.values.assign(static_cast<std::size_t>(data.rowCount) * rankBins, NAN);
        for (const TensorSpectrum& spectrum : analysis.spectra) {
            if (spectrum.role != role || spectrum.layer < 0 || spectrum.layer >= data.rowCount
                || spectrum.sigma.empty())
                continue;
            const auto energies
                = prefixEnergies(spectrum.weighted.empty() ? spectrum.sigma : spectrum.weighted);
            const double first = std::max(1e-30f, spectrum.sigma.front());
            for (int bin = 0; bin < rankBins; ++bin) {
                const auto at = (static_cast<std::size_t>(bin) * 2 + 1) * spectrum.sigma.size()
                    / (2 * rankBins);
                const auto index = std::min(at, spectrum.sigma.size() - 1);
                // Rounding noise far below σ₁ would take all the colours.
                const double value = measure == MapMeasure::Energy
                    ? 100 * static_cast<double>(energies[std::min(index + 1, energies.size() - 1)])
                    : std::log10(std::max(1e-3, spectrum.sigma[index] / first));
                data.values[static_cast<std::size_t>(spectrum.layer) * rankBins
                            + static_cast<std::size_t>(bin)]
                    = value;
            }
        }
    }

    void fillByRole(HeatMapData& data, MapMeasure measure, const AnalysisResult& analysis)
    {
        data.columnCount = static_cast<int>(linearRoles.size());
        for (const Role role : linearRoles)
            data.columns << roleTitle(role);
        data.values.assign(static_cast<std::size_t>(data.rowCount) * linearRoles.size(), NAN);
        for (const TensorSpectrum& spectrum : analysis.spectra) {
            const auto column = linearRoleIndex(spectrum.role);
            if (column && spectrum.layer >= 0 && spectrum.layer < data.rowCount)
                data.values[static_cast<std::size_t>(spectrum.layer) * linearRoles.size() + *column]
                    = tensorValue(measure, spectrum);
        }
    }

    void fillSensitivity(HeatMapData& data, const AnalysisResult& analysis)
    {
        // Columns from mild to hard within each kind of probe.
        std::set<std::pair<ProbeKind, double>> probes;
        for (const SensitivityPoint& point : analysis.sensitivity)
            probes.emplace(point.kind, -point.level);
        std::vector<std::pair<ProbeKind, double>> order(probes.begin(), probes.end());
        for (const auto& [kind, level] : order) {
            const QString number = QString::number(-level, 'g', 6);
            data.columns
                << (kind == ProbeKind::MlpWidth
                        ? text(QT_TRANSLATE_NOOP("schmidt::Measures", "MLP %1")).arg(number)
                        : kind == ProbeKind::KvGroups
                        ? text(QT_TRANSLATE_NOOP("schmidt::Measures", "KV %1")).arg(number)
                        : text(QT_TRANSLATE_NOOP("schmidt::Measures", "%1 bit")).arg(number));
        }
        data.columnCount = static_cast<int>(order.size());
        data.selectsRows = true;
        data.logarithmic = true;
        data.values.assign(static_cast<std::size_t>(data.rowCount) * order.size(), NAN);
        for (const SensitivityPoint& point : analysis.sensitivity) {
            if (point.layer < 0 || point.layer >= data.rowCount)
                continue;
            const auto column
                = std::find(order.begin(), order.end(), std::pair(point.kind, -point.level))
                - order.begin();
            data.values[static_cast<std::size_t>(point.layer) * order.size()
                        + static_cast<std::size_t>(column)]
                = std::max(point.kl, 1e-7);
        }
    }

} // namespace

const std::vector<MapMeasure>& mapMeasures()
{
    static const std::vector<MapMeasure> all = [] {
        std::vector<MapMeasure> measures;
        for (const MeasureEntry& entry : entries)
            measures.push_back(entry.measure);
        return measures;
    }();
    return all;
}

QString measureTitle(MapMeasure measure)
{
    return text(entryOf(measure).title);
}

QString measureDefinition(MapMeasure measure)
{
    return text(entryOf(measure).definition);
}

bool measureIsByRank(MapMeasure measure)
{
    return measure == MapMeasure::SingularValues || measure == MapMeasure::Energy;
}

bool measureIsByLayer(MapMeasure measure)
{
    return measure == MapMeasure::BlockInfluence || measure == MapMeasure::Sensitivity;
}

HeatMapData mapData(MapMeasure measure, const AnalysisResult& analysis, int layers, Role role)
{
    HeatMapData data;
    data.rowCount = layers;
    for (int layer = 0; layer < layers; ++layer)
        data.rows << layerText(layer);
    data.quantity = measure == MapMeasure::SingularValues
        ? text(QT_TRANSLATE_NOOP("schmidt::Measures", "log₁₀ σ/σ₁"))
        : measureTitle(measure);
    data.unit = QString::fromUtf8(entryOf(measure).unit);
    if (measureIsByRank(measure)) {
        fillByRank(data, measure, analysis, role);
    } else if (measure == MapMeasure::Sensitivity) {
        fillSensitivity(data, analysis);
    } else if (measure == MapMeasure::BlockInfluence) {
        data.columns << text(QT_TRANSLATE_NOOP("schmidt::Measures", "whole block"));
        data.columnCount = 1;
        data.selectsRows = true;
        data.values.assign(static_cast<std::size_t>(layers), NAN);
        for (const LayerAnalysis& layer : analysis.layers)
            if (layer.layer >= 0 && layer.layer < layers)
                data.values[static_cast<std::size_t>(layer.layer)] = layer.blockInfluence;
    } else {
        fillByRole(data, measure, analysis);
    }
    return data;
}

std::vector<double> keptShares(const Recipe& recipe, const Architecture& architecture, Role role)
{
    std::vector<double> shares;
    const bool mlp = role == Role::Gate || role == Role::Up || role == Role::Down;
    for (std::size_t layer = 0; layer < std::min(recipe.layers.size(), architecture.layers.size());
         ++layer) {
        const LayerShape& full = architecture.layers[layer];
        const LayerRecipe& kept = recipe.layers[layer];
        const double share = mlp
            ? static_cast<double>(kept.mlpWidth) / static_cast<double>(full.intermediateSize)
            : static_cast<double>(kept.kvGroups) / static_cast<double>(full.kvHeads);
        shares.push_back(share < 1 ? share : NAN);
    }
    return shares;
}

QString roleTitle(Role role)
{
    return QString::fromUtf8(roleName(role).data(), static_cast<int>(roleName(role).size()));
}

} // namespace schmidt
