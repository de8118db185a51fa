// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/ledger.h"
#include "model/model_source.h"
#include "model/variant_format.h"
#include "runtime/tokenizer.h"
#include "workload/workload.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace schmidt {

/// A model and the tokenizer that reads text for it: the project's own, or the same model with a
/// smaller vocabulary.
struct ModelView {
    std::shared_ptr<const ModelSource> source;
    std::shared_ptr<const Tokenizer> tokenizer;

    bool trimmed() const { return source->isView(); }
};

/// A project opened for work: its ledger, the model it is about and what is derived from both.
/// Made by one job, used on one thread.
class ProjectSession {
public:
    /// Opens a project, creating it when `model` is given and the folder is new. A project keeps
    /// its model: opening it with another one is a Usage error, and one that was moved is looked
    /// for at `model`, see relocate(). Runs whose process died are marked Interrupted. Errors:
    /// those of Ledger and ModelSource.
    static Result<ProjectSession> open(const std::filesystem::path& folder,
                                       const std::optional<std::filesystem::path>& model = {});

    /// Tells a project where its model lies after it was moved. It has to be the same: by its
    /// content where the project knows that, else by its architecture where a job has stored it.
    /// Errors: BadInput for another model, Usage when the project has none, those of Ledger,
    /// Cancelled.
    static Result<void> relocate(Ledger& ledger, const ModelSource& source,
                                 const CancelToken& cancel);

    Ledger& ledger() { return *m_ledger; }
    const Ledger& ledger() const { return *m_ledger; }
    const std::shared_ptr<const ModelSource>& source() const { return m_source; }
    const std::filesystem::path& folder() const { return m_ledger->folder(); }

    /// The model's tokenizer, created at first use. Errors: Unsupported when it has none.
    Result<std::shared_ptr<const Tokenizer>> tokenizer();

    /// The model with all its tokens. Errors: those of tokenizer().
    Result<ModelView> wholeView();
    /// The model with some of its tokens, see ModelSource::trimmed().
    Result<ModelView> trimmedView(const std::vector<std::int32_t>& kept) const;
    /// What a run has to be measured against, and how its text is read: the model with those tokens
    /// that the run kept. Errors: BadInput when the run has no artefact.
    Result<ModelView> viewOf(const RunRecord& run);
    /// The tokenizer of a run as data. Errors: as viewOf().
    Result<TokenizerData> tokenizerOf(const RunRecord& run) const;

    /// A built-in workload, or "own": the user's texts registered with setOwnTexts().
    Result<Workload> workload(const std::string& id) const;
    Result<void> setOwnTexts(const std::vector<std::filesystem::path>& files);

    /// SHA-256 of the model, from the ledger when already known for these files.
    Result<std::string> modelHash(const CancelToken& cancel);

    /// The weights of a run: the variant it produced, or the model itself for the baseline.
    /// Errors: BadInput when the run has no artefact.
    Result<Variant> variantOf(const RunRecord& run) const;
    /// The same for an exporter of GGUF or HF folders: what can stay in the model's file does. See
    /// variantInFile().
    Result<Variant> exportedVariantOf(const RunRecord& run) const;

    /// A GGUF of a run in its recipe's own types (F16 for the baseline), exported into the
    /// project's cache at first use.
    Result<std::filesystem::path> ggufOf(const RunRecord& run, const WorkContext& context);

    /// Folder for things that can be made again.
    std::filesystem::path cacheFolder() const { return folder() / "cache"; }

private:
    ProjectSession(std::unique_ptr<Ledger> ledger, std::shared_ptr<const ModelSource> source);
    Result<std::filesystem::path> artefactFolder(const RunRecord& run) const;
    Result<std::shared_ptr<const ModelSource>> artefactOf(const RunRecord& run) const;

    std::unique_ptr<Ledger> m_ledger;
    std::shared_ptr<const ModelSource> m_source;
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

/// Time now as ISO 8601 UTC with seconds.
std::string currentTime();

/// Cache key of the analysis of a model on a workload; curves of other probe windows are others.
std::string analysisKey(const std::string& modelHash, const std::string& workloadHash,
                        std::int64_t tokens, std::uint64_t seed);

} // namespace schmidt
