// SPDX-License-Identifier: Apache-2.0
#include "engine/moments.h"
#include "engine/mpo.h"
#include "engine/network_matrix.h"
#include "engine/quantizers.h"
#include "recipe/recipe.h"

#include <ATen/Parallel.h>
#include <QtTest>

using namespace schmidt;

namespace {

at::Tensor randomMatrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed)
{
    at::manual_seed(seed);
    return at::randn({ rows, columns }, at::kDouble);
}

/// A second moment with strong correlations and scales over two decades.
at::Tensor randomMoment(std::int64_t size, std::uint64_t seed)
{
    const at::Tensor x = at::mm(randomMatrix(3 * size, size, seed), randomMatrix(size, size, 99))
        * at::logspace(-1, 1, size, 10.0, at::kDouble).unsqueeze(0);
    return at::mm(x.t(), x) / static_cast<double>(3 * size);
}

double largest(const at::Tensor& difference)
{
    return difference.abs().max().item<double>();
}

double relativeSquare(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).square().sum() / a.square().sum()).item<double>();
}

/// M of a core with its left indices as rows (isometry from the left) or its right ones as columns.
double isometryError(const at::Tensor& core, bool fromLeft)
{
    const at::Tensor m
        = fromLeft ? core.reshape({ -1, core.size(3) }) : core.reshape({ core.size(0), -1 }).t();
    return largest(at::mm(m.t(), m) - at::eye(m.size(1), at::kDouble));
}

const std::vector<SiteShape> twoSites { { 6, 8 }, { 5, 4 } };
const std::vector<SiteShape> threeSites { { 3, 4 }, { 5, 2 }, { 2, 4 } };
const std::vector<SiteShape> fourSites { { 3, 2 }, { 2, 4 }, { 5, 2 }, { 1, 2 } };

} // namespace

/// Matrix product operators against dense fp64 algebra.
class EngineMpoTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void factorsAreBalanced()
    {
        using Factors = std::vector<std::int64_t>;
        QCOMPARE(balancedFactors(576, 2), (Factors { 24, 24 }));
        QCOMPARE(balancedFactors(1536, 2), (Factors { 48, 32 }));
        QCOMPARE(balancedFactors(192, 2), (Factors { 16, 12 }));
        QCOMPARE(balancedFactors(4096, 4), (Factors { 8, 8, 8, 8 }));
        QCOMPARE(balancedFactors(13, 2), (Factors { 13, 1 }));
        QCOMPARE(balancedFactors(216, 3), (Factors { 6, 6, 6 }));
        for (const auto& [rows, columns] :
             { std::pair { 576, 1536 }, std::pair { 192, 576 }, std::pair { 192, 1536 } })
            for (const int count : { 2, 3, 4 }) {
                const auto sites = balancedSites(rows, columns, count);
                std::int64_t out = 1, in = 1, most = 0, least = 1 << 30;
                for (const SiteShape& site : sites) {
                    out *= site.out;
                    in *= site.in;
                    most = std::max(most, site.size());
                    least = std::min(least, site.size());
                }
                QCOMPARE(out, rows);
                QCOMPARE(in, columns);
                QVERIFY(most <= 2 * least);
            }
    }

    void fullBondIsExact_data() { shapes(); }
    void fullBondIsExact()
    {
        QFETCH(std::vector<SiteShape>, sites);
        const at::Tensor weight = randomMatrix(30, 32, 1);
        const Mpo mpo = ttSvd(weight, sites);
        QVERIFY(largest(denseOf(mpo) - weight) < 1e-12);
        for (std::size_t site = 0; site + 1 < sites.size(); ++site)
            QVERIFY(isometryError(mpo.cores[site], true) < 1e-12);
    }

    void indicesLieAsDocumented()
    {
        const at::Tensor weight = randomMatrix(30, 32, 2);
        const Mpo mpo = ttSvd(weight, threeSites);
        // W[(o1 o2 o3), (i1 i2 i3)] read off the cores directly.
        const at::Tensor entry = at::mm(
            at::mm(mpo.cores[0].select(1, 2).select(1, 3), mpo.cores[1].select(1, 4).select(1, 1)),
            mpo.cores[2].select(1, 1).select(1, 2));
        const std::int64_t row = (2 * 5 + 4) * 2 + 1, column = (3 * 2 + 1) * 4 + 2;
        QVERIFY(std::abs(entry.item<double>() - weight[row][column].item<double>()) < 1e-12);
    }

    void centerMovesWithoutChangingTheMatrix()
    {
        const at::Tensor weight = randomMatrix(30, 32, 3);
        Mpo mpo = ttSvd(weight, fourSites, 7);
        const at::Tensor before = denseOf(mpo);
        for (const std::size_t center : { 0, 2, 3, 1 }) {
            moveCenter(mpo, center);
            QVERIFY(largest(denseOf(mpo) - before) < 1e-12);
            for (std::size_t site = 0; site < mpo.cores.size(); ++site)
                if (site != center)
                    QVERIFY(isometryError(mpo.cores[site], site < center) < 1e-12);
            // In canonical form the center alone carries the norm.
            QVERIFY(std::abs(mpo.cores[center].norm().item<double>() - before.norm().item<double>())
                    < 1e-10);
        }
    }

    void spectraAreTheSchmidtValuesOfEveryCut()
    {
        const at::Tensor weight = randomMatrix(30, 32, 4);
        const auto spectra = bondSpectra(weight, threeSites);
        QCOMPARE(spectra.size(), std::size_t(2));
        const at::Tensor tensor
            = weight.reshape({ 3, 5, 2, 4, 2, 4 }).permute({ 0, 3, 1, 4, 2, 5 }).contiguous();
        for (std::size_t bond = 0; bond < 2; ++bond) {
            const at::Tensor exact
                = at::linalg_svdvals(tensor.reshape({ bond == 0 ? 12 : 120, -1 }));
            QCOMPARE(static_cast<std::int64_t>(spectra[bond].size()), exact.numel());
            for (std::int64_t index = 0; index < exact.numel(); ++index)
                QVERIFY(std::abs(spectra[bond][static_cast<std::size_t>(index)]
                                 - exact[index].item<double>())
                        < 1e-9);
        }
    }

    void twoSitesArePredictedExactly()
    {
        const at::Tensor weight = randomMatrix(30, 32, 5);
        const auto spectra = bondSpectra(weight, twoSites);
        for (const std::int64_t bond : { 1, 2, 5, 11, 19, 20 }) {
            const Mpo mpo = ttSvd(weight, twoSites, bond);
            const TruncationBounds bounds = truncationBounds(spectra, bond);
            const double measured = relativeSquare(weight, denseOf(mpo));
            QVERIFY(std::abs(measured - bounds.upper) <= 1e-6 * bounds.upper + 1e-14);
            QCOMPARE(bounds.lower, bounds.upper);
            QCOMPARE(mpo.parameters(), truncatedParameters(twoSites, bond));
        }
    }

    void manySitesLieBetweenTheBounds()
    {
        const at::Tensor weight = randomMatrix(30, 32, 6);
        const auto spectra = bondSpectra(weight, fourSites);
        for (std::int64_t bond = 1; bond <= 30; ++bond) {
            const Mpo mpo = ttSvd(weight, fourSites, bond);
            const TruncationBounds bounds = truncationBounds(spectra, bond);
            const double measured = relativeSquare(weight, denseOf(mpo));
            QVERIFY(measured <= bounds.upper * (1 + 1e-9) + 1e-14);
            QVERIFY(measured >= bounds.lower * (1 - 1e-9) - 1e-14);
            QCOMPARE(mpo.parameters(), truncatedParameters(fourSites, bond));
        }
    }

    void sweepsAreNeverWorseThanTtSvd()
    {
        int better = 0;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const at::Tensor weight = randomMatrix(30, 32, 100 + seed);
            for (const std::int64_t bond : { 1, 3, 6 })
                for (const auto& sites : { twoSites, threeSites, fourSites }) {
                    Mpo mpo = ttSvd(weight, sites, bond);
                    const double before = relativeSquare(weight, denseOf(mpo));
                    const double reported = variationalSweeps(mpo, weight, 10);
                    const double after = relativeSquare(weight, denseOf(mpo));
                    QVERIFY(std::abs(reported - after) < 1e-12);
                    QVERIFY(after <= before + 1e-13);
                    QVERIFY(after
                            >= truncationBounds(bondSpectra(weight, sites), bond).lower - 1e-12);
                    better += after < before - 1e-6 ? 1 : 0;
                }
        }
        QVERIFY(better > 60); // more than half of the 120 cases with more than two sites
    }

    /// One strong train of bond 1 beside a term that is stronger across the first cut but spread
    /// over many values of the second: TT-SVD follows the second term, which it then has to cut.
    void sweepsFindAPlantedTrain()
    {
        const auto term = [](const at::Tensor& x, const at::Tensor& y, const at::Tensor& z) {
            Mpo mpo;
            mpo.sites = threeSites;
            const at::Tensor* vectors[] = { &x, &y, &z };
            for (std::size_t site = 0; site < 3; ++site)
                mpo.cores.push_back(
                    vectors[site]->reshape({ 1, threeSites[site].out, threeSites[site].in, 1 }));
            return denseOf(mpo);
        };
        const at::Tensor x = at::eye(12, at::kDouble), y = at::eye(10, at::kDouble),
                         z = at::eye(8, at::kDouble);
        const at::Tensor strong = term(0.6 * x[0] + 0.8 * x[1], y[0], z[0]);
        at::Tensor weight = strong.clone();
        for (std::int64_t index = 1; index < 8; ++index)
            weight += 0.45 * term(x[0], y[index], z[index]);
        Mpo mpo = ttSvd(weight, threeSites, 1);
        const double before = relativeSquare(weight, denseOf(mpo));
        const double after = variationalSweeps(mpo, weight, 40);
        const double best = relativeSquare(weight, strong);
        QVERIFY(before > best + 0.05);
        QVERIFY(std::abs(after - best) < 1e-6);
    }

    void plantedKroneckerProductHasBondOne()
    {
        const at::Tensor weight = at::kron(randomMatrix(6, 8, 9), randomMatrix(5, 4, 10));
        const auto spectra = bondSpectra(weight, twoSites);
        QVERIFY(spectra[0][1] < 1e-6 * spectra[0][0]);
        const Mpo mpo = ttSvd(weight, twoSites, 1);
        QVERIFY(relativeSquare(weight, denseOf(mpo)) < 1e-12);
        QCOMPARE(mpo.parameters(), std::int64_t(6 * 8 + 5 * 4));
        // Low rank needs far more to say the same.
        const auto rank = rankAtEqualSize(singularValues(weight), 30, 32, mpo.parameters());
        QCOMPARE(rank.rank, std::int64_t(1));
        QVERIFY(rank.loss > 0.3);
    }

    void kroneckerMomentIsFound()
    {
        // Well above the ridge, which is no Kronecker product.
        const at::Tensor moment
            = at::kron(damped(randomMoment(8, 11), 0.1), damped(randomMoment(4, 12), 0.1));
        const KroneckerMetric metric = kroneckerMetric(moment, twoSites);
        QVERIFY(metric.distance < 1e-4);
        const at::Tensor root = at::kron(metric.roots[0], metric.roots[1]);
        QVERIFY(relativeSquare(moment, at::mm(root, root.t())) < 1e-8);
    }

    /// The factors solve their own equation, and no nearby product is likelier.
    void kroneckerProductIsTheLikeliest()
    {
        const at::Tensor moment = randomMoment(32, 13);
        const KroneckerMetric metric = kroneckerMetric(moment, twoSites);
        const at::Tensor first = at::mm(metric.roots[0], metric.roots[0].t()),
                         second = at::mm(metric.roots[1], metric.roots[1].t());
        const at::Tensor parts = moment.reshape({ 8, 4, 8, 4 });
        const at::Tensor fixed = at::einsum("aibj,ji->ab", { parts, at::linalg_inv(second) }) / 4.0;
        QVERIFY(relativeSquare(first, fixed) < 1e-8);
        const auto cost = [&moment](const at::Tensor& a, const at::Tensor& b) {
            const at::Tensor product = at::kron(a, b);
            return std::get<1>(at::linalg_slogdet(product)).item<double>()
                + at::mm(moment, at::linalg_inv(product)).trace().item<double>();
        };
        const double best = cost(first, second);
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
            const at::Tensor shift = 0.05 * randomMatrix(8, 8, 50 + seed);
            const at::Tensor moved = at::mm(at::mm(at::eye(8, at::kDouble) + shift, first),
                                            (at::eye(8, at::kDouble) + shift).t());
            QVERIFY(cost(moved, second) > best);
        }
    }

    /// One direction that carries nearly all power, as in real models, must not hide the others.
    void oneStrongDirectionDoesNotBlindTheMetric()
    {
        const at::Tensor weight = randomMatrix(30, 32, 21), strong = randomMatrix(32, 1, 22);
        const at::Tensor moment = randomMoment(32, 23) / 100 + 500 * at::mm(strong, strong.t());
        const KroneckerMetric metric = kroneckerMetric(moment, twoSites);
        double before = 1;
        for (const std::int64_t bond : { 4, 8, 12, 16 }) {
            const Mpo mpo = ttSvd(whitened(weight, metric), twoSites, bond);
            const double loss = relativeLoss(weight, denseOf(unwhitened(mpo, metric)), moment);
            QVERIFY(loss < before);
            before = loss;
        }
        QVERIFY(before < 0.3);
    }

    void metricIsThatOfTheStatedProduct_data() { shapes(); }
    void metricIsThatOfTheStatedProduct()
    {
        QFETCH(std::vector<SiteShape>, sites);
        const at::Tensor weight = randomMatrix(30, 32, 14), moment = randomMoment(32, 15);
        const KroneckerMetric metric = kroneckerMetric(moment, sites);
        at::Tensor root = at::ones({ 1, 1 }, at::kDouble);
        for (const at::Tensor& factor : metric.roots)
            root = at::kron(root, factor);
        const at::Tensor white = whitened(weight, metric), product = at::mm(root, root.t());
        QVERIFY(largest(white - at::mm(weight, root)) < 1e-10 * largest(white));
        QVERIFY(largest(unwhitened(white, metric) - weight) < 1e-9);
        for (const std::int64_t bond : { 2, 6 }) {
            const Mpo train = ttSvd(white, sites, bond);
            const at::Tensor plain = denseOf(unwhitened(train, metric));
            QVERIFY(largest(plain - unwhitened(denseOf(train), metric)) < 1e-8);
            const double measured = relativeLoss(weight, plain, product);
            const TruncationBounds bounds = truncationBounds(bondSpectra(white, sites), bond);
            if (sites.size() == 2)
                QVERIFY(std::abs(measured - bounds.upper) < 1e-6 * bounds.upper);
            QVERIFY(measured < bounds.upper * (1 + 1e-6) && measured > bounds.lower * (1 - 1e-6));
        }
    }

    /// With Kronecker-factored inputs the metric pays; judged by the true second moment.
    void activationMetricLosesLessOnItsInputs()
    {
        const at::Tensor weight = randomMatrix(30, 32, 16);
        const at::Tensor moment = at::kron(randomMoment(8, 17), randomMoment(4, 18));
        const KroneckerMetric metric = kroneckerMetric(moment, twoSites);
        for (const std::int64_t bond : { 3, 8, 12 }) {
            const double plain
                = relativeLoss(weight, denseOf(ttSvd(weight, twoSites, bond)), moment);
            const double own = relativeLoss(
                weight,
                denseOf(unwhitened(ttSvd(whitened(weight, metric), twoSites, bond), metric)),
                moment);
            QVERIFY(own < 0.8 * plain);
        }
    }

    void sweepsInTheMomentItselfNeverLoseMore_data() { shapes(); }
    void sweepsInTheMomentItselfNeverLoseMore()
    {
        QFETCH(std::vector<SiteShape>, sites);
        const at::Tensor weight = randomMatrix(30, 32, 24), moment = randomMoment(32, 25);
        const KroneckerMetric metric = kroneckerMetric(moment, sites);
        const at::Tensor white = whitened(weight, metric), inputs = whitenedMoment(moment, metric);
        QVERIFY(std::abs(relativeLoss(weight, 0.5 * weight, moment)
                         - relativeLoss(white, 0.5 * white, inputs))
                < 1e-9);
        for (const std::int64_t bond : { 2, 5, 9 }) {
            Mpo mpo = ttSvd(white, sites, bond);
            double before = relativeLoss(white, denseOf(mpo), inputs);
            const double first = before;
            for (int sweep = 0; sweep < 4; ++sweep) {
                const double after = momentSweeps(mpo, white, inputs, 1, 4);
                QVERIFY(after <= before * (1 + 1e-9));
                before = after;
            }
            QVERIFY(before < 0.97 * first); // this moment is far from a Kronecker product
            QVERIFY(
                std::abs(before - relativeLoss(weight, denseOf(unwhitened(mpo, metric)), moment))
                < 1e-6 * before);
        }
    }

    /// What a compression stores: never worse on the inputs than the operator it starts from, exact
    /// at the full bond, and as large as the recipe says.
    void storedOperatorsAreThoseOfTheMetric()
    {
        const at::Tensor weight = randomMatrix(30, 32, 24), moment = randomMoment(32, 25);
        const auto sites = balancedSites(30, 32, 2);
        const KroneckerMetric metric = kroneckerMetric(moment, sites);
        const MatrixShape shape { 30, 32 };
        double before = 1;
        for (const std::int64_t bond :
             { std::int64_t { 2 }, std::int64_t { 8 }, fullBond(shape) }) {
            const VariantMatrix stored = networkMatrix(weight, moment, bond);
            QVERIFY(stored.network());
            QCOMPARE(stored.rank, bond);
            QCOMPARE(stored.parameters(), networkParameters(shape, bond));
            const at::Tensor dense = denseOf(stored).to(at::kDouble);
            const double loss = relativeLoss(weight, dense, moment);
            const Mpo plain = unwhitened(ttSvd(whitened(weight, metric), sites, bond), metric);
            QVERIFY(loss <= relativeLoss(weight, denseOf(plain), moment) * 1.001 + 1e-6);
            QVERIFY(loss < before);
            before = loss;
        }
        QVERIFY(before < 1e-5); // what halves leave
    }

    /// The comparison at equal size is that of the best low-rank matrix, in both metrics.
    void equalSizeRankIsTheTruncatedSvd()
    {
        const at::Tensor weight = randomMatrix(30, 32, 19), moment = randomMoment(32, 20);
        const auto own = rankAtEqualSize(singularValues(weight), 30, 32, 500);
        QCOMPARE(own.rank, std::int64_t(8)); // 8 · 62 = 496
        const auto plain = lowRankFactors(weight, at::eye(32, at::kDouble), 8);
        QVERIFY(std::abs(own.loss - relativeLoss(weight, at::mm(plain.left, plain.right), {}))
                < 1e-5);
        const auto weighted = rankAtEqualSize(weightedSingularValues(weight, moment), 30, 32, 500);
        const auto factors = lowRankFactors(weight, moment, 8);
        QVERIFY(std::abs(weighted.loss
                         - relativeLoss(weight, at::mm(factors.left, factors.right), moment))
                < 1e-5);
        QCOMPARE(rankAtEqualSize({ 2.0F, 1.0F }, 30, 32, 10).rank, std::int64_t(0));
        QCOMPARE(rankAtEqualSize({ 2.0F, 1.0F }, 30, 32, 10).loss, 1.0);
    }

private:
    static void shapes()
    {
        QTest::addColumn<std::vector<SiteShape>>("sites");
        QTest::newRow("two sites") << twoSites;
        QTest::newRow("three sites") << threeSites;
        QTest::newRow("four sites") << fourSites;
    }
};

QTEST_APPLESS_MAIN(EngineMpoTest)
#include "engine_mpo_test.moc"
