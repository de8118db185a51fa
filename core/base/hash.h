// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace schmidt {

/// Incremental SHA-256.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);

    /// Lower-case hex digest, 64 characters. The object must not be used afterwards.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Hex digest of a text.
std::string sha256Hex(std::string_view text);

/// Hex digest of bytes.
std::string sha256Hex(std::span<const std::byte> bytes);

/// Hex digest of a whole file, read through a mapping. Errors: BadInput, Cancelled.
Result<std::string> sha256File(const std::filesystem::path& path, const CancelToken& cancel = {});

} // namespace schmidt
