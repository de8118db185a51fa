// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "ui/model/workspace.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;

/// The predictor of a project with more runs than the window keeps recipes of.
class LearningTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFinishedRunTeaches()
    {
        constexpr int added = Workspace::keptRecipes + 40;
        const std::filesystem::path folder = m_folder.filePath("project").toStdString();
        QVERIFY(writeSyntheticProject(folder, 4).ok());
        int before = 0;
        {
            Workspace workspace;
            QVERIFY(workspace.openProject(m_folder.filePath("project")).ok());
            QVERIFY(workspace.predictor());
            before = workspace.predictor()->outcomeCount();
            QVERIFY(before > 0);
        }
        addRuns(folder, added);
        Workspace workspace;
        QVERIFY(workspace.openProject(m_folder.filePath("project")).ok());
        QVERIFY(workspace.predictor());
        QTRY_COMPARE(workspace.predictor()->outcomeCount(), before + added);
        // What nothing was learned from changes nothing.
        workspace.reload();
        QCOMPARE(workspace.predictor()->outcomeCount(), before + added);
        addRuns(folder, 1);
        workspace.reload();
        QTRY_COMPARE(workspace.predictor()->outcomeCount(), before + added + 1);
        // Closing while it learns is safe.
        addRuns(folder, 1);
        workspace.reload();
        workspace.closeProject();
        QVERIFY(!workspace.predictor());
    }

private:
    static void addRuns(const std::filesystem::path& folder, int count)
    {
        auto ledger = Ledger::open(folder);
        QVERIFY(ledger.ok());
        const Architecture architecture = syntheticArchitecture(4);
        for (int index = 0; index < count; ++index) {
            const RunRecord run = syntheticRun(architecture, "added " + std::to_string(index),
                                               0.3 + 0.6 * index / count);
            const auto id = ledger->addRun(run);
            QVERIFY(id.ok());
            QVERIFY(ledger->setMetrics(*id, run.metrics).ok());
        }
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(LearningTest)
#include "learning_test.moc"
