// SPDX-License-Identifier: Apache-2.0
#include "pipeline/export_importance.h"

#include "base/hash.h"
#include "exporters/packed_export.h"
#include "pipeline/engine_library.h"
#include "pipeline/token_sets.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr std::int64_t importanceTokens = 32768;

    /// Whether importance can make a difference: codes of eight bits are too fine for it, unless
    /// inputs are rounded as well.
    bool losesSomething(const Variant& variant, const ExportOptions& options)
    {
        if (options.format != ExportFormat::Gguf)
            return options.w8a8;
        const auto uses = ggufTypeUse(variant.architecture, options);
        return std::any_of(uses.begin(), uses.end(), [](const TypeUse& use) {
            return isQuantized(use.stored) && use.stored != DType::Q8_0;
        });
    }

    /// The documents to calibrate on; names their source.
    Result<std::vector<std::string>>
    calibrationDocuments(const ProjectSession& session, const JobContext& job, std::string& source)
    {
        if (const std::string file = job.text("text"); !file.empty()) {
            source = fs::path(file).filename().string();
            return readDocuments(file);
        }
        SCHMIDT_TRY(const Json chosen, session.ledger().value("workload"));
        source = job.text("importance", chosen.is_string() ? chosen.get<std::string>() : "faq");
        SCHMIDT_TRY(Workload workload, session.workload(source));
        return std::move(workload.calibration);
    }

    Result<ImportanceMap> measuredImportance(ProjectSession& session, const RunRecord& run,
                                             const Variant& variant, const TokenWindows& windows,
                                             const JobContext& job)
    {
        std::optional<Variant> read; // the engine needs what an exporter leaves in the file
        if (run.baseline) {
            SCHMIDT_TRY(read, session.variantOf(run));
        }
        SCHMIDT_TRY(const EngineLibrary* engine, engineLibrary());
        return engine->inputEnergies(read ? *read : variant, windows, job.spec.threads, job.work());
    }

    std::string bytesOf(const ImportanceMap& weights)
    {
        Json entries = Json::array();
        for (const auto& [matrix, values] : weights)
            entries.push_back({ roleName(matrix.first), matrix.second, values });
        const std::vector<std::uint8_t> bytes = Json::to_cbor(entries);
        return { bytes.begin(), bytes.end() };
    }

    /// Empty for bytes that are none of bytesOf(): the weights are measured again then.
    ImportanceMap importanceFrom(const std::string& bytes)
    {
        ImportanceMap weights;
        const Json entries = Json::from_cbor(bytes, true, false);
        for (const Json& entry : entries.is_array() ? entries : Json::array()) {
            if (!entry.is_array() || entry.size() != 3 || !entry[0].is_string()
                || !entry[1].is_number_integer() || !entry[2].is_array())
                return {};
            const auto role = roleFromName(entry[0].get<std::string>());
            const bool numbers = std::all_of(entry[2].begin(), entry[2].end(),
                                             [](const Json& value) { return value.is_number(); });
            if (!role || !numbers)
                return {};
            weights[{ *role, entry[1].get<int>() }] = entry[2].get<std::vector<float>>();
        }
        return weights;
    }

    /// What the weights of a run on a text are kept under; runs do not change once they are done.
    Result<std::string> cacheKey(ProjectSession& session, const RunRecord& run,
                                 const TokenWindows& windows, const JobContext& job)
    {
        SCHMIDT_TRY(const std::string model, session.modelHash(job.cancel));
        Sha256 text;
        text.update(std::as_bytes(std::span(windows.tokens)));
        return fmt::format("importance:1:{}:r{}:{}:{}:{}", model, run.id.value, text.finish(),
                           windows.length, engineVersion());
    }

} // namespace

Result<ExportImportance> exportImportance(ProjectSession& session, const RunRecord& run,
                                          const Variant& variant, const ExportOptions& options,
                                          const JobContext& job)
{
    ExportImportance importance;
    if (options.w8a8) {
        SCHMIDT_CHECK(checkW8A8(variant));
    }
    if (job.text("importance") == "none" || !losesSomething(variant, options))
        return importance;
    SCHMIDT_TRY(const auto documents, calibrationDocuments(session, job, importance.source));
    SCHMIDT_TRY(const ModelView view, session.viewOf(run));
    SCHMIDT_TRY(const TokenWindows windows,
                evaluationWindows(*view.tokenizer, documents, calibrationWindow, importanceTokens));
    Ledger& ledger = session.ledger();
    SCHMIDT_TRY(const std::string key, cacheKey(session, run, windows, job));
    SCHMIDT_TRY(const auto kept, ledger.cache(key));
    if (kept)
        if (const auto bytes = readTextFile(ledger.objectPath(*kept)); bytes.ok())
            importance.weights = importanceFrom(*bytes);
    if (importance.weights.empty()) {
        SCHMIDT_TRY(importance.weights, measuredImportance(session, run, variant, windows, job));
        if (!ledger.readOnly()) {
            SCHMIDT_TRY(const std::string object, ledger.putObject(bytesOf(importance.weights)));
            SCHMIDT_CHECK(ledger.setCache(key, object));
        }
    }
    importance.tokens = windows.size();
    return importance;
}

Json ggufSummary(const Architecture& architecture, const ExportOptions& options,
                 const ExportImportance& importance)
{
    Json types = Json::array();
    for (const TypeUse& use : ggufTypeUse(architecture, options))
        types.push_back({ { "wanted", dtypeName(use.wanted) },
                          { "stored", dtypeName(use.stored) },
                          { "matrices", use.matrices },
                          { "bytes", use.bytes } });
    return { { "types", std::move(types) },
             { "importance",
               importance.weights.empty()
                   ? Json()
                   : Json { { "source", importance.source }, { "tokens", importance.tokens } } } };
}

} // namespace schmidt
