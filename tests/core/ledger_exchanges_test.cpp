// SPDX-License-Identifier: Apache-2.0
#include "ledger/exchanges.h"
#include "ledger/ledger.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;

/// Questions with their answers, as the project keeps them.
class LedgerExchangesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_ledger = std::make_unique<Ledger>(Ledger::openOrCreate(project()).value());
    }

    void areKeptInOrder()
    {
        QVERIFY(keptExchanges(*m_ledger)->empty());
        const Exchange first = asked("Where is \"it\"?\nün", 0.7, { 1, 2 }),
                       second = asked("Why?", 0.7, { 2 });
        QVERIFY(keepExchange(*m_ledger, first).ok());
        QVERIFY(keepExchange(*m_ledger, second).ok());
        const Ledger reader = Ledger::open(project(), true).value();
        QVERIFY((*keptExchanges(reader) == std::vector<Exchange> { first, second }));
    }

    void theSameQuestionTakesTheEarlierPlace()
    {
        QVERIFY(keepExchange(*m_ledger, asked("Why?", 0, { 1, 2 })).ok());
        QVERIFY(keepExchange(*m_ledger, asked("Why?", 0.5, { 1 })).ok()); // another one
        Exchange again = asked("Why?", 0, { 2, 3 });
        again.answers.front().answer["text"] = "better";
        QVERIFY(keepExchange(*m_ledger, again).ok());
        const auto kept = keptExchanges(*m_ledger).value();
        QCOMPARE(kept.size(), std::size_t(2));
        QCOMPARE(kept.back().answers.size(), std::size_t(3));
        QCOMPARE(kept.back().answerOf(RunId { 1 })->answer["text"], Json("I am 1"));
        QCOMPARE(kept.back().answerOf(RunId { 2 })->answer["text"], Json("better"));
        QVERIFY(kept.back().answerOf(RunId { 3 }));
        QVERIFY(!kept.back().answerOf(RunId { 4 }));
    }

    void onlyTheNewestStay()
    {
        for (int index = 0; index < 60; ++index)
            QVERIFY(keepExchange(*m_ledger, asked(std::to_string(index), 0, { 1 })).ok());
        const auto kept = keptExchanges(*m_ledger).value();
        QCOMPARE(kept.size(), std::size_t(50));
        QCOMPARE(kept.front().prompt, std::string("10"));
        QCOMPARE(kept.back().prompt, std::string("59"));
    }

private:
    std::filesystem::path project() const { return m_dir->filePath("project").toStdString(); }

    static Exchange asked(const std::string& prompt, double temperature,
                          const std::vector<std::int64_t>& runs)
    {
        Exchange exchange;
        exchange.createdAt = "2026-01-01T00:00:00Z";
        exchange.workload = "faq";
        exchange.prompt = prompt;
        exchange.temperature = temperature;
        exchange.seed = 18446744073709551615ULL;
        for (const std::int64_t run : runs)
            exchange.answers.push_back(
                { RunId { run }, { { "text", "I am " + std::to_string(run) }, { "tokens", 3 } } });
        return exchange;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Ledger> m_ledger;
};

QTEST_GUILESS_MAIN(LedgerExchangesTest)
#include "ledger_exchanges_test.moc"
