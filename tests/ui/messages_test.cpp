// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "ledger/ledger.h"
#include "model/model_source.h"
#include "tests/support/synthetic_project.h"
#include "ui/plots/message_text.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTranslator>
#include <QtTest>
#include <set>

using namespace schmidt;
using namespace schmidt::testing;

/// Texts that core writes in English, in the user's language.
class MessagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        Q_INIT_RESOURCE(translations);
        QVERIFY(m_german.load(QStringLiteral(":/i18n/schmidt_de.qm")));
        QVERIFY(QCoreApplication::installTranslator(&m_german));
    }

    void failuresAreTranslated()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("100 %1 of it.gguf"));
        const auto said = [](const Error& error, const QString& kept) {
            const QString words = messageText(error);
            return words.contains(kept) && words != QString::fromStdString(error.message);
        };
        QVERIFY(said(ModelSource::open(file.toStdString()).error(), file));
        QVERIFY(writeFileAtomically(file.toStdString(), "").ok());
        QVERIFY(said(ModelSource::open(file.toStdString()).error(), file));
        QVERIFY(said(ModelSource::open(folder.path().toStdString()).error(), folder.path()));
        QVERIFY(said(Ledger::open(folder.path().toStdString()).error(), folder.path()));
        const std::string config = folder.filePath(QStringLiteral("config.json")).toStdString();
        QVERIFY(writeFileAtomically(config, R"({"model_type":"rwkv"})").ok());
        QVERIFY(
            said(ModelSource::open(folder.path().toStdString()).error(), QStringLiteral("rwkv")));
        QVERIFY(said(cancelledError(), QString()));
    }

    void everyIssueOfARecipeIsTranslated_data()
    {
        QTest::addColumn<std::function<void(Recipe&)>>("spoil");
        QTest::addColumn<QString>("figure"); ///< that has to stay in the sentence
        const auto row = [](const char* name, const char* figure, auto spoil) {
            QTest::newRow(name) << std::function<void(Recipe&)>(spoil) << QString(figure);
        };
        const Scheme int4 { SchemeKind::Gptq, { 4, 64, true } };
        row("negative width", "1536", [](Recipe& r) { r.layers[1].mlpWidth = -1; });
        row("no attention anywhere", "KV", [](Recipe& r) {
            for (LayerRecipe& layer : r.layers)
                layer.kvGroups = 0;
        });
        row("odd width", "1001", [](Recipe& r) { r.layers[1].mlpWidth = 1001; });
        row("too many groups", "7", [](Recipe& r) { r.layers[1].kvGroups = 7; });
        row("too high a rank", "600", [](Recipe& r) { r.layers[1].ranks[6] = 600; });
        row("useless rank", "500", [](Recipe& r) { r.layers[1].ranks[6] = 500; });
        row("too high a bond", "9999", [](Recipe& r) { r.layers[1].bonds[6] = 9999; });
        row("useless bond", "570", [](Recipe& r) { r.layers[1].bonds[6] = 570; });
        row("bond and scheme", "2", [int4](Recipe& r) {
            r.layers[2].setScheme(6, int4);
            r.layers[2].bonds[6] = 100;
        });
        row("correction of nothing", "3 v", [](Recipe& r) { r.layers[3].corrections[2] = 16; });
        row("too high a correction", "900", [int4](Recipe& r) {
            r.layers[1].setScheme(2, int4);
            r.layers[1].corrections[2] = 900;
        });
        row("useless correction", "180", [int4](Recipe& r) {
            r.layers[1].setScheme(2, int4);
            r.layers[1].corrections[2] = 180;
        });
        row("rank and scheme", "2", [int4](Recipe& r) {
            r.layers[2].setScheme(6, int4);
            r.layers[2].ranks[6] = 100;
        });
        row("another group", "128", [](Recipe& r) {
            r.layers[1].setScheme(0, { SchemeKind::Gptq, { 4, 128, true } });
        });
        row("no group", "48", [](Recipe& r) {
            r.layers[1].mlpWidth = 1000;
            r.layers[1].setScheme(6, { SchemeKind::Gptq, { 4, 48, true } });
        });
        row("not uniform", "3", [](Recipe& r) {
            r.mode = WidthMode::Uniform;
            r.layers[3].mlpWidth = 1024;
        });
        row("tiny vocabulary", "100", [](Recipe& r) { r.vocabulary = 100; });
        row("odd vocabulary", "1001", [](Recipe& r) { r.vocabulary = 1001; });
        row("another model", "3", [](Recipe& r) { r.layers.pop_back(); });
        row("too few tokens", "1024", [](Recipe& r) { r.calibrationTokens = 10; });
        row("damping", "1", [](Recipe& r) { r.damping = 2; });
        row("healing", "0", [](Recipe& r) { r.heal.learningRate = 1; });
        row("embedding", "576", [](Recipe& r) {
            r.embeddingScheme = { SchemeKind::Rtn, { 8, 128, true } };
        });
    }
    void everyIssueOfARecipeIsTranslated()
    {
        QFETCH(const std::function<void(Recipe&)>, spoil);
        QFETCH(const QString, figure);
        const Architecture architecture = syntheticArchitecture(4);
        Recipe recipe = identityRecipe(architecture);
        recipe.mode = WidthMode::PerLayer;
        spoil(recipe);
        const auto issues = validateRecipe(recipe, architecture);
        QVERIFY(!issues.empty());
        for (const RecipeIssue& issue : issues) {
            const QString text = messageText(issue.message);
            QVERIFY2(text != QString::fromStdString(issue.message), qPrintable(text));
            QVERIFY2(!text.contains('%'), qPrintable(text));
        }
        QVERIFY2(messageText(issues.front().message).contains(figure),
                 issues.front().message.c_str());
    }

    void protocolsOfTheSampleAreTranslated()
    {
        QTemporaryDir folder;
        const QString source = QStringLiteral(SCHMIDT_SOURCE_DIR "/resources/sample/project.db");
        QVERIFY(QFile::copy(source, folder.filePath("project.db")));
        QFile::setPermissions(folder.filePath("project.db"), QFile::ReadOwner | QFile::WriteOwner);
        const auto ledger = Ledger::open(folder.path().toStdString());
        QVERIFY2(ledger.ok(), ledger.ok() ? "" : ledger.error().message.c_str());
        const auto runs = ledger->runs();
        QVERIFY(runs.ok() && runs->size() > 4);
        static const QRegularExpression between(QStringLiteral("[,;] "));
        // What is the same in every language.
        static const QRegularExpression technical(
            QRegularExpression::anchoredPattern("bf16|fp32|ABBA|pp\\d+ tg\\d+|llama\\.cpp .*"));
        std::set<QString> seen;
        for (const RunRecord& run : *runs)
            for (const Metric& metric : run.metrics) {
                const QString before = QString::fromStdString(metric.protocol),
                              after = protocolText(metric.protocol);
                QVERIFY2(!after.contains('%') || before.contains('%'), qPrintable(after));
                const QStringList from = before.split(between), to = after.split(between);
                QCOMPARE(to.size(), from.size());
                for (int part = 0; part < from.size(); ++part) {
                    if (from[part].isEmpty() || technical.match(from[part]).hasMatch())
                        continue;
                    seen.insert(from[part]);
                    QVERIFY2(from[part] != to[part], qPrintable(from[part]));
                }
            }
        QVERIFY(seen.size() > 10);
        QCOMPARE(protocolText("a new way, no BOS"), QStringLiteral("a new way, ohne BOS"));
        QCOMPARE(protocolText(""), QString());
    }

private:
    QTranslator m_german;
};

QTEST_MAIN(MessagesTest)
#include "messages_test.moc"
