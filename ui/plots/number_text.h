// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/metric.h"

#include <QString>
#include <cstdint>
#include <string>

namespace schmidt {

/// A number that core wrote in the C locale, with the locale's decimal point and U+2212 as minus.
QString localizedNumber(const std::string& text);
/// A number with significant figures in the locale's notation.
QString numberText(double value, int digits = 3);
/// A whole number, its digits in groups of three from 10,000 on.
QString countText(std::int64_t count);
/// A moment that core wrote in UTC (ISO 8601), as the user's clock showed it: "2026-03-01 14:05".
QString momentText(const std::string& moment);
/// Bytes with a decimal unit after a narrow space.
QString bytesText(double bytes);
/// A share as percent: "84.1 %".
QString percentText(double share, int digits = 3);
/// A share as percent without superfluous digits, for ticks: "20 %".
QString percentTick(double share);
/// The unit as people write it: "tok/s" for "1/s"; translated.
QString unitText(const QString& unit);
/// Value and unit of a metric without uncertainty; "n/a" when absent.
QString metricValueText(const Metric& metric);
/// Half width of its uncertainty with "±"; empty when unknown.
QString metricErrorText(const Metric& metric);
/// "L07": name of a layer on axes and in tables.
QString layerText(int layer);

} // namespace schmidt
