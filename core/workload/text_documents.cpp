// SPDX-License-Identifier: Apache-2.0
#include "workload/text_documents.h"

#include "base/file.h"

#include <algorithm>
#include <unordered_set>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr std::string_view blanks = " \t\r\n\f\v";

    bool isContinuation(unsigned char byte)
    {
        return (byte & 0xC0) == 0x80;
    }

    /// Length of the character that starts at `offset`, 0 if it is not valid.
    std::size_t characterLength(std::string_view text, std::size_t offset)
    {
        const auto at = [&](std::size_t index) {
            return offset + index < text.size() ? static_cast<unsigned char>(text[offset + index])
                                                : static_cast<unsigned char>(0);
        };
        const unsigned char lead = at(0);
        if (lead == 0)
            return 0;
        if (lead < 0x80)
            return 1;
        if (lead >= 0xC2 && lead <= 0xDF)
            return isContinuation(at(1)) ? 2 : 0;
        // Overlong forms, surrogates and values above U+10FFFF show in the second byte.
        if (lead >= 0xE0 && lead <= 0xEF) {
            const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
            const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
            return at(1) >= low && at(1) <= high && isContinuation(at(2)) ? 3 : 0;
        }
        if (lead >= 0xF0 && lead <= 0xF4) {
            const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
            const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
            const bool valid
                = at(1) >= low && at(1) <= high && isContinuation(at(2)) && isContinuation(at(3));
            return valid ? 4 : 0;
        }
        return 0;
    }

    std::size_t characterCount(std::string_view text)
    {
        return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
            return !isContinuation(static_cast<unsigned char>(byte));
        }));
    }

    bool isBlank(std::string_view text)
    {
        return text.find_first_not_of(blanks) == std::string_view::npos;
    }

    std::string withPlainLineEnds(std::string_view text)
    {
        std::string result;
        result.reserve(text.size());
        for (std::size_t index = 0; index < text.size(); ++index) {
            const bool pair
                = text[index] == '\r' && index + 1 < text.size() && text[index + 1] == '\n';
            if (!pair)
                result += text[index] == '\r' ? '\n' : text[index];
        }
        return result;
    }

    /// Where to end a piece of at most `bytes` bytes of a longer text.
    std::size_t cutPosition(std::string_view text, std::size_t bytes)
    {
        for (const std::string_view ends : { std::string_view("\n"), blanks }) {
            const std::size_t found = text.find_last_of(ends, bytes - 1);
            if (found != std::string_view::npos && found >= bytes / 2)
                return found + 1;
        }
        std::size_t cut = bytes;
        while (cut > 1 && isContinuation(static_cast<unsigned char>(text[cut])))
            --cut;
        return cut;
    }

    std::string joined(const std::vector<std::string>& paragraphs)
    {
        std::string text;
        for (const std::string& paragraph : paragraphs)
            text += (text.empty() ? "" : "\n\n") + paragraph;
        return text;
    }

    /// The comparable forms of a document that must not occur twice.
    std::vector<std::string> identifyingTexts(const std::string& document)
    {
        std::vector<std::string> texts { comparableText(document) };
        for (const std::string& paragraph : paragraphsOf(document)) {
            std::string comparable = comparableText(paragraph);
            if (characterCount(comparable) >= longParagraphCharacters)
                texts.push_back(std::move(comparable));
        }
        return texts;
    }

} // namespace

std::optional<std::size_t> invalidUtf8Offset(std::string_view text)
{
    for (std::size_t offset = 0; offset < text.size();) {
        const std::size_t length = characterLength(text, offset);
        if (length == 0)
            return offset;
        offset += length;
    }
    return std::nullopt;
}

std::string placeInFile(const fs::path& file, std::size_t line)
{
    return file.string() + " line " + std::to_string(line);
}

Result<std::string> readUtf8File(const fs::path& file)
{
    SCHMIDT_TRY(const std::string content, readTextFile(file));
    std::string_view text = content;
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    if (const auto offset = invalidUtf8Offset(text)) {
        const auto line
            = 1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(*offset), '\n');
        return badInput(placeInFile(file, static_cast<std::size_t>(line))
                        + " is not UTF-8 text; convert the file to UTF-8, or extract its text if "
                          "it is a document of another kind.");
    }
    return withPlainLineEnds(text);
}

Result<void> forEachJsonLine(const fs::path& file,
                             const std::function<Result<void>(const Json&, std::size_t)>& use)
{
    SCHMIDT_TRY(const std::string content, readUtf8File(file));
    std::size_t line = 0;
    for (std::size_t start = 0; start < content.size();) {
        const std::size_t end = std::min(content.find('\n', start), content.size());
        const std::string text = content.substr(start, end - start);
        start = end + 1;
        ++line;
        if (isBlank(text))
            continue;
        const std::string place = placeInFile(file, line);
        const auto json = parseJson(text, place);
        if (!json.ok())
            return badInput(place + " is not valid JSON; each line must hold one complete object.",
                            json.error().detail);
        if (!json->is_object())
            return badInput(place
                            + " is not a JSON object; each line must look like {\"...\": "
                              "...}.");
        SCHMIDT_CHECK(use(*json, line));
    }
    return {};
}

std::vector<std::string> paragraphsOf(std::string_view text)
{
    std::vector<std::string> paragraphs;
    std::string current;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = text.substr(start, end - start);
        start = end + 1;
        if (!isBlank(line)) {
            current += current.empty() ? "" : "\n";
            current += line;
        } else if (!current.empty()) {
            paragraphs.push_back(std::move(current));
            current.clear();
        }
    }
    if (!current.empty())
        paragraphs.push_back(std::move(current));
    return paragraphs;
}

std::string comparableText(std::string_view text)
{
    std::string result;
    for (const char character : text) {
        if (blanks.find(character) == std::string_view::npos)
            result += character;
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    }
    if (!result.empty() && result.back() == ' ')
        result.pop_back();
    return result;
}

std::vector<std::string> withoutRepetitions(const std::vector<std::string>& documents)
{
    std::unordered_set<std::string> seen;
    std::vector<std::string> kept;
    for (const std::string& document : documents) {
        std::vector<std::string> paragraphs = paragraphsOf(document);
        const auto repeated = [&](const std::string& paragraph) {
            std::string comparable = comparableText(paragraph);
            return characterCount(comparable) >= longParagraphCharacters
                && !seen.insert(std::move(comparable)).second;
        };
        const bool changed = std::erase_if(paragraphs, repeated) > 0;
        std::string text = changed ? joined(paragraphs) : document;
        // A document of one long paragraph is in `seen` by now without being a repetition.
        std::string whole = "document " + comparableText(text);
        if (!isBlank(text) && seen.insert(std::move(whole)).second)
            kept.push_back(std::move(text));
    }
    return kept;
}

std::optional<std::string> sharedText(const std::vector<std::string>& first,
                                      const std::vector<std::string>& second)
{
    std::unordered_set<std::string> seen;
    for (const std::string& document : first)
        for (std::string& text : identifyingTexts(document))
            seen.insert(std::move(text));
    for (const std::string& document : second)
        for (const std::string& text : identifyingTexts(document))
            if (seen.contains(text)) {
                std::size_t end = std::min<std::size_t>(text.size(), 60);
                while (end < text.size() && isContinuation(static_cast<unsigned char>(text[end])))
                    ++end;
                return text.substr(0, end);
            }
    return std::nullopt;
}

std::vector<std::string> passagesOf(std::string_view text, std::size_t bytes)
{
    bytes = std::max<std::size_t>(bytes, 4); // one character always fits
    std::vector<std::string> passages;
    std::string current;
    const auto flush = [&] {
        if (!isBlank(current))
            passages.push_back(current);
        current.clear();
    };
    for (const std::string& paragraph : paragraphsOf(text)) {
        std::string_view rest = paragraph;
        while (rest.size() > 2 * bytes) {
            flush();
            const std::size_t cut = cutPosition(rest, bytes);
            passages.emplace_back(rest.substr(0, cut));
            rest.remove_prefix(cut);
        }
        current += current.empty() ? "" : "\n\n";
        current += rest;
        if (current.size() >= bytes)
            flush();
    }
    flush();
    return passages;
}

} // namespace schmidt
