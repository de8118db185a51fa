// SPDX-License-Identifier: Apache-2.0
#include "pipeline/job_steps.h"

namespace schmidt {

Result<Json> runLocate(const JobContext& job)
{
    job.events.started("Locate model", { { "hash", "Compare the content", 1 } });
    job.events.stage("hash");
    if (job.text("model").empty())
        return usageError("Name the model's file or folder.");
    SCHMIDT_TRY(Ledger ledger, Ledger::open(job.spec.project));
    SCHMIDT_TRY(const auto source, ModelSource::open(job.text("model")));
    SCHMIDT_CHECK(ProjectSession::relocate(ledger, *source, job.cancel));
    SCHMIDT_TRY(const auto model, ledger.model());
    return Json { { "model", model->path.string() }, { "content_hash", model->contentHash } };
}

} // namespace schmidt
