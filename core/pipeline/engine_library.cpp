// SPDX-License-Identifier: Apache-2.0
#include "pipeline/engine_library.h"

#include <dlfcn.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr const char* libraryName = "libschmidt-engine.so";

    /// Beside this program, else in the folder of the programs next to it, as tests find it.
    fs::path libraryPath()
    {
        std::error_code status;
        const fs::path folder = fs::read_symlink("/proc/self/exe", status).parent_path();
        const fs::path beside = folder / libraryName;
        return fs::exists(beside, status) ? beside : folder.parent_path() / "bin" / libraryName;
    }

    Result<const EngineLibrary*> openLibrary()
    {
        const auto failed = [] {
            const char* reason = dlerror();
            return internalError("The engine, " + std::string(libraryName)
                                     + ", cannot be opened beside this program; install or build "
                                       "the program again.",
                                 reason ? reason : "");
        };
        void* library = dlopen(libraryPath().c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!library)
            return failed();
        using Entry = const EngineLibrary* (*)();
        const auto entry = reinterpret_cast<Entry>(dlsym(library, "schmidtEngineLibrary"));
        if (!entry)
            return failed();
        return entry();
    }

} // namespace

Result<const EngineLibrary*> engineLibrary()
{
    static const Result<const EngineLibrary*> opened = openLibrary();
    return opened;
}

std::string engineVersion()
{
    return "schmidt 0.1.0, LibTorch " SCHMIDT_TORCH_VERSION;
}

} // namespace schmidt
