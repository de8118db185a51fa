// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/capture.h"

#include "ui/shell/main_window.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QPixmap>

namespace schmidt {

namespace {

    constexpr int settleMilliseconds = 700;

    void settle()
    {
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < settleMilliseconds)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }

} // namespace

Result<void> captureScreens(MainWindow& window, const QString& folder, const QString& suffix,
                            const QString& screen, QSize size)
{
    if (!QDir().mkpath(folder))
        return outOfResources("The folder " + folder.toStdString() + " cannot be made.");
    if (!screen.isEmpty() && !window.screenIds().contains(screen))
        return usageError("There is no screen \"" + screen.toStdString() + "\"; known are "
                          + window.screenIds().join(QStringLiteral(", ")).toStdString() + ".");
    window.resize(size);
    window.show();
    for (const QString& id : window.screenIds()) {
        if (!screen.isEmpty() && id != screen)
            continue;
        window.showScreen(id);
        settle();
        const QString file = QStringLiteral("%1/%2-%3.png").arg(folder, id, suffix);
        if (!window.grab().save(file))
            return outOfResources(
                "The picture " + file.toStdString()
                + " cannot be written; free some space or choose another folder.");
    }
    return {};
}

} // namespace schmidt
