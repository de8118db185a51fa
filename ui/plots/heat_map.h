// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/plot_widget.h"
#include "ui/theme/theme.h"

#include <QImage>
#include <QStringList>
#include <functional>
#include <vector>

namespace schmidt {

/// What a heat map shows: rows from top to bottom, columns from left to right.
struct HeatMapData {
    QStringList rows, columns; ///< names; `columns` may be empty for a numeric axis
    int rowCount = 0, columnCount = 0;
    std::vector<double> values; ///< row-major; NaN = no value
    QString quantity; ///< "entanglement entropy"
    QString unit; ///< "nat"
    QString rowTitle, columnTitle; ///< axis titles
    double columnLow = 0, columnHigh = 1; ///< ends of a numeric column axis
    bool logarithmic = false; ///< colours by logarithm
    bool selectsRows = false; ///< the selection is a whole row
    /// What a cell is called where row and column names do not say it.
    std::function<QString(int row, int column)> cellName = {};
    bool selectsColumns = false; ///< the selected cell's whole column is outlined too
    QStringList columnNames; ///< where the column axis is numeric: names in hovered texts
};

/// Rows × columns of values as colours of an indexed image, with colour bar, hovered values and a
/// cell (or row) selected by mouse and keyboard.
class HeatMap : public PlotWidget {
    Q_OBJECT
public:
    explicit HeatMap(QWidget* parent = nullptr);

    void setData(HeatMapData data);
    const HeatMapData& data() const { return m_data; }
    void setColorMap(ColorMap map);
    /// A white line per row at a share of the width, NaN = none.
    void setMarks(std::vector<double> shares);

    /// Selects without emitting; out of range selects nothing.
    void setCurrent(int row, int column);
    int currentRow() const { return m_row; }
    int currentColumn() const { return m_column; }

    double value(int row, int column) const;
    /// Ends of the colour scale.
    double lowest() const { return m_low; }
    double highest() const { return m_high; }
    /// The picture behind the map: one pixel per cell; index 0 = no value.
    const QImage& image() const { return m_image; }
    QString csv() const override;

Q_SIGNALS:
    /// The user chose a cell.
    void currentChanged(int row, int column);

protected:
    void paintData(QPainter& painter) const override;
    void paintFurniture(QPainter& painter) const override;
    void paintOverlay(QPainter& painter) const override;
    QString valuesAt(QPointF pixel) const override;
    double extraRight() const override;
    /// Of the colour bar: values to shares of its height.
    Axis barAxis() const;
    bool showsGrid() const override { return false; }
    bool showsCrosshair() const override { return false; }
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void rebuildImage();
    bool cellAt(QPointF pixel, int& row, int& column) const;
    double cellX(int column) const;
    void choose(int row, int column);
    QString cellText(int row, int column) const;

    HeatMapData m_data;
    std::vector<double> m_marks;
    ColorMap m_map = ColorMap::Cividis;
    QImage m_image;
    double m_low = 0, m_high = 1;
    int m_row = -1, m_column = -1;
};

} // namespace schmidt
