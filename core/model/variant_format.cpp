// SPDX-License-Identifier: Apache-2.0
#include "model/variant_format.h"

#include "base/hardware_threads.h"
#include "base/ordered_work.h"
#include "model/model_source_builder.h"
#include "model/safetensors.h"
#include "model/tokenizer_json.h"
#include "model/value_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

std::int64_t VariantMatrix::parameters() const
{
    return (factored() ? 0 : rows * columns) + rank * (leftRows() + rightColumns());
}

bool Variant::corrected() const
{
    return std::any_of(matrices.begin(), matrices.end(),
                       [](const auto& entry) { return entry.second.corrected(); });
}

SiteShape VariantMatrix::secondSite() const
{
    return { rows / firstSite.out, columns / firstSite.in };
}

void VariantMatrix::addFactorRow(std::int64_t row, std::span<float> out) const
{
    // Plain factors are a first site of all outputs and a second one of all inputs.
    const SiteShape first = network() ? firstSite : SiteShape { rows, 1 };
    const SiteShape second = network() ? secondSite() : SiteShape { 1, columns };
    const std::int64_t outer = row / second.out, inner = row % second.out;
    for (std::int64_t input = 0; input < first.in; ++input)
        for (std::int64_t bond = 0; bond < rank; ++bond) {
            const float factor
                = left[static_cast<std::size_t>((outer * first.in + input) * rank + bond)];
            const float* from
                = right.data() + static_cast<std::size_t>((bond * second.out + inner) * second.in);
            float* to = out.data() + static_cast<std::size_t>(input * second.in);
            for (std::int64_t column = 0; column < second.in; ++column)
                to[column] += factor * from[column];
        }
}

namespace {

    /// Adds left times right to the values.
    void addFactors(const VariantMatrix& matrix, std::vector<float>& values)
    {
        const auto columns = static_cast<std::size_t>(matrix.columns);
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            matrix.addFactorRow(
                row, std::span(values).subspan(static_cast<std::size_t>(row) * columns, columns));
    }

} // namespace

std::vector<float> VariantMatrix::toDense() const
{
    if (factored()) {
        std::vector<float> result(static_cast<std::size_t>(rows * columns), 0.0F);
        addFactors(*this, result);
        return result;
    }
    if (!quantized())
        return dense;
    const std::int64_t groups = columns / grid.groupSize;
    const float middle = static_cast<float>(1 << (grid.bits - 1));
    std::vector<float> result(static_cast<std::size_t>(rows * columns));
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column) {
            const auto group = static_cast<std::size_t>(row * groups + column / grid.groupSize);
            const auto index = static_cast<std::size_t>(row * columns + column);
            const float zero = grid.symmetric ? middle : zeros[group];
            result[index] = scales[group] * (static_cast<float>(codes[index]) - zero);
        }
    addFactors(*this, result);
    return result;
}

namespace {

    std::string keyOf(Role role, int layer)
    {
        return hfTensorName(role, layer);
    }

    SafetensorsItem halfItem(std::string name, std::vector<std::int64_t> shape,
                             const std::vector<float>& values)
    {
        SafetensorsItem item { std::move(name),
                               "F16",
                               std::move(shape),
                               static_cast<std::int64_t>(2 * values.size()),
                               {} };
        item.produce = [&values]() -> Result<std::vector<std::byte>> {
            std::vector<std::byte> bytes(2 * values.size());
            quantize(DType::F16, values, bytes);
            return bytes;
        };
        return item;
    }

    SafetensorsItem floatItem(std::string name, const std::vector<float>& values)
    {
        SafetensorsItem item { std::move(name),
                               "F32",
                               { static_cast<std::int64_t>(values.size()) },
                               static_cast<std::int64_t>(4 * values.size()),
                               {} };
        item.produce = [&values]() -> Result<std::vector<std::byte>> {
            std::vector<std::byte> bytes(4 * values.size());
            std::memcpy(bytes.data(), values.data(), bytes.size());
            return bytes;
        };
        return item;
    }

    void addMatrix(std::vector<SafetensorsItem>& items, const std::string& name,
                   const VariantMatrix& matrix)
    {
        if (matrix.rank > 0) {
            items.push_back(
                halfItem(name + ".left", { matrix.leftRows(), matrix.rank }, matrix.left));
            items.push_back(
                halfItem(name + ".right", { matrix.rank, matrix.rightColumns() }, matrix.right));
        }
        if (matrix.factored())
            return;
        if (!matrix.quantized()) {
            items.push_back(halfItem(name, { matrix.rows, matrix.columns }, matrix.dense));
            return;
        }
        const std::int64_t groups = matrix.columns / matrix.grid.groupSize;
        SafetensorsItem codes {
            name + ".codes", "U8", { matrix.rows, matrix.columns }, matrix.rows * matrix.columns, {}
        };
        codes.produce = [&matrix]() -> Result<std::vector<std::byte>> {
            std::vector<std::byte> bytes(matrix.codes.size());
            std::memcpy(bytes.data(), matrix.codes.data(), bytes.size());
            return bytes;
        };
        items.push_back(std::move(codes));
        items.push_back(halfItem(name + ".scales", { matrix.rows, groups }, matrix.scales));
        if (!matrix.grid.symmetric)
            items.push_back(halfItem(name + ".zeros", { matrix.rows, groups }, matrix.zeros));
    }

    Json matrixJson(const VariantMatrix& matrix)
    {
        Json json { { "rows", matrix.rows }, { "columns", matrix.columns } };
        if (matrix.rank > 0)
            json["rank"] = matrix.rank;
        if (matrix.network())
            json["first_site"] = { matrix.firstSite.out, matrix.firstSite.in };
        if (matrix.quantized())
            json["grid"] = { { "bits", matrix.grid.bits },
                             { "group_size", matrix.grid.groupSize },
                             { "symmetric", matrix.grid.symmetric } };
        return json;
    }

    Result<VariantMatrixEntry> matrixEntry(const Json& json, const std::string& name)
    {
        VariantMatrixEntry entry;
        entry.rows = jsonValue<std::int64_t>(json, "rows", 0);
        entry.columns = jsonValue<std::int64_t>(json, "columns", 0);
        entry.rank = jsonValue<std::int64_t>(json, "rank", 0);
        constexpr std::int64_t largest = std::int64_t { 1 } << 31;
        // Factors are small, but their product is held in memory.
        constexpr std::int64_t largestMatrix = std::int64_t { 1 } << 33;
        bool good = entry.rows > 0 && entry.rows < largest && entry.columns > 0
            && entry.columns < largest && entry.rank >= 0 && entry.rank < largest
            && entry.rows <= largestMatrix / entry.columns;
        if (const auto site = jsonValue<std::vector<std::int64_t>>(json, "first_site", {});
            !site.empty()) {
            good = good && site.size() == 2 && site[0] > 0 && site[1] > 0 && entry.rank > 0
                && entry.rows % site[0] == 0 && entry.columns % site[1] == 0;
            if (good)
                entry.firstSite = { site[0], site[1] };
        }
        if (const auto grid = json.find("grid"); grid != json.end()) {
            entry.quantized = true;
            entry.grid.bits = jsonValue(*grid, "bits", 0);
            entry.grid.groupSize = jsonValue<std::int64_t>(*grid, "group_size", 0);
            entry.grid.symmetric = jsonValue(*grid, "symmetric", true);
            good = good && entry.grid.bits >= 2 && entry.grid.bits <= 8 && entry.grid.groupSize > 0
                && entry.columns % entry.grid.groupSize == 0 && entry.firstSite.out == 0;
        }
        if (!good)
            return badInput("The variant's description of " + name + " is damaged.");
        return entry;
    }

    struct VariantHeader {
        Architecture architecture;
        std::map<std::pair<Role, int>, VariantMatrixEntry> matrices;
        std::vector<std::pair<Role, int>> vectors;
        std::vector<std::int32_t> keptTokens;
    };

    Result<VariantHeader> readHeader(const fs::path& folder)
    {
        SCHMIDT_TRY(const Json json, readJsonFile(folder / "schmidt-variant.json"));
        if (jsonValue(json, "schema", 0) != 1)
            return unsupported("The variant in " + folder.string()
                               + " was written by a newer version of this program.");
        VariantHeader header;
        SCHMIDT_TRY(header.architecture,
                    architectureFromJson(jsonValue<Json>(json, "architecture", Json::object())));
        const Json matrices = jsonValue<Json>(json, "matrices", Json::object());
        for (const auto& [name, entry] : matrices.items()) {
            const auto role = roleFromHfName(name);
            if (!role)
                return badInput("The variant in " + folder.string() + " names an unknown matrix "
                                + name + ".");
            SCHMIDT_TRY(const VariantMatrixEntry matrix, matrixEntry(entry, name));
            header.matrices[{ role->role, role->layer }] = matrix;
        }
        for (const auto& name : jsonValue<std::vector<std::string>>(json, "vectors", {})) {
            const auto role = roleFromHfName(name);
            if (!role)
                return badInput("The variant in " + folder.string() + " names an unknown vector "
                                + name + ".");
            header.vectors.push_back({ role->role, role->layer });
        }
        header.keptTokens = jsonValue<std::vector<std::int32_t>>(json, "kept_tokens", {});
        if (!header.keptTokens.empty()
            && static_cast<std::int64_t>(header.keptTokens.size())
                != header.architecture.vocabularySize)
            return badInput("The variant in " + folder.string()
                            + " has another number of kept tokens than of tokens.");
        return header;
    }

    /// The stored tensors of a variant folder by name.
    class VariantTensors {
    public:
        static Result<VariantTensors> open(const fs::path& folder)
        {
            SCHMIDT_TRY(MappedFile file, MappedFile::open(folder / "model.safetensors"));
            SCHMIDT_TRY(SafetensorsHeader header, parseSafetensors(file));
            return VariantTensors(std::move(file), std::move(header));
        }

        VariantTensors(MappedFile file, SafetensorsHeader header)
            : m_file(std::move(file))
            , m_header(std::move(header))
        {
        }

        const SafetensorsEntry* find(const std::string& name) const
        {
            for (const SafetensorsEntry& entry : m_header.tensors)
                if (entry.name == name)
                    return &entry;
            return nullptr;
        }

        Result<std::vector<float>> floats(const std::string& name, std::int64_t expected) const
        {
            const SafetensorsEntry* entry = find(name);
            std::int64_t elements = 1;
            for (const std::int64_t extent : entry ? entry->shape : std::vector<std::int64_t> { 0 })
                elements *= extent;
            if (!entry || !entry->dtype || elements != expected)
                return badInput("The variant's tensor " + name
                                + " is missing or has a wrong size.");
            std::vector<float> values(static_cast<std::size_t>(elements));
            dequantize(*entry->dtype, raw(*entry), values);
            if (!allFinite(values))
                return badInput("The variant's tensor " + name
                                + " holds NaN or infinity; the variant is damaged.");
            return values;
        }

        Result<std::vector<std::uint8_t>> bytes(const std::string& name,
                                                std::int64_t expected) const
        {
            const SafetensorsEntry* entry = find(name);
            if (!entry || entry->dtypeName != "U8" || entry->bytes != expected)
                return badInput("The variant's tensor " + name
                                + " is missing or has a wrong size.");
            std::vector<std::uint8_t> values(static_cast<std::size_t>(expected));
            std::memcpy(values.data(), raw(*entry).data(), values.size());
            return values;
        }

        const MappedFile& file() const { return m_file; }
        const SafetensorsHeader& header() const { return m_header; }

    private:
        std::span<const std::byte> raw(const SafetensorsEntry& entry) const
        {
            return m_file.bytes().subspan(entry.offset, static_cast<std::size_t>(entry.bytes));
        }

        MappedFile m_file;
        SafetensorsHeader m_header;
    };

    Result<VariantMatrix> readMatrix(const VariantTensors& tensors, const std::string& name,
                                     const VariantMatrixEntry& entry)
    {
        VariantMatrix matrix;
        matrix.rows = entry.rows;
        matrix.columns = entry.columns;
        matrix.rank = entry.rank;
        matrix.firstSite = entry.firstSite;
        matrix.grid = entry.grid;
        if (entry.rank > 0) {
            SCHMIDT_TRY(matrix.left,
                        tensors.floats(name + ".left", matrix.leftRows() * entry.rank));
            SCHMIDT_TRY(matrix.right,
                        tensors.floats(name + ".right", entry.rank * matrix.rightColumns()));
            if (!entry.quantized)
                return matrix;
        }
        if (!entry.quantized) {
            SCHMIDT_TRY(matrix.dense, tensors.floats(name, entry.rows * entry.columns));
            return matrix;
        }
        const std::int64_t groups = entry.rows * (entry.columns / entry.grid.groupSize);
        SCHMIDT_TRY(matrix.codes, tensors.bytes(name + ".codes", entry.rows * entry.columns));
        if (std::any_of(matrix.codes.begin(), matrix.codes.end(),
                        [&](std::uint8_t code) { return code >> entry.grid.bits != 0; }))
            return badInput(fmt::format("The variant's codes of {} do not fit {} bits; the variant "
                                        "is damaged.",
                                        name, entry.grid.bits));
        SCHMIDT_TRY(matrix.scales, tensors.floats(name + ".scales", groups));
        if (!entry.grid.symmetric) {
            SCHMIDT_TRY(matrix.zeros, tensors.floats(name + ".zeros", groups));
        }
        return matrix;
    }

    /// The stored tensors a matrix consists of, with their shapes.
    std::vector<std::pair<std::string, std::vector<std::int64_t>>>
    partsOf(const std::string& name, const VariantMatrixEntry& entry)
    {
        std::vector<std::pair<std::string, std::vector<std::int64_t>>> parts;
        if (entry.rank > 0) {
            VariantMatrix shape;
            shape.rows = entry.rows;
            shape.columns = entry.columns;
            shape.firstSite = entry.firstSite;
            parts = { { name + ".left", { shape.leftRows(), entry.rank } },
                      { name + ".right", { entry.rank, shape.rightColumns() } } };
        }
        if (!entry.quantized) {
            if (parts.empty())
                parts.push_back({ name, { entry.rows, entry.columns } });
            return parts;
        }
        const std::int64_t groups = entry.columns / entry.grid.groupSize;
        parts.push_back({ name + ".codes", { entry.rows, entry.columns } });
        parts.push_back({ name + ".scales", { entry.rows, groups } });
        if (!entry.grid.symmetric)
            parts.push_back({ name + ".zeros", { entry.rows, groups } });
        return parts;
    }

    /// Describes a matrix as a tensor after checking that all its parts are there.
    Result<TensorInfo> matrixInfo(const VariantTensors& tensors, std::pair<Role, int> key,
                                  const VariantMatrixEntry& entry)
    {
        const std::string name = keyOf(key.first, key.second);
        TensorInfo info { name,       key.first, key.second, { entry.rows, entry.columns },
                          DType::F16, 0,         0,          0 };
        for (const auto& [part, shape] : partsOf(name, entry)) {
            const SafetensorsEntry* lying = tensors.find(part);
            const bool codes = part.ends_with(".codes");
            if (!lying || lying->shape != shape || lying->dtypeName != (codes ? "U8" : "F16"))
                return badInput("The variant's tensor " + part
                                + " is missing or has a wrong type or size.");
            if (info.bytes == 0)
                info.offset = lying->offset;
            info.bytes += lying->bytes;
        }
        if (entry.quantized)
            info.dtype = DType::I8;
        return info;
    }

} // namespace

Result<std::vector<float>> readVariantMatrix(const MappedFile& file,
                                             const SafetensorsHeader& header,
                                             const std::string& name,
                                             const VariantMatrixEntry& entry)
{
    const VariantTensors tensors(file, header);
    SCHMIDT_TRY(const VariantMatrix matrix, readMatrix(tensors, name, entry));
    return matrix.toDense();
}

Result<void> saveVariant(const Variant& variant, const ModelSource& base, const fs::path& folder)
{
    return writeFolderAtomically(folder, [&](const fs::path& temporary) -> Result<void> {
        std::vector<SafetensorsItem> items;
        Json json { { "schema", 1 },
                    { "architecture", toJson(variant.architecture) },
                    { "matrices", Json::object() },
                    { "vectors", Json::array() } };
        if (!base.keptTokens().empty())
            json["kept_tokens"] = base.keptTokens();
        for (const auto& [key, matrix] : variant.matrices) {
            const std::string name = keyOf(key.first, key.second);
            addMatrix(items, name, matrix);
            json["matrices"][name] = matrixJson(matrix);
        }
        for (const auto& [key, values] : variant.vectors) {
            items.push_back(floatItem(keyOf(key.first, key.second), values));
            json["vectors"].push_back(keyOf(key.first, key.second));
        }
        SCHMIDT_CHECK(writeSafetensors(temporary / "model.safetensors", items,
                                       { { "format", "schmidt" } }, hardwareThreads()));
        SCHMIDT_CHECK(writeFileAtomically(temporary / "tokenizer.schmidt.json",
                                          dumpJson(toJson(base.tokenizer()))));
        return writeFileAtomically(temporary / "schmidt-variant.json", dumpJson(json));
    });
}

Result<Variant> loadVariant(const fs::path& folder)
{
    // Opening checks that everything the architecture asks for is there.
    SCHMIDT_TRY(const auto checked, ModelSourceBuilder::openVariant(folder));
    SCHMIDT_TRY(const VariantHeader header, readHeader(folder));
    SCHMIDT_TRY(const VariantTensors tensors, VariantTensors::open(folder));
    Variant variant;
    variant.architecture = header.architecture;
    const std::vector matrices(header.matrices.begin(), header.matrices.end());
    SCHMIDT_CHECK(OrderedWork<VariantMatrix>::run(
        static_cast<std::int64_t>(matrices.size()), hardwareThreads(),
        [&](std::int64_t index) {
            const auto& [key, entry] = matrices[static_cast<std::size_t>(index)];
            return readMatrix(tensors, keyOf(key.first, key.second), entry);
        },
        [&](std::int64_t index, VariantMatrix matrix) -> Result<void> {
            variant.matrices[matrices[static_cast<std::size_t>(index)].first] = std::move(matrix);
            return {};
        }));
    for (const auto& key : header.vectors) {
        const std::string name = keyOf(key.first, key.second);
        const SafetensorsEntry* entry = tensors.find(name);
        if (!entry || entry->shape.size() != 1)
            return badInput("The variant's vector " + name + " is missing or has a wrong size.");
        SCHMIDT_TRY(variant.vectors[key], tensors.floats(name, entry->shape.front()));
    }
    return variant;
}

namespace {

    /// Matrices for which `keptInFile` holds get their shape only.
    Result<Variant> readVariant(const ModelSource& source,
                                const std::function<bool(const TensorInfo&)>& keptInFile)
    {
        if (source.format() == ModelFormat::Variant && !source.isView())
            return loadVariant(source.path());
        Variant variant;
        variant.architecture = source.architecture();
        std::vector<const TensorInfo*> tensors; // to read now
        for (const TensorInfo& tensor : source.tensors()) {
            if (!tensor.role || *tensor.role == Role::RopeFactors
                || source.find(*tensor.role, tensor.layer) != &tensor)
                continue;
            if (tensor.shape.size() == 2) {
                VariantMatrix& matrix = variant.matrices[{ *tensor.role, tensor.layer }];
                matrix.rows = tensor.shape[0];
                matrix.columns = tensor.shape[1];
            }
            if (tensor.shape.size() == 1 || !keptInFile(tensor))
                tensors.push_back(&tensor);
        }
        const auto tensorAt
            = [&](std::int64_t index) { return tensors[static_cast<std::size_t>(index)]; };
        const auto keep = [&](std::int64_t index, std::vector<float> values) -> Result<void> {
            const TensorInfo& tensor = *tensorAt(index);
            const std::pair key { *tensor.role, tensor.layer };
            if (tensor.shape.size() == 1)
                variant.vectors[key] = std::move(values);
            else
                variant.matrices[key].dense = std::move(values);
            return {};
        };
        SCHMIDT_CHECK(OrderedWork<std::vector<float>>::run(
            static_cast<std::int64_t>(tensors.size()), hardwareThreads(),
            [&](std::int64_t index) { return source.readTensor(*tensorAt(index)); }, keep));
        return variant;
    }

} // namespace

Result<Variant> variantFromSource(const ModelSource& source)
{
    return readVariant(source, [](const TensorInfo&) { return false; });
}

Result<Variant> variantInFile(const std::shared_ptr<const ModelSource>& source)
{
    const auto keptInFile = [&](const TensorInfo& tensor) { return source->hasRows(tensor); };
    SCHMIDT_TRY(Variant variant, readVariant(*source, keptInFile));
    for (auto& [key, matrix] : variant.matrices) {
        const TensorInfo* tensor = source->find(key.first, key.second);
        if (tensor && keptInFile(*tensor))
            matrix.readRow = [source, tensor](std::int64_t row, std::span<float> out) {
                return source->readRow(*tensor, row, out);
            };
    }
    return variant;
}

Result<std::shared_ptr<const ModelSource>> ModelSourceBuilder::openVariant(const fs::path& folder)
{
    auto state = std::make_unique<State>();
    state->path = folder;
    state->format = ModelFormat::Variant;
    SCHMIDT_TRY(const VariantHeader header, readHeader(folder));
    SCHMIDT_TRY(const VariantTensors tensors, VariantTensors::open(folder));
    state->architecture = header.architecture;
    state->variantMatrices = header.matrices;
    state->keptTokens = header.keptTokens;
    state->files.push_back(folder / "model.safetensors");
    state->extraHashed.push_back(folder / "schmidt-variant.json");
    state->mappings.push_back(tensors.file());
    state->variantTensors = tensors.header();
    for (const auto& [key, entry] : header.matrices) {
        SCHMIDT_TRY(TensorInfo info, matrixInfo(tensors, key, entry));
        state->tensors.push_back(std::move(info));
    }
    for (const auto& key : header.vectors) {
        const SafetensorsEntry* lying = tensors.find(keyOf(key.first, key.second));
        if (!lying || !lying->dtype)
            return badInput("The variant's tensor " + keyOf(key.first, key.second)
                            + " is missing.");
        state->tensors.push_back({ lying->name, key.first, key.second, lying->shape, *lying->dtype,
                                   lying->bytes, 0, lying->offset });
    }
    SCHMIDT_TRY(const Json tokenizer, readJsonFile(folder / "tokenizer.schmidt.json"));
    SCHMIDT_TRY(state->tokenizer, tokenizerFromJson(tokenizer));
    return finish(std::move(state));
}

} // namespace schmidt
