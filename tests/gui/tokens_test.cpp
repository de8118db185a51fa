// SPDX-License-Identifier: GPL-3.0-only
#include "analysis/token_report.h"
#include "base/file.h"
#include "tests/support/tiny_models.h"
#include "tests/support/watched_application.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/candidate_list.h"
#include "ui/panels/compare/token_detail.h"
#include "ui/panels/compare/tokens_view.h"
#include "ui/panels/panel.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/token_strip.h"
#include "ui/shell/capture.h"
#include "ui/shell/main_window.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// The token view in the real window, over a stored comparison with known numbers and a made-up
/// child process.
class TokensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("tokens_test"));
        QVERIFY(writeTinyHfModel(m_folder.filePath("model").toStdString(), {}).ok());
        QVERIFY(m_workspace.createProject(m_folder.filePath("project"), m_folder.filePath("model"))
                    .ok());
        // The window adds what the pipeline adds otherwise.
        const auto add = [this](const char* name, bool baseline) {
            RunRecord run;
            run.name = name;
            run.baseline = baseline;
            run.state = RunState::Done;
            run.createdAt = run.finishedAt = "2026-01-01T00:00:00Z";
            if (!baseline)
                run.artefact = "runs/somewhere";
            QVERIFY(m_workspace.ledger()->addRun(run).ok());
        };
        if (m_workspace.ledger()->runs()->empty())
            add("baseline", true);
        add("narrow", false);
        add("other", false);
        QVERIFY(writeReport(2, example(2)));
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->activateWindow();
        QVERIFY(m_window->openPath(m_folder.filePath("project")));
        m_window->showScreen(QStringLiteral("compare"));
        m_view = m_window->findChild<TokensView*>();
        m_strip = m_view->findChild<TokenStrip*>();
        m_map = m_view->findChild<HeatMap*>("tokens_map");
        for (QPushButton* button : m_window->panel("compare")->findChildren<QPushButton*>())
            if (button->text() == QLatin1String("Tokens"))
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(m_view->isVisible());
    }

    void aStoredComparisonShowsAtOnce()
    {
        QTRY_VERIFY(m_view->report());
        QCOMPARE(child<QComboBox>("tokens_run")->currentText(), QStringLiteral("r2 narrow"));
        QCOMPARE(m_strip->tokens().size(), std::size_t(7));
        QVERIFY(m_strip->message().isEmpty());
        QVERIFY(stripe().isEmpty());
        // The worst token is chosen, with what both models expected there.
        QCOMPARE(m_strip->current(), 3);
        QVERIFY(child<QLabel>("token_headline")->text().contains("ter"));
        const auto* detail = m_view->findChild<TokenDetail*>();
        const auto& left = detail->baselineList()->rows();
        const auto& right = detail->variantList()->rows();
        QCOMPARE(left.size(), std::size_t(2));
        QVERIFY(left[0].real && left[0].shared);
        QVERIFY(!left[1].shared && !right[0].shared);
        QVERIFY(right[1].real);
        QVERIFY(detail->variantList()->accessibleName().contains("narrow"));
        QVERIFY(detail->baselineList()->accessibleDescription().contains(QStringLiteral("✓")));
        QVERIFY(child<QLabel>("tokens_summary")->text().contains("7 tokens"));
    }

    void keysChooseTokensAndTheMapFollows()
    {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        const Watch watch;
        m_strip->setFocus();
        QTest::keyClick(m_strip, Qt::Key_Right);
        QCOMPARE(m_strip->current(), 4);
        QCOMPARE(m_map->currentColumn(), 3);
        QTest::keyClick(m_strip, Qt::Key_Left);
        QTest::keyClick(m_strip, Qt::Key_Left);
        QCOMPARE(m_strip->current(), 2);
        QTest::keyClick(m_strip, Qt::Key_Home);
        QCOMPARE(m_strip->current(), 1);
        QTest::keyClick(m_strip, Qt::Key_Left); // nothing predicted the first token
        QCOMPARE(m_strip->current(), 1);
        QTest::keyClick(m_strip, Qt::Key_End);
        QCOMPARE(m_strip->current(), 6);
        QVERIFY(m_strip->accessibleDescription().contains("6"));
        // The text has a line end, so up and down lead to another line.
        QTest::keyClick(m_strip, Qt::Key_Up);
        QVERIFY(m_strip->tokenArea(m_strip->current()).top() < m_strip->tokenArea(6).top());
        QTest::keyClick(m_strip, Qt::Key_Down);
        QVERIFY(m_strip->tokenArea(m_strip->current()).top() == m_strip->tokenArea(6).top());
    }

    void worstTokensInOrder()
    {
        QTest::keyClick(m_strip, Qt::Key_Home);
        std::vector<int> order;
        m_strip->setFocus();
        // KL by token: 1: 0.02, 2: 0.3, 3: 2.5, 4: 0.001, 5: 0.004, 6: 1.5
        for (int step = 0; step < 3; ++step) {
            QTest::keyClick(m_strip, Qt::Key_F8, Qt::ShiftModifier);
            order.push_back(m_strip->current());
        }
        QVERIFY(order == (std::vector<int> { 2, 6, 3 }));
        QTest::keyClick(m_strip, Qt::Key_F8, Qt::ShiftModifier);
        QCOMPARE(m_strip->current(), 3);
        QTest::mouseClick(child<QPushButton>("tokens_next"), Qt::LeftButton);
        QCOMPARE(m_strip->current(), 6);
        QCOMPARE(TokenStrip::strength(0.25), 0.25);
        QCOMPARE(TokenStrip::strength(NAN), 0.0);
        QCOMPARE(TokenStrip::strength(1.5), 1.0);
    }

    void theSentenceNamesLayerAndThreshold()
    {
        auto* threshold = child<QDoubleSpinBox>("tokens_threshold");
        const auto sentence = [this] { return child<QLabel>("tokens_sentence")->text(); };
        m_strip->setFocus();
        QTest::keyClick(m_strip, Qt::Key_Home);
        QTest::keyClick(m_strip, Qt::Key_Right);
        QTest::keyClick(m_strip, Qt::Key_Right);
        QCOMPARE(m_strip->current(), 3); // distances 0.1 and 0.6
        threshold->setValue(0.2);
        QVERIFY2(sentence().contains("L01") && sentence().contains("0.2"), qPrintable(sentence()));
        QCOMPARE(m_map->currentRow(), 1);
        threshold->setValue(0.05);
        QVERIFY(sentence().contains("L00"));
        threshold->setValue(1.5);
        QVERIFY2(sentence().contains("no layer") && sentence().contains("L01"),
                 qPrintable(sentence()));
        threshold->setValue(0.2);
    }

    void clicksSelectInBothPictures()
    {
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {},
                          m_strip->tokenArea(2).center().toPoint());
        QCOMPARE(m_strip->current(), 2);
        QCOMPARE(m_map->currentColumn(), 1);
        QTest::mouseClick(m_map, Qt::LeftButton, {}, m_map->toPixel(6.5, 0.5).toPoint());
        QCOMPARE(m_strip->current(), 6);
        QCOMPARE(m_map->currentRow(), 0);
    }

    void anotherTextIsSaidToBeStale()
    {
        auto* passage = child<QComboBox>("tokens_passage");
        const int before = passage->currentIndex();
        QVERIFY(passage->count() > 3);
        passage->setCurrentIndex(before == 2 ? 3 : 2);
        QVERIFY(stripe().contains("Another text"));
        QVERIFY(m_strip->message().isEmpty());
        passage->setCurrentIndex(before);
        QVERIFY(stripe().isEmpty());
    }

    void aComparisonIsMade()
    {
        auto* runs = child<QComboBox>("tokens_run");
        runs->setCurrentIndex(runs->findText(QStringLiteral("r3 other")));
        QTRY_VERIFY(!m_view->report());
        QVERIFY(m_strip->message().contains("Compare tokens"));
        auto* passage = child<QComboBox>("tokens_passage");
        passage->setCurrentIndex(0);
        auto* own = child<QPlainTextEdit>("tokens_own");
        auto* start = child<QPushButton>("tokens_start");
        QVERIFY(own->isVisible());
        QVERIFY(!start->isEnabled());
        own->setPlainText(QStringLiteral("Scattering light"));
        QVERIFY(start->isEnabled());
        QCOMPARE(m_view->jobSpec().arguments["prompt"], Json("Scattering light"));
        QCOMPARE(m_view->jobSpec().arguments["run"], Json("r3"));
        TokenReport report = example(3);
        report.request = { { "prompt", "Scattering light" },
                           { "max_tokens", m_view->jobSpec().arguments["max_tokens"] } };
        QVERIFY(writeFileAtomically(path("made.json"), dumpJson(toJson(report))).ok());
        setChild("echo '{\"event\":\"started\",\"title\":\"x\",\"stages\":[{\"id\":\"tokens\","
                 "\"title\":\"A\",\"weight\":1}]}'\nsleep 0.3\n"
                 "mkdir -p '"
                 + path("project/runs/r3")
                 + "'\n"
                   "cp '"
                 + path("made.json") + "' '" + path("project/runs/r3/tokens.json")
                 + "'\n"
                   "echo '{\"event\":\"done\",\"summary\":{\"run\":3}}'\n");
        const Watch watch;
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(start->text(), QStringLiteral("Stop"));
        QTRY_VERIFY(m_strip->message().contains("%"));
        QTRY_VERIFY(m_view->report());
        QCOMPARE(m_view->report()->run.value, std::int64_t(3));
        QTRY_COMPARE(start->text(), QStringLiteral("Compare tokens"));
        QVERIFY(m_strip->message().isEmpty());
        QVERIFY(stripe().isEmpty());
    }

    void aFailureIsSaidAndNothingIsLost()
    {
        setChild("echo '{\"event\":\"failed\",\"code\":\"resources\",\"message\":\"The disk is "
                 "full.\"}'\nexit 5\n");
        QTest::mouseClick(child<QPushButton>("tokens_start"), Qt::LeftButton);
        QTRY_VERIFY(stripe().contains("The disk is full."));
        QVERIFY(m_view->report());
        QVERIFY(m_strip->message().isEmpty());
    }

    void aDamagedFileIsSaid()
    {
        QVERIFY(writeFileAtomically(path("project/runs/r3/tokens.json"), "{\"schema\":1}").ok());
        auto* runs = child<QComboBox>("tokens_run");
        runs->setCurrentIndex(runs->findText(QStringLiteral("r2 narrow")));
        QTRY_VERIFY(m_view->report() && m_view->report()->run.value == 2);
        runs->setCurrentIndex(runs->findText(QStringLiteral("r3 other")));
        QTRY_VERIFY(stripe().contains("damaged"));
        QVERIFY(!m_view->report());
        runs->setCurrentIndex(runs->findText(QStringLiteral("r2 narrow")));
        QTRY_VERIFY(m_view->report());
    }

    void nothingIsClipped()
    {
        for (const ThemeMode mode :
             { ThemeMode::Dark, ThemeMode::HighContrast, ThemeMode::Light }) {
            m_theme.setMode(mode);
            QTest::qWait(50);
            for (const QWidget* widget : m_view->findChildren<QWidget*>()) {
                const auto* label = qobject_cast<const QLabel*>(widget);
                const bool words = qobject_cast<const QPushButton*>(widget)
                    || (label && !label->wordWrap() && !label->inherits("schmidt::ElidedLabel"));
                if (!widget->isVisible() || !words)
                    continue;
                const QString text
                    = label ? label->text() : qobject_cast<const QPushButton*>(widget)->text();
                QVERIFY2(widget->width() >= widget->sizeHint().width()
                             && widget->height() >= widget->minimumSizeHint().height(),
                         qPrintable(text));
            }
            const QRect view = m_view->rect();
            for (const QWidget* widget :
                 { static_cast<QWidget*>(m_strip), static_cast<QWidget*>(m_map) })
                QVERIFY(view.contains(QRect(widget->mapTo(m_view, QPoint(0, 0)), widget->size())));
        }
    }

    void thePageIsCaptured()
    {
        const QString folder = m_folder.filePath("pictures");
        QVERIFY(captureScreens(*m_window, folder, "light", "compare", { 1280, 800 }).ok());
        for (const char* page : { "compare", "compare-charts", "compare-chat", "compare-tokens" })
            QVERIFY(QFile::exists(QStringLiteral("%1/%2-light.png").arg(folder, page)));
    }

private:
    template <typename Widget> Widget* child(const char* name) const
    {
        return m_view->findChild<Widget*>(QString::fromLatin1(name));
    }

    /// Text of the stripe, empty while it is hidden.
    QString stripe() const
    {
        const auto* label = child<QLabel>("tokens_stripe");
        return label->isVisible() ? label->text() : QString();
    }

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    void setChild(const std::string& script)
    {
        const fs::path file = path("child.sh");
        QVERIFY(writeFileAtomically(file, "#!/bin/sh\n" + script).ok());
        fs::permissions(file, fs::perms::owner_all);
        m_workspace.jobs()->setProgram(QString::fromStdString(file.string()));
    }

    bool writeReport(std::int64_t run, const TokenReport& report) const
    {
        const fs::path file = tokenReportFile(path("project"), RunId { run });
        fs::create_directories(file.parent_path());
        return writeFileAtomically(file, dumpJson(toJson(report))).ok();
    }

    /// "Scat·te·ring·ter·ing.\n·Blue·sky" with made-up numbers.
    static TokenReport example(std::int64_t run)
    {
        TokenReport report;
        report.run = RunId { run };
        report.runName = "narrow";
        report.request = { { "workload", "faq" }, { "passage", 1 }, { "max_tokens", 512 } };
        report.protocol = "7 tokens, no BOS, fp32";
        report.createdAt = "2026-01-02T00:00:00Z";
        report.firstToken = 1;
        report.layers = 2;
        const std::vector<float> kl { 0.02F, 0.3F, 2.5F, 0.001F, 0.004F, 1.5F };
        for (std::int32_t index = 0; index < 6; ++index) {
            const std::int32_t id = index + 2;
            report.predictions.push_back({ id,
                                           0.5F,
                                           0.75F,
                                           kl[static_cast<std::size_t>(index)],
                                           { { id, 0.6F }, { 20, 0.2F } },
                                           { { 21, 0.5F }, { id, 0.4F } } });
        }
        report.distance
            = { 0.01F, 0.05F, 0.1F, 0.02F, 0.03F, 0.04F, 0.1F, 0.15F, 0.6F, 0.05F, 0.1F, 0.3F };
        report.pieces
            = { { 1, "Scat" }, { 2, "te" },   { 3, "ring" },   { 4, " ter" }, { 5, "ing.\n" },
                { 6, "Blue" }, { 7, " sky" }, { 20, "tered" }, { 21, " the" } };
        return report;
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
    TokensView* m_view = nullptr;
    TokenStrip* m_strip = nullptr;
    HeatMap* m_map = nullptr;
};

SCHMIDT_WATCHED_MAIN(TokensTest)
#include "tokens_test.moc"
