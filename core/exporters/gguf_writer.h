// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dtype.h"

#include <cstdint>
#include <string>
#include <vector>

namespace schmidt {

/// The key-value section of a GGUF file, built up key by key.
class GgufMetadata {
public:
    void text(const std::string& key, const std::string& value);
    void integer(const std::string& key, std::int64_t value); ///< stored as u32
    void real(const std::string& key, double value); ///< stored as f32
    void flag(const std::string& key, bool value);
    void texts(const std::string& key, const std::vector<std::string>& values);
    void flags(const std::string& key, const std::vector<bool>& values);
    void integers(const std::string& key, const std::vector<std::int32_t>& values);
    void reals(const std::string& key, const std::vector<float>& values);
    void unsignedBytes(const std::string& key, const std::vector<std::uint8_t>& values);

    std::int64_t count() const { return m_count; }
    const std::string& bytes() const { return m_bytes; }

private:
    void begin(const std::string& key, std::int32_t type);
    void beginArray(const std::string& key, std::int32_t elementType, std::size_t count);

    std::string m_bytes;
    std::int64_t m_count = 0;
};

/// A tensor as the header of a GGUF file lists it.
struct GgufTensorEntry {
    std::string name;
    std::vector<std::int64_t> shape; ///< PyTorch order
    DType type = DType::F32;
    std::int64_t bytes = 0; ///< without padding
};

/// Alignment of every tensor; the format's default, so no key names it.
inline constexpr std::int64_t ggufAlignment = 32;

/// Rounds up to the next multiple of ggufAlignment.
std::int64_t ggufPadded(std::int64_t bytes);

/// Everything of a version 3 file before its tensor data, padded to the alignment. Tensor data
/// follows in the order of `tensors`, each padded by ggufPadded().
std::string ggufHeader(const GgufMetadata& metadata, const std::vector<GgufTensorEntry>& tensors);

} // namespace schmidt
