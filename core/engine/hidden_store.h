// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "base/file.h"

#include <ATen/ATen.h>
#include <filesystem>
#include <optional>
#include <vector>

namespace schmidt {

/// Final hidden states of one model on one text, kept in a file so that what is compared with them
/// later needs only its head. The file's name has to tell the model and the text; whether it holds
/// as many states as asked for is checked.
class HiddenStore {
public:
    /// States [rows, width] of `type`; larger ones than limitBytes are never kept.
    HiddenStore(std::filesystem::path file, std::int64_t rows, std::int64_t width,
                at::ScalarType type);

    static constexpr std::int64_t limitBytes = 256LL << 20;

    /// Whether all states are in the file.
    bool known() const { return m_file.has_value(); }
    /// States of some rows of a known file, a view of it.
    at::Tensor rows(std::int64_t first, std::int64_t count) const;

    /// The next states of a file that is not known.
    void append(const at::Tensor& hidden);
    /// Writes the file if all states were appended. One that cannot be written is as good as none.
    void keep() const;

private:
    std::filesystem::path m_path;
    std::int64_t m_rows, m_width;
    at::ScalarType m_type;
    std::optional<MappedFile> m_file;
    std::vector<at::Tensor> m_parts;
    std::int64_t m_appended = 0; ///< rows
};

} // namespace schmidt
