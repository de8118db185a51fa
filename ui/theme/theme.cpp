// SPDX-License-Identifier: GPL-3.0-only
#include "ui/theme/theme.h"

#include "ui/theme/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QPainterPath>
#include <QVariant>
#include <algorithm>
#include <array>
#include <cmath>

namespace schmidt {

namespace {

    constexpr const char* themeProperty = "schmidtTheme";

    QColor mixed(const QColor& a, const QColor& b, double share)
    {
        return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * share,
                                a.greenF() + (b.greenF() - a.greenF()) * share,
                                a.blueF() + (b.blueF() - a.blueF()) * share);
    }

    ThemeColors derived(ThemeColors colors)
    {
        colors.grid = mixed(colors.surface, colors.line, 0.45);
        colors.accentTint = mixed(colors.surface, colors.accent, 0.10);
        colors.hover = mixed(colors.raised, colors.line, 0.35);
        return colors;
    }

    ThemeColors colorsOf(ThemeMode mode)
    {
        ThemeColors c;
        switch (mode) {
        case ThemeMode::Light:
            c.surface = "#FFFFFF", c.raised = "#F6F7F9", c.sunken = "#ECEEF2";
            c.line = "#D5D9E0", c.text = "#1B1F27", c.muted = "#5B6472";
            c.accent = "#3B5BDB", c.onAccent = "#FFFFFF";
            c.better = "#0B7A75", c.worse = "#B3541E", c.neutral = "#8A93A0";
            c.warning = "#8A6D00", c.warningSurface = "#FFF6D6";
            return derived(c);
        case ThemeMode::Dark:
            c.surface = "#14171C", c.raised = "#1B1F26", c.sunken = "#0F1115";
            c.line = "#363D49", c.text = "#E8EAEE", c.muted = "#9AA3B2";
            c.accent = "#8DA2FB", c.onAccent = "#0F1115";
            c.better = "#4FD1C5", c.worse = "#F6AD55", c.neutral = "#7C8696";
            c.warning = "#F2CC60", c.warningSurface = "#2E2710";
            return derived(c);
        case ThemeMode::HighContrast:
            break;
        }
        c.surface = c.raised = c.sunken = "#000000";
        c.line = c.text = c.muted = "#FFFFFF";
        c.accent = "#FFD400", c.onAccent = "#000000";
        c.better = "#00FFFF", c.worse = "#FF8C00", c.neutral = "#C0C0C0";
        c.warning = "#FFD400", c.warningSurface = "#000000";
        c = derived(c);
        c.hover = "#333333";
        c.accentTint = "#332B00";
        return c;
    }

    QVector<QRgb> interpolated(const std::vector<QColor>& stops)
    {
        QVector<QRgb> table(256);
        for (int i = 0; i < 256; ++i) {
            const double at = i / 255.0 * static_cast<double>(stops.size() - 1);
            const auto low = std::min(static_cast<std::size_t>(at), stops.size() - 2);
            table[i] = mixed(stops[low], stops[low + 1], at - static_cast<double>(low)).rgb();
        }
        return table;
    }

} // namespace

QString themeModeName(ThemeMode mode)
{
    static constexpr const char* names[] = { "light", "dark", "contrast" };
    return QString::fromLatin1(names[static_cast<int>(mode)]);
}

ThemeMode themeModeFromName(const QString& name)
{
    if (name == QLatin1String("dark"))
        return ThemeMode::Dark;
    if (name == QLatin1String("contrast"))
        return ThemeMode::HighContrast;
    return ThemeMode::Light;
}

const QVector<QRgb>& colorMap(ColorMap map)
{
    // Ten equidistant samples of each map (viridis: Smith and van der Walt 2015; cividis: Nuñez,
    // Anderton, Renslow 2018).
    static const QVector<QRgb> cividis
        = interpolated({ "#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678",
                         "#A59C74", "#C3B369", "#E1CC55", "#FEE838" });
    static const QVector<QRgb> viridis
        = interpolated({ "#440154", "#482878", "#3E4989", "#31688E", "#26828E", "#1F9E89",
                         "#35B779", "#6DCD59", "#B4DE2C", "#FDE725" });
    static const QVector<QRgb> diverging = interpolated(
        { "#0B4F8A", "#3D86C0", "#9CC4E4", "#FFFFFF", "#F4C08A", "#E08A33", "#B3541E" });
    switch (map) {
    case ColorMap::Viridis:
        return viridis;
    case ColorMap::Diverging:
        return diverging;
    case ColorMap::Cividis:
        break;
    }
    return cividis;
}

Theme::Theme(ThemeMode mode, QObject* parent)
    : QObject(parent)
    , m_mode(mode)
    , m_colors(colorsOf(mode))
    , m_base(QFontDatabase::systemFont(QFontDatabase::GeneralFont))
{
}

void Theme::setMode(ThemeMode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    m_colors = colorsOf(mode);
    apply();
}

void Theme::setTextScale(double scale)
{
    if (scale == m_textScale)
        return;
    m_textScale = scale;
    Q_EMIT changed();
}

int Theme::pixels(TextSize size) const
{
    return static_cast<int>(std::lround(sheetPixels(size) * m_textScale));
}

int Theme::sheetPixels(TextSize size)
{
    static constexpr int sizes[] = { 11, 13, 16, 20, 28, 44 };
    return sizes[static_cast<int>(size)];
}

QFont Theme::font(TextSize size, bool semibold) const
{
    QFont font = m_base;
    font.setPixelSize(pixels(size));
    font.setWeight(semibold ? QFont::DemiBold : QFont::Normal);
    return font;
}

QFont Theme::monospace(TextSize size) const
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(pixels(size) - 1);
    return font;
}

QColor Theme::variantColor(int index) const
{
    static const std::array<QColor, 6> light { "#0072B2", "#E69F00", "#009E73",
                                               "#CC79A7", "#56B4E9", "#D55E00" };
    // On dark grounds the two blues change places, so that the first variant stays readable.
    static const std::array<QColor, 6> dark { "#56B4E9", "#E69F00", "#34C79A",
                                              "#CC79A7", "#0089D6", "#E8703A" };
    const auto& colors = m_mode == ThemeMode::Light ? light : dark;
    return colors[static_cast<std::size_t>(std::max(0, index)) % colors.size()];
}

Marker Theme::variantMarker(int index) const
{
    // Where the colours begin anew, the shapes go on by one: 36 variants look different.
    const int variant = std::max(0, index);
    return static_cast<Marker>((variant + variant / 6) % 6);
}

QColor Theme::verdictColor(int sign) const
{
    return sign > 0 ? m_colors.better : sign < 0 ? m_colors.worse : m_colors.neutral;
}

QPalette Theme::palette() const
{
    const ThemeColors& c = m_colors;
    QPalette p;
    p.setColor(QPalette::Window, c.surface);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, c.raised);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.surface);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.worse);
    p.setColor(QPalette::ToolTipBase, c.raised);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::Light, c.raised);
    p.setColor(QPalette::Midlight, c.line);
    p.setColor(QPalette::Mid, c.line);
    p.setColor(QPalette::Dark, c.muted);
    p.setColor(QPalette::Shadow, c.sunken);
    for (const auto role :
         { QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText })
        p.setColor(QPalette::Disabled, role, c.neutral);
    return p;
}

void Theme::install(QApplication& application)
{
    application.setProperty(themeProperty, QVariant::fromValue(static_cast<QObject*>(this)));
    application.setStyle(new WorkbenchStyle);
    apply();
}

void Theme::apply()
{
    if (qApp && qApp->property(themeProperty).value<QObject*>() == this) {
        qApp->setPalette(palette());
        QFont words = font();
        words.setPixelSize(sheetPixels(TextSize::Body));
        qApp->setFont(words);
        qApp->setStyleSheet(styleSheet());
    }
    Q_EMIT changed();
}

const Theme& themeOf()
{
    static const Theme* const fallback = new Theme;
    if (const auto* theme
        = qApp ? qobject_cast<Theme*>(qApp->property(themeProperty).value<QObject*>()) : nullptr)
        return *theme;
    return *fallback;
}

void drawMarker(QPainter& painter, Marker marker, QPointF center, double size, const QColor& color,
                bool solid)
{
    const double r = size / 2;
    QPainterPath path;
    switch (marker) {
    case Marker::Circle:
        path.addEllipse(center, r, r);
        break;
    case Marker::Square:
        path.addRect(center.x() - r * 0.88, center.y() - r * 0.88, r * 1.76, r * 1.76);
        break;
    case Marker::Triangle:
        path.addPolygon(QPolygonF({ center + QPointF(0, -r * 1.1), center + QPointF(r, r * 0.8),
                                    center + QPointF(-r, r * 0.8) }));
        path.closeSubpath();
        break;
    case Marker::Diamond:
        path.addPolygon(QPolygonF({ center + QPointF(0, -r * 1.2), center + QPointF(r * 1.2, 0),
                                    center + QPointF(0, r * 1.2), center + QPointF(-r * 1.2, 0) }));
        path.closeSubpath();
        break;
    case Marker::Cross: {
        const double w = r * 0.4;
        path.addRect(center.x() - r, center.y() - w, 2 * r, 2 * w);
        path.addRect(center.x() - w, center.y() - r, 2 * w, 2 * r);
        path.setFillRule(Qt::WindingFill);
        path = path.simplified();
        break;
    }
    case Marker::Star: {
        QPolygonF star;
        for (int i = 0; i < 10; ++i) {
            const double radius = (i % 2 == 0) ? r * 1.2 : r * 0.5;
            const double angle = -M_PI / 2 + i * M_PI / 5;
            star << center + QPointF(std::cos(angle), std::sin(angle)) * radius;
        }
        path.addPolygon(star);
        path.closeSubpath();
        break;
    }
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5));
    painter.setBrush(solid ? QBrush(color) : Qt::NoBrush);
    painter.drawPath(path);
    painter.restore();
}

} // namespace schmidt
