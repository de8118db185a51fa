// SPDX-License-Identifier: Apache-2.0
#include "base/hardware_threads.h"
#include "exporters/exporters.h"
#include "ledger/exchanges.h"
#include "measure/energy.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"
#include "runtime/llama_runtime.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    struct ChatTarget {
        std::optional<RunId> run; ///< of a project
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
            targets.push_back({ run.id, run.name, gguf, session.source() });
        }
        return targets;
    }

    Result<std::vector<ChatTarget>> modelTarget(const fs::path& path)
    {
        SCHMIDT_TRY(const auto source, ModelSource::open(path));
        if (source->format() != ModelFormat::Gguf)
            return unsupported("Chat on a model folder needs a project; run: schmidt-cli chat "
                               "--project P --run baseline.");
        return std::vector<ChatTarget> { { {}, source->architecture().name, path, source } };
    }

    /// One prompt to several models, one after the other or at once.
    class Answering {
    public:
        Answering(const JobContext& job, std::vector<ChatTarget> targets, std::string prompt)
            : m_job(job)
            , m_targets(std::move(targets))
            , m_prompt(std::move(prompt))
        {
            m_options.maxTokens = static_cast<int>(job.number("max_tokens", 128));
            m_options.temperature = jsonValue<double>(job.spec.arguments, "temperature", 0.0);
            m_options.seed = job.spec.seed;
            m_options.threads = job.spec.threads;
        }

        /// Each with all threads, so that the speeds can be compared.
        Result<std::vector<Json>> inTurn() const
        {
            std::vector<Json> answers;
            for (std::size_t index = 0; index < m_targets.size(); ++index) {
                EnergyMeter meter;
                meter.start();
                SCHMIDT_TRY(const GenerationResult answer, answerOf(index, m_options));
                Metric energy = meter.stop();
                if (energy.present())
                    energy.protocol += ", gross, while the model was loaded and answered";
                answers.push_back(toJson(index, answer, energy));
            }
            return answers;
        }

        /// All side by side, the threads shared among them: to read along, not to compare speed.
        Result<std::vector<Json>> together() const
        {
            GenerationOptions options = m_options;
            const int cores = options.threads > 0 ? options.threads : hardwareThreads();
            options.threads = std::max(1, cores / static_cast<int>(m_targets.size()));
            std::vector<std::optional<Result<GenerationResult>>> results(m_targets.size());
            {
                std::vector<std::jthread> workers;
                for (std::size_t index = 0; index < m_targets.size(); ++index)
                    workers.emplace_back(
                        [&, index] { results[index].emplace(answerOf(index, options)); });
            }
            const Metric energy
                = absentMetric("energy.answer", "J", "the runs answered at the same time");
            std::vector<Json> answers;
            for (std::size_t index = 0; index < m_targets.size(); ++index) {
                if (!results[index]->ok())
                    return results[index]->error();
                answers.push_back(toJson(index, **results[index], energy));
                answers.back()["shared"] = m_targets.size() > 1;
            }
            return answers;
        }

    private:
        Result<GenerationResult> answerOf(std::size_t index, const GenerationOptions& options) const
        {
            const ChatTarget& target = m_targets[index];
            SCHMIDT_TRY(const auto tokenizer, Tokenizer::create(*target.source));
            SCHMIDT_TRY(const std::string text,
                        tokenizer->applyChatTemplate({ { "user", m_prompt } }));
            const auto onPiece = [&](const std::string& piece) {
                m_job.events.partial(
                    "text", { { "run", target.name }, { "index", index }, { "piece", piece } });
            };
            return generateGguf(target.gguf, text, options, onPiece, m_job.cancel);
        }

        Json toJson(std::size_t index, const GenerationResult& answer, const Metric& energy) const
        {
            return { { "run", m_targets[index].name },
                     { "text", answer.text },
                     { "tokens", answer.tokens.size() },
                     { "first_token_seconds", answer.firstTokenSeconds },
                     { "tokens_per_second", answer.tokensPerSecond },
                     { "energy", schmidt::toJson(energy) },
                     { "stop_reason", answer.stopReason } };
        }

        const JobContext& m_job;
        std::vector<ChatTarget> m_targets;
        std::string m_prompt;
        GenerationOptions m_options;
    };

    /// Writes question and answers down in the project, where it can be written to.
    Result<void> keepAnswers(const JobContext& job, const std::vector<ChatTarget>& targets,
                             const std::string& prompt, const std::vector<Json>& answers)
    {
        SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
        if (session.ledger().readOnly())
            return {};
        SCHMIDT_TRY(const Goals goals, session.ledger().goals());
        Exchange exchange;
        exchange.createdAt = currentTime();
        exchange.workload = goals.workload;
        exchange.prompt = prompt;
        exchange.temperature = jsonValue<double>(job.spec.arguments, "temperature", 0.0);
        exchange.seed = job.spec.seed;
        for (std::size_t index = 0; index < targets.size(); ++index)
            if (targets[index].run)
                exchange.answers.push_back({ *targets[index].run, answers[index] });
        return keepExchange(session.ledger(), std::move(exchange));
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
    const Answering answering(job, targets, prompt);
    job.events.stage("generate");
    const bool together = job.flag("together");
    SCHMIDT_TRY(const auto answers, together ? answering.together() : answering.inTurn());
    if (model.empty())
        if (const auto kept = keepAnswers(job, targets, prompt, answers); !kept.ok())
            job.events.log("warn", "The answers are not kept: " + kept.error().message);
    return Json { { "answers", answers }, { "together", together } };
}

} // namespace schmidt
