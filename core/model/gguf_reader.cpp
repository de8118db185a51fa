// SPDX-License-Identifier: Apache-2.0
#include "model/gguf_reader.h"

#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <set>

namespace schmidt {

namespace {

    enum class ValueType : std::uint32_t {
        U8,
        I8,
        U16,
        I16,
        U32,
        I32,
        F32,
        Bool,
        String,
        Array,
        U64,
        I64,
        F64
    };

    /// Reads little-endian values and never past the end; after the first failure everything fails.
    class Cursor {
    public:
        explicit Cursor(std::span<const std::byte> bytes)
            : m_bytes(bytes)
        {
        }

        bool failed() const { return m_failed; }
        std::uint64_t position() const { return m_position; }
        std::uint64_t remaining() const { return m_bytes.size() - m_position; }

        template <typename T> T read()
        {
            T value {};
            if (m_failed || remaining() < sizeof value) {
                m_failed = true;
                return value;
            }
            std::memcpy(&value, m_bytes.data() + m_position, sizeof value);
            m_position += sizeof value;
            return value;
        }

        std::string readString()
        {
            const auto length = read<std::uint64_t>();
            if (m_failed || length > remaining()) {
                m_failed = true;
                return {};
            }
            std::string text(reinterpret_cast<const char*>(m_bytes.data() + m_position), length);
            m_position += length;
            return text;
        }

    private:
        std::span<const std::byte> m_bytes;
        std::uint64_t m_position = 0;
        bool m_failed = false;
    };

    std::size_t scalarSize(ValueType type)
    {
        switch (type) {
        case ValueType::U8:
        case ValueType::I8:
        case ValueType::Bool:
            return 1;
        case ValueType::U16:
        case ValueType::I16:
            return 2;
        case ValueType::U32:
        case ValueType::I32:
        case ValueType::F32:
            return 4;
        default:
            return 8;
        }
    }

    std::int64_t readInteger(Cursor& cursor, ValueType type)
    {
        switch (type) {
        case ValueType::U8:
            return cursor.read<std::uint8_t>();
        case ValueType::I8:
            return cursor.read<std::int8_t>();
        case ValueType::U16:
            return cursor.read<std::uint16_t>();
        case ValueType::I16:
            return cursor.read<std::int16_t>();
        case ValueType::U32:
            return cursor.read<std::uint32_t>();
        case ValueType::I32:
            return cursor.read<std::int32_t>();
        case ValueType::Bool:
            return cursor.read<std::uint8_t>() != 0;
        default:
            return cursor.read<std::int64_t>();
        }
    }

    bool isFloat(ValueType type)
    {
        return type == ValueType::F32 || type == ValueType::F64;
    }

    double readFloat(Cursor& cursor, ValueType type)
    {
        return type == ValueType::F32 ? cursor.read<float>() : cursor.read<double>();
    }

    Result<GgufValue> readArray(Cursor& cursor, const std::string& key)
    {
        const auto type = static_cast<ValueType>(cursor.read<std::uint32_t>());
        const auto count = cursor.read<std::uint64_t>();
        if (cursor.failed() || type > ValueType::F64 || type == ValueType::Array)
            return badInput("The GGUF metadata array \"" + key
                            + "\" has an unusable type; the file is damaged.");
        // A string needs at least its 8-byte length, so no count can ask for more than the file
        // holds.
        if (count > cursor.remaining() / (type == ValueType::String ? 8 : scalarSize(type)))
            return badInput("The GGUF metadata array \"" + key
                            + "\" is longer than the file; the file is truncated.");
        if (type == ValueType::String) {
            std::vector<std::string> texts;
            texts.reserve(count);
            for (std::uint64_t index = 0; index < count && !cursor.failed(); ++index)
                texts.push_back(cursor.readString());
            return GgufValue(std::move(texts));
        }
        if (isFloat(type)) {
            std::vector<double> numbers;
            numbers.reserve(count);
            for (std::uint64_t index = 0; index < count; ++index)
                numbers.push_back(readFloat(cursor, type));
            return GgufValue(std::move(numbers));
        }
        std::vector<std::int64_t> numbers;
        numbers.reserve(count);
        for (std::uint64_t index = 0; index < count; ++index)
            numbers.push_back(readInteger(cursor, type));
        return GgufValue(std::move(numbers));
    }

    Result<GgufValue> readValue(Cursor& cursor, const std::string& key)
    {
        const auto type = static_cast<ValueType>(cursor.read<std::uint32_t>());
        if (type > ValueType::F64)
            return badInput("The GGUF metadata value \"" + key
                            + "\" has an unknown type; the file is damaged.");
        if (type == ValueType::Array)
            return readArray(cursor, key);
        if (type == ValueType::String)
            return GgufValue(cursor.readString());
        if (type == ValueType::Bool)
            return GgufValue(cursor.read<std::uint8_t>() != 0);
        if (isFloat(type))
            return GgufValue(readFloat(cursor, type));
        return GgufValue(readInteger(cursor, type));
    }

    Error truncated()
    {
        return badInput(
            "The GGUF file ends inside its header; it was probably not copied completely.");
    }

    Result<GgufTensor> readTensorEntry(Cursor& cursor)
    {
        GgufTensor tensor;
        tensor.name = cursor.readString();
        const auto dimensions = cursor.read<std::uint32_t>();
        if (cursor.failed())
            return truncated();
        if (dimensions == 0 || dimensions > 4)
            return badInput(
                fmt::format("The GGUF tensor \"{}\" has {} dimensions; 1 to 4 are possible.",
                            tensor.name, dimensions));
        std::int64_t elements = 1;
        for (std::uint32_t index = 0; index < dimensions; ++index) {
            const auto extent = cursor.read<std::int64_t>();
            if (extent <= 0 || __builtin_mul_overflow(elements, extent, &elements))
                return badInput("The GGUF tensor \"" + tensor.name
                                + "\" has an impossible shape; the file is damaged.");
            tensor.shape.insert(tensor.shape.begin(), extent);
        }
        // ggml counts trailing extents of 1 as dimensions; PyTorch shapes here do not need them.
        while (tensor.shape.size() > 1 && tensor.shape.front() == 1)
            tensor.shape.erase(tensor.shape.begin());
        const auto type = cursor.read<std::int32_t>();
        const auto known = dtypeFromGgmlType(type);
        if (!cursor.failed() && !known)
            return unsupported(fmt::format("The GGUF tensor \"{}\" is stored as {}, which this "
                                           "program does not read; use a file "
                                           "of a type from Q2_K upwards, or one in F16.",
                                           tensor.name, ggmlTypeName(type)));
        tensor.offset = cursor.read<std::uint64_t>();
        if (cursor.failed())
            return truncated();
        tensor.dtype = *known;
        if (tensor.shape.back() % blockLayout(tensor.dtype).elements != 0)
            return badInput(
                fmt::format("The rows of GGUF tensor \"{}\" are no whole number of {} blocks.",
                            tensor.name, dtypeName(tensor.dtype)));
        if (elements / blockLayout(tensor.dtype).elements > (std::int64_t { 1 } << 48))
            return badInput("The GGUF tensor \"" + tensor.name
                            + "\" has an impossible shape; the file is damaged.");
        tensor.bytes = storageBytes(tensor.dtype, elements);
        return tensor;
    }

    Result<void> placeTensors(GgufHeader& header, std::uint64_t headerEnd, std::uint64_t fileSize)
    {
        const std::int64_t alignment = header.integer("general.alignment").value_or(32);
        if (alignment <= 0 || alignment > (1 << 20)
            || !std::has_single_bit(static_cast<std::uint64_t>(alignment)))
            return badInput("The GGUF alignment is no power of two; the file is damaged.");
        const auto step = static_cast<std::uint64_t>(alignment);
        const auto padded
            = [step](std::uint64_t value) { return (value + step - 1) / step * step; };
        header.dataStart = padded(headerEnd);
        std::uint64_t expected = 0;
        for (GgufTensor& tensor : header.tensors) {
            if (tensor.offset != expected)
                return badInput("The GGUF tensor \"" + tensor.name
                                + "\" does not start where the one before it ends; the "
                                  "file is damaged.");
            const auto bytes = static_cast<std::uint64_t>(tensor.bytes);
            if (header.dataStart > fileSize || expected > fileSize - header.dataStart
                || bytes > fileSize - header.dataStart - expected)
                return badInput("The GGUF file ends inside tensor \"" + tensor.name
                                + "\"; it was probably not copied completely.");
            tensor.offset = header.dataStart + expected;
            expected = padded(expected + bytes);
        }
        return {};
    }

} // namespace

std::optional<std::int64_t> GgufHeader::integer(const std::string& key) const
{
    const auto found = metadata.find(key);
    if (found == metadata.end())
        return {};
    if (const auto* value = std::get_if<std::int64_t>(&found->second))
        return *value;
    return {};
}

std::optional<double> GgufHeader::number(const std::string& key) const
{
    const auto found = metadata.find(key);
    if (found == metadata.end())
        return {};
    if (const auto* value = std::get_if<double>(&found->second))
        return *value;
    if (const auto* value = std::get_if<std::int64_t>(&found->second))
        return static_cast<double>(*value);
    return {};
}

std::string GgufHeader::text(const std::string& key) const
{
    const auto found = metadata.find(key);
    const auto* value
        = found == metadata.end() ? nullptr : std::get_if<std::string>(&found->second);
    return value ? *value : std::string();
}

bool GgufHeader::flag(const std::string& key, bool fallback) const
{
    const auto found = metadata.find(key);
    const auto* value = found == metadata.end() ? nullptr : std::get_if<bool>(&found->second);
    return value ? *value : fallback;
}

const std::vector<std::string>* GgufHeader::strings(const std::string& key) const
{
    const auto found = metadata.find(key);
    return found == metadata.end() ? nullptr
                                   : std::get_if<std::vector<std::string>>(&found->second);
}

std::vector<std::int64_t> GgufHeader::integers(const std::string& key) const
{
    const auto found = metadata.find(key);
    if (found == metadata.end())
        return {};
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&found->second))
        return *list;
    if (const auto* value = std::get_if<std::int64_t>(&found->second))
        return { *value };
    return {};
}

Result<GgufHeader> parseGguf(const MappedFile& file)
{
    Cursor cursor(file.bytes());
    if (cursor.read<std::uint32_t>() != 0x46554747U)
        return badInput(file.path().string() + " is no GGUF file.");
    const auto version = cursor.read<std::uint32_t>();
    if (cursor.failed())
        return truncated();
    if (version != 2 && version != 3)
        return unsupported(
            fmt::format("GGUF version {} is not supported; versions 2 and 3 are.", version));
    const auto tensorCount = cursor.read<std::uint64_t>();
    const auto valueCount = cursor.read<std::uint64_t>();
    if (cursor.failed() || tensorCount > cursor.remaining() / 24
        || valueCount > cursor.remaining() / 12)
        return truncated();
    GgufHeader header;
    for (std::uint64_t index = 0; index < valueCount; ++index) {
        const std::string key = cursor.readString();
        if (!cursor.failed() && key.empty())
            return badInput("The GGUF metadata has an empty key; the file is damaged.");
        SCHMIDT_TRY(GgufValue value, readValue(cursor, key));
        if (cursor.failed())
            return truncated();
        if (!header.metadata.emplace(key, std::move(value)).second)
            return badInput("The GGUF metadata key \"" + key
                            + "\" occurs twice; the file is damaged.");
    }
    std::set<std::string> names;
    header.tensors.reserve(tensorCount);
    for (std::uint64_t index = 0; index < tensorCount; ++index) {
        SCHMIDT_TRY(GgufTensor tensor, readTensorEntry(cursor));
        if (!names.insert(tensor.name).second)
            return badInput("The GGUF tensor \"" + tensor.name
                            + "\" occurs twice; the file is damaged.");
        header.tensors.push_back(std::move(tensor));
    }
    SCHMIDT_CHECK(placeTensors(header, cursor.position(), file.size()));
    return header;
}

} // namespace schmidt
