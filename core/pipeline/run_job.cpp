// SPDX-License-Identifier: Apache-2.0
#include "pipeline/engine_library.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"

#include <new>

namespace schmidt {

std::string JobContext::text(const char* key, const std::string& fallback) const
{
    return jsonValue<std::string>(spec.arguments, key, fallback);
}

std::int64_t JobContext::number(const char* key, std::int64_t fallback) const
{
    return jsonValue<std::int64_t>(spec.arguments, key, fallback);
}

bool JobContext::flag(const char* key) const
{
    return jsonValue<bool>(spec.arguments, key, false);
}

std::vector<std::string> JobContext::list(const char* key) const
{
    const auto found = spec.arguments.find(key);
    if (found == spec.arguments.end())
        return {};
    if (found->is_string())
        return { found->get<std::string>() };
    return jsonValue<std::vector<std::string>>(spec.arguments, key, {});
}

namespace {

    Result<Json> dispatch(const JobContext& job)
    {
        switch (job.spec.kind) {
        case JobKind::Bench:
            return runBench(job);
        case JobKind::Export:
            return runExport(job);
        case JobKind::Generate:
            return runGenerate(job);
        case JobKind::Card:
            return runCard(job);
        case JobKind::Inspect:
            return runInspect(job);
        case JobKind::Locate:
            return runLocate(job);
        case JobKind::Analyze:
        case JobKind::Compress:
        case JobKind::Search:
        case JobKind::Evaluate:
        case JobKind::Tasks:
        case JobKind::Tokens:
        case JobKind::Bonds: {
            SCHMIDT_TRY(const EngineLibrary* engine, engineLibrary());
            return engine->run(job);
        }
        }
        return internalError("Unknown job kind.");
    }

} // namespace

Result<Json> runJob(const JobSpec& spec, EventWriter& events, const CancelToken& cancel)
{
    Result<Json> outcome = internalError("The job did not start.");
    try {
        outcome = dispatch({ spec, events, cancel });
    } catch (const std::bad_alloc&) {
        outcome = outOfResources(
            "There is not enough free memory for this job; close other programs or use a "
            "smaller model.");
    } catch (const std::exception& exception) {
        outcome = internalError("The job stopped with an unexpected error; the log has the detail.",
                                exception.what());
    }
    if (outcome.ok())
        events.done(*outcome);
    else
        events.failed(outcome.error());
    return outcome;
}

Result<std::vector<RunRecord>> selectRuns(const Ledger& ledger,
                                          const std::vector<std::string>& references)
{
    std::vector<RunRecord> selected;
    SCHMIDT_TRY(const RunRecord baseline, ledger.findRun("baseline"));
    selected.push_back(baseline);
    if (references.empty()) {
        SCHMIDT_TRY(const auto runs, ledger.runs());
        for (const RunRecord& run : runs)
            if (!run.baseline && run.state == RunState::Done)
                selected.push_back(run);
        return selected;
    }
    for (const std::string& reference : references) {
        SCHMIDT_TRY(const RunRecord run, ledger.findRun(reference));
        if (!run.baseline)
            selected.push_back(run);
    }
    return selected;
}

} // namespace schmidt
