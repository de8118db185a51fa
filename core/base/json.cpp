// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include "base/file.h"

namespace schmidt {

namespace {

    /// Nesting of no honest file; a parser that follows deeper exhausts the stack.
    constexpr int deepestNesting = 512;

}

bool nestedTooDeep(std::string_view text)
{
    int depth = 0;
    bool quoted = false;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const char c = text[index];
        if (quoted) {
            if (c == '\\')
                ++index;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepestNesting)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

Result<Json> parseJson(const std::string& text, const std::string& what)
{
    if (nestedTooDeep(text))
        return badInput(what + " is nested too deeply to be meant; check where it comes from.");
    try {
        return Json::parse(text);
    } catch (const Json::exception& exception) {
        return badInput(what + " is not valid JSON; check that the file is complete.",
                        exception.what());
    }
}

Result<Json> readJsonFile(const std::filesystem::path& path)
{
    SCHMIDT_TRY(const std::string text, readTextFile(path));
    return parseJson(text, path.string());
}

std::string dumpJson(const Json& value, int indent)
{
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

} // namespace schmidt
