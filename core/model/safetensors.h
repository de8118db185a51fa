// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"
#include "base/json.h"
#include "model/dtype.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace schmidt {

/// A tensor of a safetensors file; `dtype` is empty for types this program does not decode (they
/// may lie in the file as long as nobody reads them).
struct SafetensorsEntry {
    std::string name;
    std::string dtypeName;
    std::optional<DType> dtype;
    std::vector<std::int64_t> shape;
    std::uint64_t offset = 0; ///< from the start of the file
    std::int64_t bytes = 0;
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> tensors; ///< by offset
    std::map<std::string, std::string> metadata;
};

/// Parses and checks a header by the rules of the reference reader: offsets cover the data without
/// holes or overlaps, sizes match shapes, nothing trails. Errors: BadInput.
Result<SafetensorsHeader> parseSafetensors(const MappedFile& file);

/// One tensor to write: `produce` appends its bytes in row-major order.
struct SafetensorsItem {
    std::string name;
    std::string dtype; ///< "F16", "F32", "BF16", "U8", "I64"
    std::vector<std::int64_t> shape;
    std::int64_t bytes = 0;
    std::function<Result<std::vector<std::byte>>()> produce;
};

/// Writes a safetensors file; `path` should be a temporary of writeFileAtomically(). Producers are
/// called from up to `threads` threads at once, `written` from the calling one after every item.
/// Errors: Resources, and whatever a producer returns.
Result<void> writeSafetensors(const std::filesystem::path& path,
                              const std::vector<SafetensorsItem>& items,
                              const std::map<std::string, std::string>& metadata, int threads = 1,
                              const std::function<void(std::int64_t index)>& written = {});

} // namespace schmidt
