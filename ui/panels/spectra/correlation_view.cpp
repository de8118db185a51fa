// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/correlation_view.h"

#include "ui/model/workspace.h"
#include "ui/panels/spectra/layer_view.h"
#include "ui/panels/spectra/unit_plot.h"
#include "ui/plots/card.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr std::size_t shownUnitPairs = 6, shownPairs = 12;

    /// Mutual information that independent Gaussian variables show on so many tokens, nat.
    double chanceOf(double firstDimension, double secondDimension, std::int64_t tokens)
    {
        return firstDimension * secondDimension
            / (2 * static_cast<double>(std::max<std::int64_t>(1, tokens)));
    }

    QString headText(int head)
    {
        return QStringLiteral("H%1").arg(head);
    }

} // namespace

CorrelationView::CorrelationView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::m);
    buildMap();
    buildSide();
    auto* side = new QVBoxLayout;
    side->setSpacing(space::m);
    side->addWidget(m_unitCard, 1);
    side->addWidget(m_reasonCard);
    side->addWidget(m_factCard);
    // Facts stay at the top where no units are shown.
    m_rest = new QWidget(this);
    side->addWidget(m_rest, 1);
    line->addWidget(m_mapCard, 56);
    line->addLayout(side, 44);
}

void CorrelationView::buildMap()
{
    m_mapCard = new Card({}, this);
    m_levels = new QButtonGroup(this);
    m_statistics = new QButtonGroup(this);
    m_statisticRow = segmentRow({ tr("Mean"), tr("Largest") }, *m_statistics, m_mapCard);
    m_statisticRow->setToolTip(tr(
        "A cell stands for all pairs of the units of two bins: their mean mutual information, or "
        "that of the closest pair."));
    m_statistics->button(0)->setChecked(true);
    m_mapCard->addCorner(m_statisticRow);
    auto* levels = segmentRow({ tr("Units"), tr("Heads"), tr("Blocks") }, *m_levels, m_mapCard);
    m_levels->button(0)->setChecked(true);
    m_mapCard->addCorner(levels);
    m_definition = roleLabel({}, "small", m_mapCard);
    m_definition->setWordWrap(true);
    m_map = new HeatMap(m_mapCard);
    m_map->setExportName(QStringLiteral("correlations"));
    m_map->setAccessibleName(tr("Map of correlations"));
    m_mapCard->body()->addWidget(m_definition);
    m_mapCard->body()->addWidget(m_map, 1);
    connect(m_levels, &QButtonGroup::idClicked, this, [this] { refreshMap(); });
    connect(m_statistics, &QButtonGroup::idClicked, this, [this] { refreshMap(); });
    connect(m_map, &HeatMap::currentChanged, this, &CorrelationView::chooseCell);
}

void CorrelationView::buildSide()
{
    m_unitCard = new Card({}, this);
    m_units = new UnitPlot(m_unitCard);
    m_units->setMinimumHeight(112);
    m_units->setView(UnitPlot::View::Partners);
    m_units->setAccessibleName(tr("MLP units of the chosen cell"));
    m_unitCard->body()->addWidget(m_units, 1);
    connect(m_units, &UnitPlot::unitChanged, this, [this] { refreshFacts(); });
    connect(m_units, &UnitPlot::cutMoved, this, [this](int removed) {
        if (!editRemovedUnits(m_workspace, removed))
            refreshRecipe();
    });
    connect(m_units, &UnitPlot::cutFinished, this, [this] { m_workspace.finishEdit(); });
    m_reasonCard = new Card({}, this);
    m_reason = roleLabel({}, "plain", m_reasonCard);
    m_reason->setWordWrap(true);
    m_reasonFacts = new FactTable(m_reasonCard);
    m_reasonCard->body()->addWidget(m_reason);
    m_reasonCard->body()->addWidget(m_reasonFacts);
    m_factCard = new Card({}, this);
    m_sentence = roleLabel({}, "plain", m_factCard);
    m_sentence->setWordWrap(true);
    m_facts = new FactTable(m_factCard);
    m_factCard->body()->addWidget(m_sentence);
    m_factCard->body()->addWidget(m_facts);
}

CorrelationView::Level CorrelationView::level() const
{
    return static_cast<Level>(std::max(0, m_levels->checkedId()));
}

void CorrelationView::setLevel(Level level)
{
    m_levels->button(static_cast<int>(level))->setChecked(true);
    refreshMap();
}

const LayerAnalysis* CorrelationView::layer() const
{
    if (const auto& analysis = m_workspace.analysis())
        for (const LayerAnalysis& entry : analysis->layers)
            if (entry.layer == m_workspace.selection().layer)
                return &entry;
    return nullptr;
}

QString CorrelationView::missingText() const
{
    const auto& analysis = m_workspace.analysis();
    if (!analysis || !analysis->complete())
        return tr("Correlations come when the analysis has finished.");
    return tr("This analysis was made before correlations were stored: \"Analyze again\" brings "
              "them.");
}

void CorrelationView::refresh()
{
    const int selected = m_workspace.selection().layer;
    if (selected != m_shownLayer && level() != Level::Blocks)
        m_map->setCurrent(-1, -1);
    m_shownLayer = selected;
    const LayerAnalysis* found = layer();
    m_units->setLayer(found, 0);
    m_unitCard->setTitle(tr("MLP units of %1").arg(layerText(selected)));
    refreshMap();
    refreshRecipe();
}

void CorrelationView::refreshRecipe()
{
    const auto place = static_cast<std::size_t>(std::max(0, m_workspace.selection().layer));
    const auto& architecture = m_workspace.architecture();
    if (!architecture || place >= architecture->layers.size()
        || place >= m_workspace.recipe().layers.size())
        return;
    m_units->setRemoved(static_cast<int>(architecture->layers[place].intermediateSize
                                         - m_workspace.recipe().layers[place].mlpWidth));
    refreshFacts();
}

HeatMapData CorrelationView::unitData(const LayerAnalysis& layer) const
{
    const UnitCorrelations& units = layer.correlations;
    const bool largest = m_statistics->checkedId() == 1;
    HeatMapData data;
    data.rowCount = data.columnCount = units.bins;
    data.columnHigh = units.bins;
    for (int bin = 0; bin < units.bins; ++bin)
        data.rows << QString::number(bin);
    data.quantity = largest ? tr("largest mutual information") : tr("mean mutual information");
    data.unit = tr("nat");
    data.rowTitle = data.columnTitle = tr("bins of similar units");
    data.logarithmic = true;
    // Chance alone gives this much; below it every value is the same nothing.
    const double floor = chanceOf(1, 1, m_workspace.analysis()->calibrationTokens);
    for (const float value : largest ? units.largest : units.mean)
        data.values.push_back(std::max<double>(value, floor));
    data.cellName = [sizes = units.units](int row, int column) {
        return tr("bin %1 (%2 units) · bin %3 (%4 units)")
            .arg(row)
            .arg(sizes[static_cast<std::size_t>(row)].size())
            .arg(column)
            .arg(sizes[static_cast<std::size_t>(column)].size());
    };
    return data;
}

HeatMapData CorrelationView::headData(const LayerAnalysis& layer) const
{
    HeatMapData data;
    const int heads = static_cast<int>(std::lround(std::sqrt(layer.headInformation.size())));
    data.rowCount = data.columnCount = heads;
    for (int head = 0; head < heads; ++head)
        data.rows << headText(head);
    data.columns = data.rows;
    data.quantity = tr("mutual information");
    data.unit = tr("nat");
    data.rowTitle = data.columnTitle = tr("head");
    for (int row = 0; row < heads; ++row)
        for (int column = 0; column < heads; ++column)
            data.values.push_back(
                row == column
                    ? NAN
                    : static_cast<double>(
                        layer.headInformation[static_cast<std::size_t>(row * heads + column)]));
    return data;
}

HeatMapData CorrelationView::blockData() const
{
    HeatMapData data;
    const std::vector<float>& values = m_workspace.analysis()->blockSimilarity;
    const int layers = static_cast<int>(std::lround(std::sqrt(values.size())));
    data.rowCount = data.columnCount = layers;
    for (int layer = 0; layer < layers; ++layer)
        data.rows << layerText(layer);
    data.columns = data.rows;
    data.quantity = tr("alignment");
    data.rowTitle = data.columnTitle = tr("block");
    for (int row = 0; row < layers; ++row)
        for (int column = 0; column < layers; ++column)
            data.values.push_back(
                row == column
                    ? NAN
                    : static_cast<double>(values[static_cast<std::size_t>(row * layers + column)]));
    return data;
}

void CorrelationView::refreshMap()
{
    const LayerAnalysis* found = layer();
    const auto& analysis = m_workspace.analysis();
    HeatMapData data;
    const QString name = layerText(m_workspace.selection().layer);
    m_statisticRow->setVisible(level() == Level::Units);
    m_unitCard->setVisible(level() == Level::Units);
    m_rest->setVisible(level() != Level::Units);
    switch (level()) {
    case Level::Units:
        m_mapCard->setTitle(tr("Units of %1 among each other").arg(name));
        m_definition->setText(
            tr("−½ ln(1 − ρ²) of two units' activities on your workload, nat: what each says about "
               "the other. Units are ordered by clustering and averaged in bins. On %1 tokens "
               "chance alone gives %2 nat; lower values have that colour.")
                .arg(countText(analysis ? analysis->calibrationTokens : 0))
                .arg(numberText(chanceOf(1, 1, analysis ? analysis->calibrationTokens : 1), 2)));
        if (found && !found->correlations.empty())
            data = unitData(*found);
        break;
    case Level::Heads:
        m_mapCard->setTitle(tr("Heads of %1 among each other").arg(name));
        m_definition->setText(
            tr("−½ Σ ln(1 − κ²) over the canonical correlations κ of two heads' outputs, nat. "
               "Heads of one KV group read the same values and share most."));
        if (found && !found->headInformation.empty())
            data = headData(*found);
        break;
    case Level::Blocks:
        m_mapCard->setTitle(tr("Blocks among each other"));
        m_definition->setText(
            tr("Centred kernel alignment, unbiased, of what two blocks add to the residual stream "
               "on about a thousand tokens: 1 = the same up to scale and rotation, 0 = "
               "unrelated. Every token counts the same."));
        if (analysis && !analysis->blockSimilarity.empty())
            data = blockData();
        break;
    }
    m_map->setMessage(data.rowCount == 0 ? missingText() : QString());
    const int row = m_map->currentRow(), column = m_map->currentColumn();
    const bool sameSize = data.rowCount == m_map->data().rowCount;
    m_map->setData(std::move(data));
    const bool elsewhere = level() == Level::Blocks && row != m_workspace.selection().layer;
    if (sameSize && row >= 0 && !elsewhere)
        m_map->setCurrent(row, column);
    else
        chooseStrongest();
    refreshFacts();
}

void CorrelationView::chooseStrongest()
{
    int bestRow = -1, bestColumn = -1;
    for (int row = 0; row < m_map->data().rowCount; ++row) {
        if (level() == Level::Blocks && row != m_workspace.selection().layer)
            continue;
        for (int column = 0; column < m_map->data().columnCount; ++column)
            if (row != column
                && (bestRow < 0 || m_map->value(row, column) > m_map->value(bestRow, bestColumn))) {
                bestRow = row;
                bestColumn = column;
            }
    }
    m_map->setCurrent(bestRow, bestColumn);
    showUnitOfCell();
}

void CorrelationView::showUnitOfCell()
{
    const LayerAnalysis* found = layer();
    const int row = m_map->currentRow();
    if (level() == Level::Units && found && row >= 0 && row < found->correlations.bins)
        m_units->chooseUnit(
            found->correlations.rowUnit[found->correlations.place(row, m_map->currentColumn())]);
}

void CorrelationView::chooseCell(int row, int column)
{
    if (level() == Level::Blocks) {
        TensorSelection selection = m_workspace.selection();
        selection.layer = row;
        m_workspace.setSelection(selection);
        m_map->setCurrent(row, column);
    }
    showUnitOfCell();
    refreshFacts();
}

QString CorrelationView::pairText(std::int32_t first, std::int32_t second) const
{
    const std::vector<std::int32_t>& order = layer()->unitOrder;
    const auto removed = [&](std::int32_t unit) {
        return std::find(order.begin(), order.end(), unit) - order.begin() < m_units->removed();
    };
    if (removed(first) && removed(second))
        return tr("%1 and %2, both removed").arg(first).arg(second);
    if (!removed(first) && !removed(second))
        return tr("%1 and %2, both kept").arg(first).arg(second);
    return tr("%1 and %2, %3 removed").arg(first).arg(second).arg(removed(first) ? first : second);
}

std::vector<Fact> CorrelationView::unitFacts() const
{
    const LayerAnalysis* found = layer();
    const int row = m_map->currentRow(), column = m_map->currentColumn();
    if (!found || found->correlations.empty() || row < 0 || row >= found->correlations.bins)
        return {};
    const UnitCorrelations& units = found->correlations;
    const QString meaning
        = tr("The closest pair of units between these two bins, what each says about the "
             "other, and what the draft does to them.");
    // The chosen cell first, then the strongest of its row.
    std::vector<int> columns(static_cast<std::size_t>(units.bins));
    for (int bin = 0; bin < units.bins; ++bin)
        columns[static_cast<std::size_t>(bin)] = bin;
    std::erase(columns, column);
    std::sort(columns.begin(), columns.end(),
              [&](int a, int b) { return units.largestAt(row, a) > units.largestAt(row, b); });
    columns.insert(columns.begin(), column);
    std::vector<Fact> facts;
    for (const int other : columns) {
        const std::size_t place = units.place(row, other);
        if (facts.size() >= shownUnitPairs || units.rowUnit[place] < 0)
            break;
        facts.push_back({ tr("bin %1 with %2").arg(row).arg(other),
                          tr("%1 nat").arg(numberText(units.largest[place], 2)),
                          pairText(units.rowUnit[place], units.columnUnit[place]), meaning });
    }
    return facts;
}

std::vector<Fact> CorrelationView::headFacts() const
{
    const LayerAnalysis* found = layer();
    const auto& architecture = m_workspace.architecture();
    const int row = m_map->currentRow();
    if (!found || !architecture || row < 0 || row >= m_map->data().rowCount)
        return {};
    const LayerShape& shape
        = architecture->layers[static_cast<std::size_t>(m_workspace.selection().layer)];
    const int heads = m_map->data().rowCount;
    const int perGroup
        = std::max(1, static_cast<int>(shape.heads / std::max<std::int64_t>(1, shape.kvHeads)));
    std::vector<int> others;
    for (int head = 0; head < heads; ++head)
        if (head != row)
            others.push_back(head);
    std::sort(others.begin(), others.end(),
              [this, row](int a, int b) { return m_map->value(row, a) > m_map->value(row, b); });
    std::vector<Fact> facts;
    for (const int other : others) {
        if (facts.size() >= shownPairs)
            break;
        facts.push_back({ tr("%1 with %2").arg(headText(row), headText(other)),
                          tr("%1 nat").arg(numberText(m_map->value(row, other), 3)),
                          row / perGroup == other / perGroup
                              ? tr("both in KV group %1").arg(row / perGroup)
                              : tr("KV groups %1 and %2").arg(row / perGroup).arg(other / perGroup),
                          tr("Total Gaussian mutual information of the two heads' outputs.") });
    }
    facts.push_back(
        { tr("by chance"),
          tr("%1 nat").arg(numberText(chanceOf(static_cast<double>(architecture->headDim),
                                               static_cast<double>(architecture->headDim),
                                               m_workspace.analysis()->calibrationTokens),
                                      2)),
          tr("what independent heads show"),
          tr("Head size squared over twice the number of tokens: more text lowers it.") });
    return facts;
}

std::vector<Fact> CorrelationView::blockFacts() const
{
    const int row = m_map->currentRow();
    if (row < 0 || row >= m_map->data().rowCount)
        return {};
    std::vector<int> others;
    for (int layer = 0; layer < m_map->data().rowCount; ++layer)
        if (layer != row)
            others.push_back(layer);
    std::sort(others.begin(), others.end(),
              [this, row](int a, int b) { return m_map->value(row, a) > m_map->value(row, b); });
    std::vector<Fact> facts;
    for (const int other : others)
        if (facts.size() < shownPairs)
            facts.push_back({ tr("%1 with %2").arg(layerText(row), layerText(other)),
                              numberText(m_map->value(row, other), 3),
                              other == row + 1 || other == row - 1 ? tr("neighbours") : QString(),
                              tr("How alike the two blocks write into the residual stream.") });
    return facts;
}

Reason CorrelationView::chosenReason() const
{
    const LayerAnalysis* found = layer();
    const auto& architecture = m_workspace.architecture();
    const auto place = static_cast<std::size_t>(std::max(0, m_workspace.selection().layer));
    if (!found || level() == Level::Units || !architecture || place >= architecture->layers.size()
        || place >= m_workspace.recipe().layers.size() || m_map->currentRow() < 0)
        return {};
    const LayerShape& shape = architecture->layers[place];
    const LayerRecipe& draft = m_workspace.recipe().layers[place];
    return level() == Level::Heads
        ? headReason(*m_workspace.analysis(), *found, shape, draft, m_map->currentRow())
        : blockReason(*m_workspace.analysis(), *found, shape, draft);
}

void CorrelationView::refreshReason()
{
    const Reason reason = chosenReason();
    m_reasonCard->setVisible(!reason.facts.empty());
    m_reasonCard->setTitle(
        level() == Level::Heads
            ? tr("Why %1 would go").arg(headText(m_map->currentRow()))
            : tr("What narrowing %1 costs").arg(layerText(m_workspace.selection().layer)));
    m_reason->setText(reason.sentence);
    m_reason->setVisible(!reason.sentence.isEmpty());
    m_reasonFacts->setFacts(reason.facts);
}

void CorrelationView::refreshFacts()
{
    const bool any = m_map->data().rowCount > 0;
    std::vector<Fact> facts;
    QString hint;
    m_units->setHighlighted({});
    switch (level()) {
    case Level::Units:
        facts = unitFacts();
        m_factCard->setTitle(tr("Who stands in for whom"));
        hint = tr(
            "Choose a cell: its units are marked above, and the closest pairs are named here.");
        if (!facts.empty()) {
            const auto& bins = layer()->correlations.units;
            auto units = bins[static_cast<std::size_t>(m_map->currentRow())];
            if (m_map->currentRow() != m_map->currentColumn()) {
                const auto& others = bins[static_cast<std::size_t>(m_map->currentColumn())];
                units.insert(units.end(), others.begin(), others.end());
            }
            m_units->setHighlighted(units);
            hint = m_units->reason();
        }
        break;
    case Level::Heads:
        facts = headFacts();
        m_factCard->setTitle(tr("Closest heads"));
        hint = facts.empty() ? tr("Choose a cell to see which heads share most with a head.")
                             : QString();
        break;
    case Level::Blocks:
        facts = blockFacts();
        m_factCard->setTitle(tr("Closest blocks"));
        hint = facts.empty() ? tr("Choose a cell to see which blocks write alike.") : QString();
        break;
    }
    m_factCard->setVisible(any);
    m_sentence->setText(hint);
    m_sentence->setVisible(!hint.isEmpty());
    m_facts->setFacts(facts);
    refreshReason();
}

} // namespace schmidt
