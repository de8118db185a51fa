// SPDX-License-Identifier: Apache-2.0
#include "analysis/token_report.h"
#include "base/file.h"
#include "compute/compute_jobs.h"
#include "compute/vocabulary_view.h"
#include "engine/token_comparison.h"
#include "pipeline/pipeline.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr std::int64_t defaultTokens = 512;

    /// What is read, and the arguments that name it again.
    struct Passage {
        std::vector<std::string> documents;
        Json request = Json::object();
    };

    Result<Passage> workloadPassage(const JobContext& job, const ProjectSession& session)
    {
        SCHMIDT_TRY(const Json chosen, session.ledger().value("workload"));
        const std::string id
            = job.text("workload", chosen.is_string() ? chosen.get<std::string>() : "faq");
        SCHMIDT_TRY(const Workload workload, session.workload(id));
        const std::int64_t number = job.number("passage", 1);
        const auto count = static_cast<std::int64_t>(workload.evaluation.size());
        if (number < 1 || number > count)
            return usageError(fmt::format("The evaluation text of workload \"{}\" has passages 1 "
                                          "to {}; --passage {} is none of them.",
                                          id, count, number));
        return Passage { { workload.evaluation[static_cast<std::size_t>(number - 1)] },
                         { { "workload", id }, { "passage", number } } };
    }

    Result<Passage> chosenPassage(const JobContext& job, const ProjectSession& session)
    {
        const std::string prompt = job.text("prompt"), file = job.text("text");
        if (!prompt.empty() && !file.empty())
            return usageError("Give either --prompt or --text, not both.");
        if (!prompt.empty())
            return Passage { { prompt }, { { "prompt", prompt } } };
        if (file.empty())
            return workloadPassage(job, session);
        SCHMIDT_TRY(auto documents, readDocuments(file));
        return Passage { std::move(documents), { { "text", file } } };
    }

    void addPieces(TokenReport& report, const Tokenizer& tokenizer)
    {
        const auto add = [&](std::int32_t id) {
            if (!report.pieces.contains(id))
                report.pieces.emplace(id, readablePiece(tokenizer.piece(id)));
        };
        add(report.firstToken);
        for (const TokenPrediction& entry : report.predictions) {
            add(entry.id);
            for (const auto* list : { &entry.baselineTop, &entry.variantTop })
                for (const TokenCandidate& candidate : *list)
                    add(candidate.id);
        }
    }

    Json summaryOf(const TokenReport& report, const fs::path& file)
    {
        double baseline = 0, variant = 0, kl = 0;
        std::int64_t same = 0;
        for (const TokenPrediction& entry : report.predictions) {
            baseline += entry.baselineNll;
            variant += entry.variantNll;
            kl += entry.kl;
            same += entry.baselineTop.front().id == entry.variantTop.front().id;
        }
        const auto count = static_cast<double>(report.predictions.size());
        Json summary = toJson(report);
        summary["path"] = file.string();
        summary["summary"] = { { "predictions", report.predictions.size() },
                               { "baseline_nll", baseline / count },
                               { "variant_nll", variant / count },
                               { "kl_mean", kl / count },
                               { "same_top", static_cast<double>(same) / count } };
        return summary;
    }

    /// The tokens to read and whether more would follow.
    Result<std::pair<std::vector<std::int32_t>, bool>>
    cutTokens(const JobContext& job, const Tokenizer& tokenizer, const Architecture& architecture,
              const std::vector<std::string>& documents)
    {
        const std::int64_t wanted = job.number("max_tokens", defaultTokens);
        if (wanted < 2)
            return usageError("--max-tokens must be at least 2.");
        auto tokens = encodeDocuments(tokenizer, documents);
        if (tokens.size() < 2)
            return usageError("The text is shorter than two tokens; give more text to compare.");
        const auto limit = static_cast<std::size_t>(
            architecture.contextLength > 0 ? std::min(wanted, architecture.contextLength) : wanted);
        const bool cut = tokens.size() > limit;
        tokens.resize(std::min(tokens.size(), limit));
        return std::pair(std::move(tokens), cut);
    }

} // namespace

Result<Json> runTokens(const JobContext& job)
{
    job.events.started("Compare tokens",
                       { { "prepare", "Prepare", 2 }, { "tokens", "Compare tokens", 3 } });
    job.events.stage("prepare");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(job.text("run")));
    if (run.baseline)
        return usageError("The baseline would be compared with itself; name a variant with --run.");
    SCHMIDT_TRY(const Variant variant, session.variantOf(run));
    SCHMIDT_TRY(const Passage passage, chosenPassage(job, session));
    SCHMIDT_TRY(const ModelView view, session.viewOf(run));
    SCHMIDT_TRY(const auto cut,
                cutTokens(job, *view.tokenizer, view.source->architecture(), passage.documents));
    SCHMIDT_TRY(const auto baseline,
                TransformerModel::load(*view.source, Precision::Auto, job.work()));
    SCHMIDT_TRY(const auto compressed, TransformerModel::load(variant, Precision::Auto));

    job.events.stage("tokens");
    SCHMIDT_TRY(TokenReport report, compareTokens(*baseline, *compressed, cut.first, job.work()));
    report.run = run.id;
    report.runName = run.name;
    report.request = passage.request;
    report.request["max_tokens"] = job.number("max_tokens", defaultTokens);
    report.protocol = fmt::format("{} tokens, no BOS, {}", cut.first.size(),
                                  baseline->precision() == Precision::BFloat16 ? "bf16" : "fp32");
    report.protocol += restrictedProtocol(view);
    report.createdAt = currentTime();
    report.cut = cut.second;
    addPieces(report, *view.tokenizer);
    const fs::path file = tokenReportFile(session.folder(), run.id);
    SCHMIDT_CHECK(writeFileAtomically(file, dumpJson(toJson(report))));
    job.events.artifact("tokens", file);
    SCHMIDT_CHECK(session.ledger().audit(
        "tokens_compared", { { "run", run.id.value }, { "request", report.request } }));
    return summaryOf(report, file);
}

} // namespace schmidt
