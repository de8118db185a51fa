// SPDX-License-Identifier: Apache-2.0
#include "ledger/database.h"
#include "ledger/ledger.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
namespace fs = std::filesystem;

/// Votes on answers, and projects of the version without them.
class LedgerVotesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void votesAreKept()
    {
        std::vector<Vote> written;
        {
            Ledger ledger = withRuns();
            Vote vote;
            vote.createdAt = "2026-01-01T00:00:00Z";
            vote.workload = "faq";
            vote.prompt = "Where is \"it\"?\nün";
            vote.seed = 18446744073709551615ULL;
            vote.temperature = 0.7;
            vote.shown = { RunId { 3 }, RunId { 1 }, RunId { 2 } };
            vote.choice = RunId { 3 };
            vote.id = ledger.addVote(vote).value();
            written.push_back(vote);
            vote.choice.reset();
            vote.shown = { RunId { 1 }, RunId { 2 } };
            vote.id = ledger.addVote(vote).value();
            written.push_back(vote);
        }
        const Ledger reader = Ledger::open(project(), true).value();
        QVERIFY(*reader.votes() == written);
    }

    void aVoteOnAnUnknownRunLeavesNothing()
    {
        Ledger ledger = withRuns();
        Vote vote;
        vote.shown = { RunId { 1 }, RunId { 77 } };
        vote.choice = RunId { 1 };
        QVERIFY(!ledger.addVote(vote).ok());
        QVERIFY(ledger.votes()->empty());
        Ledger reader = Ledger::open(project(), true).value();
        QCOMPARE(reader.addVote(vote).error().code, ErrorCode::Usage);
    }

    void countsArePairwise()
    {
        const RunId a { 1 }, b { 2 }, c { 3 };
        const auto vote = [](std::vector<RunId> shown, std::optional<RunId> choice) {
            Vote made;
            made.shown = std::move(shown);
            made.choice = choice;
            return made;
        };
        const std::vector<Vote> votes { vote({ a, b }, b),    vote({ b, a }, b),
                                        vote({ a, b }, a),    vote({ a, b, c }, c),
                                        vote({ a, b, c }, b), vote({ c, a }, c),
                                        vote({ b, a }, {}) };
        const VoteCount count = countVotes(votes, b, a);
        QCOMPARE(count.wins, std::int64_t(3));
        QCOMPARE(count.losses, std::int64_t(1));
        QCOMPARE(count.ties, std::int64_t(1));
        QCOMPARE(count.decided(), std::int64_t(4));
        QVERIFY(count.interval().low > 0.2 && count.interval().high < 1);
        QCOMPARE(countVotes(votes, c, b).decided(), std::int64_t(2));
        std::vector<RunRecord> runs(4);
        for (std::size_t index = 0; index < runs.size(); ++index)
            runs[index].id = RunId { static_cast<std::int64_t>(index) + 1 };
        runs[0].baseline = true;
        const auto tallies = votesAgainstBaseline(votes, runs);
        QCOMPARE(tallies.size(), std::size_t(2)); // nobody saw the fourth
        QCOMPARE(tallies[0].run, b);
        QCOMPARE(tallies[0].count.wins, std::int64_t(3));
        QCOMPARE(tallies[1].count.wins, std::int64_t(2));
    }

    void olderProjectsAreBroughtUpToDate_data()
    {
        QTest::addColumn<bool>("readOnly");
        QTest::newRow("for writing") << false;
        QTest::newRow("for reading") << true;
    }
    void olderProjectsAreBroughtUpToDate()
    {
        QFETCH(bool, readOnly);
        fs::create_directories(project() / "objects");
        const fs::path file = project() / "project.db";
        {
            const Database database = Database::open(file, Database::Access::Create).value();
            QVERIFY(migrateDatabase(database, file, ledgerMigrations().first(1)).ok());
            QVERIFY(
                database.execute("INSERT INTO settings (key, value) VALUES ('value:x', '\"kept\"')")
                    .ok());
        }
        const auto ledger = Ledger::open(project(), readOnly);
        QVERIFY2(ledger.ok(), ledger.ok() ? "" : ledger.error().message.c_str());
        QCOMPARE(ledger->readOnly(), readOnly);
        QVERIFY(ledger->votes()->empty());
        QCOMPARE(ledger->value("x").value(), Json("kept"));
        QVERIFY(fs::exists(file.string() + ".v1"));
    }

private:
    fs::path project() const { return fs::path(m_dir->path().toStdString()) / "project"; }

    Ledger withRuns() const
    {
        Ledger ledger = Ledger::openOrCreate(project()).value();
        for (const char* name : { "baseline", "narrow", "other" }) {
            RunRecord run;
            run.name = name;
            run.baseline = run.name == "baseline";
            ledger.addRun(run).value();
        }
        return ledger;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(LedgerVotesTest)
#include "ledger_votes_test.moc"
