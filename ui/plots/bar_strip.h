// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/plot_export.h"

#include <QString>
#include <QWidget>
#include <vector>

namespace schmidt {

/// One bar per layer: its height is a share kept, its darkness the layer's share of a cost. Cheap
/// enough to repaint at every slider step.
class BarStrip : public QWidget {
    Q_OBJECT
public:
    explicit BarStrip(QWidget* parent = nullptr);

    /// `heights` in [0, 1]; `costs` ≥ 0 of the same length. `costName` and `unit` name the cost in
    /// the hovered text.
    void setValues(std::vector<double> heights, std::vector<double> costs);
    void setNames(const QString& heightName, const QString& costName, const QString& unit);
    void setCurrent(int layer);
    int current() const { return m_current; }

    QSize sizeHint() const override { return { 300, 90 }; }
    QSize minimumSizeHint() const override { return { 120, 60 }; }

Q_SIGNALS:
    void currentChanged(int layer);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF barArea() const;
    int layerAt(double x) const;
    void choose(int layer);
    QString textOf(int layer) const;

    std::vector<double> m_heights, m_costs;
    QString m_heightName, m_costName, m_unit;
    int m_current = -1;
};

/// A horizontal bar with its name and value.
struct BarEntry {
    QString name, text;
    double value = 0;
    int variant = -1; ///< -1 = baseline
    bool predicted = false; ///< drawn hollow
};

/// A few named horizontal bars with their values as text.
class BarList : public QWidget {
    Q_OBJECT
public:
    explicit BarList(QWidget* parent = nullptr);
    /// `emptyText` is shown while there is no entry.
    void setEntries(std::vector<BarEntry> entries, const QString& emptyText);
    /// Lets the rows use the height that there is, up to three times their own.
    void setSpread(bool spread) { m_spread = spread; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return { 160, 60 }; }
    /// The bars as they are shown, with their values.
    ExportSource exportSource() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void paintBars(QPainter& painter) const;

    bool m_spread = false;
    std::vector<BarEntry> m_entries;
    QString m_emptyText;
};

} // namespace schmidt
