// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/hash.h"
#include "workload/text_documents.h"
#include "workload/workload.h"

#include <algorithm>
#include <array>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr std::size_t mmluChoices = 4;
    constexpr std::size_t mmluFields = mmluChoices + 2;

    std::string trimmed(std::string_view text)
    {
        constexpr std::string_view blanks = " \t\r\n";
        const std::size_t first = text.find_first_not_of(blanks);
        if (first == std::string_view::npos)
            return {};
        return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
    }

    std::string withoutTrailingBlanks(const std::string& text)
    {
        return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    }

    std::string promptFromQuery(const std::string& query)
    {
        std::string prompt = withoutTrailingBlanks(query);
        if (prompt.find("Question:") != std::string::npos && !prompt.ends_with("Answer:"))
            prompt += "\nAnswer:";
        return prompt;
    }

    Result<ChoiceItem> choiceItem(const Json& json, const std::string& place)
    {
        const char* const key = json.contains("query") ? "query" : "context";
        ChoiceItem item;
        item.prompt = promptFromQuery(jsonValue<std::string>(json, key, {}));
        item.answer = jsonValue<int>(json, "gold", -1);
        for (const std::string& choice : jsonValue<std::vector<std::string>>(json, "choices", {}))
            item.choices.push_back(" " + trimmed(choice));
        if (item.prompt.empty())
            return badInput(place + " has no text in \"query\" or \"context\".");
        if (item.choices.size() < 2
            || std::find(item.choices.begin(), item.choices.end(), " ") != item.choices.end())
            return badInput(place + " needs \"choices\" with at least two texts, none empty.");
        if (!json.contains("gold") || !json.at("gold").is_number_integer() || item.answer < 0
            || static_cast<std::size_t>(item.answer) >= item.choices.size())
            return badInput(place + " needs \"gold\", the index of the right choice from 0 to "
                            + std::to_string(item.choices.size() - 1) + ".");
        return item;
    }

    Result<ChoiceItem> continuationItem(const Json& json, const std::string& place)
    {
        ChoiceItem item;
        item.prompt = withoutTrailingBlanks(jsonValue<std::string>(json, "context", {}));
        const std::string continuation = trimmed(jsonValue<std::string>(json, "continuation", {}));
        if (item.prompt.empty() || continuation.empty())
            return badInput(place + " needs text in both \"context\" and \"continuation\".");
        item.choices = { " " + continuation };
        return item;
    }

    Result<void> readJsonSuite(const fs::path& file, TaskSuite& suite)
    {
        return forEachJsonLine(file, [&](const Json& json, std::size_t line) -> Result<void> {
            const std::string place = placeInFile(file, line);
            const bool choices = json.contains("choices");
            if (!choices && !(json.contains("context") && json.contains("continuation")))
                return badInput(place
                                + " is neither {\"query\", \"choices\", \"gold\"} nor "
                                  "{\"context\", \"continuation\"}; other task forms cannot be "
                                  "scored.");
            if (suite.items.empty())
                suite.greedyContinuation = !choices;
            if (suite.greedyContinuation == choices)
                return badInput(place
                                + " has another form than the lines before it; put each form "
                                  "into its own file.");
            SCHMIDT_TRY(ChoiceItem item,
                        choices ? choiceItem(json, place) : continuationItem(json, place));
            suite.items.push_back(std::move(item));
            return {};
        });
    }

    struct CsvRow {
        std::vector<std::string> fields;
        std::size_t line = 0; ///< 1-based, of its first character
        std::string_view text; ///< as in the file
    };

    /// Rows of RFC 4180 CSV; quoted fields may hold commas, line ends and doubled quotes.
    Result<std::vector<CsvRow>> parseCsv(std::string_view text, const fs::path& file)
    {
        std::vector<CsvRow> rows;
        std::size_t line = 1;
        for (std::size_t at = 0; at < text.size();) {
            CsvRow row { { "" }, line, {} };
            const std::size_t start = at;
            bool quoted = false;
            for (; at < text.size() && (quoted || text[at] != '\n'); ++at) {
                const char character = text[at];
                line += character == '\n';
                if (character == '"' && quoted && at + 1 < text.size() && text[at + 1] == '"') {
                    row.fields.back() += '"';
                    ++at;
                } else if (character == '"' && (quoted || row.fields.back().empty())) {
                    quoted = !quoted;
                } else if (character == ',' && !quoted) {
                    row.fields.emplace_back();
                } else {
                    row.fields.back() += character;
                }
            }
            if (quoted)
                return badInput(placeInFile(file, row.line)
                                + " opens a quotation mark that is never closed.");
            row.text = text.substr(start, at - start);
            ++at;
            ++line;
            if (!trimmed(row.text).empty())
                rows.push_back(std::move(row));
        }
        return rows;
    }

    /// Fields of a row whose texts contain bare quotation marks, as some copies of MMLU have:
    /// every text quoted, the answer not. Empty when the row is not of that kind.
    std::vector<std::string> fieldsWithBareQuotes(std::string_view text)
    {
        std::vector<std::string> fields;
        const std::size_t last = text.rfind("\",");
        if (text.size() < 2 || text.front() != '"' || last == std::string_view::npos)
            return fields;
        std::string_view rest = text.substr(1, last - 1);
        for (std::size_t next = rest.find("\",\""); next != std::string_view::npos;
             next = rest.find("\",\"")) {
            fields.emplace_back(rest.substr(0, next));
            rest.remove_prefix(next + 3);
        }
        fields.emplace_back(rest);
        fields.emplace_back(text.substr(last + 2));
        return fields;
    }

    std::optional<int> mmluAnswer(const std::string& field)
    {
        const std::string answer = trimmed(field);
        if (answer.size() != 1)
            return std::nullopt;
        for (const char first : { '0', 'A' })
            if (answer[0] >= first && answer[0] < first + static_cast<int>(mmluChoices))
                return answer[0] - first;
        return std::nullopt;
    }

    Result<void> readMmlu(const fs::path& file, TaskSuite& suite)
    {
        SCHMIDT_TRY(const std::string content, readUtf8File(file));
        SCHMIDT_TRY(const std::vector<CsvRow> rows, parseCsv(content, file));
        for (const CsvRow& row : rows) {
            const auto fields
                = row.fields.size() == mmluFields ? row.fields : fieldsWithBareQuotes(row.text);
            if (&row == &rows.front() && !fields.empty() && trimmed(fields.back()) == "answer")
                continue;
            const auto answer
                = fields.size() == mmluFields ? mmluAnswer(fields.back()) : std::nullopt;
            if (!answer)
                return badInput(placeInFile(file, row.line)
                                + " is not a question, four choices and an answer (0-3 or A-D).");
            ChoiceItem item;
            item.prompt = trimmed(fields.front());
            for (std::size_t choice = 0; choice < mmluChoices; ++choice) {
                const char letter = static_cast<char>('A' + choice);
                item.prompt += std::string("\n") + letter + ". " + trimmed(fields[choice + 1]);
                item.choices.push_back(std::string(" ") + letter);
            }
            item.prompt += "\nAnswer:";
            item.answer = *answer;
            suite.items.push_back(std::move(item));
        }
        return {};
    }

    bool hasPhrases(const TaskSuite& suite)
    {
        return std::any_of(suite.items.begin(), suite.items.end(), [](const ChoiceItem& item) {
            return std::any_of(item.choices.begin(), item.choices.end(),
                               [](const std::string& choice) {
                                   return choice.find_first_of(" \t\n", 1) != std::string::npos;
                               });
        });
    }

    std::string suiteHash(const TaskSuite& suite)
    {
        Json items = Json::array();
        for (const ChoiceItem& item : suite.items)
            items.push_back({ item.prompt, item.choices, item.answer });
        return sha256Hex(dumpJson({ suite.name, items }));
    }

    Result<TaskSuite> readSuite(const fs::path& file, const std::string& name)
    {
        TaskSuite suite;
        suite.name = name;
        SCHMIDT_CHECK(file.extension() == ".csv" ? readMmlu(file, suite)
                                                 : readJsonSuite(file, suite));
        if (suite.items.empty())
            return badInput(file.string() + " holds no questions.");
        suite.normalizeByLength = !suite.greedyContinuation && hasPhrases(suite);
        suite.hash = suiteHash(suite);
        return suite;
    }

} // namespace

Result<TaskSuite> builtinSuite(const std::string& workload)
{
    SCHMIDT_TRY(const auto known, builtinWorkloads());
    std::string ids;
    for (const WorkloadInfo& info : known) {
        if (info.id == workload)
            return readSuite(resourceFolder() / "workloads" / workload / "suite.jsonl", workload);
        ids += (ids.empty() ? "" : ", ") + info.id;
    }
    return usageError("There is no task suite \"" + workload + "\"; name a JSONL or CSV file, or "
                      + "one of " + ids + ".");
}

Result<TaskSuite> loadTaskSuite(const fs::path& file)
{
    std::error_code status;
    const bool name = !file.has_parent_path() && !file.has_extension();
    if (name && !fs::is_regular_file(file, status))
        return builtinSuite(file.string());
    return readSuite(file, file.stem().string());
}

} // namespace schmidt
