// SPDX-License-Identifier: Apache-2.0
#include "pipeline/project_session.h"

#include "analysis/analysis_result.h"
#include "exporters/exporters.h"
#include "measure/machine.h"
#include "model/adapter_files.h"
#include "pipeline/engine_library.h"
#include "pipeline/token_sets.h"

#include <cerrno>
#include <ctime>
#include <fmt/format.h>
#include <signal.h>

namespace schmidt {

namespace fs = std::filesystem;

std::string currentTime()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc {};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

std::string analysisKey(const std::string& modelHash, const std::string& workloadHash,
                        std::int64_t tokens, std::uint64_t seed)
{
    return fmt::format("analysis:{}:{}:{}:{}:{}:probes-{}", AnalysisResult::schemaVersion,
                       modelHash, workloadHash, tokens, seed, probeWindow);
}

namespace {

    bool processAlive(std::int64_t process)
    {
        return process > 0 && (::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM);
    }

    Result<void> markInterruptedRuns(Ledger& ledger)
    {
        if (ledger.readOnly())
            return {};
        SCHMIDT_TRY(const auto runs, ledger.runs());
        for (const RunRecord& run : runs) {
            const auto process = jsonValue<std::int64_t>(run.machine, "process", 0);
            if (run.state == RunState::Running && !processAlive(process))
                SCHMIDT_CHECK(ledger.setRunState(
                    run.id, RunState::Interrupted,
                    "The process ended before the run was finished; run it again to resume."));
        }
        return {};
    }

    Result<void> addBaselineRun(Ledger& ledger, const ModelSource& source)
    {
        SCHMIDT_TRY(const auto runs, ledger.runs());
        if (!runs.empty())
            return {};
        RunRecord baseline;
        baseline.name = "baseline";
        baseline.baseline = true;
        baseline.state = RunState::Done;
        baseline.engineVersion = engineVersion();
        baseline.machine = describeMachine();
        baseline.createdAt = baseline.finishedAt = currentTime();
        SCHMIDT_TRY(const RunId id, ledger.addRun(baseline));
        (void)source;
        return ledger.audit("project_created", { { "baseline_run", id.value } });
    }

    /// What a window needs to know of the model without opening it, once per project.
    Result<void> describeModel(Ledger& ledger, const ModelSource& source)
    {
        SCHMIDT_TRY(const Json known, ledger.value("model_description"));
        if (!known.is_null() || ledger.readOnly())
            return {};
        return ledger.setValue(
            "model_description",
            { { "architecture", toJson(source.architecture()) },
              { "metadata_bytes", ggufMetadataBytes(source.architecture(), source.tokenizer()) } });
    }

    Result<bool> isModelOf(const Ledger& ledger, const ModelReference& reference,
                           const ModelSource& source, const CancelToken& cancel)
    {
        if (!reference.contentHash.empty()) {
            SCHMIDT_TRY(const std::string hash, source.contentHash(cancel));
            return hash == reference.contentHash;
        }
        SCHMIDT_TRY(const Json description, ledger.value("model_description"));
        if (!description.is_object())
            return true;
        // A folder may have another name now, which is the name of a model without one.
        Json before = jsonValue<Json>(description, "architecture", Json::object());
        Json now = toJson(source.architecture());
        before.erase("name");
        now.erase("name");
        return before == now;
    }

} // namespace

ProjectSession::ProjectSession(std::unique_ptr<Ledger> ledger,
                               std::shared_ptr<const ModelSource> source)
    : m_ledger(std::move(ledger))
    , m_source(std::move(source))
{
}

Result<ProjectSession> ProjectSession::open(const fs::path& folder,
                                            const std::optional<fs::path>& model)
{
    if (folder.empty())
        return usageError("Name a project folder with --project.");
    std::shared_ptr<const ModelSource> source;
    if (model) {
        SCHMIDT_TRY(source, ModelSource::open(*model));
    }
    SCHMIDT_TRY(Ledger opened, model ? Ledger::openOrCreate(folder) : Ledger::open(folder));
    auto ledger = std::make_unique<Ledger>(std::move(opened));
    SCHMIDT_TRY(const auto known, ledger->model());
    if (known && source && !known->path.empty()) {
        std::error_code status;
        const fs::path before = ledger->folder() / known->path;
        if (!fs::exists(before, status))
            SCHMIDT_CHECK(relocate(*ledger, *source, {}));
        else if (!fs::equivalent(before, source->path(), status))
            return usageError("The project " + folder.string() + " is about " + before.string()
                              + "; use a new project folder for another model.");
    }
    if (!source) {
        if (!known)
            return usageError("The project " + folder.string()
                              + " has no model yet; run analyze with a model first.");
        // A relative path is one inside the project folder; an absolute one replaces it.
        SCHMIDT_TRY(source, ModelSource::open(ledger->folder() / known->path));
    }
    if (!known) {
        ModelReference reference { fs::absolute(source->path()), {}, source->architecture().name };
        SCHMIDT_CHECK(ledger->setModel(reference));
    }
    SCHMIDT_CHECK(addBaselineRun(*ledger, *source));
    SCHMIDT_CHECK(describeModel(*ledger, *source));
    SCHMIDT_CHECK(markInterruptedRuns(*ledger));
    return ProjectSession(std::move(ledger), std::move(source));
}

Result<void> ProjectSession::relocate(Ledger& ledger, const ModelSource& source,
                                      const CancelToken& cancel)
{
    SCHMIDT_TRY(auto reference, ledger.model());
    if (!reference)
        return usageError("The project " + ledger.folder().string()
                          + " has no model yet; run analyze with a model first.");
    SCHMIDT_TRY(const bool same, isModelOf(ledger, *reference, source, cancel));
    if (!same)
        return badInput(source.path().string() + " is not the model that this project is about ("
                        + reference->path.filename().string()
                        + "): its content differs; choose the very file or folder that was moved, "
                          "or begin a new project with this one.");
    const fs::path before = reference->path;
    reference->path = fs::absolute(source.path());
    SCHMIDT_CHECK(ledger.setModel(*reference));
    if (!reference->contentHash.empty())
        SCHMIDT_CHECK(ledger.setValue(
            "model_hash",
            { { "fingerprint", source.quickFingerprint() }, { "hash", reference->contentHash } }));
    return ledger.audit("model_located",
                        { { "before", before.string() }, { "path", reference->path.string() } });
}

Result<std::shared_ptr<const Tokenizer>> ProjectSession::tokenizer()
{
    if (!m_tokenizer) {
        SCHMIDT_TRY(m_tokenizer, Tokenizer::create(*m_source));
    }
    return m_tokenizer;
}

Result<ModelView> ProjectSession::wholeView()
{
    SCHMIDT_TRY(auto tokens, tokenizer());
    return ModelView { m_source, std::move(tokens) };
}

Result<ModelView> ProjectSession::trimmedView(const std::vector<std::int32_t>& kept) const
{
    ModelView view;
    SCHMIDT_TRY(view.source, ModelSource::trimmed(m_source, kept));
    SCHMIDT_TRY(view.tokenizer, Tokenizer::create(*view.source));
    return view;
}

Result<ModelView> ProjectSession::viewOf(const RunRecord& run)
{
    if (run.baseline)
        return wholeView();
    SCHMIDT_TRY(const auto stored, artefactOf(run));
    return stored->keptTokens().empty() ? wholeView() : trimmedView(stored->keptTokens());
}

Result<TokenizerData> ProjectSession::tokenizerOf(const RunRecord& run) const
{
    if (run.baseline)
        return m_source->tokenizer();
    SCHMIDT_TRY(const auto stored, artefactOf(run));
    return stored->keptTokens().empty() ? m_source->tokenizer() : stored->tokenizer();
}

Result<Workload> ProjectSession::workload(const std::string& id) const
{
    if (id != "own")
        return loadWorkload(id);
    SCHMIDT_TRY(const Json files, m_ledger->value("own_texts"));
    if (!files.is_array() || files.empty())
        return usageError(
            "This project has no own texts yet; give them to analyze with --text FILE.");
    std::vector<fs::path> paths;
    for (const Json& file : files)
        paths.emplace_back(file.get<std::string>());
    return workloadFromFiles(paths);
}

Result<void> ProjectSession::setOwnTexts(const std::vector<fs::path>& files)
{
    Json list = Json::array();
    for (const fs::path& file : files)
        list.push_back(fs::absolute(file).string());
    return m_ledger->setValue("own_texts", list);
}

Result<std::string> ProjectSession::modelHash(const CancelToken& cancel)
{
    SCHMIDT_TRY(const Json known, m_ledger->value("model_hash"));
    if (jsonValue<std::string>(known, "fingerprint", {}) == m_source->quickFingerprint())
        return known.at("hash").get<std::string>();
    SCHMIDT_TRY(const std::string hash, m_source->contentHash(cancel));
    SCHMIDT_CHECK(m_ledger->setValue(
        "model_hash", { { "fingerprint", m_source->quickFingerprint() }, { "hash", hash } }));
    SCHMIDT_TRY(auto reference, m_ledger->model());
    if (reference) {
        reference->contentHash = hash;
        SCHMIDT_CHECK(m_ledger->setModel(*reference));
    }
    return hash;
}

Result<fs::path> ProjectSession::artefactFolder(const RunRecord& run) const
{
    if (run.artefact.empty())
        return badInput(
            fmt::format("Run r{} ({}) has no model: its state is {}; run its recipe again.",
                        run.id.value, run.name, runStateName(run.state)));
    return folder() / run.artefact;
}

Result<std::shared_ptr<const ModelSource>> ProjectSession::artefactOf(const RunRecord& run) const
{
    SCHMIDT_TRY(const fs::path path, artefactFolder(run));
    return ModelSource::open(path);
}

Result<Variant> ProjectSession::variantOf(const RunRecord& run) const
{
    if (run.baseline)
        return variantFromSource(*m_source);
    SCHMIDT_TRY(const fs::path path, artefactFolder(run));
    return loadVariant(path);
}

Result<Variant> ProjectSession::exportedVariantOf(const RunRecord& run) const
{
    return run.baseline ? variantInFile(m_source) : variantOf(run);
}

Result<fs::path> ProjectSession::ggufOf(const RunRecord& run, const WorkContext& context)
{
    const fs::path target = cacheFolder() / fmt::format("r{}.gguf", run.id.value);
    std::error_code status;
    if (fs::exists(target, status) && adapterOf(target).ok())
        return target;
    SCHMIDT_TRY(Variant variant, exportedVariantOf(run));
    ExportOptions options;
    options.format = ExportFormat::Gguf;
    SCHMIDT_TRY(const TokenizerData tokens, tokenizerOf(run));
    SCHMIDT_CHECK(exportVariant(std::move(variant), tokens, options, target, context));
    return target;
}

} // namespace schmidt
