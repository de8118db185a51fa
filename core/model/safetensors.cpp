// SPDX-License-Identifier: Apache-2.0
#include "model/safetensors.h"

#include "base/ordered_work.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <set>

namespace schmidt {

namespace {

    /// Bits per element of every dtype the format knows.
    int bitsOf(const std::string& name)
    {
        static const std::map<std::string, int> bits {
            { "BOOL", 8 }, { "F4", 4 },      { "F6_E2M3", 6 }, { "F6_E3M2", 6 }, { "U8", 8 },
            { "I8", 8 },   { "F8_E5M2", 8 }, { "F8_E4M3", 8 }, { "F8_E8M0", 8 }, { "I16", 16 },
            { "U16", 16 }, { "F16", 16 },    { "BF16", 16 },   { "I32", 32 },    { "U32", 32 },
            { "F32", 32 }, { "I64", 64 },    { "U64", 64 },    { "F64", 64 },    { "C64", 64 },
        };
        const auto found = bits.find(name);
        return found == bits.end() ? 0 : found->second;
    }

    Result<SafetensorsEntry> entryFromJson(const std::string& name, const Json& json,
                                           const std::string& file)
    {
        SafetensorsEntry entry;
        entry.name = name;
        entry.dtypeName = jsonValue<std::string>(json, "dtype", {});
        entry.dtype = dtypeFromName(entry.dtypeName);
        const int bits = bitsOf(entry.dtypeName);
        const auto shape = json.find("shape");
        const auto offsets = json.find("data_offsets");
        const auto bad = [&](const char* what) {
            return badInput(
                fmt::format("Tensor \"{}\" in {} has {}; the file is damaged.", name, file, what));
        };
        if (bits == 0)
            return bad("an unknown type");
        if (!json.is_object() || shape == json.end() || !shape->is_array() || offsets == json.end()
            || !offsets->is_array() || offsets->size() != 2 || !(*offsets)[0].is_number_unsigned()
            || !(*offsets)[1].is_number_unsigned())
            return bad("no usable shape or offsets");
        std::int64_t elements = 1;
        for (const Json& extent : *shape) {
            if (!extent.is_number_unsigned()
                || extent.get<std::uint64_t>() > (std::uint64_t { 1 } << 40)
                || __builtin_mul_overflow(elements, extent.get<std::int64_t>(), &elements))
                return bad("an impossible shape");
            entry.shape.push_back(extent.get<std::int64_t>());
        }
        const auto begin = (*offsets)[0].get<std::uint64_t>(),
                   end = (*offsets)[1].get<std::uint64_t>();
        std::int64_t totalBits = 0;
        if (begin > end
            || __builtin_mul_overflow(elements, static_cast<std::int64_t>(bits), &totalBits)
            || totalBits % 8 != 0 || static_cast<std::uint64_t>(totalBits / 8) != end - begin)
            return bad("a size that does not match its shape");
        entry.offset = begin;
        entry.bytes = totalBits / 8;
        return entry;
    }

    Result<void> checkCoverage(std::vector<SafetensorsEntry>& tensors, std::uint64_t dataStart,
                               const MappedFile& file)
    {
        std::sort(tensors.begin(), tensors.end(),
                  [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
                      return std::pair(a.offset, a.bytes) < std::pair(b.offset, b.bytes);
                  });
        std::uint64_t expected = 0;
        for (SafetensorsEntry& tensor : tensors) {
            if (tensor.offset != expected)
                return badInput(fmt::format("Tensor \"{}\" in {} overlaps another one or leaves a "
                                            "hole; the file is damaged.",
                                            tensor.name, file.path().string()));
            expected += static_cast<std::uint64_t>(tensor.bytes);
            if (expected > file.size() - dataStart)
                return badInput(fmt::format(
                    "{} ends inside tensor \"{}\"; it was probably not copied completely.",
                    file.path().string(), tensor.name));
            tensor.offset += dataStart;
        }
        if (dataStart + expected != file.size())
            return badInput(file.path().string()
                            + " has bytes after its last tensor; the file is damaged.");
        return {};
    }

    /// Parses the header text, refusing keys that occur twice.
    Result<Json> parseHeader(const std::string& text, const std::string& file)
    {
        if (nestedTooDeep(text))
            return badInput("The header of " + file
                            + " is nested too deeply to be meant; the file is damaged.");
        std::set<std::string> names;
        bool duplicate = false;
        const auto callback = [&](int depth, Json::parse_event_t event, Json& parsed) {
            if (event == Json::parse_event_t::key && depth == 1)
                duplicate = duplicate || !names.insert(parsed.get<std::string>()).second;
            return true;
        };
        Json header;
        try {
            header = Json::parse(text, callback);
        } catch (const Json::exception& exception) {
            return badInput("The header of " + file + " is not valid JSON; the file is damaged.",
                            exception.what());
        }
        if (duplicate || !header.is_object())
            return badInput("The header of " + file
                            + " names a tensor twice; the file is damaged.");
        return header;
    }

} // namespace

Result<SafetensorsHeader> parseSafetensors(const MappedFile& file)
{
    const std::string name = file.path().string();
    std::uint64_t length = 0;
    if (file.size() < 8)
        return badInput(name + " is too short to be a safetensors file.");
    std::memcpy(&length, file.bytes().data(), 8);
    if (length > 100'000'000 || length > file.size() - 8 || length < 2)
        return badInput(name + " is no safetensors file, or it is truncated.");
    const std::string text(reinterpret_cast<const char*>(file.bytes().data()) + 8, length);
    if (text.front() != '{')
        return badInput(name + " is no safetensors file.");
    SCHMIDT_TRY(const Json json, parseHeader(text, name));
    SafetensorsHeader header;
    for (const auto& [key, value] : json.items()) {
        if (key == "__metadata__") {
            if (!value.is_object())
                return badInput("The metadata of " + name + " is no object; the file is damaged.");
            for (const auto& [metaKey, metaValue] : value.items()) {
                if (!metaValue.is_string())
                    return badInput("The metadata of " + name
                                    + " holds more than text; the file is damaged.");
                header.metadata[metaKey] = metaValue.get<std::string>();
            }
            continue;
        }
        SCHMIDT_TRY(SafetensorsEntry entry, entryFromJson(key, value, name));
        header.tensors.push_back(std::move(entry));
    }
    SCHMIDT_CHECK(checkCoverage(header.tensors, 8 + length, file));
    return header;
}

Result<void> writeSafetensors(const std::filesystem::path& path,
                              const std::vector<SafetensorsItem>& items,
                              const std::map<std::string, std::string>& metadata, int threads,
                              const std::function<void(std::int64_t index)>& written)
{
    Json header = Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const SafetensorsItem& item : items) {
        const auto end = offset + static_cast<std::uint64_t>(item.bytes);
        header[item.name] = { { "dtype", item.dtype },
                              { "shape", item.shape },
                              { "data_offsets", { offset, end } } };
        offset = end;
    }
    std::string text = dumpJson(header);
    text.append((8 - text.size() % 8) % 8, ' ');
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    const std::uint64_t length = text.size();
    stream.write(reinterpret_cast<const char*>(&length), 8);
    stream << text;
    const auto itemAt = [&](std::int64_t index) -> const SafetensorsItem& {
        return items[static_cast<std::size_t>(index)];
    };
    const auto write
        = [&](std::int64_t index, const std::vector<std::byte>& bytes) -> Result<void> {
        if (static_cast<std::int64_t>(bytes.size()) != itemAt(index).bytes)
            return internalError("Tensor " + itemAt(index).name
                                 + " was produced with a wrong size.");
        stream.write(reinterpret_cast<const char*>(bytes.data()),
                     static_cast<std::streamsize>(bytes.size()));
        if (!stream)
            return outOfResources("Cannot write " + path.string() + "; the disk may be full.");
        if (written)
            written(index);
        return {};
    };
    SCHMIDT_CHECK(OrderedWork<std::vector<std::byte>>::run(
        static_cast<std::int64_t>(items.size()), threads,
        [&](std::int64_t index) { return itemAt(index).produce(); }, write));
    stream.close();
    if (!stream)
        return outOfResources("Cannot write " + path.string() + "; the disk may be full.");
    return {};
}

} // namespace schmidt
