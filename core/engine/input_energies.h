// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"
#include "model/roles.h"

#include <map>
#include <utility>
#include <vector>

namespace schmidt {

/// Mean squared input of every column of every matrix of a model, E[x_j²], on a text: the diagonal
/// of the second moments that compressModel() calibrates with. Keys are role and layer; the output
/// matrix has layer -1 and, where it is the embedding, that role. An embedding that is only looked
/// up has no inputs and no entry. Errors: Usage for tokens outside the vocabulary, Cancelled.
Result<std::map<std::pair<Role, int>, std::vector<float>>>
inputEnergies(const TransformerModel& model, const TokenWindows& windows,
              const WorkContext& context = {});

} // namespace schmidt
