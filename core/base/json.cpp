// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include "base/file.h"

namespace schmidt {

Result<Json> parseJson(const std::string& text, const std::string& what)
{
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
