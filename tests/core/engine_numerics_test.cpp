// SPDX-License-Identifier: Apache-2.0
#include "engine/code_refinement.h"
#include "engine/half_products.h"
#include "engine/moments.h"
#include "engine/quantizers.h"
#include "engine/selection.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>

using namespace schmidt;

namespace {

/// Inputs with correlations: a few common factors plus noise.
at::Tensor correlatedInputs(std::int64_t tokens, std::int64_t width)
{
    at::manual_seed(7);
    const at::Tensor factors = at::randn({ tokens, width / 4 }),
                     mixing = at::randn({ width / 4, width });
    return at::mm(factors, mixing) + 0.3 * at::randn({ tokens, width });
}

at::Tensor momentOf(const at::Tensor& x)
{
    MomentSum sum;
    sum.add(x, 1.0);
    return sum.mean();
}

/// |a|ᵀ |b|, what rounding errors of aᵀ b are measured against.
at::Tensor absoluteProduct(const at::Tensor& a, const at::Tensor& b)
{
    return at::mm(a.abs().to(at::kDouble).t(), b.abs().to(at::kDouble));
}

double outputError(const at::Tensor& difference, const at::Tensor& moment)
{
    return (at::mm(difference, moment) * difference).sum().item<double>();
}

} // namespace

/// Selection, refit, low rank and quantizers against dense fp64 references.
class EngineNumericsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void momentsAddUpOverChunks()
    {
        const at::Tensor x = correlatedInputs(300, 32);
        MomentSum sum;
        sum.add(x.narrow(0, 0, 100), 1.0);
        sum.add(x.narrow(0, 100, 200), 1.0);
        const at::Tensor exact = at::mm(x.t().to(at::kDouble), x.to(at::kDouble)) / 300.0;
        QVERIFY((sum.mean() - exact).abs().max().item<double>() < 1e-4);
    }

    void halfUnitsAreAsExactAsSinglePrecision_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("left");
        QTest::addColumn<int>("right");
        QTest::newRow("one block") << 512 << 64 << 64;
        QTest::newRow("ragged") << 2500 << 200 << 200;
        QTest::newRow("odd") << 333 << 17 << 17;
        QTest::newRow("two matrices") << 777 << 40 << 300;
    }

    void halfUnitsAreAsExactAsSinglePrecision()
    {
        if (!hasHalfUnits())
            QSKIP("This CPU has no units for bf16 products with fp32 sums.");
        QFETCH(int, tokens);
        QFETCH(int, left);
        QFETCH(int, right);
        at::manual_seed(3);
        const at::Tensor a = at::randn({ tokens, left }).to(at::kBFloat16);
        const at::Tensor b = left == right ? a : at::randn({ tokens, right }).to(at::kBFloat16);
        const at::Tensor exact = at::mm(a.to(at::kDouble).t(), b.to(at::kDouble));
        const at::Tensor half = halfGram(a, b), product = left == right ? mirrored(half) : half;
        QCOMPARE(product.sizes(), exact.sizes());
        const double own = (product - exact).abs().max().item<double>();
        const double single
            = (at::mm(a.to(at::kFloat).t(), b.to(at::kFloat)) - exact).abs().max().item<double>();
        QVERIFY2(own < 4 * single + 1e-6, qPrintable(QString::number(own)));
        if (left == right)
            QVERIFY(at::equal(product, product.t()));
    }

    void targetsKeepSixteenBitsInMoments()
    {
        at::manual_seed(4);
        const at::Tensor targets = at::randn({ 700, 48 }),
                         inputs = at::randn({ 700, 96 }).to(at::kBFloat16);
        MomentSum sum;
        sum.add(targets, inputs, 2);
        const at::Tensor exact = at::mm(targets.to(at::kDouble).t(), inputs.to(at::kDouble)),
                         error = (sum.mean() * 700 - exact).abs();
        QVERIFY((error / absoluteProduct(targets, inputs)).max().item<double>() < 1.0 / (1 << 16));
    }

    /// Rounded sums over fewer tokens than inputs leave eigenvalues a little below zero.
    void momentsOfFewTokensHaveRoots()
    {
        const at::Tensor x = correlatedInputs(8, 64), direction = at::randn({ 64 }),
                         exact = at::mm(x.t(), x).to(at::kDouble) / 8;
        const double mean = exact.diagonal().mean().item<double>();
        const at::Tensor rounded
            = exact - 1e-5 * mean * at::outer(direction, direction).to(at::kDouble) / 64;
        QVERIFY(at::linalg_eigvalsh(damped(rounded, 1e-6)).min().item<double>() < 0);
        const at::Tensor root = dampedRoot(rounded, 1e-6), error = at::mm(root, root.t()) - exact;
        QVERIFY(error.abs().max().item<double>() < 1e-3 * mean);
        const at::Tensor weight = at::randn({ 48, 64 });
        const LowRankFactors factors = lowRankFactors(weight.to(at::kDouble), rounded, 8);
        QVERIFY(outputError(at::mm(factors.left, factors.right) - weight.to(at::kDouble), exact)
                < 1e-3 * outputError(weight.to(at::kDouble), exact));
    }

    void metricsAreMadeOncePerMoment()
    {
        const at::Tensor moment = momentOf(correlatedInputs(500, 64)),
                         weight = at::randn({ 32, 64 });
        RoundingMetrics metrics;
        const RoundingMetric* first = &metrics.of(moment);
        QCOMPARE(&metrics.of(moment), first);
        const Scheme scheme { SchemeKind::Gptq, { 4, 32, true } };
        const VariantMatrix shared = quantizedMatrix(weight, moment, scheme, metrics),
                            alone = quantizedMatrix(weight, moment, scheme);
        QCOMPARE(shared.codes, alone.codes);
        QCOMPARE(shared.scales, alone.scales);
        for (int other = 0; other < 6; ++other)
            metrics.of(moment.clone());
        QCOMPARE(quantizedMatrix(weight, moment, scheme, metrics).codes, alone.codes);
    }

    void weightsCountLikeRepetitions()
    {
        const at::Tensor x = correlatedInputs(200, 16);
        MomentSum weighted, repeated;
        weighted.add(x.narrow(0, 0, 50), 3.0);
        weighted.add(x.narrow(0, 50, 150), 1.0);
        for (int round = 0; round < 3; ++round)
            repeated.add(x.narrow(0, 0, 50), 1.0);
        repeated.add(x.narrow(0, 50, 150), 1.0);
        QVERIFY((weighted.mean() - repeated.mean()).abs().max().item<double>() < 1e-6);
    }

    void refitIsTheLeastSquaresSolution()
    {
        const at::Tensor x = correlatedInputs(400, 24).to(at::kDouble);
        const at::Tensor target = at::randn({ 400, 8 }, at::kDouble);
        const at::Tensor moment = at::mm(x.t(), x) / 400.0, cross = at::mm(target.t(), x) / 400.0;
        const at::Tensor found = refitted(at::zeros({ 8, 24 }, at::kDouble), moment, cross, 0.0);
        const at::Tensor exact = std::get<0>(at::linalg_lstsq(x, target)).t();
        QVERIFY((found - exact).abs().max().item<double>() < 1e-8);
    }

    void firstRemovalIsTheCheapestOne()
    {
        const at::Tensor x = correlatedInputs(500, 40);
        const at::Tensor weight = at::randn({ 12, 40 }, at::kDouble), moment = momentOf(x);
        const auto order = removalOrder(weight, moment, 1e-6, 39);
        QCOMPARE(order.size(), std::size_t(1));
        double lowest = 1e300;
        std::int32_t best = -1;
        for (std::int32_t unit = 0; unit < 40; ++unit) {
            const at::Tensor kept
                = at::cat({ at::arange(unit, at::kLong), at::arange(unit + 1, 40, at::kLong) });
            const at::Tensor columns = moment.index_select(1, kept);
            const at::Tensor refit
                = solveRight(columns.index_select(0, kept), at::mm(weight, columns));
            at::Tensor difference = weight.clone();
            difference.index_add_(1, kept, -refit);
            if (const double loss = outputError(difference, moment); loss < lowest) {
                lowest = loss;
                best = unit;
            }
        }
        QCOMPARE(order.front(), best);
        const UnitMeasures measures = unitMeasures(weight, moment, 1e-6);
        QVERIFY(std::abs(measures.score[static_cast<std::size_t>(best)] - lowest) < 1e-2 * lowest);
    }

    void anExactCopyGoesFirstAndNamesItsPartner()
    {
        at::Tensor x = at::randn({ 600, 30 });
        x.select(1, 17).copy_(x.select(1, 4));
        const at::Tensor weight = at::randn({ 10, 30 }, at::kDouble), moment = momentOf(x);
        const auto order = removalOrder(weight, moment, 1e-6, 20);
        QVERIFY(order.front() == 17 || order.front() == 4);
        const UnitMeasures measures = unitMeasures(weight, moment, 1e-6);
        QCOMPARE(measures.partner[17], 4);
        QCOMPARE(measures.partner[4], 17);
        QVERIFY(measures.redundancy[17] > 0.99F);
        QVERIFY(measures.redundancy[9] < 0.5F);
        // Of the two, exactly one goes: without its copy the other is worth its full energy.
        QCOMPARE(std::count(order.begin(), order.end(), 17)
                     + std::count(order.begin(), order.end(), 4),
                 1);
    }

    void ordersAreNestedAndComplete()
    {
        const at::Tensor moment = momentOf(correlatedInputs(500, 64));
        const at::Tensor weight = at::randn({ 16, 64 }, at::kDouble);
        auto all = removalOrder(weight, moment, 1e-2, 0);
        QCOMPARE(all.size(), std::size_t(64));
        const auto kept = keptAfter(all, 64, 20);
        QCOMPARE(kept.size(), std::size_t(20));
        QVERIFY(std::is_sorted(kept.begin(), kept.end()));
        std::sort(all.begin(), all.end());
        for (std::int32_t unit = 0; unit < 64; ++unit)
            QCOMPARE(all[static_cast<std::size_t>(unit)], unit);
    }

    void emptyGroupGoesFirst()
    {
        const at::Tensor x = correlatedInputs(400, 48);
        at::Tensor weight = at::randn({ 10, 48 }, at::kDouble);
        weight.narrow(1, 16, 16).zero_();
        const GroupOrder groups = groupRemovalOrder(weight, momentOf(x), 1e-3, 16);
        QCOMPARE(groups.order.front(), 1);
        QCOMPARE(groups.order.size(), std::size_t(3));
        QVERIFY(groups.score[1] < 1e-6F * groups.score[0]);
    }

    void truncationLosesTheDiscardedSpectrum()
    {
        const at::Tensor moment = momentOf(correlatedInputs(800, 40));
        const at::Tensor weight = at::randn({ 24, 40 }, at::kDouble);
        const auto sigma = weightedSingularValues(weight, moment);
        const LowRankFactors factors = lowRankFactors(weight, moment, 9);
        double discarded = 0;
        for (std::size_t index = 9; index < sigma.size(); ++index)
            discarded += static_cast<double>(sigma[index]) * sigma[index];
        const double lost = outputError(weight - at::mm(factors.left, factors.right), moment);
        QVERIFY(std::abs(lost - discarded) < 1e-5 * discarded);
    }

    void gptqBeatsRoundingWhereInputsAreCorrelated_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        for (const int bits : { 8, 4, 3 })
            for (const bool symmetric : { true, false })
                QTest::addRow("%d %s", bits, symmetric ? "symmetric" : "asymmetric")
                    << bits << symmetric;
    }
    void gptqBeatsRoundingWhereInputsAreCorrelated()
    {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        const at::Tensor moment = momentOf(correlatedInputs(2000, 128));
        const at::Tensor weight = at::randn({ 32, 128 });
        const QuantGrid grid { bits, 32, symmetric };
        const auto error = [&](SchemeKind kind) {
            const VariantMatrix matrix = quantizedMatrix(weight, moment, { kind, grid });
            for (const std::uint8_t code : matrix.codes)
                if (code >= 1 << bits)
                    return -1.0;
            return outputError((denseOf(matrix) - weight).to(at::kDouble), moment);
        };
        const double rounded = error(SchemeKind::Rtn), compensated = error(SchemeKind::Gptq);
        QVERIFY(rounded > 0 && compensated > 0);
        QVERIFY2(compensated < 0.8 * rounded,
                 qPrintable(QStringLiteral("%1 against %2").arg(compensated).arg(rounded)));
    }

    void refinementOnlyEverHelps_data() { gptqBeatsRoundingWhereInputsAreCorrelated_data(); }
    void refinementOnlyEverHelps()
    {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        const at::Tensor moment = damped(momentOf(correlatedInputs(2000, 96)), 0.01);
        const at::Tensor weight = at::randn({ 24, 96 });
        VariantMatrix matrix
            = quantizedMatrix(weight, {}, { SchemeKind::Rtn, { bits, 32, symmetric } });
        const auto errors = [&] {
            const at::Tensor difference = weight.to(at::kDouble) - denseOf(matrix);
            return (at::mm(difference, moment) * difference).sum(1);
        };
        for (int round = 0; round < 4; ++round) {
            const at::Tensor before = errors();
            refineCodes(matrix, weight, moment.to(at::kFloat), 1);
            QVERIFY((errors() <= before * (1 + 1e-5)).all().item<bool>());
            for (const std::uint8_t code : matrix.codes)
                QVERIFY(code < 1 << bits);
            for (const float scale : matrix.scales)
                QCOMPARE(static_cast<float>(c10::Half(scale)), scale);
        }
    }

    void refinementFindsWhatRoundingMissed()
    {
        // Two inputs that always agree: only the sum of their weights counts.
        const at::Tensor moment = damped(at::ones({ 2, 2 }, at::kDouble), 1e-4);
        VariantMatrix matrix;
        matrix.rows = 1;
        matrix.columns = 2;
        matrix.grid = { 4, 32, true };
        matrix.codes = { 9, 9 };
        matrix.scales = { 1.0F };
        const at::Tensor weight = at::tensor({ 1.4F, 1.4F }).view({ 1, 2 });
        refineCodes(matrix, weight, moment.to(at::kFloat), 3);
        const at::Tensor sum = denseOf(matrix).sum();
        QVERIFY2(std::abs(sum.item<double>() - 2.8) < 0.01,
                 qPrintable(QString::number(sum.item<double>())));
    }

    /// Against the tail of the singular values of (W - Q) C^1/2, which no factors can beat for
    /// that Q.
    void correctionsAreTheBestOfTheirRank()
    {
        const at::Tensor moment = momentOf(correlatedInputs(600, 64));
        const at::Tensor weight = at::randn({ 48, 64 }, at::kDouble);
        const auto error = [&](const at::Tensor& approximation) {
            return outputError(weight - approximation.to(at::kDouble), moment);
        };
        for (const SchemeKind kind : { SchemeKind::Rtn, SchemeKind::Gptq }) {
            const Scheme scheme { kind, { 3, 32, true } };
            const at::Tensor grid = denseOf(quantizedMatrix(weight.to(at::kFloat), moment, scheme));
            const at::Tensor rest = weight - grid.to(at::kDouble);
            double before = error(grid);
            for (const std::int64_t rank : { 1, 8, 24 }) {
                const VariantMatrix matrix = correctedMatrix(weight, moment, scheme, rank);
                QVERIFY(matrix.corrected());
                QCOMPARE(matrix.rank, rank);
                const at::Tensor tail
                    = at::linalg_eigvalsh(at::mm(at::mm(rest, moment), rest.t())).clamp_min(0);
                const double best = tail.narrow(0, 0, tail.size(0) - rank).sum().item<double>();
                const double found = error(denseOf(matrix));
                QVERIFY2(found <= best * 1.01 && found < before,
                         qPrintable(QString("%1 of %2").arg(found).arg(best)));
                before = found;
                for (const std::vector<float>* factor : { &matrix.left, &matrix.right })
                    for (const float value : *factor)
                        QCOMPARE(static_cast<float>(c10::Half(value)), value);
            }
        }
    }

    void valuesOnTheGridAreKept()
    {
        Scheme scheme { SchemeKind::Rtn, { 4, 32, true } };
        const at::Tensor weight = denseOf(quantizedMatrix(at::randn({ 8, 64 }), {}, scheme));
        const at::Tensor again = denseOf(quantizedMatrix(weight, {}, scheme));
        QVERIFY((again - weight).abs().max().item<double>() < 1e-6);
    }

private:
    c10::InferenceMode m_guard;
};

QTEST_APPLESS_MAIN(EngineNumericsTest)
#include "engine_numerics_test.moc"
