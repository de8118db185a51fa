// SPDX-License-Identifier: Apache-2.0
#include "base/ordered_work.h"
#include "exporters/export_plan.h"
#include "model/value_kernels.h"
#include "recipe/recipe.h"

#include <algorithm>
#include <cstring>

namespace schmidt {

namespace {

    constexpr std::int64_t blockSize = 32;
    constexpr std::int64_t pieceBytes = 1 << 20;

    /// Row of the matrix that stands at `row` of the file.
    std::int64_t sourceRow(std::int64_t row, std::int64_t head)
    {
        if (head == 0)
            return row;
        const std::int64_t inside = row % head;
        return row - inside + (inside % 2) * (head / 2) + inside / 2;
    }

    /// Values of one row, multiplied out; `out` may be longer and keeps what lies behind.
    void denseRow(const VariantMatrix& matrix, std::int64_t row, std::span<float> out)
    {
        const auto columns = static_cast<std::size_t>(matrix.columns);
        const auto start = static_cast<std::size_t>(row) * columns;
        if (matrix.factored()) {
            std::fill_n(out.begin(), columns, 0.0F);
            matrix.addFactorRow(row, out);
        } else if (matrix.quantized()) {
            const auto group = static_cast<std::size_t>(matrix.grid.groupSize);
            const float middle = static_cast<float>(1 << (matrix.grid.bits - 1));
            for (std::size_t column = 0; column < columns; ++column) {
                const std::size_t at = (start + column) / group;
                const float zero = matrix.grid.symmetric ? middle : matrix.zeros[at];
                out[column]
                    = matrix.scales[at] * (static_cast<float>(matrix.codes[start + column]) - zero);
            }
        } else {
            std::copy_n(matrix.dense.begin() + static_cast<std::ptrdiff_t>(start), columns,
                        out.begin());
        }
    }

    void store16(std::byte* at, float value)
    {
        const std::uint16_t half = floatToHalf(value);
        std::memcpy(at, &half, sizeof half);
    }

    /// The codes of one row as blocks of `type`; takesCodes() holds.
    void codeRow(const VariantMatrix& matrix, std::int64_t row, DType type, std::byte* out)
    {
        const std::int64_t bytes = blockLayout(type).bytes;
        const int middle = 1 << (matrix.grid.bits - 1);
        for (std::int64_t column = 0; column < matrix.columns; column += blockSize, out += bytes) {
            const std::int64_t start = row * matrix.columns + column;
            const auto group = static_cast<std::size_t>(start / matrix.grid.groupSize);
            const std::uint8_t* codes = matrix.codes.data() + start;
            store16(out, matrix.scales[group]);
            if (type == DType::Q8_0) {
                for (int j = 0; j < blockSize; ++j)
                    out[2 + j] = static_cast<std::byte>(codes[j] - middle);
                continue;
            }
            const int shift = type == DType::Q4_0 ? 8 - middle : 0;
            std::byte* nibbles = out + 2;
            if (type == DType::Q4_1) {
                store16(nibbles, -matrix.scales[group] * matrix.zeros[group]);
                nibbles += 2;
            }
            for (int j = 0; j < blockSize / 2; ++j)
                nibbles[j]
                    = static_cast<std::byte>((codes[j] + shift) | (codes[j + 16] + shift) << 4);
        }
    }

    Error beyondHalf(const std::string& name)
    {
        return unsupported(
            "The tensor " + name
            + " holds a value that 16-bit floating point cannot; export it as BF16 or F32.");
    }

} // namespace

DType ownExportType(const VariantMatrix& matrix, std::int64_t columns)
{
    Scheme scheme;
    if (matrix.quantized() && matrix.grid.groupSize % blockSize == 0)
        scheme = { SchemeKind::Rtn, matrix.grid };
    return exportType(scheme, columns);
}

bool takesCodes(DType type, const VariantMatrix& matrix)
{
    const QuantGrid& grid = matrix.grid;
    if (!matrix.quantized() || grid.groupSize % blockSize != 0)
        return false;
    switch (type) {
    case DType::Q4_0:
        return grid.symmetric && grid.bits <= 4;
    case DType::Q4_1:
        return !grid.symmetric && grid.bits <= 4;
    case DType::Q8_0:
        return grid.symmetric && grid.bits <= 8;
    default:
        return false;
    }
}

RowEncoder::RowEncoder(const VariantMatrix& matrix, const MatrixTarget& target, std::string name)
    : m_matrix(&matrix)
    , m_target(target)
    , m_name(std::move(name))
    , m_importance(target.importance.begin(), target.importance.end())
    , m_codes(takesCodes(target.type, matrix))
    , m_halves(target.type != DType::F32 && target.type != DType::BF16)
{
    if (!m_importance.empty())
        m_importance.resize(static_cast<std::size_t>(target.columns), 0.0F);
}

std::int64_t RowEncoder::pieceRows() const
{
    return std::clamp<std::int64_t>(pieceBytes / storageBytes(m_target.type, m_target.columns), 1,
                                    m_target.rows);
}

std::int64_t RowEncoder::pieces() const
{
    return (m_target.rows + pieceRows() - 1) / pieceRows();
}

Result<std::span<const float>> RowEncoder::valuesOf(std::int64_t row,
                                                    std::vector<float>& room) const
{
    if (!m_matrix->dense.empty() && m_matrix->columns == m_target.columns)
        return std::span<const float>(m_matrix->dense)
            .subspan(static_cast<std::size_t>(row * m_matrix->columns),
                     static_cast<std::size_t>(m_matrix->columns));
    room.resize(static_cast<std::size_t>(m_target.columns));
    if (m_matrix->readRow)
        SCHMIDT_CHECK(m_matrix->readRow(
            row, std::span(room).first(static_cast<std::size_t>(m_matrix->columns))));
    else
        denseRow(*m_matrix, row, room);
    return std::span<const float>(room);
}

Result<std::vector<std::byte>> RowEncoder::piece(std::int64_t index) const
{
    const auto rowBytes = static_cast<std::size_t>(storageBytes(m_target.type, m_target.columns));
    const std::int64_t first = index * pieceRows(),
                       count = std::min(pieceRows(), m_target.rows - first);
    // Zero bytes are zeros in every type written here: that is what padding holds.
    std::vector<std::byte> bytes(static_cast<std::size_t>(count) * rowBytes);
    std::vector<float> room;
    std::byte* out = bytes.data();
    for (std::int64_t place = first; place < first + count; ++place, out += rowBytes) {
        const std::int64_t row = sourceRow(place, m_target.interleavedHead);
        if (row >= m_matrix->rows)
            continue;
        if (m_codes) {
            codeRow(*m_matrix, row, m_target.type, out);
            continue;
        }
        SCHMIDT_TRY(const std::span<const float> values, valuesOf(row, room));
        if ((m_halves && !allFitHalf(values))
            || !quantize(m_target.type, values, { out, rowBytes }, m_importance))
            return beyondHalf(m_name);
    }
    return bytes;
}

Result<void> encodeMatrix(const VariantMatrix& matrix, const MatrixTarget& target,
                          const std::string& name, const ByteSink& sink)
{
    const RowEncoder encoder(matrix, target, name);
    return OrderedWork<std::vector<std::byte>>::run(
        encoder.pieces(), target.threads, [&](std::int64_t index) { return encoder.piece(index); },
        [&](std::int64_t, const std::vector<std::byte>& bytes) { return sink(bytes); });
}

Result<std::vector<std::byte>> encodeVector(const std::vector<float>& values,
                                            const MatrixTarget& target, const std::string& name)
{
    std::vector<float> ordered(static_cast<std::size_t>(target.rows), 0.0F);
    for (std::int64_t row = 0; row < target.rows; ++row)
        if (const auto source = static_cast<std::size_t>(sourceRow(row, target.interleavedHead));
            source < values.size())
            ordered[static_cast<std::size_t>(row)] = values[source];
    if (target.type == DType::F16 && !allFitHalf(ordered))
        return beyondHalf(name);
    std::vector<std::byte> bytes(static_cast<std::size_t>(storageBytes(target.type, target.rows)));
    if (!quantize(target.type, ordered, bytes))
        return internalError("The tensor " + name + " cannot be stored as "
                             + std::string(dtypeName(target.type)) + ".");
    return bytes;
}

} // namespace schmidt
