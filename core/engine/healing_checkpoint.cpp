// SPDX-License-Identifier: Apache-2.0
#include "engine/healing_checkpoint.h"

#include "base/file.h"

#include <cstring>
#include <fstream>

namespace schmidt {

namespace {

    constexpr const char* checkpointKind = "schmidt-healing-2";

    std::size_t bytesOf(const std::vector<at::Tensor>& tensors)
    {
        std::size_t bytes = 0;
        for (const at::Tensor& tensor : tensors)
            bytes += static_cast<std::size_t>(tensor.nbytes());
        return bytes;
    }

    void writeTensors(std::ofstream& out, const std::vector<at::Tensor>& tensors)
    {
        for (const at::Tensor& tensor : tensors)
            out.write(static_cast<const char*>(tensor.const_data_ptr()),
                      static_cast<std::streamsize>(tensor.nbytes()));
    }

    const std::byte* readTensors(const std::byte* from, const std::vector<at::Tensor>& tensors)
    {
        for (const at::Tensor& tensor : tensors) {
            std::memcpy(tensor.data_ptr(), from, tensor.nbytes());
            from += tensor.nbytes();
        }
        return from;
    }

    /// The checkpoint in `bytes`; its header, and where the tensors begin.
    struct Opened {
        Json header;
        const std::byte* tensors = nullptr;
        std::size_t size = 0;
    };

    std::optional<Opened> opened(const MappedFile& file)
    {
        const auto bytes = file.bytes();
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const auto end = text.find('\n');
        if (end == std::string_view::npos)
            return {};
        auto header = parseJson(std::string(text.substr(0, end)), file.path().string());
        if (!header.ok())
            return {};
        return Opened { std::move(*header), bytes.data() + end + 1, bytes.size() - end - 1 };
    }

} // namespace

Result<void> saveHealing(const std::filesystem::path& file, const Json& inputs,
                         const HealingProgress& progress, const Student& student,
                         const std::vector<at::Tensor>& best)
{
    const Json header { { "kind", checkpointKind },         { "inputs", inputs },
                        { "step", progress.step },          { "tokens", progress.tokens },
                        { "seconds", progress.seconds },    { "elapsed", progress.elapsed },
                        { "start_kl", progress.startKl },   { "best_kl", progress.bestKl },
                        { "best_step", progress.bestStep }, { "worse", progress.worse } };
    return writeFileAtomically(file, [&](const std::filesystem::path& path) -> Result<void> {
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out << dumpJson(header) << '\n';
        writeTensors(out, student.state());
        writeTensors(out, best);
        out.flush();
        if (!out)
            return outOfResources("The healing checkpoint " + file.string()
                                  + " cannot be written; free some disk space.");
        return {};
    });
}

bool loadHealing(const std::filesystem::path& file, const Json& inputs, HealingProgress& progress,
                 Student& student, std::vector<at::Tensor>& best)
{
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return false;
    const auto mapped = MappedFile::open(file);
    if (!mapped.ok())
        return false;
    const auto found = opened(*mapped);
    if (!found || jsonValue<std::string>(found->header, "kind", {}) != checkpointKind
        || jsonValue<Json>(found->header, "inputs", {}) != inputs)
        return false;
    const auto state = student.state();
    std::vector<at::Tensor> kept = student.masters();
    if (found->size != bytesOf(state) + bytesOf(kept))
        return false;
    readTensors(readTensors(found->tensors, state), kept);
    student.refresh();
    best = std::move(kept);
    const Json& header = found->header;
    progress.step = jsonValue<std::int64_t>(header, "step", 0);
    progress.tokens = jsonValue<std::int64_t>(header, "tokens", 0);
    progress.seconds = jsonValue(header, "seconds", 0.0);
    progress.elapsed = jsonValue(header, "elapsed", 0.0);
    progress.startKl = jsonValue(header, "start_kl", 0.0);
    progress.bestKl = jsonValue(header, "best_kl", 0.0);
    progress.bestStep = jsonValue<std::int64_t>(header, "best_step", 0);
    progress.worse = jsonValue(header, "worse", 0);
    return true;
}

} // namespace schmidt
