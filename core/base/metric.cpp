// SPDX-License-Identifier: Apache-2.0
#include "base/metric.h"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace schmidt {

namespace {

    struct ProvenanceEntry {
        Provenance provenance;
        const char* name;
        const char* mark;
    };

    constexpr std::array<ProvenanceEntry, 5> provenanceTable { {
        { Provenance::Measured, "measured", "●" },
        { Provenance::Predicted, "predicted", "○" },
        { Provenance::Imported, "imported", "◇" },
        { Provenance::Estimated, "estimated", "~" },
        { Provenance::Absent, "absent", "—" },
    } };

    constexpr std::array<std::pair<Better, const char*>, 3> betterTable { {
        { Better::Lower, "lower" },
        { Better::Higher, "higher" },
        { Better::Neither, "neither" },
    } };

    const ProvenanceEntry& entryOf(Provenance provenance)
    {
        for (const ProvenanceEntry& entry : provenanceTable)
            if (entry.provenance == provenance)
                return entry;
        return provenanceTable.back();
    }

} // namespace

Metric absentMetric(std::string name, std::string unit, std::string reason)
{
    Metric metric;
    metric.name = std::move(name);
    metric.unit = std::move(unit);
    metric.absentReason = std::move(reason);
    return metric;
}

std::string provenanceMark(Provenance provenance)
{
    return entryOf(provenance).mark;
}

std::string provenanceName(Provenance provenance)
{
    return entryOf(provenance).name;
}

Json toJson(const Metric& metric)
{
    Json json { { "name", metric.name },
                { "unit", metric.unit },
                { "provenance", provenanceName(metric.provenance) },
                { "value", nullptr } };
    if (metric.value && std::isfinite(*metric.value))
        json["value"] = *metric.value;
    if (metric.uncertainty && std::isfinite(*metric.uncertainty))
        json["uncertainty"] = *metric.uncertainty;
    if (metric.n > 0)
        json["n"] = metric.n;
    for (const auto& [better, name] : betterTable)
        if (better == metric.better)
            json["better"] = name;
    if (!metric.protocol.empty())
        json["protocol"] = metric.protocol;
    if (!metric.absentReason.empty())
        json["absent_reason"] = metric.absentReason;
    return json;
}

Result<Metric> metricFromJson(const Json& json)
{
    if (!json.is_object() || !json.contains("name"))
        return badInput("A metric must be an object with a name.");
    Metric metric;
    metric.name = jsonValue<std::string>(json, "name", {});
    metric.unit = jsonValue<std::string>(json, "unit", {});
    if (const auto value = json.find("value"); value != json.end() && value->is_number())
        metric.value = value->get<double>();
    if (const auto value = json.find("uncertainty"); value != json.end() && value->is_number())
        metric.uncertainty = value->get<double>();
    metric.n = jsonValue<std::int64_t>(json, "n", 0);
    const auto provenance = jsonValue<std::string>(json, "provenance", "absent");
    for (const ProvenanceEntry& entry : provenanceTable)
        if (provenance == entry.name)
            metric.provenance = entry.provenance;
    const auto direction = jsonValue<std::string>(json, "better", "neither");
    for (const auto& [better, name] : betterTable)
        if (direction == name)
            metric.better = better;
    metric.protocol = jsonValue<std::string>(json, "protocol", {});
    metric.absentReason = jsonValue<std::string>(json, "absent_reason", {});
    return metric;
}

std::string formatNumber(double value, int digits)
{
    if (!std::isfinite(value))
        return value > 0 ? "∞" : value < 0 ? "-∞" : "n/a";
    if (value == 0)
        return "0";
    // The exponent after rounding: 0.9996 has three digits as 1.00, not as 1.000.
    const std::string rounded = fmt::format("{:.{}e}", value, digits - 1);
    const int magnitude = std::stoi(rounded.substr(rounded.find('e') + 1));
    if (magnitude < -4 || magnitude > 12)
        return rounded;
    const int decimals = std::max(0, digits - 1 - magnitude);
    return fmt::format("{:.{}f}", value, decimals);
}

namespace {

    /// The value in the largest unit that leaves it at least 1; each unit is 1000 of the one
    /// before.
    template <std::size_t Count>
    std::string scaledNumber(double value, const std::array<const char*, Count>& units, int digits)
    {
        std::size_t unit = 0;
        while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
            value /= 1000;
            ++unit;
        }
        return formatNumber(value, digits) + units[unit];
    }

} // namespace

std::string formatBytes(double bytes)
{
    constexpr std::array units { " B", " kB", " MB", " GB", " TB" };
    return scaledNumber(bytes, units, 3);
}

std::string formatCount(double count)
{
    constexpr std::array units { "", " k", " M", " G", " T" };
    constexpr double shortest = 1e5; // below, all digits are as easily read
    return std::abs(count) < shortest ? formatNumber(count) : scaledNumber(count, units, 4);
}

std::string formatInUnit(double value, const std::string& unit)
{
    if (unit == "B")
        return formatBytes(value);
    return unit.empty() ? formatCount(value) : formatNumber(value);
}

ShownUnit shownUnit(const Metric& metric)
{
    const double size = std::abs(metric.value.value_or(0));
    if (metric.unit != "s" || size == 0 || size >= 1)
        return { 1, metric.unit };
    return size < 1e-3 ? ShownUnit { 1e6, "µs" } : ShownUnit { 1e3, "ms" };
}

std::string formatMetric(const Metric& metric)
{
    if (!metric.value)
        return metric.absentReason.empty() ? "n/a" : "n/a (" + metric.absentReason + ")";
    const ShownUnit shown = shownUnit(metric);
    std::string text = formatInUnit(*metric.value * shown.factor, shown.unit);
    if (metric.unit == "B")
        return text;
    if (metric.uncertainty)
        text += " ± " + formatNumber(*metric.uncertainty * shown.factor, 2);
    if (!shown.unit.empty())
        text += " " + shown.unit;
    return text;
}

} // namespace schmidt
