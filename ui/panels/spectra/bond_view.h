// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "analysis/bond_sweeps.h"

#include <QWidget>
#include <cmath>
#include <vector>

class QButtonGroup;
class QLabel;
class QPushButton;
class QSlider;

namespace schmidt {

class Card;
class FactTable;
class LinePlot;
class Workspace;

/// What truncation of a two-site bond keeps, next to a plain low-rank matrix that stores as many
/// numbers. Losses are relative squared errors.
struct BondPoint {
    std::int64_t bond = 0, parameters = 0;
    double share = 0; ///< of the matrix's numbers
    double loss = 1;
    bool interpolated = false; ///< between two bonds where the loss was computed
    double swept = NAN; ///< loss after variational sweeps; NaN where none were made
    double sweptElsewhere = NAN; ///< the same on text that nothing was fitted to
    double rankElsewhere = NAN; ///< of the low-rank matrix on that text
    std::int64_t rank = 0; ///< largest rank that stores no more
    double rankLoss = 1;
};

/// Loss at a bond from losses computed at some of them, straight between neighbours. Outside of
/// them NaN. `interpolated` tells whether it lies between two.
double lossAt(const std::vector<std::int32_t>& bonds, const std::vector<float>& losses,
              std::int64_t bond, bool& interpolated);

/// A point of the plain metric (|W - W'|² / |W|², exact for every bond) or of the metric of the
/// inputs (E|(W - W')x|² / E|W x|², computed at some bonds and interpolated between them).
BondPoint bondPoint(const TensorSpectrum& spectrum, bool onInputs, std::int64_t bond);

/// The selected matrix as a matrix product operator of two sites: Schmidt values of its bond, and a
/// slider that cuts it, with the loss of a plain SVD of the same size beside it. Everything comes
/// from the stored analysis; nothing is computed while the slider moves.
class BondView : public QWidget {
    Q_OBJECT
public:
    explicit BondView(Workspace& workspace, QWidget* parent = nullptr);

    /// Shows the matrix of the workspace's selection.
    void refresh();
    /// Losses on the workload's inputs, or plain ones; plain where inputs have not been measured.
    void setOnInputs(bool onInputs);

Q_SIGNALS:
    /// One sentence for the status bar.
    void messageRequested(const QString& text);

private:
    QWidget* buildSlider();
    void fillCurves();
    void showBond();
    void showFacts(const BondPoint& point, const BondSpectrum& bond);
    /// Puts the operator at the slider's bond in place of the matrix in the draft, or takes it out.
    void use();
    void showUse();
    /// Asks a job for sweeps of the selected matrix.
    void sweep();
    bool sweeping() const;
    BondSweeps storedSweeps() const;
    bool onInputs() const;
    const TensorSpectrum* selected() const;

    Workspace& m_workspace;
    Card* m_spectrumCard = nullptr;
    LinePlot* m_spectrum = nullptr;
    Card* m_lossCard = nullptr;
    Card* m_cutCard = nullptr;
    LinePlot* m_loss = nullptr;
    QButtonGroup* m_metrics = nullptr; ///< 0 = plain, 1 = on the inputs
    QPushButton* m_sweep = nullptr;
    QPushButton* m_use = nullptr;
    QSlider* m_slider = nullptr;
    QLabel* m_bond = nullptr;
    QLabel* m_verdict = nullptr;
    QLabel* m_definition = nullptr;
    FactTable* m_facts = nullptr;
    BondSweeps m_sweeps; ///< of the selected matrix; empty when none were made
    std::vector<BondPoint> m_points; ///< of every slider position, from bond 1 on
};

} // namespace schmidt
