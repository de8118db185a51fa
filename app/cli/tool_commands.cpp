// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "pipeline/engine_library.h"
#include "pipeline/measured_runtime.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "runtime/llama_runtime.h"

#include <fmt/format.h>
#include <iostream>

namespace schmidt::cli {

namespace {

    void addVerify(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "verify",
                                   "Open an export with its runtime and state the parity", false);
        auto path = std::make_shared<std::string>();
        auto against = std::make_shared<std::string>();
        command->add_option("path", *path, "exported file or folder")->required();
        command->add_option("--against", *against, "PROJECT:RUN it must agree with");
        command->callback([&options, &action, path, against] {
            action = [&options, path, against] {
                const auto report = verifyExport(*path, *against, { {}, interruptToken() });
                if (!report.ok())
                    return fail(options, report.error());
                return succeed(options, *report, [](const Json& json) {
                    for (const char* name : { "runtime_against_own_forward", "export_against_run" })
                        if (json.contains(name))
                            std::cout << fmt::format(
                                "{:28} mean KL {:.2e} (bar {:.0e}), same top token {:.2f} %\n",
                                name, json[name]["mean_kl"].get<double>(),
                                json[name]["bar"].get<double>(),
                                100 * json[name]["same_top"].get<double>());
                    std::cout << "runtime: " << json["runtime"].get<std::string>() << '\n';
                    for (const Json& sentence : json["checked"])
                        std::cout << "checked: " << sentence.get<std::string>() << '\n';
                });
            };
        });
    }

    void addMeasureGguf(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(
            app, options, "measure-gguf",
            "Time one GGUF file in this process (bench starts one per measurement)", false);
        auto path = std::make_shared<std::string>();
        auto protocol = std::make_shared<RuntimeProtocol>();
        command->add_option("path", *path, "GGUF file")->required();
        command->add_option("--repetitions", protocol->repetitions, "repetitions");
        command->add_option("--prefill", protocol->prefillTokens, "prompt tokens");
        command->add_option("--decode", protocol->decodeTokens, "decoded tokens");
        command->add_option("--depth", protocol->depth, "tokens in the cache before");
        command->add_option("--sequences", protocol->sequences, "texts decoded side by side");
        command->callback([&options, &action, path, protocol] {
            action = [&options, path, protocol] {
                protocol->threads = options.threads;
                const auto samples = measureGguf(*path, *protocol, { {}, interruptToken() });
                if (!samples.ok())
                    return fail(options, samples.error());
                const Json json = toJson(*samples, llamaRuntimeVersion());
                std::cout << dumpJson(json) << std::endl;
                return 0;
            };
        });
    }

    Result<Json> measureEngine(const std::string& path, const std::string& runtime,
                               const RuntimeProtocol& protocol)
    {
        const auto arithmetic = measuredRuntimeFromName(runtime);
        if (!arithmetic || !runtime.starts_with("torch"))
            return usageError("--runtime is torch, torch-bf16, torch-int8 or torch-int4 here.");
        SCHMIDT_TRY(const EngineLibrary* engine, engineLibrary());
        return engine->measure(path, *arithmetic, protocol, { {}, interruptToken() });
    }

    void addMeasureEngine(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(
            app, options, "measure-engine",
            "Time this program's own engine in this process (bench starts one per measurement)",
            false);
        auto path = std::make_shared<std::string>();
        auto runtime = std::make_shared<std::string>("torch");
        auto protocol = std::make_shared<RuntimeProtocol>();
        command->add_option("path", *path, "model or variant")->required();
        command->add_option("--runtime", *runtime,
                            "torch (fp32), torch-bf16, torch-int8 or torch-int4");
        command->add_option("--repetitions", protocol->repetitions, "repetitions");
        command->add_option("--prefill", protocol->prefillTokens, "prompt tokens");
        command->add_option("--decode", protocol->decodeTokens, "decoded tokens");
        command->callback([&options, &action, path, runtime, protocol] {
            action = [&options, path, runtime, protocol] {
                protocol->threads = options.threads;
                const auto json = measureEngine(*path, *runtime, *protocol);
                if (!json.ok())
                    return fail(options, json.error());
                std::cout << dumpJson(*json) << std::endl;
                return 0;
            };
        });
    }

    struct ChatArguments {
        std::string model, run = "baseline";
        std::int64_t maxTokens = 256;
        double temperature = 0.7;
    };

    Result<void> chatLoop(const CommonOptions& options, const ChatArguments& arguments)
    {
        std::filesystem::path gguf = arguments.model;
        std::shared_ptr<const ModelSource> source;
        if (arguments.model.empty()) {
            SCHMIDT_TRY(ProjectSession session, ProjectSession::open(options.project));
            SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(arguments.run));
            SCHMIDT_TRY(gguf, session.ggufOf(run, { {}, interruptToken() }));
            source = session.source();
        } else {
            SCHMIDT_TRY(source, ModelSource::open(gguf));
        }
        SCHMIDT_TRY(const auto tokenizer, Tokenizer::create(*source));
        GenerationOptions generation;
        generation.maxTokens = static_cast<int>(arguments.maxTokens);
        generation.temperature = arguments.temperature;
        generation.seed = options.seed;
        generation.threads = options.threads;
        std::vector<ChatMessage> messages;
        std::string line;
        std::cerr << "Type a message; an empty line ends the chat.\n> " << std::flush;
        while (std::getline(std::cin, line) && !line.empty()) {
            messages.push_back({ "user", line });
            SCHMIDT_TRY(const std::string prompt, tokenizer->applyChatTemplate(messages));
            const auto print = [](const std::string& piece) { std::cout << piece << std::flush; };
            SCHMIDT_TRY(const GenerationResult answer,
                        generateGguf(gguf, prompt, generation, print, interruptToken()));
            std::cout << std::endl;
            std::cerr << fmt::format("({:.1f} tokens/s)\n> ", answer.tokensPerSecond) << std::flush;
            messages.push_back({ "assistant", answer.text });
        }
        return {};
    }

    void addChat(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "chat", "Talk to a model or to a run", false);
        auto arguments = std::make_shared<ChatArguments>();
        command->add_option("model", arguments->model, "GGUF file");
        command->add_option("--project", options.project, "project folder");
        command->add_option("--run", arguments->run, "run of the project");
        command->add_option("--max-tokens", arguments->maxTokens, "tokens per answer at most");
        command->add_option("--temperature", arguments->temperature,
                            "0 = always the likeliest token");
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                if (arguments->model.empty() && options.project.empty())
                    return fail(options, usageError("Name a GGUF file, or --project and --run."));
                const auto outcome = chatLoop(options, *arguments);
                return outcome.ok() ? 0 : fail(options, outcome.error());
            };
        });
    }

    void addDemo(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "demo",
                                   "The main job on the default model, start to end", false);
        auto folder = std::make_shared<std::string>();
        auto tokens = std::make_shared<std::int64_t>(8192);
        command->add_option("--project", *folder,
                            "project folder to make (./schmidt-demo if left out)");
        command->add_option("--tokens", *tokens, "calibration tokens");
        command->callback([&options, &action, folder, tokens] {
            action = [&options, folder, tokens] {
                return runDemo(options, folder->empty() ? "schmidt-demo" : *folder, *tokens);
            };
        });
    }

} // namespace

void addToolCommands(CLI::App& app, CommonOptions& options, Action& action)
{
    addVerify(app, options, action);
    addMeasureGguf(app, options, action);
    addMeasureEngine(app, options, action);
    addChat(app, options, action);
    addDemo(app, options, action);
}

} // namespace schmidt::cli
