// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/panels/spectra/reasons.h"
#include "ui/plots/heat_map.h"

#include <QWidget>
#include <vector>

class QButtonGroup;
class QLabel;

namespace schmidt {

class Card;
class UnitPlot;
class Workspace;

/// Who knows what about whom: mutual information of the selected layer's MLP units and of its
/// heads, and how alike the blocks write. A chosen cell marks its units in the plot of units and
/// names the pairs that could stand in for each other.
class CorrelationView : public QWidget {
    Q_OBJECT
public:
    explicit CorrelationView(Workspace& workspace, QWidget* parent = nullptr);

    enum class Level { Units, Heads, Blocks };
    void setLevel(Level level);
    Level level() const;
    /// Shows the layer of the workspace's selection.
    void refresh();
    /// Only what the draft recipe changes.
    void refreshRecipe();

private:
    void buildMap();
    void buildSide();
    void refreshMap();
    void refreshFacts();
    void chooseCell(int row, int column);
    /// The strongest pair of the map, or of the selected block: where a fresh view begins.
    void chooseStrongest();
    /// Chooses the unit of the cell's closest pair in the plot of units.
    void showUnitOfCell();
    /// The analysis of the selected layer; null when there is none.
    const LayerAnalysis* layer() const;
    QString missingText() const;
    HeatMapData unitData(const LayerAnalysis& layer) const;
    HeatMapData headData(const LayerAnalysis& layer) const;
    HeatMapData blockData() const;
    std::vector<Fact> unitFacts() const;
    std::vector<Fact> headFacts() const;
    std::vector<Fact> blockFacts() const;
    /// Why the chosen head or block would go.
    Reason chosenReason() const;
    void refreshReason();
    /// Two units and what the draft does to them.
    QString pairText(std::int32_t first, std::int32_t second) const;

    Workspace& m_workspace;
    Card* m_mapCard = nullptr;
    HeatMap* m_map = nullptr;
    QLabel* m_definition = nullptr;
    QButtonGroup* m_levels = nullptr;
    QButtonGroup* m_statistics = nullptr; ///< 0 = mean of a bin, 1 = its largest
    QWidget* m_statisticRow = nullptr;
    Card* m_unitCard = nullptr;
    UnitPlot* m_units = nullptr;
    Card* m_reasonCard = nullptr; ///< of a head or a block; a unit's is the sentence of the facts
    QLabel* m_reason = nullptr;
    FactTable* m_reasonFacts = nullptr;
    Card* m_factCard = nullptr;
    QLabel* m_sentence = nullptr;
    FactTable* m_facts = nullptr;
    QWidget* m_rest = nullptr; ///< empty room below the facts
    int m_shownLayer = -1; ///< whose cell is chosen
};

} // namespace schmidt
