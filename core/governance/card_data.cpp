// SPDX-License-Identifier: Apache-2.0
#include "governance/card_data.h"

#include "analysis/analysis_result.h"
#include "recipe/recipe.h"

namespace schmidt {

Result<CardData> gatherCardData(const Ledger& ledger, const Architecture& base,
                                const std::vector<std::string>& modelWarnings,
                                const RunRecord& run, const std::string& createdAt)
{
    CardData data;
    SCHMIDT_TRY(const auto reference, ledger.model());
    data.baseName = base.name;
    data.modelName = run.baseline ? data.baseName : data.baseName + " (" + run.name + ")";
    data.baseHash = reference ? reference->contentHash : std::string();
    data.baseArchitecture = data.architecture = base;
    if (!run.baseline) {
        SCHMIDT_TRY(const Recipe recipe, recipeFromJson(run.recipe));
        data.architecture = compressedArchitecture(recipe, base);
    }
    data.run = run;
    SCHMIDT_TRY(data.baseline, ledger.findRun("baseline"));
    SCHMIDT_TRY(const Goals goals, ledger.goals());
    data.goals = checkGoals(goals, run.metrics, data.baseline.metrics);
    data.warnings = modelWarnings;
    SCHMIDT_TRY(const Json analyses, ledger.value("analyses"));
    const auto object = jsonValue<std::string>(analyses, run.workload.c_str(), {});
    if (!object.empty()) {
        SCHMIDT_TRY(const AnalysisResult analysis, loadAnalysis(ledger.objectPath(object)));
        data.warnings.insert(data.warnings.end(), analysis.warnings.begin(),
                             analysis.warnings.end());
    }
    SCHMIDT_TRY(const Json edited, ledger.value("card"));
    data.licence = jsonValue<std::string>(edited, "licence", {});
    data.intendedUse = jsonValue<std::string>(edited, "intended_use", {});
    data.limitations = jsonValue<std::string>(edited, "limitations", {});
    data.createdAt = createdAt;
    return data;
}

} // namespace schmidt
