// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

namespace schmidt {

enum class AxisKind { Linear, Log };

/// A labelled place on an axis.
struct AxisTick {
    double value = 0;
    QString text;
};

/// One axis of a plot: maps values to the unit interval and back, linearly or by logarithm, gives
/// at most six ticks, and remembers zoom and pan apart from the full range.
class Axis {
public:
    static constexpr int maximumTicks = 6;

    void setTitle(const QString& title) { m_title = title; }
    const QString& title() const { return m_title; }
    void setKind(AxisKind kind) { m_kind = kind; }
    AxisKind kind() const { return m_kind; }
    /// Ticks at whole numbers only.
    void setInteger(bool integer) { m_integer = integer; }
    /// Value 0 at the top or right instead of bottom or left.
    void setInverted(bool inverted) { m_inverted = inverted; }
    /// Names of the cells [i, i + 1); replaces numeric ticks.
    void setCategories(const QStringList& names) { m_categories = names; }
    const QStringList& categories() const { return m_categories; }
    void setTickText(std::function<QString(double)> text) { m_tickText = std::move(text); }

    /// The range that shows everything. A zoomed axis keeps its view unless the range is new. An
    /// empty range is widened; on a logarithmic axis both ends must be above 0.
    void setRange(double low, double high);
    /// Ends of what is visible.
    double low() const;
    double high() const;

    /// Place of a value in the visible range; 0 = left or bottom, 1 = right or top.
    double toUnit(double value) const;
    /// Value at a place; inverse of toUnit().
    double fromUnit(double place) const;
    std::vector<AxisTick> ticks() const;
    QString text(double value) const;

    /// Magnifies by `factor` > 1 around a place; never shows more than the full range.
    void zoom(double place, double factor);
    /// Moves the view by a share of its width, inside the full range.
    void pan(double share);
    void reset();
    bool zoomed() const;

private:
    double transform(double value) const;
    double inverse(double value) const;
    void clampView();
    std::vector<double> linearTicks(double low, double high) const;
    std::vector<double> logTicks() const;

    QString m_title;
    AxisKind m_kind = AxisKind::Linear;
    bool m_integer = false, m_inverted = false;
    QStringList m_categories;
    std::function<QString(double)> m_tickText;
    double m_fullLow = 0, m_fullHigh = 1; ///< transformed
    double m_low = 0, m_high = 1; ///< transformed
};

} // namespace schmidt
