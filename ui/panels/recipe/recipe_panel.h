// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "jobs/job.h"
#include "recipe/allocation.h"
#include "ui/panels/panel.h"

#include <QString>
#include <optional>
#include <vector>

class QButtonGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QStackedWidget;
class QThreadPool;
class QTimer;
class QMenu;
class QToolButton;

namespace schmidt {

class BarStrip;
class Card;
class MachineRow;
class ParetoPlot;
class RecipeModel;
class RecipeTree;
class TargetRow;
class TotalsBar;

/// The draft recipe under the user's hands: sliders for all layers and for each, the predicted
/// front with the measured runs, and the totals. A slider step edits the recipe and repaints;
/// the front is computed by a worker after the hand has come to rest.
class RecipePanel : public Panel {
    Q_OBJECT
public:
    explicit RecipePanel(Workspace& workspace, QWidget* parent = nullptr);
    ~RecipePanel() override;

    QString title() const override;
    QString id() const override;

    /// The slider over all layers, in percent of MLP width kept.
    QSlider* globalSlider() const { return m_width; }
    /// The job that "Run recipe" puts into the queue.
    JobSpec runSpec() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildHeader();
    void followHistory(QPushButton* undo, QPushButton* redo);
    QToolButton* buildHistory(QWidget* header);
    QWidget* buildGlobals();
    QWidget* buildBody();
    QWidget* buildEmptyPage();
    void connectWorkspace();

    void refreshAll();
    void refreshRecipe();
    void refreshPrediction();
    void refreshRuns();
    void refreshIssues();
    void refreshGlobals();
    void refreshBaseline();
    void selectLayer(int layer);
    const std::vector<Metric>& baselineMetrics() const;

    void setGlobalWidth(int percent);
    void setGlobalGroups(int groups);
    void setGlobalScheme(int index);
    void setEmbeddingScheme(int index);
    void setVocabulary(int index);
    void setHealMinutes(int minutes);
    void refreshVocabulary();
    void setCorrection(int index);
    void refreshCorrection();
    void setMode(WidthMode mode);
    void allocateTarget();
    void loadFrontPoint(int index);
    void runRecipe();
    void fillPresets(QMenu* menu);
    void fillHistory(QMenu* menu);
    void applyPreset(const QString& name, const Scheme& scheme, double keptParameters);
    void useRecipe(const QString& name, const Recipe& recipe);
    void showDifferences();
    void loadRecipe();
    void saveRecipe();

    void scheduleFront();
    void computeFront();
    void acceptFront(int generation, std::vector<FrontierPoint> front);
    void fillSchemes(QComboBox* box) const;

    QStackedWidget* m_pages = nullptr;
    QLabel* m_emptyText = nullptr;
    QLineEdit* m_name = nullptr;
    QButtonGroup* m_mode = nullptr;
    TargetRow* m_target = nullptr;
    QPushButton* m_run = nullptr;
    QSlider* m_width = nullptr;
    QLabel* m_widthText = nullptr;
    QSpinBox* m_groups = nullptr;
    QComboBox* m_scheme = nullptr;
    QComboBox* m_embedding = nullptr;
    QComboBox* m_vocabulary = nullptr;
    QComboBox* m_correction = nullptr;
    RecipeModel* m_model = nullptr;
    RecipeTree* m_tree = nullptr;
    Card* m_treeCard = nullptr;
    ParetoPlot* m_pareto = nullptr;
    QLabel* m_paretoNote = nullptr;
    BarStrip* m_strip = nullptr;
    QLabel* m_issue = nullptr;
    MachineRow* m_machine = nullptr;
    QToolButton* m_presets = nullptr;
    TotalsBar* m_totals = nullptr;
    QTimer* m_frontTimer = nullptr;
    QThreadPool* m_worker = nullptr;
    std::vector<FrontierPoint> m_front; ///< from no pruning to the deepest, nested
    std::vector<double> m_frontShares; ///< share of unlocked MLP width kept, per point
    std::optional<Recipe> m_frontStart; ///< what m_front was computed from
    int m_generation = 0;
    bool m_stale = true;
    bool m_refreshing = false; ///< controls are being set from the recipe, not by the user
    bool m_sliding = false; ///< the edit being made comes from the global slider
    std::optional<Prediction> m_baseline; ///< of the recipe that changes nothing
};

} // namespace schmidt
