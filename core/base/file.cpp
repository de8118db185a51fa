// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

struct MappedFile::Mapping {
    fs::path path;
    void* address = nullptr;
    std::size_t size = 0;

    ~Mapping()
    {
        if (address)
            ::munmap(address, size);
    }
};

MappedFile::MappedFile(std::shared_ptr<const Mapping> mapping)
    : m_mapping(std::move(mapping))
{
}

Result<MappedFile> MappedFile::open(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return badInput("Cannot open " + path.string() + "; check the path and its permissions.",
                        std::strerror(errno));
    struct stat status { };
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return badInput(path.string() + " is not a regular file.");
    }
    if (status.st_size == 0) {
        ::close(descriptor);
        return badInput(path.string() + " is empty; it was probably not copied completely.");
    }
    auto mapping = std::make_shared<Mapping>();
    mapping->path = path;
    mapping->size = static_cast<std::size_t>(status.st_size);
    void* address = ::mmap(nullptr, mapping->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int mapError = errno;
    ::close(descriptor);
    if (address == MAP_FAILED)
        return badInput("Cannot map " + path.string() + " into memory.", std::strerror(mapError));
    mapping->address = address;
    return MappedFile(std::move(mapping));
}

const fs::path& MappedFile::path() const
{
    return m_mapping->path;
}

std::span<const std::byte> MappedFile::bytes() const
{
    return { static_cast<const std::byte*>(m_mapping->address), m_mapping->size };
}

std::uint64_t MappedFile::size() const
{
    return m_mapping->size;
}

Result<std::string> readTextFile(const fs::path& path)
{
    std::error_code status;
    if (!fs::is_regular_file(path, status))
        return badInput("Cannot read " + path.string() + ": there is no such file.");
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return badInput("Cannot read " + path.string() + "; check its permissions.");
    std::ostringstream content;
    content << stream.rdbuf();
    if (stream.bad())
        return badInput("Reading " + path.string() + " failed; check the disk.");
    return std::move(content).str();
}

namespace {

    fs::path temporarySibling(const fs::path& path)
    {
        return path.parent_path()
            / ("." + path.filename().string() + ".part" + std::to_string(::getpid()));
    }

    Result<void> makeParent(const fs::path& path)
    {
        std::error_code status;
        if (path.has_parent_path())
            fs::create_directories(path.parent_path(), status);
        if (status)
            return outOfResources("Cannot create the folder " + path.parent_path().string()
                                      + "; choose a place you may write to.",
                                  status.message());
        return {};
    }

    Result<void> flushToDisk(const fs::path& path)
    {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return outOfResources("Cannot write " + path.string() + ".", std::strerror(errno));
        const bool flushed = ::fsync(descriptor) == 0;
        const int flushError = errno;
        ::close(descriptor);
        if (!flushed)
            return outOfResources("Cannot write " + path.string() + "; the disk may be full.",
                                  std::strerror(flushError));
        return {};
    }

} // namespace

Result<void> writeFileAtomically(const fs::path& path,
                                 const std::function<Result<void>(const fs::path&)>& produce)
{
    SCHMIDT_CHECK(makeParent(path));
    const fs::path temporary = temporarySibling(path);
    std::error_code ignored;
    Result<void> produced = produce(temporary);
    if (produced.ok())
        produced = flushToDisk(temporary);
    if (!produced.ok()) {
        fs::remove(temporary, ignored);
        return produced;
    }
    std::error_code status;
    fs::rename(temporary, path, status);
    if (status) {
        fs::remove(temporary, ignored);
        return outOfResources("Cannot write " + path.string()
                                  + "; choose a place you may write to.",
                              status.message());
    }
    return {};
}

Result<void> writeFileAtomically(const fs::path& path, std::string_view content)
{
    return writeFileAtomically(path, [&](const fs::path& temporary) -> Result<void> {
        std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        stream.close();
        if (!stream)
            return outOfResources("Cannot write " + path.string()
                                  + "; the disk may be full or read-only.");
        return {};
    });
}

Result<void> writeFolderAtomically(const fs::path& path,
                                   const std::function<Result<void>(const fs::path&)>& produce)
{
    std::error_code status;
    if (fs::exists(path, status) && !(fs::is_directory(path, status) && fs::is_empty(path, status)))
        return usageError(path.string() + " already exists and is not empty; name a new folder.");
    SCHMIDT_CHECK(makeParent(path));
    const fs::path temporary = temporarySibling(path);
    fs::remove_all(temporary, status);
    if (!fs::create_directory(temporary, status))
        return outOfResources("Cannot create " + path.string()
                                  + "; choose a place you may write to.",
                              status.message());
    Result<void> produced = produce(temporary);
    std::error_code ignored;
    if (!produced.ok()) {
        fs::remove_all(temporary, ignored);
        return produced;
    }
    fs::remove(path, ignored);
    fs::rename(temporary, path, status);
    if (status) {
        fs::remove_all(temporary, ignored);
        return outOfResources("Cannot create " + path.string() + ".", status.message());
    }
    return {};
}

fs::path resourceFolder()
{
    if (const char* named = std::getenv("SCHMIDT_RESOURCES"); named && *named)
        return named;
    std::error_code status;
    const fs::path executable = fs::read_symlink("/proc/self/exe", status);
    if (!status) {
        const fs::path installed = executable.parent_path().parent_path() / "share" / "schmidt";
        if (fs::is_directory(installed, status))
            return installed;
    }
    return SCHMIDT_SOURCE_RESOURCES;
}

} // namespace schmidt
