// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/print_pdf.h"

#include "ui/theme/theme.h"

#include <QDate>
#include <QLocale>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QWidget>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int dotsPerInch = 300;
    constexpr double marginMillimetres = 12;
    constexpr double titlePoints = 14, footPoints = 8;

    void paintPage(QPainter& painter, const QRectF& page, QWidget& screen, const QString& title,
                   const QString& project)
    {
        QFont font = themeOf().font();
        font.setPointSizeF(titlePoints);
        font.setBold(true);
        painter.setFont(font);
        const double head = 1.8 * painter.fontMetrics().height();
        painter.drawText(QRectF(0, 0, page.width(), head), Qt::AlignLeft | Qt::AlignTop, title);
        font.setPointSizeF(footPoints);
        font.setBold(false);
        painter.setFont(font);
        const double foot = 1.8 * painter.fontMetrics().height();
        const QRectF footArea(0, page.height() - foot, page.width(), foot);
        painter.drawText(footArea, Qt::AlignLeft | Qt::AlignBottom, project);
        painter.drawText(footArea, Qt::AlignRight | Qt::AlignBottom,
                         QLocale().toString(QDate::currentDate(), QLocale::LongFormat));
        const double scale = std::min(page.width() / screen.width(),
                                      (page.height() - head - foot) / screen.height());
        painter.translate((page.width() - scale * screen.width()) / 2, head);
        painter.scale(scale, scale);
        screen.render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
    }

} // namespace

Result<void> printToPdf(QWidget& screen, const QString& title, const QString& project,
                        const QString& file)
{
    const auto failed = [&file] {
        return outOfResources("The file " + file.toStdString()
                              + " cannot be written; free some space or choose another folder.");
    };
    QSaveFile target(file);
    if (!target.open(QIODevice::WriteOnly))
        return failed();
    {
        QPdfWriter writer(&target);
        writer.setResolution(dotsPerInch);
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageOrientation(QPageLayout::Landscape);
        writer.setPageMargins(
            QMarginsF(marginMillimetres, marginMillimetres, marginMillimetres, marginMillimetres),
            QPageLayout::Millimeter);
        writer.setTitle(title);
        QPainter painter(&writer);
        if (!painter.isActive())
            return failed();
        paintPage(painter, QRectF(0, 0, writer.width(), writer.height()), screen, title, project);
    }
    if (!target.commit())
        return failed();
    return {};
}

} // namespace schmidt
