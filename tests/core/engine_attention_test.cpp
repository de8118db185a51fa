// SPDX-License-Identifier: Apache-2.0
#include "engine/attention_blocks.h"
#include "engine/attention_gradient.h"
#include "engine/half_products.h"

#include <ATen/Parallel.h>
#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <cmath>

using namespace schmidt;

namespace {

AttentionInputs randomInputs(int length, int dim, int heads, int kvHeads)
{
    at::manual_seed(11);
    const auto half = [&](int count) {
        return at::randn({ 2, count, length, dim }).mul_(1.5).to(at::kBFloat16);
    };
    return { half(heads), half(kvHeads), half(kvHeads) };
}

/// Scaled scores, what a query may not see at -∞; [count, heads, length, length] fp64.
at::Tensor exactScores(const AttentionInputs& inputs, double scale)
{
    const std::int64_t length = inputs.query.size(2);
    const at::Tensor key
        = repeatedHeads(inputs.key, inputs.query.size(1) / inputs.key.size(1)).to(at::kDouble);
    const at::Tensor later = at::ones({ length, length }, at::kBool).triu(1);
    return at::matmul(inputs.query.to(at::kDouble), key.transpose(2, 3))
        .mul_(scale)
        .masked_fill_(later, -std::numeric_limits<double>::infinity());
}

} // namespace

/// Attention in blocks of bf16 products against the same sums in fp64.
class EngineAttentionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        if (!hasHalfUnits())
            QSKIP("This CPU has no units for bf16 products with fp32 sums.");
    }

    void agreesWithExactAttention_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("dim");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("kvHeads");
        QTest::newRow("one token") << 1 << 32 << 2 << 1;
        QTest::newRow("less than a block") << 37 << 32 << 4 << 4;
        QTest::newRow("whole blocks") << 256 << 64 << 9 << 3;
        QTest::newRow("ragged") << 777 << 64 << 6 << 2;
        QTest::newRow("long: fewer queries a block") << 2600 << 64 << 1 << 1;
        QTest::newRow("wide heads") << 130 << 128 << 4 << 1;
    }

    void agreesWithExactAttention()
    {
        const c10::InferenceMode guard;
        QFETCH(int, length);
        QFETCH(int, dim);
        QFETCH(int, heads);
        QFETCH(int, kvHeads);
        const AttentionInputs inputs = randomInputs(length, dim, heads, kvHeads);
        const double scale = 1.2 / std::sqrt(static_cast<double>(dim));
        const Attended attended = blockAttention(inputs, scale);
        const at::Tensor scores = exactScores(inputs, scale),
                         exact
            = at::matmul(at::softmax(scores, -1),
                         repeatedHeads(inputs.value, heads / kvHeads).to(at::kDouble));
        QCOMPARE(attended.values.sizes(), inputs.query.sizes());
        // Weights and results are rounded to bf16 once each, to 2⁻⁹ of themselves.
        const double error = (attended.values.to(at::kDouble) - exact).abs().max().item<double>(),
                     largest = exact.abs().max().item<double>();
        QVERIFY2(error < largest / 128, qPrintable(QString::number(error)));
        const at::Tensor sums = at::logsumexp(scores, { -1 });
        QVERIFY((attended.logSum.to(at::kDouble) - sums).abs().max().item<double>() < 1e-4);
    }

    void laterTokensAndThreadsChangeNothing()
    {
        const c10::InferenceMode guard;
        const AttentionInputs inputs = randomInputs(300, 64, 6, 2);
        const Attended whole = blockAttention(inputs, 0.125);
        AttentionInputs other { inputs.query.clone(), inputs.key.clone(), inputs.value.clone() };
        for (at::Tensor* tensor : { &other.query, &other.key, &other.value })
            tensor->narrow(2, 200, 100).mul_(-3);
        const int threads = at::get_num_threads();
        at::set_num_threads(1);
        const Attended changed = blockAttention(other, 0.125);
        at::set_num_threads(threads);
        QVERIFY(at::equal(whole.values.narrow(2, 0, 200), changed.values.narrow(2, 0, 200)));
        QVERIFY(!at::equal(whole.values, changed.values));
    }
};

QTEST_APPLESS_MAIN(EngineAttentionTest)
#include "engine_attention_test.moc"
