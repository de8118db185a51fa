// SPDX-License-Identifier: Apache-2.0
#include "exporters/export_plan.h"
#include "recipe/recipe.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>

namespace schmidt {

namespace {

    constexpr std::int64_t blockSize = 32;
    constexpr std::int64_t pieceBytes = 4 << 20;

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
        if (matrix.lowRank()) {
            std::fill_n(out.begin(), columns, 0.0F);
            for (std::int64_t inner = 0; inner < matrix.rank; ++inner) {
                const float factor
                    = matrix.left[static_cast<std::size_t>(row * matrix.rank + inner)];
                const float* right
                    = matrix.right.data() + static_cast<std::size_t>(inner) * columns;
                for (std::size_t column = 0; column < columns; ++column)
                    out[column] += factor * right[column];
            }
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

    bool fitsHalf(std::span<const float> values)
    {
        constexpr float largestHalf = 65504.0F;
        bool fits = true;
        for (const float value : values)
            fits = fits && std::fabs(value) <= largestHalf;
        return fits;
    }

    Error beyondHalf(const std::string& name)
    {
        return unsupported(
            "The tensor " + name
            + " holds a value that 16-bit floating point cannot; export it as BF16 or F32.");
    }

    /// Encodes rows of a matrix, shared out over threads.
    class RowEncoder {
    public:
        RowEncoder(const VariantMatrix& matrix, const MatrixTarget& target)
            : m_matrix(matrix)
            , m_target(target)
            , m_importance(target.importance.begin(), target.importance.end())
            , m_codes(takesCodes(target.type, matrix))
            , m_halves(target.type != DType::F32 && target.type != DType::BF16)
        {
            if (!m_importance.empty())
                m_importance.resize(static_cast<std::size_t>(target.columns), 0.0F);
        }

        /// Writes `count` rows of the file from `first` on; false when a value is beyond half
        /// precision.
        bool rows(std::int64_t first, std::int64_t count, std::byte* out) const
        {
            const std::int64_t share = (count + threads() - 1) / threads();
            const std::int64_t rowBytes = storageBytes(m_target.type, m_target.columns);
            std::atomic<bool> fits = true;
            std::vector<std::jthread> helpers;
            const auto part = [&](std::int64_t begin) {
                const std::int64_t size = std::min(share, count - begin);
                if (!range(first + begin, size, out + begin * rowBytes))
                    fits = false;
            };
            for (std::int64_t begin = share; begin < count; begin += share)
                helpers.emplace_back(part, begin);
            part(0);
            helpers.clear();
            return fits;
        }

    private:
        std::int64_t threads() const { return std::max(1, m_target.threads); }

        bool range(std::int64_t first, std::int64_t count, std::byte* out) const
        {
            const auto rowBytes
                = static_cast<std::size_t>(storageBytes(m_target.type, m_target.columns));
            std::vector<float> values(static_cast<std::size_t>(m_target.columns), 0.0F);
            for (std::int64_t index = first; index < first + count; ++index, out += rowBytes) {
                // Zero bytes are zeros in every type written here: that is what padding holds.
                std::fill_n(out, rowBytes, std::byte { 0 });
                const std::int64_t row = sourceRow(index, m_target.interleavedHead);
                if (row >= m_matrix.rows)
                    continue;
                if (m_codes) {
                    codeRow(m_matrix, row, m_target.type, out);
                    continue;
                }
                denseRow(m_matrix, row, values);
                if ((m_halves && !fitsHalf(values))
                    || !quantize(m_target.type, values, { out, rowBytes }, m_importance))
                    return false;
            }
            return true;
        }

        const VariantMatrix& m_matrix;
        const MatrixTarget& m_target;
        std::vector<float> m_importance;
        bool m_codes, m_halves;
    };

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

Result<void> encodeMatrix(const VariantMatrix& matrix, const MatrixTarget& target,
                          const std::string& name, const ByteSink& sink)
{
    const std::int64_t rowBytes = storageBytes(target.type, target.columns);
    const std::int64_t piece = std::clamp<std::int64_t>(pieceBytes / rowBytes, 1, target.rows);
    std::vector<std::byte> bytes(static_cast<std::size_t>(piece * rowBytes));
    const RowEncoder encoder(matrix, target);
    for (std::int64_t first = 0; first < target.rows; first += piece) {
        const std::int64_t count = std::min(piece, target.rows - first);
        if (!encoder.rows(first, count, bytes.data()))
            return beyondHalf(name);
        SCHMIDT_CHECK(sink({ bytes.data(), static_cast<std::size_t>(count * rowBytes) }));
    }
    return {};
}

Result<std::vector<std::byte>> encodeVector(const std::vector<float>& values,
                                            const MatrixTarget& target, const std::string& name)
{
    std::vector<float> ordered(static_cast<std::size_t>(target.rows), 0.0F);
    for (std::int64_t row = 0; row < target.rows; ++row)
        if (const auto source = static_cast<std::size_t>(sourceRow(row, target.interleavedHead));
            source < values.size())
            ordered[static_cast<std::size_t>(row)] = values[source];
    if (target.type == DType::F16 && !fitsHalf(ordered))
        return beyondHalf(name);
    std::vector<std::byte> bytes(static_cast<std::size_t>(storageBytes(target.type, target.rows)));
    if (!quantize(target.type, ordered, bytes))
        return internalError("The tensor " + name + " cannot be stored as "
                             + std::string(dtypeName(target.type)) + ".");
    return bytes;
}

} // namespace schmidt
