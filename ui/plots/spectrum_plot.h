// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/plot_widget.h"

#include <optional>
#include <vector>

namespace schmidt {

/// The singular values of one matrix and what they are judged against.
struct SpectrumCurves {
    std::vector<float> plain; ///< descending
    std::vector<float> weighted; ///< in the metric of the inputs; may be empty
    std::vector<float> shuffled; ///< the null model; may be empty
    /// Marchenko-Pastur bulk as singular values of the same matrix.
    std::optional<double> bulkLow, bulkHigh;
    double bulkDistance = 0; ///< Kolmogorov-Smirnov distance of its fit
};

/// σ over rank with a logarithmic axis: plain, weighted and shuffled values, the random-matrix
/// bulk, the energy kept on the right axis, and a cut line that mouse and keyboard move.
class SpectrumPlot : public PlotWidget {
    Q_OBJECT
public:
    explicit SpectrumPlot(QWidget* parent = nullptr);

    /// `cut` is the rank where the line starts.
    void setCurves(SpectrumCurves curves, int cut);
    /// Moves the line without emitting.
    void setCut(int rank);
    int cut() const { return m_cut; }
    int fullRank() const { return static_cast<int>(m_curves.plain.size()); }
    /// Share of the energy kept at a rank, in the weighted metric where it is known.
    double energy(int rank) const;
    /// Where the line can be grabbed, in widget coordinates.
    QPointF handle() const;
    QString csv() const override;

Q_SIGNALS:
    /// The user moved the line.
    void cutMoved(int rank);

protected:
    void paintData(QPainter& painter) const override;
    void paintFurniture(QPainter& painter) const override;
    void paintOverlay(QPainter& painter) const override;
    QString valuesAt(QPointF pixel) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void moveCut(int rank);
    void paintCurve(QPainter& painter, const std::vector<float>& sigma, double scale,
                    const QPen& pen) const;
    void paintEnergy(QPainter& painter) const;
    double scaled(const std::vector<float>& sigma, std::size_t index) const;

    SpectrumCurves m_curves;
    std::vector<float> m_energy; ///< size + 1 entries
    int m_cut = 0;
    bool m_dragging = false;
};

} // namespace schmidt
