// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/chat_column.h"
#include "ui/panels/compare/chat_view.h"
#include "ui/panels/panel.h"
#include "ui/shell/main_window.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSet>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Answers side by side and blind votes in the real window; a made-up child answers.
class ChatTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("chat_test"));
        QVERIFY(writeSyntheticProject(m_folder.filePath("project").toStdString(), 4).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(m_window->openPath(m_folder.filePath("project")));
        m_workspace.setComparedRuns({ RunId { 1 }, RunId { 2 }, RunId { 3 } });
        m_window->showScreen(QStringLiteral("compare"));
        m_window->panel("compare")->showPage(QStringLiteral("chat"));
        m_view = m_window->findChild<ChatView*>();
        QVERIFY(m_view->isVisible());
        // Answers in the order in which the specification names the runs, and the specification.
        const fs::path script = m_folder.filePath("child.sh").toStdString();
        QVERIFY(writeFileAtomically(script, childScript()).ok());
        fs::permissions(script, fs::perms::owner_all);
        m_workspace.jobs()->setProgram(QString::fromStdString(script.string()));
    }

    void answersComeWithFigures()
    {
        auto* prompt = child<QPlainTextEdit>("chat_prompt");
        QVERIFY(!prompt->toPlainText().isEmpty()); // the first of the workload's prompts
        prompt->setPlainText(QStringLiteral("Where is it?"));
        child<QDoubleSpinBox>("chat_temperature")->setValue(0.7);
        child<QSpinBox>("chat_seed")->setValue(7);
        const Watch watch;
        ask();
        QCOMPARE(columns().size(), qsizetype(3));
        QVERIFY(text().contains("r2 wide"));
        for (ChatColumn* column : columns())
            QVERIFY(column->answer().startsWith("I am r"));
        QVERIFY(text().contains("12.5"));
        QVERIFY(text().contains("34"));
        QCOMPARE(spec()["seed"], Json(7));
        QCOMPARE(spec()["arguments"]["temperature"], Json(0.7));
        QCOMPARE(spec()["arguments"]["run"], Json({ "r1", "r2", "r3" }));
        QVERIFY(!button("This is the best answer"));
        QVERIFY(m_workspace.ledger()->votes()->empty());
    }

    void atOnceOrInTurn()
    {
        auto* order = child<QComboBox>("chat_order");
        const auto* hint = child<QLabel>("chat_order_hint");
        QCOMPARE(order->currentText(), QStringLiteral("At once"));
        QVERIFY(hint->text().contains("do not compare speeds"));
        ask();
        QCOMPARE(spec()["arguments"]["together"], Json(true));
        QVERIFY(text().contains("beside the others"));
        order->setCurrentIndex(1);
        QVERIFY(hint->text().contains("the speeds compare"));
        ask();
        QCOMPARE(spec()["arguments"]["together"], Json(false));
        QVERIFY(!text().contains("beside the others"));
    }

    void whatWasAskedBeforeIsOfferedWithItsAnswers()
    {
        Exchange exchange;
        exchange.prompt = "Where was it?";
        exchange.temperature = 0.7;
        exchange.seed = 9;
        exchange.answers = { { RunId { 1 }, { { "text", "It was here." }, { "tokens", 4 } } },
                             { RunId { 3 }, { { "text", "It was there." }, { "tokens", 5 } } } };
        QVERIFY(keepExchange(*m_workspace.ledger(), exchange).ok());
        ask(); // an answer of its own: what was asked is read again
        auto* prompts = m_view->findChild<QComboBox*>();
        const int last = prompts->count() - 1;
        QVERIFY(prompts->itemText(last).contains("Where was it?"));
        QVERIFY(prompts->itemText(last).startsWith("asked before"));
        Q_EMIT prompts->activated(last);
        QCOMPARE(child<QPlainTextEdit>("chat_prompt")->toPlainText(),
                 QStringLiteral("Where was it?"));
        QCOMPARE(child<QSpinBox>("chat_seed")->value(), 9);
        QCOMPARE(columns()[0]->answer(), QStringLiteral("It was here."));
        QCOMPARE(columns()[1]->answer(), QString());
        QCOMPARE(columns()[2]->answer(), QStringLiteral("It was there."));
        // A column that comes later shows its answer, too.
        m_workspace.setComparedRuns({ RunId { 1 }, RunId { 2 } });
        m_workspace.setComparedRuns({ RunId { 1 }, RunId { 2 }, RunId { 3 } });
        QCOMPARE(columns().size(), qsizetype(3));
        QCOMPARE(columns()[2]->answer(), QStringLiteral("It was there."));
        child<QPlainTextEdit>("chat_prompt")->setPlainText(QStringLiteral("Where is it?"));
        child<QSpinBox>("chat_seed")->setValue(7);
    }

    /// Runs of projects are called alike; answers of one must not stand in the other.
    void anotherProjectShowsItsOwnAnswers()
    {
        const QString other = m_folder.filePath("other");
        QVERIFY(writeSyntheticProject(other.toStdString(), 4).ok());
        Exchange exchange;
        exchange.prompt = "Whose is it?";
        exchange.answers = { { RunId { 1 }, { { "text", "The other's." }, { "tokens", 3 } } } };
        QVERIFY(keepExchange(*std::make_unique<Ledger>(Ledger::open(other.toStdString()).value()),
                             exchange)
                    .ok());
        openChat(other);
        QCOMPARE(child<QPlainTextEdit>("chat_prompt")->toPlainText(),
                 QStringLiteral("Whose is it?"));
        QCOMPARE(columns()[0]->answer(), QStringLiteral("The other's."));
        QCOMPARE(columns()[2]->answer(), QString());
        openChat(m_folder.filePath("project"));
        QCOMPARE(child<QPlainTextEdit>("chat_prompt")->toPlainText(),
                 QStringLiteral("Where was it?"));
        QCOMPARE(columns()[2]->answer(), QStringLiteral("It was there."));
        child<QPlainTextEdit>("chat_prompt")->setPlainText(QStringLiteral("Where is it?"));
        child<QSpinBox>("chat_seed")->setValue(7);
    }

    /// Four columns have room; a run that answered is not the one that is left out.
    void whereNotAllFitThoseThatAnsweredStay()
    {
        const QString crowded = m_folder.filePath("crowded");
        QVERIFY(writeSyntheticProject(crowded.toStdString(), 4).ok());
        std::vector<RunId> all;
        {
            auto ledger = Ledger::open(crowded.toStdString());
            RunRecord run = ledger->runs()->back();
            while (ledger->runs()->size() < 7)
                QVERIFY(ledger->addRun(run).ok());
            const auto runs = ledger->runs();
            for (const RunRecord& known : *runs)
                if (known.state == RunState::Done)
                    all.push_back(known.id);
            Exchange exchange;
            exchange.prompt = "Who knows?";
            exchange.answers = { { all.front(), { { "text", "The first." }, { "tokens", 3 } } },
                                 { all.back(), { { "text", "The last." }, { "tokens", 3 } } } };
            QVERIFY(keepExchange(*ledger, exchange).ok());
        }
        openChat(crowded, all);
        QCOMPARE(columns().size(), qsizetype(4));
        QCOMPARE(columns().front()->answer(), QStringLiteral("The first."));
        QCOMPARE(columns().back()->answer(), QStringLiteral("The last."));
        const auto narrower = std::vector<RunId>(all.begin(), all.end() - 1);
        m_workspace.setComparedRuns(narrower);
        QTest::qWait(20);
        QCOMPARE(columns().back()->answer(), QString());
        openChat(m_folder.filePath("project"));
        child<QPlainTextEdit>("chat_prompt")->setPlainText(QStringLiteral("Where is it?"));
        child<QSpinBox>("chat_seed")->setValue(7);
    }

    void piecesGoToTheirColumns()
    {
        QTest::mouseClick(child<QPushButton>("chat_ask"), Qt::LeftButton);
        const int job = m_workspace.jobs()->entries().back().id;
        const auto piece = [&](int index, const char* words) {
            // Names may be equal: the place decides.
            const Json payload { { "run", "half" }, { "index", index }, { "piece", words } };
            Q_EMIT m_workspace.jobs()->partialArrived(job, QStringLiteral("text"), payload);
        };
        piece(2, "third ");
        piece(0, "first");
        piece(2, "column");
        piece(7, "nowhere");
        QCOMPARE(columns()[0]->answer(), QStringLiteral("first"));
        QCOMPARE(columns()[1]->answer(), QString());
        QCOMPARE(columns()[2]->answer(), QStringLiteral("third column"));
        QVERIFY(text().contains("answering, 2 token"));
        QTRY_VERIFY_WITH_TIMEOUT(child<QPushButton>("chat_ask")->isEnabled(), 20000);
    }

    void theSeedMattersOnlyWhereTokensAreDrawn()
    {
        child<QDoubleSpinBox>("chat_temperature")->setValue(0);
        QVERIFY(!child<QSpinBox>("chat_seed")->isEnabled());
        child<QDoubleSpinBox>("chat_temperature")->setValue(0.7);
        QVERIFY(child<QSpinBox>("chat_seed")->isEnabled());
    }

    void blindAnswersHideWhoseTheyAre()
    {
        child<QCheckBox>("chat_blind")->setChecked(true);
        ask();
        for (const char* name : { "baseline", "wide", "half", "tok/s" })
            QVERIFY2(!text().contains(name), qPrintable(text()));
        for (const char* letter : { "Answer A", "Answer B", "Answer C" })
            QVERIFY(text().contains(letter));
        for (const ChatColumn* column : columns())
            QVERIFY(column->hidden());
        // New runs or goals must not sort the columns.
        QStringList before;
        for (const ChatColumn* column : columns())
            before << column->answer();
        m_view->refresh();
        QStringList after;
        for (const ChatColumn* column : columns())
            after << column->answer();
        QCOMPARE(after, before);
        QVERIFY(columns().first()->hidden());
    }

    void aVoteIsKeptAndRevealsTheNames()
    {
        ChatColumn* wide = columnWith("I am r2");
        QVERIFY(wide);
        {
            const Watch watch;
            for (QPushButton* choice : wide->findChildren<QPushButton*>())
                QTest::mouseClick(choice, Qt::LeftButton);
        }
        const auto votes = m_workspace.ledger()->votes().value();
        QCOMPARE(votes.size(), std::size_t(1));
        QCOMPARE(votes[0].choice, std::optional(RunId { 2 }));
        QCOMPARE(votes[0].shown.size(), std::size_t(3));
        QCOMPARE(votes[0].prompt, std::string("Where is it?"));
        QCOMPARE(votes[0].seed, std::uint64_t(7));
        QCOMPARE(votes[0].temperature, 0.7);
        QVERIFY(!wide->hidden());
        QVERIFY(text().contains("r2 wide") && text().contains("tok/s"));
        QVERIFY(text().contains("preferred"));
        QVERIFY(!button("This is the best answer"));
        const QString tally = child<QLabel>("chat_tally")->text();
        QVERIFY2(tally.contains("r2 wide") && tally.contains("1 of 1"), qPrintable(tally));
        QVERIFY(!tally.contains("r3"));
    }

    void noneBetterIsAVoteToo()
    {
        ask();
        QTest::mouseClick(child<QPushButton>("chat_none"), Qt::LeftButton);
        const auto votes = m_workspace.ledger()->votes().value();
        QCOMPARE(votes.size(), std::size_t(2));
        QVERIFY(!votes[1].choice);
        const QString tally = child<QLabel>("chat_tally")->text();
        QVERIFY2(tally.contains("1 without"), qPrintable(tally));
    }

    void givingUpBlindnessGivesUpTheVote()
    {
        ask();
        QVERIFY(button("This is the best answer"));
        child<QCheckBox>("chat_blind")->setChecked(false);
        QVERIFY(!button("This is the best answer"));
        QVERIFY(text().contains("r3 half"));
        QCOMPARE(m_workspace.ledger()->votes()->size(), std::size_t(2));
    }

    void shufflingShuffles()
    {
        child<QCheckBox>("chat_blind")->setChecked(true);
        QSet<QString> orders;
        for (int round = 0; round < 12; ++round) {
            ask();
            QString order;
            for (const ChatColumn* column : columns())
                order += column->answer();
            orders.insert(order);
        }
        // Six orders; the same one twelve times has a chance of 3e-9.
        QVERIFY(orders.size() > 1);
    }

    void aFailureShowsTheNamesAgain()
    {
        m_workspace.jobs()->setProgram(QStringLiteral("/nonexistent"));
        QTest::mouseClick(child<QPushButton>("chat_ask"), Qt::LeftButton);
        QTRY_VERIFY(text().contains("failed"));
        for (const ChatColumn* column : columns())
            QVERIFY(!column->hidden());
        QVERIFY(child<QPushButton>("chat_ask")->isEnabled());
    }

private:
    template <typename Widget> Widget* child(const char* name) const
    {
        return m_view->findChild<Widget*>(QString::fromLatin1(name));
    }

    void ask()
    {
        auto* button = child<QPushButton>("chat_ask");
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!button->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), 20000);
    }

    /// The specification that the child got last.
    Json spec() const { return *readJsonFile(m_folder.filePath("spec.json").toStdString()); }

    /// Columns from left to right.
    void openChat(const QString& project,
                  const std::vector<RunId>& runs = { RunId { 1 }, RunId { 2 }, RunId { 3 } })
    {
        QVERIFY(m_window->openPath(project));
        m_workspace.setComparedRuns(runs);
        m_window->showScreen(QStringLiteral("compare"));
        m_window->panel("compare")->showPage(QStringLiteral("chat"));
        QTest::qWait(20); // columns of the former project go
    }

    QList<ChatColumn*> columns() const
    {
        QList<ChatColumn*> list;
        for (ChatColumn* column : m_view->findChildren<ChatColumn*>())
            if (column->isVisible())
                list << column;
        QCoreApplication::sendPostedEvents();
        m_view->layout()->activate();
        std::sort(list.begin(), list.end(),
                  [](const ChatColumn* a, const ChatColumn* b) { return a->x() < b->x(); });
        return list;
    }

    ChatColumn* columnWith(const QString& answer) const
    {
        for (ChatColumn* column : columns())
            if (column->answer().startsWith(answer))
                return column;
        return nullptr;
    }

    /// Everything the columns say, without the answers, and their accessible names.
    QString text() const
    {
        QString all;
        for (const ChatColumn* column : columns()) {
            all += column->accessibleName() + '\n';
            for (const QWidget* widget : column->findChildren<QWidget*>()) {
                all += widget->accessibleName() + '\n' + widget->toolTip() + '\n';
                if (const auto* label = qobject_cast<const QLabel*>(widget))
                    all += label->text() + '\n';
            }
        }
        return all;
    }

    QPushButton* button(const QString& words) const
    {
        for (QPushButton* candidate : m_view->findChildren<QPushButton*>())
            if (candidate->isVisible() && candidate->text() == words)
                return candidate;
        return nullptr;
    }

    std::string childScript() const
    {
        const std::string copy = m_folder.filePath("spec.json").toStdString();
        return "#!/bin/sh\ncp \"$3\" '" + copy
            + "'\n"
              "runs=$(tr -d ' \\n\"' < \"$3\" | sed 's/.*run:\\[\\([^]]*\\)\\].*/\\1/' | tr , ' "
              "')\n"
              "grep -q '\"together\": true' \"$3\" && shared=true || shared=false\n"
              "answers=\nfor run in $runs; do\n"
              "answers=\"$answers,{\\\"run\\\":\\\"$run\\\",\\\"text\\\":\\\"I am $run\\\","
              "\\\"tokens\\\":9,\\\"tokens_per_second\\\":12.5,"
              "\\\"shared\\\":$shared,\\\"first_token_seconds\\\":0.034}\"\ndone\n"
              "echo \"{\\\"event\\\":\\\"done\\\",\\\"summary\\\":"
              "{\\\"answers\\\":[${answers#,}]}}\"\n";
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
    ChatView* m_view = nullptr;
};

SCHMIDT_WATCHED_MAIN(ChatTest)
#include "chat_test.moc"
