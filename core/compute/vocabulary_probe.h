// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/analysis_result.h"
#include "pipeline/project_session.h"

#include <vector>

namespace schmidt {

/// Measures what a smaller vocabulary alone costs on the workload's evaluation text, at a few
/// sizes, and what a GGUF file needs for it, at more. `quick` measures one size on half the text.
/// Empty for a tokenizer whose vocabulary cannot be cut. Errors: Cancelled, Resources.
Result<std::vector<VocabularyPoint>> vocabularyPoints(ProjectSession& session,
                                                      const Workload& workload, bool quick,
                                                      const WorkContext& context);

} // namespace schmidt
