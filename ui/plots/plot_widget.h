// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"
#include "ui/plots/plot_axes.h"
#include "ui/plots/plot_export.h"

#include <QPixmap>
#include <QWidget>
#include <optional>

namespace schmidt {

/// Base of all plots with axes: margins, grid, titles, crosshair with values, zoom by wheel, pan by
/// drag, reset by double-click, and a context menu that exports picture, vectors and data. Data are
/// painted once into a pixmap of the screen's resolution; moving things are painted over it.
class PlotWidget : public QWidget {
    Q_OBJECT
public:
    explicit PlotWidget(QWidget* parent = nullptr);

    Axis& xAxis() { return m_x; }
    Axis& yAxis() { return m_y; }
    const Axis& xAxis() const { return m_x; }
    const Axis& yAxis() const { return m_y; }
    /// An axis on the right that shares the place of the left one; absent unless set.
    void setRightAxis(std::optional<Axis> axis);

    /// Shown inside the frame instead of data: why there is nothing, or what is being worked on.
    void setMessage(const QString& text);
    const QString& message() const { return m_message; }
    /// File name offered by the export dialogs, without ending.
    void setExportName(const QString& name) { m_exportName = name; }

    /// Where data are drawn, in widget coordinates.
    QRectF plotArea() const;
    QPointF toPixel(double x, double y) const;
    QPointF fromPixel(QPointF pixel) const;
    void resetZoom();

    /// The plot as it is shown, with its data.
    ExportSource exportSource() const;
    /// Errors of the exports: Resources. Files appear whole or not at all.
    Result<void> exportPng(const QString& path, double scale = 2) const;
    Result<void> exportSvg(const QString& path) const;
    Result<void> exportCsv(const QString& path) const;
    /// The data as a table: a header line, C locale.
    virtual QString csv() const = 0;

    QSize sizeHint() const override { return { 360, 240 }; }
    QSize minimumSizeHint() const override { return { 160, 110 }; }

protected:
    /// Paints the data, clipped to plotArea(); cached until dataChanged().
    virtual void paintData(QPainter& painter) const = 0;
    /// Paints outside the clip after the data: colour bars, labels that may stick out. Cached.
    virtual void paintFurniture(QPainter&) const { }
    /// Paints what moves: cut lines, selections, the draft. Not cached.
    virtual void paintOverlay(QPainter&) const { }
    /// What the crosshair says at a place; empty = no crosshair there.
    virtual QString valuesAt(QPointF) const { return {}; }
    /// Room a plot needs on its right beyond tick labels.
    virtual double extraRight() const { return 0; }
    virtual bool showsGrid() const { return true; }
    virtual bool showsCrosshair() const { return true; }

    /// Text from a baseline point on, parted from what lies under it by a rim of the surface.
    static void paintLabel(QPainter& painter, QPointF baseline, const QString& text,
                           const QColor& color);
    /// Forgets the cached picture and repaints.
    void dataChanged();
    std::optional<QPointF> hovered() const { return m_hover; }

    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    /// While one lives, plotArea() is measured no more: the axes do not change during a paint, and
    /// every point that is painted asks for it.
    class AreaHold {
    public:
        explicit AreaHold(const PlotWidget& plot);
        ~AreaHold();
        Q_DISABLE_COPY_MOVE(AreaHold)

    private:
        const PlotWidget& m_plot;
        std::optional<QRectF> m_before;
    };

    QRectF measuredArea() const;
    void paintEverything(QPainter& painter) const;
    void paintAxes(QPainter& painter) const;
    void paintTicks(QPainter& painter, const QRectF& area) const;
    void paintCrosshair(QPainter& painter) const;

    Axis m_x, m_y;
    std::optional<Axis> m_right;
    QString m_message, m_exportName;
    QPixmap m_cache;
    mutable std::optional<QRectF> m_heldArea;
    std::optional<QPointF> m_hover;
    std::optional<QPointF> m_dragFrom;
};

/// A colour in between: share 0 gives `a`, 1 gives `b`.
QColor blended(const QColor& a, const QColor& b, double share);

} // namespace schmidt
