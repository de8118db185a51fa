// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "tests/support/watched_application.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/chat_column.h"
#include "ui/panels/compare/chat_view.h"
#include "ui/panels/ledger/run_table.h"
#include "ui/panels/panel.h"
#include "ui/panels/present/present_view.h"
#include "ui/panels/queue/batch_dialog.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/panels/recipe/totals_bar.h"
#include "ui/plots/pareto_plot.h"
#include "ui/shell/main_window.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QUndoStack>
#include <QtTest>
#include <algorithm>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

/// The two journeys that the program is built for, in the real window and with the real engine in
/// its child process: somebody shows the sample project to stakeholders, and an engineer opens a
/// new model, compresses it and writes its card.
class JourneysTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("journeys_test"));
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
        if (!QFileInfo::exists(program()))
            QSKIP("The engine is not built: schmidt-cli is missing beside the window.");
        if (modelFile().isEmpty())
            QSKIP("The default model is not there; packaging/setup.sh fetches it.");
        m_theme.install(*qApp);
    }

    void cleanup()
    {
        m_window.reset();
        m_workspace.reset();
    }

    void cleanupTestCase()
    {
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
    }

    void stakeholderDemo()
    {
        openWindow();
        QElapsedTimer clock;
        clock.start();
        trigger("open_sample");
        QCOMPARE(m_window->currentScreen(), QStringLiteral("spectra"));
        QVERIFY(m_workspace->isOpen() && m_workspace->source() && m_workspace->predictor());
        // Two seconds on a quiet machine.
        QVERIFY2(clock.elapsed() < 6000, qPrintable(QString::number(clock.elapsed())));

        walkThePresentation();
        slideAndPickFromTheFront();
        const std::size_t before = m_workspace->runs().size();
        runTheDraft(QStringLiteral("demo"));
        QCOMPARE(m_workspace->runs().size(), before + 1);

        const RunRecord& made = m_workspace->runs().back();
        for (const char* name : { metric_names::fileBytes, metric_names::klMean }) {
            const Metric* metric = findMetric(made.metrics, name);
            QVERIFY2(metric && metric->present() && metric->provenance == Provenance::Measured,
                     name);
        }
        askBaselineAnd(made.id);
        saveCard(made.id, QStringLiteral("pdf"), m_folder.filePath("card.pdf"));
        const auto pdf = readTextFile(m_folder.filePath("card.pdf").toStdString());
        QVERIFY(pdf.ok() && pdf->starts_with("%PDF"));
    }

    /// The analysis of a model takes minutes: here it is begun, seen to stream and stopped; then
    /// the project gets the finished one of the sample project from its cache, as an engineer who
    /// has analyzed this model before does.
    void engineerWithANewModel()
    {
        const QString model = m_folder.filePath("new-model.gguf");
        QVERIFY(QFile::link(modelFile(), model));
        openWindow();
        QVERIFY(m_window->openPath(model));
        QCOMPARE(m_window->currentScreen(), QStringLiteral("model"));
        QVERIFY(!m_workspace->analysis());
        streamSpectraAndStop();
        takeFinishedAnalysis();

        m_window->showScreen(QStringLiteral("recipe"));
        QVERIFY(m_workspace->predictor());
        const Recipe draft = cheapened(m_workspace->recipe());
        m_workspace->editRecipe(QStringLiteral("lock most layers"), draft);
        m_window->findChild<QComboBox*>("target_kind")->setCurrentIndex(0);
        m_window->findChild<QDoubleSpinBox*>("target_value")->setValue(98);
        press(QStringLiteral("Allocate"));
        QCOMPARE(m_workspace->recipe().layers[0], draft.layers[0]);
        QVERIFY(!(m_workspace->recipe().layers == draft.layers));

        queueANight();
        compareAndWriteTheCard();
        cardTellsTheRun();
        sortTheLedger();
        leaveARunOut();
    }

    /// Somebody gets a project folder from a colleague and has the model elsewhere.
    void modelThatLiesElsewhere()
    {
        namespace fs = std::filesystem;
        const QString project = m_folder.filePath("handed over");
        fs::copy(fs::path(SCHMIDT_SOURCE_DIR) / "resources" / "sample", project.toStdString(),
                 fs::copy_options::recursive);
        openWindow();
        QVERIFY(m_window->openPath(project));
        QVERIFY(!m_workspace->source());
        answerFileDialog(modelFile());
        press(QStringLiteral("Locate model…"));
        finishJobs(60);
        QTRY_VERIFY(m_workspace->source());
        QVERIFY(m_workspace->modelProblem().isEmpty() && m_workspace->predictor());
    }

private:
    void streamSpectraAndStop()
    {
        m_window->showScreen(QStringLiteral("spectra"));
        press(QStringLiteral("Analyze"));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_workspace->analysis() && m_workspace->analysis()->spectra.size() >= 7, 60000);
        QVERIFY(!m_workspace->analysis()->complete());
        // Pause holds it, resume lets it go on, cancel ends it.
        const int job = m_workspace->jobs()->running()->id;
        m_window->showScreen(QStringLiteral("queue"));
        press(QStringLiteral("Pause"));
        QTest::qWait(300);
        const std::size_t held = m_workspace->analysis()->spectra.size();
        QTest::qWait(700);
        QCOMPARE(m_workspace->analysis()->spectra.size(), held);
        press(QStringLiteral("Resume"));
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->analysis()->spectra.size() > held, 30000);
        press(QStringLiteral("Cancel"));
        QTRY_COMPARE_WITH_TIMEOUT(m_workspace->jobs()->entry(job)->state, JobState::Cancelled,
                                  15000);
    }

    void takeFinishedAnalysis()
    {
        const std::filesystem::path sample
            = std::filesystem::path(SCHMIDT_SOURCE_DIR) / "resources" / "sample";
        const auto finished = Ledger::open(sample, true);
        QVERIFY(finished.ok());
        const auto analyses = finished->value("analyses");
        QVERIFY(analyses.ok());
        const auto hash = jsonValue<std::string>(*analyses, "faq", {});
        const auto bytes = readTextFile(finished->objectPath(hash));
        QVERIFY(bytes.ok());
        Ledger* ledger = m_workspace->ledger();
        const auto stored = ledger->putObject(*bytes);
        QVERIFY(stored.ok());
        QCOMPARE(*stored, hash);
        QVERIFY(ledger->setValue("analyses", *analyses).ok());
        m_workspace->reload();
        QVERIFY(m_workspace->analysis() && m_workspace->analysis()->complete());
    }

    /// Two recipes that differ in size, one after the other.
    void queueANight()
    {
        m_window->showScreen(QStringLiteral("queue"));
        BatchDialog dialog(*m_workspace);
        dialog.show();
        dialog.findChild<QSpinBox*>("batch_count")->setValue(2);
        const double whole = *m_workspace->predictor()
                                  ->predict(cheapened(identityRecipe(*m_workspace->architecture())))
                                  .fileBytes.value
            / 1e6;
        for (auto* size : dialog.findChildren<QDoubleSpinBox*>())
            size->setValue((size->accessibleName().startsWith("Largest") ? 0.99 : 0.98) * whole);
        QTest::mouseClick(dialog.findChild<QPushButton*>("batch_spread"), Qt::LeftButton);
        QCOMPARE(dialog.entries().size(), std::size_t(2));
        for (const BatchEntry& entry : dialog.entries())
            QVERIFY2(entry.problem.isEmpty(), qPrintable(entry.problem));
        const std::size_t before = m_workspace->jobs()->entries().size();
        QCOMPARE(dialog.enqueueAll(), 2);
        QTRY_VERIFY(m_workspace->jobs()->running());
        const auto entry = [&](std::size_t place) -> const JobEntry& {
            return m_workspace->jobs()->entries()[before + place];
        };
        QTRY_VERIFY_WITH_TIMEOUT(
            entry(0).state != JobState::Queued && entry(0).state != JobState::Running, 400000);
        QVERIFY2(entry(0).state == JobState::Done, qPrintable(entry(0).error));
        // The morning comes early: what runs then is stopped.
        m_workspace->jobs()->cancelAll();
        QTRY_COMPARE_WITH_TIMEOUT(entry(1).state, JobState::Cancelled, 15000);
    }

    void compareAndWriteTheCard()
    {
        m_window->showScreen(QStringLiteral("compare"));
        const auto& runs = m_workspace->runs();
        const auto done = std::find_if(runs.begin(), runs.end(), [](const RunRecord& run) {
            return !run.baseline && run.state == RunState::Done;
        });
        QVERIFY(done != runs.end());
        const Metric* kl = findMetric(done->metrics, metric_names::klMean);
        QVERIFY(kl && kl->present() && kl->provenance == Provenance::Measured);
        saveCard(done->id, QStringLiteral("huggingface"), m_folder.filePath("README.md"));
    }

    const RunRecord& finishedRun() const
    {
        const auto& runs = m_workspace->runs();
        return *std::find_if(runs.begin(), runs.end(), [](const RunRecord& run) {
            return !run.baseline && run.state == RunState::Done;
        });
    }

    void cardTellsTheRun()
    {
        const auto card = readTextFile(m_folder.filePath("README.md").toStdString());
        QVERIFY(card.ok());
        const auto says
            = [&card](const std::string& text) { return card->find(text) != std::string::npos; };
        const auto recipe = recipeFromJson(m_workspace->recipeOf(finishedRun().id));
        QVERIFY(recipe.ok());
        QVERIFY(says(m_workspace->architecture()->name));
        for (const LayerRecipe& layer : recipe->layers)
            QVERIFY2(says(std::to_string(layer.mlpWidth)), card->c_str());
        const Metric* kl = findMetric(finishedRun().metrics, metric_names::klMean);
        QVERIFY2(says(formatNumber(*kl->value)), card->c_str());
    }

    void sortTheLedger()
    {
        m_window->showScreen(QStringLiteral("ledger"));
        auto* table = m_window->panel("ledger")->findChild<QTableView*>();
        QVERIFY(table && table->isVisible());
        QHeaderView* header = table->horizontalHeader();
        const auto names = [table] {
            QStringList texts;
            for (int row = 0; row < table->model()->rowCount(); ++row)
                texts << table->model()->index(row, RunTableModel::Name).data().toString();
            return texts;
        };
        const QStringList before = names();
        QVERIFY(before.size() >= 2);
        QStringList sorted;
        for (int click = 0; click < 2; ++click) {
            QTest::mouseClick(
                header->viewport(), Qt::LeftButton, {},
                { header->sectionViewportPosition(RunTableModel::Id) + 10, header->height() / 2 });
            sorted = names();
            if (sorted != before)
                break;
        }
        QVERIFY(sorted != before);
        std::reverse(sorted.begin(), sorted.end());
        QCOMPARE(sorted, before);
    }

    void leaveARunOut()
    {
        m_window->showScreen(QStringLiteral("compare"));
        m_window->panel("compare")->showPage(QStringLiteral("table"));
        const RunId baseline = m_workspace->runs().front().id, run = finishedRun().id;
        auto* table = m_window->panel("compare")->findChild<QTableView*>();
        m_workspace->setComparedRuns({ baseline, run });
        QCoreApplication::processEvents();
        const int columns = table->model()->columnCount();
        m_workspace->setComparedRuns({ baseline });
        QCoreApplication::processEvents();
        QCOMPARE(table->model()->columnCount(), columns - 1);
        m_workspace->setComparedRuns({ baseline, run });
        // What the plot shows leaves the program as data.
        m_window->showScreen(QStringLiteral("recipe"));
        const QString path = m_folder.filePath("front.csv");
        QVERIFY(m_window->panel("recipe")->findChild<ParetoPlot*>()->exportCsv(path).ok());
        const auto csv = readTextFile(path.toStdString());
        QVERIFY(csv.ok() && csv->find("measured,\"" + finishedRun().name) != std::string::npos);
    }

    static QString program() { return QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt-cli"); }

    static QString modelFile()
    {
        const QDir models(QStringLiteral(SCHMIDT_SOURCE_DIR "/.deps/models"));
        const auto files = models.entryInfoList({ QStringLiteral("*.gguf") }, QDir::Files);
        return files.empty() ? QString() : files.front().filePath();
    }

    void openWindow()
    {
        m_workspace = std::make_unique<Workspace>();
        m_workspace->jobs()->setProgram(program());
        m_window = std::make_unique<MainWindow>(*m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    void trigger(const char* command)
    {
        for (QAction* action : m_window->commands())
            if (action->objectName() == QLatin1String(command)) {
                QVERIFY2(action->isEnabled(), command);
                action->trigger();
                QCoreApplication::processEvents();
                return;
            }
        QFAIL(command);
    }

    /// Presses the visible button with these words.
    void press(const QString& words)
    {
        for (QPushButton* button : m_window->findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == words) {
                QVERIFY2(button->isEnabled(), qPrintable(words + ": " + button->toolTip()));
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        QFAIL(qPrintable("no button " + words));
    }

    /// Waits for all jobs; the window must stay responsive meanwhile.
    void finishJobs(int seconds)
    {
        const Watch watch;
        QTRY_VERIFY_WITH_TIMEOUT(!m_workspace->jobs()->running() && !waiting(), seconds * 1000);
        for (const JobEntry& entry : m_workspace->jobs()->entries())
            QVERIFY2(entry.state == JobState::Done,
                     qPrintable(entry.title + ": " + entry.error + '\n' + entry.log.join('\n')));
    }

    bool waiting() const
    {
        const auto& entries = m_workspace->jobs()->entries();
        return std::any_of(entries.begin(), entries.end(),
                           [](const JobEntry& entry) { return entry.state == JobState::Queued; });
    }

    void walkThePresentation()
    {
        trigger("present");
        PresentView* view = m_window->presentView();
        QVERIFY(view->isVisible());
        const int scenes = static_cast<int>(view->scenes().size());
        QVERIFY2(scenes >= 4, qPrintable(QString::number(scenes)));
        const Watch watch;
        for (int scene = 0; scene < scenes; ++scene) {
            QCOMPARE(view->current(), scene);
            const Scene& shown = view->scenes()[static_cast<std::size_t>(scene)];
            QVERIFY(!shown.title.isEmpty() && !shown.sentence.isEmpty());
            QTest::keyClick(view, Qt::Key_Right);
            QTest::qWait(40);
        }
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(!view->isVisible());
    }

    void slideAndPickFromTheFront()
    {
        m_window->showScreen(QStringLiteral("recipe"));
        auto* panel = m_window->findChild<RecipePanel*>();
        QVERIFY(panel->isVisible());
        QStringList sizes;
        {
            const Watch watch;
            for (const int percent : { 95, 85, 75 }) {
                panel->globalSlider()->setValue(percent);
                QCoreApplication::processEvents();
                sizes << m_window->findChild<TotalsBar*>()->totals().front().value;
                QVERIFY(m_workspace->prediction()->kl.value.value_or(0) > 0);
            }
        }
        QCOMPARE(QSet<QString>(sizes.begin(), sizes.end()).size(), 3);
        auto* front = panel->findChild<ParetoPlot*>();
        std::optional<QPoint> knee;
        QTRY_VERIFY((knee = placeOnFront(*front, 12)).has_value());
        const Recipe before = m_workspace->recipe();
        QTest::mouseClick(front, Qt::LeftButton, {}, *knee);
        QVERIFY(!(m_workspace->recipe() == before));
    }

    static std::optional<QPoint> placeOnFront(const ParetoPlot& plot, int index)
    {
        for (int x = 0; x < plot.width(); x += 2)
            for (int y = 0; y < plot.height(); y += 2)
                if (plot.frontPointAt(QPointF(x, y)) == index)
                    return QPoint(x, y);
        return {};
    }

    /// A recipe that the engine finishes in seconds: all blocks but the last two stay as they are,
    /// weights are rounded, and as few tokens calibrate as it takes.
    Recipe cheapened(Recipe recipe) const
    {
        const Architecture& architecture = *m_workspace->architecture();
        recipe.mode = WidthMode::PerLayer;
        recipe.calibrationTokens = 2048;
        const Scheme scheme { SchemeKind::Rtn, { 8, 32, true } };
        for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer) {
            recipe.layers[layer].schemes.fill(scheme);
            if (layer + 2 < recipe.layers.size()) {
                recipe.layers[layer].mlpWidth = architecture.layers[layer].intermediateSize;
                recipe.layers[layer].kvGroups = architecture.layers[layer].kvHeads;
                recipe.layers[layer].locked = true;
            }
        }
        recipe.embeddingScheme = scheme;
        return recipe;
    }

    /// "Run recipe" with what is left of the draft when it is made cheap.
    void runTheDraft(const QString& name)
    {
        Recipe recipe = cheapened(m_workspace->recipe());
        recipe.name = name.toStdString();
        m_workspace->editRecipe(QStringLiteral("a cheap one"), recipe);
        m_window->showScreen(QStringLiteral("recipe"));
        press(QStringLiteral("Run recipe"));
        m_window->showScreen(QStringLiteral("queue"));
        finishJobs(240);
    }

    void askBaselineAnd(RunId run)
    {
        m_workspace->setComparedRuns({ m_workspace->runs().front().id, run });
        m_window->showScreen(QStringLiteral("compare"));
        m_window->panel("compare")->showPage(QStringLiteral("chat"));
        auto* chat = m_window->findChild<ChatView*>();
        QVERIFY(chat->isVisible());
        chat->findChild<QSpinBox*>("chat_tokens")->setValue(6);
        auto* ask = chat->findChild<QPushButton*>("chat_ask");
        QTRY_VERIFY(ask->isEnabled());
        QTest::mouseClick(ask, Qt::LeftButton);
        finishJobs(120);
        int answers = 0;
        for (const ChatColumn* column : chat->findChildren<ChatColumn*>())
            answers += column->isVisible() && !column->answer().isEmpty();
        QCOMPARE(answers, 2);
    }

    void saveCard(RunId run, const QString& format, const QString& path)
    {
        m_window->showScreen(QStringLiteral("card"));
        Panel* panel = m_window->panel("card");
        for (auto* box : panel->findChildren<QComboBox*>()) {
            if (const int index = box->findData(format); index >= 0)
                box->setCurrentIndex(index);
            else if (const int place = box->findData(QVariant::fromValue(qlonglong(run.value)));
                     place >= 0)
                box->setCurrentIndex(place);
        }
        answerFileDialog(path);
        press(QStringLiteral("Save card…"));
        QVERIFY(QFileInfo::exists(path));
    }

    /// Chooses a file in the dialog that the next click opens.
    void answerFileDialog(const QString& path)
    {
        QTimer::singleShot(0, this, [path] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (!dialog)
                return;
            dialog->selectFile(path);
            QMetaObject::invokeMethod(dialog, "accept");
        });
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;
};

SCHMIDT_WATCHED_MAIN(JourneysTest)
#include "journeys_test.moc"
