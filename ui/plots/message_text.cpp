// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/message_text.h"

#include "ui/plots/metric_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace schmidt {

namespace {

    constexpr const char* context = "schmidt::Messages";

    /// Sentences of allocate(), word by word; core knows no languages. Those that say more come
    /// before those that say less.
    constexpr const char* sentences[] = {
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the fastest this recipe is predicted to reach "
                          "is %1, since a part of every token's time does not depend on the "
                          "weights. Unlock layers, allow per-layer widths or choose schemes with "
                          "fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the least memory this recipe is predicted to "
                          "need is %1, key-value cache included. Unlock layers, allow per-layer "
                          "widths or choose schemes with fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the least energy this recipe is predicted to "
                          "need is %1 J per token. Unlock layers, allow per-layer widths or choose "
                          "schemes with fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the smallest this recipe reaches is %1 of the "
                          "parameters, %2. Unlock layers, allow per-layer widths or choose schemes "
                          "with fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Even without pruning the predicted KL is %1, above the target %2; "
                          "choose finer schemes or a higher target."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Even without pruning the predicted rise of perplexity is %1, above the "
                          "target %2; choose finer schemes or a higher target."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "The target cannot be predicted: %1."),
    };

    QRegularExpression patternOf(const char* sentence)
    {
        QString pattern = QRegularExpression::escape(QString::fromUtf8(sentence));
        for (const char* place : { "\\%1", "\\%2" })
            pattern.replace(QLatin1String(place), QLatin1String("(.+?)"));
        return QRegularExpression(QRegularExpression::anchoredPattern(pattern));
    }

    /// A figure in the user's spelling, or the reason of something absent.
    QString partText(const QString& part)
    {
        if (!part.isEmpty() && part.at(0).isDigit())
            return amountText(part.toStdString());
        Metric absent;
        absent.absentReason = part.toStdString();
        return absentReasonText(absent);
    }

} // namespace

QString messageText(const Error& error)
{
    const QString text = QString::fromStdString(error.message);
    for (const char* sentence : sentences) {
        const auto match = patternOf(sentence).match(text);
        if (!match.hasMatch())
            continue;
        QString translated = QCoreApplication::translate(context, sentence);
        for (int part = 1; part <= match.lastCapturedIndex(); ++part)
            translated = translated.arg(partText(match.captured(part)));
        return translated;
    }
    return text;
}

} // namespace schmidt
