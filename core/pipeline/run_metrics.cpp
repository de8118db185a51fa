// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "exporters/exporters.h"
#include "pipeline/job_steps.h"

namespace schmidt {

Result<Json> storeMetrics(ProjectSession& session, const RunRecord& run,
                          std::vector<Metric> metrics, const std::string& suffix,
                          EventWriter& events)
{
    Json list = Json::array();
    for (Metric& metric : metrics) {
        metric.name += suffix;
        events.metric(metric);
        list.push_back(toJson(metric));
    }
    SCHMIDT_CHECK(session.ledger().setMetrics(run.id, metrics));
    return list;
}

Result<std::vector<Metric>> sizeMetrics(ProjectSession& session, const RunRecord& run)
{
    const Architecture& base = session.source()->architecture();
    Recipe recipe = identityRecipe(base);
    if (!run.baseline) {
        SCHMIDT_TRY(recipe, recipeFromJson(run.recipe));
    }
    const RecipeSize size = recipeSize(recipe, base);
    SCHMIDT_TRY(const TokenizerData tokenizer, session.tokenizerOf(run));
    const std::int64_t bytes = ggufFileBytes(recipe, base, tokenizer);
    const auto measured
        = [](const char* name, const char* unit, double value, const char* protocol) {
              Metric metric;
              metric.name = name;
              metric.unit = unit;
              metric.value = value;
              metric.provenance = Provenance::Measured;
              metric.better = Better::Lower;
              metric.protocol = protocol;
              return metric;
          };
    return std::vector<Metric> {
        measured(metric_names::parameters, "", static_cast<double>(size.parameters), "counted"),
        measured(metric_names::blockParameters, "", static_cast<double>(size.blockParameters),
                 "counted"),
        measured(metric_names::fileBytes, "B", static_cast<double>(bytes),
                 run.baseline ? "GGUF, F16 weights, with tokenizer"
                              : "GGUF in the recipe's types, with tokenizer"),
    };
}

} // namespace schmidt
