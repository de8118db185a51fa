// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/capture.h"

#include "ui/panels/panel.h"
#include "ui/panels/present/present_view.h"
#include "ui/shell/main_window.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QPixmap>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int settleMilliseconds = 700;
    const QLatin1String presentId("present"); ///< the scenes of Present mode

    void settle()
    {
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < settleMilliseconds)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }

    Result<void> savePicture(MainWindow& window, const QString& file)
    {
        settle();
        if (window.grab().save(file))
            return {};
        return outOfResources("The picture " + file.toStdString()
                              + " cannot be written; free some space or choose another folder.");
    }

    /// Pictures of the further pages of a screen; the first one is shown again at the end.
    Result<void> capturePages(MainWindow& window, const QString& id, const QString& folder,
                              const QString& suffix)
    {
        Panel* panel = window.panel(id);
        const QStringList pages = panel ? panel->pages() : QStringList();
        for (const QString& page : pages.mid(1)) {
            panel->showPage(page);
            SCHMIDT_CHECK(savePicture(
                window, QStringLiteral("%1/%2-%3-%4.png").arg(folder, id, page, suffix)));
        }
        if (!pages.isEmpty())
            panel->showPage(pages.first());
        return {};
    }

} // namespace

Result<void> captureScreens(MainWindow& window, const QString& folder, const QString& suffix,
                            const QString& screen, QSize size)
{
    if (!QDir().mkpath(folder))
        return outOfResources("The folder " + folder.toStdString() + " cannot be made.");
    if (!screen.isEmpty() && !window.screenIds().contains(screen) && screen != presentId)
        return usageError("There is no screen \"" + screen.toStdString() + "\"; known are "
                          + window.screenIds().join(QStringLiteral(", ")).toStdString()
                          + ", present.");
    window.resize(size);
    window.show();
    for (const QString& id : window.screenIds()) {
        if (!screen.isEmpty() && id != screen)
            continue;
        window.showScreen(id);
        SCHMIDT_CHECK(savePicture(window, QStringLiteral("%1/%2-%3.png").arg(folder, id, suffix)));
        SCHMIDT_CHECK(capturePages(window, id, folder, suffix));
    }
    if (!screen.isEmpty() && screen != presentId)
        return {};
    window.present(true);
    // A screen smaller than the wanted picture must not cut it.
    window.setWindowState(Qt::WindowNoState);
    window.resize(size);
    const auto& scenes = window.presentView()->scenes();
    for (int index = 0; index < std::max(1, static_cast<int>(scenes.size())); ++index) {
        window.presentView()->showScene(index);
        SCHMIDT_CHECK(savePicture(
            window, QStringLiteral("%1/present-%2-%3.png").arg(folder).arg(index + 1).arg(suffix)));
    }
    window.present(false);
    return {};
}

} // namespace schmidt
