// SPDX-License-Identifier: Apache-2.0
#include "model/adapter_files.h"

#include "base/file.h"
#include "base/json.h"
#include "model/gguf_reader.h"
#include "model/safetensors.h"

#include <cstring>
#include <map>
#include <string_view>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// A factor as it lies in the adapter's file.
    struct Factor {
        DType type = DType::F32;
        std::vector<std::int64_t> shape;
        std::span<const std::byte> bytes;

        std::vector<float> values() const
        {
            std::vector<float> values(static_cast<std::size_t>(shape[0] * shape[1]));
            dequantize(type, bytes, values);
            return values;
        }
    };

    struct Pair {
        Factor a; ///< [rank, in]
        Factor b; ///< [out, rank]
        double scale = 1;
    };

    struct Adapter {
        std::vector<MappedFile> files; ///< what the factors point into
        std::map<std::pair<Role, int>, Pair> pairs;
        bool interleaved = false; ///< rows of Q and K as adjacent rotary pairs
    };

    Error damaged(const fs::path& path)
    {
        return badInput("The adapter " + path.string()
                        + " does not fit the model it lies beside; export both again.");
    }

    /// "NAME" of "NAME" + ending.
    std::optional<std::string> stem(const std::string& name, std::string_view ending)
    {
        if (!name.ends_with(ending))
            return std::nullopt;
        return name.substr(0, name.size() - ending.size());
    }

    Result<Adapter> readGguf(const fs::path& path)
    {
        SCHMIDT_TRY(const MappedFile file, MappedFile::open(path));
        SCHMIDT_TRY(const GgufHeader header, parseGguf(file));
        Adapter adapter { { file }, {}, false };
        const std::string architecture = header.text("general.architecture");
        adapter.interleaved = architecture == "llama" || architecture == "deci";
        const double alpha = header.number("adapter.lora.alpha").value_or(0);
        for (const GgufTensor& tensor : header.tensors) {
            const auto a = stem(tensor.name, ".lora_a"), b = stem(tensor.name, ".lora_b");
            const auto role = roleFromGgufName(a ? *a : b.value_or(""));
            if (!role || tensor.shape.size() != 2 || isQuantized(tensor.dtype))
                return damaged(path);
            Pair& pair = adapter.pairs[{ role->role, role->layer }];
            Factor& factor = a ? pair.a : pair.b;
            factor.type = tensor.dtype;
            factor.shape = tensor.shape;
            factor.bytes
                = file.bytes().subspan(tensor.offset, static_cast<std::size_t>(tensor.bytes));
            if (a && alpha > 0)
                pair.scale = alpha / static_cast<double>(tensor.shape[0]);
        }
        return adapter;
    }

    Result<Adapter> readPeft(const fs::path& folder, Family family)
    {
        SCHMIDT_TRY(const Json config, readJsonFile(folder / "adapter_config.json"));
        SCHMIDT_TRY(const MappedFile file, MappedFile::open(folder / "adapter_model.safetensors"));
        SCHMIDT_TRY(const SafetensorsHeader header, parseSafetensors(file));
        Adapter adapter { { file }, {}, false };
        const Json ranks = jsonValue<Json>(config, "alpha_pattern", Json::object());
        for (const SafetensorsEntry& tensor : header.tensors) {
            const auto a = stem(tensor.name, ".lora_A.weight"),
                       b = stem(tensor.name, ".lora_B.weight");
            const std::string module = a ? *a : b.value_or("");
            constexpr std::string_view prefix = "base_model.model.";
            if (!module.starts_with(prefix) || tensor.shape.size() != 2 || !tensor.dtype)
                return damaged(folder);
            const std::string name = module.substr(prefix.size());
            const auto role = roleFromHfName(name + ".weight", family);
            if (!role)
                return damaged(folder);
            Pair& pair = adapter.pairs[{ role->role, role->layer }];
            Factor& factor = a ? pair.a : pair.b;
            factor.type = *tensor.dtype;
            factor.shape = tensor.shape;
            factor.bytes
                = file.bytes().subspan(tensor.offset, static_cast<std::size_t>(tensor.bytes));
            if (a)
                pair.scale
                    = jsonValue<double>(ranks, name.c_str(), jsonValue(config, "lora_alpha", 0.0))
                    / static_cast<double>(tensor.shape[0]);
        }
        return adapter;
    }

    /// matrix += scale * b a, the rows of b in the order of the file.
    bool addPair(const Pair& pair, std::int64_t interleavedHead, VariantMatrix& matrix)
    {
        if (pair.a.shape.size() != 2 || pair.b.shape.size() != 2
            || pair.a.shape[1] != matrix.columns || pair.b.shape[0] != matrix.rows
            || pair.a.shape[0] != pair.b.shape[1])
            return false;
        const std::int64_t rank = pair.a.shape[0];
        const std::vector<float> a = pair.a.values(), b = pair.b.values();
        for (std::int64_t row = 0; row < matrix.rows; ++row) {
            std::int64_t into = row;
            if (interleavedHead > 0) {
                const std::int64_t inside = row % interleavedHead;
                into = row - inside + (inside % 2) * (interleavedHead / 2) + inside / 2;
            }
            for (std::int64_t inner = 0; inner < rank; ++inner) {
                const float factor = static_cast<float>(
                    pair.scale
                    * static_cast<double>(b[static_cast<std::size_t>(row * rank + inner)]));
                for (std::int64_t column = 0; column < matrix.columns; ++column)
                    matrix.dense[static_cast<std::size_t>(into * matrix.columns + column)]
                        += factor * a[static_cast<std::size_t>(inner * matrix.columns + column)];
            }
        }
        return true;
    }

} // namespace

fs::path ggufAdapterPath(const fs::path& base)
{
    fs::path path = base;
    if (path.extension() == ".gguf")
        path.replace_extension();
    return path += ".lora.gguf";
}

fs::path folderAdapterPath(const fs::path& base)
{
    return base / "adapter";
}

Result<fs::path> adapterOf(const fs::path& base)
{
    std::error_code status;
    if (fs::is_directory(base, status)) {
        const fs::path folder = folderAdapterPath(base);
        return fs::exists(folder / "adapter_config.json", status) ? folder : fs::path();
    }
    SCHMIDT_TRY(const MappedFile file, MappedFile::open(base));
    constexpr std::string_view magic = "GGUF";
    if (file.size() < magic.size()
        || std::memcmp(file.bytes().data(), magic.data(), magic.size()) != 0)
        return fs::path();
    SCHMIDT_TRY(const GgufHeader header, parseGguf(file));
    if (!header.flag(ggufCorrectedKey, false))
        return fs::path();
    const fs::path path = ggufAdapterPath(base);
    if (!fs::exists(path, status))
        return badInput("The model " + base.string() + " needs its adapter " + path.string()
                        + ", which is not there; put it back or export again.");
    return path;
}

Result<Variant> variantWithAdapter(const ModelSource& source, const fs::path& path)
{
    std::error_code status;
    const bool folder = fs::is_directory(path, status);
    SCHMIDT_TRY(const Adapter adapter,
                folder ? readPeft(path, source.architecture().family) : readGguf(path));
    SCHMIDT_TRY(Variant variant, variantFromSource(source));
    for (const auto& [key, pair] : adapter.pairs) {
        const auto found = variant.matrices.find(key);
        const bool rotated = key.first == Role::Query || key.first == Role::Key;
        if (found == variant.matrices.end()
            || !addPair(pair, adapter.interleaved && rotated ? source.architecture().headDim : 0,
                        found->second))
            return damaged(path);
    }
    return variant;
}

} // namespace schmidt
