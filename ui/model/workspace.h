// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "jobs/job.h"
#include "ledger/ledger.h"
#include "model/model_source.h"
#include "recipe/prediction.h"
#include "workload/workload.h"

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <memory>
#include <optional>
#include <vector>

class QTimer;

namespace schmidt {

class JobController;
class RunLearner;
class RunReader;

/// The matrix the user is looking at, shared by all screens.
struct TensorSelection {
    Role role = Role::Down;
    int layer = 0;
    bool operator==(const TensorSelection&) const = default;
};

/// What the window is about: the open project with its model, analysis, draft recipe, prediction,
/// runs and selection. Made in main and handed down; every change is announced by one signal.
/// Nothing here computes for long: analysis and compression run in the child processes of jobs().
class Workspace : public QObject {
    Q_OBJECT
public:
    explicit Workspace(QObject* parent = nullptr);
    ~Workspace() override;

    /// Opens a project folder with the model it names. Errors: those of Ledger; a model that is
    /// gone is no error: the project opens and modelProblem() says what is missing.
    Result<void> openProject(const QString& folder);
    /// Creates a project about a model (or opens the one that `folder` holds for the same model).
    Result<void> createProject(const QString& folder, const QString& modelPath);
    void closeProject();

    bool isOpen() const { return m_ledger != nullptr; }
    QString folder() const;
    Ledger* ledger() const { return m_ledger.get(); }
    /// The opened model; null while none is open or it is gone.
    const std::shared_ptr<const ModelSource>& source() const { return m_source; }
    QString modelProblem() const { return m_modelProblem; }
    /// Whether the project is about a model that is not where it was.
    bool modelMissing() const { return m_modelMissing; }
    /// Shapes of the model: from the model, or from the project when the model is gone.
    const std::optional<Architecture>& architecture() const { return m_architecture; }

    /// The newest analysis for the chosen workload, or what has arrived of the running one; null
    /// when there is none.
    const std::shared_ptr<const AnalysisResult>& analysis() const { return m_analysis; }

    /// Null until an analysis is complete.
    const Predictor* predictor() const { return m_predictor.get(); }
    /// A predictor that has not seen what a run measured: what it says of that run's recipe is a
    /// prediction and no echo. Null until an analysis is complete.
    std::unique_ptr<Predictor> predictorWithout(RunId run) const;
    const Recipe& recipe() const { return m_recipe; }
    /// The consequences of recipe(); absent without predictor.
    const std::optional<Prediction>& prediction() const { return m_prediction; }
    /// Replaces the draft recipe as one undo step; steps with the same `mergeId` >= 0 that follow
    /// each other become one (a drag is one entry).
    void editRecipe(const QString& text, const Recipe& recipe, int mergeId = -1);
    /// Ends merging: the next edit is a step of its own whatever its id.
    void finishEdit();
    QUndoStack* undoStack() { return &m_undo; }

    const Goals& goals() const { return m_goals; }
    Result<void> setGoals(const Goals& goals);
    /// Texts and prompts of the goals' workload: built in, or the user's own files. Errors: those
    /// of loadWorkload() and workloadFromFiles(); Usage while no project is open.
    Result<Workload> workload() const;

    /// All runs by id. Their recipes are most of what a run holds, so only the newest
    /// `keptRecipes` runs carry theirs; recipeOf() finds every one.
    const std::vector<RunRecord>& runs() const { return m_runs; }
    static constexpr int keptRecipes = 100;
    /// The run of an id; null when there is none.
    const RunRecord* findRun(RunId run) const;
    /// The recipe of a run; null for the baseline and for unknown runs.
    Json recipeOf(RunId run) const;
    /// Stores star, tags and note of a run. Errors: those of Ledger.
    Result<void> editRun(const RunRecord& run);
    /// Index among the variants (0 = first after the baseline), which decides colour and marker;
    /// -1 for the baseline.
    int variantIndex(RunId run) const;
    /// Runs chosen for comparison, baseline included; at first the newest finished runs.
    const std::vector<RunId>& comparedRuns() const { return m_compared; }
    void setComparedRuns(const std::vector<RunId>& runs);

    TensorSelection selection() const { return m_selection; }
    void setSelection(TensorSelection selection);

    /// The run the user looks at, shared by all screens; id 0 when none is chosen.
    RunId selectedRun() const { return m_selectedRun; }
    void setSelectedRun(RunId run);

    JobController* jobs() const { return m_jobs; }
    /// Specification of a job on this project with default arguments for its kind: workload of the
    /// goals, draft recipe for Compress, all runs for Evaluate and Bench.
    JobSpec jobSpec(JobKind kind) const;

    /// Reads runs and analysis again; called by itself when another process changed the database.
    /// More than `readAtOnce` runs are read in the background: until they arrive, runs() are those
    /// from before, none in a project just opened.
    void reload();
    static constexpr std::size_t readAtOnce = 1000;

Q_SIGNALS:
    void projectChanged();
    void analysisChanged();
    void recipeChanged();
    void predictionChanged();
    void goalsChanged();
    void runsChanged();
    void runEdited(schmidt::RunId run); ///< star, tags or note of one run
    void comparedRunsChanged();
    void selectionChanged();
    void selectedRunChanged();

private:
    friend class RecipeCommand;
    void applyRecipe(const Recipe& recipe);
    void acceptRuns(std::vector<RunRecord> runs);
    void readAnalysis();
    void storeDraft();
    void chooseComparedRuns();
    void updatePrediction();
    void rebuildPredictor();
    std::shared_ptr<const AnalysisResult> storedAnalysis();
    std::unique_ptr<Predictor> predictorFrom(const std::vector<RunRecord>& runs) const;
    void acceptPartial(const QString& kind, const Json& payload);
    Result<void> load(std::unique_ptr<Ledger> ledger);
    void openModel(const std::optional<ModelReference>& model);
    void findModelAgain();

    std::unique_ptr<Ledger> m_ledger;
    std::shared_ptr<const ModelSource> m_source;
    QString m_modelProblem;
    bool m_modelMissing = false;
    std::optional<Architecture> m_architecture;
    std::shared_ptr<const AnalysisResult> m_analysis;
    struct StoredAnalysis {
        std::string hash; ///< of the object
        std::shared_ptr<const AnalysisResult> analysis;
    };
    StoredAnalysis m_stored; ///< as last read from the project
    std::unique_ptr<Predictor> m_predictor;
    Recipe m_recipe;
    std::optional<Prediction> m_prediction;
    Goals m_goals;
    std::vector<RunRecord> m_runs;
    bool m_runsKnown = false; ///< those of this project have been read once
    std::vector<RunId> m_compared;
    TensorSelection m_selection;
    RunId m_selectedRun;
    QUndoStack m_undo;
    int m_mergeGeneration = 0;
    std::int64_t m_dataVersion = 0;
    JobController* m_jobs = nullptr;
    RunLearner* m_learner = nullptr;
    RunReader* m_reader = nullptr;
    QTimer* m_draftTimer = nullptr; ///< until the edited draft is stored
};

} // namespace schmidt
