// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/layer_compressor.h"
#include "engine/probes.h"

#include <random>

namespace schmidt {

/// Spectra and bonds of all matrices in the blocks, in the order of layers and linearRoles, from
/// the weights alone. `done` is called for each as it comes, in no fixed order, by one thread at a
/// time. Errors: Cancelled, those of ModelSource::readTensor().
Result<std::vector<TensorSpectrum>>
plainSpectra(const ModelSource& source, std::mt19937_64& random, const CancelToken& cancel,
             const std::function<void(const TensorSpectrum&)>& done);

/// What a layer's weights and second moments tell: measures of units and KV groups (all of
/// `analysis` but the layer's number and its block influence), the order in which KV groups go, and
/// the layer's spectra in the metric of the inputs. Errors: Cancelled.
struct LayerMeasurement {
    const Architecture& architecture;
    const LayerTensors& tensors;
    const LayerMoments& moments;
    double damping = 0;
    bool bondsOnInputs = true; ///< two-site bonds in that metric too
};
Result<void> measureLayer(const LayerMeasurement& given, LayerAnalysis& analysis,
                          std::vector<std::int32_t>& groupOrder,
                          const std::vector<TensorSpectrum*>& spectra, const CancelToken& cancel);

} // namespace schmidt
