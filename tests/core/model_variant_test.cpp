// SPDX-License-Identifier: Apache-2.0
#include "model/model_source.h"
#include "model/variant_format.h"
#include "support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <numeric>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

float half(float value)
{
    return halfToFloat(floatToHalf(value));
}

/// Random codes and fp16 scales on a grid.
VariantMatrix quantizedMatrix(std::int64_t rows, std::int64_t columns, bool symmetric)
{
    std::mt19937 generator(5);
    VariantMatrix matrix;
    matrix.rows = rows;
    matrix.columns = columns;
    matrix.grid = { 3, 16, symmetric };
    for (std::int64_t i = 0; i < rows * columns; ++i)
        matrix.codes.push_back(static_cast<std::uint8_t>(generator() % 8));
    for (std::int64_t i = 0; i < rows * (columns / 16); ++i) {
        matrix.scales.push_back(half(0.01F + static_cast<float>(generator() % 100) / 1000));
        if (!symmetric)
            matrix.zeros.push_back(static_cast<float>(generator() % 8));
    }
    return matrix;
}

VariantMatrix lowRankMatrix(std::int64_t rows, std::int64_t columns, std::int64_t rank)
{
    std::mt19937 generator(6);
    VariantMatrix matrix;
    matrix.rows = rows;
    matrix.columns = columns;
    matrix.rank = rank;
    const auto value = [&] { return half(static_cast<float>(generator() % 200) / 100.0F - 1.0F); };
    for (std::int64_t i = 0; i < rows * rank; ++i)
        matrix.left.push_back(value());
    for (std::int64_t i = 0; i < rank * columns; ++i)
        matrix.right.push_back(value());
    return matrix;
}

} // namespace

class ModelVariantTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->path().toStdString();
        TinyModelOptions options;
        options.dtype = DType::F16;
        QVERIFY(writeTinyHfModel(m_root / "base", options).ok());
        auto base = ModelSource::open(m_root / "base");
        QVERIFY(base.ok());
        m_base = *base;
        auto variant = variantFromSource(*m_base);
        QVERIFY(variant.ok());
        m_variant = *variant;
    }

    void denseVariantIsTheModel()
    {
        QCOMPARE(m_variant.matrices.size(), std::size_t { 1 + 2 * 7 });
        QCOMPARE(m_variant.vectors.size(), std::size_t { 1 + 2 * 2 });
        QVERIFY(saveVariant(m_variant, *m_base, m_root / "v").ok());
        const auto source = ModelSource::open(m_root / "v");
        QVERIFY(source.ok());
        QCOMPARE(static_cast<int>((*source)->format()), static_cast<int>(ModelFormat::Variant));
        for (const TensorInfo& tensor : m_base->tensors()) {
            const TensorInfo* same = (*source)->find(*tensor.role, tensor.layer);
            QVERIFY(same);
            QVERIFY((*source)->readTensor(*same).value() == m_base->readTensor(tensor).value());
        }
        QVERIFY((*source)->tokenizer().tokens == m_base->tokenizer().tokens);
        QCOMPARE((*source)->architecture().totalParameters(),
                 m_base->architecture().totalParameters());
    }

    void rowsAreThoseOfTheTensor_data()
    {
        QTest::addColumn<QString>("form");
        for (const char* form : { "folder", "GGUF", "view" })
            QTest::newRow(form) << QString::fromLatin1(form);
    }
    void rowsAreThoseOfTheTensor()
    {
        QFETCH(QString, form);
        std::shared_ptr<const ModelSource> source = m_base;
        if (form == QStringLiteral("GGUF")) { // whose queries and keys lie interleaved
            writeTinyGguf(m_root / "base.gguf");
            source = ModelSource::open(m_root / "base.gguf").value();
        } else if (form == QStringLiteral("view")) {
            std::vector<std::int32_t> kept(259);
            std::iota(kept.begin(), kept.end(), 0);
            kept.push_back(300);
            source = ModelSource::trimmed(m_base, kept).value();
        }
        const Variant variant = variantInFile(source).value();
        int matrices = 0;
        for (const auto& [key, matrix] : variant.matrices) {
            const TensorInfo* tensor = source->find(key.first, key.second);
            QVERIFY(tensor && matrix.readRow && matrix.dense.empty());
            const std::vector<float> whole = source->readTensor(*tensor).value();
            std::vector<float> row(static_cast<std::size_t>(matrix.columns));
            for (std::int64_t index = 0; index < matrix.rows; ++index) {
                QVERIFY(matrix.readRow(index, row).ok());
                QVERIFY(std::equal(row.begin(), row.end(), whole.begin() + index * matrix.columns));
            }
            ++matrices;
        }
        QVERIFY(matrices >= 1 + 2 * 7);
        QVERIFY(variant.vectors == variantFromSource(*source).value().vectors);
    }

    void codesAndFactorsReadAsTheyMultiplyOut()
    {
        m_variant.matrices[{ Role::Up, 0 }] = quantizedMatrix(64, 32, true);
        m_variant.matrices[{ Role::Gate, 1 }] = quantizedMatrix(64, 32, false);
        m_variant.matrices[{ Role::Down, 1 }] = lowRankMatrix(32, 64, 3);
        VariantMatrix both = quantizedMatrix(64, 32, false);
        const VariantMatrix added = lowRankMatrix(64, 32, 2);
        both.rank = added.rank;
        both.left = added.left;
        both.right = added.right;
        m_variant.matrices[{ Role::Up, 1 }] = both;
        std::mt19937 generator(7);
        m_variant.matrices[{ Role::Down, 0 }] = tinyNetwork(32, 64, 5, generator);
        QVERIFY(m_variant.corrected());
        QVERIFY(saveVariant(m_variant, *m_base, m_root / "v").ok());
        const auto source = ModelSource::open(m_root / "v");
        QVERIFY(source.ok());
        const auto loaded = loadVariant(m_root / "v");
        QVERIFY(loaded.ok());
        for (const auto& [key, matrix] : m_variant.matrices) {
            const VariantMatrix& other = loaded->matrices.at(key);
            QVERIFY(other.codes == matrix.codes && other.scales == matrix.scales
                    && other.zeros == matrix.zeros && other.left == matrix.left
                    && other.right == matrix.right && other.dense == matrix.dense);
            QCOMPARE(other.parameters(), matrix.parameters());
            const TensorInfo* info = (*source)->find(key.first, key.second);
            QVERIFY(info);
            QVERIFY((*source)->readTensor(*info).value() == matrix.toDense());
        }
        // A sum of Kronecker products, term by term.
        const VariantMatrix& network = loaded->matrices.at({ Role::Down, 0 });
        QVERIFY(network.network() && network.factored() && !network.lowRank());
        const SiteShape first = network.firstSite, second = network.secondSite();
        QCOMPARE(first.out * second.out, std::int64_t { 32 });
        QCOMPARE(network.parameters(), 5 * (first.size() + second.size()));
        const std::vector<float> dense = network.toDense();
        for (std::int64_t row = 0; row < 32; ++row)
            for (std::int64_t column = 0; column < 64; ++column) {
                double sum = 0;
                for (std::int64_t bond = 0; bond < 5; ++bond)
                    sum += static_cast<double>(network.left[static_cast<std::size_t>(
                               (row / second.out * first.in + column / second.in) * 5 + bond)])
                        * network.right[static_cast<std::size_t>(
                            (bond * second.out + row % second.out) * second.in
                            + column % second.in)];
                QVERIFY(std::abs(sum - dense[static_cast<std::size_t>(row * 64 + column)]) < 1e-5);
            }
        // One value of each form by hand.
        const VariantMatrix& affine = m_variant.matrices.at({ Role::Gate, 1 });
        QCOMPARE(affine.toDense()[33],
                 affine.scales[2] * (static_cast<float>(affine.codes[33]) - affine.zeros[2]));
        const VariantMatrix& factors = m_variant.matrices.at({ Role::Down, 1 });
        QCOMPARE(factors.parameters(), std::int64_t { 3 * (32 + 64) });
        double product = 0;
        for (std::size_t inner = 0; inner < 3; ++inner)
            product
                += static_cast<double>(factors.left[5 * 3 + inner]) * factors.right[inner * 64 + 7];
        QVERIFY(std::abs(factors.toDense()[5 * 64 + 7] - product) < 1e-6);
        QVERIFY(both.corrected() && !both.lowRank());
        QCOMPARE(both.parameters(), std::int64_t { 64 * 32 + 2 * (64 + 32) });
        QVERIFY(std::abs(both.toDense()[33] - affine.toDense()[33] - added.toDense()[33]) < 1e-6);
    }

    void prunedLayersKeepTheirOwnWidth()
    {
        m_variant.architecture.layers[1].intermediateSize = 48;
        for (const Role role : { Role::Gate, Role::Up }) {
            VariantMatrix& matrix = m_variant.matrices.at({ role, 1 });
            matrix.rows = 48;
            matrix.dense.resize(48 * 32);
        }
        VariantMatrix& down = m_variant.matrices.at({ Role::Down, 1 });
        down.columns = 48;
        down.dense.resize(32 * 48);
        QVERIFY(saveVariant(m_variant, *m_base, m_root / "v").ok());
        const auto source = ModelSource::open(m_root / "v");
        QVERIFY(source.ok());
        QVERIFY(!(*source)->architecture().uniform());
        QCOMPARE((*source)->find(Role::Down, 1)->shape, (std::vector<std::int64_t> { 32, 48 }));
    }

    void damageIsRefused()
    {
        m_variant.matrices[{ Role::Up, 0 }] = quantizedMatrix(64, 32, true);
        m_variant.matrices[{ Role::Up, 0 }].codes[9] = 8; // does not fit three bits
        QVERIFY(saveVariant(m_variant, *m_base, m_root / "codes").ok());
        QCOMPARE(exitCode(loadVariant(m_root / "codes").error().code), 3);
        const auto source = ModelSource::open(m_root / "codes");
        QVERIFY(source.ok());
        QVERIFY(!(*source)->readTensor(*(*source)->find(Role::Up, 0)).ok());

        m_variant.matrices.erase({ Role::Up, 0 });
        QVERIFY(saveVariant(m_variant, *m_base, m_root / "missing").ok());
        QCOMPARE(exitCode(loadVariant(m_root / "missing").error().code), 3);
        QCOMPARE(exitCode(ModelSource::open(m_root / "missing").error().code), 3);

        writeBytes(m_root / "missing/schmidt-variant.json", "{\"schema\": 2}");
        QCOMPARE(exitCode(ModelSource::open(m_root / "missing").error().code), 4);
        writeBytes(m_root / "missing/schmidt-variant.json", "{");
        QCOMPARE(exitCode(ModelSource::open(m_root / "missing").error().code), 3);
        // An existing result is never overwritten.
        QCOMPARE(exitCode(saveVariant(m_variant, *m_base, m_root / "codes").error().code), 2);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    std::shared_ptr<const ModelSource> m_base;
    Variant m_variant;
};

QTEST_GUILESS_MAIN(ModelVariantTest)
#include "model_variant_test.moc"
