// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"
#include "base/metric_names.h"
#include "engine/compression.h"
#include "exporters/exporters.h"
#include "measure/machine.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"
#include "pipeline/token_sets.h"

#include <fmt/format.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Result<Recipe> readRecipe(const JobContext& job)
    {
        const auto found = job.spec.arguments.find("recipe");
        if (found == job.spec.arguments.end())
            return usageError("Name a recipe file with --recipe.");
        if (found->is_object())
            return recipeFromJson(*found);
        SCHMIDT_TRY(const Json json, readJsonFile(found->get<std::string>()));
        return recipeFromJson(json);
    }

    Result<void> checkRecipe(const Recipe& recipe, const Architecture& architecture,
                             EventWriter& events)
    {
        for (const RecipeIssue& issue : validateRecipe(recipe, architecture)) {
            if (issue.severity == RecipeIssue::Severity::Error)
                return unsupported(issue.message);
            events.log("warn", issue.message);
        }
        return {};
    }

    /// A new row for this run, or the interrupted one with the same recipe, which then goes on.
    Result<RunRecord> beginRun(ProjectSession& session, const JobContext& job, const Recipe& recipe,
                               const Workload& workload, const std::string& modelHash)
    {
        const Json recipeJson = toJson(recipe);
        SCHMIDT_TRY(const auto runs, session.ledger().runs());
        RunRecord run;
        for (const RunRecord& known : runs)
            if (known.recipe == recipeJson
                && (known.state == RunState::Interrupted || known.state == RunState::Cancelled))
                run = known;
        run.name = job.text("name", recipe.name.empty() ? "variant" : recipe.name);
        run.state = RunState::Running;
        run.recipe = recipeJson;
        run.modelHash = modelHash;
        run.workload = recipe.workload;
        run.workloadHash = workload.hash;
        run.seed = recipe.seed;
        run.engineVersion = engineVersion();
        run.machine = describeMachine();
        run.machine["process"] = ::getpid();
        run.commandLine = commandLine(job.spec);
        run.createdAt = currentTime();
        run.errorText.clear();
        if (const auto parent = job.number("parent", -1); parent > 0)
            run.parent = RunId { parent };
        if (run.id.valid()) {
            SCHMIDT_CHECK(session.ledger().updateRun(run));
            job.events.log("info",
                           fmt::format("Resuming r{} from its last finished layer.", run.id.value));
            return run;
        }
        SCHMIDT_TRY(run.id, session.ledger().addRun(run));
        return run;
    }

    Result<void> storeOutcome(ProjectSession& session, RunRecord& run,
                              const CompressionResult& result)
    {
        run.artefact = fmt::format("runs/r{}", run.id.value);
        std::error_code ignored;
        fs::remove_all(session.folder() / run.artefact, ignored);
        fs::remove(session.cacheFolder() / fmt::format("r{}.gguf", run.id.value), ignored);
        SCHMIDT_CHECK(
            saveVariant(result.variant, *session.source(), session.folder() / run.artefact));
        Json layers = Json::array();
        for (const LayerCompressionReport& layer : result.layers)
            layers.push_back({ { "layer", layer.layer },
                               { "kept_units", layer.keptUnits },
                               { "kept_groups", layer.keptGroups },
                               { "mlp_error", layer.mlpError },
                               { "attention_error", layer.attentionError },
                               { "seconds", layer.seconds } });
        SCHMIDT_CHECK(
            writeFileAtomically(session.folder() / run.artefact / "report.json", dumpJson(layers)));
        run.state = RunState::Done;
        run.finishedAt = currentTime();
        SCHMIDT_CHECK(session.ledger().updateRun(run));
        SCHMIDT_TRY(const auto metrics, sizeMetrics(session, run));
        SCHMIDT_TRY(const RunRecord baseline, session.ledger().findRun("baseline"));
        SCHMIDT_TRY(const auto baselineSizes, sizeMetrics(session, baseline));
        SCHMIDT_CHECK(session.ledger().setMetrics(baseline.id, baselineSizes));
        return session.ledger().setMetrics(run.id, metrics);
    }

    Result<Json> compressInto(ProjectSession& session, RunRecord& run, const Recipe& recipe,
                              const Workload& workload, const JobContext& job)
    {
        SCHMIDT_TRY(
            const CalibrationSet set,
            calibrationSet(session, workload, recipe.calibrationTokens, recipe.seed, job.work()));
        job.events.stage("compress");
        CompressionOptions options;
        options.checkpointFolder = session.cacheFolder() / "checkpoints"
            / sha256Hex(run.modelHash + run.workloadHash + dumpJson(run.recipe));
        SCHMIDT_TRY(const CompressionResult result,
                    compressModel(*session.source(), recipe, set.calibration, options, job.work()));
        job.events.stage("store");
        SCHMIDT_CHECK(storeOutcome(session, run, result));
        std::error_code ignored;
        fs::remove_all(options.checkpointFolder, ignored);
        job.events.artifact("variant", session.folder() / run.artefact);

        job.events.stage("evaluate");
        EvaluationText text;
        text.documents = workload.evaluation;
        text.window = job.number("window", 2048);
        text.maxTokens = job.number("max_tokens", 16384);
        SCHMIDT_TRY(const Json metrics,
                    evaluateRuns(session, { run }, text, job.events, job.cancel));
        return Json { { "run", run.id.value },
                      { "name", run.name },
                      { "artefact", (session.folder() / run.artefact).string() },
                      { "workload_tokens", set.workloadTokens },
                      { "sampled_tokens", set.sampledTokens },
                      { "metrics", metrics } };
    }

} // namespace

Result<std::vector<Metric>> sizeMetrics(ProjectSession& session, const RunRecord& run)
{
    const Architecture& base = session.source()->architecture();
    Recipe recipe = identityRecipe(base);
    if (!run.baseline) {
        SCHMIDT_TRY(recipe, recipeFromJson(run.recipe));
    }
    const RecipeSize size = recipeSize(recipe, base);
    const auto bytes = ggufFileBytes(recipe, base, session.source()->tokenizer());
    const auto measured
        = [](const char* name, const char* unit, double value, const char* protocol) {
              Metric metric;
              metric.name = name;
              metric.unit = unit;
              metric.value = value;
              metric.provenance = Provenance::Measured;
              metric.better = Better::Lower;
              metric.protocol = protocol;
              return metric;
          };
    return std::vector<Metric> {
        measured(metric_names::parameters, "", static_cast<double>(size.parameters), "counted"),
        measured(metric_names::blockParameters, "", static_cast<double>(size.blockParameters),
                 "counted"),
        measured(metric_names::fileBytes, "B", static_cast<double>(bytes),
                 run.baseline ? "GGUF, F16 weights, with tokenizer"
                              : "GGUF in the recipe's types, with tokenizer"),
    };
}

Result<Json> runCompress(const JobContext& job)
{
    job.events.started("Compress",
                       { { "prepare", "Prepare text", 2 },
                         { "compress", "Compress layer by layer", 20 },
                         { "store", "Store", 1 },
                         { "evaluate", "Evaluate", 6 } });
    job.events.stage("prepare");
    if (job.spec.arguments.contains("heal_tokens") || job.spec.arguments.contains("heal_minutes"))
        return unsupported(
            "Healing is not part of this version; leave out --heal-tokens and --heal-minutes.");
    SCHMIDT_TRY(const Recipe recipe, readRecipe(job));
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_CHECK(checkRecipe(recipe, session.source()->architecture(), job.events));
    SCHMIDT_TRY(const Workload workload, session.workload(recipe.workload));
    SCHMIDT_TRY(const std::string modelHash, session.modelHash(job.cancel));
    SCHMIDT_TRY(RunRecord run, beginRun(session, job, recipe, workload, modelHash));
    job.events.partial("run", { { "id", run.id.value }, { "name", run.name } });

    auto outcome = compressInto(session, run, recipe, workload, job);
    if (!outcome.ok()) {
        // A run whose model exists stays Done: only its evaluation is missing and can be repeated.
        if (run.state == RunState::Running) {
            const auto state = outcome.error().code == ErrorCode::Cancelled ? RunState::Cancelled
                                                                            : RunState::Failed;
            SCHMIDT_CHECK(session.ledger().setRunState(run.id, state, outcome.error().message));
        }
        return outcome;
    }
    SCHMIDT_CHECK(session.ledger().audit("compressed",
                                         { { "run", run.id.value }, { "recipe", run.recipe } }));
    return outcome;
}

} // namespace schmidt
