// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluation.h"
#include "engine/token_comparison.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Two models on the same text against dense fp64 sums over their whole logits.
class EngineTokensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        setEngineThreads(2);
        TinyModelOptions options;
        options.layers = 3;
        const fs::path folder(m_folder.path().toStdString());
        QVERIFY(writeTinyHfModel(folder / "model", options).ok());
        m_source = ModelSource::open(folder / "model").value();
        m_baseline = TransformerModel::load(*m_source, Precision::Float32).value();
        m_same = TransformerModel::load(variantFromSource(*m_source).value(), Precision::Float32)
                     .value();
        options.seed = 2;
        options.intermediate = 32;
        QVERIFY(writeTinyHfModel(folder / "narrow", options).ok());
        m_narrow = TransformerModel::load(*ModelSource::open(folder / "narrow").value(),
                                          Precision::Float32)
                       .value();
        for (int index = 0; index < 150; ++index)
            m_tokens.push_back((index * 37 + index * index * 11) % 300);
    }

    void partsOfATextComeFromEverywhere()
    {
        QCOMPARE(spreadIndices(2, 8), (std::vector<std::int64_t> { 2, 6 }));
        QCOMPARE(spreadIndices(5, 3), (std::vector<std::int64_t> { 0, 1, 2 }));
        QVERIFY(spreadIndices(3, 0).empty());
        for (const std::int64_t of : { 7, 64, 1001 })
            for (const std::int64_t count : { 1, 3, 7 }) {
                const auto indices = spreadIndices(count, of);
                QCOMPARE(static_cast<std::int64_t>(indices.size()), count);
                // One of every equal part.
                for (std::int64_t index = 0; index < count; ++index) {
                    const std::int64_t window = indices[static_cast<std::size_t>(index)];
                    QVERIFY(window >= index * of / count && window < (index + 1) * of / count + 1);
                    QVERIFY(index == 0 || window > indices[static_cast<std::size_t>(index - 1)]);
                }
            }
        TokenWindows windows { 2, { 7, 7 } };
        appendWindows(windows, { 0, 1, 2, 3, 4, 5 }, { 0, 2 });
        QCOMPARE(windows.tokens, (std::vector<std::int32_t> { 7, 7, 0, 1, 4, 5 }));
    }

    void scoresAreThoseOfTheWholeDistributions()
    {
        const auto report = compareTokens(*m_baseline, *m_narrow, m_tokens);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QCOMPARE(report->predictions.size(), m_tokens.size() - 1);
        QCOMPARE(report->firstToken, m_tokens.front());
        QCOMPARE(report->layers, 3);
        const TokenWindows window { static_cast<std::int64_t>(m_tokens.size()), m_tokens };
        const auto first = m_baseline->logits(window).value(),
                   second = m_narrow->logits(window).value();
        const std::size_t vocabulary = first.size() / m_tokens.size();
        double worst = 0;
        for (std::size_t row = 0; row + 1 < m_tokens.size(); ++row) {
            const auto p = logProbabilities(first, row, vocabulary),
                       q = logProbabilities(second, row, vocabulary);
            double kl = 0;
            for (std::size_t token = 0; token < vocabulary; ++token)
                kl += std::exp(p[token]) * (p[token] - q[token]);
            const TokenPrediction& entry = report->predictions[row];
            const auto real = static_cast<std::size_t>(m_tokens[row + 1]);
            QCOMPARE(entry.id, m_tokens[row + 1]);
            worst
                = std::max({ worst, std::abs(entry.kl - kl), std::abs(entry.baselineNll + p[real]),
                             std::abs(entry.variantNll + q[real]) });
            QVERIFY(topAgrees(entry.baselineTop, p));
            QVERIFY(topAgrees(entry.variantTop, q));
        }
        QVERIFY2(worst < 2e-5, qPrintable(QString::number(worst)));
    }

    void identityHasNoDistance()
    {
        const auto report = compareTokens(*m_baseline, *m_same, m_tokens);
        QVERIFY(report.ok());
        QCOMPARE(report->distance.size(), 3 * (m_tokens.size() - 1));
        for (const float value : report->distance)
            QCOMPARE(value, 0.0F);
        for (std::size_t index = 0; index < report->predictions.size(); ++index) {
            const TokenPrediction& entry = report->predictions[index];
            QVERIFY(entry.kl < 1e-6F);
            QCOMPARE(entry.baselineNll, entry.variantNll);
            QVERIFY(entry.baselineTop == entry.variantTop);
            QVERIFY(!divergenceLayer(*report, index, 0));
        }
    }

    void sumsAreThoseOfTheEvaluation()
    {
        const auto report = compareTokens(*m_baseline, *m_narrow, m_tokens);
        const auto scores = evaluateModels(
            *m_baseline, { m_narrow }, { static_cast<std::int64_t>(m_tokens.size()), m_tokens });
        QVERIFY(report.ok() && scores.ok());
        double kl = 0, baseline = 0, variant = 0;
        int same = 0;
        for (const TokenPrediction& entry : report->predictions) {
            kl += entry.kl;
            baseline += entry.baselineNll;
            variant += entry.variantNll;
            same += entry.baselineTop.front().id == entry.variantTop.front().id;
        }
        const auto sum = [](const std::vector<float>& values) {
            return std::accumulate(values.begin(), values.end(), 0.0);
        };
        QVERIFY(std::abs(kl - sum(scores->variants[0].kl)) < 1e-4);
        QVERIFY(std::abs(baseline - sum(scores->baseline.nll)) < 1e-4);
        QVERIFY(std::abs(variant - sum(scores->variants[0].nll)) < 1e-4);
        QCOMPARE(same,
                 std::accumulate(scores->variants[0].sameTop.begin(),
                                 scores->variants[0].sameTop.end(), 0));
    }

    void aChangedLayerShowsFromThereOn()
    {
        Variant variant = variantFromSource(*m_source).value();
        for (float& weight : variant.matrices.at({ Role::Down, 1 }).dense)
            weight *= 0.5F;
        const auto changed = TransformerModel::load(variant, Precision::Float32).value();
        const auto report = compareTokens(*m_baseline, *changed, m_tokens);
        QVERIFY(report.ok());
        for (std::size_t index = 0; index < report->predictions.size(); ++index) {
            QCOMPARE(report->distanceAt(0, index), 0.0F);
            QVERIFY(report->distanceAt(1, index) > 0);
            QCOMPARE(divergenceLayer(*report, index, 0), std::optional<int>(1));
        }
    }

    void refusesWhatCannotBeCompared()
    {
        QCOMPARE(compareTokens(*m_baseline, *m_same, { 3 }).error().code, ErrorCode::Usage);
        QCOMPARE(compareTokens(*m_baseline, *m_same, { 3, 100000 }).error().code, ErrorCode::Usage);
        const fs::path folder(m_folder.path().toStdString());
        TinyModelOptions options; // two layers
        QVERIFY(writeTinyHfModel(folder / "other", options).ok());
        const auto other = TransformerModel::load(*ModelSource::open(folder / "other").value(),
                                                  Precision::Float32)
                               .value();
        QCOMPARE(compareTokens(*m_baseline, *other, m_tokens).error().code, ErrorCode::Usage);
        WorkContext context;
        context.cancel.cancel();
        QCOMPARE(compareTokens(*m_baseline, *m_same, m_tokens, context).error().code,
                 ErrorCode::Cancelled);
    }

private:
    static std::vector<double> logProbabilities(const std::vector<float>& logits, std::size_t row,
                                                std::size_t vocabulary)
    {
        std::vector<double> values(logits.begin() + static_cast<std::ptrdiff_t>(row * vocabulary),
                                   logits.begin()
                                       + static_cast<std::ptrdiff_t>((row + 1) * vocabulary));
        const double top = *std::max_element(values.begin(), values.end());
        double sum = 0;
        for (const double value : values)
            sum += std::exp(value - top);
        for (double& value : values)
            value -= top + std::log(sum);
        return values;
    }

    /// Whether the list holds the five largest entries with their probabilities, largest first.
    static bool topAgrees(const std::vector<TokenCandidate>& list, const std::vector<double>& log)
    {
        std::vector<double> sorted(log);
        std::sort(sorted.begin(), sorted.end(), std::greater<>());
        if (list.size() != TokenReport::candidates)
            return false;
        for (std::size_t place = 0; place < list.size(); ++place) {
            const double own = std::exp(log[static_cast<std::size_t>(list[place].id)]);
            if (std::abs(own - list[place].probability) > 1e-5
                || std::abs(own - std::exp(sorted[place])) > 1e-5)
                return false;
        }
        return true;
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const ModelSource> m_source;
    std::shared_ptr<const TransformerModel> m_baseline, m_same, m_narrow;
    std::vector<std::int32_t> m_tokens;
};

QTEST_GUILESS_MAIN(EngineTokensTest)
#include "engine_tokens_test.moc"
