// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schmidt {

/// Bytes as base64 (RFC 4648, with padding, without line breaks), and back.
std::string base64FromBytes(std::span<const std::uint8_t> bytes);
/// Errors: BadInput for anything else than whole groups of four characters of the alphabet.
Result<std::vector<std::uint8_t>> bytesFromBase64(std::string_view text);

} // namespace schmidt
