// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "governance/model_card.h"
#include "pipeline/project_session.h"

namespace schmidt {

/// The card of a run in a format; the text of a PDF is its bytes.
Result<std::string> cardText(const ProjectSession& session, const RunRecord& run,
                             CardFormat format);

} // namespace schmidt
