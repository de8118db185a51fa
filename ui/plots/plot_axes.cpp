// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/plot_axes.h"

#include "ui/plots/number_text.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr double smallestPositive = 1e-30;
    constexpr double largestZoom = 2000;

} // namespace

double Axis::transform(double value) const
{
    return m_kind == AxisKind::Log ? std::log10(std::max(value, smallestPositive)) : value;
}

double Axis::inverse(double value) const
{
    return m_kind == AxisKind::Log ? std::pow(10.0, value) : value;
}

void Axis::setRange(double low, double high)
{
    double from = transform(std::min(low, high)), to = transform(std::max(low, high));
    if (!std::isfinite(from) || !std::isfinite(to))
        from = 0, to = 1;
    if (to - from < 1e-12) {
        const double margin = m_kind == AxisKind::Log ? 0.5 : std::max(0.5, std::abs(from) * 0.05);
        from -= margin;
        to += margin;
    }
    if (from == m_fullLow && to == m_fullHigh)
        return;
    m_fullLow = from;
    m_fullHigh = to;
    reset();
}

double Axis::low() const
{
    return inverse(m_low);
}

double Axis::high() const
{
    return inverse(m_high);
}

double Axis::toUnit(double value) const
{
    const double place = (transform(value) - m_low) / (m_high - m_low);
    return m_inverted ? 1 - place : place;
}

double Axis::fromUnit(double place) const
{
    if (m_inverted)
        place = 1 - place;
    return inverse(m_low + place * (m_high - m_low));
}

QString Axis::text(double value) const
{
    if (m_tickText)
        return m_tickText(value);
    return localizedNumber(QString::number(value, 'g', 5).toStdString());
}

std::vector<double> Axis::linearTicks(double low, double high) const
{
    const double raw = (high - low) / (maximumTicks - 1);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    double step = 10 * power;
    for (const double candidate : { 1.0, 2.0, 2.5, 5.0 })
        if (candidate * power >= raw * (1 - 1e-9)) {
            step = candidate * power;
            break;
        }
    if (m_integer)
        step = std::max(1.0, std::ceil(step - 1e-9));
    std::vector<double> values;
    for (double index = std::ceil(low / step - 1e-9); index * step <= high + step * 1e-9; ++index)
        values.push_back(index * step);
    return values;
}

std::vector<double> Axis::logTicks() const
{
    const int first = static_cast<int>(std::ceil(m_low - 1e-9));
    const int last = static_cast<int>(std::floor(m_high + 1e-9));
    std::vector<double> values;
    if (last - first >= 2) {
        const int step = (last - first) / maximumTicks + 1;
        for (int decade = first; decade <= last; decade += step)
            values.push_back(std::pow(10.0, decade));
        return values;
    }
    // The finest digits that are few enough over the whole range.
    const std::vector<double> fine { 1, 2, 5 }, coarse { 1, 3 };
    for (const auto& digits : { fine, coarse }) {
        values.clear();
        for (int decade = first - 1; decade <= last; ++decade)
            for (const double digit : digits) {
                const double value = digit * std::pow(10.0, decade);
                if (transform(value) >= m_low - 1e-9 && transform(value) <= m_high + 1e-9)
                    values.push_back(value);
            }
        if (values.size() <= maximumTicks)
            break;
    }
    if (values.size() < 2)
        return linearTicks(low(), high());
    return values;
}

std::vector<AxisTick> Axis::ticks() const
{
    std::vector<AxisTick> result;
    if (!m_categories.isEmpty()) {
        const auto count = static_cast<int>(m_categories.size());
        // A few categories are all named; many (layers) get round steps.
        const int visible = static_cast<int>(std::ceil(m_high - m_low));
        int step = 1;
        if (visible > 12)
            for (const int candidate : { 2, 5, 10, 20, 50, 100 }) {
                step = candidate;
                if ((visible + step - 1) / step <= maximumTicks)
                    break;
            }
        for (int index = 0; index < count; index += step)
            if (index + 0.5 >= m_low && index + 0.5 <= m_high)
                result.push_back({ index + 0.5, m_categories[index] });
        return result;
    }
    const auto values = m_kind == AxisKind::Log ? logTicks() : linearTicks(m_low, m_high);
    for (const double value : values)
        result.push_back({ value, text(std::abs(value) < 1e-12 ? 0 : value) });
    return result;
}

void Axis::zoom(double place, double factor)
{
    if (m_inverted)
        place = 1 - place;
    const double width = m_high - m_low;
    const double full = m_fullHigh - m_fullLow;
    const double next = std::clamp(width / factor, full / largestZoom, full);
    const double center = m_low + place * width;
    m_low = center - place * next;
    m_high = m_low + next;
    clampView();
}

void Axis::pan(double share)
{
    const double move = (m_inverted ? -share : share) * (m_high - m_low);
    m_low += move;
    m_high += move;
    clampView();
}

void Axis::clampView()
{
    const double width = std::min(m_high - m_low, m_fullHigh - m_fullLow);
    m_low = std::clamp(m_low, m_fullLow, m_fullHigh - width);
    m_high = m_low + width;
}

void Axis::reset()
{
    m_low = m_fullLow;
    m_high = m_fullHigh;
}

bool Axis::zoomed() const
{
    return m_high - m_low < (m_fullHigh - m_fullLow) * (1 - 1e-9);
}

} // namespace schmidt
