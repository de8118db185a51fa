// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"

#include <QWidget>
#include <vector>

class QButtonGroup;
class QLabel;
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
    std::int64_t rank = 0; ///< largest rank that stores no more
    double rankLoss = 1;
};

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

private:
    QWidget* buildSlider();
    void fillCurves();
    void showBond();
    bool onInputs() const;
    const TensorSpectrum* selected() const;

    Workspace& m_workspace;
    Card* m_spectrumCard = nullptr;
    LinePlot* m_spectrum = nullptr;
    Card* m_lossCard = nullptr;
    Card* m_cutCard = nullptr;
    LinePlot* m_loss = nullptr;
    QButtonGroup* m_metrics = nullptr; ///< 0 = plain, 1 = on the inputs
    QSlider* m_slider = nullptr;
    QLabel* m_bond = nullptr;
    QLabel* m_verdict = nullptr;
    QLabel* m_definition = nullptr;
    FactTable* m_facts = nullptr;
    std::vector<BondPoint> m_points; ///< of every slider position, from bond 1 on
};

} // namespace schmidt
