// SPDX-License-Identifier: Apache-2.0
#include "governance/model_card.h"

#include "governance/card_sections.h"
#include "ledger/report.h"
#include "recipe/recipe.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace schmidt {

namespace {

    constexpr std::array<std::pair<CardFormat, const char*>, 5> formatNames { {
        { CardFormat::HuggingFace, "huggingface" },
        { CardFormat::CycloneDx, "cyclonedx" },
        { CardFormat::Spdx, "spdx" },
        { CardFormat::Json, "json" },
        { CardFormat::Pdf, "pdf" },
    } };

    /// A text as YAML value. Every JSON string is a YAML 1.2 double-quoted scalar; escaping all
    /// that is not ASCII also keeps line separators and surrogates out of YAML 1.1 readers.
    std::string yaml(const std::string& text)
    {
        return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
    }

    bool quantized(const CardData& data)
    {
        const auto recipe = recipeFromJson(data.run.recipe);
        return recipe.ok()
            && std::any_of(recipe->layers.begin(), recipe->layers.end(),
                           [](const LayerRecipe& layer) {
                               return std::any_of(layer.schemes.begin(), layer.schemes.end(),
                                                  [](const Scheme& scheme) {
                                                      return scheme.kind != SchemeKind::Keep;
                                                  });
                           });
    }

    /// The hub knows licences by lower-case identifiers; any other wording goes under "other".
    std::string licenceFields(const std::string& licence)
    {
        if (licence.empty())
            return "license: unknown\n";
        std::string identifier = licence;
        std::transform(
            identifier.begin(), identifier.end(), identifier.begin(),
            [](unsigned char character) { return static_cast<char>(std::tolower(character)); });
        if (identifier.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-")
            == std::string::npos)
            return "license: " + yaml(identifier) + "\n";
        return "license: other\nlicense_name: " + yaml(licence) + "\n";
    }

    std::string modelIndex(const CardData& data)
    {
        std::string metrics;
        for (const Metric& metric : data.run.metrics) {
            if (!statedAsFact(metric))
                continue;
            metrics += "          - type: " + yaml(metric.name) + "\n            name: "
                + yaml(metricDisplayTitle(metric.name)
                       + (metric.unit.empty() ? "" : ", " + metric.unit))
                + "\n            value: " + dumpJson(*metric.value) + "\n";
        }
        if (metrics.empty())
            return {};
        const std::string workload = data.run.workload.empty() ? "unknown" : data.run.workload;
        return "model-index:\n  - name: " + yaml(data.modelName)
            + "\n    results:\n      - task:\n          type: text-generation\n        dataset:\n  "
              "        type: "
            + yaml(workload) + "\n          name: " + yaml(workload) + "\n        metrics:\n"
            + metrics;
    }

    std::string huggingFaceCard(const CardData& data)
    {
        std::string text = "---\n" + licenceFields(data.licence)
            + "library_name: transformers\npipeline_tag: text-generation\n";
        if (!data.run.baseline) {
            text += "base_model: " + yaml(data.baseName)
                + "\nbase_model_relation: " + (quantized(data) ? "quantized" : "finetune") + "\n";
            text += "tags:\n  - compressed\n  - schmidt-workbench\n";
        } else {
            text += "tags:\n  - schmidt-workbench\n";
        }
        text += modelIndex(data) + "---\n\n# " + markdownEscaped(data.modelName) + "\n\n";
        return text + blocksToMarkdown(cardBlocks(data)) + "Made with Schmidt Workbench"
            + (data.createdAt.empty() ? "" : ", " + markdownEscaped(data.createdAt)) + ".\n";
    }

    Json runJson(const RunRecord& run)
    {
        Json metrics = Json::array();
        for (const Metric& metric : run.metrics)
            metrics.push_back(toJson(metric));
        return { { "id", run.id.value },
                 { "name", run.name },
                 { "state", runStateName(run.state) },
                 { "recipe", run.recipe },
                 { "model_hash", run.modelHash },
                 { "workload", run.workload },
                 { "workload_hash", run.workloadHash },
                 { "seed", run.seed },
                 { "engine_version", run.engineVersion },
                 { "machine", run.machine },
                 { "command_line", run.commandLine },
                 { "created_at", run.createdAt },
                 { "finished_at", run.finishedAt },
                 { "metrics", std::move(metrics) } };
    }

    Json architectureJson(const Architecture& architecture)
    {
        Json layers = Json::array();
        for (const LayerShape& layer : architecture.layers)
            layers.push_back({ { "heads", layer.heads },
                               { "kv_heads", layer.kvHeads },
                               { "intermediate_size", layer.intermediateSize } });
        return { { "family", familyName(architecture.family) },
                 { "parameters", architecture.totalParameters() },
                 { "block_parameters", architecture.blockParameters() },
                 { "hidden_size", architecture.hiddenSize },
                 { "vocabulary_size", architecture.vocabularySize },
                 { "context_length", architecture.contextLength },
                 { "layers", std::move(layers) } };
    }

    std::string plainJsonCard(const CardData& data)
    {
        Json goals = Json::array();
        for (const GoalCheck& check : data.goals)
            goals.push_back({ { "goal", check.goal },
                              { "metric", check.metric },
                              { "verdict", verdictName(check.verdict) },
                              { "reason", check.reason } });
        const Json card { { "schema", 1 },
                          { "model_name", data.modelName },
                          { "base_name", data.baseName },
                          { "base_hash", data.baseHash },
                          { "licence", data.licence },
                          { "base_architecture", architectureJson(data.baseArchitecture) },
                          { "architecture", architectureJson(data.architecture) },
                          { "run", runJson(data.run) },
                          { "baseline", runJson(data.baseline) },
                          { "goals", std::move(goals) },
                          { "warnings", data.warnings },
                          { "intended_use", data.intendedUse },
                          { "limitations", data.limitations },
                          { "created_at", data.createdAt } };
        return dumpJson(card, 2) + "\n";
    }

} // namespace

std::optional<CardFormat> cardFormatFromName(const std::string& name)
{
    for (const auto& [format, known] : formatNames)
        if (name == known)
            return format;
    return {};
}

std::string renderCard(const CardData& data, CardFormat format)
{
    switch (format) {
    case CardFormat::HuggingFace:
        return huggingFaceCard(data);
    case CardFormat::CycloneDx:
        return cycloneDxCard(data);
    case CardFormat::Spdx:
        return spdxCard(data);
    case CardFormat::Json:
        return plainJsonCard(data);
    case CardFormat::Pdf: {
        auto pdf = renderCardPdf(data);
        return pdf.ok() ? std::move(*pdf) : std::string();
    }
    }
    return {};
}

} // namespace schmidt
