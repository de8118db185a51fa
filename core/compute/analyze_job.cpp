// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"
#include "compute/calibration_set.h"
#include "compute/compute_jobs.h"
#include "compute/vocabulary_probe.h"
#include "engine/compression.h"
#include "pipeline/pipeline.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Json spectrumPayload(const TensorSpectrum& spectrum)
    {
        return { { "role", roleName(spectrum.role) },
                 { "layer", spectrum.layer },
                 { "rows", spectrum.rows },
                 { "columns", spectrum.columns },
                 { "sigma", spectrum.sigma },
                 { "weighted", spectrum.weighted },
                 { "entropy", spectrum.entropy },
                 { "effective_rank", spectrum.effectiveRank },
                 { "participation_ratio", spectrum.participationRatio } };
    }

    Json sensitivityPayload(const SensitivityPoint& point)
    {
        static constexpr const char* kinds[] = { "mlp_width", "kv_groups", "bits" };
        return { { "kind", kinds[static_cast<int>(point.kind)] },
                 { "layer", point.layer },
                 { "level", point.level },
                 { "kl", point.kl },
                 { "kl_error", point.klError } };
    }

    AnalysisEvents forwardTo(EventWriter& events)
    {
        AnalysisEvents forward;
        forward.spectrum = [&events](const TensorSpectrum& spectrum) {
            events.partial("spectrum", spectrumPayload(spectrum));
        };
        forward.layer = [&events](const LayerAnalysis& layer) {
            events.partial(
                "layer", { { "layer", layer.layer }, { "block_influence", layer.blockInfluence } });
        };
        forward.sensitivity = [&events](const SensitivityPoint& point) {
            events.partial("sensitivity", sensitivityPayload(point));
        };
        forward.stage = [&events](const std::string& stage) { events.stage(stage); };
        return forward;
    }

    /// An analysis is stored as an object under its cache key and named as the project's newest.
    Result<std::string> storeAnalysis(ProjectSession& session, const AnalysisResult& result,
                                      const std::string& key)
    {
        const fs::path temporary = session.cacheFolder() / "analysis.tmp";
        SCHMIDT_CHECK(saveAnalysis(result, temporary));
        auto content = readTextFile(temporary);
        std::error_code ignored;
        fs::remove(temporary, ignored);
        SCHMIDT_TRY(const std::string bytes, std::move(content));
        SCHMIDT_TRY(const std::string hash, session.ledger().putObject(bytes));
        SCHMIDT_CHECK(session.ledger().setCache(key, hash));
        SCHMIDT_TRY(Json current, session.ledger().value("analyses"));
        if (!current.is_object())
            current = Json::object();
        current[result.workload] = hash;
        SCHMIDT_CHECK(session.ledger().setValue("analyses", current));
        return hash;
    }

    Json summaryOf(const AnalysisResult& result, const CalibrationSet& set,
                   const std::string& object, bool cached)
    {
        return { { "workload", result.workload },
                 { "object", object },
                 { "cached", cached },
                 { "spectra", result.spectra.size() },
                 { "layers", result.layers.size() },
                 { "sensitivity_points", result.sensitivity.size() },
                 { "calibration_tokens", result.calibrationTokens },
                 { "sampled_tokens", set.sampledTokens },
                 { "probe_tokens", result.probeTokens },
                 { "baseline_nll", result.baselineNll },
                 { "warnings", result.warnings } };
    }

    /// A quick analysis probes fewer levels on half the text and runs its pilots on fewer tokens;
    /// its predictions have the wider band that follows from it.
    AnalysisOptions optionsOf(const JobContext& job)
    {
        AnalysisOptions options;
        options.seed = job.spec.seed;
        if (job.flag("quick")) {
            options.mlpLevels = { 0.75, 0.4 };
            options.groupLevels = 1;
            options.bitLevels = { 4 };
            options.pilotTokens = 8192;
            options.bondsOnInputs = false;
        }
        return options;
    }

    /// A model that predicts no better than chance is worth a loud word (uniform guess = ln
    /// vocabulary).
    void warnIfBroken(AnalysisResult& result, std::int64_t vocabularySize, EventWriter& events)
    {
        if (result.baselineNll > 0.85 * std::log(static_cast<double>(vocabularySize))) {
            result.warnings.push_back(
                "The model predicts this text hardly better than a uniform guess; its weights are "
                "probably broken or it was trained on other text.");
            events.log("warn", result.warnings.back());
        }
    }

    /// What smaller vocabularies cost, where it is not known yet.
    Result<void> addVocabulary(ProjectSession& session, const Workload& workload,
                               AnalysisResult& result, const JobContext& job)
    {
        if (!result.vocabulary.empty())
            return {};
        job.events.stage("vocabulary");
        SCHMIDT_TRY(result.vocabulary,
                    vocabularyPoints(session, workload, job.flag("quick"), job.work()));
        return {};
    }

    void announceAnalysis(EventWriter& events)
    {
        events.started("Analyze",
                       { { "spectra", "Spectra", 4 },
                         { "prepare", "Prepare text", 10 },
                         { "statistics", "Statistics", 10 },
                         { "sensitivity", "Sensitivity", 25 },
                         { "combinations", "Combinations", 6 },
                         { "vocabulary", "Vocabulary", 3 } });
    }

} // namespace

Result<Json> runAnalyze(const JobContext& job)
{
    announceAnalysis(job.events);
    const std::string modelPath = job.text("model");
    SCHMIDT_TRY(
        ProjectSession session,
        ProjectSession::open(job.spec.project,
                             modelPath.empty() ? std::optional<fs::path> {} : fs::path(modelPath)));
    const auto texts = job.list("text");
    if (!texts.empty())
        SCHMIDT_CHECK(session.setOwnTexts({ texts.begin(), texts.end() }));
    const std::string workloadId = texts.empty() ? job.text("workload", "faq") : "own";
    SCHMIDT_TRY(const Workload workload, session.workload(workloadId));
    const std::int64_t tokens = job.number("tokens", 65536);
    CalibrationSet set;
    const auto prepare = [&]() -> Result<void> {
        SCHMIDT_TRY(const ModelView view, session.wholeView());
        SCHMIDT_TRY(set,
                    calibrationSet(session, view, workload, tokens, job.spec.seed, job.work()));
        return {};
    };
    SCHMIDT_TRY(const std::string modelHash, session.modelHash(job.cancel));
    SCHMIDT_CHECK(session.ledger().setValue("workload", workloadId));

    std::string key = analysisKey(modelHash, workload.hash, tokens, job.spec.seed);
    if (job.flag("quick"))
        key += ":quick";
    SCHMIDT_TRY(const auto cached, session.ledger().cache(key));
    if (cached)
        if (auto known = loadAnalysis(session.ledger().objectPath(*cached));
            known.ok() && known->complete() && known->hasCorrelations()) {
            SCHMIDT_CHECK(prepare());
            SCHMIDT_CHECK(addVocabulary(session, workload, *known, job));
            SCHMIDT_TRY(const std::string object, storeAnalysis(session, *known, key));
            return summaryOf(*known, set, object, true);
        }

    SCHMIDT_TRY(const auto tokenizer, session.tokenizer());
    SCHMIDT_TRY(const TokenWindows evaluation, evaluationWindows(*tokenizer, workload.evaluation));
    const auto text = [&]() -> Result<AnalysisText> {
        job.events.stage("prepare");
        SCHMIDT_CHECK(prepare());
        AnalysisText text { set.calibration, set.probe, evaluation };
        if (job.flag("quick"))
            text.probe.tokens.resize(
                static_cast<std::size_t>((text.probe.count() + 1) / 2 * text.probe.length));
        return text;
    };
    SCHMIDT_TRY(
        AnalysisResult result,
        analyzeModel(*session.source(), text, optionsOf(job), forwardTo(job.events), job.work()));
    result.modelHash = modelHash;
    result.workload = workloadId;
    result.workloadHash = workload.hash;
    result.calibrationTokens = set.calibration.size();
    result.seed = job.spec.seed;
    SCHMIDT_CHECK(addVocabulary(session, workload, result, job));
    warnIfBroken(result, session.source()->architecture().vocabularySize, job.events);
    SCHMIDT_TRY(const std::string object, storeAnalysis(session, result, key));
    SCHMIDT_CHECK(session.ledger().audit(
        "analyzed",
        { { "workload", workloadId }, { "object", object }, { "model_hash", modelHash } }));
    return summaryOf(result, set, object, false);
}

} // namespace schmidt
