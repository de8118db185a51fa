// SPDX-License-Identifier: Apache-2.0
#include "analysis/analysis_result.h"
#include "base/file.h"
#include "engine/bond_spectra.h"
#include "engine/couplings.h"
#include "engine/moments.h"

#include <ATen/Parallel.h>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <set>

using namespace schmidt;

namespace {

at::Tensor secondMoment(const at::Tensor& x)
{
    return at::mm(x.t(), x) / static_cast<double>(x.size(0));
}

/// Columns 0 … 5 share one factor, 6 … 9 another, the rest is noise; then all are permuted.
at::Tensor groupedInputs(std::int64_t tokens, std::int64_t units, const at::Tensor& permutation)
{
    at::Tensor x = at::randn({ tokens, units }, at::kDouble);
    x.narrow(1, 0, 6).mul_(0.5).add_(at::randn({ tokens, 1 }, at::kDouble));
    x.narrow(1, 6, 4).mul_(0.8).sub_(at::randn({ tokens, 1 }, at::kDouble));
    return x.index_select(1, permutation);
}

/// Unbiased HSIC by its definition, sums over four different tokens written with matrices of ones.
double exactAlignment(const at::Tensor& x, const at::Tensor& y)
{
    const auto gram = [](const at::Tensor& u) {
        const at::Tensor unit = u / u.norm(2, { 1 }, true);
        at::Tensor k = at::mm(unit, unit.t());
        k.fill_diagonal_(0);
        return k;
    };
    const double n = static_cast<double>(x.size(0));
    const at::Tensor ones = at::ones({ x.size(0), 1 }, at::kDouble);
    const auto hsic = [&](const at::Tensor& k, const at::Tensor& l) {
        const auto sum
            = [&](const at::Tensor& m) { return at::mm(at::mm(ones.t(), m), ones).item<double>(); };
        return (at::mm(k, l).trace().item<double>() + sum(k) * sum(l) / (n - 1) / (n - 2)
                - 2 / (n - 2) * sum(at::mm(k, l)))
            / (n * (n - 3));
    };
    const at::Tensor k = gram(x), l = gram(y);
    return hsic(k, l) / std::sqrt(hsic(k, k) * hsic(l, l));
}

} // namespace

/// Mutual information of units, heads and blocks against direct fp64 formulas on planted
/// correlations, their stored form, and the bond of a matrix in its two metrics.
class EngineCouplingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        at::set_num_threads(1);
        at::manual_seed(11);
    }

    void informationOfACorrelation()
    {
        QCOMPARE(gaussianInformation(0), 0.0);
        QVERIFY(std::abs(gaussianInformation(-0.6) + 0.5 * std::log(1 - 0.36)) < 1e-12);
        QVERIFY(gaussianInformation(1) > 9 && gaussianInformation(1) < 11);
    }

    /// One unit per bin: every cell is -½ ln(1 - ρ²) of its two units.
    void everyPairIsTheDirectFormula()
    {
        const at::Tensor moment = secondMoment(groupedInputs(400, 24, at::randperm(24, at::kLong)));
        const UnitCorrelations found = unitCorrelations(moment);
        QCOMPARE(found.bins, 24);
        std::set<std::int32_t> seen;
        for (int row = 0; row < 24; ++row) {
            const std::int32_t a = found.units[static_cast<std::size_t>(row)].front();
            seen.insert(a);
            for (int column = 0; column < 24; ++column) {
                const std::int32_t b = found.units[static_cast<std::size_t>(column)].front();
                const double rho = moment[a][b].item<double>()
                    / std::sqrt(moment[a][a].item<double>() * moment[b][b].item<double>());
                const double exact = a == b ? 0 : -0.5 * std::log(1 - rho * rho);
                QVERIFY(std::abs(found.meanAt(row, column) - exact) < 1e-5);
                QVERIFY(std::abs(found.largestAt(row, column) - exact) < 1e-5);
            }
        }
        QCOMPARE(seen.size(), std::size_t(24));
    }

    void clusteringPutsPlantedGroupsTogether()
    {
        const at::Tensor permutation = at::randperm(40, at::kLong);
        const UnitCorrelations found
            = unitCorrelations(secondMoment(groupedInputs(2000, 40, permutation)));
        std::vector<int> place(40);
        for (int bin = 0; bin < 40; ++bin)
            place[static_cast<std::size_t>(
                permutation[found.units[static_cast<std::size_t>(bin)].front()]
                    .item<std::int64_t>())]
                = bin;
        const auto spread = [&](std::size_t first, std::size_t count) {
            const auto begin = place.begin() + static_cast<std::ptrdiff_t>(first);
            const auto [low, high]
                = std::minmax_element(begin, begin + static_cast<std::ptrdiff_t>(count));
            return *high - *low + 1;
        };
        QCOMPARE(spread(0, 6), 6);
        QCOMPARE(spread(6, 4), 4);
    }

    void binsHoldMeanLargestAndThePair()
    {
        constexpr std::int64_t units = 300;
        const at::Tensor moment
            = secondMoment(groupedInputs(500, units, at::randperm(units, at::kLong)));
        const at::Tensor scale = moment.diagonal().rsqrt();
        const at::Tensor rho = moment * scale.unsqueeze(0) * scale.unsqueeze(1);
        const UnitCorrelations found = unitCorrelations(moment);
        QCOMPARE(found.bins, 96);
        for (const auto& [row, column] : { std::pair { 3, 3 }, std::pair { 10, 70 } }) {
            double sum = 0, largest = -1;
            int pairs = 0;
            for (const std::int32_t a : found.units[static_cast<std::size_t>(row)])
                for (const std::int32_t b : found.units[static_cast<std::size_t>(column)]) {
                    if (a == b)
                        continue;
                    const double r = rho[a][b].item<double>();
                    sum += -0.5 * std::log(1 - r * r);
                    largest = std::max(largest, -0.5 * std::log(1 - r * r));
                    ++pairs;
                }
            QVERIFY(std::abs(found.meanAt(row, column) - sum / pairs) < 1e-6);
            QVERIFY(std::abs(found.largestAt(row, column) - largest) < 1e-6);
            const std::size_t place = found.place(row, column);
            const double named = rho[found.rowUnit[place]][found.columnUnit[place]].item<double>();
            QVERIFY(std::abs(-0.5 * std::log(1 - named * named) - largest) < 1e-6);
            if (row != column)
                QCOMPARE(found.rowUnit[found.place(column, row)], found.columnUnit[place]);
        }
    }

    void deadUnitsKnowNothing()
    {
        at::Tensor x = at::randn({ 200, 12 }, at::kDouble);
        x.select(1, 5).zero_();
        const UnitCorrelations found = unitCorrelations(secondMoment(x));
        for (int bin = 0; bin < found.bins; ++bin)
            if (found.units[static_cast<std::size_t>(bin)].front() == 5)
                for (int other = 0; other < found.bins; ++other)
                    QCOMPARE(found.largestAt(bin, other), 0.0F);
    }

    void storedFormIsSmallAndTrue_data()
    {
        QTest::addColumn<int>("units");
        for (const int units : { 5, 97, 1536, 11008, 28672 })
            QTest::addRow("%d units", units) << units;
    }
    void storedFormIsSmallAndTrue()
    {
        QFETCH(int, units);
        const auto bins = static_cast<std::size_t>(binsWithinLimit(std::size_t(units)));
        QVERIFY(bins > 0 && bins <= 96);
        UnitCorrelations original;
        original.bins = static_cast<int>(bins);
        original.units.resize(bins);
        for (std::size_t bin = 0; bin < bins; ++bin)
            for (std::size_t unit = bin * std::size_t(units) / bins;
                 unit < (bin + 1) * std::size_t(units) / bins; ++unit)
                original.units[bin].push_back(units - 1 - static_cast<std::int32_t>(unit));
        original.mean.resize(bins * bins);
        original.largest = original.mean;
        original.rowUnit.assign(bins * bins, -1);
        original.columnUnit = original.rowUnit;
        for (std::size_t row = 0; row < bins; ++row)
            for (std::size_t column = 0; column < bins; ++column) {
                const std::size_t place = row * bins + column;
                original.mean[place] = 0.4F / static_cast<float>(1 + row + column);
                original.largest[place] = 3 * original.mean[place];
                original.rowUnit[place] = static_cast<std::int32_t>(row);
                original.columnUnit[place] = row == column ? -1 : static_cast<std::int32_t>(column);
                if (row == column)
                    original.rowUnit[place] = -1;
            }
        const auto words = packed(original);
        QVERIFY(4 * words.size() <= UnitCorrelations::byteLimit);
        const UnitCorrelations back = unpacked(words);
        QCOMPARE(back.bins, original.bins);
        QCOMPARE(back.units, original.units);
        QCOMPARE(back.rowUnit, original.rowUnit);
        QCOMPARE(back.columnUnit, original.columnUnit);
        for (std::size_t place = 0; place < bins * bins; ++place) {
            QVERIFY(std::abs(back.mean[place] / original.mean[place] - 1) < 1e-3F);
            QVERIFY(std::abs(back.largest[place] / original.largest[place] - 1) < 1e-3F);
        }
        auto damaged = words;
        damaged.pop_back();
        QVERIFY(unpacked(damaged).empty());
        damaged = words;
        damaged[0] = 1u << 31;
        QVERIFY(unpacked(damaged).empty());
    }

    /// -½ Σ ln(1 - κ²) with the canonical correlations κ of the two heads.
    void headsShareTheirCanonicalCorrelations()
    {
        constexpr std::int64_t headDim = 6;
        at::Tensor x = at::randn({ 3000, 3 * headDim }, at::kDouble);
        const at::Tensor mixing = at::randn({ headDim, headDim }, at::kDouble);
        x.narrow(1, 2 * headDim, headDim).add_(at::mm(x.narrow(1, 0, headDim), mixing) * 0.7);
        const at::Tensor moment = secondMoment(x);
        const std::vector<float> found = headInformation(moment, headDim);
        QCOMPARE(found.size(), std::size_t(9));
        for (std::int64_t a = 0; a < 3; ++a)
            for (std::int64_t b = 0; b < 3; ++b) {
                const auto block = [&](std::int64_t row, std::int64_t column) {
                    return moment.narrow(0, row * headDim, headDim)
                        .narrow(1, column * headDim, headDim);
                };
                double exact = 0;
                if (a != b) {
                    const at::Tensor left = at::linalg_cholesky(block(a, a)),
                                     right = at::linalg_cholesky(block(b, b));
                    const at::Tensor whitened = at::linalg_solve_triangular(
                        right.t(), at::linalg_solve_triangular(left, block(a, b), false), true,
                        false);
                    exact = -0.5
                        * (1 - at::linalg_svdvals(whitened).square()).log().sum().item<double>();
                }
                const double value = found[static_cast<std::size_t>(3 * a + b)];
                QVERIFY2(std::abs(value - exact) < 2e-3 * std::max(0.05, exact),
                         qPrintable(QStringLiteral("%1 %2").arg(value).arg(exact)));
            }
        QVERIFY(found[2] > 0.5F); // planted
        QVERIFY(found[1] < 0.02F); // chance is 6 · 6 / 6000
    }

    void blocksThatWriteTheSameAreAlike()
    {
        constexpr std::int64_t tokens = 200, hidden = 16;
        const at::Tensor x = at::randn({ tokens, hidden }, at::kDouble);
        const at::Tensor rotation
            = std::get<0>(at::linalg_qr(at::randn({ hidden, hidden }, at::kDouble)));
        const at::Tensor updates[]
            = { x, 3 * at::mm(x, rotation), at::randn({ tokens, hidden }, at::kDouble),
                x + 0.8 * at::randn({ tokens, hidden }, at::kDouble) };
        BlockSimilarity similarity;
        at::Tensor residual = at::randn({ tokens, hidden }, at::kDouble);
        for (int layer = 0; layer < 4; ++layer) {
            const at::Tensor after = residual + updates[layer];
            for (const std::int64_t first : { 0, 80 }) {
                const std::int64_t count = first == 0 ? 80 : tokens - 80;
                similarity.take(layer, residual.narrow(0, first, count),
                                after.narrow(0, first, count), tokens);
            }
            residual = after;
        }
        const std::vector<float> found = similarity.matrix();
        QCOMPARE(found.size(), std::size_t(16));
        for (std::size_t a = 0; a < 4; ++a)
            for (std::size_t b = 0; b < 4; ++b)
                QVERIFY(std::abs(found[4 * a + b] - exactAlignment(updates[a], updates[b])) < 1e-3);
        QVERIFY(found[1] > 0.999F); // scale and rotation do not matter
        QVERIFY(std::abs(found[2]) < 0.05F); // independent ones show nothing, few tokens or not
    }

    void bondOfTheAnalysisIsThatOfTheEngine()
    {
        const at::Tensor weight = at::randn({ 48, 60 }, at::kDouble);
        const at::Tensor moment = secondMoment(groupedInputs(300, 60, at::randperm(60, at::kLong)));
        BondSpectrum bond = plainBond(weight);
        QCOMPARE(bond.rows[0] * bond.rows[1], std::int64_t(48));
        QCOMPARE(bond.columns[0] * bond.columns[1], std::int64_t(60));
        QCOMPARE(static_cast<std::int64_t>(bond.sigma.size()), bond.fullBond());
        BondWeighing().weigh(bond, weight, moment);
        const std::vector<SiteShape> sites { { bond.rows[0], bond.columns[0] },
                                             { bond.rows[1], bond.columns[1] } };
        const KroneckerMetric metric = kroneckerMetric(moment, sites);
        const at::Tensor white = whitened(weight, metric);
        const auto values = bondSpectra(white, sites).front();
        for (std::size_t index = 0; index < values.size(); ++index)
            QVERIFY(std::abs(bond.weighted[index] - values[index]) < 1e-4 * values[0]);
        QVERIFY(bond.measuredBonds.size() >= 5);
        QCOMPARE(static_cast<std::int64_t>(bond.measuredBonds.back()), bond.breakEven());
        for (std::size_t index = 0; index < bond.measuredBonds.size(); ++index) {
            const at::Tensor approximation
                = denseOf(unwhitened(ttSvd(white, sites, bond.measuredBonds[index]), metric));
            QVERIFY(std::abs(bond.measuredLoss[index] - relativeLoss(weight, approximation, moment))
                    < 1e-4);
        }
    }

    void analysisKeepsThem()
    {
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "analysis.bin";
        AnalysisResult result;
        TensorSpectrum spectrum;
        spectrum.sigma = { 2, 1 };
        spectrum.bond = plainBond(at::randn({ 12, 20 }, at::kDouble));
        spectrum.bond.weighted = spectrum.bond.sigma;
        spectrum.bond.measuredBonds = { 1, 3 };
        spectrum.bond.measuredLoss = { 0.5F, 0.25F };
        result.spectra = { spectrum };
        LayerAnalysis layer;
        layer.correlations = unitCorrelations(secondMoment(at::randn({ 60, 30 }, at::kDouble)));
        layer.headInformation = { 0, 0.25F, 0.25F, 0 };
        result.layers = { layer, layer };
        result.sensitivity = { {} };
        result.blockSimilarity = { 1, 0.5F, 0.5F, 1 };
        QVERIFY(result.hasCorrelations());
        QVERIFY(saveAnalysis(result, file).ok());
        const auto back = loadAnalysis(file);
        QVERIFY(back.ok() && back->hasCorrelations());
        QCOMPARE(back->spectra[0].bond.sigma, spectrum.bond.sigma);
        QCOMPARE(back->spectra[0].bond.rows, spectrum.bond.rows);
        QCOMPARE(back->spectra[0].bond.measuredBonds, spectrum.bond.measuredBonds);
        QCOMPARE(back->spectra[0].bond.measuredLoss, spectrum.bond.measuredLoss);
        QCOMPARE(back->layers[1].headInformation, layer.headInformation);
        QCOMPARE(back->layers[1].correlations.units, layer.correlations.units);
        QCOMPARE(back->blockSimilarity, result.blockSimilarity);
    }

    /// Files from before there were correlations and bonds: the same without their keys.
    void earlierAnalysesOpenWithoutThem()
    {
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "analysis.bin";
        AnalysisResult result;
        TensorSpectrum spectrum;
        spectrum.sigma = { 2, 1 };
        spectrum.bond = plainBond(at::randn({ 12, 20 }, at::kDouble));
        result.spectra = { spectrum };
        LayerAnalysis layer;
        layer.unitScore = { 1, 2 };
        layer.headInformation = { 0, 1, 1, 0 };
        result.layers = { layer };
        result.sensitivity = { {} };
        result.blockSimilarity = { 1 };
        QVERIFY(saveAnalysis(result, file).ok());
        auto content = readTextFile(file);
        QVERIFY(content.ok());
        const auto end = content->find('\n');
        auto header = parseJson(content->substr(0, end), "The header");
        QVERIFY(header.ok());
        header->erase("block_similarity");
        (*header)["spectra"][0].erase("bond");
        for (const char* key : { "correlations", "heads", "head_information" })
            (*header)["layers"][0].erase(key);
        QVERIFY(writeFileAtomically(file, dumpJson(*header) + content->substr(end)).ok());
        const auto back = loadAnalysis(file);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
        QVERIFY(back->complete());
        QVERIFY(!back->hasCorrelations());
        QVERIFY(back->layers[0].correlations.empty());
        QVERIFY(back->spectra[0].bond.empty());
        QCOMPARE(back->layers[0].unitScore, layer.unitScore);
    }
};

QTEST_APPLESS_MAIN(EngineCouplingsTest)
#include "engine_couplings_test.moc"
