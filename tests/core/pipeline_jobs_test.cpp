// SPDX-License-Identifier: Apache-2.0
#include "analysis/token_report.h"
#include "base/file.h"
#include "ledger/exchanges.h"
#include "ledger/outcomes.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "pipeline/wall_meter_import.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// The main job on a tiny model, through the same job specifications the window sends.
class PipelineJobsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.vocab = 300;
        QVERIFY(writeTinyHfModel(root() / "model", options).ok());
        std::string text;
        for (int index = 0; index < 900; ++index)
            text += "Question " + std::to_string(index) + ": how long does part "
                + std::to_string(index * 7919 % 1000) + " last? About "
                + std::to_string(index * 31 % 97) + " days.\n\n";
        QVERIFY(writeFileAtomically(root() / "text.txt", text).ok());
    }

    void analyzes()
    {
        std::vector<std::string> partials;
        const auto done = run(JobKind::Analyze,
                              { { "model", (root() / "model").string() },
                                { "text", Json::array({ (root() / "text.txt").string() }) },
                                { "tokens", 4096 } },
                              &partials);
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        QCOMPARE(jsonValue<bool>(*done, "cached", true), false);
        QVERIFY(std::count(partials.begin(), partials.end(), "spectrum") > 0);
        QVERIFY(std::count(partials.begin(), partials.end(), "sensitivity") > 0);
        const auto again = run(
            JobKind::Analyze,
            { { "text", Json::array({ (root() / "text.txt").string() }) }, { "tokens", 4096 } });
        QVERIFY(again.ok());
        QCOMPARE(jsonValue<bool>(*again, "cached", false), true);
    }

    void compresses()
    {
        Recipe recipe = halfRecipe();
        const auto done
            = run(JobKind::Compress,
                  { { "recipe", toJson(recipe) }, { "name", "half" }, { "window", 128 } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        const auto session = ProjectSession::open(project()).value();
        const RunRecord stored = session.ledger().findRun("half").value();
        QCOMPARE(stored.state, RunState::Done);
        const Metric* kl = findMetric(stored.metrics, "kl_mean");
        QVERIFY(kl && kl->present());
        QVERIFY(*kl->value > 0 && kl->provenance == Provenance::Measured);
        const Metric* parameters = findMetric(stored.metrics, "parameters");
        QVERIFY(parameters);
        const Variant variant = session.variantOf(stored).value();
        QCOMPARE(static_cast<double>(variant.architecture.totalParameters()), *parameters->value);
    }

    void sameRecipeGivesTheSameWeights()
    {
        for (const char* name : { "first", "second" })
            QVERIFY(run(JobKind::Compress,
                        { { "recipe", toJson(halfRecipe()) }, { "name", name }, { "window", 128 } })
                        .ok());
        const auto session = ProjectSession::open(project()).value();
        const auto weights = [&](const char* name) {
            const RunRecord found = session.ledger().findRun(name).value();
            return readTextFile(project() / found.artefact / "model.safetensors").value();
        };
        QVERIFY(weights("first") == weights("second"));
    }

    void exportsAndCards()
    {
        for (const auto& [format, name] :
             { std::pair("gguf", "half.gguf"), std::pair("hf", "half-hf") }) {
            const auto done = run(
                JobKind::Export,
                { { "run", "half" }, { "format", format }, { "out", (root() / name).string() } });
            QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
            const auto opened = ModelSource::open(root() / name);
            QVERIFY(opened.ok());
            QCOMPARE((*opened)->architecture().layers.front().intermediateSize,
                     halfRecipe().layers.front().mlpWidth);
        }
        const auto card = run(JobKind::Card,
                              { { "run", "half" },
                                { "format", "huggingface" },
                                { "out", (root() / "README.md").string() } });
        QVERIFY2(card.ok(), card.ok() ? "" : card.error().message.c_str());
        QVERIFY(readTextFile(root() / "README.md")->find("half") != std::string::npos);
    }

    void exportSaysWhatBecameOfTypes()
    {
        const fs::path target = root() / "mixed.gguf";
        const auto exported = [&](Json more) {
            Json arguments { { "run", "half" }, { "format", "gguf" }, { "out", target.string() } };
            arguments.update(more);
            return run(JobKind::Export, arguments);
        };
        const auto done = exported({ { "type", "Q4_K_M" } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        bool replaced = false;
        for (const Json& use : (*done)["types"])
            replaced = replaced || (use["wanted"] == "Q4_K" && use["stored"] == "Q5_0");
        QVERIFY(replaced);
        QVERIFY((*done)["importance"]["tokens"].get<int>() > 0);
        const auto weighted = readTextFile(target);
        const auto again = exported({ { "type", "Q4_K_M" } }); // with the weights that were kept
        QVERIFY(again.ok());
        QCOMPARE((*again)["importance"], (*done)["importance"]);
        QVERIFY(*readTextFile(target) == *weighted);
        const auto plain = exported({ { "type", "Q4_K_M" }, { "importance", "none" } });
        QVERIFY(plain.ok());
        QVERIFY((*plain)["importance"].is_null());
        QVERIFY(*readTextFile(target) != *weighted);
        QVERIFY(exported({ { "type", "F16" } })->at("importance").is_null());
        const auto unknown = exported({ { "type", "Q9_Z" } });
        QCOMPARE(unknown.error().code, ErrorCode::Usage);
        QVERIFY(unknown.error().message.find("Q4_K_M") != std::string::npos);
    }

    void cancelledCompressionResumes()
    {
        Recipe recipe = halfRecipe();
        recipe.seed = 5;
        CancelToken cancel;
        EventWriter events([&cancel](const JobEvent& event) {
            if (event.type == JobEvent::Type::Progress
                && jsonValue<std::string>(event.data, "unit", {}) == "layer")
                cancel.cancel();
        });
        const auto stopped = runJob(
            spec(JobKind::Compress, { { "recipe", toJson(recipe) }, { "name", "resumed" } }),
            events, cancel);
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        {
            const auto session = ProjectSession::open(project()).value();
            QCOMPARE(session.ledger().findRun("resumed")->state, RunState::Cancelled);
        }
        QVERIFY(run(JobKind::Compress,
                    { { "recipe", toJson(recipe) }, { "name", "resumed" }, { "window", 128 } })
                    .ok());
        const auto session = ProjectSession::open(project()).value();
        QCOMPARE(session.ledger().findRun("resumed")->state, RunState::Done);
    }

    void healsAndSaysSo()
    {
        const Json plain { { "recipe", toJson(halfRecipe()) }, { "window", 128 } };
        Json healed = plain;
        healed["name"] = "healed";
        healed["heal_tokens"] = 8192;
        std::vector<std::string> partials;
        const auto done = run(JobKind::Compress, healed, &partials);
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        QVERIFY(std::count(partials.begin(), partials.end(), "heal") > 1);
        const Json heal = jsonValue<Json>(*done, "heal", {});
        QCOMPARE(jsonValue<std::int64_t>(heal, "tokens", 0), std::int64_t(8192));
        // It trains on more of the text than was calibrated on.
        const auto available = jsonValue<std::int64_t>(heal, "available_tokens", 0);
        QVERIFY(available > halfRecipe().calibrationTokens);
        QCOMPARE(jsonValue(heal, "epochs", 0.0), 8192.0 / static_cast<double>(available));
        const auto session = ProjectSession::open(project()).value();
        const RunRecord stored = session.ledger().findRun("healed").value();
        QCOMPARE(stored.recipe["heal"]["tokens"].get<std::int64_t>(), std::int64_t(8192));
        const Metric* before = findMetric(stored.metrics, "heal_kl_before");
        const Metric* after = findMetric(stored.metrics, "heal_kl_after");
        QVERIFY(before && after && *after->value <= *before->value);
        QCOMPARE(*after->value, jsonValue(heal, "kl_after", -1.0));
        QVERIFY(fs::exists(project() / stored.artefact / "healing.json"));
        // Predictions are about compression alone.
        for (const MeasuredOutcome& outcome :
             measuredOutcomes(session.ledger().runs().value(), "own"))
            QVERIFY(!outcome.recipe.heal.enabled());
        const Recipe read = recipeFromJson(stored.recipe).value();
        QVERIFY(toJson(read) == stored.recipe);
    }

    void searchesTheFrontAndGoesOn()
    {
        const auto search = [&](double minutes) {
            return run(JobKind::Search,
                       { { "minutes", minutes },
                         { "tokens", 4096 },
                         { "embedding_quant", Json::array({ "keep" }) },
                         { "quant_choices", { "keep", "gptq-int4-g32" } } });
        };
        // Too short for two, so the first recipe alone is run.
        const auto first = search(1e-6);
        QVERIFY2(first.ok(), first.ok() ? "" : first.error().message.c_str());
        QCOMPARE(first->at("new_runs").get<int>(), 1);
        const auto rest = search(10);
        QVERIFY(rest.ok());
        QVERIFY(rest->at("new_runs").get<int>() > 0);
        QVERIFY(rest->at("front").size() > 1);
        double bytes = 0, kl = std::numeric_limits<double>::infinity();
        for (const Json& point : rest->at("front")) {
            QVERIFY(point.at("file_bytes").get<double>() > bytes);
            QVERIFY(point.at("kl_mean").get<double>() < kl);
            bytes = point.at("file_bytes").get<double>();
            kl = point.at("kl_mean").get<double>();
        }
        const auto again = search(10);
        QVERIFY(again.ok());
        QVERIFY(again->at("new_runs").get<int>() <= rest->at("new_runs").get<int>() / 4);
        QCOMPARE(search(-1).error().code, ErrorCode::Usage);
    }

    /// The baseline ran from 100 to 110 and "half" from 112 to 117 s: 60 W and 50 W over 40 W.
    void importsAWallMeter()
    {
        auto session = ProjectSession::open(project());
        QVERIFY(session.ok());
        const auto keep = [&](const char* run, double measurement, double begin, double end) {
            const RunId id = session->ledger().findRun(run).value().id;
            const Json samples { { "measurement", measurement },
                                 { "spans", toJson(std::vector<BusySpan> { { begin, end } }) },
                                 { "tokens", 100 } };
            return session->ledger().setCache(rawSamplesKey(id, MeasuredRuntime::LlamaCpp),
                                              session->ledger().putObject(samples.dump()).value());
        };
        std::string csv = "s;W\n";
        for (int second = 0; second < 60; ++second) // its clock began at 80
            csv += std::to_string(second) + ";"
                + (second >= 20 && second < 30       ? "60"
                       : second >= 32 && second < 37 ? "50"
                                                     : "40")
                + "\n";
        QVERIFY(writeFileAtomically(root() / "meter.csv", csv).ok());
        const Json arguments { { "run", Json::array({ "half" }) },
                               { "wall_meter", (root() / "meter.csv").string() } };
        const auto early = run(JobKind::Bench, arguments);
        QVERIFY(!early.ok()
                && early.error().message.find("No run was measured") != std::string::npos);
        // A measurement of the day before lies in no file of today.
        QVERIFY(keep("half", 10, 10, 20).ok() && keep("baseline", 100, 100, 110).ok());
        const auto old = run(JobKind::Bench, arguments);
        QVERIFY(!old.ok()
                && old.error().message.find("half was not in the last measurement")
                    != std::string::npos);
        QVERIFY(keep("half", 100, 112, 117).ok());
        const auto done = run(JobKind::Bench, arguments);
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        const auto stored = [&](const char* run, const std::string& name) {
            const RunRecord record = session->ledger().findRun(run).value();
            for (const Metric& metric : record.metrics)
                if (metric.name == name && metric.provenance == Provenance::Imported)
                    return metric.value.value_or(-1);
            return -1.0;
        };
        const auto near = [](double value, double expected) {
            return std::abs(value - expected) < 0.2; // half a second of load at the edges
        };
        QVERIFY(near(stored("baseline", "joules_per_token"), 6.0));
        QVERIFY(near(stored("baseline", "joules_per_token_net"), 2.0));
        QVERIFY(near(stored("half", "joules_per_token"), 2.5));
        QVERIFY(near(stored("half", "joules_per_token_net"), 0.5));
    }

    void comparesTokens()
    {
        const std::string prompt = "How long does part 31 last?\nAbout ünf days.";
        const auto done = run(JobKind::Tokens, { { "run", "half" }, { "prompt", prompt } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        const fs::path file = project() / "runs" / "r2" / "tokens.json";
        const auto session = ProjectSession::open(project()).value();
        QCOMPARE(tokenReportFile(project(), session.ledger().findRun("half")->id), file);
        const auto read = tokenReportFromJson(*readJsonFile(file));
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QVERIFY(*read == *tokenReportFromJson(*done));
        QCOMPARE(read->runName, std::string("half"));
        QCOMPARE(jsonValue<std::string>(read->request, "prompt", {}), prompt);
        QVERIFY(!read->cut);
        // The tiny tokenizer's tokens are bytes, of which two make the umlaut.
        QCOMPARE(read->predictions.size(), prompt.size() - 1);
        std::string text = read->piece(read->firstToken);
        for (const TokenPrediction& entry : read->predictions)
            text += read->piece(entry.id);
        QCOMPARE(text, std::string("How long does part 31 last?\nAbout ‹C3›‹BC›nf days."));
    }

    void answersTogetherAreThoseInTurn()
    {
        Json arguments { { "run", { "baseline", "half", "half" } },
                         { "prompt", "How long does part 7 last?" },
                         { "max_tokens", 12 } };
        const auto inTurn = run(JobKind::Generate, arguments);
        QVERIFY2(inTurn.ok(), inTurn.ok() ? "" : inTurn.error().message.c_str());
        arguments["together"] = true;
        std::vector<std::string> partials;
        const auto together = run(JobKind::Generate, arguments, &partials);
        QVERIFY2(together.ok(), together.ok() ? "" : together.error().message.c_str());
        QVERIFY(std::count(partials.begin(), partials.end(), "text") > 0);
        QCOMPARE((*together)["together"], Json(true));
        for (std::size_t index = 0; index < 3; ++index) {
            const Json &shared = (*together)["answers"][index],
                       &alone = (*inTurn)["answers"][index];
            QCOMPARE(shared["run"], alone["run"]);
            QCOMPARE(shared["text"], alone["text"]);
            QVERIFY(shared["tokens_per_second"].get<double>() > 0);
            QVERIFY(jsonValue<bool>(shared, "shared", false));
            QVERIFY(!jsonValue<bool>(alone, "shared", false));
            // What all used together cannot be told apart.
            QVERIFY(!metricFromJson(shared["energy"])->present());
        }
        QVERIFY((*inTurn)["answers"][0]["text"] != (*inTurn)["answers"][1]["text"]);
        // The same question: the later answers are those that the project keeps.
        const auto kept = keptExchanges(Ledger::open(project(), true).value());
        QVERIFY(kept.ok());
        QCOMPARE(kept->size(), std::size_t(1));
        QCOMPARE(kept->front().prompt, arguments["prompt"].get<std::string>());
        QCOMPARE(kept->front().answers.size(), std::size_t(3));
        const Json answer = kept->front().answerOf(RunId { 1 })->answer;
        // The tiny model's bytes are no text, so that storing them replaces some.
        QCOMPARE(answer["text"], Json::parse(dumpJson((*together)["answers"][0]))["text"]);
        QCOMPARE(answer["shared"], Json(true));
    }

    /// Answers are there although the project cannot take them; that is said, and no more.
    void answersThatCannotBeKeptAreStillGiven()
    {
        Goals damaged;
        damaged.maxKl = -1;
        QVERIFY(Ledger::open(project())->setGoals(damaged).ok());
        std::vector<std::string> warnings;
        EventWriter events([&warnings](const JobEvent& event) {
            if (event.type == JobEvent::Type::Log
                && jsonValue<std::string>(event.data, "level", {}) == "warn")
                warnings.push_back(jsonValue<std::string>(event.data, "text", {}));
        });
        const auto done = runJob(
            spec(JobKind::Generate,
                 { { "run", { "half" } }, { "prompt", "And part 8?" }, { "max_tokens", 4 } }),
            events, {});
        QVERIFY(Ledger::open(project())->setGoals({}).ok());
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        QCOMPARE((*done)["answers"].size(), std::size_t(1));
        QCOMPARE(warnings.size(), std::size_t(1));
        QVERIFY(warnings.front().find("not kept") != std::string::npos);
        QCOMPARE(keptExchanges(Ledger::open(project(), true).value())->size(), std::size_t(1));
    }

    void tokensOfAPassage()
    {
        const auto done
            = run(JobKind::Tokens, { { "run", "half" }, { "passage", 2 }, { "max_tokens", 40 } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        const auto report = tokenReportFromJson(*done).value();
        QCOMPARE(report.predictions.size(), std::size_t(39));
        QVERIFY(report.cut);
        QCOMPARE(jsonValue<std::string>(report.request, "workload", {}), std::string("own"));
        const auto missing = run(JobKind::Tokens, { { "run", "half" }, { "passage", 900 } });
        QCOMPARE(missing.error().code, ErrorCode::Usage);
        QCOMPARE(run(JobKind::Tokens, { { "run", "baseline" } }).error().code, ErrorCode::Usage);
        QCOMPARE(run(JobKind::Tokens, { { "run", "half" }, { "prompt", "x" } }).error().code,
                 ErrorCode::Usage);
        // What failed leaves the former result.
        QVERIFY(readJsonFile(project() / "runs" / "r2" / "tokens.json").ok());
    }

    void refusesWhatDoesNotFit()
    {
        Recipe recipe = halfRecipe();
        recipe.layers.pop_back();
        const auto refused = run(JobKind::Compress, { { "recipe", toJson(recipe) } });
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        const auto unknown = run(
            JobKind::Export,
            { { "run", "nobody" }, { "format", "gguf" }, { "out", (root() / "x.gguf").string() } });
        QVERIFY(!unknown.ok());
        QCOMPARE(unknown.error().code, ErrorCode::Usage);
        QVERIFY(!fs::exists(root() / "x.gguf"));
    }

    /// Comes last: the model lies elsewhere from here on.
    void findsAModelThatWasMoved()
    {
        fs::rename(root() / "model", root() / "moved");
        const auto gone = run(JobKind::Tokens, { { "run", "half" }, { "prompt", "How long" } });
        QVERIFY(!gone.ok());
        TinyModelOptions other;
        other.vocab = 300;
        other.seed = 99;
        QVERIFY(writeTinyHfModel(root() / "other", other).ok());
        const auto refused = run(JobKind::Locate, { { "model", (root() / "other").string() } });
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::BadInput);
        QVERIFY(refused.error().message.find("not the model") != std::string::npos);
        QVERIFY(!ProjectSession::open(project(), root() / "other").ok());
        const auto found = run(JobKind::Locate, { { "model", (root() / "moved").string() } });
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
        const auto works = run(JobKind::Tokens, { { "run", "half" }, { "prompt", "How long" } });
        QVERIFY2(works.ok(), works.ok() ? "" : works.error().message.c_str());
        const auto cached = run(
            JobKind::Analyze,
            { { "text", Json::array({ (root() / "text.txt").string() }) }, { "tokens", 4096 } });
        QVERIFY(cached.ok() && jsonValue<bool>(*cached, "cached", false));
    }

private:
    fs::path root() const { return fs::path(m_folder.path().toStdString()); }
    fs::path project() const { return root() / "project"; }

    JobSpec spec(JobKind kind, Json arguments) const
    {
        JobSpec job;
        job.kind = kind;
        job.project = project();
        job.arguments = std::move(arguments);
        job.threads = 2;
        return job;
    }

    Result<Json> run(JobKind kind, Json arguments, std::vector<std::string>* partials = nullptr)
    {
        EventWriter events([partials](const JobEvent& event) {
            if (partials && event.type == JobEvent::Type::Partial)
                partials->push_back(jsonValue<std::string>(event.data, "kind", {}));
        });
        return runJob(spec(kind, std::move(arguments)), events, {});
    }

    Recipe halfRecipe() const
    {
        const auto source = ModelSource::open(root() / "model").value();
        Recipe recipe = identityRecipe(source->architecture());
        recipe.name = "half";
        recipe.workload = "own";
        recipe.calibrationTokens = 4096;
        for (LayerRecipe& layer : recipe.layers)
            layer.mlpWidth /= 2;
        return recipe;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(PipelineJobsTest)
#include "pipeline_jobs_test.moc"
