// SPDX-License-Identifier: Apache-2.0
#include "engine/hidden_store.h"

#include <fstream>

namespace schmidt {

namespace fs = std::filesystem;

HiddenStore::HiddenStore(fs::path file, std::int64_t rows, std::int64_t width, at::ScalarType type)
    : m_path(std::move(file))
    , m_rows(rows)
    , m_width(width)
    , m_type(type)
{
    const auto bytes = static_cast<std::uint64_t>(rows * width)
        * static_cast<std::uint64_t>(at::elementSize(type));
    if (bytes > limitBytes)
        m_path.clear();
    std::error_code absent;
    if (m_path.empty() || fs::file_size(m_path, absent) != bytes || absent)
        return;
    if (auto mapped = MappedFile::open(m_path); mapped.ok())
        m_file = *mapped;
}

at::Tensor HiddenStore::rows(std::int64_t first, std::int64_t count) const
{
    const std::byte* begin = m_file->bytes().data()
        + static_cast<std::size_t>(first * m_width) * at::elementSize(m_type);
    // Nobody writes to states; LibTorch has no read-only tensors.
    return at::from_blob(const_cast<std::byte*>(begin), { count, m_width },
                         at::TensorOptions().dtype(m_type));
}

void HiddenStore::append(const at::Tensor& hidden)
{
    if (m_path.empty() || known())
        return;
    m_parts.push_back(hidden.contiguous());
    m_appended += hidden.size(0);
}

void HiddenStore::keep() const
{
    if (m_parts.empty() || m_appended != m_rows)
        return;
    std::error_code failure;
    fs::create_directories(m_path.parent_path(), failure);
    static_cast<void>(
        writeFileAtomically(m_path, [this](const fs::path& temporary) -> Result<void> {
            std::ofstream out(temporary, std::ios::binary);
            for (const at::Tensor& part : m_parts)
                out.write(static_cast<const char*>(part.const_data_ptr()),
                          static_cast<std::streamsize>(part.nbytes()));
            out.close();
            if (!out)
                return outOfResources("The hidden states could not be written; free some space.");
            return {};
        }));
}

} // namespace schmidt
