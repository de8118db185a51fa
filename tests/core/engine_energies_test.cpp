// SPDX-License-Identifier: Apache-2.0
#include "engine/input_energies.h"
#include "tests/support/tiny_models.h"

#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

using Values = std::vector<double>;

Values normed(const Values& x, const std::vector<float>& weight, double epsilon)
{
    double sum = 0;
    for (const double value : x)
        sum += value * value;
    const double over = 1 / std::sqrt(sum / static_cast<double>(x.size()) + epsilon);
    Values out(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        out[i] = x[i] * over * weight[i];
    return out;
}

Values product(const VariantMatrix& matrix, const Values& x)
{
    Values out(static_cast<std::size_t>(matrix.rows));
    for (std::size_t row = 0; row < out.size(); ++row)
        for (std::size_t column = 0; column < x.size(); ++column)
            out[row] += matrix.dense[row * x.size() + column] * x[column];
    return out;
}

} // namespace

/// Input energies against a forward pass written out in fp64. Windows of one token make attention
/// the identity on values, which leaves nothing to reproduce but products and norms.
class EngineEnergiesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalTheDirectSum()
    {
        const Variant variant = tinyDenseVariant();
        TokenWindows windows { 1, { 3, 70, 12, 255, 9 } };
        windows.leading = 2;
        windows.leadingWeight = 3;
        const auto model = TransformerModel::load(variant, Precision::Float32);
        QVERIFY(model.ok());
        const auto found = inputEnergies(**model, windows);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
        const auto expected = reference(variant, windows);
        QCOMPARE(found->size(), expected.size());
        QCOMPARE(found->size(), std::size_t(2 * 7 + 1));
        for (const auto& [key, values] : expected) {
            const auto& own = found->at(key);
            QCOMPARE(own.size(), values.size());
            for (std::size_t i = 0; i < values.size(); ++i)
                QVERIFY2(std::fabs(own[i] - values[i]) <= 1e-5 * values[i] + 1e-9,
                         roleName(key.first).data());
        }
    }

    void refusesForeignTokensAndStops()
    {
        const auto model = TransformerModel::load(tinyDenseVariant(), Precision::Float32);
        QCOMPARE(inputEnergies(**model, { 2, { 1, 5000 } }).error().code, ErrorCode::Usage);
        QCOMPARE(inputEnergies(**model, {}).error().code, ErrorCode::Usage);
        WorkContext context;
        context.cancel.cancel();
        QCOMPARE(inputEnergies(**model, { 2, { 1, 2 } }, context).error().code,
                 ErrorCode::Cancelled);
    }

private:
    static std::map<std::pair<Role, int>, Values> reference(const Variant& variant,
                                                            const TokenWindows& windows)
    {
        std::map<std::pair<Role, int>, Values> sums;
        double total = 0, weight = 0;
        const auto add = [&](Role role, int layer, const Values& x) {
            Values& sum = sums[{ role, layer }];
            sum.resize(x.size());
            for (std::size_t i = 0; i < x.size(); ++i)
                sum[i] += weight * x[i] * x[i];
        };
        const Architecture& a = variant.architecture;
        const double epsilon = a.rmsNormEpsilon;
        for (std::size_t token = 0; token < windows.tokens.size(); ++token) {
            weight = token < 2 ? windows.leadingWeight : 1;
            total += weight;
            const auto& embedding = variant.matrices.at({ Role::Embedding, -1 });
            const auto start = embedding.dense.begin() + windows.tokens[token] * a.hiddenSize;
            Values residual(start, start + a.hiddenSize);
            for (int layer = 0; layer < a.layerCount(); ++layer) {
                const auto matrix = [&](Role role) -> const VariantMatrix& {
                    return variant.matrices.at({ role, layer });
                };
                const Values x
                    = normed(residual, variant.vectors.at({ Role::AttentionNorm, layer }), epsilon);
                const Values value = product(matrix(Role::Value), x);
                const LayerShape& shape = a.layers[static_cast<std::size_t>(layer)];
                Values heads;
                for (std::int64_t head = 0; head < shape.heads; ++head) {
                    const auto own
                        = value.begin() + head / (shape.heads / shape.kvHeads) * a.headDim;
                    heads.insert(heads.end(), own, own + a.headDim);
                }
                move(residual, product(matrix(Role::Output), heads));
                const Values y
                    = normed(residual, variant.vectors.at({ Role::MlpNorm, layer }), epsilon);
                const Values gate = product(matrix(Role::Gate), y);
                Values units = product(matrix(Role::Up), y);
                for (std::size_t i = 0; i < units.size(); ++i)
                    units[i] *= gate[i] / (1 + std::exp(-gate[i]));
                move(residual, product(matrix(Role::Down), units));
                for (const Role role : { Role::Query, Role::Key, Role::Value })
                    add(role, layer, x);
                add(Role::Output, layer, heads);
                add(Role::Gate, layer, y);
                add(Role::Up, layer, y);
                add(Role::Down, layer, units);
            }
            add(Role::Embedding, -1,
                normed(residual, variant.vectors.at({ Role::FinalNorm, -1 }), epsilon));
        }
        for (auto& [key, sum] : sums)
            for (double& value : sum)
                value /= total;
        return sums;
    }

    static void move(Values& residual, const Values& delta)
    {
        for (std::size_t i = 0; i < residual.size(); ++i)
            residual[i] += delta[i];
    }
};

QTEST_GUILESS_MAIN(EngineEnergiesTest)
#include "engine_energies_test.moc"
