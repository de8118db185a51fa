// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "model/architecture.h"
#include "model/dtype.h"
#include "model/roles.h"
#include "model/variant_format.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace schmidt {

/// One tensor of an export, in the order of the file.
struct ExportTensor {
    Role role = Role::Embedding;
    int layer = -1;
    std::vector<std::int64_t> shape; ///< as written, PyTorch order
    DType type = DType::F32;

    bool matrix() const { return shape.size() == 2; }
    std::int64_t elements() const { return matrix() ? shape[0] * shape[1] : shape[0]; }
};

/// Storage type of a matrix with this role, layer and row length.
using TypeChoice = std::function<DType(Role role, int layer, std::int64_t columns)>;

/// Every tensor an architecture consists of; vectors get `vectorType`.
std::vector<ExportTensor> planTensors(const Architecture& architecture, const TypeChoice& type,
                                      DType vectorType);

/// Whether the variant has every tensor of its architecture in the right shape. Errors: BadInput
/// naming the tensor.
Result<void> checkVariantShapes(const Variant& variant);

/// The architecture after zero padding of every layer to the widest one. Errors: Unsupported when
/// the layers share KV heads among different numbers of query heads (layer named).
Result<Architecture> paddedArchitecture(const Architecture& architecture);

struct ExportOptions;
/// The layers that an export consists of: those of the variant, widened as the carrier or the
/// format asks (see ggufArchitecture()). Errors: those of paddedArchitecture(); Unsupported where
/// block configs cannot say what the blocks are.
Result<Architecture> carriedArchitecture(const Architecture& architecture,
                                         const ExportOptions& options);

/// What differs between layers, and the uniform shape nearest to all of them, as one clause each:
/// "layer 3 has ... where most have ...; the nearest uniform shape is ...".
std::string describeWidths(const Architecture& architecture);

/// Row and column counts a matrix is widened to; extra entries are zero.
struct MatrixTarget {
    DType type = DType::F32;
    std::int64_t rows = 0, columns = 0;
    /// Rows of every head of this size go from rotate-half order to adjacent pairs; 0 = unchanged.
    std::int64_t interleavedHead = 0;
    /// Weights of the columns' errors, empty for equal ones; shorter than `columns` where padded.
    std::span<const float> importance = {};
    int threads = 1; ///< that encode rows
};

/// The left [rows, rank] or right [rank, columns] factor of a matrix, as a matrix of its own.
VariantMatrix factorOf(const VariantMatrix& matrix, bool left);

/// Type that holds the matrix without loss where one exists: exportType() of its grid, F16 for
/// dense and multiplied-out matrices and for groups that are no multiple of a block.
DType ownExportType(const VariantMatrix& matrix, std::int64_t columns);

/// Whether a block type can take over the codes of a matrix one to one.
bool takesCodes(DType type, const VariantMatrix& matrix);

/// Encodes rows of a matrix. Codes are taken over unchanged where takesCodes() holds: symmetric 3
/// and 4 bit in Q4_0 and any symmetric grid in Q8_0 keep their values exactly; the offset of Q4_1
/// is -scale * zero rounded to fp16 (relative error <= 2^-11). Everything else is rounded by
/// quantize(). Of a corrected matrix these are the codes alone: its factors go into an adapter.
class RowEncoder {
public:
    /// `matrix` and the target's importance have to stay; `name` is for errors.
    RowEncoder(const VariantMatrix& matrix, const MatrixTarget& target, std::string name);

    /// Pieces of about a megabyte that the matrix has in the file.
    std::int64_t pieces() const;
    /// The bytes of one piece; may be called from several threads at once. Errors: Unsupported (a
    /// value does not fit the half-precision numbers of the type).
    Result<std::vector<std::byte>> piece(std::int64_t index) const;

private:
    std::int64_t pieceRows() const;
    /// Values of one row of the matrix, padded with zeros; `room` is used where they lie nowhere.
    Result<std::span<const float>> valuesOf(std::int64_t row, std::vector<float>& room) const;

    const VariantMatrix* m_matrix;
    MatrixTarget m_target;
    std::string m_name;
    std::vector<float> m_importance; ///< as long as a row of the file, or empty
    bool m_codes, m_halves;
};

using ByteSink = std::function<Result<void>(std::span<const std::byte>)>;

/// Encodes a matrix with `target.threads` and hands its pieces to the sink in order. Errors: those
/// of RowEncoder and of the sink.
Result<void> encodeMatrix(const VariantMatrix& matrix, const MatrixTarget& target,
                          const std::string& name, const ByteSink& sink);

/// Encodes a norm or bias, widened with zeros to `target.rows`; `target.columns` is not used.
Result<std::vector<std::byte>> encodeVector(const std::vector<float>& values,
                                            const MatrixTarget& target, const std::string& name);

} // namespace schmidt
