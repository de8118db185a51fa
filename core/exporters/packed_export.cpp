// SPDX-License-Identifier: Apache-2.0
#include "exporters/packed_export.h"

#include "exporters/packed_folder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Error nothingToPack()
    {
        return unsupported("No linear matrix of this model is on a 4- or 8-bit grid, so there is "
                           "nothing to pack; quantize it first or export as hf.");
    }

    /// What neither layout takes.
    Result<void> checkPackable(const ExportTensor& tensor, const VariantMatrix& matrix,
                               const char* format)
    {
        const QuantGrid& grid = matrix.grid;
        if (grid.bits != 4 && grid.bits != 8)
            return unsupported(fmt::format(
                "{} is on the grid {}; {} is read with 4 or 8 bits only, the nearest is int4, or "
                "export as GGUF or ONNX.",
                placeOf(tensor), gridName(grid), format));
        const std::int64_t columns = tensor.shape[1];
        if (columns % grid.groupSize != 0) {
            const std::int64_t below = columns / grid.groupSize * grid.groupSize;
            return unsupported(fmt::format(
                "{} is padded to {} inputs, which groups of {} do not divide; the nearest widest "
                "layers have {} or {}.",
                placeOf(tensor), columns, grid.groupSize, std::max(below, grid.groupSize),
                below + grid.groupSize));
        }
        return {};
    }

    /// The matrix widened to the planned shape by codes, scales and zeros that stand for 0.
    VariantMatrix widened(const VariantMatrix& matrix, const ExportTensor& tensor)
    {
        VariantMatrix wide;
        wide.rows = tensor.shape[0];
        wide.columns = tensor.shape[1];
        wide.grid = matrix.grid;
        const auto middle = static_cast<std::uint8_t>(1 << (matrix.grid.bits - 1));
        const std::int64_t groups = wide.columns / wide.grid.groupSize;
        const std::int64_t sourceGroups = matrix.columns / wide.grid.groupSize;
        wide.codes.assign(static_cast<std::size_t>(wide.rows * wide.columns), middle);
        wide.scales.assign(static_cast<std::size_t>(wide.rows * groups), 1.0F);
        if (!wide.grid.symmetric)
            wide.zeros.assign(wide.scales.size(), middle);
        for (std::int64_t row = 0; row < matrix.rows; ++row) {
            std::copy_n(matrix.codes.begin() + row * matrix.columns, matrix.columns,
                        wide.codes.begin() + row * wide.columns);
            std::copy_n(matrix.scales.begin() + row * sourceGroups, sourceGroups,
                        wide.scales.begin() + row * groups);
            if (!wide.grid.symmetric)
                std::copy_n(matrix.zeros.begin() + row * sourceGroups, sourceGroups,
                            wide.zeros.begin() + row * groups);
        }
        return wide;
    }

    /// 32-bit words [rows, columns] of `perWord` values each, the first in the lowest bits.
    template <typename Value>
    std::vector<std::byte> packWords(std::int64_t rows, std::int64_t columns, std::int64_t perWord,
                                     const Value& value)
    {
        const std::int64_t bits = 32 / perWord;
        std::vector<std::byte> bytes(static_cast<std::size_t>(rows * columns * 4));
        std::byte* out = bytes.data();
        for (std::int64_t row = 0; row < rows; ++row)
            for (std::int64_t column = 0; column < columns; ++column, out += 4) {
                std::uint32_t word = 0;
                for (std::int64_t lane = 0; lane < perWord; ++lane)
                    word |= static_cast<std::uint32_t>(value(row, column, lane)) << (bits * lane);
                std::memcpy(out, &word, 4);
            }
        return bytes;
    }

    template <typename Integer>
    std::vector<std::byte> encodedIntegers(const std::vector<Integer>& values)
    {
        std::vector<std::byte> bytes(values.size() * sizeof(Integer));
        std::memcpy(bytes.data(), values.data(), bytes.size());
        return bytes;
    }

    /// Adds tensors of one packed matrix to the folder's items.
    class PackedItems {
    public:
        PackedItems(const VariantMatrix& matrix, const ExportTensor& tensor,
                    std::vector<SafetensorsItem>& items)
            : m_matrix(matrix)
            , m_tensor(tensor)
            , m_items(items)
        {
        }

        /// `make` gets the widened matrix when the file is written.
        void add(const char* suffix, const char* type, std::vector<std::int64_t> shape,
                 std::int64_t elementBytes,
                 std::function<std::vector<std::byte>(const VariantMatrix&)> make)
        {
            std::int64_t elements = 1;
            for (const std::int64_t extent : shape)
                elements *= extent;
            m_items.push_back({ moduleName(m_tensor) + suffix, type, std::move(shape),
                                elements * elementBytes,
                                [&matrix = m_matrix, tensor = m_tensor,
                                 make = std::move(make)]() -> Result<std::vector<std::byte>> {
                                    const bool fits = matrix.rows == tensor.shape[0]
                                        && matrix.columns == tensor.shape[1];
                                    return fits ? make(matrix) : make(widened(matrix, tensor));
                                } });
        }

    private:
        const VariantMatrix& m_matrix;
        ExportTensor m_tensor;
        std::vector<SafetensorsItem>& m_items;
    };

    Result<void> checkWholeZeros(const ExportTensor& tensor, const VariantMatrix& matrix,
                                 const char* format)
    {
        const auto levels = static_cast<float>(1 << matrix.grid.bits);
        const bool whole
            = std::all_of(matrix.zeros.begin(), matrix.zeros.end(), [levels](float zero) {
                  return zero >= 0 && zero < levels && std::floor(zero) == zero;
              });
        QuantGrid symmetric = matrix.grid;
        symmetric.symmetric = true;
        if (!whole)
            return unsupported(
                fmt::format("{} has zero points that are no whole numbers, and {} stores whole "
                            "ones; the nearest grid is {}, or export as GGUF or ONNX.",
                            placeOf(tensor), format, gridName(symmetric)));
        return {};
    }

    void addCompressedTensors(const VariantMatrix& matrix, const ExportTensor& tensor, DType type,
                              std::vector<SafetensorsItem>& items)
    {
        const std::int64_t rows = tensor.shape[0], columns = tensor.shape[1];
        const std::int64_t perWord = 32 / matrix.grid.bits;
        const std::int64_t words = (columns + perWord - 1) / perWord;
        const std::int64_t groups = columns / matrix.grid.groupSize;
        PackedItems packed(matrix, tensor, items);
        packed.add(".weight_packed", "I32", { rows, words }, 4, [=](const VariantMatrix& wide) {
            return packWords(rows, words, perWord, [&](auto row, auto word, auto lane) {
                const std::int64_t column = word * perWord + lane;
                return column < columns
                    ? wide.codes[static_cast<std::size_t>(row * columns + column)]
                    : std::uint8_t { 0 };
            });
        });
        packed.add(".weight_scale", type == DType::F32 ? "F32" : "F16", { rows, groups },
                   storageBytes(type, 1),
                   [type](const VariantMatrix& wide) { return encodedValues(type, wide.scales); });
        packed.add(".weight_shape", "I64", { 2 }, 8, [=](const VariantMatrix&) {
            return encodedIntegers(std::vector<std::int64_t> { rows, columns });
        });
        if (matrix.grid.symmetric)
            return;
        const std::int64_t zeroWords = (rows + perWord - 1) / perWord;
        packed.add(
            ".weight_zero_point", "I32", { zeroWords, groups }, 4, [=](const VariantMatrix& wide) {
                return packWords(zeroWords, groups, perWord, [&](auto word, auto group, auto lane) {
                    const std::int64_t row = word * perWord + lane;
                    return row < rows ? wide.zeros[static_cast<std::size_t>(row * groups + group)]
                                      : 0.0F;
                });
            });
    }

    /// The modules on one grid.
    struct ConfigGroup {
        QuantGrid grid;
        std::vector<std::string> modules;
    };

    Json storageOf(const QuantGrid& grid)
    {
        return { { "num_bits", grid.bits },        { "type", "int" },
                 { "symmetric", grid.symmetric },  { "strategy", "group" },
                 { "group_size", grid.groupSize }, { "dynamic", false },
                 { "actorder", nullptr } };
    }

} // namespace

Result<void> exportCompressedTensors(const Variant& variant, const TokenizerData& tokenizer,
                                     const ExportOptions& options, const fs::path& target,
                                     const WorkContext& context)
{
    SCHMIDT_TRY(PackedFolder folder, planPackedFolder(variant, options));
    std::vector<SafetensorsItem> items;
    std::vector<ConfigGroup> groups;
    std::vector<std::string> ignored;
    if (folder.architecture.tiedEmbeddings)
        ignored.push_back("lm_head");
    for (const ExportTensor& tensor : folder.tensors) {
        const bool linear = linearRoleIndex(tensor.role) || tensor.role == Role::Head;
        const VariantMatrix* matrix
            = linear ? &variant.matrices.at({ tensor.role, tensor.layer }) : nullptr;
        if (!matrix || !matrix->quantized()) {
            items.push_back(plainItem(variant, tensor));
            if (linear)
                ignored.push_back(moduleName(tensor));
            continue;
        }
        SCHMIDT_CHECK(checkPackable(tensor, *matrix, "compressed-tensors"));
        SCHMIDT_CHECK(checkWholeZeros(tensor, *matrix, "compressed-tensors"));
        addCompressedTensors(*matrix, tensor, folder.type, items);
        auto group = std::find_if(groups.begin(), groups.end(), [&](const ConfigGroup& entry) {
            return entry.grid == matrix->grid;
        });
        if (group == groups.end())
            group = groups.insert(group, ConfigGroup { matrix->grid, {} });
        group->modules.push_back(moduleName(tensor));
    }
    if (groups.empty())
        return nothingToPack();
    std::vector<CompressedGroup> entries;
    for (const ConfigGroup& group : groups)
        entries.push_back({ storageOf(group.grid), nullptr, group.modules });
    folder.config["quantization_config"]
        = compressedTensorsConfig("pack-quantized", entries, ignored);
    return writeHfFolder(folder.config, std::move(items), tokenizer, options, target, context);
}

namespace {

    /// A layout that has one grid for all seven matrices of every layer.
    struct UniformLayout {
        const char* name;
        /// Whether a matrix on `grid` may lie beside others on `common`.
        bool (*joins)(const QuantGrid& grid, const QuantGrid& common);
    };

    /// Whether the checkpoint can hold the matrix when all others are on `grid`.
    Result<void> checkUniform(const ExportTensor& tensor, const VariantMatrix& matrix,
                              const QuantGrid& grid, const UniformLayout& layout)
    {
        if (matrix.absent())
            return unsupported(fmt::format(
                "{} is missing, because its layer has lost attention or MLP, and a checkpoint of "
                "{} needs both in every layer; export as GGUF, ONNX or compressed-tensors.",
                placeOf(tensor), layout.name));
        if (!matrix.quantized() || !layout.joins(matrix.grid, grid))
            return unsupported(fmt::format(
                "{} is {} where others are on {}; a checkpoint of {} has one grid for all layers, "
                "so give every matrix {} or export as compressed-tensors.",
                placeOf(tensor),
                matrix.quantized()     ? "on the grid " + gridName(matrix.grid)
                    : matrix.network() ? "a tensor network"
                    : matrix.lowRank() ? "of low rank"
                                       : "not quantized",
                gridName(grid), layout.name, gridName(grid)));
        SCHMIDT_CHECK(checkPackable(tensor, matrix, layout.name));
        const std::int64_t perWord = 32 / grid.bits;
        if (tensor.shape[0] % perWord != 0)
            return unsupported(fmt::format(
                "{} has {} outputs; {} packs {} of them into a word, so the nearest width is {}.",
                placeOf(tensor), tensor.shape[0], layout.name, perWord,
                std::max(perWord, (tensor.shape[0] + perWord / 2) / perWord * perWord)));
        return {};
    }

    constexpr UniformLayout gptqLayout {
        "GPTQ", [](const QuantGrid& grid, const QuantGrid& common) { return grid == common; }
    };
    /// AWQ stores zero points of every group, so that symmetric and asymmetric grids mix.
    constexpr UniformLayout awqLayout { "AWQ", [](const QuantGrid& grid, const QuantGrid& common) {
                                           return grid.bits == common.bits
                                               && grid.groupSize == common.groupSize;
                                       } };

    Result<void> checkGptq(const ExportTensor& tensor, const VariantMatrix& matrix,
                           const QuantGrid& grid)
    {
        SCHMIDT_CHECK(checkUniform(tensor, matrix, grid, gptqLayout));
        if (!grid.symmetric)
            return unsupported(fmt::format(
                "{} is on the grid {}; GPTQ readers disagree on zero points, so this program "
                "writes symmetric grids only: use int{}-g{} or export as compressed-tensors.",
                placeOf(tensor), gridName(grid), grid.bits, grid.groupSize));
        return {};
    }

    Result<void> checkAwq(const ExportTensor& tensor, const VariantMatrix& matrix,
                          const QuantGrid& grid)
    {
        if (matrix.quantized() && matrix.grid.bits != 4)
            return unsupported(fmt::format(
                "{} is on the grid {}; AWQ is read with 4 bits only: use int4-g{} or export as "
                "compressed-tensors.",
                placeOf(tensor), gridName(matrix.grid), matrix.grid.groupSize));
        SCHMIDT_CHECK(checkUniform(tensor, matrix, grid, awqLayout));
        return checkWholeZeros(tensor, matrix, awqLayout.name);
    }

    /// Scales [groups, rows] of a widened matrix.
    std::vector<std::byte> scalesByGroup(const VariantMatrix& wide)
    {
        const std::int64_t groups = wide.columns / wide.grid.groupSize;
        std::vector<float> scales;
        scales.reserve(wide.scales.size());
        for (std::int64_t group = 0; group < groups; ++group)
            for (std::int64_t row = 0; row < wide.rows; ++row)
                scales.push_back(wide.scales[static_cast<std::size_t>(row * groups + group)]);
        return encodedValues(DType::F16, scales);
    }

    void addGptq(const VariantMatrix& matrix, const ExportTensor& tensor,
                 std::vector<SafetensorsItem>& items)
    {
        const std::int64_t rows = tensor.shape[0], columns = tensor.shape[1];
        const std::int64_t perWord = 32 / matrix.grid.bits, size = matrix.grid.groupSize;
        const std::int64_t groups = columns / size;
        PackedItems packed(matrix, tensor, items);
        packed.add(
            ".qweight", "I32", { columns / perWord, rows }, 4, [=](const VariantMatrix& wide) {
                return packWords(
                    columns / perWord, rows, perWord, [&](auto word, auto row, auto lane) {
                        return wide
                            .codes[static_cast<std::size_t>(row * columns + word * perWord + lane)];
                    });
            });
        packed.add(".qzeros", "I32", { groups, rows / perWord }, 4, [=](const VariantMatrix& wide) {
            // The first version of the format stores the zero point less one.
            const int zero = (1 << (wide.grid.bits - 1)) - 1;
            return packWords(groups, rows / perWord, perWord,
                             [zero](auto, auto, auto) { return zero; });
        });
        packed.add(".scales", "F16", { groups, rows }, 2, scalesByGroup);
        packed.add(".g_idx", "I32", { columns }, 4, [=](const VariantMatrix&) {
            std::vector<std::int32_t> group;
            for (std::int64_t column = 0; column < columns; ++column)
                group.push_back(static_cast<std::int32_t>(column / size));
            return encodedIntegers(group);
        });
    }

    /// GEMM layout of AutoAWQ: the fields of a word are outputs 0, 2, 4, 6, 1, 3, 5, 7 of its
    /// eight.
    void addAwq(const VariantMatrix& matrix, const ExportTensor& tensor,
                std::vector<SafetensorsItem>& items)
    {
        const std::int64_t rows = tensor.shape[0], columns = tensor.shape[1];
        const std::int64_t blocks = rows / 8, groups = columns / matrix.grid.groupSize;
        const auto rowOf = [](std::int64_t block, std::int64_t lane) {
            return 8 * block + (lane < 4 ? 2 * lane : 2 * lane - 7);
        };
        PackedItems packed(matrix, tensor, items);
        packed.add(".qweight", "I32", { columns, blocks }, 4, [=](const VariantMatrix& wide) {
            return packWords(columns, blocks, 8, [&](auto column, auto block, auto lane) {
                return wide.codes[static_cast<std::size_t>(rowOf(block, lane) * columns + column)];
            });
        });
        packed.add(".qzeros", "I32", { groups, blocks }, 4, [=](const VariantMatrix& wide) {
            return packWords(groups, blocks, 8, [&](auto group, auto block, auto lane) {
                const auto index = static_cast<std::size_t>(rowOf(block, lane) * groups + group);
                return wide.grid.symmetric ? 8.0F : wide.zeros[index];
            });
        });
        packed.add(".scales", "F16", { groups, rows }, 2, scalesByGroup);
    }

    Json awqConfig(const QuantGrid& grid)
    {
        return {
            { "quant_method", "awq" }, { "bits", 4 },         { "group_size", grid.groupSize },
            { "zero_point", true },    { "version", "gemm" }, { "modules_to_not_convert", nullptr }
        };
    }

    Json gptqConfig(const QuantGrid& grid)
    {
        return { { "quant_method", "gptq" },
                 { "bits", grid.bits },
                 { "group_size", grid.groupSize },
                 { "desc_act", false },
                 { "sym", true },
                 { "lm_head", false },
                 { "true_sequential", false },
                 { "checkpoint_format", "gptq" },
                 { "pack_dtype", "int32" } };
    }

} // namespace

namespace {

    /// What differs between the two layouts with one grid.
    struct UniformWriter {
        Result<void> (*check)(const ExportTensor&, const VariantMatrix&, const QuantGrid&);
        void (*add)(const VariantMatrix&, const ExportTensor&, std::vector<SafetensorsItem>&);
        Json (*config)(const QuantGrid&);
    };

    Result<void> exportUniform(const Variant& variant, const TokenizerData& tokenizer,
                               const ExportOptions& options, const fs::path& target,
                               const UniformWriter& writer, const WorkContext& context)
    {
        SCHMIDT_TRY(PackedFolder folder, planPackedFolder(variant, options));
        const VariantMatrix* first = nullptr;
        for (const auto& [key, matrix] : variant.matrices)
            if (!first && linearRoleIndex(key.first) && matrix.quantized())
                first = &matrix;
        if (!first)
            return nothingToPack();
        std::vector<SafetensorsItem> items;
        for (const ExportTensor& tensor : folder.tensors) {
            if (!linearRoleIndex(tensor.role)) {
                items.push_back(plainItem(variant, tensor));
                continue;
            }
            const VariantMatrix& matrix = variant.matrices.at({ tensor.role, tensor.layer });
            SCHMIDT_CHECK(writer.check(tensor, matrix, first->grid));
            writer.add(matrix, tensor, items);
        }
        folder.config["quantization_config"] = writer.config(first->grid);
        return writeHfFolder(folder.config, std::move(items), tokenizer, options, target, context);
    }

} // namespace

Result<void> exportGptq(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const fs::path& target,
                        const WorkContext& context)
{
    return exportUniform(variant, tokenizer, options, target, { checkGptq, addGptq, gptqConfig },
                         context);
}

Result<void> exportAwq(const Variant& variant, const TokenizerData& tokenizer,
                       const ExportOptions& options, const fs::path& target,
                       const WorkContext& context)
{
    return exportUniform(variant, tokenizer, options, target, { checkAwq, addAwq, awqConfig },
                         context);
}

} // namespace schmidt
