// SPDX-License-Identifier: Apache-2.0
#include "compute/calibration_set.h"
#include "pipeline/token_sets.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <regex>
#include <set>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Which tokens of a long text jobs compute on.
class ComputeTokenSetsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const fs::path root(m_folder.path().toStdString());
        QVERIFY(writeTinyHfModel(root / "model").ok());
        m_session = std::make_unique<ProjectSession>(
            ProjectSession::open(root / "project", root / "model").value());
        m_tokenizer = m_session->tokenizer().value();
        for (int line = 1000; line < 1000 + lines; ++line)
            m_documents.push_back("<" + std::to_string(line) + "> " + std::string(60, 'x'));
    }

    void calibrationAndProbeComeFromAllOverTheText()
    {
        const CalibrationSet set = calibrationOf(8192);
        QCOMPARE(set.calibration.size(), std::int64_t { 8192 });
        QCOMPARE(set.calibration.size(), set.workloadTokens);
        QCOMPARE(set.probe.count(), probeWindows);
        const std::set<int> calibrated = linesOf(set.calibration), probed = linesOf(set.probe);
        for (int part = 0; part < 4; ++part)
            QVERIFY2(std::any_of(calibrated.begin(), calibrated.end(),
                                 [part](int line) { return (line - 1000) * 4 / lines == part; }),
                     qPrintable(QString::number(part)));
        QVERIFY(*probed.begin() - 1000 < lines / 2 && *probed.rbegin() - 1000 > lines / 2);
    }

    void probeAndCalibrationShareNoWindow()
    {
        const CalibrationSet set = calibrationOf(textTokens()); // nothing has to be sampled
        const std::set<int> calibrated = linesOf(set.calibration), probed = linesOf(set.probe);
        for (const int line : probed)
            QVERIFY2(!calibrated.contains(line), qPrintable(QString::number(line)));
        // But for the lines cut at edges of windows, they are the whole text.
        QVERIFY(static_cast<int>(calibrated.size() + probed.size()) > lines * 9 / 10);
    }

    void healingTrainsOnAllTextBesideTheProbe()
    {
        const CalibrationSet few = calibrationOf(4096);
        QCOMPARE(few.training.leading, few.training.count());
        for (const int line : linesOf(few.probe))
            QVERIFY2(!linesOf(few.training).contains(line), qPrintable(QString::number(line)));
        // What is sampled where the text is short of the calibration counts after it.
        const CalibrationSet more = calibrationOf(textTokens() + 4 * probeWindow);
        QVERIFY(more.sampledTokens > 0);
        QCOMPARE(more.training.tokens, more.calibration.tokens);
        QCOMPARE(more.training.leading, few.training.count());
        QVERIFY(std::equal(few.training.tokens.begin(), few.training.tokens.end(),
                           more.training.tokens.begin()));
    }

    void longHealingGetsSampledTextToo()
    {
        const CalibrationSet before = calibrationOf(4096);
        const auto lengthened = [&](std::int64_t windows) {
            CalibrationSet set = before;
            const auto done
                = lengthenTraining(*m_session, m_session->wholeView().value(), workload(),
                                   4 * windows * calibrationWindow, 1, set, {});
            return done.ok() ? set : CalibrationSet {};
        };
        const std::int64_t there = before.training.count();
        QCOMPARE(lengthened(there).training.tokens, before.training.tokens);
        const CalibrationSet more = lengthened(there + 3);
        QCOMPARE(more.training.count(), there + 3);
        QCOMPARE(more.training.leading, there);
        QVERIFY(std::equal(before.training.tokens.begin(), before.training.tokens.end(),
                           more.training.tokens.begin()));
        QCOMPARE(more.calibration.tokens, before.calibration.tokens);
        QCOMPARE(lengthened(there + 3).training.tokens, more.training.tokens);
        // What the calibration would sample is other text.
        const CalibrationSet sampled = calibrationOf(textTokens() + 4 * probeWindow);
        QVERIFY(!std::equal(more.training.tokens.end() - calibrationWindow,
                            more.training.tokens.end(),
                            sampled.training.tokens.end() - calibrationWindow));
    }

    void windowsOfAnEvaluationComeFromAllOverTheText()
    {
        const TokenWindows everywhere
            = evaluationWindows(*m_tokenizer, m_documents, 512, 2048).value();
        QCOMPARE(everywhere.size(), std::int64_t { 2048 });
        QVERIFY(*linesOf(everywhere).rbegin() - 1000 > lines * 3 / 4);
        const TokenWindows start
            = evaluationWindows(*m_tokenizer, m_documents, 512, 2048, TextPart::Start).value();
        QCOMPARE(start.size(), std::int64_t { 2048 });
        QCOMPARE(*linesOf(start).begin(), 1000);
        QVERIFY(*linesOf(start).rbegin() - 1000 < lines / 8);
        // Without more tokens than are wanted both are all of them.
        const TokenWindows all = evaluationWindows(*m_tokenizer, m_documents, 512, 0).value();
        QCOMPARE(
            all.tokens,
            evaluationWindows(*m_tokenizer, m_documents, 512, 0, TextPart::Start).value().tokens);
    }

private:
    static constexpr int lines = 600;

    Workload workload() const
    {
        Workload workload;
        workload.id = "own";
        workload.calibration = m_documents;
        workload.prompts = { "x" };
        workload.hash = "lines";
        return workload;
    }

    CalibrationSet calibrationOf(std::int64_t tokens)
    {
        auto set
            = calibrationSet(*m_session, m_session->wholeView().value(), workload(), tokens, 1, {});
        return set.ok() ? std::move(*set) : CalibrationSet {};
    }

    std::int64_t textTokens() const
    {
        return static_cast<std::int64_t>(encodeDocuments(*m_tokenizer, m_documents).size())
            - (probeWindows + 1) * probeWindow;
    }

    /// Numbers of the lines that a set of windows has whole.
    std::set<int> linesOf(const TokenWindows& windows) const
    {
        std::set<int> found;
        for (std::int64_t window = 0; window < windows.count(); ++window) {
            const auto first = windows.tokens.begin() + window * windows.length;
            const std::string text = m_tokenizer->decode({ first, first + windows.length });
            static const std::regex number("<(\\d{4})> x{60}");
            for (std::sregex_iterator match(text.begin(), text.end(), number), end; match != end;
                 ++match)
                found.insert(std::stoi((*match)[1]));
        }
        return found;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ProjectSession> m_session;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::vector<std::string> m_documents;
};

QTEST_APPLESS_MAIN(ComputeTokenSetsTest)
#include "compute_token_sets_test.moc"
