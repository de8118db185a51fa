// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/inspector.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "ui/model/workspace.h"
#include "ui/panels/ledger/run_table.h"
#include "ui/panels/spectra/fact_table.h"
#include "ui/panels/spectra/measures.h"
#include "ui/plots/card.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int minimumInspectorWidth = 220;
    constexpr int draftMilliseconds = 80; ///< that a draft rests before facts follow it

} // namespace

Inspector::Inspector(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    setMinimumWidth(minimumInspectorWidth);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Facts about what is selected"));
    outer->addWidget(scroll);
    auto* body = new QWidget(scroll);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(space::m, space::m, space::m, space::m);
    layout->setSpacing(space::s);
    m_empty = roleLabel(tr("Open a project and choose a matrix or a run; what is known of it "
                           "appears here."),
                        "muted", body);
    m_empty->setWordWrap(true);
    layout->addWidget(m_empty);
    m_matrix = addSection(layout);
    m_layer = addSection(layout);
    m_run = addSection(layout);
    layout->addStretch(1);
    scroll->setWidget(body);
    const auto refreshIfShown = [this] {
        if (isVisible())
            refresh();
    };
    connect(&workspace, &Workspace::projectChanged, this, refreshIfShown);
    connect(&workspace, &Workspace::analysisChanged, this, refreshIfShown);
    // While a slider moves, its own screen comes first: facts follow when it rests.
    auto* pause = new QTimer(this);
    pause->setSingleShot(true);
    pause->setInterval(draftMilliseconds);
    connect(pause, &QTimer::timeout, this, refreshIfShown);
    connect(&workspace, &Workspace::recipeChanged, pause, qOverload<>(&QTimer::start));
    connect(&workspace, &Workspace::selectionChanged, this, refreshIfShown);
    connect(&workspace, &Workspace::selectedRunChanged, this, refreshIfShown);
    connect(&workspace, &Workspace::runsChanged, this, refreshIfShown);
    connect(&workspace, &Workspace::runEdited, this, refreshIfShown);
}

Inspector::Section Inspector::addSection(QVBoxLayout* layout)
{
    QWidget* parent = layout->parentWidget();
    Section section { roleLabel({}, "section", parent), new QLabel(parent),
                      roleLabel({}, "muted", parent) };
    section.facts->setTextFormat(Qt::RichText);
    section.facts->setWordWrap(true);
    section.words->setWordWrap(true);
    layout->addWidget(section.title);
    layout->addWidget(section.facts);
    layout->addWidget(section.words);
    layout->addSpacing(space::s);
    return section;
}

/// A dock is narrow: what does not fit goes to the next line.
void Inspector::setFacts(QLabel* label, const std::vector<Fact>& facts)
{
    QString rows;
    QStringList definitions;
    for (const Fact& fact : facts) {
        const QString value
            = fact.remark.isEmpty() ? fact.value : fact.value + QStringLiteral(" · ") + fact.remark;
        rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align=\"right\">%2</td></tr>")
                    .arg(fact.name.toHtmlEscaped(), value.toHtmlEscaped());
        if (!fact.definition.isEmpty())
            definitions << fact.name + QStringLiteral(": ") + fact.definition;
    }
    label->setText(QStringLiteral("<table width=\"100%\" cellspacing=\"0\">%1</table>").arg(rows));
    label->setToolTip(definitions.join(QLatin1Char('\n')));
}

void Inspector::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void Inspector::refresh()
{
    const bool shapes = m_workspace.architecture().has_value();
    m_empty->setVisible(!shapes);
    for (const Section& section : { m_matrix, m_layer }) {
        section.title->setVisible(shapes);
        section.facts->setVisible(shapes);
        section.words->setVisible(shapes);
    }
    if (shapes) {
        refreshMatrix();
        refreshLayer();
    }
    refreshRun();
}

void Inspector::refreshMatrix()
{
    const TensorSelection selection = m_workspace.selection();
    const auto layer = static_cast<std::size_t>(std::max(0, selection.layer));
    const auto position = linearRoleIndex(selection.role);
    m_matrix.title->setText(
        tr("%1 · %2").arg(layerText(selection.layer), roleTitle(selection.role)));
    std::vector<Fact> facts;
    const TensorSpectrum* spectrum = nullptr;
    if (const auto& analysis = m_workspace.analysis())
        for (const TensorSpectrum& known : analysis->spectra)
            if (known.role == selection.role && known.layer == selection.layer)
                spectrum = &known;
    if (spectrum) {
        const double full = static_cast<double>(std::min(spectrum->rows, spectrum->columns));
        facts.push_back({ tr("Shape"), tr("%1 × %2").arg(spectrum->rows).arg(spectrum->columns) });
        facts.push_back({ tr("Effective rank"), numberText(spectrum->effectiveRank),
                          full > 0 ? percentText(spectrum->effectiveRank / full) : QString(),
                          measureDefinition(MapMeasure::EffectiveRank) });
        facts.push_back({ tr("Entropy"),
                          tr("%1 nat").arg(numberText(spectrum->entropy)),
                          {},
                          measureDefinition(MapMeasure::Entropy) });
    }
    const auto& layers = m_workspace.recipe().layers;
    if (position && layer < layers.size()) {
        const std::int64_t rank = layers[layer].ranks[*position];
        if (const std::int64_t bond = layers[layer].bonds[*position]; bond > 0)
            facts.push_back({ tr("Bond in the draft"), QString::number(bond) });
        else
            facts.push_back(
                { tr("Rank in the draft"), rank > 0 ? QString::number(rank) : tr("full") });
        facts.push_back({ tr("Scheme in the draft"),
                          QString::fromStdString(schemeName(layers[layer].schemes[*position])) });
    }
    setFacts(m_matrix.facts, facts);
    m_matrix.words->setText(spectrum ? QString() : tr("This matrix has not been decomposed yet."));
    m_matrix.words->setVisible(!spectrum);
}

namespace {

    /// Why the draft removes what it removes: the most valuable of the removed units decides.
    QString reasonText(const LayerAnalysis& analysis, std::int64_t removed)
    {
        const auto count = static_cast<std::size_t>(std::max<std::int64_t>(0, removed));
        if (count == 0 || count > analysis.unitOrder.size())
            return {};
        const auto unit = static_cast<std::size_t>(analysis.unitOrder[count - 1]);
        if (unit >= analysis.unitRedundancy.size() || unit >= analysis.unitScore.size())
            return {};
        double lost = 0, all = 0;
        for (const float energy : analysis.unitEnergy)
            all += energy;
        for (std::size_t index = 0; index < count; ++index)
            lost += analysis.unitScore[static_cast<std::size_t>(analysis.unitOrder[index])];
        QString text
            = Inspector::tr("Removed are the units that the others replace best. The last of them, "
                            "unit %1: the others predict %2 of its activity.")
                  .arg(unit)
                  .arg(percentText(analysis.unitRedundancy[unit], 2));
        if (all > 0)
            text += QLatin1Char(' ')
                + Inspector::tr(
                      "Taken one by one, the removed units lose %1 of the layer's energy.")
                      .arg(percentText(lost / all, 2));
        return text;
    }

} // namespace

void Inspector::refreshLayer()
{
    const int selected = std::max(0, m_workspace.selection().layer);
    const auto layer = static_cast<std::size_t>(selected);
    const Architecture& architecture = *m_workspace.architecture();
    m_layer.title->setText(tr("Layer %1 in the draft").arg(layerText(selected)));
    const auto& layers = m_workspace.recipe().layers;
    if (layer >= architecture.layers.size() || layer >= layers.size())
        return m_layer.facts->clear();
    const LayerShape& full = architecture.layers[layer];
    const LayerRecipe& kept = layers[layer];
    const auto share
        = [](std::int64_t part, std::int64_t whole) { return tr("%1 of %2").arg(part).arg(whole); };
    std::vector<Fact> facts {
        { tr("MLP units"), share(kept.mlpWidth, full.intermediateSize) },
        { tr("KV groups"), share(kept.kvGroups, full.kvHeads) },
    };
    if (kept.locked)
        facts.push_back({ tr("Locked"), tr("yes") });
    QString words;
    if (const auto& analysis = m_workspace.analysis())
        for (const LayerAnalysis& known : analysis->layers)
            if (known.layer == selected) {
                facts.push_back({ tr("Block influence"),
                                  numberText(known.blockInfluence),
                                  {},
                                  measureDefinition(MapMeasure::BlockInfluence) });
                words = reasonText(known, full.intermediateSize - kept.mlpWidth);
            }
    setFacts(m_layer.facts, facts);
    m_layer.words->setText(words);
    m_layer.words->setVisible(!words.isEmpty());
}

void Inspector::refreshRun()
{
    const RunRecord* run = m_workspace.findRun(m_workspace.selectedRun());
    m_run.title->setVisible(run);
    m_run.facts->setVisible(run);
    m_run.words->setVisible(run && !run->note.empty());
    if (!run)
        return;
    m_run.title->setText(
        tr("Run r%1 %2").arg(run->id.value).arg(QString::fromStdString(run->name)));
    std::vector<Fact> facts { { tr("State"), runStateText(*run) } };
    const auto add = [&](const QString& name, const char* key) {
        const Metric* metric = findMetric(run->metrics, key);
        if (metric && metric->present())
            facts.push_back({ name, metricValueText(*metric), metricErrorText(*metric) });
    };
    add(tr("File"), metric_names::fileBytes);
    add(tr("KL"), metric_names::klMean);
    add(tr("Perplexity"), metric_names::perplexity);
    add(tr("Decoding"), metric_names::decodeTokensPerSecond);
    setFacts(m_run.facts, facts);
    m_run.words->setText(QString::fromStdString(run->note));
}

} // namespace schmidt
