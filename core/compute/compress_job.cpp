// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"
#include "base/metric_names.h"
#include "compute/calibration_set.h"
#include "compute/compute_jobs.h"
#include "compute/vocabulary_view.h"
#include "engine/compression.h"
#include "engine/healing.h"
#include "exporters/exporters.h"
#include "measure/machine.h"
#include "pipeline/engine_library.h"
#include "pipeline/pipeline.h"

#include <fmt/format.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Result<Recipe> recipeArgument(const JobContext& job)
    {
        const auto found = job.spec.arguments.find("recipe");
        if (found == job.spec.arguments.end())
            return usageError("Name a recipe file with --recipe.");
        if (found->is_object())
            return recipeFromJson(*found);
        SCHMIDT_TRY(const Json json, readJsonFile(found->get<std::string>()));
        return recipeFromJson(json);
    }

    /// The recipe of the job; limits of healing given beside it go before its own.
    Result<Recipe> readRecipe(const JobContext& job)
    {
        SCHMIDT_TRY(Recipe recipe, recipeArgument(job));
        const Json& arguments = job.spec.arguments;
        if (arguments.contains("heal_tokens") || arguments.contains("heal_minutes")) {
            recipe.heal.tokens = job.number("heal_tokens", 0);
            recipe.heal.minutes = jsonValue(arguments, "heal_minutes", 0.0);
            if (!recipe.heal.enabled())
                return usageError("Healing needs a limit above 0; give --heal-tokens or "
                                  "--heal-minutes.");
        }
        return recipe;
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

    Metric healMetric(const char* name, double value, std::int64_t n, const std::string& protocol)
    {
        const MetricInfo* info = metricInfo(name);
        Metric metric;
        metric.name = name;
        metric.unit = info->unit;
        metric.better = info->better;
        metric.value = value;
        metric.n = n;
        metric.provenance = Provenance::Measured;
        metric.protocol = protocol;
        return metric;
    }

    /// What healing brought, for summaries, and the metrics stored with the run.
    struct HealingOutcome {
        Json summary;
        std::vector<Metric> metrics;
    };

    HealingOutcome healingOutcome(const HealingResult& healed, const CalibrationSet& set)
    {
        HealingOutcome outcome;
        outcome.summary = { { "tokens", healed.tokens },
                            { "steps", healed.steps },
                            { "best_step", healed.bestStep },
                            { "available_tokens", healed.availableTokens },
                            { "epochs", healed.epochs },
                            { "kl_before", healed.klBefore },
                            { "kl_after", healed.klAfter },
                            { "held_out_tokens", set.probe.size() },
                            { "improved", healed.improved },
                            { "stopped_early", healed.stoppedEarly },
                            { "tokens_per_second", healed.tokensPerSecond },
                            { "seconds", healed.seconds } };
        const std::string protocol = fmt::format("{} held-out tokens of the workload, window {}",
                                                 set.probe.size(), set.probe.length);
        outcome.metrics
            = { healMetric(metric_names::healKlBefore, healed.klBefore, set.probe.size(), protocol),
                healMetric(metric_names::healKlAfter, healed.klAfter, set.probe.size(), protocol),
                healMetric(metric_names::healTokens, static_cast<double>(healed.tokens), 0,
                           fmt::format("{:.2f} epochs of {} tokens", healed.epochs,
                                       healed.availableTokens)),
                healMetric(metric_names::healTokensPerSecond, healed.tokensPerSecond, 0,
                           "training alone") };
        return outcome;
    }

    void logHealing(const HealingResult& healed, EventWriter& events)
    {
        if (healed.epochs > 1)
            events.log("info",
                       fmt::format("The text has {} tokens, so healing on {} went over "
                                   "it {:.1f} times.",
                                   healed.availableTokens, healed.tokens, healed.epochs));
        if (!healed.improved)
            events.log("warn",
                       fmt::format("Healing did not lower the held-out KL of {:.4f} nat; the "
                                   "weights are kept as the compression left them.",
                                   healed.klBefore));
        else if (healed.stoppedEarly)
            events.log("info",
                       fmt::format("Healing stopped early: the held-out KL was lowest after step "
                                   "{} of {}.",
                                   healed.bestStep, healed.steps));
    }

    /// Tokens that a healing goes over. How many fit into minutes is only known afterwards; this
    /// is what two slow cores manage on a model of 135 million parameters, and says no more than
    /// how much text is worth having.
    std::int64_t healedTokens(const Healing& healing)
    {
        constexpr double tokensPerMinute = 20000;
        const auto timed = static_cast<std::int64_t>(healing.minutes * tokensPerMinute);
        return healing.tokens > 0 && healing.minutes > 0 ? std::min(healing.tokens, timed)
                                                         : std::max(healing.tokens, timed);
    }

    /// Distils the variant in `result` from the original.
    Result<HealingOutcome> heal(const ModelView& view, const Recipe& recipe,
                                const CalibrationSet& set, const fs::path& checkpoints,
                                CompressionResult& result, const JobContext& job)
    {
        job.events.stage("heal");
        HealingOptions options;
        options.tokens = recipe.heal.tokens;
        options.minutes = recipe.heal.minutes;
        options.learningRate = recipe.heal.learningRate;
        options.seed = recipe.seed;
        options.checkpointFolder = checkpoints;
        const auto measured = [&job](const HealingPoint& point) {
            job.events.partial("heal",
                               { { "step", point.step },
                                 { "tokens", point.tokens },
                                 { "kl", point.kl },
                                 { "tokens_per_second", point.tokensPerSecond } });
        };
        SCHMIDT_TRY(HealingResult healed,
                    healVariant(*view.source, std::move(result.variant), set.training, set.probe,
                                options, measured, job.work()));
        logHealing(healed, job.events);
        result.variant = std::move(healed.variant);
        return healingOutcome(healed, set);
    }

    Result<void> storeOutcome(ProjectSession& session, const ModelView& view, RunRecord& run,
                              const CompressionResult& result, const HealingOutcome& healing)
    {
        run.artefact = fmt::format("runs/r{}", run.id.value);
        std::error_code ignored;
        fs::remove_all(session.folder() / run.artefact, ignored);
        fs::remove(session.cacheFolder() / fmt::format("r{}.gguf", run.id.value), ignored);
        SCHMIDT_CHECK(saveVariant(result.variant, *view.source, session.folder() / run.artefact));
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
        if (!healing.summary.is_null())
            SCHMIDT_CHECK(writeFileAtomically(session.folder() / run.artefact / "healing.json",
                                              dumpJson(healing.summary)));
        run.state = RunState::Done;
        run.finishedAt = currentTime();
        SCHMIDT_CHECK(session.ledger().updateRun(run));
        SCHMIDT_TRY(auto metrics, sizeMetrics(session, run));
        metrics.insert(metrics.end(), healing.metrics.begin(), healing.metrics.end());
        SCHMIDT_TRY(const RunRecord baseline, session.ledger().findRun("baseline"));
        SCHMIDT_TRY(const auto baselineSizes, sizeMetrics(session, baseline));
        SCHMIDT_CHECK(session.ledger().setMetrics(baseline.id, baselineSizes));
        return session.ledger().setMetrics(run.id, metrics);
    }

    Result<Json> compressInto(ProjectSession& session, RunRecord& run, const Recipe& recipe,
                              const Workload& workload, const JobContext& job)
    {
        SCHMIDT_TRY(const ModelView view, recipeView(session, recipe, workload, job.work()));
        SCHMIDT_TRY(CalibrationSet set,
                    calibrationSet(session, view, workload, recipe.calibrationTokens, recipe.seed,
                                   job.work()));
        SCHMIDT_CHECK(lengthenTraining(session, view, workload, healedTokens(recipe.heal),
                                       recipe.seed, set, job.work()));
        job.events.stage("compress");
        CompressionOptions options;
        options.checkpointFolder = session.cacheFolder() / "checkpoints"
            / sha256Hex(run.modelHash + run.workloadHash + dumpJson(run.recipe));
        SCHMIDT_TRY(CompressionResult result,
                    compressModel(*view.source, recipe, set.calibration, options, job.work()));
        HealingOutcome healing;
        if (recipe.heal.enabled()) {
            SCHMIDT_TRY(healing, heal(view, recipe, set, options.checkpointFolder, result, job));
        }
        job.events.stage("store");
        SCHMIDT_CHECK(storeOutcome(session, view, run, result, healing));
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
        Json summary { { "run", run.id.value },
                       { "name", run.name },
                       { "artefact", (session.folder() / run.artefact).string() },
                       { "workload_tokens", set.workloadTokens },
                       { "sampled_tokens", set.sampledTokens },
                       { "metrics", metrics } };
        if (!healing.summary.is_null())
            summary["heal"] = healing.summary;
        return summary;
    }

    std::vector<EventWriter::StageWeight> stagesOf(const Healing& healing)
    {
        constexpr double tokensPerUnit = 2000, unitsPerMinute = 15;
        // Text sampled for healing, which takes as long as healing on it.
        const double sampled
            = static_cast<double>(trainingTokens(healedTokens(healing))) / tokensPerUnit;
        std::vector<EventWriter::StageWeight> stages {
            { "prepare", "Prepare text", 2 + sampled },
            { "compress", "Compress layer by layer", 20 },
            { "store", "Store", 1 },
            { "evaluate", "Evaluate", 6 },
        };
        if (healing.enabled())
            stages.insert(stages.begin() + 2,
                          { "heal", "Heal by distillation",
                            std::max(static_cast<double>(healing.tokens) / tokensPerUnit,
                                     healing.minutes * unitsPerMinute) });
        return stages;
    }

} // namespace

Result<Json> runCompress(const JobContext& job)
{
    const auto read = readRecipe(job);
    job.events.started("Compress", stagesOf(read.ok() ? read->heal : Healing {}));
    job.events.stage("prepare");
    if (!read.ok())
        return read.error();
    const Recipe& recipe = *read;
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
