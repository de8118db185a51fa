// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "ui/plots/plot_widget.h"

#include <vector>

namespace schmidt {

/// What is known about one MLP unit.
struct UnitFacts {
    int unit = -1; ///< in the model's order; -1 = none is chosen
    int place = 0, count = 0; ///< removed as number place + 1 of count
    double energy = 0, score = 0; ///< score = energy · exp(-2 · information)
    double redundancy = 0; ///< share of its activity that the others predict
    double information = 0; ///< -½ ln(1 - redundancy), nat
    int partner = -1, partnerPlace = -1; ///< the unit it is most correlated with
};

/// The MLP units of one layer in the order in which pruning removes them. By removal: energy, what
/// would be lost (score), and the share that the others predict. By partner: each unit against the
/// unit it is most correlated with, coloured by mutual information. The line between what the draft
/// removes and keeps is dragged by mouse and moved by Alt with the arrow keys.
class UnitPlot : public PlotWidget {
    Q_OBJECT
public:
    explicit UnitPlot(QWidget* parent = nullptr);

    enum class View { Removal, Partners };
    void setView(View view);
    /// `removed` units of the draft recipe are shaded. Null shows the message.
    void setLayer(const LayerAnalysis* layer, int removed);
    void setRemoved(int removed);
    /// Units that another plot has chosen, marked here; replaces the ones before.
    void setHighlighted(const std::vector<std::int32_t>& units);
    const std::vector<std::int32_t>& highlighted() const { return m_highlighted; }
    /// Chooses a unit by its number in the model.
    void chooseUnit(int unit);
    /// Unit in the model's order, -1 for none.
    int currentUnit() const;
    UnitFacts facts() const;
    int removed() const { return m_removed; }
    /// Why the chosen unit goes when it goes, one sentence.
    QString reason() const;
    QString csv() const override;

Q_SIGNALS:
    void unitChanged();
    /// The user moved the line: so many units are to go.
    void cutMoved(int removed);
    /// The hand has come to rest.
    void cutFinished();

protected:
    void paintData(QPainter& painter) const override;
    void paintFurniture(QPainter& painter) const override;
    void paintOverlay(QPainter& painter) const override;
    QString valuesAt(QPointF pixel) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    bool showsCrosshair() const override { return !m_dragging; }
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int place);
    void fitAxes();
    double cutX() const;
    void moveCut(int removed);
    void paintRemoval(QPainter& painter) const;
    void paintPartners(QPainter& painter) const;
    void paintHighlighted(QPainter& painter) const;
    QPointF placeOf(int place) const;

    LayerAnalysis m_layer;
    std::vector<std::int32_t> m_order; ///< units by removal
    int m_place = -1; ///< chosen place in m_order
    std::vector<std::int32_t> m_places; ///< place of each unit in m_order
    std::vector<std::int32_t> m_highlighted;
    View m_view = View::Removal;
    int m_removed = 0;
    double m_mostInformation = 0;
    bool m_dragging = false;
};

} // namespace schmidt
