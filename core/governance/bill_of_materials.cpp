// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"
#include "governance/card_sections.h"
#include "recipe/recipe.h"

#include <algorithm>
#include <fmt/format.h>

namespace schmidt {

namespace {

    constexpr double confidenceFactor = 1.96; ///< standard errors to half a 95 % interval
    constexpr const char* programName = "Schmidt Workbench";

    bool isSha256(const std::string& text)
    {
        return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
    }

    /// A number as the decimal text both formats want.
    std::string exact(double value)
    {
        return dumpJson(value);
    }

    std::string methodText(const CardData& data)
    {
        return data.run.baseline
            ? "The original model, unchanged."
            : fmt::format("Compressed from {} with {} {}. Command: {}", data.baseName, programName,
                          data.run.engineVersion, data.run.commandLine);
    }

    Json performanceMetrics(const CardData& data)
    {
        Json metrics = Json::array();
        for (const Metric& metric : data.run.metrics) {
            if (!statedAsFact(metric))
                continue;
            Json entry { { "type",
                           metric.unit.empty() ? metric.name
                                               : metric.name + " [" + metric.unit + "]" },
                         { "value", exact(*metric.value) },
                         { "slice",
                           fmt::format("workload {}; {}; n = {}{}", data.run.workload,
                                       provenanceName(metric.provenance), metric.n,
                                       metric.protocol.empty() ? "" : "; " + metric.protocol) } };
            if (metric.uncertainty)
                entry["confidenceInterval"] = {
                    { "lowerBound", exact(*metric.value - confidenceFactor * *metric.uncertainty) },
                    { "upperBound", exact(*metric.value + confidenceFactor * *metric.uncertainty) }
                };
            metrics.push_back(std::move(entry));
        }
        return metrics;
    }

    Json cycloneComponent(const std::string& reference, const std::string& name,
                          const std::string& hash)
    {
        Json component { { "type", "machine-learning-model" },
                         { "bom-ref", reference },
                         { "name", name } };
        if (isSha256(hash))
            component["hashes"] = Json::array({ { { "alg", "SHA-256" }, { "content", hash } } });
        return component;
    }

    Json cycloneModelCard(const CardData& data)
    {
        Json limitations = Json::array();
        if (!data.limitations.empty())
            limitations.push_back(data.limitations);
        for (const std::string& warning : data.warnings)
            limitations.push_back(warning);
        Json tradeoffs = Json::array();
        for (const GoalCheck& check : data.goals)
            tradeoffs.push_back(fmt::format("{}: {}{}", check.goal, verdictName(check.verdict),
                                            check.reason.empty() ? "" : " (" + check.reason + ")"));
        Json considerations { { "technicalLimitations", std::move(limitations) },
                              { "performanceTradeoffs", std::move(tradeoffs) } };
        if (!data.intendedUse.empty())
            considerations["useCases"] = Json::array({ data.intendedUse });
        return { { "modelParameters",
                   { { "approach", { { "type", "self-supervised" } } },
                     { "task", "text-generation" },
                     { "architectureFamily", "transformer" },
                     { "modelArchitecture", familyName(data.architecture.family) },
                     { "inputs", Json::array({ { { "format", "text" } } }) },
                     { "outputs", Json::array({ { { "format", "text" } } }) } } },
                 { "quantitativeAnalysis", { { "performanceMetrics", performanceMetrics(data) } } },
                 { "considerations", std::move(considerations) } };
    }

    /// Text both renderings of a card are identified by.
    std::string identity(const CardData& data)
    {
        return data.modelName + "\n" + data.baseHash + "\n" + dumpJson(data.run.recipe) + "\n"
            + data.createdAt;
    }

} // namespace

std::string cycloneDxCard(const CardData& data)
{
    Json component = cycloneComponent("model", data.modelName,
                                      data.run.baseline ? data.baseHash : std::string());
    component["description"] = methodText(data);
    if (!data.licence.empty())
        component["licenses"] = Json::array({ { { "license", { { "name", data.licence } } } } });
    if (!data.run.baseline)
        component["pedigree"]
            = { { "ancestors",
                  Json::array({ cycloneComponent("base-model", data.baseName, data.baseHash) }) },
                { "notes", methodText(data) } };
    component["modelCard"] = cycloneModelCard(data);
    Json properties = Json::array();
    const auto property = [&](const char* name, const std::string& value) {
        if (!value.empty())
            properties.push_back(
                { { "name", std::string("schmidt:") + name }, { "value", value } });
    };
    property("recipe", data.run.recipe.is_null() ? std::string() : dumpJson(data.run.recipe));
    property("seed", std::to_string(data.run.seed));
    property("workload", data.run.workload);
    property("workload_sha256", data.run.workloadHash);
    property("parameters", std::to_string(data.architecture.totalParameters()));
    component["properties"] = std::move(properties);

    Json metadata {
        { "component", std::move(component) },
        { "tools",
          { { "components",
              Json::array({ { { "type", "application" }, { "name", programName } } }) } } }
    };
    if (!data.run.engineVersion.empty())
        metadata["tools"]["components"][0]["version"] = data.run.engineVersion;
    if (!data.createdAt.empty())
        metadata["timestamp"] = data.createdAt;
    const Json bom { { "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json" },
                     { "bomFormat", "CycloneDX" },
                     { "specVersion", "1.6" },
                     { "serialNumber", "urn:uuid:" + uuidFromText(identity(data)) },
                     { "version", 1 },
                     { "metadata", std::move(metadata) } };
    return dumpJson(bom, 2) + "\n";
}

namespace {

    /// Builds the elements of an SPDX document, which all share creation info and identifier
    /// prefix.
    class SpdxGraph {
    public:
        SpdxGraph(const CardData& data)
            : m_prefix("urn:uuid:" + uuidFromText(identity(data)) + "#")
        {
            m_graph.push_back({ { "type", "CreationInfo" },
                                { "@id", "_:creation" },
                                { "specVersion", "3.0.1" },
                                { "created", data.createdAt },
                                { "createdBy", Json::array({ id("creator") }) } });
            // SPDX wants an agent as creator; a program alone is one.
            add("SoftwareAgent", "creator", { { "name", programName } });
        }
        std::string id(const std::string& name) const { return m_prefix + name; }
        void add(const std::string& type, const std::string& name, Json fields)
        {
            fields["type"] = type;
            fields["spdxId"] = id(name);
            fields["creationInfo"] = "_:creation";
            m_graph.push_back(std::move(fields));
        }
        void relate(const std::string& name, const std::string& from, const std::string& kind,
                    const std::string& to)
        {
            add("Relationship", name,
                { { "from", id(from) },
                  { "relationshipType", kind },
                  { "to", Json::array({ id(to) }) } });
        }
        Json take() { return std::move(m_graph); }

    private:
        std::string m_prefix;
        Json m_graph = Json::array();
    };

    Json dictionary(const std::vector<std::pair<std::string, std::string>>& entries)
    {
        Json list = Json::array();
        for (const auto& [key, value] : entries)
            list.push_back({ { "type", "DictionaryEntry" }, { "key", key }, { "value", value } });
        return list;
    }

    Json aiPackage(const CardData& data, const std::string& supplier)
    {
        std::vector<std::pair<std::string, std::string>> metrics, hyperparameters;
        for (const Metric& metric : data.run.metrics)
            if (statedAsFact(metric))
                metrics.emplace_back(metric.name,
                                     formatMetric(metric) + " (" + provenanceName(metric.provenance)
                                         + ")");
        hyperparameters.emplace_back("seed", std::to_string(data.run.seed));
        hyperparameters.emplace_back("parameters",
                                     std::to_string(data.architecture.totalParameters()));
        if (!data.run.recipe.is_null())
            hyperparameters.emplace_back("recipe", dumpJson(data.run.recipe));
        Json package { { "name", data.modelName },
                       { "software_packageVersion", fmt::format("r{}", data.run.id.value) },
                       { "software_primaryPurpose", "model" },
                       { "suppliedBy", supplier },
                       { "ai_typeOfModel",
                         Json::array({ "transformer", familyName(data.architecture.family) }) },
                       { "ai_domain", Json::array({ "text-generation" }) },
                       { "ai_informationAboutTraining", methodText(data) },
                       { "ai_hyperparameter", dictionary(hyperparameters) },
                       { "ai_useSensitivePersonalInformation", "noAssertion" },
                       { "ai_autonomyType", "noAssertion" } };
        if (!metrics.empty())
            package["ai_metric"] = dictionary(metrics);
        if (!data.createdAt.empty())
            package["releaseTime"] = data.createdAt;
        if (!data.intendedUse.empty())
            package["ai_informationAboutApplication"] = data.intendedUse;
        std::string limitation = data.limitations;
        for (const std::string& warning : data.warnings)
            limitation += (limitation.empty() ? "" : "\n") + warning;
        if (!limitation.empty())
            package["ai_limitation"] = limitation;
        return package;
    }

} // namespace

std::string spdxCard(const CardData& data)
{
    SpdxGraph graph(data);
    graph.add("ai_AIPackage", "model", aiPackage(data, graph.id("creator")));
    graph.add(
        "simplelicensing_SimpleLicensingText", "licence",
        { { "simplelicensing_licenseText",
            data.licence.empty() ? std::string("Not stated; the licence of the original applies.")
                                 : data.licence } });
    graph.relate("declared", "model", "hasDeclaredLicense", "licence");
    graph.relate("concluded", "model", "hasConcludedLicense", "licence");
    Json elements = Json::array(
        { graph.id("model"), graph.id("licence"), graph.id("declared"), graph.id("concluded") });
    if (!data.run.baseline) {
        Json base { { "name", data.baseName },
                    { "software_primaryPurpose", "model" },
                    { "ai_typeOfModel",
                      Json::array({ "transformer", familyName(data.baseArchitecture.family) }) } };
        if (isSha256(data.baseHash))
            base["verifiedUsing"] = Json::array({ { { "type", "Hash" },
                                                    { "algorithm", "sha256" },
                                                    { "hashValue", data.baseHash } } });
        graph.add("ai_AIPackage", "base", std::move(base));
        // SPDX points from the ancestor to what descends from it.
        graph.relate("descent", "base", "ancestorOf", "model");
        elements.push_back(graph.id("base"));
        elements.push_back(graph.id("descent"));
    }
    graph.add(
        "SpdxDocument", "document",
        { { "name", data.modelName },
          { "profileConformance", Json::array({ "core", "software", "ai", "simpleLicensing" }) },
          { "rootElement", Json::array({ graph.id("model") }) },
          { "element", std::move(elements) } });
    const Json document { { "@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld" },
                          { "@graph", graph.take() } };
    return dumpJson(document, 2) + "\n";
}

} // namespace schmidt
