// SPDX-License-Identifier: Apache-2.0
#include "engine/coded_weights.h"
#include "engine/speed.h"
#include "tests/support/logit_distance.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Matrices of 8 and 4 bits as the engine times them, against products of their values in fp64.
class EngineCodedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::manual_seed(1); }

    void codesAreTheNearest_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const int bits : { 8, 4 })
            for (const auto& [rows, columns] :
                 { std::pair(16, 32), std::pair(96, 576), std::pair(4112, 64) })
                QTest::addRow("%d bits, %d x %d", bits, rows, columns) << bits << rows << columns;
    }

    void codesAreTheNearest()
    {
        QFETCH(int, bits);
        QFETCH(int, rows);
        QFETCH(int, columns);
        const at::Tensor matrix = at::randn({ rows, columns }).to(at::kBFloat16);
        const CodedMatrix coded = codedMatrix(matrix, precisionOf(bits));
        QVERIFY(coded.codes.defined());
        const at::Tensor decoded = valuesOf(coded, columns).to(at::kDouble);
        const at::Tensor exact = matrix.to(at::kDouble);
        // Half a step, and what bf16 rounds of scale, zero point and result.
        const double steps = bits == 8 ? 254 : 15;
        const at::Tensor range = exact.abs().amax(1, true);
        const at::Tensor bound = range * (1 / steps + 0.012);
        QVERIFY(((decoded - exact).abs() <= bound).all().item<bool>());

        for (const int count : { 1, 5, 40 }) {
            const at::Tensor x = at::randn({ count, columns }).to(at::kBFloat16);
            const at::Tensor product = codedProduct(x, coded.codes, coded.scales).to(at::kDouble);
            const at::Tensor reference = at::mm(x.to(at::kDouble), decoded.t());
            const double relative
                = (product - reference).norm().item<double>() / reference.norm().item<double>();
            QVERIFY2(relative < 5e-3, qPrintable(QString::number(relative)));
        }
    }

    void shapesWithoutKernelStay()
    {
        const auto coded = [](std::int64_t rows, std::int64_t columns, int bits) {
            return codedMatrix(at::randn({ rows, columns }).to(at::kBFloat16), precisionOf(bits))
                .codes.defined();
        };
        QVERIFY(coded(37, 64, 8));
        QVERIFY(!coded(37, 64, 4));
        QVERIFY(!coded(32, 40, 8));
        QVERIFY(!coded(32, 40, 4));
    }

    /// More bits are nearer to the model, and both decode token by token.
    void modelsComputeWithCodes()
    {
        TinyModelOptions options;
        options.hidden = 64;
        options.headDim = 16;
        options.kvHeads = 2;
        options.vocab = 336;
        const fs::path folder = fs::path(m_folder.path().toStdString()) / "model";
        QVERIFY(writeTinyHfModel(folder, options).ok());
        const auto source = ModelSource::open(folder).value();
        TokenWindows windows { 64, {} };
        for (int index = 0; index < 64; ++index)
            windows.tokens.push_back((index * 37 + index * index * 11) % 300);
        const auto logits = [&](Precision precision) {
            return TransformerModel::load(*source, precision).value()->logits(windows).value();
        };
        const std::vector<float> exact = logits(Precision::Float32);
        const double half = meanKl(exact, logits(Precision::BFloat16), options.vocab),
                     eight = meanKl(exact, logits(Precision::Int8), options.vocab),
                     four = meanKl(exact, logits(Precision::Int4), options.vocab);
        QVERIFY2(eight < half + 1e-3, qPrintable(QString::number(eight)));
        QVERIFY2(four > 3 * eight && four < 0.05, qPrintable(QString::number(four)));

        for (const Precision precision : { Precision::Int8, Precision::Int4 }) {
            const auto model = TransformerModel::load(*source, precision).value();
            QVERIFY(!model->weights().layers.front().gateUp.is_floating_point());
            QVERIFY(!model->weights().head.is_floating_point());
            QVERIFY(model->weights().embedding.is_floating_point());
            const auto samples = measureSpeed(*model, { 32, 8, 2, 1 });
            QVERIFY(samples.ok());
            QCOMPARE(samples->interTokenSeconds.size(), 16U);
        }
    }

private:
    static Precision precisionOf(int bits) { return bits == 8 ? Precision::Int8 : Precision::Int4; }

    /// The values of codes: the product with unit vectors.
    static at::Tensor valuesOf(const CodedMatrix& coded, std::int64_t columns)
    {
        return codedProduct(at::eye(columns).to(at::kBFloat16), coded.codes, coded.scales).t();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(EngineCodedTest)
#include "engine_coded_test.moc"
