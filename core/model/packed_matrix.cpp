// SPDX-License-Identifier: Apache-2.0
#include "model/packed_matrix.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schmidt {

namespace {

    /// Output column inside a block of eight that nibble i of an AWQ word belongs to, inverted:
    /// the nibble that holds output column i.
    constexpr std::array<int, 8> awqNibble { 0, 4, 1, 5, 2, 6, 3, 7 };

    std::int64_t ceilDivide(std::int64_t value, std::int64_t by)
    {
        return (value + by - 1) / by;
    }

    std::uint32_t wordAt(const PackedPart& part, std::int64_t index)
    {
        std::uint32_t word = 0;
        std::memcpy(&word, part.bytes.data() + 4 * index, 4);
        return word;
    }

    /// Field `index` of `bits` bits in a stream of 32-bit words that lie `stride` words apart.
    int fieldAt(const PackedPart& part, std::int64_t first, std::int64_t stride, std::int64_t index,
                int bits)
    {
        const std::int64_t bit = index * bits;
        const std::int64_t word = bit / 32, shift = bit % 32;
        std::uint64_t window = wordAt(part, first + word * stride);
        if (shift + bits > 32)
            window |= static_cast<std::uint64_t>(wordAt(part, first + (word + 1) * stride)) << 32;
        return static_cast<int>((window >> shift) & ((1U << bits) - 1));
    }

    int byteAt(const PackedPart& part, std::int64_t index)
    {
        return static_cast<std::int8_t>(part.bytes[static_cast<std::size_t>(index)]);
    }

    std::vector<float> floatsOf(const PackedPart& part, DType type)
    {
        std::vector<float> values(part.bytes.size()
                                  / static_cast<std::size_t>(storageBytes(type, 1)));
        dequantize(type, part.bytes, values);
        return values;
    }

    float roundedTo(DType type, float value)
    {
        if (type == DType::F16)
            return halfToFloat(floatToHalf(value));
        return type == DType::BF16 ? bfloatToFloat(floatToBfloat(value)) : value;
    }

    /// Code of one weight; signed where the checkpoint stores signed bytes.
    int codeAt(const PackedMatrix& matrix, std::int64_t row, std::int64_t column)
    {
        switch (matrix.layout) {
        case PackedLayout::Gptq:
            return fieldAt(matrix.codes, row, matrix.rows, column, matrix.grid.bits);
        case PackedLayout::Awq:
            return static_cast<int>((wordAt(matrix.codes, column * (matrix.rows / 8) + row / 8)
                                     >> (4 * awqNibble[static_cast<std::size_t>(row % 8)]))
                                    & 15U);
        case PackedLayout::CompressedTensors:
            break;
        }
        if (matrix.signedCodes)
            return byteAt(matrix.codes, row * matrix.columns + column);
        return fieldAt(matrix.codes, row * matrix.codes.extent(1), 1, column, matrix.grid.bits);
    }

    /// Zero point in the same terms as codeAt().
    int zeroAt(const PackedMatrix& matrix, std::int64_t row, std::int64_t group)
    {
        const int bits = matrix.grid.bits;
        switch (matrix.layout) {
        case PackedLayout::Gptq: {
            const int stored = fieldAt(matrix.zeros, group * matrix.zeros.extent(1), 1, row, bits);
            return matrix.zeroLessOne ? (stored + 1) & ((1 << bits) - 1) : stored;
        }
        case PackedLayout::Awq:
            return static_cast<int>((wordAt(matrix.zeros, group * (matrix.rows / 8) + row / 8)
                                     >> (4 * awqNibble[static_cast<std::size_t>(row % 8)]))
                                    & 15U);
        case PackedLayout::CompressedTensors:
            break;
        }
        const int middle = matrix.signedCodes ? 0 : 1 << (bits - 1);
        if (matrix.grid.symmetric)
            return middle;
        if (matrix.zeros.typeName == "I8")
            return middle
                + byteAt(matrix.zeros, (matrix.scaleRows > 1 ? row : 0) * matrix.groups + group);
        return fieldAt(matrix.zeros, group, matrix.groups, row, bits);
    }

    /// The group of every column. Errors: BadInput for one outside the stored groups.
    Result<std::vector<std::int64_t>> groupOfColumns(const PackedMatrix& matrix,
                                                     const std::string& module)
    {
        std::vector<std::int64_t> groups(static_cast<std::size_t>(matrix.columns), 0);
        const std::int64_t size = matrix.grid.groupSize;
        for (std::int64_t column = 0; column < matrix.columns && size > 0; ++column)
            groups[static_cast<std::size_t>(column)] = column / size;
        if (matrix.groupIndex.bytes.empty() || wordAt(matrix.groupIndex, 0) == 0xffffffffU)
            return groups; // -1 stands for columns in their natural order
        for (std::int64_t column = 0; column < matrix.columns; ++column) {
            const std::int64_t group = wordAt(matrix.groupIndex, column);
            if (group >= matrix.groups)
                return badInput(
                    fmt::format("Column {} of {} belongs to group {}, but only {} groups are "
                                "stored; the checkpoint is damaged.",
                                column, module, static_cast<std::int32_t>(group), matrix.groups));
            groups[static_cast<std::size_t>(column)] = group;
        }
        return groups;
    }

} // namespace

std::string PackedMatrix::typeName() const
{
    const char* method = layout == PackedLayout::Gptq ? "gptq "
        : layout == PackedLayout::Awq                 ? "awq "
                                                      : "";
    const std::string size = grid.groupSize > 0 ? fmt::format("g{}", grid.groupSize)
        : scaleRows > 1 || rows == 1            ? "per channel"
                                                : "per tensor";
    return fmt::format("{}int{} {}", method, grid.bits, size);
}

std::int64_t PackedMatrix::bytes() const
{
    return static_cast<std::int64_t>(codes.bytes.size() + scales.bytes.size() + zeros.bytes.size()
                                     + groupIndex.bytes.size());
}

std::optional<PackedName> packedName(PackedLayout layout, const std::string& name,
                                     const std::string& typeName)
{
    const auto dot = name.rfind('.');
    if (dot == std::string::npos)
        return std::nullopt;
    PackedName split { name.substr(0, dot), name.substr(dot + 1) };
    const auto oneOf = [&](std::initializer_list<const char*> parts) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const char* part) { return split.part == part; });
    };
    const bool packed = layout == PackedLayout::CompressedTensors
        ? oneOf({ "weight_packed", "weight_scale", "weight_zero_point", "weight_shape",
                  "weight_g_idx" })
            || (split.part == "weight" && typeName == "I8")
        : oneOf({ "qweight", "qzeros", "scales", "g_idx" });
    return packed ? std::optional(split) : std::nullopt;
}

Result<std::vector<float>> unpackRows(const PackedMatrix& matrix, std::int64_t firstRow,
                                      std::int64_t rows, const std::string& module)
{
    SCHMIDT_TRY(const auto groups, groupOfColumns(matrix, module));
    const std::vector<float> scales = floatsOf(matrix.scales, matrix.scaleType);
    const bool scalesByGroup = matrix.layout != PackedLayout::CompressedTensors;
    std::vector<float> values(static_cast<std::size_t>(rows * matrix.columns));
    std::vector<float> rowScales(static_cast<std::size_t>(matrix.groups));
    std::vector<int> rowZeros(rowScales.size());
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t stored = firstRow + row;
        for (std::int64_t group = 0; group < matrix.groups; ++group) {
            const std::int64_t index = scalesByGroup
                ? group * matrix.rows + stored
                : (matrix.scaleRows > 1 ? stored : 0) * matrix.groups + group;
            rowScales[static_cast<std::size_t>(group)] = scales[static_cast<std::size_t>(index)];
            rowZeros[static_cast<std::size_t>(group)] = zeroAt(matrix, stored, group);
        }
        float* out = values.data() + row * matrix.columns;
        for (std::int64_t column = 0; column < matrix.columns; ++column) {
            const auto group = static_cast<std::size_t>(groups[static_cast<std::size_t>(column)]);
            const int code = codeAt(matrix, stored, column) - rowZeros[group];
            out[column] = roundedTo(matrix.scaleType, rowScales[group] * static_cast<float>(code));
        }
    }
    return values;
}

namespace {

    /// Assembles one module; every step leaves a sentence when the parts do not fit.
    class Assembly {
    public:
        Assembly(const PackedScheme& scheme, const PackedParts& parts, const std::string& module)
            : m_scheme(scheme)
            , m_parts(parts)
            , m_module(module)
        {
            m_matrix.layout = scheme.layout;
            m_matrix.zeroLessOne = scheme.zeroLessOne;
        }

        Result<PackedMatrix> gptq()
        {
            m_matrix.grid = m_scheme.grids.front();
            m_matrix.grid.symmetric = false; // zero points are stored in any case
            SCHMIDT_CHECK(take("qweight", { "I32" }, 2, m_matrix.codes));
            const int bits = m_matrix.grid.bits;
            m_matrix.rows = m_matrix.codes.extent(1);
            m_matrix.columns = m_matrix.codes.extent(0) * 32 / bits;
            SCHMIDT_CHECK(takeGroups("qzeros", ceilDivide(m_matrix.rows * bits, 32)));
            if (m_parts.contains("g_idx")) {
                SCHMIDT_CHECK(take("g_idx", { "I32" }, 1, m_matrix.groupIndex));
                if (m_matrix.groupIndex.extent(0) != m_matrix.columns)
                    return wrong("g_idx", { m_matrix.columns });
            }
            if (m_matrix.codes.extent(0) * 32 % bits != 0)
                return badInput("The packed words of " + m_module
                                + " end inside a weight; the checkpoint is damaged.");
            return m_matrix;
        }

        Result<PackedMatrix> awq()
        {
            m_matrix.grid = m_scheme.grids.front();
            m_matrix.grid.symmetric = false;
            SCHMIDT_CHECK(take("qweight", { "I32" }, 2, m_matrix.codes));
            m_matrix.rows = m_matrix.codes.extent(1) * 8;
            m_matrix.columns = m_matrix.codes.extent(0);
            SCHMIDT_CHECK(takeGroups("qzeros", m_matrix.rows / 8));
            return m_matrix;
        }

        Result<PackedMatrix> compressedTensors()
        {
            const bool packed = m_parts.contains("weight_packed");
            m_matrix.signedCodes = !packed;
            SCHMIDT_CHECK(take(packed ? "weight_packed" : "weight", { packed ? "I32" : "I8" }, 2,
                               m_matrix.codes));
            m_matrix.rows = m_matrix.codes.extent(0);
            m_matrix.columns = m_matrix.codes.extent(1);
            if (packed)
                SCHMIDT_CHECK(takeShape());
            SCHMIDT_CHECK(take("weight_scale", { "F16", "BF16", "F32" }, 0, m_matrix.scales));
            const PackedPart& scales = m_matrix.scales;
            m_matrix.scaleType = *dtypeFromName(scales.typeName);
            m_matrix.scaleRows = scales.extent(0);
            m_matrix.groups = scales.extent(1);
            if ((m_matrix.scaleRows != m_matrix.rows
                 && (m_matrix.scaleRows != 1 || m_matrix.groups != 1))
                || scales.shape.size() > 2 || m_matrix.groups < 1
                || m_matrix.columns % m_matrix.groups != 0)
                return wrong("weight_scale", { m_matrix.rows, m_matrix.groups });
            m_matrix.grid.groupSize = m_matrix.groups > 1 ? m_matrix.columns / m_matrix.groups : 0;
            m_matrix.grid.symmetric = !m_parts.contains("weight_zero_point");
            SCHMIDT_CHECK(matchGrid(packed));
            if (!m_matrix.grid.symmetric)
                SCHMIDT_CHECK(takeZeros(packed));
            if (m_parts.contains("weight_g_idx")) {
                SCHMIDT_CHECK(take("weight_g_idx", { "I32" }, 1, m_matrix.groupIndex));
                if (m_matrix.groupIndex.extent(0) != m_matrix.columns)
                    return wrong("weight_g_idx", { m_matrix.columns });
            }
            return m_matrix;
        }

    private:
        Error wrong(const std::string& part, const std::vector<std::int64_t>& wanted) const
        {
            return badInput(fmt::format(
                "{}.{} has shape [{}] where its packing asks for [{}]; the checkpoint is damaged.",
                m_module, part, fmt::join(m_parts.at(part).shape, ", "), fmt::join(wanted, ", ")));
        }

        /// `axes` 0 = any number.
        Result<void> take(const std::string& part, std::initializer_list<const char*> types,
                          std::size_t axes, PackedPart& target) const
        {
            const auto found = m_parts.find(part);
            if (found == m_parts.end())
                return badInput("The tensor " + m_module + "." + part
                                + " is missing; the quantized checkpoint is incomplete.");
            target = found->second;
            const bool known = std::any_of(types.begin(), types.end(), [&](const char* type) {
                return target.typeName == type;
            });
            if (!known || (axes > 0 && target.shape.size() != axes) || target.bytes.empty())
                return badInput(fmt::format(
                    "{}.{} is a tensor of type {} and {} axes, which its packing does not use; the "
                    "checkpoint is damaged.",
                    m_module, part, target.typeName, target.shape.size()));
            return {};
        }

        /// Scales [groups, out] and zero points [groups, zeroColumns] of GPTQ and AWQ.
        Result<void> takeGroups(const std::string& zeros, std::int64_t zeroColumns)
        {
            SCHMIDT_CHECK(take("scales", { "F16", "BF16", "F32" }, 2, m_matrix.scales));
            SCHMIDT_CHECK(take(zeros, { "I32" }, 2, m_matrix.zeros));
            m_matrix.scaleType = *dtypeFromName(m_matrix.scales.typeName);
            m_matrix.scaleRows = m_matrix.rows;
            const std::int64_t size = m_matrix.grid.groupSize;
            m_matrix.groups = size > 0 ? ceilDivide(m_matrix.columns, size) : 1;
            if (m_matrix.scales.shape != std::vector { m_matrix.groups, m_matrix.rows })
                return wrong("scales", { m_matrix.groups, m_matrix.rows });
            if (m_matrix.zeros.shape != std::vector { m_matrix.groups, zeroColumns })
                return wrong(zeros, { m_matrix.groups, zeroColumns });
            return {};
        }

        /// The columns of a packed matrix: its words may hold more fields than it has.
        Result<void> takeShape()
        {
            PackedPart shape;
            SCHMIDT_CHECK(take("weight_shape", { "I64", "I32" }, 1, shape));
            std::array<std::int64_t, 2> extents {};
            if (shape.extent(0) != 2)
                return wrong("weight_shape", { 2 });
            for (std::int64_t axis = 0; axis < 2; ++axis) {
                auto& extent = extents[static_cast<std::size_t>(axis)];
                if (shape.typeName == "I64")
                    std::memcpy(&extent, shape.bytes.data() + 8 * axis, 8);
                else
                    extent = static_cast<std::int32_t>(wordAt(shape, axis));
            }
            const std::int64_t words = m_matrix.codes.extent(1);
            m_matrix.columns = extents[1];
            if (extents[0] != m_matrix.rows || extents[1] <= 0 || extents[1] > 32 * words)
                return badInput(fmt::format(
                    "{}.weight_packed has shape [{}] but weight_shape says {} × {}; the "
                    "checkpoint is damaged.",
                    m_module, fmt::join(m_matrix.codes.shape, ", "), extents[0], extents[1]));
            return {};
        }

        /// The config group that describes what is stored.
        Result<void> matchGrid(bool packed)
        {
            for (const QuantGrid& grid : m_scheme.grids) {
                const bool width = packed
                    ? m_matrix.codes.extent(1) == ceilDivide(m_matrix.columns * grid.bits, 32)
                    : grid.bits == 8;
                const std::int64_t size = grid.groupSize == m_matrix.columns ? 0 : grid.groupSize;
                // A symmetric matrix may carry zero points that are all 0.
                if (width && size == m_matrix.grid.groupSize
                    && (grid.symmetric == m_matrix.grid.symmetric || !m_matrix.grid.symmetric)) {
                    m_matrix.grid.bits = grid.bits;
                    return {};
                }
            }
            return badInput(fmt::format(
                "The shapes of {} ({} words for {} columns, {} scales per row) fit none of the "
                "groups in the checkpoint's quantization_config; the files do not belong together.",
                m_module, m_matrix.codes.extent(1), m_matrix.columns, m_matrix.groups));
        }

        Result<void> takeZeros(bool packed)
        {
            SCHMIDT_CHECK(take("weight_zero_point", { "I32", "I8" }, 0, m_matrix.zeros));
            const bool words = m_matrix.zeros.typeName == "I32";
            const std::int64_t rows
                = words ? ceilDivide(m_matrix.rows * m_matrix.grid.bits, 32) : m_matrix.scaleRows;
            if ((words && !packed) || m_matrix.zeros.extent(0) != rows
                || m_matrix.zeros.extent(1) != m_matrix.groups || m_matrix.zeros.shape.size() > 2)
                return wrong("weight_zero_point", { rows, m_matrix.groups });
            return {};
        }

        const PackedScheme& m_scheme;
        const PackedParts& m_parts;
        const std::string& m_module;
        PackedMatrix m_matrix;
    };

} // namespace

Result<PackedMatrix> packedMatrix(const PackedScheme& scheme, const PackedParts& parts,
                                  const std::string& module)
{
    Assembly assembly(scheme, parts, module);
    switch (scheme.layout) {
    case PackedLayout::Gptq:
        return assembly.gptq();
    case PackedLayout::Awq:
        return assembly.awq();
    case PackedLayout::CompressedTensors:
        return assembly.compressedTensors();
    }
    return internalError("This packed layout has no reader.");
}

} // namespace schmidt
