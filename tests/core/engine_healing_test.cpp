// SPDX-License-Identifier: Apache-2.0
#include "engine/backward.h"
#include "engine/compression.h"
#include "engine/evaluation.h"
#include "engine/healing.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <random>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

/// A block with grouped queries, biases and head norms, small random values.
LayerWeights randomLayer(std::int64_t hidden, std::int64_t dim)
{
    const auto matrix = [](std::int64_t rows, std::int64_t columns) {
        return at::randn({ rows, columns }) / std::sqrt(static_cast<double>(columns));
    };
    const auto norm = [](std::int64_t size) { return 1 + 0.2 * at::randn({ size }); };
    LayerWeights layer;
    layer.shape = { 4, 2, 48 };
    layer.attentionNorm = norm(hidden);
    layer.mlpNorm = norm(hidden);
    layer.queryKeyValue = matrix(8 * dim, hidden);
    layer.queryKeyValueBias = 0.3 * at::randn({ 8 * dim });
    layer.output = matrix(hidden, 4 * dim);
    layer.outputBias = 0.3 * at::randn({ hidden });
    layer.queryNorm = norm(dim);
    layer.keyNorm = norm(dim);
    layer.gateUp = matrix(96, hidden);
    layer.gateUpBias = 0.3 * at::randn({ 96 });
    layer.down = matrix(hidden, 48);
    layer.downBias = 0.3 * at::randn({ hidden });
    return layer;
}

std::vector<at::Tensor*> tensorsOf(LayerWeights& layer)
{
    return { &layer.attentionNorm,     &layer.mlpNorm, &layer.queryKeyValue,
             &layer.queryKeyValueBias, &layer.output,  &layer.outputBias,
             &layer.queryNorm,         &layer.keyNorm, &layer.gateUp,
             &layer.gateUpBias,        &layer.down,    &layer.downBias };
}

at::Tensor normed(const at::Tensor& x, const at::Tensor& weight, double epsilon)
{
    return x * at::rsqrt(x.pow(2).mean(-1, true) + epsilon) * weight;
}

/// The block written down plainly, for fp64 and autograd.
at::Tensor referenceBlock(const LayerWeights& layer, const BlockContext& block, const at::Tensor& x,
                          std::int64_t length)
{
    const std::int64_t count = x.size(0) / length, dim = block.headDim, heads = layer.shape.heads,
                       kvHeads = layer.shape.kvHeads;
    const at::Tensor fused = at::linear(normed(x, layer.attentionNorm, block.epsilon),
                                        layer.queryKeyValue, layer.queryKeyValueBias)
                                 .view({ count, length, heads + 2 * kvHeads, dim })
                                 .transpose(1, 2);
    const auto rotated = [&](const at::Tensor& part, const at::Tensor& norm) {
        const at::Tensor y = normed(part, norm, block.epsilon);
        const at::Tensor a = y.narrow(-1, 0, dim / 2), b = y.narrow(-1, dim / 2, dim / 2);
        const at::Tensor c = block.rope.cosine.to(at::kDouble), s = block.rope.sine.to(at::kDouble);
        return at::cat({ a * c - b * s, b * c + a * s }, -1);
    };
    const at::Tensor query = rotated(fused.narrow(1, 0, heads), layer.queryNorm);
    const auto shared
        = [&](const at::Tensor& part) { return part.repeat_interleave(heads / kvHeads, 1); };
    const at::Tensor key = shared(rotated(fused.narrow(1, heads, kvHeads), layer.keyNorm)),
                     value = shared(fused.narrow(1, heads + kvHeads, kvHeads));
    const at::Tensor future = at::ones({ length, length }, at::kBool).triu(1);
    const at::Tensor scores
        = (at::matmul(query, key.transpose(-1, -2)) / std::sqrt(static_cast<double>(dim)))
              .masked_fill(future, -1e30);
    const at::Tensor attended
        = at::matmul(at::softmax(scores, -1), value).transpose(1, 2).reshape({ x.size(0), -1 });
    const at::Tensor middle = x + at::linear(attended, layer.output, layer.outputBias);
    const at::Tensor gateUp
        = at::linear(normed(middle, layer.mlpNorm, block.epsilon), layer.gateUp, layer.gateUpBias);
    const at::Tensor gated = at::silu(gateUp.narrow(1, 0, layer.shape.intermediateSize))
        * gateUp.narrow(1, layer.shape.intermediateSize, layer.shape.intermediateSize);
    return middle + at::linear(gated, layer.down, layer.downBias);
}

double relativeDistance(const at::Tensor& found, const at::Tensor& exact)
{
    return ((found.to(at::kDouble) - exact).norm() / exact.norm()).item<double>();
}

TokenWindows randomTokens(std::int64_t count, std::int64_t length, std::uint32_t seed)
{
    std::mt19937 generator(seed);
    TokenWindows windows { length, {} };
    for (std::int64_t index = 0; index < count * length; ++index)
        windows.tokens.push_back(static_cast<std::int32_t>(generator() % 60));
    return windows;
}

bool same(const Variant& a, const Variant& b)
{
    for (const auto& [key, matrix] : a.matrices) {
        const VariantMatrix& other = b.matrices.at(key);
        if (matrix.dense != other.dense || matrix.codes != other.codes || matrix.left != other.left
            || matrix.right != other.right || matrix.scales != other.scales)
            return false;
    }
    return a.vectors == b.vectors;
}

} // namespace

/// Healing: gradients against fp64 autograd, exactness of what is stored, gain, resume, cancel.
class EngineHealingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        setEngineThreads(2);
        TinyModelOptions options;
        options.hidden = 64;
        options.intermediate = 128;
        options.headDim = 16;
        QVERIFY(writeTinyHfModel(root() / "model", options).ok());
        m_source = ModelSource::open(root() / "model").value();
        m_training = randomTokens(160, 64, 1);
        m_calibration = randomTokens(32, 64, 3);
        m_heldOut = randomTokens(8, 64, 2);
    }

    void lossGradientMatchesAutograd()
    {
        at::manual_seed(3);
        const at::Tensor teacher = at::randn({ 37, 24 }), teacherHead = at::randn({ 301, 24 }),
                         head = teacherHead + 0.3 * at::randn({ 301, 24 });
        const at::Tensor student = teacher + 0.3 * at::randn({ 37, 24 });
        const HiddenLoss loss = distillationLoss(teacher, teacherHead, student, head, 0.01, {}, 10);
        at::Tensor x = student.to(at::kDouble).requires_grad_(true);
        const at::Tensor expected
            = at::log_softmax(at::linear(teacher.to(at::kDouble), teacherHead.to(at::kDouble)), -1);
        const at::Tensor found = at::log_softmax(at::linear(x, head.to(at::kDouble)), -1);
        const at::Tensor kl = (expected.exp() * (expected - found)).sum();
        (0.01 * kl).backward();
        QVERIFY(std::abs(loss.kl - kl.item<double>()) < 1e-4 * kl.item<double>());
        QVERIFY(relativeDistance(loss.gradient, x.grad()) < 1e-5);
    }

    void halfPrecisionLossIsClose()
    {
        at::manual_seed(4);
        const at::Tensor teacher = at::randn({ 64, 32 }), head = at::randn({ 500, 32 });
        const at::Tensor student = teacher + 0.2 * at::randn({ 64, 32 });
        const HiddenLoss exact = distillationLoss(teacher, head, student, head, 1.0);
        const auto half = [](const at::Tensor& tensor) { return tensor.to(at::kBFloat16); };
        const HiddenLoss found
            = distillationLoss(half(teacher), half(head), half(student), half(head), 1.0);
        QVERIFY(std::abs(found.kl - exact.kl) < 0.05 * exact.kl);
        QVERIFY(relativeDistance(found.gradient, exact.gradient.to(at::kDouble)) < 0.05);
    }

    void blockGradientsMatchAutograd_data()
    {
        QTest::addColumn<bool>("half");
        QTest::addColumn<int>("dim");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("removed");
        const QString nothing;
        for (const bool half : { false, true }) {
            const char* type = half ? "bf16" : "fp32";
            QTest::addRow("%s, small heads", type) << half << 16 << 70 << nothing;
            QTest::addRow("%s, short of a block of keys", type) << half << 32 << 35 << nothing;
            QTest::addRow("%s, several blocks of keys", type) << half << 32 << 203 << nothing;
            QTest::addRow("%s, odd head size", type) << half << 24 << 130 << nothing;
            for (const char* part : { "attention", "MLP" })
                QTest::addRow("%s, without %s", type, part) << half << 16 << 70 << part;
        }
    }
    void blockGradientsMatchAutograd()
    {
        QFETCH(bool, half);
        QFETCH(int, dim);
        QFETCH(int, length);
        QFETCH(QString, removed);
        at::manual_seed(5);
        const std::int64_t hidden = 40, count = 3;
        LayerWeights layer = randomLayer(hidden, dim);
        // Zeros in the reference, nothing at all in the block.
        const bool attention = removed == QLatin1String("attention"),
                   mlp = !removed.isEmpty() && !attention;
        for (at::Tensor* tensor : { &layer.output, &layer.outputBias })
            tensor->mul_(attention ? 0 : 1);
        for (at::Tensor* tensor : { &layer.down, &layer.downBias })
            tensor->mul_(mlp ? 0 : 1);
        Architecture architecture;
        architecture.headDim = dim;
        const auto type = half ? at::kBFloat16 : at::kFloat;
        const BlockContext block = blockContext(architecture, type, length);
        const at::Tensor x = at::randn({ count * length, hidden }),
                         direction = at::randn({ count * length, hidden });

        LayerWeights exact = layer;
        for (at::Tensor* tensor : tensorsOf(exact))
            *tensor = tensor->to(at::kDouble).requires_grad_(true);
        at::Tensor input = x.to(at::kDouble).requires_grad_(true);
        const at::Tensor output = referenceBlock(exact, block, input, length);
        (output * direction.to(at::kDouble)).sum().backward();

        LayerWeights working = layer;
        for (at::Tensor* matrix :
             { &working.queryKeyValue, &working.output, &working.gateUp, &working.down })
            *matrix = matrix->to(type);
        if (attention)
            working.shape.heads = working.shape.kvHeads = 0;
        if (mlp)
            working.shape.intermediateSize = 0;
        LayerWeights gradients = zeroGradients(layer);
        at::Tensor residual = x.clone(), gradient = direction.clone();
        BlockTape tape;
        forwardTaped(working, block, residual, length, tape);
        backwardBlock(working, block, tape, length, gradient, gradients);
        const double bar = half ? 0.02 : 1e-5;
        QVERIFY(relativeDistance(residual, output) < bar);
        QVERIFY(relativeDistance(gradient, input.grad()) < bar);
        const auto found = tensorsOf(gradients), wanted = tensorsOf(exact);
        for (std::size_t index = 0; index < found.size(); ++index) {
            const bool ofMlp = found[index] == &gradients.mlpNorm || index >= 8;
            if (ofMlp ? mlp : attention) {
                QVERIFY(found[index]->abs().max().item<float>() == 0.0F);
                continue;
            }
            const double distance = relativeDistance(*found[index], wanted[index]->grad());
            QVERIFY2(distance < bar,
                     qPrintable(QStringLiteral("tensor %1: %2").arg(index).arg(distance)));
        }
    }

    void healingLowersTheKl_data()
    {
        QTest::addColumn<QString>("form");
        for (const char* form : { "dense", "int4", "int3-asym", "low rank", "network" })
            QTest::addRow("%s", form) << form;
    }
    void healingLowersTheKl()
    {
        QFETCH(QString, form);
        const Variant pruned = compressed(form);
        std::vector<HealingPoint> points;
        HealingOptions options = settings();
        options.learningRate = rateOf(form);
        const auto healed
            = healVariant(*m_source, pruned, m_training, m_heldOut, options,
                          [&points](const HealingPoint& point) { points.push_back(point); });
        QVERIFY2(healed.ok(), healed.ok() ? "" : healed.error().message.c_str());
        QVERIFY(healed->improved);
        QVERIFY(healed->tokens <= options.tokens && (healed->stoppedEarly || healed->epochs > 1));
        // Codes move in steps, so a short run gains less on a grid than with free weights.
        const double bar = form.startsWith(QLatin1String("int")) ? 0.96 : 0.9;
        QVERIFY2(healed->klAfter < bar * healed->klBefore,
                 qPrintable(QStringLiteral("%1 to %2").arg(healed->klBefore).arg(healed->klAfter)));
        QVERIFY(std::abs(points.front().kl - healed->klBefore) < 1e-12);
        // The KL reported is that of the variant returned, and so before.
        QVERIFY(std::abs(measuredKl(pruned) - healed->klBefore) < 1e-4 * healed->klBefore);
        QVERIFY(std::abs(measuredKl(healed->variant) - healed->klAfter) < 1e-4 * healed->klAfter);
        const auto again = healVariant(*m_source, pruned, m_training, m_heldOut, options);
        QVERIFY(again.ok() && same(again->variant, healed->variant));
    }

    void quantizedMatricesStayOnTheirGrid()
    {
        const Variant quantized = compressed(QStringLiteral("int4"));
        HealingOptions options = settings();
        options.learningRate = rateOf(QStringLiteral("int4"));
        const Variant healed
            = healVariant(*m_source, quantized, m_training, m_heldOut, options)->variant;
        std::int64_t moved = 0;
        for (const auto& [key, matrix] : quantized.matrices) {
            const VariantMatrix& after = healed.matrices.at(key);
            QVERIFY(after.zeros == matrix.zeros && after.scales.size() == matrix.scales.size());
            for (std::size_t index = 0; index < after.scales.size(); ++index) {
                QCOMPARE(static_cast<float>(c10::Half(after.scales[index])), after.scales[index]);
                moved += after.scales[index] != matrix.scales[index];
            }
            QVERIFY(after.grid == matrix.grid && after.codes.size() == matrix.codes.size());
            for (std::size_t index = 0; index < after.codes.size(); ++index) {
                QVERIFY(after.codes[index] < 16);
                moved += after.codes[index] != matrix.codes[index];
            }
        }
        QVERIFY(moved > 100);
        // What is stored is what is read back: nothing but codes, scales and 16-bit values.
        const fs::path folder = root() / "healed";
        QVERIFY(saveVariant(healed, *m_source, folder).ok());
        const Variant loaded = loadVariant(folder).value();
        QVERIFY(same(healed, loaded));
    }

    /// Factors are part of what is trained around, and stay.
    void correctionsStay()
    {
        const Variant before = compressed(QStringLiteral("int4 corrected"));
        QVERIFY(before.corrected());
        HealingOptions options = settings();
        options.learningRate = rateOf(QStringLiteral("int4"));
        options.tokens = 64 * 40;
        const auto healed = healVariant(*m_source, before, m_training, m_heldOut, options);
        QVERIFY2(healed.ok(), healed.ok() ? "" : healed.error().message.c_str());
        QVERIFY(std::abs(measuredKl(before) - healed->klBefore) < 1e-4 * healed->klBefore);
        QVERIFY(std::abs(measuredKl(healed->variant) - healed->klAfter) < 1e-4 * healed->klAfter);
        QVERIFY(!same(healed->variant, before));
        for (const auto& [key, matrix] : before.matrices) {
            const VariantMatrix& after = healed->variant.matrices.at(key);
            QVERIFY(after.left == matrix.left && after.right == matrix.right);
        }
    }

    void harmfulHealingIsDropped_data() { healingLowersTheKl_data(); }
    /// What comes back then is what was given, to the bit, whichever form its matrices have.
    void harmfulHealingIsDropped()
    {
        QFETCH(QString, form);
        const Variant pruned = compressed(form);
        HealingOptions options = settings();
        options.learningRate = 10;
        const auto healed = healVariant(*m_source, pruned, m_training, m_heldOut, options);
        QVERIFY(healed.ok());
        QVERIFY(!healed->improved && healed->stoppedEarly);
        QCOMPARE(healed->klAfter, healed->klBefore);
        QVERIFY(same(healed->variant, pruned));
    }

    void resumesAsIfNotInterrupted()
    {
        const Variant quantized = compressed(QStringLiteral("int4"));
        HealingOptions options = settings();
        options.learningRate = 1e-3;
        options.checkpointSeconds = 0;
        options.checkpointFolder = root() / "whole";
        const auto whole = healVariant(*m_source, quantized, m_training, m_heldOut, options);
        QVERIFY(whole.ok());

        options.checkpointFolder = root() / "interrupted";
        WorkContext context;
        const auto stopped = healVariant(
            *m_source, quantized, m_training, m_heldOut, options,
            [&context](const HealingPoint& point) {
                if (point.step == 10)
                    context.cancel.cancel();
            },
            context);
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(options.checkpointFolder))
            files.push_back(entry.path().filename());
        QCOMPARE(files.size(), std::size_t(1));
        QCOMPARE(files.front(), fs::path("healing.bin"));

        std::int64_t firstStep = -1;
        const auto resumed = healVariant(*m_source, quantized, m_training, m_heldOut, options,
                                         [&firstStep](const HealingPoint& point) {
                                             if (firstStep < 0)
                                                 firstStep = point.step;
                                         });
        QVERIFY(resumed.ok());
        QCOMPARE(firstStep, std::int64_t(15));
        QCOMPARE(resumed->klAfter, whole->klAfter);
        QCOMPARE(resumed->steps, whole->steps);
        QVERIFY(same(resumed->variant, whole->variant));
    }

    void refusesWhatCannotRun()
    {
        const Variant pruned = compressed(QStringLiteral("dense"));
        HealingOptions options;
        const auto noLimit = healVariant(*m_source, pruned, m_training, m_heldOut, options);
        QVERIFY(!noLimit.ok() && noLimit.error().code == ErrorCode::Usage);
        options.tokens = 1024;
        const auto noText = healVariant(*m_source, pruned, m_training, {}, options);
        QVERIFY(!noText.ok() && noText.error().code == ErrorCode::Usage);
        options.tokens = 10;
        const auto tooFew = healVariant(*m_source, pruned, m_training, m_heldOut, options);
        QVERIFY(!tooFew.ok() && tooFew.error().code == ErrorCode::Usage);
    }

    void aMinuteLimitEndsIt()
    {
        HealingOptions options;
        options.minutes = 0.01;
        std::vector<Progress> reports;
        WorkContext context;
        context.progress = [&reports](const Progress& progress) {
            if (progress.unit == "token")
                reports.push_back(progress);
        };
        const auto healed = healVariant(*m_source, compressed(QStringLiteral("dense")), m_training,
                                        m_heldOut, options, {}, context);
        QVERIFY(healed.ok());
        // How much it will be is told from the speed so far.
        QVERIFY(reports.size() > 2);
        for (std::size_t index = 1; index + 1 < reports.size(); ++index)
            QVERIFY(reports[index].done > 0 && reports[index].done < reports[index].total);
        QCOMPARE(reports.back().done, reports.back().total);
        QVERIFY(healed->seconds > 0 && healed->seconds < 10);
        QVERIFY(healed->tokens > 0);
    }

private:
    fs::path root() const { return fs::path(m_folder.path().toStdString()); }

    static HealingOptions settings()
    {
        HealingOptions options;
        options.tokens = 64 * 200; // more than the text has
        options.batchWindows = 8;
        options.evaluateEvery = 5;
        options.precision = Precision::Float32;
        return options;
    }

    /// Positions on a grid move fifty times the rate in codes, scales forty times in themselves.
    static double rateOf(const QString& form)
    {
        return form.startsWith(QLatin1String("int")) ? 5e-4 : 2e-3;
    }

    Variant compressed(const QString& form) const
    {
        Recipe recipe = identityRecipe(m_source->architecture());
        recipe.calibrationTokens = 1024;
        recipe.driftCorrection = 0; // leaves more to heal
        for (LayerRecipe& layer : recipe.layers) {
            layer.mlpWidth = 32;
            if (form == QLatin1String("low rank"))
                layer.ranks.fill(12);
            else if (form == QLatin1String("network"))
                layer.bonds[*linearRoleIndex(Role::Up)] = 8;
            else if (form.startsWith(QLatin1String("int4")))
                layer.schemes.fill({ SchemeKind::Rtn, { 4, 32, true } });
            else if (form == QLatin1String("int3-asym"))
                layer.schemes.fill({ SchemeKind::Rtn, { 3, 32, false } });
            if (form.endsWith(QLatin1String("corrected")))
                layer.corrections.fill(4);
        }
        CompressionOptions options;
        options.precision = Precision::Float32;
        return compressModel(*m_source, recipe, m_calibration, options)->variant;
    }

    double measuredKl(const Variant& variant) const
    {
        const auto baseline = TransformerModel::load(*m_source, Precision::Float32).value();
        const auto model = TransformerModel::load(variant, Precision::Float32).value();
        const auto scores = evaluateModels(*baseline, { model }, m_heldOut).value();
        double sum = 0;
        for (const float kl : scores.variants[0].kl)
            sum += kl;
        return sum / static_cast<double>(scores.variants[0].kl.size());
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const ModelSource> m_source;
    TokenWindows m_calibration, m_training, m_heldOut;
};

QTEST_APPLESS_MAIN(EngineHealingTest)
#include "engine_healing_test.moc"
