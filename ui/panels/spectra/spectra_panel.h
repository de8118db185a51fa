// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "ui/panels/panel.h"

#include <QString>
#include <memory>

class QButtonGroup;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace schmidt {

class BondView;
class Card;
class ElidedLabel;
class CorrelationView;
class DepthView;
class FactTable;
struct Fact;
struct Reason;
class HeatMap;
class LayerView;
class SpectrumPlot;

/// Where the model keeps its correlations: a map over layers, the spectrum of the selected matrix
/// with its numbers, and what the selected layer's units and probes say; beside it who knows what
/// about whom, and the matrix as a matrix product operator. Shows a running analysis as far as it
/// has come.
class SpectraPanel : public Panel {
    Q_OBJECT
public:
    explicit SpectraPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~SpectraPanel() override;

    QString title() const override;
    QString id() const override;
    /// "spectra"; "correlations" of units, "heads", "blocks"; "bonds", and on the "inputs".
    QStringList pages() const override;
    void showPage(const QString& page) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildHeader();
    QWidget* buildEmptyPage();
    QWidget* buildContent();
    void connectWorkspace();
    void switchView();
    void refreshAll();
    void refreshMap();
    void refreshMarks();
    void refreshSelection();
    /// Whose numbers are shown.
    enum class FactView { Matrix, Direction, Unit };
    FactView factView() const;
    void showFacts(FactView view);
    void refreshFacts(const TensorSpectrum* spectrum);
    /// `missing` stands where the reason has no sentence.
    void showReason(const Reason& reason, const QString& missing);
    std::vector<Fact> matrixFacts(const TensorSpectrum& spectrum) const;
    /// Directions of the selected matrix that the draft keeps; 0 = all.
    std::int64_t keptRank() const;
    void selectCell(int row, int column);
    void stepLayer(int step);
    void stepRole(int step);
    void addStepKeys();
    void showCut(int rank);
    void useCut();
    void analyze();
    const TensorSpectrum* selected() const;

    QStackedWidget* m_pages = nullptr;
    QLabel* m_emptyText = nullptr;
    QPushButton* m_analyze = nullptr;
    QPushButton* m_again = nullptr;
    QButtonGroup* m_views = nullptr;
    QButtonGroup* m_roles = nullptr;
    QWidget* m_roleRow = nullptr;
    QComboBox* m_measure = nullptr;
    ElidedLabel* m_origin = nullptr;
    Card* m_mapCard = nullptr;
    HeatMap* m_map = nullptr;
    Card* m_spectrumCard = nullptr;
    SpectrumPlot* m_spectrum = nullptr;
    QPushButton* m_useCut = nullptr;
    QLabel* m_definition = nullptr;
    Card* m_factCard = nullptr;
    QButtonGroup* m_factViews = nullptr; ///< ids are those of FactView
    QLabel* m_reason = nullptr;
    FactView m_reasonView = FactView::Matrix; ///< for which room is kept above the facts
    FactTable* m_facts = nullptr;
    LayerView* m_layerView = nullptr;
    DepthView* m_depthView = nullptr;
    CorrelationView* m_correlations = nullptr;
    BondView* m_bonds = nullptr;
    bool m_stale = true; ///< something changed while the screen was hidden
    std::shared_ptr<const AnalysisResult> m_shown;
};

} // namespace schmidt
