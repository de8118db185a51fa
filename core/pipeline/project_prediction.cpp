// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "ledger/outcomes.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"

#include <cmath>

namespace schmidt {

Result<AnalysisResult> projectAnalysis(const Ledger& ledger, const std::string& workload)
{
    SCHMIDT_TRY(const Json current, ledger.value("analyses"));
    const auto object = jsonValue<std::string>(current, workload.c_str(), {});
    if (object.empty())
        return usageError("The project has no analysis for the workload \"" + workload
                          + "\"; run: schmidt-cli analyze "
                            "--project "
                          + ledger.folder().string() + " --workload " + workload);
    return loadAnalysis(ledger.objectPath(object));
}

Result<Predictor> projectPredictor(const ProjectSession& session, const std::string& workload)
{
    SCHMIDT_TRY(AnalysisResult analysis, projectAnalysis(session.ledger(), workload));
    SCHMIDT_TRY(const auto runs, session.ledger().runs());
    const Architecture& architecture = session.source()->architecture();
    return Predictor(architecture, std::make_shared<const AnalysisResult>(std::move(analysis)),
                     measuredOutcomes(runs, workload), measuredRates(runs),
                     ggufMetadataBytes(architecture, session.source()->tokenizer()),
                     measuredHealing(runs));
}

} // namespace schmidt
