// SPDX-License-Identifier: GPL-3.0-only
#include "base/json.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/recipe/machine_row.h"
#include "ui/panels/recipe/recipe_diff.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/panels/recipe/target_row.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"
#include "ui/plots/pareto_plot.h"
#include "ui/plots/plot_export.h"

#include <QComboBox>
#include <QLocale>
#include <QMenu>
#include <QMetaObject>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QThreadPool>
#include <QTimer>
#include <QUndoStack>
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace schmidt {

namespace {

    constexpr int globalWidthMerge = 1, globalGroupMerge = 2, frontMerge = 3, healMerge = 4;
    constexpr int shownEdits = 20; ///< of the history
    /// Fine enough that neighbouring slider values differ, coarse enough for a fast worker.
    constexpr int frontPoints = 161;
    constexpr int plottedEvery = 8;

} // namespace

void RecipePanel::setGlobalWidth(int percent)
{
    const auto& architecture = workspace().architecture();
    if (m_refreshing || !architecture || workspace().recipe().layers.empty())
        return;
    const Recipe& draft = workspace().recipe();
    const double share = percent / 100.0;
    Recipe next;
    if (draft.mode == WidthMode::PerLayer && m_front.size() > 1 && percent < 100) {
        // The points of the front are nested: the slider is an index into them.
        std::size_t best = 0;
        for (std::size_t point = 0; point < m_frontShares.size(); ++point)
            if (std::abs(m_frontShares[point] - share) < std::abs(m_frontShares[best] - share))
                best = point;
        next = withWidthsOf(draft, *architecture, m_front[best].recipe);
    } else {
        next = withEqualWidths(draft, *architecture, share);
    }
    if (next == draft)
        return;
    m_sliding = true;
    workspace().editRecipe(tr("MLP width of all layers"), next, globalWidthMerge);
    m_sliding = false;
}

void RecipePanel::setGlobalGroups(int groups)
{
    const auto& architecture = workspace().architecture();
    if (m_refreshing || !architecture)
        return;
    std::vector<int> layers;
    const auto& draft = workspace().recipe().layers;
    for (std::size_t layer = 0; layer < draft.size(); ++layer)
        if (!draft[layer].locked && draft[layer].kvGroups > 0)
            layers.push_back(static_cast<int>(layer));
    const Recipe next = withLayerGroups(workspace().recipe(), *architecture, layers, groups);
    if (!(next == workspace().recipe()))
        workspace().editRecipe(tr("KV groups of all layers"), next, globalGroupMerge);
}

void RecipePanel::setGlobalScheme(int index)
{
    const auto scheme = schemeFromName(m_scheme->itemData(index).toString().toStdString());
    const auto& architecture = workspace().architecture();
    if (!m_refreshing && scheme.ok() && architecture)
        workspace().editRecipe(tr("Scheme of all layers"),
                               withSchemeForAll(workspace().recipe(), *architecture, *scheme));
}

void RecipePanel::setEmbeddingScheme(int index)
{
    const auto scheme = schemeFromName(m_embedding->itemData(index).toString().toStdString());
    if (m_refreshing || !scheme.ok())
        return;
    Recipe recipe = workspace().recipe();
    recipe.embeddingScheme = *scheme;
    workspace().editRecipe(tr("Scheme of the embedding"), recipe);
}

namespace {

    /// Fills a chooser of numbers, only when they changed, and shows the current one; a value that
    /// is no single number shows as an empty chooser.
    void showValues(QComboBox& box, const std::vector<std::int64_t>& values,
                    std::optional<std::int64_t> current,
                    const std::function<QString(std::int64_t)>& text)
    {
        std::vector<std::int64_t> shown;
        for (int index = 0; index < box.count(); ++index)
            shown.push_back(box.itemData(index).toLongLong());
        if (values != shown) {
            box.clear();
            for (const std::int64_t value : values)
                box.addItem(text(value), static_cast<qlonglong>(value));
        }
        box.setCurrentIndex(current ? box.findData(static_cast<qlonglong>(*current)) : -1);
    }

} // namespace

void RecipePanel::setVocabulary(int index)
{
    if (m_refreshing)
        return;
    Recipe recipe = workspace().recipe();
    recipe.vocabulary = m_vocabulary->itemData(index).toLongLong();
    workspace().editRecipe(tr("Vocabulary"), recipe);
}

void RecipePanel::refreshVocabulary()
{
    const Predictor* predictor = workspace().predictor();
    const std::int64_t wanted = workspace().recipe().vocabulary;
    std::set<std::int64_t, std::greater<>> sizes;
    if (predictor)
        for (const std::int64_t size : predictor->vocabularySizes())
            sizes.insert(size);
    m_vocabulary->setToolTip(
        sizes.empty()
            ? tr("The analysis did not look at smaller vocabularies: the tokenizer is no "
                 "byte-level BPE, or the analysis is older; analyze again.")
            : tr("Keeps the bytes, the special tokens and the words this workload is most "
                 "likely to need; embedding and head lose the other rows."));
    if (wanted > 0)
        sizes.insert(wanted);
    m_vocabulary->setEnabled(!sizes.empty());
    std::vector<std::int64_t> values { 0 };
    values.insert(values.end(), sizes.begin(), sizes.end());
    showValues(*m_vocabulary, values, wanted,
               [](std::int64_t value) { return value == 0 ? tr("all tokens") : countText(value); });
}

void RecipePanel::setCorrection(int index)
{
    const auto& architecture = workspace().architecture();
    if (m_refreshing || !architecture)
        return;
    workspace().editRecipe(tr("Correction"),
                           withCorrections(workspace().recipe(), *architecture,
                                           m_correction->itemData(index).toLongLong()));
}

void RecipePanel::refreshCorrection()
{
    const auto& layers = workspace().recipe().layers;
    const bool quantized = std::any_of(layers.begin(), layers.end(), [](const LayerRecipe& layer) {
        return std::any_of(layer.schemes.begin(), layer.schemes.end(),
                           [](const Scheme& scheme) { return scheme.kind != SchemeKind::Keep; });
    });
    m_correction->setEnabled(quantized);
    m_correction->setToolTip(
        quantized ? tr("What rounding takes from a matrix, approximated by two thin factors in 16 "
                       "bits that are stored beside it. In GGUF files and folders they are a LoRA "
                       "adapter. The predicted KL counts them once a run has shown what they gain.")
                  : tr("Only quantized matrices can be corrected: choose a scheme first."));
    const auto common = commonCorrection(workspace().recipe());
    std::set<std::int64_t> ranks { 0, 8, 16, 32, 64 };
    if (common)
        ranks.insert(*common);
    showValues(*m_correction, { ranks.begin(), ranks.end() }, common, [](std::int64_t value) {
        return value == 0 ? tr("none") : tr("rank %1").arg(value);
    });
}

void RecipePanel::setMode(WidthMode mode)
{
    const auto& architecture = workspace().architecture();
    if (!architecture || workspace().recipe().mode == mode)
        return;
    workspace().editRecipe(mode == WidthMode::Uniform ? tr("Uniform widths")
                                                      : tr("Widths per layer"),
                           withMode(workspace().recipe(), *architecture, mode));
}

void RecipePanel::allocateTarget()
{
    const Predictor* predictor = workspace().predictor();
    const auto& architecture = workspace().architecture();
    if (!predictor || !architecture)
        return;
    // The search goes down from the whole model, whatever the draft has now.
    const Recipe start = withAllKept(workspace().recipe(), *architecture);
    AllocationFreedom freedom = m_target->choosesBits() ? usualFreedom() : AllocationFreedom {};
    freedom.widthStep = widthStep;
    const Result<Recipe> found = allocate(*predictor, start, m_target->target(), freedom);
    if (!found.ok()) {
        Q_EMIT messageRequested(messageText(found.error()), true);
        return;
    }
    if (*found == workspace().recipe()) {
        Q_EMIT messageRequested(tr("The draft is already the best recipe for this target."), false);
        return;
    }
    workspace().finishEdit();
    workspace().editRecipe(tr("Allocate: %1").arg(m_target->description()), *found);
}

void RecipePanel::loadFrontPoint(int index)
{
    const auto point = static_cast<std::size_t>(index) * plottedEvery;
    const auto& architecture = workspace().architecture();
    if (point >= m_front.size() || !architecture)
        return;
    workspace().editRecipe(tr("Recipe from the front"),
                           withWidthsOf(workspace().recipe(), *architecture, m_front[point].recipe),
                           frontMerge);
}

void RecipePanel::fillHistory(QMenu* menu)
{
    menu->clear();
    QUndoStack* stack = workspace().undoStack();
    if (stack->count() == 0)
        menu->addAction(tr("No edit yet"))->setEnabled(false);
    const int oldest = std::max(0, stack->count() - shownEdits);
    for (int edit = stack->count(); stack->count() > 0 && edit >= oldest; --edit) {
        // State 0 is before the first edit.
        QAction* action = menu->addAction(edit == 0 ? tr("As opened") : stack->text(edit - 1), this,
                                          [stack, edit] { stack->setIndex(edit); });
        action->setCheckable(true);
        action->setChecked(edit == stack->index());
    }
}

JobSpec RecipePanel::runSpec() const
{
    return workspace().jobSpec(JobKind::Compress);
}

void RecipePanel::setHealMinutes(int minutes)
{
    Recipe recipe = workspace().recipe();
    recipe.heal.tokens = 0; // of a recipe from the command line
    recipe.heal.minutes = minutes;
    workspace().editRecipe(tr("Healing"), recipe, healMerge);
}

void RecipePanel::runRecipe()
{
    const JobSpec spec = runSpec();
    const Recipe& recipe = workspace().recipe();
    const QString name = recipe.name.empty() ? tr("draft") : QString::fromStdString(recipe.name);
    workspace().jobs()->enqueue(spec, tr("Compress %1").arg(name));
    Q_EMIT messageRequested(tr("%1 is in the queue.").arg(name), false);
}

void RecipePanel::fillPresets(QMenu* menu)
{
    menu->clear();
    struct Preset {
        QString name;
        const char* scheme;
        double kept; ///< share of all parameters
    };
    const Preset presets[] = {
        { tr("Original: nothing removed, 16 bit"), "keep", 1 },
        { tr("Full width, 8 bit"), "rtn-int8-g64", 1 },
        { tr("Full width, 4 bit"), "gptq-int4-g64", 1 },
        { tr("15 % fewer parameters, 4 bit"), "gptq-int4-g64", 0.85 },
        { tr("30 % fewer parameters, 4 bit"), "gptq-int4-g64", 0.70 },
    };
    for (const Preset& preset : presets)
        if (const auto scheme = schemeFromName(preset.scheme); scheme.ok())
            menu->addAction(preset.name, this,
                            [this, name = preset.name, scheme = *scheme, kept = preset.kept] {
                                applyPreset(name, scheme, kept);
                            });
    menu->addSeparator();
    for (const RunRecord& run : workspace().runs())
        if (run.recipe.is_object())
            if (const auto recipe = recipeFromJson(run.recipe); recipe.ok()) {
                const QString name = tr("Recipe of r%1 %2")
                                         .arg(run.id.value)
                                         .arg(QString::fromStdString(run.name));
                menu->addAction(name, this,
                                [this, name, recipe = *recipe] { useRecipe(name, recipe); });
            }
    menu->addSeparator();
    menu->addAction(tr("Differences…"), this, [this] { showDifferences(); });
    menu->addSeparator();
    menu->addAction(tr("Load…"), this, [this] { loadRecipe(); });
    menu->addAction(tr("Save…"), this, [this] { saveRecipe(); });
}

void RecipePanel::applyPreset(const QString& name, const Scheme& scheme, double keptParameters)
{
    const Predictor* predictor = workspace().predictor();
    const auto& architecture = workspace().architecture();
    if (!predictor || !architecture)
        return;
    Recipe recipe
        = withSchemeForAll(withAllKept(workspace().recipe(), *architecture), *architecture, scheme);
    if (keptParameters < 1) {
        AllocationTarget target;
        target.keepParameters = keptParameters;
        const Result<Recipe> found
            = allocate(*predictor, recipe, target, { .widthStep = widthStep });
        if (!found.ok()) {
            Q_EMIT messageRequested(messageText(found.error()), true);
            return;
        }
        recipe = *found;
    }
    workspace().finishEdit();
    workspace().editRecipe(name, recipe);
}

void RecipePanel::useRecipe(const QString& name, const Recipe& recipe)
{
    const auto& architecture = workspace().architecture();
    if (!architecture || recipe.layers.size() != architecture->layers.size()) {
        Q_EMIT messageRequested(
            tr("The recipe is for %1 layers, this model has %2; it was not loaded.")
                .arg(recipe.layers.size())
                .arg(architecture ? architecture->layers.size() : 0),
            true);
        return;
    }
    workspace().finishEdit();
    workspace().editRecipe(name, recipe);
}

void RecipePanel::showDifferences()
{
    RecipeDiffDialog dialog(workspace(), this);
    dialog.exec();
}

void RecipePanel::loadRecipe()
{
    const QString path = chooseOpenFile(this, tr("Load recipe"), QStringLiteral("json"));
    if (path.isEmpty())
        return;
    const auto json = readJsonFile(path.toStdString());
    const auto recipe = json.ok() ? recipeFromJson(*json) : Result<Recipe>(json.error());
    if (!recipe.ok()) {
        Q_EMIT messageRequested(messageText(recipe.error()), true);
        return;
    }
    useRecipe(tr("Load recipe"), *recipe);
}

void RecipePanel::saveRecipe()
{
    const Recipe& recipe = workspace().recipe();
    const QString name
        = recipe.name.empty() ? QStringLiteral("recipe") : QString::fromStdString(recipe.name);
    const QString path = chooseSaveFile(this, tr("Save recipe"), name, QStringLiteral("json"));
    if (path.isEmpty())
        return;
    const auto saved
        = writeWhole(path, QByteArray::fromStdString(dumpJson(toJson(recipe), 2) + "\n"));
    if (saved.ok())
        Q_EMIT messageRequested(tr("Saved %1").arg(path), false);
    else
        Q_EMIT messageRequested(messageText(saved.error()), true);
}

void RecipePanel::scheduleFront()
{
    if (!workspace().predictor() || m_width->isSliderDown())
        return;
    const Recipe key = frontKey(workspace().recipe());
    if (!m_frontStart || !(key == *m_frontStart))
        m_frontTimer->start();
}

void RecipePanel::computeFront()
{
    const Predictor* predictor = workspace().predictor();
    if (!predictor || m_width->isSliderDown()
        || workspace().recipe().layers.size() != predictor->architecture().layers.size())
        return;
    m_frontStart = frontKey(workspace().recipe());
    const int generation = ++m_generation;
    // Predictor and recipe are values: the worker shares nothing with the window.
    m_worker->start([this, generation, predictor = *predictor, recipe = workspace().recipe()] {
        auto front = frontier(predictor, recipe, frontPoints);
        QMetaObject::invokeMethod(
            this, [this, generation, front = std::move(front)] { acceptFront(generation, front); },
            Qt::QueuedConnection);
    });
}

void RecipePanel::acceptFront(int generation, std::vector<FrontierPoint> front)
{
    const auto& architecture = workspace().architecture();
    if (generation != m_generation || !architecture)
        return;
    m_front = std::move(front);
    m_frontShares.clear();
    std::vector<ParetoFrontPoint> plotted;
    for (std::size_t point = 0; point < m_front.size(); ++point) {
        const FrontierPoint& entry = m_front[point];
        m_frontShares.push_back(keptShare(entry.recipe, *architecture));
        if (point % plottedEvery == 0)
            plotted.push_back({ entry.bytes, entry.kl, entry.klLow, entry.klHigh });
    }
    m_pareto->setFront(std::move(plotted));
}

} // namespace schmidt
