// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/plot_export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QList>
#include <QMenu>
#include <QMessageBox>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QStandardPaths>
#include <QStringList>
#include <QSvgGenerator>
#include <utility>

namespace schmidt {

namespace {

    QString filterFor(const QString& ending)
    {
        return QCoreApplication::translate("schmidt::Files", "%1 files (*.%2)")
            .arg(ending.toUpper(), ending);
    }

} // namespace

QString chooseSaveFile(QWidget* parent, const QString& title, const QString& name,
                       const QString& ending)
{
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    QString path = QFileDialog::getSaveFileName(
        parent, title, folder.filePath(name + QLatin1Char('.') + ending), filterFor(ending));
    if (!path.isEmpty() && QFileInfo(path).suffix().isEmpty())
        path += QLatin1Char('.') + ending;
    return path;
}

QString chooseOpenFile(QWidget* parent, const QString& title, const QString& ending)
{
    return QFileDialog::getOpenFileName(
        parent, title, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
        filterFor(ending));
}

void showExportError(QWidget* parent, const Error& error)
{
    QMessageBox::warning(parent, QCoreApplication::translate("schmidt::Files", "Not saved"),
                         QString::fromStdString(error.message));
}

Result<void> writeWhole(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return outOfResources("Cannot write " + path.toStdString() + ": "
                          + file.errorString().toStdString() + ".");
}

Result<void> writePng(const QString& path, QSize size, double scale,
                      const std::function<void(QPainter&)>& paint)
{
    QImage image((QSizeF(size) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return outOfResources("Not enough memory for the picture " + path.toStdString() + ".");
    image.setDevicePixelRatio(scale);
    QPainter painter(&image);
    paint(painter);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        return internalError("The picture could not be encoded.");
    return writeWhole(path, bytes);
}

Result<void> writeSvg(const QString& path, QSize size, const QString& title,
                      const std::function<void(QPainter&)>& paint)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(title);
    QPainter painter(&generator);
    paint(painter);
    painter.end();
    return writeWhole(path, bytes);
}

Result<void> writePdf(const QString& path, QSize size, const QString& title,
                      const std::function<void(QPainter&)>& paint)
{
    constexpr int pointsPerInch = 72, pixelsPerInch = 96;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(title);
        writer.setResolution(pixelsPerInch);
        writer.setPageMargins({});
        writer.setPageSize(QPageSize(QSizeF(size) * pointsPerInch / pixelsPerInch, QPageSize::Point,
                                     {}, QPageSize::ExactMatch));
        QPainter painter(&writer);
        paint(painter);
    }
    return writeWhole(path, bytes);
}

namespace {

    /// Rows of cells of a CSV text whose quoted cells may hold commas and line ends.
    QList<QStringList> csvRows(const QString& csv)
    {
        QList<QStringList> rows;
        QStringList row;
        QString cell;
        bool quoted = false;
        for (qsizetype place = 0; place < csv.size(); ++place) {
            const QChar sign = csv[place];
            if (quoted) {
                const bool doubled = sign == QLatin1Char('"') && place + 1 < csv.size()
                    && csv[place + 1] == QLatin1Char('"');
                if (sign != QLatin1Char('"') || doubled)
                    cell += sign;
                else
                    quoted = false;
                place += doubled ? 1 : 0;
            } else if (sign == QLatin1Char('"')) {
                quoted = true;
            } else if (sign == QLatin1Char(',') || sign == QLatin1Char('\n')) {
                row << std::exchange(cell, {});
                if (sign == QLatin1Char('\n'))
                    rows << std::exchange(row, {});
            } else {
                cell += sign;
            }
        }
        if (!cell.isEmpty() || !row.isEmpty())
            rows << (row << cell);
        return rows;
    }

    QString latexEscaped(const QString& text)
    {
        QString escaped;
        for (const QChar sign : text) {
            if (sign == QLatin1Char('\\'))
                escaped += QStringLiteral("\\textbackslash{}");
            else if (sign == QLatin1Char('~') || sign == QLatin1Char('^'))
                escaped += QLatin1Char('\\') + sign + QStringLiteral("{}");
            else if (QStringLiteral("&%$#_{}").contains(sign))
                escaped += QLatin1Char('\\') + sign;
            else
                escaped += sign;
        }
        return escaped;
    }

} // namespace

QString markdownTable(const QString& csv)
{
    QString text;
    const auto rows = csvRows(csv);
    for (qsizetype index = 0; index < rows.size(); ++index) {
        for (QString cell : rows[index]) {
            cell.replace(QLatin1Char('|'), QLatin1String("\\|")).replace(u'\n', u' ');
            text += QStringLiteral("| ") + cell + QLatin1Char(' ');
        }
        text += QStringLiteral("|\n");
        if (index == 0)
            text += QStringLiteral("| --- ").repeated(rows[0].size()) + QStringLiteral("|\n");
    }
    return text;
}

QString latexTable(const QString& csv)
{
    const auto rows = csvRows(csv);
    if (rows.empty())
        return {};
    QString text = QStringLiteral("\\begin{tabular}{%1}\n\\hline\n")
                       .arg(QString(rows[0].size(), QLatin1Char('l')));
    for (qsizetype index = 0; index < rows.size(); ++index) {
        QStringList cells;
        for (const QString& cell : rows[index])
            cells << latexEscaped(cell).replace(u'\n', u' ');
        text += cells.join(QStringLiteral(" & ")) + QStringLiteral(" \\\\\n");
        if (index == 0)
            text += QStringLiteral("\\hline\n");
    }
    return text + QStringLiteral("\\hline\n\\end{tabular}\n");
}

Result<void> writeExport(const ExportSource& source, const QString& path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("png"))
        return writePng(path, source.size, 2, source.paint);
    if (ending == QLatin1String("svg"))
        return writeSvg(path, source.size, source.name, source.paint);
    if (ending == QLatin1String("pdf"))
        return writePdf(path, source.size, source.name, source.paint);
    if (ending == QLatin1String("md"))
        return writeWhole(path, markdownTable(source.csv).toUtf8());
    if (ending == QLatin1String("tex"))
        return writeWhole(path, latexTable(source.csv).toUtf8());
    return writeWhole(path, source.csv.toUtf8());
}

void addExportActions(QMenu& menu, QWidget* parent, const std::function<ExportSource()>& source)
{
    const auto add = [&](const QString& text, const QString& ending) {
        menu.addAction(text, parent, [parent, source, ending] {
            const ExportSource wanted = source();
            const QString path
                = chooseSaveFile(parent, QCoreApplication::translate("schmidt::Files", "Export"),
                                 wanted.name, ending);
            if (path.isEmpty())
                return;
            if (const auto saved = writeExport(wanted, path); !saved.ok())
                showExportError(parent, saved.error());
        });
    };
    add(QCoreApplication::translate("schmidt::Files", "Picture (PNG)…"), QStringLiteral("png"));
    add(QCoreApplication::translate("schmidt::Files", "Vector graphic (SVG)…"),
        QStringLiteral("svg"));
    add(QCoreApplication::translate("schmidt::Files", "Page (PDF)…"), QStringLiteral("pdf"));
    if (source().csv.isEmpty())
        return;
    add(QCoreApplication::translate("schmidt::Files", "Data (CSV)…"), QStringLiteral("csv"));
    add(QCoreApplication::translate("schmidt::Files", "Data (Markdown)…"), QStringLiteral("md"));
    add(QCoreApplication::translate("schmidt::Files", "Data (LaTeX)…"), QStringLiteral("tex"));
}

} // namespace schmidt
