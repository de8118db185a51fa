// SPDX-License-Identifier: Apache-2.0
#include "pipeline/export_importance.h"

#include "engine/input_energies.h"
#include "pipeline/token_sets.h"

#include <algorithm>
#include <optional>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr std::int64_t importanceTokens = 32768;

    /// Whether importance can make a difference: codes of eight bits are too fine for it.
    bool losesSomething(const Variant& variant, const ExportOptions& options)
    {
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

} // namespace

Result<ExportImportance> exportImportance(ProjectSession& session, const RunRecord& run,
                                          const Variant& variant, const ExportOptions& options,
                                          const JobContext& job)
{
    ExportImportance importance;
    if (options.format != ExportFormat::Gguf || job.text("importance") == "none"
        || !losesSomething(variant, options))
        return importance;
    SCHMIDT_TRY(const auto documents, calibrationDocuments(session, job, importance.source));
    SCHMIDT_TRY(const ModelView view, session.viewOf(run));
    SCHMIDT_TRY(const TokenWindows windows,
                evaluationWindows(*view.tokenizer, documents, calibrationWindow, importanceTokens));
    std::optional<Variant> read; // the engine needs what an exporter leaves in the file
    if (run.baseline) {
        SCHMIDT_TRY(read, session.variantOf(run));
    }
    SCHMIDT_TRY(const auto model, TransformerModel::load(read ? *read : variant, Precision::Auto));
    read.reset();
    SCHMIDT_TRY(importance.weights, inputEnergies(*model, windows, job.work()));
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
