// SPDX-License-Identifier: Apache-2.0
#include "ledger/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace schmidt {

namespace {

    constexpr std::array<std::pair<Change, const char*>, 7> changeNames { {
        { Change::None, "none" },
        { Change::Same, "same" },
        { Change::Better, "better" },
        { Change::Worse, "worse" },
        { Change::Different, "different" },
        { Change::Unknown, "unknown" },
        { Change::NotComparable, "not_comparable" },
    } };

    constexpr std::array<std::pair<TableFormat, const char*>, 5> formatNames { {
        { TableFormat::Text, "table" },
        { TableFormat::Csv, "csv" },
        { TableFormat::Markdown, "markdown" },
        { TableFormat::Latex, "latex" },
        { TableFormat::Json, "json" },
    } };

    const char* changeMark(Change change)
    {
        switch (change) {
        case Change::Same:
            return "=";
        case Change::Better:
            return "better";
        case Change::Worse:
            return "worse";
        case Change::Unknown:
            return "?";
        case Change::NotComparable:
            return "not comparable";
        default:
            return "";
        }
    }

    /// Columns a text takes on a terminal: UTF-8 continuation bytes take none.
    std::size_t displayWidth(const std::string& text)
    {
        return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        }));
    }

    std::string printable(const std::string& given)
    {
        std::string text = validUtf8(given);
        for (char& character : text)
            if (static_cast<unsigned char>(character) < 32 || character == 127)
                character = ' ';
        return text;
    }

    /// Reasons too long for a cell, each listed once below the table under its number.
    class FootNotes {
    public:
        /// " (reason)", or " [n]" and a note.
        std::string mark(const std::string& reason)
        {
            constexpr std::size_t longest = 24;
            if (reason.empty() || reason.size() <= longest)
                return reason.empty() ? "" : " (" + reason + ")";
            auto found = std::find(m_notes.begin(), m_notes.end(), reason);
            if (found == m_notes.end())
                found = m_notes.insert(m_notes.end(), reason);
            return " [" + std::to_string(found - m_notes.begin() + 1) + "]";
        }
        const std::vector<std::string>& notes() const { return m_notes; }

    private:
        std::vector<std::string> m_notes;
    };

    std::string cellText(const ComparisonCell& cell, FootNotes& notes)
    {
        if (cell.goal)
            return verdictText(cell.goal->verdict) + notes.mark(cell.goal->reason);
        if (!cell.metric.present())
            return "n/a" + notes.mark(cell.metric.absentReason);
        std::string text = provenanceText(cell.metric);
        if (const std::string delta = deltaText(cell); !delta.empty())
            text += " (" + delta + ")";
        if (const std::string mark = changeMark(cell.change); !mark.empty())
            text += " " + mark;
        return text;
    }

    std::string rowTitle(const ComparisonRow& row)
    {
        return row.title
            + (row.better == Better::Lower        ? " ↓"
                   : row.better == Better::Higher ? " ↑"
                                                  : "");
    }

    std::string columnTitle(const ComparisonColumn& column)
    {
        return "r" + std::to_string(column.run.value) + " " + column.name;
    }

    /// Calls `group` before the first row of each group and `row` for every row.
    template <typename GroupFunction, typename RowFunction>
    void forEachRow(const ComparisonTable& table, GroupFunction group, RowFunction row)
    {
        std::optional<ComparisonGroup> present;
        for (const ComparisonRow& entry : table.rows) {
            if (present != entry.group)
                group(comparisonGroupTitle(entry.group));
            present = entry.group;
            row(entry);
        }
    }

    std::string textTable(const ComparisonTable& table)
    {
        FootNotes notes;
        std::vector<std::vector<std::string>> lines { { std::string() } };
        for (const ComparisonColumn& column : table.columns)
            lines.front().push_back(printable(columnTitle(column)));
        forEachRow(
            table, [&](const std::string& title) { lines.push_back({ title }); },
            [&](const ComparisonRow& row) {
                std::vector<std::string> line { "  " + printable(rowTitle(row)) };
                for (const ComparisonCell& cell : row.cells)
                    line.push_back(printable(cellText(cell, notes)));
                lines.push_back(std::move(line));
            });
        std::vector<std::size_t> widths(table.columns.size() + 1, 0);
        for (const auto& line : lines)
            for (std::size_t i = 0; i < line.size(); ++i)
                widths[i] = std::max(widths[i], displayWidth(line[i]));
        std::string text = printable(table.verdict) + "\n\n";
        for (const auto& line : lines) {
            std::string printed;
            for (std::size_t i = 0; i < line.size(); ++i)
                printed += (i ? "  " : "") + line[i]
                    + std::string(widths[i] - displayWidth(line[i]), ' ');
            text += printed.substr(0, printed.find_last_not_of(' ') + 1) + "\n";
        }
        for (std::size_t i = 0; i < notes.notes().size(); ++i)
            text += "[" + std::to_string(i + 1) + "] " + printable(notes.notes()[i]) + "\n";
        return text;
    }

    std::string csvField(const std::string& text)
    {
        if (text.find_first_of(",\"\r\n") == std::string::npos)
            return text;
        std::string quoted = "\"";
        for (const char character : text)
            quoted += character == '"' ? std::string("\"\"") : std::string(1, character);
        return quoted + "\"";
    }

    std::string exactNumber(const std::optional<double>& value)
    {
        return value && std::isfinite(*value) ? dumpJson(*value) : std::string();
    }

    std::string csvTable(const ComparisonTable& table)
    {
        std::string text = "group,key,title,run,run_name,baseline,value,uncertainty,n,unit,"
                           "provenance,delta,relative,change,"
                           "verdict,reason,protocol\r\n";
        for (const ComparisonRow& row : table.rows)
            for (std::size_t i = 0; i < row.cells.size(); ++i) {
                const ComparisonCell& cell = row.cells[i];
                const Metric& metric = cell.metric;
                const std::array fields {
                    comparisonGroupTitle(row.group),
                    row.key,
                    row.title,
                    std::to_string(table.columns[i].run.value),
                    table.columns[i].name,
                    std::string(table.columns[i].baseline ? "1" : "0"),
                    exactNumber(metric.value),
                    exactNumber(metric.uncertainty),
                    metric.n > 0 ? std::to_string(metric.n) : std::string(),
                    metric.unit,
                    cell.goal ? std::string() : provenanceName(metric.provenance),
                    exactNumber(cell.delta),
                    exactNumber(cell.relative),
                    cell.goal ? std::string() : changeName(cell.change),
                    cell.goal ? verdictName(cell.goal->verdict) : std::string(),
                    cell.goal               ? cell.goal->reason
                        : !metric.present() ? metric.absentReason
                                            : cell.reason,
                    metric.protocol
                };
                for (std::size_t field = 0; field < fields.size(); ++field)
                    text += (field ? "," : "") + csvField(validUtf8(fields[field]));
                text += "\r\n";
            }
        return text;
    }

    std::string markdownTable(const ComparisonTable& table)
    {
        FootNotes notes;
        std::string text = markdownEscaped(table.verdict) + "\n\n| |";
        for (const ComparisonColumn& column : table.columns)
            text += " " + markdownEscaped(columnTitle(column)) + " |";
        text += "\n|---|";
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            text += "---|";
        text += "\n";
        forEachRow(
            table,
            [&](const std::string& title) {
                text += "| **" + title + "** |";
                for (std::size_t i = 0; i < table.columns.size(); ++i)
                    text += " |";
                text += "\n";
            },
            [&](const ComparisonRow& row) {
                text += "| " + markdownEscaped(rowTitle(row)) + " |";
                for (const ComparisonCell& cell : row.cells)
                    text += " " + markdownEscaped(cellText(cell, notes)) + " |";
                text += "\n";
            });
        if (!notes.notes().empty())
            text += "\n";
        for (std::size_t i = 0; i < notes.notes().size(); ++i)
            text += "\\[" + std::to_string(i + 1) + "\\] " + markdownEscaped(notes.notes()[i])
                + "  \n";
        return text
            + "\n● measured, ○ predicted, ◇ imported, ~ estimated; = inside the noise of the "
              "measurement.\n";
    }

    void replaceAll(std::string& text, const std::string& from, const std::string& to)
    {
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
            text.replace(at, from.size(), to);
    }

    std::string latexEscaped(const std::string& text)
    {
        std::string escaped;
        for (const char character : printable(text)) {
            switch (character) {
            case '\\':
                escaped += "\\textbackslash{}";
                break;
            case '~':
                escaped += "\\textasciitilde{}";
                break;
            case '^':
                escaped += "\\textasciicircum{}";
                break;
            case '&':
            case '%':
            case '$':
            case '#':
            case '_':
            case '{':
            case '}':
                escaped += '\\';
                [[fallthrough]];
            default:
                escaped += character;
            }
        }
        constexpr std::array<std::pair<const char*, const char*>, 9> symbols { {
            { "±", "$\\pm$" },
            { "−", "$-$" },
            { "●", "$\\bullet$" },
            { "○", "$\\circ$" },
            { "◇", "$\\diamond$" },
            { "—", "---" },
            { "↓", "$\\downarrow$" },
            { "↑", "$\\uparrow$" },
            { "≤", "$\\leq$" },
        } };
        for (const auto& [from, to] : symbols)
            replaceAll(escaped, from, to);
        replaceAll(escaped, "≥", "$\\geq$");
        return escaped;
    }

    std::string latexTable(const ComparisonTable& table)
    {
        FootNotes notes;
        const std::string columns = std::to_string(table.columns.size() + 1);
        std::string text = "% " + latexEscaped(table.verdict) + "\n\\begin{tabular}{l"
            + std::string(table.columns.size(), 'r') + "}\n\\hline\n";
        for (const ComparisonColumn& column : table.columns)
            text += " & " + latexEscaped(columnTitle(column));
        text += " \\\\\n\\hline\n";
        forEachRow(
            table,
            [&](const std::string& title) {
                text += "\\multicolumn{" + columns + "}{l}{\\textbf{" + latexEscaped(title)
                    + "}} \\\\\n";
            },
            [&](const ComparisonRow& row) {
                text += latexEscaped(rowTitle(row));
                for (const ComparisonCell& cell : row.cells)
                    text += " & " + latexEscaped(cellText(cell, notes));
                text += " \\\\\n";
            });
        text += "\\hline\n";
        for (std::size_t i = 0; i < notes.notes().size(); ++i)
            text += "\\multicolumn{" + columns + "}{l}{[" + std::to_string(i + 1) + "] "
                + latexEscaped(notes.notes()[i]) + "} \\\\\n";
        return text + "\\end{tabular}\n";
    }

    Json cellJson(const ComparisonCell& cell)
    {
        if (cell.goal)
            return { { "verdict", verdictName(cell.goal->verdict) },
                     { "metric", cell.goal->metric },
                     { "reason", cell.goal->reason } };
        Json json { { "metric", toJson(cell.metric) }, { "change", changeName(cell.change) } };
        if (cell.delta)
            json["delta"] = *cell.delta;
        if (cell.relative)
            json["relative"] = *cell.relative;
        if (!cell.reason.empty())
            json["reason"] = cell.reason;
        return json;
    }

    Json jsonTable(const ComparisonTable& table)
    {
        Json columns = Json::array(), rows = Json::array();
        for (const ComparisonColumn& column : table.columns)
            columns.push_back({ { "run", column.run.value },
                                { "name", column.name },
                                { "baseline", column.baseline } });
        for (const ComparisonRow& row : table.rows) {
            Json cells = Json::array();
            for (const ComparisonCell& cell : row.cells)
                cells.push_back(cellJson(cell));
            rows.push_back({ { "key", row.key },
                             { "title", row.title },
                             { "unit", row.unit },
                             { "group", comparisonGroupTitle(row.group) },
                             { "cells", std::move(cells) } });
        }
        return { { "columns", std::move(columns) },
                 { "rows", std::move(rows) },
                 { "verdict", table.verdict } };
    }

} // namespace

std::string changeName(Change change)
{
    for (const auto& [value, name] : changeNames)
        if (value == change)
            return name;
    return {};
}

std::optional<TableFormat> tableFormatFromName(const std::string& name)
{
    for (const auto& [format, known] : formatNames)
        if (name == known)
            return format;
    return {};
}

std::string provenanceText(const Metric& metric)
{
    if (!metric.value)
        return formatMetric(metric);
    return formatMetric(metric) + " " + provenanceMark(metric.provenance)
        + (metric.provenance == Provenance::Predicted ? " predicted" : "");
}

std::string deltaText(const ComparisonCell& cell)
{
    if (!cell.delta)
        return {};
    // In the unit that the value beside it is shown in.
    const ShownUnit shown = shownUnit(cell.metric);
    const std::string number = formatInUnit(std::abs(*cell.delta) * shown.factor, shown.unit);
    return (*cell.delta > 0 ? "+" : *cell.delta < 0 ? "−" : "±") + number;
}

std::string verdictText(Verdict verdict)
{
    std::string text = verdictName(verdict);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string validUtf8(const std::string& text)
{
    return Json::parse(dumpJson(text)).get<std::string>();
}

std::string markdownEscaped(const std::string& text)
{
    std::string escaped;
    for (const char character : printable(text)) {
        if (std::string_view("\\`*_[]<>|#~!$").find(character) != std::string_view::npos)
            escaped += '\\';
        escaped += character;
    }
    return escaped;
}

std::string renderTable(const ComparisonTable& table, TableFormat format)
{
    switch (format) {
    case TableFormat::Text:
        return textTable(table);
    case TableFormat::Csv:
        return csvTable(table);
    case TableFormat::Markdown:
        return markdownTable(table);
    case TableFormat::Latex:
        return latexTable(table);
    case TableFormat::Json:
        return dumpJson(jsonTable(table), 2) + "\n";
    }
    return {};
}

} // namespace schmidt
