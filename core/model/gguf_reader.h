// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"
#include "base/json.h"
#include "model/dtype.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace schmidt {

/// A metadata value; integers of all widths are kept as int64, floats as double. Arrays of strings
/// and numbers are kept typed, so that large vocabularies stay lean.
using GgufValue = std::variant<std::int64_t, double, bool, std::string, std::vector<std::string>,
                               std::vector<std::int64_t>, std::vector<double>>;

struct GgufTensor {
    std::string name;
    std::vector<std::int64_t> shape; ///< PyTorch order: reversed ne
    DType dtype = DType::F32;
    std::uint64_t offset = 0; ///< from the start of the file
    std::int64_t bytes = 0;
};

/// The parsed header of a GGUF file, version 2 or 3.
struct GgufHeader {
    std::map<std::string, GgufValue> metadata;
    std::vector<GgufTensor> tensors;
    std::uint64_t dataStart = 0;

    std::optional<std::int64_t> integer(const std::string& key) const;
    std::optional<double> number(const std::string& key) const;
    std::string text(const std::string& key) const;
    bool flag(const std::string& key, bool fallback) const;
    const std::vector<std::string>* strings(const std::string& key) const;
    std::vector<std::int64_t> integers(const std::string& key) const;
};

/// Parses and checks a header: every count and size is held against the file before it is used.
/// Errors: BadInput (truncated, overlapping, lying), Unsupported (version, tensor type).
Result<GgufHeader> parseGguf(const MappedFile& file);

} // namespace schmidt
