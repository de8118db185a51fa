// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "ui/model/workspace.h"
#include "ui/shell/main_window.h"

#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

/// Resident memory of this process in bytes, what the heap holds in reserve given back before.
double residentBytes()
{
    malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    double size = 0, resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

} // namespace

/// Opening and closing projects in the real window must not let it grow.
class MemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("memory_test"));
        m_theme.install(*qApp);
    }

    void aHundredProjectsLeaveNothingBehind()
    {
        constexpr int projects = 2, warmUp = 10, openings = 100;
        constexpr double largestGrowth = 1.05;
        for (int index = 0; index < projects; ++index)
            QVERIFY(writeSyntheticProject(folder(index).toStdString(), 6 + 2 * index).ok());
        Workspace workspace;
        MainWindow window(workspace, m_theme);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        const QStringList screens = window.screenIds();
        double before = 0;
        for (int opening = 0; opening < warmUp + openings; ++opening) {
            if (opening == warmUp)
                before = residentBytes();
            QVERIFY(window.openPath(folder(opening % projects)));
            window.showScreen(screens[opening % screens.size()]);
            QCoreApplication::processEvents();
            workspace.closeProject();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
        }
        const double after = residentBytes();
        qInfo("before %.1f MB, after %.1f MB", before / 1e6, after / 1e6);
        QVERIFY2(after <= largestGrowth * before,
                 qPrintable(QStringLiteral("%1 -> %2").arg(before).arg(after)));
    }

private:
    QString folder(int index) const
    {
        return m_folder.filePath(QStringLiteral("project%1").arg(index));
    }

    QTemporaryDir m_folder;
    Theme m_theme;
};

QTEST_MAIN(MemoryTest)
#include "memory_test.moc"
