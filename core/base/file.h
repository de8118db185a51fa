// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace schmidt {

/// A file mapped read-only. Copies share the mapping; it lives as long as any copy.
class MappedFile {
public:
    /// Maps a regular file. Errors: BadInput when it is absent, unreadable, empty or not a file.
    static Result<MappedFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const;
    std::span<const std::byte> bytes() const;
    std::uint64_t size() const;

private:
    struct Mapping;
    explicit MappedFile(std::shared_ptr<const Mapping> mapping);
    std::shared_ptr<const Mapping> m_mapping;
};

/// Reads a whole text file. Errors: BadInput.
Result<std::string> readTextFile(const std::filesystem::path& path);

/// Writes a file so that readers see the old or the new content, never a part of it: a temporary
/// beside the target, flushed to disk, then renamed. Errors: Resources when the disk is full or
/// the folder cannot be written.
Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// The same for content produced in pieces: `produce` gets the temporary path, fills it, and only
/// its success makes the file appear under `path`.
Result<void>
writeFileAtomically(const std::filesystem::path& path,
                    const std::function<Result<void>(const std::filesystem::path&)>& produce);

/// A folder that appears whole or not at all: `produce` fills a temporary sibling, which replaces
/// `path` when it succeeds and is removed when it fails. An existing `path` must be an empty folder
/// or absent. Errors: Usage when it holds something, otherwise those of `produce`.
Result<void>
writeFolderAtomically(const std::filesystem::path& path,
                      const std::function<Result<void>(const std::filesystem::path&)>& produce);

/// Folder of the program's read-only data (workloads, manual, sample): the environment variable
/// SCHMIDT_RESOURCES, else ../share/schmidt beside the executable, else the source tree's
/// resources.
std::filesystem::path resourceFolder();

} // namespace schmidt
