// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/layer_view.h"

#include "ui/model/workspace.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/spectra/measures.h"
#include "ui/panels/spectra/unit_plot.h"
#include "ui/plots/card.h"
#include "ui/plots/line_plot.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr int cutMerge = 40; ///< edits of one drag of the line

} // namespace

bool editRemovedUnits(Workspace& workspace, int removed)
{
    const auto& architecture = workspace.architecture();
    const int layer = workspace.selection().layer;
    const auto place = static_cast<std::size_t>(std::max(0, layer));
    if (!architecture || place >= architecture->layers.size()
        || place >= workspace.recipe().layers.size())
        return false;
    const std::int64_t full = architecture->layers[place].intermediateSize;
    const std::int64_t width = roundedWidth(static_cast<double>(full - removed), full,
                                            widthStepOf(workspace.recipe().layers[place]));
    const Recipe next = withLayerWidth(workspace.recipe(), *architecture, { layer }, width);
    if (next == workspace.recipe())
        return false;
    workspace.editRecipe(LayerView::tr("Width of %1").arg(layerText(layer)), next, cutMerge);
    return true;
}

LayerView::LayerView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::l);
    buildUnits();
    buildSensitivity();
    layout->addWidget(m_unitCard, 56);
    layout->addWidget(m_sensitivityCard, 44);
}

void LayerView::buildUnits()
{
    m_unitCard = new Card(tr("MLP units"), this);
    m_units = new UnitPlot(m_unitCard);
    m_units->setMinimumHeight(112);
    m_unitViews = new QButtonGroup(this);
    auto* views = segmentRow({ tr("Removal"), tr("Partners") }, *m_unitViews, m_unitCard);
    views->setToolTip(tr("Removal: energy, score and redundancy in the order in which units go. "
                         "Partners: each unit against the unit it is most correlated with; points "
                         "in the shaded corner lose their partner as well."));
    m_unitViews->button(0)->setChecked(true);
    m_unitCard->addCorner(views);
    connect(m_unitViews, &QButtonGroup::idClicked, this,
            [this](int view) { m_units->setView(static_cast<UnitPlot::View>(view)); });
    m_unitCard->body()->addWidget(m_units, 1);
    m_unitCard->setToolTip(
        tr("score = energy · exp(−2 · mutual information with the other units): the loss that is "
           "left after the remaining units have been refitted."));
    connect(m_units, &UnitPlot::unitChanged, this, &LayerView::unitChosen);
    connect(m_units, &UnitPlot::cutMoved, this, [this](int removed) {
        if (!editRemovedUnits(m_workspace, removed))
            refreshRecipe();
    });
    connect(m_units, &UnitPlot::cutFinished, this, [this] { m_workspace.finishEdit(); });
}

QString LayerView::unitReason() const
{
    return m_units->reason();
}

std::vector<Fact> LayerView::unitFacts() const
{
    const UnitFacts unit = m_units->facts();
    if (unit.unit < 0)
        return {};
    const int removed = m_units->removed();
    const auto fate = [removed](int place) {
        return place < removed ? tr("the draft removes it") : tr("the draft keeps it");
    };
    std::vector<Fact> facts {
        { tr("goes as number"), tr("%1 of %2").arg(unit.place + 1).arg(unit.count),
          fate(unit.place), tr("Place in the order of removal.") },
        { tr("energy"),
          numberText(unit.energy),
          {},
          tr("Mean square of its activity times the squared length of its column of down.") },
        { tr("mutual information"),
          tr("%1 nat").arg(numberText(unit.information)),
          {},
          tr("With all other units, Gaussian: −½ ln(1 − share of its activity that they "
             "predict).") },
    };
    if (unit.partner >= 0)
        facts.push_back({ tr("closest unit"), QString::number(unit.partner),
                          fate(unit.partnerPlace), tr("The unit it is most correlated with.") });
    facts.push_back({ tr("score"), numberText(unit.score),
                      unit.energy > 0
                          ? tr("%1 of its energy").arg(percentText(unit.score / unit.energy, 2))
                          : QString(),
                      tr("What is lost after the remaining units have been refitted: energy · "
                         "exp(−2 · mutual information).") });
    const Predictor* predictor = m_workspace.predictor();
    const int layer = m_workspace.selection().layer;
    if (predictor && layer < static_cast<int>(predictor->architecture().layers.size())) {
        const int kept = unit.count - unit.place - 1;
        facts.push_back({ tr("KL when it has gone ○"),
                          tr("%1 nat").arg(numberText(predictor->mlpKl(layer, kept))),
                          tr("%n units kept", nullptr, kept),
                          tr("Predicted KL of this layer alone when this unit and all before it "
                             "have been removed.") });
    }
    return facts;
}

void LayerView::buildSensitivity()
{
    m_sensitivityCard = new Card(tr("Sensitivity"), this);
    m_sensitivity = new LinePlot(m_sensitivityCard);
    m_sensitivity->setAccessibleName(tr("Sensitivity of the selected layer"));
    m_sensitivity->setExportName(QStringLiteral("sensitivity"));
    m_sensitivity->yAxis().setTitle(tr("KL (nat)"));
    m_sensitivity->setFloor(0.0);
    m_probes = new QButtonGroup(this);
    auto* segments = segmentRow({ tr("MLP width"), tr("KV groups"), tr("Bits") }, *m_probes,
                                m_sensitivityCard);
    m_probes->button(0)->setChecked(true);
    m_sensitivityCard->addCorner(segments);
    m_sensitivityCard->body()->addWidget(m_sensitivity, 1);
    connect(m_probes, &QButtonGroup::idClicked, this, [this] { refreshSensitivity(); });
}

ProbeKind LayerView::probe() const
{
    return static_cast<ProbeKind>(std::max(0, m_probes->checkedId()));
}

void LayerView::refresh()
{
    const int layer = m_workspace.selection().layer;
    const LayerAnalysis* found = nullptr;
    if (const auto& analysis = m_workspace.analysis())
        for (const LayerAnalysis& entry : analysis->layers)
            if (entry.layer == layer)
                found = &entry;
    m_unitCard->setTitle(tr("MLP units of %1").arg(layerText(layer)));
    m_units->setLayer(found, 0);
    if (found)
        m_unitCard->setSubtitle(tr("block influence %1").arg(numberText(found->blockInfluence)));
    else
        m_unitCard->setSubtitle({});
    refreshSensitivity();
    refreshRecipe();
}

void LayerView::refreshRecipe()
{
    const auto layer = static_cast<std::size_t>(std::max(0, m_workspace.selection().layer));
    const auto& architecture = m_workspace.architecture();
    if (!architecture || layer >= architecture->layers.size()
        || layer >= m_workspace.recipe().layers.size())
        return;
    const LayerShape& full = architecture->layers[layer];
    const LayerRecipe& kept = m_workspace.recipe().layers[layer];
    m_units->setRemoved(static_cast<int>(full.intermediateSize - kept.mlpWidth));
    if (probe() == ProbeKind::MlpWidth)
        m_sensitivity->setMarkLine(static_cast<double>(kept.mlpWidth), tr("draft"));
    else if (probe() == ProbeKind::KvGroups)
        m_sensitivity->setMarkLine(static_cast<double>(kept.kvGroups), tr("draft"));
    else
        m_sensitivity->setMarkLine({});
}

namespace {

    /// KL of a layer over what is left of it, as the predictor interpolates it.
    LineSeries predictedCurve(const Predictor& predictor, ProbeKind kind, int layer)
    {
        LineSeries series;
        series.predicted = true;
        series.markers = kind == ProbeKind::Bits;
        series.color = 0;
        const Architecture& architecture = predictor.architecture();
        const LayerShape& shape = architecture.layers[static_cast<std::size_t>(layer)];
        if (kind == ProbeKind::Bits) {
            for (const int bits : { 3, 4, 8 }) {
                LayerRecipe recipe
                    = identityRecipe(architecture).layers[static_cast<std::size_t>(layer)];
                for (Scheme& scheme : recipe.schemes)
                    scheme = { SchemeKind::Gptq, { bits, 64, true } };
                series.points.push_back({ double(bits), predictor.schemeKl(layer, recipe), 0 });
            }
            return series;
        }
        const bool mlp = kind == ProbeKind::MlpWidth;
        const double full = static_cast<double>(mlp ? shape.intermediateSize : shape.kvHeads);
        const int steps = mlp ? 48 : static_cast<int>(full);
        for (int step = steps / 8; step <= steps; ++step) {
            const double level = full * step / steps;
            if (level < 1)
                continue;
            series.points.push_back(
                { level, mlp ? predictor.mlpKl(layer, level) : predictor.groupKl(layer, level),
                  0 });
        }
        return series;
    }

} // namespace

void LayerView::refreshSensitivity()
{
    const int layer = m_workspace.selection().layer;
    const ProbeKind kind = probe();
    m_sensitivityCard->setTitle(tr("Sensitivity of %1").arg(layerText(layer)));
    m_sensitivity->xAxis().setInteger(true);
    LineSeries measured;
    measured.line = false;
    QString removal; // far above all else: it would flatten the curve
    if (const auto& analysis = m_workspace.analysis())
        for (const SensitivityPoint& point : analysis->sensitivity) {
            if (point.layer != layer || point.kind != kind)
                continue;
            if (point.level > 0)
                measured.points.push_back({ point.level, point.kl, point.klError });
            else
                removal = QLatin1Char(' ') + tr("(none: %1 nat)").arg(numberText(point.kl, 2));
        }
    m_sensitivity->xAxis().setTitle((kind == ProbeKind::MlpWidth       ? tr("MLP units kept")
                                         : kind == ProbeKind::KvGroups ? tr("KV groups kept")
                                                                       : tr("bits per weight code"))
                                    + removal);
    std::vector<LineSeries> series;
    const Predictor* predictor = m_workspace.predictor();
    if (predictor && !measured.points.empty()
        && layer < static_cast<int>(predictor->architecture().layers.size()))
        series.push_back(predictedCurve(*predictor, kind, layer));
    m_sensitivity->setMessage(measured.points.empty()
                                  ? tr("This has not been probed yet; probes come last.")
                                  : QString());
    series.push_back(std::move(measured));
    m_sensitivity->setSeries(std::move(series));
    refreshRecipe();
}

DepthView::DepthView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* card = new Card(tr("Effective rank over depth"), this);
    m_plot = new LinePlot(card);
    m_plot->setAccessibleName(tr("Effective rank over depth"));
    m_plot->setExportName(QStringLiteral("depth"));
    m_plot->setSelectable(true);
    m_plot->setFloor(0.0);
    m_plot->xAxis().setTitle(tr("layer"));
    m_plot->xAxis().setInteger(true);
    m_plot->yAxis().setTitle(tr("effective rank / full"));
    card->body()->addWidget(m_plot, 1);
    layout->addWidget(card);
    connect(m_plot, &LinePlot::selected, this, [this](int layer) {
        const auto& architecture = m_workspace.architecture();
        if (!architecture)
            return;
        const int last = static_cast<int>(architecture->layers.size()) - 1;
        m_workspace.setSelection({ m_workspace.selection().role, std::clamp(layer, 0, last) });
    });
}

void DepthView::refresh()
{
    const auto& analysis = m_workspace.analysis();
    std::vector<LineSeries> series;
    // The selected role and two that usually differ most from it.
    std::vector<Role> roles { m_workspace.selection().role };
    for (const Role role : { Role::Query, Role::Value, Role::Down })
        if (role != roles.front() && roles.size() < 3)
            roles.push_back(role);
    for (std::size_t index = 0; analysis && index < roles.size(); ++index) {
        LineSeries line;
        line.name = roleTitle(roles[index]);
        line.color = static_cast<int>(index);
        line.markers = false;
        for (const TensorSpectrum& spectrum : analysis->spectra)
            if (spectrum.role == roles[index] && spectrum.rows > 0 && spectrum.columns > 0)
                line.points.push_back(
                    { double(spectrum.layer),
                      spectrum.effectiveRank
                          / static_cast<double>(std::min(spectrum.rows, spectrum.columns)),
                      0 });
        series.push_back(std::move(line));
    }
    m_plot->setSeries(std::move(series));
    refreshSelection();
}

void DepthView::refreshSelection()
{
    m_plot->setMarkLine(m_workspace.selection().layer, layerText(m_workspace.selection().layer));
}

} // namespace schmidt
