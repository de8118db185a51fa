// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "ui/panels/spectra/fact_table.h"

#include <QWidget>
#include <vector>

class QButtonGroup;

namespace schmidt {

class Card;
class LinePlot;
class UnitPlot;
class Workspace;

/// Sets the width of the selected layer in the draft so that `removed` of its units go; the edits
/// of one drag become one undo step. False when the draft is as it was.
bool editRemovedUnits(Workspace& workspace, int removed);

/// What is known about the selected layer beyond its matrices: its MLP units in the order of
/// removal, and the KL that single reductions in it were measured to cost.
class LayerView : public QWidget {
    Q_OBJECT
public:
    explicit LayerView(Workspace& workspace, QWidget* parent = nullptr);

    /// Shows the layer of the workspace's selection.
    void refresh();
    /// Only what the draft recipe changes.
    void refreshRecipe();
    /// What is known about the chosen unit, for the card of numbers; empty when there is none.
    std::vector<Fact> unitFacts() const;
    /// Why the chosen unit goes when it goes, one sentence; empty when there is none.
    QString unitReason() const;

Q_SIGNALS:
    /// The user chose a unit.
    void unitChosen();

private:
    void buildUnits();
    void buildSensitivity();
    void refreshSensitivity();
    ProbeKind probe() const;

    Workspace& m_workspace;
    Card* m_unitCard = nullptr;
    UnitPlot* m_units = nullptr;
    QButtonGroup* m_unitViews = nullptr;
    Card* m_sensitivityCard = nullptr;
    LinePlot* m_sensitivity = nullptr;
    QButtonGroup* m_probes = nullptr;
};

/// Effective rank over depth for some roles; a click selects a layer.
class DepthView : public QWidget {
    Q_OBJECT
public:
    explicit DepthView(Workspace& workspace, QWidget* parent = nullptr);
    void refresh();
    void refreshSelection();

private:
    Workspace& m_workspace;
    LinePlot* m_plot = nullptr;
};

} // namespace schmidt
