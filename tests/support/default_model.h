// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace schmidt::testing {

/// The GGUF that packaging/setup.sh installed beside the interpreter of SCHMIDT_PYTHON; empty when
/// there is none.
inline std::filesystem::path defaultModel()
{
    namespace fs = std::filesystem;
    const char* python = std::getenv("SCHMIDT_PYTHON");
    if (!python || !*python)
        return {};
    const fs::path models = fs::path(python).parent_path().parent_path().parent_path() / "models";
    std::error_code status;
    for (const auto& entry : fs::directory_iterator(models, status))
        if (entry.path().extension() == ".gguf")
            return entry.path();
    return {};
}

} // namespace schmidt::testing
