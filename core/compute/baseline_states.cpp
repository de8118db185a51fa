// SPDX-License-Identifier: Apache-2.0
#include "compute/baseline_states.h"

#include "base/hash.h"
#include "pipeline/engine_library.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <vector>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// Files kept beside the one asked for.
    constexpr std::size_t otherFiles = 5;

    std::string hashOf(const std::vector<std::int32_t>& tokens)
    {
        return sha256Hex(std::as_bytes(std::span(tokens)));
    }

    void removeOldFiles(const fs::path& folder, const fs::path& wanted)
    {
        std::error_code ignored;
        std::vector<std::pair<fs::file_time_type, fs::path>> files;
        for (const auto& entry : fs::directory_iterator(folder, ignored))
            if (entry.path() != wanted)
                files.emplace_back(entry.last_write_time(ignored), entry.path());
        std::sort(files.rbegin(), files.rend());
        for (std::size_t index = otherFiles; index < files.size(); ++index)
            fs::remove(files[index].second, ignored);
    }

} // namespace

Result<fs::path> baselineStatesFile(ProjectSession& session, const ModelView& view,
                                    const TransformerModel& model, const TokenWindows& windows,
                                    const CancelToken& cancel)
{
    SCHMIDT_TRY(const std::string modelHash, session.modelHash(cancel));
    const fs::path folder = session.cacheFolder() / "states";
    const fs::path file = folder
        / (sha256Hex(fmt::format("{} {} {} {} {} {}", modelHash, hashOf(view.source->keptTokens()),
                                 hashOf(windows.tokens), windows.length,
                                 static_cast<int>(model.precision()), engineVersion()))
           + ".bin");
    removeOldFiles(folder, file);
    return file;
}

} // namespace schmidt
