// SPDX-License-Identifier: Apache-2.0
#include "analysis/token_report.h"
#include "base/metric.h"
#include "cli/commands.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>

namespace schmidt::cli {

namespace {

    JobSpec specFor(JobKind kind, const CommonOptions& options, Json arguments)
    {
        JobSpec spec;
        spec.kind = kind;
        spec.project = options.project;
        spec.arguments = std::move(arguments);
        spec.threads = options.threads;
        spec.seed = options.seed;
        return spec;
    }

    void printMetrics(const Json& summary)
    {
        for (const auto& [run, metrics] : summary.at("metrics").items()) {
            std::cout << run << '\n';
            for (const Json& json : metrics.is_array() ? metrics : Json::array({ metrics }))
                if (const auto metric = metricFromJson(json); metric.ok())
                    std::cout << fmt::format("  {:32} {} {}\n", metric->name,
                                             provenanceMark(metric->provenance),
                                             formatMetric(*metric));
        }
    }

    void printCompression(const Json& summary)
    {
        printMetrics(summary);
        if (const auto heal = summary.find("heal"); heal != summary.end())
            std::cout << fmt::format(
                "healed on {} tokens ({:.2f} epochs), held-out KL {:.4f} -> {:.4f} nat, {:.0f} "
                "tokens/s{}\n",
                heal->at("tokens").get<std::int64_t>(), heal->at("epochs").get<double>(),
                heal->at("kl_before").get<double>(), heal->at("kl_after").get<double>(),
                heal->at("tokens_per_second").get<double>(),
                heal->at("improved").get<bool>() ? "" : "; not better, so the weights were kept");
    }

    void printModel(const Json& summary)
    {
        std::cout << fmt::format(
            "{} ({}): {} layers, hidden {}, head size {}, vocabulary {}, context {}\n",
            summary["name"].get<std::string>(), summary["model_type"].get<std::string>(),
            summary["layer_count"].get<int>(), summary["hidden_size"].get<int>(),
            summary["head_dim"].get<int>(), summary["vocabulary_size"].get<int>(),
            summary["context_length"].get<int>());
        std::cout << fmt::format("parameters {} (blocks {}), file {}, embeddings {}\n",
                                 summary["parameters"].get<std::int64_t>(),
                                 summary["block_parameters"].get<std::int64_t>(),
                                 formatBytes(summary["file_bytes"].get<double>()),
                                 summary["tied_embeddings"].get<bool>() ? "tied" : "not tied");
        for (const auto& [type, bytes] : summary["bytes_by_type"].items())
            std::cout << fmt::format("  {:6} {}\n", type, formatBytes(bytes.get<double>()));
        std::cout << "content hash " << summary["content_hash"].get<std::string>() << '\n';
        for (const Json& warning : summary["warnings"])
            std::cout << "warning: " << warning.get<std::string>() << '\n';
    }

    /// A command whose job is told one model and nothing else.
    void addModelCommand(CLI::App& app, CommonOptions& options, Action& action, JobKind kind,
                         const char* help, bool needsProject, void (*print)(const Json&))
    {
        auto* command = addCommand(app, options, jobKindName(kind), help, needsProject);
        auto model = std::make_shared<std::string>();
        command->add_option("model", *model, "GGUF file or Hugging Face folder")->required();
        command->callback([&options, &action, kind, print, model] {
            action = [&options, kind, print, model] {
                return runJobCommand(options, specFor(kind, options, { { "model", *model } }),
                                     print);
            };
        });
    }

    void printPlace(const Json& summary)
    {
        std::cout << "the model is " << summary["model"].get<std::string>() << '\n';
    }

    void addAnalyze(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "analyze",
                                   "Spectra, statistics and sensitivity of a model", true);
        struct Arguments {
            std::string model, workload = "faq";
            std::vector<std::string> text;
            std::int64_t tokens = 65536;
            bool quick = false;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("model", arguments->model,
                            "GGUF file or Hugging Face folder (first time only)");
        command->add_option("--workload", arguments->workload,
                            "faq, code, inspection, search or own");
        command->add_option("--text", arguments->text,
                            "own text or JSONL files instead of a workload");
        command->add_option("--tokens", arguments->tokens, "calibration tokens")
            ->check(CLI::PositiveNumber);
        command->add_flag("--quick", arguments->quick,
                          "fewer probes: half the time, a wider band of prediction");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "workload", arguments->workload }, { "tokens", arguments->tokens } };
                if (arguments->quick)
                    json["quick"] = true;
                if (!arguments->model.empty())
                    json["model"] = arguments->model;
                if (!arguments->text.empty())
                    json["text"] = arguments->text;
                return runJobCommand(
                    options, specFor(JobKind::Analyze, options, json), [](const Json& summary) {
                        std::cout << fmt::format(
                            "analysis of workload {}: {} spectra, {} sensitivity points, {} "
                            "calibration "
                            "tokens ({} sampled from the model){}\n",
                            summary["workload"].get<std::string>(), summary["spectra"].get<int>(),
                            summary["sensitivity_points"].get<int>(),
                            summary["calibration_tokens"].get<std::int64_t>(),
                            summary["sampled_tokens"].get<std::int64_t>(),
                            summary["cached"].get<bool>() ? ", from the cache" : "");
                    });
            };
        });
    }

    void addCompress(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "compress", "Run a recipe", true);
        struct Arguments {
            std::string recipe, name;
            std::int64_t healTokens = 0;
            double healMinutes = 0;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("--recipe", arguments->recipe, "recipe file")->required();
        command->add_option("--name", arguments->name, "name of the variant");
        command
            ->add_option("--heal-tokens", arguments->healTokens,
                         "tokens to distil from the original on")
            ->check(CLI::PositiveNumber);
        command
            ->add_option("--heal-minutes", arguments->healMinutes,
                         "minutes to distil from the original")
            ->check(CLI::PositiveNumber);
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                const auto recipe = readJsonFile(arguments->recipe);
                if (!recipe.ok())
                    return fail(options, recipe.error());
                Json json { { "recipe", *recipe } };
                if (!arguments->name.empty())
                    json["name"] = arguments->name;
                if (arguments->healTokens > 0)
                    json["heal_tokens"] = arguments->healTokens;
                if (arguments->healMinutes > 0)
                    json["heal_minutes"] = arguments->healMinutes;
                return runJobCommand(options, specFor(JobKind::Compress, options, json),
                                     printCompression);
            };
        });
    }

    void printFront(const Json& summary)
    {
        std::cout << fmt::format("{} new runs in {:.0f} min; best at their size:\n",
                                 summary.at("new_runs").get<int>(),
                                 summary.at("seconds").get<double>() / 60);
        for (const Json& point : summary.at("front"))
            std::cout << fmt::format(
                "  r{:<4} {:>10}  KL {:.4f} nat  {}\n", point.at("run").get<std::int64_t>(),
                formatBytes(point.at("file_bytes").get<double>()),
                point.at("kl_mean").get<double>(), point.at("name").get<std::string>());
    }

    void addSearch(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "search",
                                   "Compress to many sizes within a time and print the best", true);
        struct Arguments {
            double minutes = 30;
            std::string workload;
            std::vector<std::string> embeddingChoices;
            std::int64_t tokens = 65536;
            std::vector<std::string> choices;
        };
        auto arguments = std::make_shared<Arguments>();
        command
            ->add_option("--minutes", arguments->minutes,
                         "time to spend; a later search goes on where this one stopped")
            ->check(CLI::PositiveNumber);
        command->add_option("--workload", arguments->workload,
                            "workload (the project's own choice if left out)");
        command->add_option("--tokens", arguments->tokens, "calibration tokens of every run")
            ->check(CLI::PositiveNumber);
        command
            ->add_option("--quant-choices", arguments->choices,
                         "schemes among which each layer chooses "
                         "(keep,gptq-int8-g32,gptq-int4-g32 if left out)")
            ->delimiter(',');
        command
            ->add_option("--embedding-quant", arguments->embeddingChoices,
                         "scheme of the embedding, or several to choose from "
                         "(rtn-int8-g32,gptq-int4-g32 if left out)")
            ->delimiter(',');
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "minutes", arguments->minutes }, { "tokens", arguments->tokens } };
                if (!arguments->workload.empty())
                    json["workload"] = arguments->workload;
                if (!arguments->choices.empty())
                    json["quant_choices"] = arguments->choices;
                if (!arguments->embeddingChoices.empty())
                    json["embedding_quant"] = arguments->embeddingChoices;
                return runJobCommand(options, specFor(JobKind::Search, options, json), printFront);
            };
        });
    }

    struct RunArguments {
        std::vector<std::string> runs;
        std::string text, suite, runtime = "llama.cpp", evaluationRuntime, workload;
        std::int64_t window = 2048, maxTokens = 16384, limit = 0, repetitions = 5;
    };

    void addEvaluate(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "evaluate",
                                   "Perplexity, KL and top-1 agreement against the baseline", true);
        auto arguments = std::make_shared<RunArguments>();
        command->add_option("--run", arguments->runs, "runs (all finished ones if left out)");
        command->add_option("--text", arguments->text,
                            "text or JSONL file (the workload's own text if left out)");
        command->add_option("--workload", arguments->workload, "workload whose text is used");
        command->add_option("--window", arguments->window, "tokens per window");
        command->add_option("--max-tokens", arguments->maxTokens, "tokens at most; 0 = all");
        command->add_option("--runtime", arguments->evaluationRuntime,
                            "llama.cpp: through the runtime itself, on the exported GGUF");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "run", arguments->runs },
                            { "window", arguments->window },
                            { "max_tokens", arguments->maxTokens } };
                if (!arguments->text.empty())
                    json["text"] = arguments->text;
                if (!arguments->workload.empty())
                    json["workload"] = arguments->workload;
                if (!arguments->evaluationRuntime.empty())
                    json["runtime"] = arguments->evaluationRuntime;
                return runJobCommand(options, specFor(JobKind::Evaluate, options, json),
                                     printMetrics);
            };
        });
    }

    void addTasks(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command
            = addCommand(app, options, "tasks", "Accuracy on a multiple-choice suite", true);
        auto arguments = std::make_shared<RunArguments>();
        command->add_option("--run", arguments->runs, "runs (all finished ones if left out)");
        command
            ->add_option("--suite", arguments->suite,
                         "suite file, or the name of a workload's own suite")
            ->required();
        command->add_option("--limit", arguments->limit, "items at most");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                const Json json { { "run", arguments->runs },
                                  { "suite", arguments->suite },
                                  { "limit", arguments->limit } };
                return runJobCommand(options, specFor(JobKind::Tasks, options, json), printMetrics);
            };
        });
    }

    void addBench(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "bench",
                                   "Latency, memory and energy in the deployment runtime", true);
        struct Arguments : RunArguments {
            std::int64_t idleSeconds = 0;
            std::string wallMeter;
            std::optional<double> clockOffset;
            bool sweep = false;
            std::vector<int> depths, sequences, threadCounts;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("--run", arguments->runs, "runs (all finished ones if left out)");
        command->add_option("--runtime", arguments->runtime,
                            "llama.cpp, onnx, torch (fp32), torch-bf16, torch-int8 or torch-int4");
        command->add_option("--repetitions", arguments->repetitions, "repetitions per run");
        command->add_flag("--sweep", arguments->sweep,
                          "speeds also behind long contexts, of several texts at once and with "
                          "fewer threads");
        command->add_option("--depths", arguments->depths, "contexts to sweep over, in tokens")
            ->delimiter(',');
        command->add_option("--sequences", arguments->sequences, "texts at once to sweep over")
            ->delimiter(',');
        command->add_option("--thread-counts", arguments->threadCounts, "threads to sweep over")
            ->delimiter(',');
        command->add_option("--idle-seconds", arguments->idleSeconds,
                            "rest before and after, for a meter at the wall");
        command->add_option("--wall-meter", arguments->wallMeter,
                            "import the energy of the last measurement from a meter's CSV file "
                            "instead of measuring");
        command->add_option("--clock-offset", arguments->clockOffset,
                            "seconds to add to the meter's times (found by the load's steps if "
                            "left out)");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "run", arguments->runs },
                            { "runtime", arguments->runtime },
                            { "repetitions", arguments->repetitions },
                            { "sweep", arguments->sweep },
                            { "depths", arguments->depths },
                            { "sequences", arguments->sequences },
                            { "thread_counts", arguments->threadCounts } };
                if (arguments->idleSeconds > 0)
                    json["idle_seconds"] = arguments->idleSeconds;
                if (!arguments->wallMeter.empty())
                    json["wall_meter"] = arguments->wallMeter;
                if (arguments->clockOffset)
                    json["clock_offset"] = *arguments->clockOffset;
                return runJobCommand(options, specFor(JobKind::Bench, options, json), printMetrics);
            };
        });
    }

    void showExport(const Json& summary)
    {
        std::cout << "wrote " << summary["path"].get<std::string>() << '\n';
        if (const auto adapter = jsonValue<std::string>(summary, "adapter", {}); !adapter.empty())
            std::cout << "wrote its LoRA adapter " << adapter << '\n';
        for (const Json& use : jsonValue(summary, "types", Json::array()))
            if (use["wanted"] != use["stored"])
                std::cout << use["matrices"] << " matrices are " << use["stored"].get<std::string>()
                          << " instead of " << use["wanted"].get<std::string>()
                          << ", whose blocks do not divide their rows\n";
    }

    void addExport(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command
            = addCommand(app, options, "export", "Write a model that other tools load", true);
        struct Arguments {
            std::string run = "baseline", format, type, carrier = "native", out, importance, text;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("--run", arguments->run, "run or \"baseline\"")->required();
        command
            ->add_option("--format", arguments->format,
                         "hf, gguf, onnx, compressed-tensors, gptq or awq")
            ->required();
        command->add_option("--type", arguments->type,
                            "F32, F16, BF16, Q8_0; GGUF: Q4_K_M, Q5_K_M, Q6_K, Q4_0, ...; "
                            "compressed-tensors: W8A8");
        command->add_option("--importance", arguments->importance,
                            "GGUF, W8A8: workload that weights the rounding, or none");
        command->add_option("--text", arguments->text,
                            "GGUF, W8A8: text that weights the rounding");
        command->add_option("--carrier", arguments->carrier,
                            "native, padded or block-configs (per-layer widths)");
        command->add_option("--out", arguments->out, "file or folder to write")->required();
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "run", arguments->run },
                            { "format", arguments->format },
                            { "carrier", arguments->carrier },
                            { "out", arguments->out } };
                for (const auto& [key, value] : { std::pair { "type", &arguments->type },
                                                  { "importance", &arguments->importance },
                                                  { "text", &arguments->text } })
                    if (!value->empty())
                        json[key] = *value;
                return runJobCommand(options, specFor(JobKind::Export, options, json), showExport);
            };
        });
    }

    void addCard(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "card", "Write the model card of a run", true);
        struct Arguments {
            std::string run = "baseline", format = "huggingface", out;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("--run", arguments->run, "run or \"baseline\"")->required();
        command->add_option("--format", arguments->format,
                            "huggingface, cyclonedx, spdx, pdf or json");
        command->add_option("--out", arguments->out, "file to write")->required();
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                const Json json { { "run", arguments->run },
                                  { "format", arguments->format },
                                  { "out", arguments->out } };
                return runJobCommand(
                    options, specFor(JobKind::Card, options, json), [](const Json& summary) {
                        std::cout << "wrote " << summary["path"].get<std::string>() << '\n';
                    });
            };
        });
    }

    void addGenerate(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "generate",
                                   "Answer one prompt with a model or with runs", false);
        struct Arguments {
            std::string model, prompt;
            std::vector<std::string> runs;
            std::int64_t maxTokens = 128;
            double temperature = 0;
            bool together = false;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("model", arguments->model, "GGUF file");
        command->add_option("--project", options.project, "project folder");
        command->add_option("--run", arguments->runs, "runs of the project");
        command->add_option("--prompt", arguments->prompt, "prompt")->required();
        command->add_option("--max-tokens", arguments->maxTokens, "tokens at most");
        command->add_option("--temperature", arguments->temperature,
                            "0 = always the likeliest token");
        command->add_flag("--together", arguments->together,
                          "all runs at once, sharing the threads (speeds do not compare)");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "run", arguments->runs },
                            { "prompt", arguments->prompt },
                            { "together", arguments->together },
                            { "max_tokens", arguments->maxTokens },
                            { "temperature", arguments->temperature } };
                if (!arguments->model.empty())
                    json["model"] = arguments->model;
                return runJobCommand(
                    options, specFor(JobKind::Generate, options, json), [](const Json& summary) {
                        for (const Json& answer : summary["answers"])
                            std::cout << fmt::format(
                                "--- {} ({:.1f} tokens/s, first token {:.0f} ms)\n{}\n",
                                answer["run"].get<std::string>(),
                                answer["tokens_per_second"].get<double>(),
                                1000 * answer["first_token_seconds"].get<double>(),
                                answer["text"].get<std::string>());
                    });
            };
        });
    }

    void printTokens(const Json& summary)
    {
        const auto report = tokenReportFromJson(summary);
        if (!report.ok())
            return;
        const Json& sums = summary["summary"];
        std::cout << fmt::format(
            "{}: {}; nll {:.3f} -> {:.3f} nat, KL {:.4f} nat, same top token {:.1f} %\n",
            report->runName, report->protocol, sums["baseline_nll"].get<double>(),
            sums["variant_nll"].get<double>(), sums["kl_mean"].get<double>(),
            100 * sums["same_top"].get<double>());
        constexpr std::size_t shown = 10;
        std::cout << "  token   KL nat  baseline -> variant (likeliest)  real token\n";
        auto worst = worstPredictions(*report);
        worst.resize(std::min(worst.size(), shown));
        const auto quoted = [&report](std::int32_t id) { return dumpJson(report->piece(id)); };
        for (const std::size_t index : worst) {
            const TokenPrediction& entry = report->predictions[index];
            const auto candidate = [&quoted](const TokenCandidate& top) {
                return fmt::format("{} {:.2f}", quoted(top.id), top.probability);
            };
            std::cout << fmt::format("  {:5} {:8.3f}  {} -> {}  {}\n", index + 1, entry.kl,
                                     candidate(entry.baselineTop.front()),
                                     candidate(entry.variantTop.front()), quoted(entry.id));
        }
    }

    void addTokens(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(
            app, options, "tokens",
            "Read a text with the baseline and a run, token by token: KL, likeliest tokens, layers",
            true);
        struct Arguments {
            std::string run, text, prompt, workload;
            std::int64_t passage = 0, maxTokens = 512;
        };
        auto arguments = std::make_shared<Arguments>();
        command->add_option("--run", arguments->run, "run to compare")->required();
        command->add_option("--text", arguments->text, "text or JSONL file");
        command->add_option("--prompt", arguments->prompt, "the text itself");
        command->add_option("--workload", arguments->workload,
                            "workload whose evaluation text is read");
        command->add_option("--passage", arguments->passage, "which passage of it; the first is 1");
        command->add_option("--max-tokens", arguments->maxTokens, "tokens at most");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                Json json { { "run", arguments->run }, { "max_tokens", arguments->maxTokens } };
                for (const auto& [key, value] : { std::pair { "text", &arguments->text },
                                                  { "prompt", &arguments->prompt },
                                                  { "workload", &arguments->workload } })
                    if (!value->empty())
                        json[key] = *value;
                if (arguments->passage != 0)
                    json["passage"] = arguments->passage;
                return runJobCommand(options, specFor(JobKind::Tokens, options, json), printTokens);
            };
        });
    }

    void addJob(CLI::App& app, Action& action)
    {
        auto* command = app.add_subcommand(
            "job", "Run a job specification; events as JSON lines (what the GUI starts)");
        auto spec = std::make_shared<std::string>();
        command->add_option("--spec", *spec, "job specification file")->required();
        command->callback([&action, spec] { action = [spec] { return runJobProcess(*spec); }; });
    }

} // namespace

CLI::App* addCommand(CLI::App& app, CommonOptions& options, const std::string& name,
                     const std::string& help, bool needsProject)
{
    auto* command = app.add_subcommand(name, help);
    command->add_flag("--json", options.json, "result as JSON on stdout");
    command->add_option("--threads", options.threads, "cores to use; 0 = all");
    command->add_option("--seed", options.seed, "seed of everything random");
    if (needsProject)
        command->add_option("--project", options.project, "project folder")->required();
    return command;
}

void addJobCommands(CLI::App& app, CommonOptions& options, Action& action)
{
    addModelCommand(app, options, action, JobKind::Inspect,
                    "Architecture, parameters, shapes, types, content hash", false, printModel);
    addModelCommand(app, options, action, JobKind::Locate,
                    "Tell a project where its model lies after it was moved", true, printPlace);
    addAnalyze(app, options, action);
    addCompress(app, options, action);
    addSearch(app, options, action);
    addEvaluate(app, options, action);
    addTasks(app, options, action);
    addBench(app, options, action);
    addExport(app, options, action);
    addCard(app, options, action);
    addGenerate(app, options, action);
    addTokens(app, options, action);
    addJob(app, action);
}

} // namespace schmidt::cli
