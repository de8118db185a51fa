// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/recipe_diff.h"

#include "ui/model/workspace.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/spectra/measures.h"
#include "ui/plots/card.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

namespace schmidt {

namespace {

    using Field = std::function<QString(const LayerRecipe&)>;

    QString layersText(std::size_t first, std::size_t last)
    {
        return first == last ? layerText(static_cast<int>(first))
                             : layerText(static_cast<int>(first)) + QStringLiteral(" – ")
                + layerText(static_cast<int>(last));
    }

    /// Adds the lines of one field: a run of layers with the same change is one line.
    void addLines(std::vector<RecipeDifference>& lines, const Recipe& before, const Recipe& after,
                  const QString& what, const Field& field)
    {
        std::size_t first = 0;
        while (first < before.layers.size()) {
            const QString from = field(before.layers[first]), to = field(after.layers[first]);
            std::size_t last = first;
            while (last + 1 < before.layers.size() && field(before.layers[last + 1]) == from
                   && field(after.layers[last + 1]) == to)
                ++last;
            if (from != to)
                lines.push_back({ layersText(first, last), what, from, to });
            first = last + 1;
        }
    }

    QString rankText(std::int64_t rank)
    {
        return rank > 0 ? QString::number(rank) : RecipeDiffDialog::tr("full");
    }

} // namespace

std::vector<RecipeDifference> recipeDifferences(const Recipe& before, const Recipe& after)
{
    std::vector<RecipeDifference> lines;
    if (before.layers.size() != after.layers.size()) {
        lines.push_back({ RecipeDiffDialog::tr("model"), RecipeDiffDialog::tr("layers"),
                          QString::number(before.layers.size()),
                          QString::number(after.layers.size()) });
        return lines;
    }
    const auto mode = [](const Recipe& recipe) {
        return recipe.mode == WidthMode::Uniform ? RecipeDiffDialog::tr("uniform")
                                                 : RecipeDiffDialog::tr("per layer");
    };
    if (before.mode != after.mode)
        lines.push_back({ RecipeDiffDialog::tr("model"), RecipeDiffDialog::tr("widths"),
                          mode(before), mode(after) });
    if (before.embeddingScheme != after.embeddingScheme)
        lines.push_back({ RecipeDiffDialog::tr("embedding"), RecipeDiffDialog::tr("scheme"),
                          schemeTitle(before.embeddingScheme),
                          schemeTitle(after.embeddingScheme) });
    const auto tokens = [](const Recipe& recipe) {
        return recipe.vocabulary > 0 ? countText(recipe.vocabulary) : RecipeDiffDialog::tr("all");
    };
    const auto healing = [](const Recipe& recipe) {
        return recipe.heal.minutes > 0 ? RecipeDiffDialog::tr("%1 min").arg(recipe.heal.minutes)
            : recipe.heal.tokens > 0
            ? RecipeDiffDialog::tr("%1 tokens").arg(countText(recipe.heal.tokens))
            : RecipeDiffDialog::tr("off");
    };
    if (healing(before) != healing(after))
        lines.push_back({ RecipeDiffDialog::tr("model"), RecipeDiffDialog::tr("healing"),
                          healing(before), healing(after) });
    if (before.vocabulary != after.vocabulary)
        lines.push_back({ RecipeDiffDialog::tr("embedding"), RecipeDiffDialog::tr("tokens kept"),
                          tokens(before), tokens(after) });
    addLines(lines, before, after, RecipeDiffDialog::tr("MLP width"),
             [](const LayerRecipe& layer) { return QString::number(layer.mlpWidth); });
    addLines(lines, before, after, RecipeDiffDialog::tr("KV groups"),
             [](const LayerRecipe& layer) { return QString::number(layer.kvGroups); });
    const auto mixed = [](const Recipe& recipe) {
        return std::any_of(recipe.layers.begin(), recipe.layers.end(),
                           [](const LayerRecipe& layer) { return !commonScheme(layer); });
    };
    if (!mixed(before) && !mixed(after))
        addLines(lines, before, after, RecipeDiffDialog::tr("scheme"),
                 [](const LayerRecipe& layer) { return schemeTitle(*commonScheme(layer)); });
    for (std::size_t place = 0; place < linearRoles.size(); ++place) {
        const QString role = roleTitle(linearRoles[place]);
        if (mixed(before) || mixed(after))
            addLines(
                lines, before, after, RecipeDiffDialog::tr("scheme of %1").arg(role),
                [place](const LayerRecipe& layer) { return schemeTitle(layer.schemes[place]); });
        addLines(lines, before, after, RecipeDiffDialog::tr("rank of %1").arg(role),
                 [place](const LayerRecipe& layer) { return rankText(layer.ranks[place]); });
        addLines(lines, before, after, RecipeDiffDialog::tr("bond of %1").arg(role),
                 [place](const LayerRecipe& layer) {
                     return layer.bonds[place] > 0 ? QString::number(layer.bonds[place])
                                                   : RecipeDiffDialog::tr("none");
                 });
        addLines(lines, before, after, RecipeDiffDialog::tr("correction of %1").arg(role),
                 [place](const LayerRecipe& layer) {
                     return layer.corrections[place] > 0 ? QString::number(layer.corrections[place])
                                                         : RecipeDiffDialog::tr("none");
                 });
    }
    return lines;
}

RecipeDiffDialog::RecipeDiffDialog(const Workspace& workspace, QWidget* parent)
    : QDialog(parent)
    , m_draft(workspace.recipe())
{
    setWindowTitle(tr("Differences of recipes"));
    resize(620, 460);
    auto* layout = new QVBoxLayout(this);
    auto* line = new QHBoxLayout;
    line->addWidget(roleLabel(tr("From"), "muted", this));
    m_other = new QComboBox(this);
    m_other->setAccessibleName(tr("Recipe to compare with"));
    if (workspace.architecture()) {
        m_others.push_back(identityRecipe(*workspace.architecture()));
        m_other->addItem(tr("the original"));
    }
    for (const RunRecord& run : workspace.runs())
        if (const auto recipe = recipeFromJson(run.recipe); run.recipe.is_object() && recipe.ok()) {
            m_others.push_back(*recipe);
            m_other->addItem(
                QStringLiteral("r%1 %2").arg(run.id.value).arg(QString::fromStdString(run.name)));
        }
    line->addWidget(m_other, 1);
    line->addWidget(roleLabel(tr("to the draft"), "muted", this));
    layout->addLayout(line);
    m_table = new QTableWidget(this);
    m_table->setAccessibleName(tr("Differences"));
    m_table->setColumnCount(4);
    m_table->setHorizontalHeaderLabels({ tr("where"), tr("what"), tr("before"), tr("draft") });
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(space::row);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    layout->addWidget(m_table, 1);
    m_same = roleLabel(tr("These recipes do the same."), "muted", this);
    m_same->setAlignment(Qt::AlignCenter);
    layout->addWidget(m_same, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    connect(m_other, &QComboBox::currentIndexChanged, this, &RecipeDiffDialog::refresh);
    refresh();
}

void RecipeDiffDialog::refresh()
{
    const int index = m_other->currentIndex();
    std::vector<RecipeDifference> lines;
    if (index >= 0)
        lines = recipeDifferences(m_others[static_cast<std::size_t>(index)], m_draft);
    m_table->setRowCount(static_cast<int>(lines.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const RecipeDifference& line = lines[static_cast<std::size_t>(row)];
        const QString texts[] = { line.where, line.what, line.before, line.after };
        for (int column = 0; column < 4; ++column)
            m_table->setItem(row, column, new QTableWidgetItem(texts[column]));
    }
    m_table->setVisible(!lines.empty());
    m_same->setVisible(lines.empty());
}

} // namespace schmidt
