// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluation.h"
#include "engine/probes.h"
#include "support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;

/// What a probe reports for a replaced layer, against the tokens' own KLs from an evaluation.
class EngineProbesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.layers = 3;
        options.vocab = 260;
        options.context = 512;
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        QVERIFY(writeTinyHfModel(root, options).ok());
        const auto source = ModelSource::open(root);
        QVERIFY(source.ok());
        m_windows.length = 512;
        std::mt19937 generator(5);
        for (int token = 0; token < 2 * 512; ++token)
            m_windows.tokens.push_back(static_cast<std::int32_t>(generator() % 256));
        Recipe recipe = identityRecipe((*source)->architecture());
        recipe.mode = WidthMode::PerLayer;
        recipe.layers[1].mlpWidth = 8;
        const auto compressed
            = compressModel(**source, recipe, m_windows, { .precision = Precision::Float32 });
        QVERIFY(compressed.ok());
        m_before = TransformerModel::load(**source, Precision::Float32).value();
        m_after = TransformerModel::load(compressed->variant, Precision::Float32).value();
    }

    void shortWindowsStandForLongOnes_data()
    {
        QTest::addColumn<int>("represented");
        QTest::newRow("the windows themselves") << 512;
        QTest::newRow("twice as long") << 1024;
        QTest::newRow("eight times as long") << 4096;
    }

    void shortWindowsStandForLongOnes()
    {
        QFETCH(int, represented);
        const auto scores = evaluateModels(*m_before, { m_after }, m_windows);
        QVERIFY(scores.ok());
        double kl = 0, nll = 0, weights = 0;
        for (std::size_t row = 0; row < scores->baseline.nll.size(); ++row) {
            const double weight = row % 511 < 256 ? 1 : (represented - 256) / 256.0;
            weights += weight;
            kl += weight * scores->variants[0].kl[row];
            nll += weight * scores->baseline.nll[row];
        }
        const ProbeBench bench(m_before->weights(), m_windows,
                               { .representedLength = represented });
        const auto outcome = bench.measure({ { 1, m_after->weights().layers[1] } });
        QVERIFY(kl / weights > 1e-4);
        QVERIFY(std::abs(outcome.kl / (kl / weights) - 1) < 1e-3);
        QVERIFY(std::abs(bench.baselineNll() / (nll / weights) - 1) < 1e-4);
        QVERIFY(outcome.klError > 0 && outcome.klError < outcome.kl);
    }

    void stopsWhereTheErrorIsSmallEnough()
    {
        const std::map<int, LayerWeights> replaced { { 1, m_after->weights().layers[1] } };
        const auto exact = ProbeBench(m_before->weights(), m_windows, {}).measure(replaced);
        QCOMPARE(exact.tokens, std::int64_t(2 * 511));
        const double loose = 2 * exact.klError / exact.kl;
        const auto partial = ProbeBench(m_before->weights(), m_windows, { .relativeError = loose })
                                 .measure(replaced);
        QVERIFY(partial.tokens < exact.tokens);
        QVERIFY(partial.klError <= loose * partial.kl);
        QVERIFY(std::abs(partial.kl - exact.kl) < 4 * partial.klError);
    }

private:
    TokenWindows m_windows;
    std::shared_ptr<const TransformerModel> m_before, m_after;
};

QTEST_APPLESS_MAIN(EngineProbesTest)
#include "engine_probes_test.moc"
