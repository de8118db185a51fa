// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/plot_export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QImage>
#include <QMessageBox>
#include <QPainter>
#include <QSaveFile>
#include <QStandardPaths>
#include <QSvgGenerator>

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

} // namespace schmidt
