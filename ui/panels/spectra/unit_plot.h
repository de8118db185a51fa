// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "ui/plots/plot_widget.h"

#include <vector>

namespace schmidt {

/// The MLP units of one layer in the order in which pruning removes them: energy, what would be
/// lost (score), and the share that the others predict. The draft's removed part is shaded.
class UnitPlot : public PlotWidget {
    Q_OBJECT
public:
    explicit UnitPlot(QWidget* parent = nullptr);

    /// `removed` units of the draft recipe are shaded. Null shows the message.
    void setLayer(const LayerAnalysis* layer, int removed);
    void setRemoved(int removed);
    /// Unit in the model's order, -1 for none.
    int currentUnit() const;
    /// Why the chosen unit goes when it goes, one sentence.
    QString reason() const;
    QString csv() const override;

Q_SIGNALS:
    void unitChanged();

protected:
    void paintData(QPainter& painter) const override;
    void paintFurniture(QPainter& painter) const override;
    void paintOverlay(QPainter& painter) const override;
    QString valuesAt(QPointF pixel) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int place);

    LayerAnalysis m_layer;
    std::vector<std::int32_t> m_order; ///< units by removal
    int m_place = -1; ///< chosen place in m_order
    int m_removed = 0;
};

} // namespace schmidt
