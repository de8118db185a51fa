// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cards.h"

#include "analysis/analysis_result.h"

#include "recipe/recipe.h"

namespace schmidt {

Result<CardData> cardData(const ProjectSession& session, const RunRecord& run)
{
    CardData data;
    const ModelSource& source = *session.source();
    SCHMIDT_TRY(const auto reference, session.ledger().model());
    data.baseName = source.architecture().name;
    data.modelName = run.baseline ? data.baseName : data.baseName + " (" + run.name + ")";
    data.baseHash = reference ? reference->contentHash : std::string();
    data.baseArchitecture = data.architecture = source.architecture();
    if (!run.baseline) {
        SCHMIDT_TRY(const Recipe recipe, recipeFromJson(run.recipe));
        data.architecture = compressedArchitecture(recipe, data.baseArchitecture);
    }
    data.run = run;
    SCHMIDT_TRY(data.baseline, session.ledger().findRun("baseline"));
    SCHMIDT_TRY(const Goals goals, session.ledger().goals());
    data.goals = checkGoals(goals, run.metrics, data.baseline.metrics);
    data.warnings = source.warnings();
    SCHMIDT_TRY(const Json analyses, session.ledger().value("analyses"));
    const auto object = jsonValue<std::string>(analyses, run.workload.c_str(), {});
    if (!object.empty()) {
        SCHMIDT_TRY(const AnalysisResult analysis,
                    loadAnalysis(session.ledger().objectPath(object)));
        data.warnings.insert(data.warnings.end(), analysis.warnings.begin(),
                             analysis.warnings.end());
    }
    SCHMIDT_TRY(const Json edited, session.ledger().value("card"));
    data.licence = jsonValue<std::string>(edited, "licence", {});
    data.intendedUse = jsonValue<std::string>(edited, "intended_use", {});
    data.limitations = jsonValue<std::string>(edited, "limitations", {});
    data.createdAt = currentTime();
    return data;
}

Result<std::string> cardText(const ProjectSession& session, const RunRecord& run, CardFormat format)
{
    SCHMIDT_TRY(const CardData data, cardData(session, run));
    if (format == CardFormat::Pdf)
        return renderCardPdf(data);
    return renderCard(data, format);
}

} // namespace schmidt
