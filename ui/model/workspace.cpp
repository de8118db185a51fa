// SPDX-License-Identifier: GPL-3.0-only
#include "ui/model/workspace.h"

#include "ledger/outcomes.h"
#include "ui/model/job_controller.h"
#include "ui/model/run_learner.h"
#include "ui/model/run_reader.h"
#include "ui/plots/message_text.h"

#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <QUndoCommand>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int pollMilliseconds = 1000;
    constexpr int draftMilliseconds = 500; ///< of rest after an edit
    constexpr const char* draftKey = "draft_recipe";
    constexpr std::size_t comparedAtFirst = 24; ///< more columns than anybody reads

    std::filesystem::path pathOf(const QString& text)
    {
        return std::filesystem::path(text.toStdString());
    }

    /// Runs come by id.
    std::vector<RunRecord>::const_iterator recordOf(const std::vector<RunRecord>& runs, RunId id)
    {
        const auto at = std::lower_bound(
            runs.begin(), runs.end(), id,
            [](const RunRecord& run, RunId wanted) { return run.id.value < wanted.value; });
        return at != runs.end() && at->id == id ? at : runs.end();
    }

    ProbeKind probeKindFromName(const std::string& name)
    {
        if (name == "kv_groups")
            return ProbeKind::KvGroups;
        return name == "bits" ? ProbeKind::Bits : ProbeKind::MlpWidth;
    }

} // namespace

/// One edit of the draft recipe; edits of the same drag merge.
class RecipeCommand : public QUndoCommand {
public:
    RecipeCommand(Workspace& workspace, const QString& text, Recipe before, Recipe after,
                  int mergeId)
        : QUndoCommand(text)
        , m_workspace(workspace)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_mergeId(mergeId)
        , m_generation(workspace.m_mergeGeneration)
    {
    }

    int id() const override { return m_mergeId; }
    void undo() override { m_workspace.applyRecipe(m_before); }
    void redo() override { m_workspace.applyRecipe(m_after); }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = static_cast<const RecipeCommand*>(other);
        if (next->m_generation != m_generation)
            return false;
        m_after = next->m_after;
        return true;
    }

private:
    Workspace& m_workspace;
    Recipe m_before, m_after;
    int m_mergeId, m_generation;
};

Workspace::Workspace(QObject* parent)
    : QObject(parent)
    , m_jobs(new JobController(this))
    , m_draftTimer(new QTimer(this))
{
    auto* poll = new QTimer(this);
    poll->setInterval(pollMilliseconds);
    connect(poll, &QTimer::timeout, this, [this] {
        if (m_ledger && m_ledger->dataVersion() != m_dataVersion) {
            reload();
            QTimer::singleShot(0, this, &Workspace::findModelAgain);
        }
    });
    poll->start();
    // The draft outlives the program whatever ends it; a drag stores it once, when it rests.
    m_draftTimer->setSingleShot(true);
    m_draftTimer->setInterval(draftMilliseconds);
    connect(m_draftTimer, &QTimer::timeout, this, &Workspace::storeDraft);
    connect(
        m_jobs, &JobController::partialArrived, this,
        [this](int, const QString& kind, const Json& payload) { acceptPartial(kind, payload); });
    connect(m_jobs, &JobController::finished, this, [this] {
        reload();
        // In an event of its own: opening a model takes as long again.
        QTimer::singleShot(0, this, &Workspace::findModelAgain);
    });
    m_learner = new RunLearner(this);
    connect(m_learner, &RunLearner::finished, this, &Workspace::rebuildPredictor);
    m_reader = new RunReader(this);
    connect(m_reader, &RunReader::arrived, this, [this] { acceptRuns(m_reader->take()); });
}

Workspace::~Workspace()
{
    storeDraft();
}

void Workspace::storeDraft()
{
    m_draftTimer->stop();
    if (m_ledger && !m_ledger->readOnly() && m_architecture)
        static_cast<void>(m_ledger->setValue(draftKey, toJson(m_recipe)));
}

Result<void> Workspace::openProject(const QString& folder)
{
    auto opened = Ledger::open(pathOf(QDir(folder).absolutePath()));
    if (!opened.ok() && opened.error().code == ErrorCode::Resources)
        opened = Ledger::open(pathOf(QDir(folder).absolutePath()), true);
    if (!opened.ok())
        return std::move(opened).error();
    return load(std::make_unique<Ledger>(std::move(opened).value()));
}

Result<void> Workspace::createProject(const QString& folder, const QString& modelPath)
{
    SCHMIDT_TRY(const auto source, ModelSource::open(pathOf(modelPath)));
    SCHMIDT_TRY(Ledger opened, Ledger::openOrCreate(pathOf(QDir(folder).absolutePath())));
    auto ledger = std::make_unique<Ledger>(std::move(opened));
    SCHMIDT_TRY(const auto known, ledger->model());
    if (!known)
        SCHMIDT_CHECK(ledger->setModel(
            { std::filesystem::absolute(source->path()), {}, source->architecture().name }));
    else if (std::error_code status;
             !std::filesystem::equivalent(ledger->folder() / known->path, source->path(), status))
        return usageError("The project " + ledger->folder().string() + " is about "
                          + known->path.string() + "; choose a new folder for another model.");
    return load(std::move(ledger));
}

Result<void> Workspace::load(std::unique_ptr<Ledger> ledger)
{
    SCHMIDT_TRY(const auto model, ledger->model());
    SCHMIDT_TRY(const Json description, ledger->value("model_description"));
    closeProject();
    m_ledger = std::move(ledger);
    openModel(model);
    if (m_source)
        m_architecture = m_source->architecture();
    else if (description.is_object())
        if (auto known = architectureFromJson(description.value("architecture", Json()));
            known.ok())
            m_architecture = *known;
    if (auto goals = m_ledger->goals(); goals.ok())
        m_goals = *goals;
    if (m_architecture) {
        m_recipe = identityRecipe(*m_architecture);
        m_recipe.workload = m_goals.workload;
        if (auto draft = m_ledger->value(draftKey); draft.ok() && draft->is_object())
            if (auto recipe = recipeFromJson(*draft);
                recipe.ok() && recipe->layers.size() == m_architecture->layers.size())
                m_recipe = *recipe;
    }
    reload();
    Q_EMIT projectChanged();
    Q_EMIT goalsChanged();
    Q_EMIT recipeChanged();
    Q_EMIT comparedRunsChanged();
    Q_EMIT selectionChanged();
    Q_EMIT selectedRunChanged();
    return {};
}

void Workspace::openModel(const std::optional<ModelReference>& model)
{
    m_source.reset();
    m_modelProblem.clear();
    m_modelMissing = false;
    if (!model)
        m_modelProblem = tr("This project has no model yet.");
    else if (auto source = ModelSource::open(m_ledger->folder() / model->path); source.ok())
        m_source = *source;
    else {
        m_modelProblem = messageText(source.error());
        m_modelMissing = true;
    }
}

/// After a job has told the project where its model lies now.
void Workspace::findModelAgain()
{
    if (!m_ledger || !m_modelMissing)
        return;
    if (const auto model = m_ledger->model(); model.ok())
        openModel(*model);
    if (!m_source)
        return;
    if (m_architecture) // the panels follow in an event of their own: opening took long enough
        QTimer::singleShot(0, this, &Workspace::projectChanged);
    else // no job has described the model yet, so there is no draft nor anything else to keep
        static_cast<void>(load(std::move(m_ledger)));
}

void Workspace::closeProject()
{
    storeDraft();
    m_learner->stop();
    m_reader->stop();
    m_ledger.reset();
    m_source.reset();
    m_modelProblem.clear();
    m_modelMissing = false;
    m_architecture.reset();
    m_analysis.reset();
    m_stored = {};
    m_predictor.reset();
    m_prediction.reset();
    m_recipe = {};
    m_goals = {};
    m_runs.clear();
    m_runsKnown = false;
    m_compared.clear();
    m_selection = {};
    m_selectedRun = {};
    m_undo.clear();
    Q_EMIT projectChanged();
}

QString Workspace::folder() const
{
    return m_ledger ? QString::fromStdString(m_ledger->folder().string()) : QString();
}

/// The newest complete analysis of the workload; read again only when it is another one, since
/// every change of a run comes by here.
std::shared_ptr<const AnalysisResult> Workspace::storedAnalysis()
{
    const auto analyses = m_ledger->value("analyses");
    const auto hash = analyses.ok()
        ? jsonValue<std::string>(*analyses, m_goals.workload.c_str(), {})
        : std::string();
    if (hash == m_stored.hash)
        return m_stored.analysis;
    m_stored = {};
    if (hash.empty())
        return nullptr;
    if (auto loaded = loadAnalysis(m_ledger->objectPath(hash)); loaded.ok())
        m_stored = { hash, std::make_shared<const AnalysisResult>(std::move(*loaded)) };
    return m_stored.analysis;
}

void Workspace::acceptRuns(std::vector<RunRecord> runs)
{
    const std::vector<RunRecord> before = std::exchange(m_runs, std::move(runs));
    const std::size_t first
        = m_runs.size() > keptRecipes ? m_runs.size() - keptRecipes : std::size_t(0);
    for (std::size_t index = first; index < m_runs.size(); ++index) {
        RunRecord& run = m_runs[index];
        const auto known = recordOf(before, run.id);
        if (run.baseline)
            continue;
        if (known != before.end() && !known->recipe.is_null())
            run.recipe = known->recipe;
        else if (auto stored = m_ledger->run(run.id); stored.ok())
            run.recipe = std::move(stored->recipe);
    }
    if (!m_runsKnown)
        chooseComparedRuns();
    for (std::size_t index = before.size(); !before.empty() && index < m_runs.size(); ++index)
        m_compared.push_back(m_runs[index].id);
    m_runsKnown = true;
    rebuildPredictor();
    Q_EMIT runsChanged();
    Q_EMIT comparedRunsChanged();
}

void Workspace::chooseComparedRuns()
{
    m_compared.clear();
    for (auto run = m_runs.rbegin(); run != m_runs.rend(); ++run)
        if (run->state == RunState::Done && (run->baseline || m_compared.size() < comparedAtFirst))
            m_compared.push_back(run->id);
    std::reverse(m_compared.begin(), m_compared.end());
}

const RunRecord* Workspace::findRun(RunId run) const
{
    const auto found = recordOf(m_runs, run);
    return found == m_runs.end() ? nullptr : &*found;
}

Json Workspace::recipeOf(RunId run) const
{
    const RunRecord* known = findRun(run);
    if (!known || known->baseline || !known->recipe.is_null())
        return known ? known->recipe : Json(nullptr);
    auto stored = m_ledger->run(run);
    return stored.ok() ? std::move(stored->recipe) : Json(nullptr);
}

Result<void> Workspace::editRun(const RunRecord& run)
{
    if (!m_ledger)
        return usageError("Open a project first.");
    // The stored row may be newer than the one shown; only what the user edits changes.
    SCHMIDT_TRY(RunRecord stored, m_ledger->run(run.id));
    stored.starred = run.starred;
    stored.tags = run.tags;
    stored.note = run.note;
    SCHMIDT_CHECK(m_ledger->updateRun(stored));
    if (const auto known = recordOf(m_runs, run.id); known != m_runs.end())
        m_runs[static_cast<std::size_t>(known - m_runs.begin())] = std::move(stored);
    if (m_reader->reading()) // it may have passed this run already
        m_reader->read(m_ledger->folder());
    Q_EMIT runEdited(run.id);
    return {};
}

void Workspace::reload()
{
    if (!m_ledger)
        return;
    m_dataVersion = m_ledger->dataVersion();
    readAnalysis();
    if (const auto count = m_ledger->runCount(); count.ok() && *count > readAtOnce) {
        m_reader->read(m_ledger->folder());
        rebuildPredictor();
    } else if (auto runs = m_ledger->runSummaries(); runs.ok()) {
        m_reader->stop();
        acceptRuns(std::move(*runs));
    }
}

void Workspace::readAnalysis()
{
    const std::shared_ptr<const AnalysisResult> found = storedAnalysis();
    const JobEntry* running = m_jobs->running();
    const bool analyzing = running && running->spec.kind == JobKind::Analyze;
    if (found == m_analysis || (!found && analyzing))
        return;
    m_analysis = found;
    Q_EMIT analysisChanged();
}

std::unique_ptr<Predictor> Workspace::predictorFrom(const std::vector<RunRecord>& runs) const
{
    if (!m_analysis || !m_analysis->complete() || !m_architecture)
        return nullptr;
    std::int64_t metadataBytes = 0;
    if (auto description = m_ledger->value("model_description"); description.ok())
        metadataBytes = jsonValue<std::int64_t>(*description, "metadata_bytes", 0);
    return std::make_unique<Predictor>(*m_architecture, m_analysis,
                                       measuredOutcomes(runs, m_goals.workload),
                                       measuredRates(runs), metadataBytes, measuredHealing(runs));
}

std::unique_ptr<Predictor> Workspace::predictorWithout(RunId run) const
{
    std::vector<RunRecord> others = m_runs;
    std::erase_if(others, [run](const RunRecord& record) { return record.id == run; });
    return predictorFrom(others);
}

void Workspace::rebuildPredictor()
{
    m_predictor = predictorFrom(m_runs);
    // At once from the runs whose recipes are here; from all of them as soon as they are read.
    RunLearner::Task task { {}, m_goals.workload, {}, m_analysis };
    bool wanting = false;
    for (const RunRecord& run : m_runs) {
        if (run.state != RunState::Done || (!run.baseline && run.workload != m_goals.workload))
            continue;
        ++task.runs;
        task.metrics += run.metrics.size();
        wanting = wanting || (!run.baseline && run.recipe.is_null());
    }
    if (m_predictor && wanting) {
        task.folder = m_ledger->folder();
        task.architecture = *m_architecture;
        if (const auto description = m_ledger->value("model_description"); description.ok())
            task.metadataBytes = jsonValue<std::int64_t>(*description, "metadata_bytes", 0);
        m_learner->learn(task);
        if (const Predictor* learned = m_learner->learned(task))
            m_predictor = std::make_unique<Predictor>(*learned);
    }
    updatePrediction();
}

void Workspace::updatePrediction()
{
    m_prediction.reset();
    if (m_predictor)
        m_prediction = m_predictor->predict(m_recipe);
    Q_EMIT predictionChanged();
}

void Workspace::editRecipe(const QString& text, const Recipe& recipe, int mergeId)
{
    if (recipe == m_recipe)
        return;
    m_undo.push(new RecipeCommand(*this, text, m_recipe, recipe, mergeId));
}

void Workspace::finishEdit()
{
    ++m_mergeGeneration;
}

void Workspace::applyRecipe(const Recipe& recipe)
{
    m_recipe = recipe;
    m_draftTimer->start();
    Q_EMIT recipeChanged();
    updatePrediction();
}

Result<void> Workspace::setGoals(const Goals& goals)
{
    if (!m_ledger)
        return usageError("Open a project first.");
    SCHMIDT_CHECK(m_ledger->setGoals(goals));
    const bool otherWorkload = goals.workload != m_goals.workload;
    m_goals = goals;
    if (otherWorkload) {
        m_recipe.workload = goals.workload;
        reload();
        Q_EMIT recipeChanged();
    }
    Q_EMIT goalsChanged();
    return {};
}

Result<Workload> Workspace::workload() const
{
    if (!m_ledger)
        return usageError("Open a project first.");
    if (m_goals.workload != "own")
        return loadWorkload(m_goals.workload);
    SCHMIDT_TRY(const Json files, m_ledger->value("own_texts"));
    std::vector<std::filesystem::path> paths;
    for (const Json& file : files.is_array() ? files : Json::array())
        if (file.is_string())
            paths.emplace_back(file.get<std::string>());
    return workloadFromFiles(paths);
}

int Workspace::variantIndex(RunId run) const
{
    int index = -1;
    for (const RunRecord& record : m_runs) {
        if (!record.baseline)
            ++index;
        if (record.id == run)
            return record.baseline ? -1 : index;
    }
    return -1;
}

void Workspace::setComparedRuns(const std::vector<RunId>& runs)
{
    m_compared = runs;
    Q_EMIT comparedRunsChanged();
}

void Workspace::setSelection(TensorSelection selection)
{
    if (selection == m_selection)
        return;
    m_selection = selection;
    Q_EMIT selectionChanged();
}

void Workspace::setSelectedRun(RunId run)
{
    if (run == m_selectedRun)
        return;
    m_selectedRun = run;
    Q_EMIT selectedRunChanged();
}

JobSpec Workspace::jobSpec(JobKind kind) const
{
    JobSpec spec;
    spec.kind = kind;
    if (m_ledger)
        spec.project = m_ledger->folder();
    if (kind == JobKind::Analyze) {
        spec.arguments["workload"] = m_goals.workload;
        if (m_source)
            spec.arguments["model"] = m_source->path().string();
    } else if (kind == JobKind::Compress) {
        spec.arguments["recipe"] = toJson(m_recipe);
        if (!m_recipe.name.empty())
            spec.arguments["name"] = m_recipe.name;
    } else if (kind == JobKind::Search) {
        spec.arguments["workload"] = m_goals.workload;
        spec.arguments["tokens"] = m_recipe.calibrationTokens;
    }
    return spec;
}

void Workspace::acceptPartial(const QString& kind, const Json& payload)
{
    if (kind != QLatin1String("spectrum") && kind != QLatin1String("layer")
        && kind != QLatin1String("sensitivity"))
        return;
    if (m_analysis && m_analysis->complete())
        return;
    auto next = m_analysis ? std::make_shared<AnalysisResult>(*m_analysis)
                           : std::make_shared<AnalysisResult>();
    next->workload = m_goals.workload;
    const int layer = jsonValue<int>(payload, "layer", 0);
    if (kind == QLatin1String("spectrum")) {
        TensorSpectrum spectrum;
        spectrum.role
            = roleFromName(jsonValue<std::string>(payload, "role", "q")).value_or(Role::Query);
        spectrum.layer = layer;
        spectrum.rows = jsonValue<std::int64_t>(payload, "rows", 0);
        spectrum.columns = jsonValue<std::int64_t>(payload, "columns", 0);
        spectrum.sigma = jsonValue<std::vector<float>>(payload, "sigma", {});
        spectrum.weighted = jsonValue<std::vector<float>>(payload, "weighted", {});
        spectrum.entropy = jsonValue<double>(payload, "entropy", 0);
        spectrum.effectiveRank = jsonValue<double>(payload, "effective_rank", 0);
        spectrum.participationRatio = jsonValue<double>(payload, "participation_ratio", 0);
        const auto known
            = std::find_if(next->spectra.begin(), next->spectra.end(), [&](const auto& s) {
                  return s.role == spectrum.role && s.layer == spectrum.layer;
              });
        if (known == next->spectra.end())
            next->spectra.push_back(std::move(spectrum));
        else
            *known = std::move(spectrum);
    } else if (kind == QLatin1String("layer")) {
        LayerAnalysis analysis;
        analysis.layer = layer;
        analysis.blockInfluence = jsonValue<double>(payload, "block_influence", 0);
        next->layers.push_back(std::move(analysis));
    } else {
        next->sensitivity.push_back(
            { probeKindFromName(jsonValue<std::string>(payload, "kind", {})), layer,
              jsonValue<double>(payload, "level", 0), jsonValue<double>(payload, "kl", 0),
              jsonValue<double>(payload, "kl_error", 0), 0 });
    }
    m_analysis = std::move(next);
    Q_EMIT analysisChanged();
}

} // namespace schmidt
