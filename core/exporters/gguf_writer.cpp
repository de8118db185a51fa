// SPDX-License-Identifier: Apache-2.0
#include "exporters/gguf_writer.h"

#include <cstring>

namespace schmidt {

namespace {

    /// GGUF's numbers of value types.
    enum ValueType : std::int32_t {
        Unsigned8 = 0,
        Unsigned32 = 4,
        Signed32 = 5,
        Float32 = 6,
        Bool = 7,
        String = 8,
        Array = 9
    };

    template <typename T> void append(std::string& to, T value)
    {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        to.append(raw, sizeof value);
    }

    void appendText(std::string& to, const std::string& text)
    {
        append(to, static_cast<std::uint64_t>(text.size()));
        to += text;
    }

} // namespace

void GgufMetadata::begin(const std::string& key, std::int32_t type)
{
    appendText(m_bytes, key);
    append(m_bytes, type);
    ++m_count;
}

void GgufMetadata::beginArray(const std::string& key, std::int32_t elementType, std::size_t count)
{
    begin(key, Array);
    append(m_bytes, elementType);
    append(m_bytes, static_cast<std::uint64_t>(count));
}

void GgufMetadata::text(const std::string& key, const std::string& value)
{
    begin(key, String);
    appendText(m_bytes, value);
}

void GgufMetadata::integer(const std::string& key, std::int64_t value)
{
    begin(key, Unsigned32);
    append(m_bytes, static_cast<std::uint32_t>(value));
}

void GgufMetadata::real(const std::string& key, double value)
{
    begin(key, Float32);
    append(m_bytes, static_cast<float>(value));
}

void GgufMetadata::flag(const std::string& key, bool value)
{
    begin(key, Bool);
    append(m_bytes, static_cast<std::uint8_t>(value));
}

void GgufMetadata::texts(const std::string& key, const std::vector<std::string>& values)
{
    beginArray(key, String, values.size());
    for (const std::string& value : values)
        appendText(m_bytes, value);
}

void GgufMetadata::flags(const std::string& key, const std::vector<bool>& values)
{
    beginArray(key, Bool, values.size());
    for (const bool value : values)
        append(m_bytes, static_cast<std::uint8_t>(value));
}

void GgufMetadata::integers(const std::string& key, const std::vector<std::int32_t>& values)
{
    beginArray(key, Signed32, values.size());
    for (const std::int32_t value : values)
        append(m_bytes, value);
}

void GgufMetadata::reals(const std::string& key, const std::vector<float>& values)
{
    beginArray(key, Float32, values.size());
    for (const float value : values)
        append(m_bytes, value);
}

void GgufMetadata::unsignedBytes(const std::string& key, const std::vector<std::uint8_t>& values)
{
    beginArray(key, Unsigned8, values.size());
    for (const std::uint8_t value : values)
        append(m_bytes, value);
}

std::int64_t ggufPadded(std::int64_t bytes)
{
    return (bytes + ggufAlignment - 1) / ggufAlignment * ggufAlignment;
}

std::string ggufHeader(const GgufMetadata& metadata, const std::vector<GgufTensorEntry>& tensors)
{
    constexpr std::uint32_t version = 3;
    std::string header = "GGUF";
    append(header, version);
    append(header, static_cast<std::int64_t>(tensors.size()));
    append(header, metadata.count());
    header += metadata.bytes();
    std::int64_t offset = 0;
    for (const GgufTensorEntry& tensor : tensors) {
        appendText(header, tensor.name);
        append(header, static_cast<std::uint32_t>(tensor.shape.size()));
        for (auto extent = tensor.shape.rbegin(); extent != tensor.shape.rend(); ++extent)
            append(header, *extent);
        append(header, ggmlTypeOf(tensor.type));
        append(header, static_cast<std::uint64_t>(offset));
        offset += ggufPadded(tensor.bytes);
    }
    header.resize(static_cast<std::size_t>(ggufPadded(static_cast<std::int64_t>(header.size()))),
                  '\0');
    return header;
}

} // namespace schmidt
