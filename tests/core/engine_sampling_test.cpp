// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>

using namespace schmidt;
using namespace schmidt::testing;

/// Sampling with its key-value cache against the forward pass over whole windows.
class EngineSamplingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void greedyTextIsWhatTheForwardPassPrefers_data()
    {
        QTest::addColumn<int>("family");
        QTest::addColumn<qint64>("headDim");
        QTest::addRow("grouped heads") << static_cast<int>(Family::Llama) << qint64 { 8 };
        QTest::addRow("wide heads") << static_cast<int>(Family::Llama) << qint64 { 288 };
        QTest::addRow("normed heads") << static_cast<int>(Family::Qwen3) << qint64 { 32 };
    }
    void greedyTextIsWhatTheForwardPassPrefers()
    {
        QFETCH(int, family);
        QFETCH(qint64, headDim);
        TinyModelOptions tiny;
        tiny.family = static_cast<Family>(family);
        tiny.headDim = headDim;
        const auto source = openTiny(tiny);
        QVERIFY(source);
        const auto model = TransformerModel::load(*source, Precision::Float32);
        QVERIFY(model.ok());
        SamplingOptions options;
        options.sequences = 3;
        options.length = 40;
        options.temperature = 0;
        options.prompts = { { 5, 17, 99 }, { 256 }, { 42, 42 } };
        const auto sampled = sampleSequences(**model, options);
        QVERIFY(sampled.ok());
        QCOMPARE(sampled->count(), options.sequences);
        const auto logits = (*model)->logits(*sampled);
        QVERIFY(logits.ok());
        const std::int64_t vocabulary = (*model)->architecture().vocabularySize;
        int compared = 0;
        for (std::int64_t row = 0; row < sampled->count(); ++row)
            for (auto position
                 = static_cast<std::int64_t>(options.prompts[static_cast<std::size_t>(row)].size());
                 position < options.length; ++position) {
                const std::int64_t index = row * options.length + position;
                const std::int32_t token = sampled->tokens[static_cast<std::size_t>(index)];
                if (sampled->tokens[static_cast<std::size_t>(index - 1)] == 257)
                    break; // a closed text goes on with a new start
                const float* before = logits->data() + (index - 1) * vocabulary;
                QVERIFY(before[token] >= *std::max_element(before, before + vocabulary) - 1e-4F);
                ++compared;
            }
        QVERIFY(compared > 30);
    }

    void sameSeedSameText()
    {
        const auto source = openTiny({});
        QVERIFY(source);
        const auto model = TransformerModel::load(*source, Precision::Float32);
        QVERIFY(model.ok());
        SamplingOptions options;
        options.sequences = 4;
        options.length = 24;
        const auto first = sampleSequences(**model, options),
                   second = sampleSequences(**model, options);
        QVERIFY(first.ok() && second.ok());
        QVERIFY(first->tokens == second->tokens);
        options.seed = 2;
        const auto other = sampleSequences(**model, options);
        QVERIFY(other.ok());
        QVERIFY(first->tokens != other->tokens);
    }

private:
    std::shared_ptr<const ModelSource> openTiny(const TinyModelOptions& options)
    {
        const auto folder
            = std::filesystem::path(m_folder.path().toStdString()) / std::to_string(m_models++);
        if (!writeTinyHfModel(folder, options).ok())
            return nullptr;
        const auto source = ModelSource::open(folder);
        return source.ok() ? *source : nullptr;
    }

    QTemporaryDir m_folder;
    int m_models = 0;
};

QTEST_APPLESS_MAIN(EngineSamplingTest)
#include "engine_sampling_test.moc"
