// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "governance/model_card.h"
#include "model/adapter_files.h"
#include "pipeline/cards.h"
#include "pipeline/export_importance.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    Result<ExportOptions> exportOptions(const JobContext& job)
    {
        ExportOptions options;
        const std::string format = job.text("format");
        const auto known = exportFormatFromName(format);
        if (!known)
            return usageError("Name an export format with --format: hf, gguf, onnx, "
                              "compressed-tensors, gptq or awq.");
        options.format = *known;
        if (job.spec.threads > 0)
            options.threads = job.spec.threads;
        const std::string type = job.text("type");
        options.w8a8 = options.format == ExportFormat::CompressedTensors && type == "W8A8";
        if (!type.empty() && !options.w8a8) {
            options.type = dtypeFromName(type);
            if (options.format == ExportFormat::Gguf)
                options.mix = typeMixFromName(type);
            if (!options.type && !options.mix)
                return usageError(fmt::format("Unknown tensor type \"{}\"; use {}.", type,
                                              fmt::join(ggufTypeNames(), ", ")));
        }
        const auto carrier = widthCarrierFromName(job.text("carrier", "native"));
        if (!carrier)
            return usageError("--carrier is native, padded or block-configs.");
        options.carrier = *carrier;
        return options;
    }

} // namespace

Result<Json> runExport(const JobContext& job)
{
    job.events.started("Export", { { "prepare", "Read", 3 }, { "write", "Write", 4 } });
    job.events.stage("prepare");
    SCHMIDT_TRY(ExportOptions options, exportOptions(job));
    const fs::path target = job.text("out");
    if (target.empty())
        return usageError("Name the target with --out.");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(job.text("run", "baseline")));
    const bool byRows
        = options.format == ExportFormat::Gguf || options.format == ExportFormat::HuggingFace;
    SCHMIDT_TRY(Variant variant, byRows ? session.exportedVariantOf(run) : session.variantOf(run));
    if (options.format != ExportFormat::Gguf) {
        SCHMIDT_TRY(options.modelCard, cardText(session, run, CardFormat::HuggingFace));
    }
    SCHMIDT_TRY(const TokenizerData tokenizer, session.tokenizerOf(run));
    SCHMIDT_TRY(ExportImportance importance, exportImportance(session, run, variant, options, job));
    options.importance = importance.weights;
    job.events.stage("write");
    const Architecture architecture = variant.architecture;
    const bool corrected = variant.corrected();
    SCHMIDT_CHECK(exportVariant(std::move(variant), tokenizer, options, target, job.work()));
    job.events.artifact(job.text("format"), target);
    SCHMIDT_CHECK(session.ledger().audit("exported",
                                         { { "run", run.id.value },
                                           { "format", job.text("format") },
                                           { "target", target.filename().string() } }));
    std::error_code status;
    Json summary { { "path", target.string() },
                   { "bytes",
                     fs::is_regular_file(target, status) ? Json(fs::file_size(target, status))
                                                         : Json() } };
    if (corrected && options.format != ExportFormat::Onnx) {
        const fs::path adapter = options.format == ExportFormat::Gguf ? ggufAdapterPath(target)
                                                                      : folderAdapterPath(target);
        job.events.artifact("adapter", adapter);
        summary["adapter"] = adapter.string();
    }
    if (options.format == ExportFormat::Gguf)
        summary.update(ggufSummary(architecture, options, importance));
    return summary;
}

Result<Json> runCard(const JobContext& job)
{
    job.events.started("Card", { { "card", "Write the card", 1 } });
    job.events.stage("card");
    const std::string name = job.text("format", "huggingface");
    const auto format = cardFormatFromName(name);
    if (!format)
        return usageError("Unknown card format \"" + name
                          + "\"; use huggingface, cyclonedx, spdx, pdf or json.");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(job.text("run", "baseline")));
    SCHMIDT_TRY(const std::string text, cardText(session, run, *format));
    const fs::path target = job.text("out");
    if (target.empty())
        return Json { { "text", text } };
    SCHMIDT_CHECK(writeFileAtomically(target, text));
    job.events.artifact("card", target);
    SCHMIDT_CHECK(
        session.ledger().audit("card_written", { { "run", run.id.value }, { "format", name } }));
    return Json { { "path", target.string() } };
}

} // namespace schmidt
