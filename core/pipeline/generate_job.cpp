// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "measure/energy.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"
#include "runtime/llama_runtime.h"

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    struct ChatTarget {
        std::string name;
        fs::path gguf;
        std::shared_ptr<const ModelSource> source;
    };

    Result<std::vector<ChatTarget>> projectTargets(const JobContext& job)
    {
        SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
        const auto references = job.list("run");
        std::vector<ChatTarget> targets;
        for (const std::string& reference :
             references.empty() ? std::vector<std::string> { "baseline" } : references) {
            SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(reference));
            SCHMIDT_TRY(const fs::path gguf, session.ggufOf(run, job.work()));
            targets.push_back({ run.name, gguf, session.source() });
        }
        return targets;
    }

    Result<std::vector<ChatTarget>> modelTarget(const fs::path& path)
    {
        SCHMIDT_TRY(const auto source, ModelSource::open(path));
        if (source->format() != ModelFormat::Gguf)
            return unsupported("Chat on a model folder needs a project; run: schmidt-cli chat "
                               "--project P --run baseline.");
        return std::vector<ChatTarget> { { source->architecture().name, path, source } };
    }

} // namespace

Result<Json> runGenerate(const JobContext& job)
{
    job.events.started("Generate", { { "prepare", "Prepare", 1 }, { "generate", "Generate", 5 } });
    job.events.stage("prepare");
    const std::string model = job.text("model");
    SCHMIDT_TRY(const auto targets, model.empty() ? projectTargets(job) : modelTarget(model));
    const std::string prompt = job.text("prompt");
    if (prompt.empty())
        return usageError("Give a prompt with --prompt.");
    GenerationOptions options;
    options.maxTokens = static_cast<int>(job.number("max_tokens", 128));
    options.temperature = jsonValue<double>(job.spec.arguments, "temperature", 0.0);
    options.seed = job.spec.seed;
    options.threads = job.spec.threads;
    job.events.stage("generate");
    Json answers = Json::array();
    for (const ChatTarget& target : targets) {
        SCHMIDT_TRY(const auto tokenizer, Tokenizer::create(*target.source));
        SCHMIDT_TRY(const std::string text, tokenizer->applyChatTemplate({ { "user", prompt } }));
        const auto onPiece = [&](const std::string& piece) {
            job.events.partial("text", { { "run", target.name }, { "piece", piece } });
        };
        EnergyMeter meter;
        meter.start();
        SCHMIDT_TRY(const GenerationResult answer,
                    generateGguf(target.gguf, text, options, onPiece, job.cancel));
        Metric energy = meter.stop();
        if (energy.present())
            energy.protocol += ", gross, while the model was loaded and answered";
        answers.push_back({ { "run", target.name },
                            { "text", answer.text },
                            { "tokens", answer.tokens.size() },
                            { "first_token_seconds", answer.firstTokenSeconds },
                            { "tokens_per_second", answer.tokensPerSecond },
                            { "energy", toJson(energy) },
                            { "stop_reason", answer.stopReason } });
    }
    return Json { { "answers", answers } };
}

} // namespace schmidt
