// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "tests/support/tiny_models.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/ledger/run_table.h"
#include "ui/panels/model/tensor_table.h"
#include "ui/panels/queue/job_table.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;

/// The workspace, its jobs and the table models, without any window.
class WorkspaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(writeTinyHfModel(path("model").toStdString(), {}).ok()); }

    void editsUndoAndMerge()
    {
        Workspace workspace;
        QVERIFY(workspace.createProject(path("edits"), path("model")).ok());
        const Recipe start = workspace.recipe();
        for (const int width : { 56, 48, 40 }) {
            Recipe next = workspace.recipe();
            next.layers[0].mlpWidth = width;
            workspace.editRecipe(QStringLiteral("drag"), next, 3);
        }
        QCOMPARE(workspace.undoStack()->count(), 1);
        workspace.finishEdit();
        Recipe next = workspace.recipe();
        next.layers[0].mlpWidth = 32;
        workspace.editRecipe(QStringLiteral("drag"), next, 3);
        QCOMPARE(workspace.undoStack()->count(), 2);
        workspace.undoStack()->undo();
        QCOMPARE(workspace.recipe().layers[0].mlpWidth, 40);
        workspace.undoStack()->undo();
        QVERIFY(workspace.recipe() == start);
    }

    /// No job has run yet, so the project knows nothing of its model but the place.
    void modelMovedBeforeAnyJob()
    {
        QVERIFY(writeTinyHfModel(path("before").toStdString(), {}).ok());
        Workspace workspace;
        QVERIFY(workspace.createProject(path("moved"), path("before")).ok());
        QVERIFY(!workspace.modelMissing());
        QVERIFY(QDir().rename(path("before"), path("after")));
        QVERIFY(workspace.openProject(path("moved")).ok());
        QVERIFY(workspace.modelMissing() && !workspace.architecture());
        auto other = Ledger::open(path("moved").toStdString());
        QVERIFY(other.ok());
        QVERIFY(other->setModel({ path("after").toStdString(), {}, "tiny" }).ok());
        QTRY_VERIFY(workspace.source());
        QVERIFY(!workspace.modelMissing() && workspace.modelProblem().isEmpty());
        QCOMPARE(workspace.recipe().layers.size(), workspace.architecture()->layers.size());
    }

    void draftAndGoalsSurviveClosing()
    {
        {
            Workspace workspace;
            QVERIFY(workspace.createProject(path("kept"), path("model")).ok());
            Recipe next = workspace.recipe();
            next.layers[1].mlpWidth = 32;
            workspace.editRecipe(QStringLiteral("edit"), next);
            Goals goals;
            goals.workload = "code";
            goals.maxKl = 0.25;
            QVERIFY(workspace.setGoals(goals).ok());
        }
        Workspace workspace;
        QVERIFY(workspace.openProject(path("kept")).ok());
        QCOMPARE(workspace.recipe().layers[1].mlpWidth, 32);
        QCOMPARE(workspace.goals().maxKl, std::optional<double>(0.25));
        QCOMPARE(workspace.jobSpec(JobKind::Analyze).arguments["workload"], Json("code"));
    }

    void aProjectKeepsItsModel()
    {
        TinyModelOptions other;
        other.hidden = 48;
        QVERIFY(writeTinyHfModel(path("other").toStdString(), other).ok());
        Workspace workspace;
        QVERIFY(workspace.createProject(path("own"), path("model")).ok());
        const auto refused = workspace.createProject(path("own"), path("other"));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Usage);
    }

    void jobsRunOneAfterTheOther()
    {
        JobController jobs;
        jobs.setProgram(
            child("sleep 0.1\n"
                  "echo '{\"event\":\"started\",\"title\":\"x\",\"stages\":[{\"id\":\"a\","
                  "\"title\":\"A\",\"weight\":1}]}'\n"
                  "echo '{\"event\":\"stage\",\"stage\":\"a\"}'\n"
                  "echo '{\"event\":\"partial\",\"kind\":\"spectrum\",\"payload\":{\"layer\":"
                  "4}}'\n"
                  "echo '{\"event\":\"done\",\"summary\":{\"answer\":42}}'\n"));
        QSignalSpy partials(&jobs, &JobController::partialArrived);
        QSignalSpy finished(&jobs, &JobController::finished);
        const int first = jobs.enqueue({}, QStringLiteral("first"));
        const int second = jobs.enqueue({}, QStringLiteral("second"));
        QTRY_COMPARE(finished.count(), 2);
        QCOMPARE(finished[0][0].toInt(), first);
        QCOMPARE(finished[1][0].toInt(), second);
        QCOMPARE(jobs.entry(first)->state, JobState::Done);
        QCOMPARE(jsonValue<int>(jobs.entry(second)->summary, "answer", 0), 42);
        QCOMPARE(partials.count(), 2);
        QCOMPARE(jobs.entry(first)->fraction, 1.0);
    }

    void aStubbornChildIsKilledInTime()
    {
        JobController jobs;
        jobs.setProgram(child("trap '' TERM\nwhile true; do sleep 0.05; done\n"));
        QSignalSpy finished(&jobs, &JobController::finished);
        const int id = jobs.enqueue({}, QStringLiteral("stubborn"));
        QTRY_VERIFY(jobs.running());
        QTest::qWait(150);
        QElapsedTimer clock;
        clock.start();
        jobs.cancel(id);
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(jobs.entry(id)->state, JobState::Cancelled);
    }

    void aCrashedChildIsAFailureInWords()
    {
        JobController jobs;
        jobs.setProgram(child("kill -9 $$\n"));
        QSignalSpy finished(&jobs, &JobController::finished);
        const int id = jobs.enqueue({}, QStringLiteral("crash"));
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(jobs.entry(id)->state, JobState::Failed);
        QVERIFY(!jobs.entry(id)->error.isEmpty());
        jobs.setProgram(path("no-such-program"));
        const int missing = jobs.enqueue({}, QStringLiteral("missing"));
        QTRY_COMPARE(finished.count(), 2);
        QVERIFY(jobs.entry(missing)->error.contains(QStringLiteral("no-such-program")));
    }

    void tablesKeepTheRulesOfModels()
    {
        Workspace workspace;
        workspace.jobs()->setProgram(child("echo '{\"event\":\"done\",\"summary\":{}}'\n"));
        RunTableModel runs(workspace);
        JobTableModel jobs(*workspace.jobs());
        TensorTableModel tensors;
        QAbstractItemModelTester runsTester(&runs), jobsTester(&jobs), tensorsTester(&tensors);
        QVERIFY(workspace.createProject(path("tables"), path("model")).ok());
        tensors.setSource(workspace.source());
        QCOMPARE(tensors.rowCount(), static_cast<int>(workspace.source()->tensors().size()));
        RunRecord run;
        run.name = "by hand";
        run.state = RunState::Done;
        QVERIFY(workspace.ledger()->addRun(run).ok());
        workspace.reload();
        QCOMPARE(runs.rowCount(), 1);
        QVERIFY(
            runs.setData(runs.index(0, RunTableModel::Note), QStringLiteral("good"), Qt::EditRole));
        QCOMPARE(QString::fromStdString(workspace.ledger()->runs()->front().note),
                 QStringLiteral("good"));
        workspace.jobs()->enqueue({}, QStringLiteral("one"));
        QTRY_VERIFY(!workspace.jobs()->running()
                    && workspace.jobs()->entries().front().state == JobState::Done);
        QCOMPARE(jobs.rowCount(), 1);
    }

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }

    /// A shell script in the place of schmidt-cli.
    QString child(const char* body)
    {
        const QString file = m_folder.filePath(QStringLiteral("child%1.sh").arg(++m_children));
        QFile script(file);
        if (!script.open(QIODevice::WriteOnly))
            return {};
        script.write("#!/bin/sh\n");
        script.write(body);
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file;
    }

    QTemporaryDir m_folder;
    int m_children = 0;
};

QTEST_GUILESS_MAIN(WorkspaceTest)
#include "workspace_test.moc"
