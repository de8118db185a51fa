// SPDX-License-Identifier: Apache-2.0
#include "engine/compression.h"
#include "engine/evaluation.h"
#include "engine/healing.h"
#include "tests/support/logit_distance.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <random>

using namespace schmidt;
using namespace schmidt::testing;

/// Layers that lose attention, MLP or both: against the same model with zeros in their place.
class EngineRemovalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.family = Family::Qwen2; // with biases
        options.layers = 4;
        QVERIFY(writeTinyHfModel(path("model"), options).ok());
        m_source = ModelSource::open(path("model")).value();
        m_text.length = 64;
        std::mt19937 generator(3);
        for (int token = 0; token < 12 * 64; ++token)
            m_text.tokens.push_back(static_cast<std::int32_t>(generator() % 256));
        Recipe recipe = identityRecipe(m_source->architecture());
        recipe.mode = WidthMode::PerLayer;
        recipe.layers[0].kvGroups = 0;
        recipe.layers[1].mlpWidth = 0;
        recipe.layers[2].kvGroups = recipe.layers[2].mlpWidth = 0;
        auto compressed
            = compressModel(*m_source, recipe, m_text, { .precision = Precision::Float32 });
        QVERIFY2(compressed.ok(), compressed.ok() ? "" : compressed.error().message.c_str());
        QCOMPARE(compressed->layers[0].attentionError, 1.0);
        QCOMPARE(compressed->layers[1].mlpError, 1.0);
        QVERIFY(compressed->layers[3].keptUnits.size() == 64);
        m_removed = std::move(compressed->variant);
        m_model = TransformerModel::load(m_removed, Precision::Float32).value();
    }

    void computesAsIfThePartsGaveZeros()
    {
        Variant zeros = variantFromSource(*m_source).value();
        const auto clear = [&zeros](Role role, int layer) {
            auto& values = zeros.matrices.at({ role, layer }).dense;
            std::fill(values.begin(), values.end(), 0.0F);
        };
        clear(Role::Output, 0);
        clear(Role::Down, 1);
        clear(Role::Output, 2);
        clear(Role::Down, 2);
        const auto reference = TransformerModel::load(zeros, Precision::Float32).value();
        const double distance
            = meanKl(reference->logits(m_text).value(), m_model->logits(m_text).value(),
                     m_source->architecture().vocabularySize);
        QVERIFY2(std::abs(distance) < 2e-6, qPrintable(QString::number(distance)));
    }

    void storesNothingOfThem()
    {
        for (const auto& [key, matrix] : m_removed.matrices)
            QVERIFY(key.second != 2);
        QVERIFY(!m_removed.matrices.contains({ Role::Query, 0 }));
        QVERIFY(!m_removed.vectors.contains({ Role::QueryBias, 0 }));
        QVERIFY(!m_removed.vectors.contains({ Role::AttentionNorm, 0 }));
        QVERIFY(m_removed.matrices.contains({ Role::Down, 0 }));
        QVERIFY(!m_removed.vectors.contains({ Role::MlpNorm, 1 }));
        std::int64_t numbers = 0;
        for (const auto& [key, matrix] : m_removed.matrices)
            numbers += matrix.parameters();
        for (const auto& [key, values] : m_removed.vectors)
            numbers += static_cast<std::int64_t>(values.size());
        QCOMPARE(numbers, m_removed.architecture.totalParameters());
    }

    void aStoredVariantReadsBack()
    {
        QVERIFY(saveVariant(m_removed, *m_source, path("variant")).ok());
        const auto again = ModelSource::open(path("variant"));
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
        QCOMPARE((*again)->architecture().layers, m_removed.architecture.layers);
        const auto model = TransformerModel::load(**again, Precision::Float32).value();
        QVERIFY(meanKl(m_model->logits(m_text).value(), model->logits(m_text).value(),
                       m_source->architecture().vocabularySize)
                < 1e-5); // stored in 16 bits
    }

    void textWrittenTokenByTokenIsWhatTheForwardPassPrefers()
    {
        SamplingOptions options;
        options.sequences = 2;
        options.length = 24;
        options.temperature = 0;
        options.prompts = { { 5, 17, 99 }, { 42 } };
        const TokenWindows sampled = sampleSequences(*m_model, options).value();
        const std::vector<float> logits = m_model->logits(sampled).value();
        const std::int64_t vocabulary = m_source->architecture().vocabularySize;
        int compared = 0;
        for (std::int64_t row = 0; row < sampled.count(); ++row)
            for (std::int64_t position = 3; position < options.length; ++position) {
                const std::int64_t index = row * options.length + position;
                if (sampled.tokens[static_cast<std::size_t>(index - 1)] == 257)
                    break; // a closed text goes on with a new start
                const float* before = logits.data() + (index - 1) * vocabulary;
                QVERIFY(before[sampled.tokens[static_cast<std::size_t>(index)]]
                        >= *std::max_element(before, before + vocabulary) - 1e-4F);
                ++compared;
            }
        QVERIFY(compared > 10);
    }

    void healingLowersTheKl()
    {
        HealingOptions options;
        options.tokens = 160 * 64;
        options.window = 64;
        options.batchWindows = 2;
        options.evaluateEvery = 16;
        options.learningRate = 3e-3;
        options.precision = Precision::Float32;
        const TokenWindows training { 64, { m_text.tokens.begin(), m_text.tokens.end() - 2 * 64 } },
            heldOut { 64, { m_text.tokens.end() - 2 * 64, m_text.tokens.end() } };
        const auto healed = healVariant(*m_source, m_removed, training, heldOut, options);
        QVERIFY2(healed.ok(), healed.ok() ? "" : healed.error().message.c_str());
        QVERIFY2(healed->improved && healed->klAfter < 0.95 * healed->klBefore,
                 qPrintable(QStringLiteral("%1 to %2").arg(healed->klBefore).arg(healed->klAfter)));
        QCOMPARE(healed->variant.architecture.layers, m_removed.architecture.layers);
    }

    void resumedLayersAreTheSame()
    {
        Recipe recipe = identityRecipe(m_source->architecture());
        recipe.mode = WidthMode::PerLayer;
        recipe.driftCorrection = 0.3; // the original's own stream passes by them too
        recipe.layers[1].kvGroups = 0;
        recipe.layers[2].mlpWidth = 32;
        const CompressionOptions options { .precision = Precision::Float32,
                                           .checkpointFolder = path("checkpoints") };
        const auto first = compressModel(*m_source, recipe, m_text, options);
        QVERIFY(first.ok());
        std::filesystem::remove(path("checkpoints") + "/layer-3.bin");
        std::filesystem::remove(path("checkpoints") + "/layer-2.bin");
        const auto second = compressModel(*m_source, recipe, m_text, options);
        QVERIFY(second.ok());
        // Layers that come from a checkpoint are those stored in 16 bits.
        const auto &down = first->variant.matrices.at({ Role::Down, 2 }).dense,
                   &again = second->variant.matrices.at({ Role::Down, 2 }).dense;
        QCOMPARE(down.size(), again.size());
        for (std::size_t index = 0; index < down.size(); ++index)
            QVERIFY(std::abs(down[index] - again[index]) < 2e-3F);
    }

    void theAnalysisMeasuresWhatARemovalCosts()
    {
        AnalysisOptions options;
        options.precision = Precision::Float32;
        options.mlpLevels = { 0.5 };
        options.bitLevels = { 4 };
        options.combinations = 1;
        options.bondsOnInputs = false;
        const TokenWindows probe { 64, { m_text.tokens.begin(), m_text.tokens.begin() + 4 * 64 } };
        const auto analysis = analyzeModel(*m_source,
                                           [&]() -> Result<AnalysisText> {
                                               return AnalysisText { m_text, probe, probe };
                                           },
                                           options, {});
        QVERIFY2(analysis.ok(), analysis.ok() ? "" : analysis.error().message.c_str());
        const auto baseline = TransformerModel::load(*m_source, Precision::Float32).value();
        for (const ProbeKind kind : { ProbeKind::MlpWidth, ProbeKind::KvGroups }) {
            const SensitivityPoint* point = analysis->nearestProbe(kind, 1, 0);
            QVERIFY(point && point->level == 0);
            Recipe recipe = identityRecipe(m_source->architecture());
            recipe.mode = WidthMode::PerLayer;
            (kind == ProbeKind::MlpWidth ? recipe.layers[1].mlpWidth : recipe.layers[1].kvGroups)
                = 0;
            const auto removed
                = compressModel(*m_source, recipe, m_text, { .precision = Precision::Float32 });
            QVERIFY(removed.ok());
            const auto model = TransformerModel::load(removed->variant, Precision::Float32).value();
            const auto scores = evaluateModels(*baseline, { model }, probe);
            QVERIFY(scores.ok());
            double kl = 0, rows = 0;
            for (const float value : scores->variants[0].kl)
                if (std::isfinite(value)) {
                    kl += value;
                    ++rows;
                }
            QVERIFY2(std::abs(point->kl / (kl / rows) - 1) < 0.02,
                     qPrintable(QStringLiteral("%1 %2").arg(point->kl).arg(kl / rows)));
        }
    }

    void aModelThatLacksPartsCannotBeAnalyzed()
    {
        QVERIFY(saveVariant(m_removed, *m_source, path("again")).ok());
        const auto source = ModelSource::open(path("again")).value();
        const auto refused = analyzeModel(*source,
                                          [&]() -> Result<AnalysisText> {
                                              return AnalysisText { m_text, m_text, m_text };
                                          },
                                          {}, {});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    }

private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    QTemporaryDir m_folder;
    std::shared_ptr<const ModelSource> m_source;
    TokenWindows m_text;
    Variant m_removed;
    std::shared_ptr<const TransformerModel> m_model;
};

QTEST_APPLESS_MAIN(EngineRemovalTest)
#include "engine_removal_test.moc"
