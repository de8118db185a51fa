// SPDX-License-Identifier: Apache-2.0
#include "ledger/metric_reader.h"

namespace schmidt {

namespace {

    /// nlohmann-json's event interface for one flat object; members of anything nested are skipped.
    class MetricEvents : public nlohmann::json_sax<Json> {
    public:
        explicit MetricEvents(Metric& metric)
            : m_metric(metric)
        {
        }
        bool named() const { return m_named; }

        bool null() override { return true; }
        bool boolean(bool) override { return true; }
        bool number_integer(number_integer_t value) override
        {
            return number(double(value), value);
        }
        bool number_unsigned(number_unsigned_t value) override
        {
            return number(double(value), static_cast<std::int64_t>(value));
        }
        bool number_float(number_float_t value, const string_t&) override
        {
            return number(value, static_cast<std::int64_t>(value));
        }
        bool string(string_t& value) override
        {
            if (m_depth != 1)
                return true;
            if (m_key == "name") {
                m_metric.name = std::move(value);
                m_named = true;
            } else if (m_key == "unit") {
                m_metric.unit = std::move(value);
            } else if (m_key == "protocol") {
                m_metric.protocol = std::move(value);
            } else if (m_key == "absent_reason") {
                m_metric.absentReason = std::move(value);
            } else if (m_key == "provenance") {
                for (const Provenance provenance : { Provenance::Measured, Provenance::Predicted,
                                                     Provenance::Imported, Provenance::Estimated })
                    if (value == provenanceName(provenance))
                        m_metric.provenance = provenance;
            } else if (m_key == "better") {
                m_metric.better = value == "lower" ? Better::Lower
                    : value == "higher"            ? Better::Higher
                                                   : Better::Neither;
            }
            return true;
        }
        bool binary(binary_t&) override { return true; }
        bool start_object(std::size_t) override { return ++m_depth > 0; }
        bool key(string_t& value) override
        {
            if (m_depth == 1)
                m_key = std::move(value);
            return true;
        }
        bool end_object() override { return --m_depth >= 0; }
        bool start_array(std::size_t) override { return ++m_depth > 1; }
        bool end_array() override { return --m_depth > 0; }
        bool parse_error(std::size_t, const std::string&,
                         const nlohmann::detail::exception&) override
        {
            return false;
        }

    private:
        bool number(double real, std::int64_t integer)
        {
            if (m_depth != 1)
                return m_depth > 1;
            if (m_key == "value")
                m_metric.value = real;
            else if (m_key == "uncertainty")
                m_metric.uncertainty = real;
            else if (m_key == "n")
                m_metric.n = integer;
            return true;
        }

        Metric& m_metric;
        std::string m_key;
        int m_depth = 0;
        bool m_named = false;
    };

} // namespace

bool readMetric(std::string_view text, Metric& metric)
{
    MetricEvents events(metric);
    return Json::sax_parse(text, &events) && events.named();
}

} // namespace schmidt
