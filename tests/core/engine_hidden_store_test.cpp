// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "engine/evaluation.h"
#include "engine/expected_tokens.h"
#include "support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// A baseline's hidden states that are kept between evaluations.
class EngineHiddenStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.vocab = 260;
        const fs::path root = folder() / "model";
        QVERIFY(writeTinyHfModel(root, options).ok());
        const auto source = ModelSource::open(root);
        QVERIFY(source.ok());
        m_model = TransformerModel::load(**source, Precision::Float32).value();
        m_windows.length = 48;
        std::mt19937 generator(5);
        for (int token = 0; token < 5 * 48; ++token)
            m_windows.tokens.push_back(static_cast<std::int32_t>(generator() % 256));
        m_fresh = evaluated({});
    }

    void secondEvaluationReadsWhatTheFirstWrote()
    {
        const fs::path file = folder() / "new" / "states.bin";
        QVERIFY(evaluated(file) == m_fresh);
        QCOMPARE(
            fs::file_size(file),
            static_cast<std::uintmax_t>(m_windows.size() * m_model->architecture().hiddenSize * 4));
        QVERIFY(evaluated(file) == m_fresh);
        // States of nothing give every token the same probability: they are what is computed with.
        const std::string nothing(fs::file_size(file), '\0');
        QVERIFY(writeFileAtomically(file, nothing).ok());
        for (const float nll : evaluated(file))
            QVERIFY(std::abs(nll - std::log(260.0F)) < 1e-4F);
    }

    void statesOfOtherWindowsAreNotUsed()
    {
        const fs::path file = folder() / "other.bin";
        QVERIFY(writeFileAtomically(file, std::string(100, 'x')).ok());
        QVERIFY(evaluated(file) == m_fresh);
        QVERIFY(fs::file_size(file) > 100);
    }

    void evaluationWorksWhereNothingCanBeKept()
    {
        const fs::path file = folder() / "file";
        QVERIFY(writeFileAtomically(file, "no folder").ok());
        QVERIFY(evaluated(file / "states.bin") == m_fresh);
    }

    void expectedTokensAreTheSumsOfTheProbabilities()
    {
        const auto counts = expectedTokens(*m_model, m_windows, {});
        QVERIFY(counts.ok());
        std::vector<double> sums(260, 0.0);
        const auto logits = m_model->logits(m_windows);
        QVERIFY(logits.ok());
        for (std::size_t row = 0; row < logits->size(); row += 260) {
            double total = 0;
            for (std::size_t token = 0; token < 260; ++token)
                total += std::exp(double((*logits)[row + token]));
            for (std::size_t token = 0; token < 260; ++token)
                sums[token] += std::exp(double((*logits)[row + token])) / total;
        }
        for (std::size_t token = 0; token < 260; ++token)
            QVERIFY(std::abs((*counts)[token] / sums[token] - 1) < 1e-4);
    }

private:
    fs::path folder() const { return m_folder.path().toStdString(); }

    std::vector<float> evaluated(const fs::path& file) const
    {
        auto scores
            = evaluateModels(*m_model, { m_model }, m_windows, {}, { .baselineStates = file });
        return scores.ok() ? scores->baseline.nll : std::vector<float>();
    }

    QTemporaryDir m_folder;
    TokenWindows m_windows;
    std::shared_ptr<const TransformerModel> m_model;
    std::vector<float> m_fresh;
};

QTEST_APPLESS_MAIN(EngineHiddenStoreTest)
#include "engine_hidden_store_test.moc"
