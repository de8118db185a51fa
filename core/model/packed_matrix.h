// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "model/dtype.h"
#include "model/variant_format.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace schmidt {

/// How the integer weights of a quantized Hugging Face checkpoint lie in its tensors.
enum class PackedLayout {
    Gptq, ///< qweight [in · bits / 32, out], qzeros [groups, out · bits / 32], scales [groups, out]
    Awq, ///< GEMM: qweight [in, out / 8], qzeros [groups, out / 8], nibbles in the order 02461357
    CompressedTensors, ///< weight_packed [out, in · bits / 32], or weight in I8 ("int-quantized")
};

/// What a checkpoint's configuration says about its quantized matrices.
struct PackedScheme {
    PackedLayout layout = PackedLayout::Gptq;
    /// Grids that occur; one for GPTQ and AWQ, one per config group of compressed-tensors. Group
    /// size 0 = one scale per row (or per matrix).
    std::vector<QuantGrid> grids;
    bool zeroLessOne = false; ///< GPTQ's first format stores the zero point less one
    bool roundedActivations = false; ///< runtimes round the inputs too, which is not done here
};

/// Reads quantization_config of `config` (a config.json), or quantize_config.json (AutoGPTQ) and
/// quant_config.json (AutoAWQ) beside it; empty for plain checkpoints. Errors: Unsupported for a
/// method, format or bit width this program does not read (named), BadInput for contradictions.
Result<std::optional<PackedScheme>> packedScheme(const Json& config,
                                                 const std::filesystem::path& folder);

/// A tensor that holds a part of a packed matrix.
struct PackedPart {
    std::string typeName; ///< as in the file: "I32", "F16"
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes; ///< inside the mapped file
    std::size_t file = 0; ///< index into ModelSource::files()
    std::uint64_t offset = 0; ///< of the first byte in that file

    std::int64_t extent(std::size_t axis) const { return axis < shape.size() ? shape[axis] : 1; }
};

/// The parts of one module by the last piece of their names: "qweight", "scales", "weight_packed".
using PackedParts = std::map<std::string, PackedPart>;

/// Whether a tensor of this name and type is a part of a packed matrix under `layout`; gives the
/// module's name and the part's.
struct PackedName {
    std::string module, part;
};
std::optional<PackedName> packedName(PackedLayout layout, const std::string& name,
                                     const std::string& typeName);

/// One matrix in packed form: value = scale · (code - zero), rounded to the type of the scales as
/// the reference implementations do.
struct PackedMatrix {
    PackedLayout layout = PackedLayout::Gptq;
    QuantGrid grid; ///< group size 0 = one scale per row; symmetric: no zero points stored
    bool zeroLessOne = false;
    bool signedCodes = false; ///< one signed byte per weight ("int-quantized")
    std::int64_t rows = 0, columns = 0; ///< [out, in]
    std::int64_t groups = 1; ///< scales per row
    std::int64_t scaleRows = 0; ///< 1 when all rows share their scales
    DType scaleType = DType::F16;
    PackedPart codes, scales, zeros, groupIndex; ///< the last two may be absent (no bytes)

    /// For people: "gptq int4 g128", "awq int4 g64", "int8 per channel".
    std::string typeName() const;
    std::int64_t bytes() const; ///< of all parts
};

/// Puts the parts of a module together and checks that they fit each other and the scheme.
/// `module` is for the sentence. Errors: BadInput.
Result<PackedMatrix> packedMatrix(const PackedScheme& scheme, const PackedParts& parts,
                                  const std::string& module);

/// Decodes rows [firstRow, firstRow + rows) to fp32, row-major. Errors: BadInput for group indices
/// outside the stored groups.
Result<std::vector<float>> unpackRows(const PackedMatrix& matrix, std::int64_t firstRow,
                                      std::int64_t rows, const std::string& module);

} // namespace schmidt
