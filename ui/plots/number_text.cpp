// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>
#include <cmath>

namespace schmidt {

namespace {

    const QChar thinSpace(0x202F); ///< narrow, and no line breaks there

} // namespace

QString localizedNumber(const std::string& text)
{
    QString result = QString::fromStdString(text);
    if (result.startsWith(QLatin1Char('-')))
        result[0] = QChar(0x2212);
    result.replace(QLatin1Char('.'), QLocale().decimalPoint());
    // 3.1e-05 is how programs write 3.1 · 10⁻⁵.
    static const QRegularExpression exponent(QStringLiteral("(?<=[0-9])e([-+][0-9]+)$"));
    const auto match = exponent.match(result);
    if (!match.hasMatch())
        return result;
    QString power;
    for (const QChar digit : QString::number(match.captured(1).toInt())) {
        static const QString raised = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
        power += digit == QLatin1Char('-') ? QChar(0x207B) : raised[digit.digitValue()];
    }
    return result.left(match.capturedStart()) + thinSpace + QChar(0x00B7) + thinSpace
        + QStringLiteral("10") + power;
}

QString numberText(double value, int digits)
{
    return localizedNumber(formatNumber(value, digits));
}

QString countText(std::int64_t count)
{
    QLocale locale;
    if (count < 10'000 && count > -10'000)
        locale.setNumberOptions(QLocale::OmitGroupSeparator);
    return locale.toString(static_cast<qlonglong>(count));
}

QString momentText(const std::string& moment)
{
    const QString text = QString::fromStdString(moment);
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    return time.isValid() ? time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")) : text;
}

QString bytesText(double bytes)
{
    QString text = localizedNumber(formatBytes(bytes));
    text.replace(QLatin1Char(' '), thinSpace);
    return text;
}

QString percentText(double share, int digits)
{
    if (share == 1)
        return QStringLiteral("100") + thinSpace + QLatin1Char('%');
    return numberText(100 * share, digits) + thinSpace + QLatin1Char('%');
}

QString percentTick(double share)
{
    return localizedNumber(QString::number(100 * share, 'g', 4).toStdString()) + thinSpace
        + QLatin1Char('%');
}

QString unitText(const QString& unit)
{
    if (unit == QLatin1String("1/s"))
        return QCoreApplication::translate("schmidt::Numbers", "tok/s");
    return unit;
}

QString metricValueText(const Metric& metric)
{
    if (!metric.value)
        return QCoreApplication::translate("schmidt::Numbers", "n/a");
    if (metric.unit == "B")
        return bytesText(*metric.value);
    if (metric.unit.empty() && std::abs(*metric.value) >= 1e6)
        return numberText(*metric.value / 1e6) + thinSpace
            + QCoreApplication::translate("schmidt::Numbers", "M", "million");
    const ShownUnit shown = shownUnit(metric);
    const QString number = numberText(*metric.value * shown.factor);
    const QString unit = unitText(QString::fromStdString(shown.unit));
    return unit.isEmpty() ? number : number + thinSpace + unit;
}

QString metricErrorText(const Metric& metric)
{
    if (!metric.value || !metric.uncertainty || *metric.uncertainty <= 0)
        return {};
    if (metric.unit == "B")
        return QStringLiteral("±") + thinSpace + bytesText(*metric.uncertainty);
    return QStringLiteral("±") + thinSpace
        + numberText(*metric.uncertainty * shownUnit(metric).factor, 2);
}

QString layerText(int layer)
{
    return QStringLiteral("L%1").arg(layer, 2, 10, QLatin1Char('0'));
}

} // namespace schmidt
