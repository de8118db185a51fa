// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/architecture.h"
#include "model/roles.h"

#include <cstdint>
#include <vector>

namespace schmidt {

/// A tensor that an architecture consists of.
struct TensorShape {
    Role role = Role::Embedding;
    int layer = -1; ///< -1 for model-wide ones
    std::vector<std::int64_t> shape; ///< PyTorch order
};

/// Every tensor of a model, in the order files are written: embedding, layers, final norm, head.
std::vector<TensorShape> tensorShapes(const Architecture& architecture);

/// Those of one layer; roles that some files fuse come in the order of the fused rows.
std::vector<TensorShape> layerTensorShapes(const Architecture& architecture, int layer);

} // namespace schmidt
