// SPDX-License-Identifier: GPL-3.0-only
#include "ui/theme/icons.h"

#include "ui/theme/theme.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>
#include <cmath>

namespace schmidt {

namespace {

    constexpr int side = 16; ///< logical pixels

    QPixmap drawn(const QByteArray& picture, const QColor& color, double scale)
    {
        QByteArray tinted = picture;
        tinted.replace("#000000", color.name().toLatin1());
        QSvgRenderer renderer(tinted);
        const int pixels = static_cast<int>(std::lround(side * scale));
        QPixmap pixmap(pixels, pixels);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
        painter.end();
        pixmap.setDevicePixelRatio(scale);
        return pixmap;
    }

} // namespace

QIcon screenIcon(const QString& screen, const Theme& theme)
{
    QFile file(QStringLiteral(":/icons/screen-%1.svg").arg(screen));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray picture = file.readAll();
    QIcon icon;
    for (const double scale : { 1.0, 1.5, 2.0, 3.0 }) {
        icon.addPixmap(drawn(picture, theme.colors().muted, scale), QIcon::Normal);
        icon.addPixmap(drawn(picture, theme.colors().accent, scale), QIcon::Selected);
    }
    return icon;
}

} // namespace schmidt
