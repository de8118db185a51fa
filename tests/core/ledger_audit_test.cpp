// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/hash.h"
#include "ledger/audit_log.h"
#include "ledger/ledger.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace schmidt;
namespace fs = std::filesystem;

class LedgerAuditTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path project() const { return fs::path(m_dir->path().toStdString()) / "project"; }
    fs::path file() const { return project() / "audit.jsonl"; }

    std::vector<std::string> lines() const
    {
        std::vector<std::string> result;
        std::ifstream stream(file());
        for (std::string line; std::getline(stream, line);)
            result.push_back(line);
        return result;
    }
    void setLines(const std::vector<std::string>& lines) const
    {
        std::ofstream stream(file(), std::ios::trunc);
        for (const std::string& line : lines)
            stream << line << '\n';
    }
    std::string complaint() const
    {
        const auto verified = Ledger::open(project(), true).value().verifyAudit();
        if (verified.ok())
            return {};
        return verified.error().code == ErrorCode::Verification ? verified.error().message
                                                                : "wrong kind of error";
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        Ledger ledger = Ledger::openOrCreate(project()).value();
        for (int i = 1; i <= 4; ++i)
            QVERIFY(ledger
                        .audit("step",
                               { { "number", i },
                                 { "text", "quote \" \\ \n \xC3\xA4 \xff" },
                                 { "real", 0.1 * i } })
                        .ok());
    }

    void anyoneCanRecomputeTheChain()
    {
        std::string previous(64, '0');
        for (const std::string& line : lines()) {
            Json json = Json::parse(line);
            QCOMPARE(json.dump(), line); // canonical as written
            const std::string hash = json.at("hash");
            QCOMPARE(json.at("previous").get<std::string>(), previous);
            json.erase("hash");
            QCOMPARE(sha256Hex(previous + json.dump()), hash);
            previous = hash;
        }
        QCOMPARE(lines().size(), std::size_t(4));
        QCOMPARE(complaint(), std::string());
    }

    void aChangedEntryIsNamed()
    {
        auto all = lines();
        Json json = Json::parse(all[1]);
        json["details"]["number"] = 99;
        all[1] = json.dump();
        setLines(all);
        QVERIFY2(complaint().find("Entry 2 ") == 0, complaint().c_str());
        // Even with a hash that fits, the next entry gives it away.
        json.erase("hash");
        json["hash"] = sha256Hex(json.at("previous").get<std::string>() + json.dump());
        all[1] = json.dump();
        setLines(all);
        QVERIFY2(complaint().find("Entry 3 ") == 0, complaint().c_str());
    }

    void removedAndMovedEntriesAreNoticed()
    {
        const auto all = lines();
        setLines({ all[0], all[2], all[3] });
        QVERIFY2(complaint().find("Entry 2 ") == 0, complaint().c_str());
        setLines({ all[0], all[2], all[1], all[3] });
        QVERIFY2(complaint().find("Entry 2 ") == 0, complaint().c_str());
        setLines({ all[1], all[2], all[3] });
        QVERIFY2(complaint().find("Entry 1 ") == 0, complaint().c_str());
    }

    void aCutTailIsNoticed()
    {
        auto all = lines();
        all.pop_back();
        setLines(all);
        QVERIFY2(complaint().find("Entry 4 ") == 0, complaint().c_str());
        fs::remove(file());
        QVERIFY2(complaint().find("Entry 1 ") == 0, complaint().c_str());
    }

    void garbageIsNamedAndNotAppendedTo()
    {
        auto all = lines();
        all[2] = "\x01garbage";
        setLines(all);
        QVERIFY2(complaint().find("Entry 3 ") == 0, complaint().c_str());
        all[3] = "garbage";
        setLines(all);
        Ledger ledger = Ledger::open(project()).value();
        QCOMPARE(ledger.audit("more", {}).error().code, ErrorCode::Verification);
        QCOMPARE(lines().size(), std::size_t(4));
    }

    void anUnfinishedLastLineIsReplaced()
    {
        {
            std::ofstream stream(file(), std::ios::app);
            stream << "{\"action\":\"torn";
        }
        QCOMPARE(complaint(), std::string());
        Ledger ledger = Ledger::open(project()).value();
        QVERIFY(ledger.audit("after", { { "long", std::string(20000, 'x') } }).ok());
        QVERIFY(ledger.audit("last", {}).ok());
        QCOMPARE(complaint(), std::string());
        const auto log = ledger.auditLog().value();
        QCOMPARE(log.size(), std::size_t(6));
        QCOMPARE(log[5].sequence, std::int64_t(6));
        QCOMPARE(log[4].details.at("long").get<std::string>().size(), std::size_t(20000));
    }
};

QTEST_APPLESS_MAIN(LedgerAuditTest)
#include "ledger_audit_test.moc"
