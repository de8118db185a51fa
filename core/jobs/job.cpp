// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <algorithm>
#include <array>
#include <utility>

namespace schmidt {

namespace {

    constexpr std::array<std::pair<JobKind, const char*>, 13> jobKinds { {
        { JobKind::Analyze, "analyze" },
        { JobKind::Compress, "compress" },
        { JobKind::Evaluate, "evaluate" },
        { JobKind::Bench, "bench" },
        { JobKind::Export, "export" },
        { JobKind::Tasks, "tasks" },
        { JobKind::Generate, "generate" },
        { JobKind::Card, "card" },
        { JobKind::Inspect, "inspect" },
        { JobKind::Locate, "locate" },
        { JobKind::Search, "search" },
        { JobKind::Tokens, "tokens" },
        { JobKind::Bonds, "bonds" },
    } };

    constexpr std::array<std::pair<JobEvent::Type, const char*>, 9> eventTypes { {
        { JobEvent::Type::Started, "started" },
        { JobEvent::Type::Stage, "stage" },
        { JobEvent::Type::Progress, "progress" },
        { JobEvent::Type::Partial, "partial" },
        { JobEvent::Type::Metric, "metric" },
        { JobEvent::Type::Log, "log" },
        { JobEvent::Type::Artifact, "artifact" },
        { JobEvent::Type::Done, "done" },
        { JobEvent::Type::Failed, "failed" },
    } };

    std::string shellQuoted(const std::string& word)
    {
        constexpr std::string_view harmless
            = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
        if (!word.empty() && word.find_first_not_of(harmless) == std::string::npos)
            return word;
        std::string quoted = "'";
        for (const char character : word) {
            if (character == '\'')
                quoted += "'\\''";
            else
                quoted += character;
        }
        return quoted + "'";
    }

    std::string argumentText(const Json& value)
    {
        return value.is_string() ? value.get<std::string>() : dumpJson(value);
    }

    /// " --name value"; a value that looks like an option is tied to its name by '='.
    std::string optionText(const std::string& name, const Json& value)
    {
        if (value.is_boolean())
            return value.get<bool>() ? " --" + name : std::string();
        const std::string text = argumentText(value);
        if (text.starts_with('-'))
            return " " + shellQuoted("--" + name + "=" + text);
        return " --" + name + " " + shellQuoted(text);
    }

    bool takesModelByPosition(JobKind kind)
    {
        return kind == JobKind::Analyze || kind == JobKind::Inspect || kind == JobKind::Locate
            || kind == JobKind::Generate;
    }

} // namespace

std::string jobKindName(JobKind kind)
{
    for (const auto& [value, name] : jobKinds)
        if (value == kind)
            return name;
    return {};
}

std::optional<JobKind> jobKindFromName(const std::string& name)
{
    for (const auto& [kind, known] : jobKinds)
        if (name == known)
            return kind;
    return {};
}

Json toJson(const JobSpec& spec)
{
    return { { "schema", JobSpec::schemaVersion }, { "kind", jobKindName(spec.kind) },
             { "project", spec.project.string() }, { "arguments", spec.arguments },
             { "threads", spec.threads },          { "seed", spec.seed } };
}

Result<JobSpec> jobSpecFromJson(const Json& json)
{
    if (!json.is_object())
        return usageError("A job specification must be a JSON object.");
    const auto schema = jsonValue<int>(json, "schema", 0);
    if (schema > JobSpec::schemaVersion)
        return unsupported("The job specification has version " + std::to_string(schema)
                           + ", this program reads up to version "
                           + std::to_string(JobSpec::schemaVersion) + "; update the program.");
    if (schema < 1)
        return usageError(
            "The job specification lacks its \"schema\" version; write \"schema\": 1.");
    const auto name = jsonValue<std::string>(json, "kind", {});
    const auto kind = jobKindFromName(name);
    if (!kind) {
        std::string known;
        for (const auto& entry : jobKinds)
            known += (known.empty() ? "" : ", ") + std::string(entry.second);
        return usageError("The job kind \"" + name + "\" is unknown; use one of " + known + ".");
    }
    JobSpec spec;
    spec.kind = *kind;
    spec.project = jsonValue<std::string>(json, "project", {});
    spec.arguments = jsonValue<Json>(json, "arguments", Json::object());
    if (!spec.arguments.is_object())
        return usageError("The \"arguments\" of a job specification must be an object.");
    spec.threads = jsonValue<int>(json, "threads", 0);
    if (spec.threads < 0)
        return usageError("\"threads\" of a job specification must be 0 (all cores) or more.");
    spec.seed = jsonValue<std::uint64_t>(json, "seed", spec.seed);
    return spec;
}

std::string commandLine(const JobSpec& spec)
{
    std::string line = "schmidt-cli " + jobKindName(spec.kind);
    const auto model = jsonValue<std::string>(spec.arguments, "model", {});
    const bool positional = takesModelByPosition(spec.kind) && !model.empty();
    if (positional)
        line += " " + shellQuoted(model.starts_with('-') ? "./" + model : model);
    if (!spec.project.empty())
        line += optionText("project", spec.project.string());
    for (const auto& [key, value] : spec.arguments.items()) {
        if (value.is_null() || (positional && key == "model"))
            continue;
        std::string option = key;
        std::replace(option.begin(), option.end(), '_', '-');
        if (value.is_array()) {
            for (const Json& entry : value)
                line += optionText(option, entry);
        } else {
            line += optionText(option, value);
        }
    }
    if (spec.threads > 0)
        line += " --threads " + std::to_string(spec.threads);
    if (spec.seed != JobSpec {}.seed)
        line += " --seed " + std::to_string(spec.seed);
    return line;
}

std::string toLine(const JobEvent& event)
{
    Json json = event.data.is_object() ? event.data : Json::object();
    for (const auto& [type, name] : eventTypes)
        if (type == event.type)
            json["event"] = name;
    return dumpJson(json);
}

Result<JobEvent> eventFromLine(const std::string& line)
{
    SCHMIDT_TRY(Json json, parseJson(line, "A line of the job's event stream"));
    const auto name = jsonValue<std::string>(json, "event", {});
    for (const auto& [type, known] : eventTypes) {
        if (name != known)
            continue;
        json.erase("event");
        return JobEvent { type, std::move(json) };
    }
    return badInput("A line of the job's event stream names no known event; the program and its "
                    "child are probably of different versions.",
                    line.substr(0, 200));
}

} // namespace schmidt
