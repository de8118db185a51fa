// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "model/architecture.h"
#include "recipe/recipe.h"
#include "ui/plots/heat_map.h"

#include <QString>
#include <vector>

namespace schmidt {

/// What the map of the spectra screen can show.
enum class MapMeasure {
    SingularValues, ///< layer × rank of one role
    Energy, ///< layer × rank of one role
    Entropy,
    EffectiveRank,
    NormalizedEffectiveRank,
    ParticipationRatio,
    WeightedEntropy,
    PowerLawAlpha,
    Spikes,
    BlockInfluence,
    Sensitivity,
};

/// All measures in the order of the chooser.
const std::vector<MapMeasure>& mapMeasures();
/// Name in the chooser, translated.
QString measureTitle(MapMeasure measure);
/// Its definition in one or two sentences, translated.
QString measureDefinition(MapMeasure measure);
/// Layer × rank of the selected role, instead of layer × role.
bool measureIsByRank(MapMeasure measure);
/// One value per layer or probe, not per matrix.
bool measureIsByLayer(MapMeasure measure);

/// The map of a measure; what has not been analyzed yet has no value. `role` matters for measures
/// by rank.
HeatMapData mapData(MapMeasure measure, const AnalysisResult& analysis, int layers, Role role);

/// Share of each layer's units (of MLP roles) or KV groups that a recipe keeps; NaN where all stay.
std::vector<double> keptShares(const Recipe& recipe, const Architecture& architecture, Role role);

/// "up_proj": name of a linear role as users of the field know it.
QString roleTitle(Role role);

} // namespace schmidt
