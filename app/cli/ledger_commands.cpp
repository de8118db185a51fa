// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"
#include "cli/commands.h"
#include "ledger/outcomes.h"
#include "ledger/report.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"

#include <fmt/format.h>
#include <iostream>

namespace schmidt::cli {

namespace {

    Json runJson(const RunRecord& run)
    {
        Json metrics = Json::array();
        for (const Metric& metric : run.metrics)
            metrics.push_back(toJson(metric));
        return { { "id", run.id.value },
                 { "name", run.name },
                 { "state", runStateName(run.state) },
                 { "baseline", run.baseline },
                 { "promoted", run.promoted },
                 { "starred", run.starred },
                 { "recipe", run.recipe },
                 { "model_hash", run.modelHash },
                 { "workload", run.workload },
                 { "workload_hash", run.workloadHash },
                 { "seed", run.seed },
                 { "engine_version", run.engineVersion },
                 { "machine", run.machine },
                 { "command_line", run.commandLine },
                 { "created_at", run.createdAt },
                 { "finished_at", run.finishedAt },
                 { "artefact", run.artefact },
                 { "parent", run.parent ? Json(run.parent->value) : Json() },
                 { "error", run.errorText },
                 { "note", run.note },
                 { "tags", run.tags },
                 { "metrics", metrics } };
    }

    int listRuns(const CommonOptions& options)
    {
        const auto ledger = Ledger::open(options.project, true);
        if (!ledger.ok())
            return fail(options, ledger.error());
        const auto runs = ledger->runs();
        if (!runs.ok())
            return fail(options, runs.error());
        Json list = Json::array();
        for (const RunRecord& run : *runs)
            list.push_back(runJson(run));
        return succeed(options, list, [&](const Json&) {
            for (const RunRecord& run : *runs) {
                const Metric* kl = findMetric(run.metrics, "kl_mean");
                std::cout << fmt::format("r{:<4} {:24} {:12} {:22} {}{}\n", run.id.value, run.name,
                                         runStateName(run.state), run.createdAt,
                                         kl ? "KL " + formatMetric(*kl) : std::string(),
                                         run.promoted ? "  (in use)" : "");
            }
        });
    }

    int showRun(const CommonOptions& options, const std::string& reference)
    {
        const auto ledger = Ledger::open(options.project, true);
        if (!ledger.ok())
            return fail(options, ledger.error());
        const auto run = ledger->findRun(reference);
        if (!run.ok())
            return fail(options, run.error());
        return succeed(options, runJson(*run), [&](const Json& json) {
            for (const char* key :
                 { "name", "state", "workload", "seed", "engine_version", "created_at",
                   "finished_at", "artefact", "command_line", "error" })
                std::cout << fmt::format("{:16} {}\n", key,
                                         json[key].is_string() ? json[key].get<std::string>()
                                                               : json[key].dump());
            for (const Metric& metric : run->metrics)
                std::cout << fmt::format("  {:32} {} {}\n", metric.name,
                                         provenanceMark(metric.provenance), formatMetric(metric));
        });
    }

    Json tallyJson(const VoteTally& tally)
    {
        const ShareInterval interval = tally.count.interval();
        return { { "run", tally.run.value },     { "name", tally.name },
                 { "wins", tally.count.wins },   { "losses", tally.count.losses },
                 { "ties", tally.count.ties },   { "share_low", interval.low },
                 { "share_high", interval.high } };
    }

    /// Blind votes of the chat: every run against the baseline, and the votes themselves.
    Result<Json> votesSummary(const CommonOptions& options)
    {
        SCHMIDT_TRY(const Ledger ledger, Ledger::open(options.project, true));
        SCHMIDT_TRY(const auto votes, ledger.votes());
        SCHMIDT_TRY(const auto runs, ledger.runSummaries());
        Json tallies = Json::array(), list = Json::array();
        for (const VoteTally& tally : votesAgainstBaseline(votes, runs))
            tallies.push_back(tallyJson(tally));
        for (const Vote& vote : votes) {
            Json shown = Json::array();
            for (const RunId run : vote.shown)
                shown.push_back(run.value);
            list.push_back({ { "created_at", vote.createdAt },
                             { "workload", vote.workload },
                             { "prompt", vote.prompt },
                             { "seed", vote.seed },
                             { "temperature", vote.temperature },
                             { "shown", shown },
                             { "choice", vote.choice ? Json(vote.choice->value) : Json() } });
        }
        return Json { { "against_baseline", tallies }, { "votes", list } };
    }

    int listVotes(const CommonOptions& options)
    {
        const auto summary = votesSummary(options);
        if (!summary.ok())
            return fail(options, summary.error());
        return succeed(options, *summary, [](const Json& json) {
            std::cout << json["votes"].size() << " blind votes\n";
            for (const Json& tally : json["against_baseline"]) {
                const auto wins = tally["wins"].get<std::int64_t>();
                std::cout << fmt::format(
                    "r{:<4} {:24} preferred to the baseline in {} of {} (95 % interval {:.0f} % "
                    "to {:.0f} %), {} without preference\n",
                    tally["run"].get<std::int64_t>(), tally["name"].get<std::string>(), wins,
                    wins + tally["losses"].get<std::int64_t>(),
                    100 * tally["share_low"].get<double>(), 100 * tally["share_high"].get<double>(),
                    tally["ties"].get<std::int64_t>());
            }
        });
    }

    /// Runs the same recipe again under a new name and compares the weights byte by byte.
    Result<Json> reproduce(const CommonOptions& options, const std::string& reference)
    {
        SCHMIDT_TRY(const Ledger ledger, Ledger::open(options.project));
        SCHMIDT_TRY(const RunRecord run, ledger.findRun(reference));
        if (run.baseline)
            return usageError("The baseline is the model itself; name a variant.");
        JobSpec spec;
        spec.kind = JobKind::Compress;
        spec.project = options.project;
        spec.threads = options.threads;
        spec.seed = run.seed;
        spec.arguments = { { "recipe", run.recipe }, { "name", run.name + "-again" } };
        SCHMIDT_TRY(Json summary, runJobQuietly(options, spec));
        SCHMIDT_TRY(const RunRecord again,
                    ledger.findRun(std::to_string(summary["run"].get<std::int64_t>())));
        SCHMIDT_TRY(const std::string first,
                    sha256File(ledger.folder() / run.artefact / "model.safetensors"));
        SCHMIDT_TRY(const std::string second,
                    sha256File(ledger.folder() / again.artefact / "model.safetensors"));
        if (first != second)
            return verificationFailed(fmt::format(
                "r{} and its repetition r{} differ; the machine, thread count or version "
                "may have changed.",
                run.id.value, again.id.value));
        summary["identical"] = true;
        return summary;
    }

    int simpleLedgerAction(const CommonOptions& options,
                           const std::function<Result<Json>(Ledger&)>& act,
                           const std::string& sentence)
    {
        auto ledger = Ledger::open(options.project);
        if (!ledger.ok())
            return fail(options, ledger.error());
        const auto result = act(*ledger);
        if (!result.ok())
            return fail(options, result.error());
        return succeed(options, *result, [&](const Json& json) {
            std::cout << sentence << ' ' << dumpJson(json) << '\n';
        });
    }

    int promote(const CommonOptions& options, const std::string& reference)
    {
        return simpleLedgerAction(
            options,
            [&](Ledger& ledger) -> Result<Json> {
                SCHMIDT_TRY(const RunRecord run, ledger.findRun(reference));
                SCHMIDT_CHECK(ledger.promote(run.id));
                return Json { { "promoted", run.id.value } };
            },
            "in use now:");
    }

    int rollback(const CommonOptions& options)
    {
        return simpleLedgerAction(
            options,
            [](Ledger& ledger) -> Result<Json> {
                SCHMIDT_TRY(const RunId run, ledger.rollback());
                return Json { { "promoted", run.value } };
            },
            "back in use:");
    }

    int audit(const CommonOptions& options)
    {
        const auto ledger = Ledger::open(options.project, true);
        if (!ledger.ok())
            return fail(options, ledger.error());
        if (const auto intact = ledger->verifyAudit(); !intact.ok())
            return fail(options, intact.error());
        const auto entries = ledger->auditLog();
        if (!entries.ok())
            return fail(options, entries.error());
        Json list = Json::array();
        for (const AuditEntry& entry : *entries)
            list.push_back({ { "sequence", entry.sequence },
                             { "time", entry.time },
                             { "action", entry.action },
                             { "details", entry.details },
                             { "hash", entry.hash } });
        return succeed(options, { { "intact", true }, { "entries", list } }, [&](const Json&) {
            for (const AuditEntry& entry : *entries)
                std::cout << fmt::format("{:4} {} {:18} {}\n", entry.sequence, entry.time,
                                         entry.action, dumpJson(entry.details));
            std::cout << "the log is intact\n";
        });
    }

    /// Goals of the project: prints them, or replaces them by a JSON file.
    int goals(const CommonOptions& options, const std::string& file)
    {
        return simpleLedgerAction(
            options,
            [&](Ledger& ledger) -> Result<Json> {
                if (!file.empty()) {
                    SCHMIDT_TRY(const Json json, readJsonFile(file));
                    SCHMIDT_TRY(const Goals goals, goalsFromJson(json));
                    SCHMIDT_CHECK(ledger.setGoals(goals));
                }
                SCHMIDT_TRY(const Goals goals, ledger.goals());
                return toJson(goals);
            },
            "goals:");
    }

} // namespace

int printComparison(const CommonOptions& options, const std::vector<std::string>& runs,
                    const std::string& format, bool differencesOnly)
{
    const auto ledger = Ledger::open(options.project, true);
    if (!ledger.ok())
        return fail(options, ledger.error());
    std::vector<RunRecord> selected;
    if (runs.empty()) {
        const auto all = ledger->runs();
        if (!all.ok())
            return fail(options, all.error());
        for (const RunRecord& run : *all)
            if (run.state == RunState::Done)
                selected.push_back(run);
    }
    for (const std::string& reference : runs) {
        const auto run = ledger->findRun(reference);
        if (!run.ok())
            return fail(options, run.error());
        selected.push_back(*run);
    }
    const auto goals = ledger->goals();
    if (!goals.ok())
        return fail(options, goals.error());
    const auto tableFormat = tableFormatFromName(options.json ? "json" : format);
    if (!tableFormat)
        return fail(options,
                    usageError("Unknown format \"" + format
                               + "\"; use table, json, csv, markdown or latex."));
    ComparisonTable table = compareRuns(selected, *goals);
    if (differencesOnly)
        table = differencesOnlyTable(table);
    std::cout << renderTable(table, *tableFormat);
    return 0;
}

void addLedgerCommands(CLI::App& app, CommonOptions& options, Action& action)
{
    auto reference = std::make_shared<std::string>();
    auto list = addCommand(app, options, "runs", "All runs of a project", true);
    list->callback([&] { action = [&] { return listRuns(options); }; });

    auto show = addCommand(app, options, "show", "One run with all its metrics", true);
    show->add_option("--run", *reference, "run")->required();
    show->callback(
        [&, reference] { action = [&, reference] { return showRun(options, *reference); }; });

    auto again
        = addCommand(app, options, "reproduce", "Run a recipe again and compare the weights", true);
    again->add_option("--run", *reference, "run")->required();
    again->callback([&, reference] {
        action = [&, reference] {
            const auto result = reproduce(options, *reference);
            if (!result.ok())
                return fail(options, result.error());
            return succeed(options, *result,
                           [](const Json&) { std::cout << "bit-identical weights\n"; });
        };
    });

    auto use = addCommand(app, options, "promote", "Mark a run as the one in use", true);
    use->add_option("--run", *reference, "run")->required();
    use->callback(
        [&, reference] { action = [&, reference] { return promote(options, *reference); }; });

    auto back
        = addCommand(app, options, "rollback", "Put the run promoted before back in use", true);
    back->callback([&] { action = [&] { return rollback(options); }; });

    auto log = addCommand(app, options, "audit", "Check and print the audit log", true);
    log->callback([&] { action = [&] { return audit(options); }; });

    auto ballots = addCommand(app, options, "votes", "Blind votes of the chat, counted", true);
    ballots->callback([&] { action = [&] { return listVotes(options); }; });

    auto goalFile = std::make_shared<std::string>();
    auto target = addCommand(app, options, "goals",
                             "Print the project's goals, or set them from a file", true);
    target->add_option("--set", *goalFile, "goals file (JSON)");
    target->callback(
        [&, goalFile] { action = [&, goalFile] { return goals(options, *goalFile); }; });

    auto runs = std::make_shared<std::vector<std::string>>();
    auto format = std::make_shared<std::string>("table");
    auto differences = std::make_shared<bool>(false);
    auto compare = addCommand(app, options, "compare", "Runs side by side", true);
    compare->add_option("--runs", *runs, "runs (all finished ones if left out)");
    compare->add_option("--format", *format, "table, json, csv, markdown or latex");
    compare->add_flag("--differences-only", *differences, "leave out rows without a difference");
    compare->callback([&, runs, format, differences] {
        action = [&, runs, format, differences] {
            return printComparison(options, *runs, *format, *differences);
        };
    });
}

} // namespace schmidt::cli
