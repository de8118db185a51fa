// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"
#include "pipeline/project_session.h"

namespace schmidt {

/// File in the project's cache for the final hidden states of a model on some windows; its name is
/// a hash of everything they depend on. Older files beyond a handful are removed. Errors: Cancelled
/// while a model is hashed for the first time.
Result<std::filesystem::path> baselineStatesFile(ProjectSession& session, const ModelView& view,
                                                 const TransformerModel& model,
                                                 const TokenWindows& windows,
                                                 const CancelToken& cancel);

} // namespace schmidt
