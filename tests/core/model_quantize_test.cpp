// SPDX-License-Identifier: Apache-2.0
#include "model/dtype.h"
#include "model/half_bits.h"

#include <QtTest>
#include <cmath>
#include <cstring>
#include <random>

using namespace schmidt;

namespace {

constexpr DType blockTypes[] { DType::Q8_0, DType::Q4_0,   DType::Q4_1, DType::Q5_0,
                               DType::Q5_1, DType::IQ4_NL, DType::Q2_K, DType::Q3_K,
                               DType::Q4_K, DType::Q5_K,   DType::Q6_K };

std::vector<std::byte> encoded(DType type, const std::vector<float>& values,
                               const std::vector<float>& importance = {})
{
    std::vector<std::byte> bytes(
        static_cast<std::size_t>(storageBytes(type, static_cast<std::int64_t>(values.size()))));
    return quantize(type, values, bytes, importance) ? bytes : std::vector<std::byte> {};
}

std::vector<float> decoded(DType type, const std::vector<std::byte>& bytes, std::size_t count)
{
    std::vector<float> values(count);
    dequantize(type, bytes, values);
    return values;
}

/// Σ w (a - b)², in fp64.
double error(const std::vector<float>& a, const std::vector<float>& b,
             const std::vector<float>& w = {})
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (w.empty() ? 1.0 : w[i]) * std::pow(static_cast<double>(a[i]) - b[i], 2);
    return sum;
}

std::vector<float> random(std::size_t count, unsigned seed, float scale = 1)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values)
        value = scale * normal(generator);
    return values;
}

} // namespace

/// The block encoders: error against the rate-distortion of each type, exact cases, edge cases.
class ModelQuantizeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void errorsOfNormalValues_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<double>("bound"); // relative squared error
        const double bounds[] { 2.7e-5, 6.9e-3, 5.0e-3, 1.7e-3,  1.2e-3, 5.6e-3,
                                7.1e-2, 2.2e-2, 5.1e-3, 1.25e-3, 2.9e-4 };
        for (std::size_t i = 0; i < std::size(blockTypes); ++i)
            QTest::newRow(std::string(dtypeName(blockTypes[i])).c_str())
                << static_cast<int>(blockTypes[i]) << bounds[i];
    }

    void errorsOfNormalValues()
    {
        QFETCH(int, type);
        QFETCH(double, bound);
        for (const float scale : { 1.0F, 0.02F, 300.0F }) {
            const std::vector<float> values = random(256 * 200, 7, scale);
            const auto back = decoded(DType(type), encoded(DType(type), values), values.size());
            const double relative
                = error(values, back) / error(values, std::vector<float>(values.size()));
            QVERIFY2(relative < bound, qPrintable(QString::number(relative)));
        }
    }

    void importanceIsObeyed_data() { errorsOfNormalValues_data(); }

    void importanceIsObeyed()
    {
        QFETCH(int, type);
        const std::vector<float> values = random(256 * 40, 3);
        std::vector<float> weights = random(256 * 40, 4);
        for (float& weight : weights)
            weight = std::exp(1.5F * weight);
        const auto plain = decoded(DType(type), encoded(DType(type), values), values.size());
        const auto weighted
            = decoded(DType(type), encoded(DType(type), values, weights), values.size());
        QVERIFY(error(values, weighted, weights) < 0.95 * error(values, plain, weights));
        // Only proportions count.
        std::vector<float> scaled = weights;
        for (float& weight : scaled)
            weight *= 1024;
        QVERIFY(encoded(DType(type), values, scaled) == encoded(DType(type), values, weights));
    }

    /// IQ4_NL: with the scale that a block got, no other level is nearer to any of its values.
    void levelsAreTheNearest()
    {
        constexpr std::size_t block = 32;
        constexpr float levels[] { -127, -104, -83, -65, -49, -35, -22, -10,
                                   1,    13,   25,  38,  53,  69,  89,  113 };
        const auto normal = random(256 * 50, 11);
        std::vector<float> values = normal;
        for (std::size_t i = 0; i < values.size(); i += 7) // far beyond the rest
            values[i] *= 40;
        const auto bytes = encoded(DType::IQ4_NL, values);
        const auto back = decoded(DType::IQ4_NL, bytes, values.size());
        const std::size_t stride = bytes.size() / (values.size() / block);
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::uint16_t scaleBits = 0;
            std::memcpy(&scaleBits, bytes.data() + i / block * stride, sizeof scaleBits);
            const double scale = bits::fromHalf(scaleBits);
            double least = std::numeric_limits<double>::infinity();
            for (const float level : levels)
                least = std::min(least, std::abs(values[i] - scale * level));
            const double off = std::abs(static_cast<double>(values[i]) - back[i]);
            QVERIFY2(off <= least + 1e-6 * std::abs(scale) * 127,
                     qPrintable(QString::number(values[i])));
        }
    }

    /// What a file of the type already holds is written back unchanged, so that exporting a
    /// quantized model in its own type loses nothing.
    void valuesOnTheGridAreKept_data()
    {
        QTest::addColumn<int>("type");
        for (const DType type : { DType::Q8_0, DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1 })
            QTest::newRow(std::string(dtypeName(type)).c_str()) << static_cast<int>(type);
    }

    void valuesOnTheGridAreKept()
    {
        QFETCH(int, type);
        const auto kind = static_cast<DType>(type);
        // Extremes at both ends of the grid, as every encoder leaves them.
        const bool affine = kind == DType::Q4_1 || kind == DType::Q5_1;
        const int low = kind == DType::Q8_0 ? -127 : affine ? 0 : kind == DType::Q4_0 ? -8 : -16;
        const int high = kind == DType::Q8_0 ? 127
            : kind == DType::Q4_1            ? 15
            : kind == DType::Q5_1            ? 31
                                             : -low - 1;
        std::mt19937 generator(5);
        std::uniform_int_distribution<int> code(low, high);
        std::normal_distribution<float> normal;
        std::vector<float> values;
        for (int block = 0; block < 1003; ++block) {
            float d = halfToFloat(floatToHalf(0.01F * normal(generator)));
            if (affine || kind == DType::Q8_0)
                d = std::fabs(d);
            const float m = affine ? halfToFloat(floatToHalf(0.1F * normal(generator))) : 0.0F;
            for (int j = 0; j < 32; ++j) {
                const int c = j == 3 ? low : j == 17 ? high : code(generator);
                values.push_back(d * static_cast<float>(c) + m);
            }
        }
        const auto back = decoded(kind, encoded(kind, values), values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            QVERIFY2(back[i] == values[i],
                     qPrintable(QString("%1: %2 instead of %3")
                                    .arg(i)
                                    .arg(double(back[i]))
                                    .arg(double(values[i]))));
    }

    void edgeCases_data() { errorsOfNormalValues_data(); }

    void edgeCases()
    {
        QFETCH(int, type);
        const auto kind = static_cast<DType>(type);
        const auto back
            = [&](const std::vector<float>& values, const std::vector<float>& importance = {}) {
                  return decoded(kind, encoded(kind, values, importance), values.size());
              };
        const std::vector<float> zeros(256);
        QVERIFY(back(zeros) == zeros);
        for (const float value : { 1.0F, -3.0F, 1e-7F, -1e-30F, 60000.0F }) {
            const std::vector<float> constant(256, value);
            for (const float found : back(constant))
                QVERIFY2(std::fabs(found - value) <= 0.02F * std::fabs(value) + 1e-7F,
                         qPrintable(QString::number(double(found))));
        }
        std::vector<float> spike(256);
        spike[77] = -2;
        QVERIFY(std::fabs(back(spike)[77] + 2) < 0.02F);
        // Weights that say nothing count as equal ones; inputs without weight stay finite.
        const std::vector<float> values = random(256, 9);
        QVERIFY(back(values, zeros) == back(values));
        std::vector<float> half(256, 1.0F);
        std::fill_n(half.begin(), 128, 0.0F);
        for (const float found : back(values, half))
            QVERIFY(std::fabs(found) < 8);
    }

    void refusesWrongSizes()
    {
        std::vector<float> values(288);
        std::vector<std::byte> bytes(288 / 32 * 18);
        QVERIFY(quantize(DType::Q4_0, values, bytes));
        QVERIFY(!quantize(DType::Q4_0, values, std::span(bytes).first(18)));
        QVERIFY(!quantize(DType::Q4_K, values, bytes));
        values.resize(256);
        bytes.resize(136);
        QVERIFY(!canQuantize(DType::IQ4_XS));
        QVERIFY(!quantize(DType::IQ4_XS, values, bytes));
    }
};

QTEST_GUILESS_MAIN(ModelQuantizeTest)
#include "model_quantize_test.moc"
