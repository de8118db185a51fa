// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/panel.h"
#include "ui/panels/queue/batch_dialog.h"
#include "ui/shell/main_window.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Pausing, resuming, failing and whole nights of recipes; a made-up child works.
class QueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("queue_test"));
        QVERIFY(writeSyntheticProject(m_folder.filePath("project").toStdString(), 4).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(m_window->openPath(m_folder.filePath("project")));
        m_window->showScreen(QStringLiteral("queue"));
        m_panel = m_window->panel("queue");
    }

    void aPausedJobStandsStillAndGoesOn()
    {
        // Counts up ten times a second until it is told to stop.
        useChild("n=0; while [ $n -lt 600 ]; do n=$((n+1)); "
                 "echo \"{\\\"event\\\":\\\"progress\\\",\\\"stage\\\":\\\"count\\\","
                 "\\\"done\\\":$n,\\\"total\\\":600,\\\"item\\\":\\\"$n\\\"}\"; sleep 0.1; done");
        const int id = jobs().enqueue(m_workspace.jobSpec(JobKind::Compress), "count");
        QTRY_VERIFY(jobs().running() && jobs().entry(id)->item.toInt() > 1);
        QTRY_VERIFY(button("queue_pause")->isEnabled());
        QTest::mouseClick(button("queue_pause"), Qt::LeftButton);
        QVERIFY(jobs().entry(id)->paused);
        QTest::qWait(300); // what was on its way
        const QString held = jobs().entry(id)->item;
        const double seconds = jobs().entry(id)->seconds;
        QTest::qWait(800);
        QCOMPARE(jobs().entry(id)->item, held);
        QCOMPARE(button("queue_pause")->text(), QStringLiteral("Resume"));
        QTest::mouseClick(button("queue_pause"), Qt::LeftButton);
        QTRY_VERIFY(jobs().entry(id)->item != held);
        // A pause is no working time.
        QVERIFY(jobs().entry(id)->seconds < seconds + 0.8);
        jobs().setPaused(id, true);
        QTest::mouseClick(button("queue_cancel"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(jobs().entry(id)->state, JobState::Cancelled, 8000);
    }

    void aFailureSaysWhyAndHowToRepeatIt()
    {
        useChild("echo '{\"event\":\"stage\",\"stage\":\"compress\"}'; "
                 "echo '{\"event\":\"log\",\"level\":\"info\",\"text\":\"at layer 7\"}'; "
                 "echo '{\"event\":\"failed\",\"code\":\"resources\",\"message\":\"The disk is "
                 "full.\"}'; exit 5");
        const int failing = jobs().enqueue(m_workspace.jobSpec(JobKind::Compress), "failing");
        QTRY_COMPARE(jobs().entry(failing)->state, JobState::Failed);
        auto* why = m_panel->findChild<QLabel*>("queue_why");
        QTRY_VERIFY(why->isVisible());
        QCOMPARE(why->text(), QStringLiteral("The disk is full."));
        QVERIFY(m_panel->findChild<QPlainTextEdit*>()->toPlainText().contains("at layer 7"));
        QVERIFY(m_panel->findChild<QLineEdit*>()->text().startsWith("schmidt-cli compress"));
        QCOMPARE(button("queue_repeat")->text(), QStringLiteral("Resume from “compress”"));
        // Another job that starts does not take the failure out of sight.
        useChild("echo '{\"event\":\"done\",\"summary\":{}}'");
        const int next = jobs().enqueue(m_workspace.jobSpec(JobKind::Compress), "next");
        QTRY_COMPARE(jobs().entry(next)->state, JobState::Done);
        QVERIFY(why->isVisible());
        QTest::mouseClick(button("queue_repeat"), Qt::LeftButton);
        QTRY_COMPARE(jobs().entries().back().state, JobState::Done);
        QCOMPARE(jobs().entries().back().title, QStringLiteral("failing"));
    }

    /// Every entry of the export dialog becomes the job it names.
    void exportsQueueWhatWasChosen()
    {
        useChild("echo '{\"event\":\"done\",\"summary\":{}}'");
        m_window->showScreen(QStringLiteral("card"));
        const QString target = m_folder.filePath("exported");
        const std::vector<std::array<const char*, 4>> expected {
            { "GGUF for llama.cpp", "gguf", "native", "" },
            { "Hugging Face folder", "hf", "native", "" },
            { "Hugging Face folder with widths per layer, for vLLM and MLX", "hf", "block-configs",
              "" },
            { "Hugging Face folder, zero-padded", "hf", "padded", "" },
            { "compressed-tensors folder for vLLM", "compressed-tensors", "native", "" },
            { "compressed-tensors folder, W8A8 for INT8 kernels", "compressed-tensors", "native",
              "W8A8" },
            { "GPTQ folder for vLLM", "gptq", "native", "" },
            { "AWQ folder for vLLM", "awq", "native", "" },
            { "ONNX folder for ONNX Runtime", "onnx", "native", "" },
        };
        for (std::size_t place = 0; place < expected.size(); ++place) {
            QStringList filters;
            QTimer::singleShot(0, this, [&filters, &target, place] {
                auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
                if (!dialog)
                    return;
                filters = dialog->nameFilters();
                dialog->selectNameFilter(filters.value(static_cast<qsizetype>(place)));
                dialog->selectFile(target);
                QMetaObject::invokeMethod(dialog, "accept");
            });
            for (auto* candidate : m_window->panel("card")->findChildren<QPushButton*>())
                if (candidate->text() == QStringLiteral("Export model…"))
                    QTest::mouseClick(candidate, Qt::LeftButton);
            QCOMPARE(filters.size(), static_cast<qsizetype>(expected.size()));
            const auto& [title, format, carrier, type] = expected[place];
            QVERIFY2(filters[static_cast<qsizetype>(place)].startsWith(QString(title) + " ("),
                     qPrintable(filters.join('\n')));
            const JobEntry& entry = jobs().entries().back();
            QCOMPARE(entry.spec.kind, JobKind::Export);
            QCOMPARE(jsonValue(entry.spec.arguments, "format", std::string()), std::string(format));
            QCOMPARE(jsonValue(entry.spec.arguments, "carrier", std::string()),
                     std::string(carrier));
            QCOMPARE(jsonValue(entry.spec.arguments, "type", std::string()), std::string(type));
            QVERIFY(QString::fromStdString(jsonValue(entry.spec.arguments, "out", std::string()))
                        .startsWith(target));
            const int id = entry.id;
            QTRY_COMPARE(jobs().entry(id)->state, JobState::Done);
        }
        m_window->showScreen(QStringLiteral("queue"));
    }

    void waitingJobsMove()
    {
        useChild("sleep 20");
        const int running = jobs().enqueue(m_workspace.jobSpec(JobKind::Compress), "running");
        QTRY_VERIFY(jobs().running());
        const int first = jobs().enqueue(m_workspace.jobSpec(JobKind::Compress), "first");
        const int second = jobs().enqueue(m_workspace.jobSpec(JobKind::Compress), "second");
        jobs().moveDown(first);
        QCOMPARE(jobs().entries().back().id, first);
        jobs().moveDown(first);
        jobs().moveUp(second); // not before what runs
        QCOMPARE(jobs().entries()[jobs().entries().size() - 2].id, second);
        jobs().cancelAll();
        QTRY_COMPARE_WITH_TIMEOUT(jobs().entry(running)->state, JobState::Cancelled, 8000);
    }

    void aNightOfRecipes()
    {
        useChild("echo '{\"event\":\"done\",\"summary\":{}}'");
        BatchDialog dialog(m_workspace);
        dialog.show();
        QVERIFY(dialog.entries().empty());
        dialog.findChild<QSpinBox*>("batch_count")->setValue(5);
        QTest::mouseClick(dialog.findChild<QPushButton*>("batch_spread"), Qt::LeftButton);
        QCOMPARE(dialog.entries().size(), std::size_t(5));
        dialog.addFile(m_folder.filePath("nothing.json"));
        Recipe own = m_workspace.recipe();
        own.name = "own";
        own.mode = WidthMode::PerLayer;
        own.layers[1].mlpWidth = 512;
        const fs::path file = m_folder.filePath("own.json").toStdString();
        QVERIFY(writeFileAtomically(file, dumpJson(toJson(own), 1)).ok());
        dialog.addFile(QString::fromStdString(file.string()));
        QCOMPARE(dialog.entries().size(), std::size_t(7));
        QVERIFY(dialog.entries()[5].problem.contains("nothing.json"));
        QVERIFY(dialog.entries()[6].problem.isEmpty());
        int runnable = 0;
        double before = INFINITY;
        for (const BatchEntry& entry : dialog.entries())
            if (entry.problem.isEmpty()) {
                ++runnable;
                if (entry.name == QLatin1String("own"))
                    continue;
                const double bytes
                    = *m_workspace.predictor()->predict(entry.recipe).fileBytes.value;
                QVERIFY(bytes < before);
                before = bytes;
            }
        QVERIFY(runnable >= 3);
        const std::size_t known = jobs().entries().size();
        QCOMPARE(dialog.enqueueAll(), runnable);
        QCOMPARE(jobs().entries().size(), known + static_cast<std::size_t>(runnable));
        QTRY_COMPARE_WITH_TIMEOUT(jobs().entries().back().state, JobState::Done, 10000);
        QCOMPARE(jobs().entries().back().spec.arguments["name"], Json("own"));
    }

private:
    JobController& jobs() { return *m_workspace.jobs(); }

    QPushButton* button(const char* name) const
    {
        return m_panel->findChild<QPushButton*>(QString::fromLatin1(name));
    }

    void useChild(const std::string& lines)
    {
        const fs::path script = m_folder.filePath("child.sh").toStdString();
        QVERIFY(writeFileAtomically(script, "#!/bin/sh\n" + lines + "\n").ok());
        fs::permissions(script, fs::perms::owner_all);
        jobs().setProgram(QString::fromStdString(script.string()));
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
    Panel* m_panel = nullptr;
};

SCHMIDT_WATCHED_MAIN(QueueTest)
#include "queue_test.moc"
