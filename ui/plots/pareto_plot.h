// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/plot_widget.h"

#include <optional>
#include <vector>

namespace schmidt {

/// A predicted point of the front.
struct ParetoFrontPoint {
    double bytes = 0, kl = 0, klLow = 0, klHigh = 0;
};

/// A measured run.
struct ParetoRun {
    QString name;
    double bytes = 0, kl = 0, klError = 0;
    int variant = 0; ///< decides colour and marker
    bool predicted = false; ///< its KL was not measured; drawn hollow
};

/// Size against quality: the predicted front dashed with its band, measured runs as markers with
/// error bars, the baseline in grey, the draft recipe in the accent colour, goals as dotted lines.
class ParetoPlot : public PlotWidget {
    Q_OBJECT
public:
    explicit ParetoPlot(QWidget* parent = nullptr);

    void setFront(std::vector<ParetoFrontPoint> front);
    void setRuns(std::vector<ParetoRun> runs);
    void setBaseline(std::optional<double> bytes);
    void setGoals(std::optional<double> maxBytes, std::optional<double> maxKl);
    /// Moves the draft's marker; repaints nothing else.
    void setDraft(std::optional<ParetoFrontPoint> draft);
    QString csv() const override;

    /// The front's point under a place, -1 for none.
    int frontPointAt(QPointF pixel) const;

Q_SIGNALS:
    /// The user clicked the front: its recipe is wanted.
    void frontPointActivated(int index);
    /// The user drags the draft along the front; frontDragFinished() ends it.
    void frontPointDragged(int index);
    void frontDragFinished();

protected:
    void paintData(QPainter& painter) const override;
    void paintFurniture(QPainter& painter) const override;
    void paintOverlay(QPainter& painter) const override;
    QString valuesAt(QPointF pixel) const override;
    bool showsCrosshair() const override { return false; }
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fitRanges();
    QPointF placed(double bytes, double kl) const;
    void paintRun(QPainter& painter, const ParetoRun& run) const;
    void paintRunNames(QPainter& painter) const;

    std::vector<ParetoFrontPoint> m_front;
    std::vector<ParetoRun> m_runs;
    std::optional<double> m_baseline, m_goalBytes, m_goalKl;
    std::optional<ParetoFrontPoint> m_draft;
    std::vector<QPointF> m_trail; ///< former (bytes, KL) of the draft, newest last
    mutable std::vector<QRectF> m_taken; ///< markers and names of the runs as painted last
    bool onDraft(QPointF pixel) const;
    int frontPointBeside(double x) const;

    std::optional<QPointF> m_pressed;
    int m_dragged = -1; ///< front point of the running drag
    bool m_grabbed = false; ///< the press was on the front or on the draft
    int m_current = -1; ///< front point chosen by keyboard
};

} // namespace schmidt
