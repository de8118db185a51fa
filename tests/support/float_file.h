// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"

#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

namespace schmidt::testing {

/// Bytes as the fp32 numbers they stand for.
inline std::vector<float> floatsOf(std::string_view bytes)
{
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

/// The fp32 numbers that a Python oracle wrote into a file; empty where there is none.
inline std::vector<float> readFloats(const std::filesystem::path& file)
{
    const auto bytes = readTextFile(file);
    return bytes.ok() ? floatsOf(*bytes) : std::vector<float>();
}

} // namespace schmidt::testing
