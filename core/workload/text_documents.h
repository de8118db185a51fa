// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schmidt {

/// Paragraphs of at least this many characters count as the same text when they occur twice.
inline constexpr std::size_t longParagraphCharacters = 200;

/// Offset of the first byte that is not part of valid UTF-8 (RFC 3629) or is a NUL; empty if none.
std::optional<std::size_t> invalidUtf8Offset(std::string_view text);

/// Reads a UTF-8 text file: byte order mark dropped, line ends made "\n". Errors: BadInput naming
/// the file and, for bytes that are not text, the line.
Result<std::string> readUtf8File(const std::filesystem::path& file);

/// Calls `use` with the parsed object of every line that is not blank and its 1-based number.
/// Errors: BadInput naming file and line when a line is not a JSON object; those of `use`.
Result<void> forEachJsonLine(const std::filesystem::path& file,
                             const std::function<Result<void>(const Json&, std::size_t)>& use);

/// "FILE line N", the way every error of this module names a place.
std::string placeInFile(const std::filesystem::path& file, std::size_t line);

/// The pieces of a text between blank lines, without surrounding line ends.
std::vector<std::string> paragraphsOf(std::string_view text);

/// The text with every run of white space as one blank, for comparing; trimmed.
std::string comparableText(std::string_view text);

/// Removes documents, and paragraphs of at least longParagraphCharacters, that occurred before.
std::vector<std::string> withoutRepetitions(const std::vector<std::string>& documents);

/// Start of the first document of `second`, or of its first long paragraph, that also occurs in
/// `first`; empty if none.
std::optional<std::string> sharedText(const std::vector<std::string>& first,
                                      const std::vector<std::string>& second);

/// Cuts a text into passages of about `bytes` bytes: whole paragraphs put together, and long
/// paragraphs cut at line ends, else at blanks, never inside a character.
std::vector<std::string> passagesOf(std::string_view text, std::size_t bytes);

} // namespace schmidt
