// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/hf_export.h"

#include <string>
#include <vector>

namespace schmidt {

/// What writers of packed folders start from: the shape of the folder and how the tensors that are
/// not packed are stored.
struct PackedFolder {
    Architecture architecture;
    DType type = DType::F16; ///< of scales and of all that is not packed: F16 or F32
    Json config; ///< config.json without its quantization_config
    std::vector<ExportTensor> tensors;
};

/// Plans the folder of a variant. Errors: Unsupported for families without packed forms, for
/// another type of the rest than F16 and F32, and those of hfArchitecture().
Result<PackedFolder> planPackedFolder(const Variant& variant, const ExportOptions& options);

/// Name of the module that holds a weight: the tensor's name without ".weight".
std::string moduleName(const ExportTensor& tensor);

/// How an error names a matrix: "Layer 3, matrix q,".
std::string placeOf(const ExportTensor& tensor);

/// "int4-g64", "int8-g32-asym".
std::string gridName(const QuantGrid& grid);

/// Values as they are stored in a plain type.
std::vector<std::byte> encodedValues(DType type, const std::vector<float>& values);

/// The "quantization_config" of compressed-tensors. `groups` are its config groups; with a single
/// one it is taken for all linear layers but those of `ignored`, which is what vLLM's own
/// quantizers write.
struct CompressedGroup {
    Json weights; ///< how weights are stored
    Json inputs; ///< how a runtime rounds what they are multiplied with, or null
    std::vector<std::string> modules;
};
Json compressedTensorsConfig(const std::string& format, const std::vector<CompressedGroup>& groups,
                             const std::vector<std::string>& ignored);

} // namespace schmidt
