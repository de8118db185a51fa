// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "compute/compute_jobs.h"
#include "compute/vocabulary_view.h"
#include "engine/evaluation.h"
#include "measure/quality.h"
#include "runtime/gguf_windows.h"
#include "runtime/llama_runtime.h"

#include <algorithm>
#include <fmt/format.h>

namespace schmidt {

namespace {

    constexpr const char* runtimeSuffix = ":llama.cpp";

    /// Of baseline and run on the text of one run's tokens.
    Result<RuntimeScores> scoresOf(ProjectSession& session, const RunRecord& run,
                                   const ModelView& view, const TokenWindows& windows, int threads,
                                   const WorkContext& context)
    {
        SCHMIDT_TRY(const auto baseline, TransformerModel::load(*view.source, Precision::Float32));
        std::shared_ptr<const TransformerModel> model = baseline;
        if (!run.baseline) {
            SCHMIDT_TRY(const Variant variant, session.variantOf(run));
            SCHMIDT_TRY(model, TransformerModel::load(variant, Precision::Float32));
        }
        SCHMIDT_TRY(const auto file, session.ggufOf(run, context));
        SCHMIDT_TRY(GgufWindows runtime,
                    GgufWindows::open(file, windows.length, threads, context.cancel));
        const auto logits = [&](std::int64_t window, std::int64_t first, std::int64_t rows) {
            return runtime.logits(
                std::span(windows.tokens)
                    .subspan(static_cast<std::size_t>(window * windows.length + first),
                             static_cast<std::size_t>(rows)),
                first == 0);
        };
        return evaluateLogits(*baseline, *model, windows, logits, context);
    }

    /// Mean of the runtime's KL to the weights it was given.
    Metric parityMetric(const RuntimeScores& scores, const std::vector<std::int64_t>& windows,
                        const std::string& protocol)
    {
        std::vector<Metric> metrics
            = divergenceMetrics(scores.parityKl, scores.runtime.sameTop, windows, protocol);
        Metric parity = *std::find_if(metrics.begin(), metrics.end(), [](const Metric& metric) {
            return metric.name == metric_names::klMean;
        });
        parity.name = metric_names::runtimeKl;
        return parity;
    }

    std::vector<Metric> metricsOf(const RunRecord& run, const ModelView& view,
                                  const TokenWindows& windows, const RuntimeScores& scores)
    {
        const std::string protocol
            = fmt::format("{}; {} tokens, window {}, no overlap, no BOS", llamaRuntimeVersion(),
                          windows.size(), windows.length);
        const std::vector<std::int64_t> sizes(static_cast<std::size_t>(windows.count()),
                                              windows.length - 1);
        const TokenScores& runtime = scores.runtime;
        std::vector<Metric> metrics;
        if (run.baseline)
            metrics = qualityMetrics(runtime.nll, {}, {}, {}, windows.length - 1, protocol);
        else if (!view.trimmed())
            metrics = qualityMetrics(runtime.nll, runtime.kl, runtime.sameTop, scores.baseline.nll,
                                     windows.length - 1, protocol);
        else // likelihoods per token of another vocabulary compare with nothing
            metrics
                = divergenceMetrics(runtime.kl, runtime.sameTop, sizes,
                                    "per own token" + restrictedProtocol(view) + "; " + protocol);
        metrics.push_back(parityMetric(scores, sizes, "against this program in fp32; " + protocol));
        return metrics;
    }

} // namespace

Result<Json> evaluateInRuntime(ProjectSession& session, const std::vector<RunRecord>& runs,
                               const EvaluationText& text, int threads, EventWriter& events,
                               const CancelToken& cancel)
{
    Json report = Json::object();
    const WorkContext context = events.context(cancel);
    for (const RunRecord& run : runs) {
        SCHMIDT_TRY(const ModelView view, session.viewOf(run));
        SCHMIDT_TRY(const TokenWindows windows,
                    evaluationWindows(*view.tokenizer, text.documents, text.window, text.maxTokens,
                                      text.part));
        SCHMIDT_TRY(const RuntimeScores scores,
                    scoresOf(session, run, view, windows, threads, context));
        SCHMIDT_TRY(report[run.name],
                    storeMetrics(session, run, metricsOf(run, view, windows, scores),
                                 runtimeSuffix + text.suffix, events));
    }
    return report;
}

} // namespace schmidt
