// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/compression.h"
#include "engine/token_stream.h"

#include <functional>
#include <map>
#include <optional>

namespace schmidt {

/// fp32 tensors of one block by role.
using LayerTensors = std::map<Role, at::Tensor>;
Result<LayerTensors> readLayerTensors(const ModelSource& source, int layer);

/// One compressed block: what goes into the variant, and the report.
struct LayerOutcome {
    LayerShape shape;
    std::map<Role, VariantMatrix> matrices;
    std::map<Role, std::vector<float>> vectors;
    LayerCompressionReport report;
};

/// The block of an outcome, ready to compute.
LayerWeights layerOf(const Architecture& architecture, const LayerOutcome& outcome,
                     at::ScalarType type);

/// What a layer is compressed under.
struct LayerTask {
    const Architecture& architecture; ///< of the original
    const Recipe& recipe;
    int layer = 0;
    at::ScalarType type = at::kFloat;
    TokenStream& stream; ///< compressed prefix; moved past this layer
    TokenStream* dense = nullptr; ///< original prefix, where drift is to be corrected; moved too
    CancelToken cancel;
};

/// Selects, refits, truncates and quantizes one block and moves the streams past it. Errors:
/// Cancelled.
Result<LayerOutcome> compressLayer(const LayerTask& task, const LayerTensors& original);

/// What the first layer reads.
struct LayerInputs {
    const TokenWindows& calibration;
    const at::Tensor& embedding; ///< [vocabulary, hidden], as the compressed model has it
};

/// Compresses one layer after the other on what the compressed ones before it give, and hands each
/// over as it is finished. The work of compressModel() without embedding and head. Errors:
/// Cancelled, those of reading and of checkpoint files.
Result<void> compressLayers(const ModelSource& source, const Recipe& recipe,
                            const LayerInputs& inputs, const CompressionOptions& options,
                            const WorkContext& context,
                            const std::function<void(int layer, LayerOutcome outcome)>& take);

/// Checkpoint file of one layer; appears whole or not at all.
Result<void> saveOutcome(const LayerOutcome& outcome, const std::filesystem::path& file);
Result<LayerOutcome> loadOutcome(const std::filesystem::path& file);

} // namespace schmidt
