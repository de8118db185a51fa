// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/recipe_panel.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/recipe/machine_row.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/recipe/recipe_model.h"
#include "ui/panels/recipe/recipe_tree.h"
#include "ui/panels/recipe/target_row.h"
#include "ui/panels/recipe/totals_bar.h"
#include "ui/plots/bar_strip.h"
#include "ui/plots/card.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"
#include "ui/plots/pareto_plot.h"
#include "ui/plots/run_points.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QThreadPool>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

RecipePanel::RecipePanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
    , m_frontTimer(new QTimer(this))
    , m_worker(new QThreadPool(this))
{
    m_worker->setMaxThreadCount(1);
    m_frontTimer->setSingleShot(true);
    m_frontTimer->setInterval(120);
    connect(m_frontTimer, &QTimer::timeout, this, &RecipePanel::computeFront);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::m);
    layout->setSpacing(space::m);
    layout->addWidget(buildHeader());
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(buildEmptyPage());
    auto* content = new QWidget(this);
    auto* inside = new QVBoxLayout(content);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(space::m);
    inside->addWidget(buildGlobals());
    inside->addWidget(buildBody(), 1);
    m_issue = new QLabel(content);
    m_issue->setWordWrap(true);
    m_issue->setVisible(false);
    inside->addWidget(m_issue);
    auto* whole = new QHBoxLayout;
    whole->setSpacing(space::s);
    whole->addWidget(roleLabel(tr("Vocabulary"), "muted", content));
    m_vocabulary = new QComboBox(content);
    m_vocabulary->setObjectName(QStringLiteral("vocabulary"));
    m_vocabulary->setAccessibleName(tr("Tokens kept of the vocabulary"));
    connect(m_vocabulary, &QComboBox::activated, this, &RecipePanel::setVocabulary);
    whole->addWidget(m_vocabulary);
    whole->addSpacing(space::s);
    whole->addWidget(roleLabel(tr("Correction"), "muted", content));
    m_correction = new QComboBox(content);
    m_correction->setObjectName(QStringLiteral("correction"));
    m_correction->setAccessibleName(tr("Rank of the corrections of quantized matrices"));
    connect(m_correction, &QComboBox::activated, this, &RecipePanel::setCorrection);
    whole->addWidget(m_correction);
    whole->addSpacing(space::m);
    m_machine = new MachineRow(content);
    connect(m_machine, &MachineRow::healMinutesChosen, this, &RecipePanel::setHealMinutes);
    whole->addWidget(m_machine, 1);
    inside->addLayout(whole);
    m_totals = new TotalsBar(content);
    inside->addWidget(m_totals);
    m_pages->addWidget(content);
    layout->addWidget(m_pages, 1);
    connectWorkspace();
}

RecipePanel::~RecipePanel()
{
    // The worker reports to this object.
    m_worker->waitForDone();
}

QString RecipePanel::title() const
{
    return tr("Recipe");
}

QString RecipePanel::id() const
{
    return QStringLiteral("recipe");
}

QWidget* RecipePanel::buildHeader()
{
    auto* header = new QWidget(this);
    auto* line = new QHBoxLayout(header);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    line->addWidget(new ScreenTitle(tr("Recipe"), header));
    line->addSpacing(space::s);
    m_name = new QLineEdit(header);
    m_name->setPlaceholderText(tr("name of the recipe"));
    m_name->setAccessibleName(tr("Name of the recipe"));
    m_name->setMinimumWidth(120);
    m_name->setMaximumWidth(170);
    line->addWidget(m_name);
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        Recipe recipe = workspace().recipe();
        if (recipe.name == m_name->text().toStdString())
            return;
        recipe.name = m_name->text().toStdString();
        workspace().editRecipe(tr("Name of the recipe"), recipe);
    });
    line->addStretch(1);
    m_target = new TargetRow(header);
    connect(m_target, &TargetRow::allocateRequested, this, &RecipePanel::allocateTarget);
    line->addWidget(m_target);
    line->addStretch(1);
    const auto button = [&](const QString& text, auto action) {
        auto* made = new QPushButton(text, header);
        line->addWidget(made);
        connect(made, &QPushButton::clicked, this, action);
        return made;
    };
    QPushButton* undo = button(QStringLiteral("↶"), [this] { workspace().undoStack()->undo(); });
    QPushButton* redo = button(QStringLiteral("↷"), [this] { workspace().undoStack()->redo(); });
    followHistory(undo, redo);
    line->addWidget(buildHistory(header));
    m_presets = new QToolButton(header);
    m_presets->setText(tr("Recipes ▾"));
    m_presets->setAccessibleName(tr("Presets, recipes of runs, files and differences"));
    m_presets->setPopupMode(QToolButton::InstantPopup);
    m_presets->setFocusPolicy(Qt::StrongFocus);
    setRole(m_presets, "button");
    auto* menu = new QMenu(m_presets);
    m_presets->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillPresets(menu); });
    line->addWidget(m_presets);
    m_run = button(tr("Run recipe"), [this] { runRecipe(); });
    setRole(m_run, "primary");
    return header;
}

/// The buttons say what they would undo, and are there only when there is something.
void RecipePanel::followHistory(QPushButton* undo, QPushButton* redo)
{
    QUndoStack* stack = workspace().undoStack();
    undo->setEnabled(stack->canUndo());
    redo->setEnabled(stack->canRedo());
    connect(stack, &QUndoStack::canUndoChanged, undo, &QPushButton::setEnabled);
    connect(stack, &QUndoStack::canRedoChanged, redo, &QPushButton::setEnabled);
    for (const auto& [made, name] : { std::pair(undo, tr("Undo")), std::pair(redo, tr("Redo")) }) {
        made->setAccessibleName(name);
        made->setToolTip(name);
    }
    connect(stack, &QUndoStack::undoTextChanged, undo,
            [undo](const QString& text) { undo->setToolTip(tr("Undo: %1").arg(text)); });
    connect(stack, &QUndoStack::redoTextChanged, redo,
            [redo](const QString& text) { redo->setToolTip(tr("Redo: %1").arg(text)); });
}

QToolButton* RecipePanel::buildHistory(QWidget* header)
{
    auto* history = new QToolButton(header);
    history->setObjectName(QStringLiteral("recipe_history"));
    history->setText(QStringLiteral("▾"));
    history->setAccessibleName(tr("History of edits"));
    history->setToolTip(tr("History of edits"));
    history->setPopupMode(QToolButton::InstantPopup);
    history->setFocusPolicy(Qt::StrongFocus);
    setRole(history, "button");
    history->setMenu(new QMenu(history));
    connect(history->menu(), &QMenu::aboutToShow, this,
            [this, menu = history->menu()] { fillHistory(menu); });
    return history;
}

void RecipePanel::fillSchemes(QComboBox* box) const
{
    for (const Scheme& scheme : offeredSchemes())
        box->addItem(schemeTitle(scheme), QString::fromStdString(schemeName(scheme)));
    box->setPlaceholderText(tr("mixed"));
}

QWidget* RecipePanel::buildGlobals()
{
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    const auto label = [&](const QString& text) {
        line->addSpacing(space::s);
        line->addWidget(roleLabel(text, "muted", row));
    };
    m_mode = new QButtonGroup(this);
    line->addWidget(segmentRow({ tr("Uniform"), tr("Per layer") }, *m_mode, row));
    label(tr("MLP width kept"));
    m_width = new QSlider(Qt::Horizontal, row);
    m_width->setRange(5, 100);
    m_width->setAccessibleName(tr("MLP width kept in all unlocked layers, percent"));
    m_width->setMinimumWidth(120);
    line->addWidget(m_width, 1);
    m_widthText = roleLabel({}, "section", row);
    auto* room = new SteadyRoom(m_widthText, row);
    room->setFixedWidth(56);
    line->addWidget(room);
    label(tr("KV groups"));
    m_groups = new QSpinBox(row);
    m_groups->setAccessibleName(tr("KV groups kept in all unlocked layers"));
    m_groups->setFixedWidth(48);
    line->addWidget(m_groups);
    label(tr("Weights"));
    m_scheme = new QComboBox(row);
    m_scheme->setAccessibleName(tr("Scheme of all unlocked layers"));
    fillSchemes(m_scheme);
    line->addWidget(m_scheme);
    label(tr("Embedding"));
    m_embedding = new QComboBox(row);
    m_embedding->setAccessibleName(tr("Scheme of the embedding"));
    fillSchemes(m_embedding);
    line->addWidget(m_embedding);
    connect(m_mode, &QButtonGroup::idClicked, this,
            [this](int id) { setMode(id == 0 ? WidthMode::Uniform : WidthMode::PerLayer); });
    connect(m_width, &QSlider::valueChanged, this, &RecipePanel::setGlobalWidth);
    connect(m_width, &QSlider::sliderReleased, this, [this] {
        workspace().finishEdit();
        scheduleFront();
    });
    connect(m_groups, &QSpinBox::valueChanged, this, &RecipePanel::setGlobalGroups);
    connect(m_scheme, &QComboBox::activated, this, &RecipePanel::setGlobalScheme);
    connect(m_embedding, &QComboBox::activated, this, &RecipePanel::setEmbeddingScheme);
    return row;
}

QWidget* RecipePanel::buildBody()
{
    auto* body = new QWidget(this);
    auto* line = new QHBoxLayout(body);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::l);
    m_model = new RecipeModel(workspace(), this);
    m_treeCard = new Card(tr("Layers"), body);
    m_tree = new RecipeTree(*m_model, m_treeCard);
    m_treeCard->setSubtitle(tr("drag a slider, open a layer for its matrices"));
    m_treeCard->body()->addWidget(m_tree, 1);
    line->addWidget(m_treeCard, 62);

    auto* right = new QVBoxLayout;
    right->setSpacing(space::m);
    auto* front = new Card(tr("Size against quality"), body);
    front->setSubtitle(tr("○ predicted  ● measured"));
    m_pareto = new ParetoPlot(front);
    m_paretoNote = roleLabel({}, "small", front);
    m_paretoNote->setWordWrap(true);
    front->body()->addWidget(m_pareto, 1);
    front->body()->addWidget(m_paretoNote);
    right->addWidget(front, 1);
    auto* strip = new Card(tr("Where the loss comes from"), body);
    strip->setSubtitle(tr("brighter = more KL"));
    m_strip = new BarStrip(strip);
    m_strip->setAccessibleName(tr("Width and predicted KL by layer"));
    m_strip->setNames(tr("width kept"), tr("predicted KL"), tr("nat"));
    strip->body()->addWidget(m_strip);
    right->addWidget(strip);
    line->addLayout(right, 38);

    connect(m_tree, &RecipeTree::dragFinished, this, [this] { workspace().finishEdit(); });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid())
                    selectLayer(current.parent().isValid() ? current.parent().row()
                                                           : current.row());
            });
    connect(m_strip, &BarStrip::currentChanged, this, [this](int layer) {
        m_tree->setCurrentIndex(m_model->index(layer, RecipeModel::Kept));
        selectLayer(layer);
    });
    connect(m_pareto, &ParetoPlot::frontPointActivated, this, [this](int index) {
        workspace().finishEdit();
        loadFrontPoint(index);
        workspace().finishEdit();
    });
    connect(m_pareto, &ParetoPlot::frontPointDragged, this, &RecipePanel::loadFrontPoint);
    connect(m_pareto, &ParetoPlot::frontDragFinished, this, [this] { workspace().finishEdit(); });
    return body;
}

QWidget* RecipePanel::buildEmptyPage()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(space::m);
    layout->addStretch(2);
    layout->addWidget(roleLabel(tr("Sliders need an analysis"), "heading", page), 0,
                      Qt::AlignHCenter);
    m_emptyText = roleLabel({}, "muted", page);
    m_emptyText->setWordWrap(true);
    m_emptyText->setAlignment(Qt::AlignHCenter);
    m_emptyText->setMinimumWidth(520);
    layout->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    auto* open = new QPushButton(tr("Open spectra"), page);
    setRole(open, "primary");
    layout->addWidget(open, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(open, &QPushButton::clicked, this,
            [this] { Q_EMIT screenRequested(QStringLiteral("spectra")); });
    return page;
}

void RecipePanel::connectWorkspace()
{
    const auto later = [this](auto refresh) {
        return [this, refresh] {
            if (isVisible())
                (this->*refresh)();
            else
                m_stale = true;
        };
    };
    connect(&workspace(), &Workspace::projectChanged, this, later(&RecipePanel::refreshAll));
    connect(&workspace(), &Workspace::analysisChanged, this, later(&RecipePanel::refreshAll));
    connect(&workspace(), &Workspace::runsChanged, this, later(&RecipePanel::refreshAll));
    connect(&workspace(), &Workspace::goalsChanged, this, later(&RecipePanel::refreshRuns));
    connect(&workspace(), &Workspace::recipeChanged, this, later(&RecipePanel::refreshRecipe));
    connect(&workspace(), &Workspace::predictionChanged, this,
            later(&RecipePanel::refreshPrediction));
}

void RecipePanel::showEvent(QShowEvent* event)
{
    if (m_stale)
        refreshAll();
    Panel::showEvent(event);
}

void RecipePanel::selectLayer(int layer)
{
    m_strip->setCurrent(layer);
    TensorSelection selection = workspace().selection();
    if (selection.layer == layer)
        return;
    selection.layer = layer;
    workspace().setSelection(selection);
}

const std::vector<Metric>& RecipePanel::baselineMetrics() const
{
    static const std::vector<Metric> none;
    for (const RunRecord& run : workspace().runs())
        if (run.baseline)
            return run.metrics;
    return none;
}

void RecipePanel::refreshBaseline()
{
    m_baseline.reset();
    if (const Predictor* predictor = workspace().predictor())
        m_baseline = predictor->predict(identityRecipe(predictor->architecture()));
}

void RecipePanel::refreshAll()
{
    m_stale = false;
    const bool ready = workspace().predictor() && workspace().architecture();
    m_pages->setCurrentIndex(ready ? 1 : 0);
    m_run->setEnabled(false);
    m_name->setEnabled(ready);
    m_target->setReady(ready);
    m_presets->setEnabled(ready);
    m_machine->setFolder(workspace().folder());
    m_frontStart.reset();
    m_front.clear();
    m_frontShares.clear();
    refreshBaseline();
    if (!ready) {
        m_emptyText->setText(
            !workspace().isOpen() ? tr("Open a model first.")
                : workspace().analysis()
                ? tr("The analysis is still running. Predictions become possible when its probes "
                     "are done.")
                : tr("The analysis measures what each reduction costs; from then on every slider "
                     "shows its consequences at once."));
        return;
    }
    m_tree->recipeDelegate()->setArchitecture(workspace().architecture());
    m_model->reset();
    std::int64_t groups = 1;
    for (const LayerShape& layer : workspace().architecture()->layers)
        groups = std::max(groups, layer.kvHeads);
    {
        const QSignalBlocker quiet(m_groups);
        m_groups->setRange(1, static_cast<int>(groups));
    }
    m_target->setContext(workspace().prediction(), workspace().goals());
    refreshRuns();
    refreshRecipe();
    refreshPrediction();
}

void RecipePanel::refreshRecipe()
{
    if (m_pages->currentIndex() == 0)
        return;
    m_model->refresh();
    refreshGlobals();
    refreshIssues();
    scheduleFront();
}

void RecipePanel::refreshGlobals()
{
    const Recipe& recipe = workspace().recipe();
    const auto& architecture = workspace().architecture();
    if (!architecture || recipe.layers.empty())
        return;
    m_refreshing = true;
    const double share = keptShare(recipe, *architecture);
    m_widthText->setText(percentText(share));
    if (!m_sliding && !m_width->isSliderDown()) {
        const QSignalBlocker quiet(m_width);
        m_width->setValue(static_cast<int>(std::lround(100 * share)));
    }
    if (m_mode->checkedId() != (recipe.mode == WidthMode::Uniform ? 0 : 1))
        m_mode->button(recipe.mode == WidthMode::Uniform ? 0 : 1)->setChecked(true);
    if (!m_sliding) {
        std::int64_t groups = 0;
        const Scheme* common = commonScheme(recipe.layers.front());
        for (const LayerRecipe& layer : recipe.layers) {
            groups = std::max(groups, layer.kvGroups);
            const Scheme* own = commonScheme(layer);
            if (common && (!own || *own != *common))
                common = nullptr;
        }
        const QSignalBlocker quiet(m_groups);
        m_groups->setValue(static_cast<int>(groups));
        m_scheme->setCurrentIndex(
            common ? m_scheme->findData(QString::fromStdString(schemeName(*common))) : -1);
        m_embedding->setCurrentIndex(
            m_embedding->findData(QString::fromStdString(schemeName(recipe.embeddingScheme))));
        refreshVocabulary();
        refreshCorrection();
        if (!m_name->hasFocus())
            m_name->setText(QString::fromStdString(recipe.name));
    }
    std::vector<double> heights;
    for (std::size_t layer = 0; layer < std::min(recipe.layers.size(), architecture->layers.size());
         ++layer)
        heights.push_back(static_cast<double>(recipe.layers[layer].mlpWidth)
                          / static_cast<double>(architecture->layers[layer].intermediateSize));
    const auto& prediction = workspace().prediction();
    m_strip->setValues(std::move(heights),
                       prediction ? prediction->layerKl : std::vector<double> {});
    m_refreshing = false;
}

void RecipePanel::refreshIssues()
{
    const auto& architecture = workspace().architecture();
    if (!architecture)
        return;
    const auto issues = validateRecipe(workspace().recipe(), *architecture);
    const RecipeIssue* first = issues.empty() ? nullptr : &issues.front();
    const bool error = first && first->severity == RecipeIssue::Severity::Error;
    const bool unchanged = workspace().recipe().layers == identityRecipe(*architecture).layers
        && workspace().recipe().embeddingScheme.kind == SchemeKind::Keep
        && !workspace().recipe().cutsVocabulary(*architecture);
    const QString reason = error ? messageText(first->message)
        : unchanged              ? tr("This recipe changes nothing yet: move a slider or choose a "
                                                   "scheme.")
                                 : QString();
    m_run->setEnabled(reason.isEmpty() && workspace().isOpen() && workspace().source());
    m_run->setToolTip(!reason.isEmpty() ? reason
                          : workspace().source()
                          ? tr("Compresses the model with this recipe and measures the result.")
                          : workspace().modelProblem());
    QString text = first ? messageText(first->message) : QString();
    if (issues.size() > 1)
        text
            += QLatin1Char(' ') + tr("(and %n more)", nullptr, static_cast<int>(issues.size()) - 1);
    if (m_issue->property("role").toString() != QLatin1String(error ? "error" : "muted"))
        setRole(m_issue, error ? "error" : "muted");
    m_issue->setText(text);
    m_issue->setVisible(first != nullptr);
}

namespace {

    /// Nothing where the quality cannot be predicted.
    std::optional<ParetoFrontPoint> draftPoint(const Prediction& prediction)
    {
        if (!prediction.kl.present())
            return {};
        ParetoFrontPoint point;
        point.bytes = prediction.fileBytes.value.value_or(0);
        point.kl = *prediction.kl.value;
        const double half = prediction.kl.uncertainty.value_or(0);
        // The band is symmetric in ln KL.
        const double ratio = point.kl > 0 ? 1 + half / point.kl : 1;
        point.klLow = point.kl / ratio;
        point.klHigh = point.kl * ratio;
        return point;
    }

} // namespace

void RecipePanel::refreshPrediction()
{
    const auto& prediction = workspace().prediction();
    if (!prediction || m_pages->currentIndex() == 0) {
        m_pareto->setDraft({});
        return;
    }
    if (!m_baseline)
        refreshBaseline();
    m_pareto->setDraft(draftPoint(*prediction));
    if (const auto& architecture = workspace().architecture())
        m_machine->setDraft(*prediction, workspace().recipe(), *architecture);
    if (m_baseline)
        m_totals->setTotals(
            totalsOf(*prediction, *m_baseline, baselineMetrics(), workspace().goals()));
    m_model->refresh();
    refreshGlobals();
}

void RecipePanel::refreshRuns()
{
    m_pareto->setRuns(measuredRunPoints(workspace()));
    const Metric* bytes = findMetric(baselineMetrics(), metric_names::fileBytes);
    m_pareto->setBaseline(bytes && bytes->value ? bytes->value
                              : m_baseline      ? m_baseline->fileBytes.value
                                                : std::nullopt);
    m_pareto->setGoals(workspace().goals().maxFileBytes, workspace().goals().maxKl);
    const Predictor* predictor = workspace().predictor();
    if (!predictor)
        return;
    const int combinations = workspace().analysis()
        ? static_cast<int>(workspace().analysis()->combinations.size())
        : 0;
    const int known = combinations + predictor->outcomeCount();
    m_paretoNote->setText(known >= 3 ? tr("Click or drag along the dashed line to load its recipe. "
                                          "The band comes from %n measured "
                                          "recipes of this model: × or ÷ %1.",
                                          nullptr, known)
                                           .arg(numberText(std::exp(predictor->logBand())))
                                     : tr("Click or drag along the dashed line to load its recipe. "
                                          "Uncalibrated: fewer than three "
                                          "recipes of this model have been measured."));
    if (workspace().prediction() && m_baseline)
        refreshPrediction();
}

} // namespace schmidt
