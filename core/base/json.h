// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

namespace schmidt {

/// JSON with sorted keys: equal values always print equal text.
using Json = nlohmann::json;

/// Reads and parses a whole file. Errors: BadInput naming the file and the position.
Result<Json> readJsonFile(const std::filesystem::path& path);

/// Whether brackets outside strings nest deeper than any honest file does.
bool nestedTooDeep(std::string_view text);

/// Parses text; `what` names its origin in the error sentence.
Result<Json> parseJson(const std::string& text, const std::string& what);

/// Text of a JSON value; `indent` < 0 gives one line. Invalid UTF-8 is replaced, never thrown.
std::string dumpJson(const Json& value, int indent = -1);

/// The field `key` of an object as T, or `fallback` when it is absent, null or of another type.
template <typename T> T jsonValue(const Json& object, const char* key, T fallback)
{
    if (!object.is_object())
        return fallback;
    const auto found = object.find(key);
    if (found == object.end() || found->is_null())
        return fallback;
    try {
        return found->template get<T>();
    } catch (const Json::exception&) {
        return fallback;
    }
}

} // namespace schmidt
