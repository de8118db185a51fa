// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QSize>
#include <QString>
#include <functional>

class QMenu;
class QPainter;
class QWidget;

namespace schmidt {

/// Asks where to save; `ending` without dot decides the filter. Empty when the user declined.
QString chooseSaveFile(QWidget* parent, const QString& title, const QString& name,
                       const QString& ending);
/// Asks for a file to open. Empty when the user declined.
QString chooseOpenFile(QWidget* parent, const QString& title, const QString& ending);
/// Says in a box what went wrong with a file.
void showExportError(QWidget* parent, const Error& error);

/// Writes a file whole or not at all. Errors: Resources naming the file and the reason.
Result<void> writeWhole(const QString& path, const QByteArray& bytes);
/// Paints a picture of a size in logical pixels. Errors: Resources.
Result<void> writePng(const QString& path, QSize size, double scale,
                      const std::function<void(QPainter&)>& paint);
/// The same as SVG. Errors: Resources.
Result<void> writeSvg(const QString& path, QSize size, const QString& title,
                      const std::function<void(QPainter&)>& paint);

/// The same as a PDF page of that size. Errors: Resources.
Result<void> writePdf(const QString& path, QSize size, const QString& title,
                      const std::function<void(QPainter&)>& paint);

/// A CSV table (header line first, commas, double quotes) in another notation.
QString markdownTable(const QString& csv);
QString latexTable(const QString& csv);

/// A picture with its data, as the exports need them.
struct ExportSource {
    QString name; ///< offered file name, without ending
    QSize size; ///< logical pixels
    std::function<void(QPainter&)> paint;
    QString csv; ///< empty = no data are offered
};

/// Endings that writeExport() knows: "png", "svg", "pdf", "csv", "md", "tex".
Result<void> writeExport(const ExportSource& source, const QString& path);
/// Menu entries that save a picture (PNG, SVG, PDF) and its data (CSV, Markdown, LaTeX); `source`
/// is asked when one is chosen.
void addExportActions(QMenu& menu, QWidget* parent, const std::function<ExportSource()>& source);

} // namespace schmidt
