// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/metric.h"

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <QVector>

class QApplication;

namespace schmidt {

/// The three looks of the program.
enum class ThemeMode { Light, Dark, HighContrast };

/// Stable names: "light", "dark", "contrast".
QString themeModeName(ThemeMode mode);
ThemeMode themeModeFromName(const QString& name);

/// Every colour of the program. Nothing outside ui/theme names a colour.
struct ThemeColors {
    QColor surface, raised, sunken;
    QColor line; ///< frames and separators
    QColor grid; ///< lines inside plots, fainter than `line`
    QColor text, muted;
    QColor accent; ///< selection, draft recipe, focus ring
    QColor onAccent; ///< text on an accent fill
    QColor accentTint; ///< accent as a faint fill
    QColor better, worse, neutral; ///< verdicts; neutral = no difference shown, baseline
    QColor warning, warningSurface; ///< amber stripe
    QColor hover; ///< fill of a hovered row or button
};

/// Distances in logical pixels.
namespace space {
    inline constexpr int xs = 4, s = 8, m = 12, l = 16, xl = 24;
    inline constexpr int control = 28, row = 24, header = 28, radius = 6;
}

/// Steps of the type scale, in logical pixels: 11, 13, 16, 20, 28, 44.
enum class TextSize { Small, Body, PanelTitle, ScreenTitle, Big, Huge };

/// Marker shape that goes with a variant's colour, so that colour never speaks alone.
enum class Marker { Circle, Square, Triangle, Diamond, Cross, Star };

/// Colour maps of 256 entries.
enum class ColorMap { Cividis, Viridis, Diverging };
/// Entry i is the colour at i / 255; Diverging is centred on 127.5.
const QVector<QRgb>& colorMap(ColorMap map);

/// Colours, sizes and fonts of the program, switched live. Made in main and handed down; painters
/// that are not given one find it by themeOf().
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(ThemeMode mode = ThemeMode::Light, QObject* parent = nullptr);

    ThemeMode mode() const { return m_mode; }
    /// Changes colours, palette and style sheet of the application and emits changed().
    void setMode(ThemeMode mode);
    /// Scales the type of what painters draw, for Present mode; 1 is normal. The style sheet of the
    /// application keeps its sizes: polishing every widget anew takes longer than a key press may.
    void setTextScale(double scale);

    const ThemeColors& colors() const { return m_colors; }
    /// The system's UI font at a step of the scale, weight 400 or 600.
    QFont font(TextSize size = TextSize::Body, bool semibold = false) const;
    /// A fixed-pitch font for command lines and code.
    QFont monospace(TextSize size = TextSize::Body) const;
    int pixels(TextSize size) const;

    /// Colour of variant `index` (0 = first variant after the baseline); kept on every screen.
    QColor variantColor(int index) const;
    Marker variantMarker(int index) const;
    QColor baselineColor() const { return m_colors.neutral; }

    /// better, worse or neutral.
    QColor verdictColor(int sign) const;

    QPalette palette() const;
    QString styleSheet() const;
    /// Sizes of the labels of Present mode, for its own widget.
    QString presentSheet() const;
    /// Installs style, palette, font and style sheet and makes themeOf() find this theme. The
    /// theme must outlive the application's windows.
    void install(QApplication& application);

Q_SIGNALS:
    void changed();

private:
    /// Unscaled size in logical pixels.
    static int sheetPixels(TextSize size);
    void apply();

    ThemeMode m_mode;
    ThemeColors m_colors;
    double m_textScale = 1;
    QFont m_base;
};

/// The theme installed on the application; a light one when none is (tests of single painters).
const Theme& themeOf();

/// Draws a marker of the given diameter centred on `center`, filled when `solid`.
void drawMarker(class QPainter& painter, Marker marker, QPointF center, double size,
                const QColor& color, bool solid = true);

} // namespace schmidt
