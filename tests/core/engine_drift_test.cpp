// SPDX-License-Identifier: Apache-2.0
#include "engine/compression.h"
#include "tests/support/logit_distance.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <random>

using namespace schmidt;
using namespace schmidt::testing;

/// What refits take back of the drift that layers before them caused.
class EngineDriftTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.layers = 4;
        const std::string path = m_folder.path().toStdString() + "/model";
        QVERIFY(writeTinyHfModel(path, options).ok());
        m_source = ModelSource::open(path).value();
    }

    void theOriginalIsNearer()
    {
        const TokenWindows calibration = text(128, 3), other = text(16, 4);
        const auto original = TransformerModel::load(*m_source, Precision::Float32).value();
        const auto distance = [&](double correction) {
            const auto model
                = TransformerModel::load(compressed(correction, calibration), Precision::Float32)
                      .value();
            return meanKl(original->logits(other).value(), model->logits(other).value(),
                          m_source->architecture().vocabularySize);
        };
        const double without = distance(0), with = distance(0.6);
        QVERIFY2(with < 0.97 * without,
                 qPrintable(QStringLiteral("%1 of %2").arg(with).arg(without)));
    }

    void nothingHasDriftedBeforeTheFirstCut()
    {
        const TokenWindows calibration = text(32, 3);
        const Variant without = compressed(0, calibration), with = compressed(0.6, calibration);
        QVERIFY(change(without, with, { Role::Output, 0 }) < 1e-3);
        QVERIFY(change(without, with, { Role::Down, 3 }) > 1e-2);
    }

    void littleTextTakesBackLittle()
    {
        const auto taken = [this](std::int64_t windows) {
            const TokenWindows calibration = text(windows, 3);
            return change(compressed(0, calibration), compressed(0.6, calibration),
                          { Role::Down, 1 });
        };
        const double little = taken(4), much = taken(128);
        QVERIFY2(little < much, qPrintable(QStringLiteral("%1, %2").arg(little).arg(much)));
    }

private:
    TokenWindows text(std::int64_t windows, unsigned seed) const
    {
        TokenWindows made { 64, {} };
        std::mt19937 generator(seed);
        for (std::int64_t token = 0; token < windows * made.length; ++token)
            made.tokens.push_back(static_cast<std::int32_t>(generator() % 256));
        return made;
    }

    Variant compressed(double correction, const TokenWindows& calibration) const
    {
        Recipe recipe = identityRecipe(m_source->architecture());
        recipe.mode = WidthMode::PerLayer;
        recipe.driftCorrection = correction;
        recipe.layers.front().kvGroups = 1;
        for (LayerRecipe& layer : recipe.layers)
            layer.mlpWidth = 32;
        return compressModel(*m_source, recipe, calibration, { .precision = Precision::Float32 })
            .value()
            .variant;
    }

    /// |A - B| / |A| of a matrix.
    static double change(const Variant& a, const Variant& b, const std::pair<Role, int>& key)
    {
        const auto &before = a.matrices.at(key).dense, &after = b.matrices.at(key).dense;
        double difference = 0, whole = 0;
        for (std::size_t index = 0; index < before.size(); ++index) {
            difference += std::pow(after[index] - before[index], 2);
            whole += std::pow(before[index], 2);
        }
        return std::sqrt(difference / whole);
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const ModelSource> m_source;
};

QTEST_APPLESS_MAIN(EngineDriftTest)
#include "engine_drift_test.moc"
