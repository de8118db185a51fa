// SPDX-License-Identifier: Apache-2.0
#include "measure/wall_meter.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace schmidt {

namespace {

    /// Load steps explain at least a quarter of the variance of a meter that saw them, even where
    /// something else ran as long beside them.
    constexpr double leastCorrelation = 0.5;
    /// Another place that explains nearly as much makes the offset a guess.
    constexpr double clearlyWorse = 0.9;

    std::vector<std::string> fieldsOf(const std::string& line, char separator)
    {
        std::vector<std::string> fields(1);
        bool quoted = false;
        for (const char letter : line) {
            if (letter == '"')
                quoted = !quoted;
            else if (letter == separator && !quoted)
                fields.emplace_back();
            else if (letter != '\r')
                fields.back() += letter;
        }
        for (std::string& field : fields) {
            const auto first = field.find_first_not_of(" \t");
            field = first == std::string::npos
                ? std::string()
                : field.substr(first, field.find_last_not_of(" \t") - first + 1);
        }
        return fields;
    }

    std::vector<std::string> linesOf(const std::string& csv)
    {
        std::vector<std::string> lines;
        std::string text = csv.starts_with("\xef\xbb\xbf") ? csv.substr(3) : csv;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            if (const std::string line = text.substr(begin, end - begin);
                line.find_first_not_of(" \t\r") != std::string::npos && line[0] != '#')
                lines.push_back(line);
            begin = end + 1;
        }
        return lines;
    }

    char separatorOf(const std::string& header)
    {
        for (const char separator : { ';', '\t' })
            if (header.find(separator) != std::string::npos)
                return separator;
        return ',';
    }

    std::string lower(std::string text)
    {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        return text;
    }

    std::optional<double> numberOf(std::string text)
    {
        if (text.find('.') == std::string::npos)
            std::replace(text.begin(), text.end(), ',', '.');
        double value = 0;
        const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (status != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
            return {};
        return value;
    }

    /// "2026-11-25T09:00:00.5+01:00", also with a blank for the T and without a zone.
    struct Date {
        double seconds = 0;
        bool zone = false;
    };

    std::optional<Date> dateOf(const std::string& text)
    {
        std::tm parts {};
        int consumed = 0;
        char between = 0;
        if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d:%n", &parts.tm_year, &parts.tm_mon,
                        &parts.tm_mday, &between, &parts.tm_hour, &parts.tm_min, &consumed)
                != 6
            || (between != 'T' && between != ' '))
            return {};
        const std::string rest = text.substr(static_cast<std::size_t>(consumed));
        const std::size_t zoneAt = rest.find_first_of("Z+-");
        const auto seconds = numberOf(rest.substr(0, zoneAt));
        if (!seconds)
            return {};
        parts.tm_year -= 1900;
        parts.tm_mon -= 1;
        Date date { static_cast<double>(::timegm(&parts)) + *seconds, zoneAt != std::string::npos };
        if (date.zone && rest[zoneAt] != 'Z') {
            int hours = 0, minutes = 0;
            if (std::sscanf(rest.c_str() + zoneAt + 1, "%2d:%2d", &hours, &minutes) < 1)
                return {};
            date.seconds -= (rest[zoneAt] == '-' ? -1 : 1) * (hours * 3600.0 + minutes * 60.0);
        }
        return date;
    }

    /// What a column holds and what one of its units is in watts or joules.
    struct ValueColumn {
        std::size_t index = 0;
        double factor = 1;
        bool energy = false; ///< so far, not power
    };

    /// What a header says: no energy and no power that is paid for is a power factor, nor
    /// volt-ampere. The unit in it: "Power (mW)", "Leistung [W]", "energy_wh", "kWh".
    std::optional<ValueColumn> valueColumnOf(const std::string& header, std::size_t index)
    {
        const std::string name = lower(header);
        std::string unit;
        for (const char letter : name)
            unit += std::isalpha(static_cast<unsigned char>(letter)) ? letter : ' ';
        unit = " " + unit + " ";
        const auto has = [&unit](const char* word) {
            return unit.find(std::string(" ") + word + " ") != std::string::npos;
        };
        for (const char* other : { "factor", "apparent", "reactive", "va", "var" })
            if (has(other))
                return {};
        if (has("kwh"))
            return ValueColumn { index, 3.6e6, true };
        if (has("wh"))
            return ValueColumn { index, 3600, true };
        if (has("j") || has("joule") || has("joules"))
            return ValueColumn { index, 1, true };
        if (has("mw") || has("milliwatt") || has("milliwatts"))
            return ValueColumn { index, 1e-3, false };
        if (has("kw"))
            return ValueColumn { index, 1e3, false };
        if (has("w") || has("watt") || has("watts") || has("power") || has("leistung"))
            return ValueColumn { index, 1, false };
        return {};
    }

    bool namesTime(const std::string& header)
    {
        const std::string name = lower(header);
        for (const char* word : { "time", "date", "zeit", "datum", "seconds", "epoch", "hora" })
            if (name.find(word) != std::string::npos)
                return true;
        return name == "s" || name == "t";
    }

    struct Columns {
        std::size_t time = 0;
        ValueColumn value;
    };

    Result<Columns> columnsOf(const std::vector<std::string>& header)
    {
        std::optional<std::size_t> time;
        std::optional<ValueColumn> value;
        for (std::size_t index = 0; index < header.size(); ++index) {
            if (!time && namesTime(header[index])) {
                time = index;
                continue;
            }
            const auto found = valueColumnOf(header[index], index);
            // Power is told directly; energy so far only where there is nothing better.
            if (found && (!value || (value->energy && !found->energy)))
                value = found;
        }
        if (time && value)
            return Columns { *time, *value };
        std::string names;
        for (const std::string& name : header)
            names += (names.empty() ? "\"" : ", \"") + name + "\"";
        return badInput(
            fmt::format("The meter's file has no column of {}; its columns are {}. Name "
                        "one \"{}\" in the first line.",
                        time ? "power or energy" : "time", names, time ? "power (W)" : "time"));
    }

    double medianOf(std::vector<double> values)
    {
        if (values.empty())
            return 0;
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    }

    /// Power from a counter of energy: between two changes of the counter it is the same.
    std::vector<double> powerOf(const std::vector<double>& seconds,
                                const std::vector<double>& joules)
    {
        std::vector<double> watts(joules.size(), 0);
        std::size_t since = 0;
        for (std::size_t index = 1; index < joules.size(); ++index) {
            if (joules[index] == joules[since] && index + 1 < joules.size())
                continue;
            const double power
                = std::max(0.0, joules[index] - joules[since]) / (seconds[index] - seconds[since]);
            std::fill(watts.begin() + static_cast<std::ptrdiff_t>(since),
                      watts.begin() + static_cast<std::ptrdiff_t>(index), power);
            since = index;
        }
        if (watts.size() > 1)
            watts.back() = watts[watts.size() - 2];
        return watts;
    }

    /// Integral of the power from the first sample to any time, J.
    class Integral {
    public:
        explicit Integral(const PowerTrace& trace)
            : m_trace(trace)
            , m_joules(trace.seconds.size(), 0)
        {
            for (std::size_t index = 1; index < m_joules.size(); ++index)
                m_joules[index] = m_joules[index - 1]
                    + trace.watts[index - 1] * (trace.seconds[index] - trace.seconds[index - 1]);
        }
        double at(double time) const
        {
            const auto after
                = std::upper_bound(m_trace.seconds.begin(), m_trace.seconds.end(), time);
            const auto index = static_cast<std::size_t>(
                std::max<std::ptrdiff_t>(after - m_trace.seconds.begin(), 1) - 1);
            return m_joules[index] + m_trace.watts[index] * (time - m_trace.seconds[index]);
        }

    private:
        const PowerTrace& m_trace;
        std::vector<double> m_joules;
    };

    /// First begin and last end.
    BusySpan hullOf(const std::vector<BusySpan>& spans)
    {
        BusySpan hull { std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest() };
        for (const BusySpan& span : spans) {
            hull.begin = std::min(hull.begin, span.begin);
            hull.end = std::max(hull.end, span.end);
        }
        return hull;
    }

    /// Correlation of the power with the indicator of the spans at one offset, over all the trace.
    class LoadCorrelation {
    public:
        LoadCorrelation(const PowerTrace& trace, const std::vector<BusySpan>& spans)
            : m_integral(trace)
            , m_spans(spans)
        {
            const double first = trace.seconds.front(), last = trace.seconds.back();
            m_seconds = last - first;
            m_mean = m_integral.at(last) / m_seconds;
            for (std::size_t index = 0; index + 1 < trace.seconds.size(); ++index)
                m_squares += std::pow(trace.watts[index] - m_mean, 2)
                    * (trace.seconds[index + 1] - trace.seconds[index]);
            for (const BusySpan& span : spans)
                m_busy += span.end - span.begin;
        }
        double at(double offset) const
        {
            double joules = 0;
            for (const BusySpan& span : m_spans)
                joules += m_integral.at(span.end - offset) - m_integral.at(span.begin - offset);
            const double idle = m_seconds - m_busy;
            const double scale = std::sqrt(m_squares * m_busy * idle / m_seconds);
            return scale > 0 ? (joules - m_busy * m_mean) / scale : 0;
        }

    private:
        Integral m_integral;
        const std::vector<BusySpan>& m_spans;
        double m_seconds = 0, m_mean = 0, m_squares = 0, m_busy = 0;
    };

} // namespace

double PowerTrace::period() const
{
    std::vector<double> distances;
    for (std::size_t index = 1; index < seconds.size(); ++index)
        distances.push_back(seconds[index] - seconds[index - 1]);
    return medianOf(std::move(distances));
}

Result<PowerTrace> readPowerTrace(const std::string& csv)
{
    const std::vector<std::string> lines = linesOf(csv);
    if (lines.size() < 3)
        return badInput("The meter's file has no samples; export it as CSV with a header line.");
    const char separator = separatorOf(lines.front());
    SCHMIDT_TRY(const Columns columns, columnsOf(fieldsOf(lines.front(), separator)));
    PowerTrace trace;
    std::vector<double> values;
    bool zoned = true, dated = false;
    for (std::size_t row = 1; row < lines.size(); ++row) {
        const auto fields = fieldsOf(lines[row], separator);
        const auto refuse = [&](const char* what) {
            return badInput(fmt::format("Line {} of the meter's file has no {}: \"{}\".", row + 1,
                                        what, lines[row].substr(0, 60)));
        };
        if (fields.size() <= std::max(columns.time, columns.value.index))
            return refuse("value in each column");
        const auto date = dateOf(fields[columns.time]);
        const auto number = date ? std::optional<double>() : numberOf(fields[columns.time]);
        if (!date && !number)
            return refuse("time that can be read (ISO 8601 or seconds)");
        const auto value = numberOf(fields[columns.value.index]);
        if (!value)
            continue; // meters write "-" or "NaN" while they start
        dated = dated || date;
        zoned = zoned && (!date || date->zone);
        const double time = date ? date->seconds : *number;
        if (!trace.seconds.empty() && time <= trace.seconds.back()) {
            if (time < trace.seconds.back())
                return badInput(fmt::format(
                    "The times in the meter's file go backwards in line {}; sort it by time.",
                    row + 1));
            continue;
        }
        trace.seconds.push_back(time);
        values.push_back(*value * columns.value.factor);
    }
    if (trace.seconds.size() < 3)
        return badInput("The meter's file has fewer than three samples with a time and a value.");
    constexpr double year2001 = 1e9, year2001Milliseconds = 1e12;
    if (!dated && trace.seconds.front() > year2001Milliseconds)
        for (double& time : trace.seconds)
            time /= 1000;
    trace.clock = dated                    ? zoned ? MeterClock::Absolute : MeterClock::Local
        : trace.seconds.front() > year2001 ? MeterClock::Absolute
                                           : MeterClock::Relative;
    trace.watts = columns.value.energy ? powerOf(trace.seconds, values) : std::move(values);
    return trace;
}

Result<ClockAlignment> alignClock(const PowerTrace& trace, const std::vector<BusySpan>& spans)
{
    constexpr double clockError = 600, day = 86400;
    const BusySpan hull = hullOf(spans);
    double lowest = hull.end - trace.seconds.back(), highest = hull.begin - trace.seconds.front();
    if (trace.clock != MeterClock::Relative) {
        const double reach = trace.clock == MeterClock::Local ? day + clockError : clockError;
        lowest = std::max(lowest, -reach);
        highest = std::min(highest, reach);
    }
    if (lowest > highest)
        return badInput("The meter's file does not cover the measurement; it has to begin before "
                        "and to end after it.");
    const LoadCorrelation load(trace, spans);
    const double step = std::clamp(trace.period() / 2, 0.05, 1.0);
    std::vector<std::pair<double, double>> tried; // correlation, offset
    for (double offset = lowest; offset <= highest; offset += step)
        tried.emplace_back(load.at(offset), offset);
    const auto best = *std::max_element(tried.begin(), tried.end());
    if (best.first < leastCorrelation)
        return badInput(fmt::format(
            "The power does not rise and fall with the measurement (correlation {:.2f}); let the "
            "meter see at least ten seconds without load before and after it, or give the offset "
            "of its clock.",
            best.first));
    double shortest = std::numeric_limits<double>::max();
    for (const BusySpan& span : spans)
        shortest = std::min(shortest, span.end - span.begin);
    const double near = std::max(shortest, 2 * trace.period());
    for (const auto& [correlation, offset] : tried)
        if (std::abs(offset - best.second) > near && correlation > clearlyWorse * best.first)
            return badInput(fmt::format(
                "The measurement fits the meter's file in two places, {:.0f} s apart; give the "
                "offset of its clock.",
                std::abs(offset - best.second)));
    return ClockAlignment { best.second, best.first };
}

Result<WallEnergy> wallEnergy(const PowerTrace& trace, double offset,
                              const std::vector<BusySpan>& all, const std::vector<BusySpan>& own)
{
    const BusySpan hull = hullOf(own);
    if (hull.begin - offset < trace.seconds.front() || hull.end - offset > trace.seconds.back())
        return badInput("The meter's file does not cover the measurement; it has to begin before "
                        "and to end after it.");
    std::vector<double> idle;
    for (std::size_t index = 0; index < trace.seconds.size(); ++index) {
        const double time = trace.seconds[index] + offset;
        // A sample beside a span may hold some of its load.
        const double margin = trace.period();
        if (std::none_of(all.begin(), all.end(), [&](const BusySpan& span) {
                return time > span.begin - 2 * margin && time < span.end + margin;
            }))
            idle.push_back(trace.watts[index]);
    }
    if (idle.size() < 3)
        return badInput(
            "The meter's file shows no idle time; let it run for ten seconds before and "
            "after the measurement.");
    WallEnergy energy;
    energy.idleWatts = medianOf(std::move(idle));
    const Integral integral(trace);
    double seconds = 0, variance = 0;
    for (const BusySpan& span : own) {
        const double joules = integral.at(span.end - offset) - integral.at(span.begin - offset);
        const double length = span.end - span.begin;
        const double above = std::max(0.0, joules / length - energy.idleWatts);
        // Each edge lies anywhere inside a period: uniform, variance period² / 12.
        variance += 2 * std::pow(above * trace.period(), 2) / 12;
        energy.gross += joules;
        seconds += length;
    }
    energy.net = energy.gross - energy.idleWatts * seconds;
    energy.error = std::sqrt(variance);
    return energy;
}

} // namespace schmidt
