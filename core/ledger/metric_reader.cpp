// SPDX-License-Identifier: Apache-2.0
#include "ledger/metric_reader.h"

#include <simdjson.h>

namespace schmidt {

namespace {

    using simdjson::dom::element;

    void readText(element value, std::string& text)
    {
        if (std::string_view found; value.get(found) == simdjson::SUCCESS)
            text = found;
    }

    void readNumber(element value, std::optional<double>& number)
    {
        if (double found = 0; value.get(found) == simdjson::SUCCESS)
            number = found;
    }

    void readCount(element value, std::int64_t& count)
    {
        if (double real = 0; value.get(count) && value.get(real) == simdjson::SUCCESS)
            count = static_cast<std::int64_t>(real);
    }

    Provenance provenanceOf(std::string_view name)
    {
        for (const Provenance provenance : { Provenance::Measured, Provenance::Predicted,
                                             Provenance::Imported, Provenance::Estimated })
            if (name == provenanceName(provenance))
                return provenance;
        return Provenance::Absent;
    }

    void readField(std::string_view key, element value, Metric& metric)
    {
        if (key == "name")
            readText(value, metric.name);
        else if (key == "unit")
            readText(value, metric.unit);
        else if (key == "protocol")
            readText(value, metric.protocol);
        else if (key == "absent_reason")
            readText(value, metric.absentReason);
        else if (key == "value")
            readNumber(value, metric.value);
        else if (key == "uncertainty")
            readNumber(value, metric.uncertainty);
        else if (key == "n")
            readCount(value, metric.n);
        else if (std::string_view word; value.get(word) == simdjson::SUCCESS) {
            if (key == "provenance")
                metric.provenance = provenanceOf(word);
            else if (key == "better")
                metric.better = word == "lower" ? Better::Lower
                    : word == "higher"          ? Better::Higher
                                                : Better::Neither;
        }
    }

} // namespace

struct MetricReader::State {
    simdjson::dom::parser parser;
    std::string padded; ///< the parser reads a few bytes beyond the text
};

MetricReader::MetricReader()
    : m_state(std::make_unique<State>())
{
}

MetricReader::~MetricReader() = default;

bool MetricReader::read(std::string_view text, Metric& metric)
{
    std::string& padded = m_state->padded;
    padded.assign(text);
    padded.append(simdjson::SIMDJSON_PADDING, ' ');
    simdjson::dom::object fields;
    if (m_state->parser.parse(padded.data(), text.size(), false).get(fields))
        return false;
    bool named = false;
    for (const auto& [key, value] : fields) {
        named = named || key == "name";
        readField(key, value, metric);
    }
    return named;
}

} // namespace schmidt
