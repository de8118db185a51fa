// SPDX-License-Identifier: Apache-2.0
#include "engine/mpo.h"

#include "engine/moments.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace schmidt {

namespace {

    /// W [out, in] with both indices split and the pairs (o_k, i_k) side by side: [d_1, …, d_n].
    at::Tensor siteTensor(const at::Tensor& weight, const std::vector<SiteShape>& sites)
    {
        const auto count = static_cast<std::int64_t>(sites.size());
        std::vector<std::int64_t> split, order, sizes;
        for (const SiteShape& site : sites)
            split.push_back(site.out);
        for (const SiteShape& site : sites)
            split.push_back(site.in);
        for (std::int64_t site = 0; site < count; ++site) {
            order.push_back(site);
            order.push_back(count + site);
            sizes.push_back(sites[static_cast<std::size_t>(site)].size());
        }
        return weight.to(at::kDouble).reshape(split).permute(order).reshape(sizes).contiguous();
    }

    /// Inverse of siteTensor().
    at::Tensor matrixOf(const at::Tensor& tensor, const std::vector<SiteShape>& sites)
    {
        const auto count = static_cast<std::int64_t>(sites.size());
        std::vector<std::int64_t> split, order;
        std::int64_t rows = 1, columns = 1;
        for (const SiteShape& site : sites) {
            split.push_back(site.out);
            split.push_back(site.in);
            rows *= site.out;
            columns *= site.in;
        }
        for (std::int64_t site = 0; site < count; ++site)
            order.push_back(2 * site);
        for (std::int64_t site = 0; site < count; ++site)
            order.push_back(2 * site + 1);
        return tensor.reshape(split).permute(order).reshape({ rows, columns }).contiguous();
    }

    /// Left singular vectors of M [m, n], strongest first: [m, min(m, n)], exactly orthonormal,
    /// which a solve by the squared singular values would not give for the small ones.
    at::Tensor leftBasis(const at::Tensor& matrix)
    {
        const bool tall = matrix.size(0) > matrix.size(1);
        at::Tensor basis, core = matrix;
        if (tall)
            std::tie(basis, core) = at::linalg_qr(matrix);
        const at::Tensor vectors
            = std::get<1>(at::linalg_eigh(at::mm(core, core.t()))).flip(1).contiguous();
        return tall ? at::mm(basis, vectors) : vectors;
    }

    at::Tensor coreMatrix(const at::Tensor& core, bool rightBondAside)
    {
        return rightBondAside ? core.reshape({ -1, core.size(3) })
                              : core.reshape({ core.size(0), -1 });
    }

} // namespace

std::vector<std::int64_t> Mpo::bonds() const
{
    std::vector<std::int64_t> sizes;
    for (std::size_t site = 0; site + 1 < cores.size(); ++site)
        sizes.push_back(cores[site].size(3));
    return sizes;
}

std::int64_t Mpo::parameters() const
{
    std::int64_t count = 0;
    for (const at::Tensor& core : cores)
        count += core.numel();
    return count;
}

Mpo ttSvd(const at::Tensor& weight, const std::vector<SiteShape>& sites, std::int64_t maxBond)
{
    Mpo mpo;
    mpo.sites = sites;
    at::Tensor rest = siteTensor(weight, sites);
    std::int64_t left = 1;
    for (std::size_t site = 0; site + 1 < sites.size(); ++site) {
        rest = rest.reshape({ left * sites[site].size(), -1 });
        at::Tensor basis = leftBasis(rest);
        if (maxBond > 0 && basis.size(1) > maxBond)
            basis = basis.narrow(1, 0, maxBond).contiguous();
        mpo.cores.push_back(
            basis.reshape({ left, sites[site].out, sites[site].in, basis.size(1) }));
        rest = at::mm(basis.t(), rest);
        left = basis.size(1);
    }
    mpo.cores.push_back(rest.reshape({ left, sites.back().out, sites.back().in, 1 }).contiguous());
    mpo.center = sites.size() - 1;
    return mpo;
}

at::Tensor denseOf(const Mpo& mpo)
{
    at::Tensor product = at::ones({ 1, 1 }, mpo.cores.front().scalar_type());
    for (const at::Tensor& core : mpo.cores)
        product = at::mm(product, coreMatrix(core, false)).reshape({ -1, core.size(3) });
    return matrixOf(product, mpo.sites);
}

void moveCenter(Mpo& mpo, std::size_t site)
{
    while (mpo.center < site) {
        at::Tensor& core = mpo.cores[mpo.center];
        at::Tensor& next = mpo.cores[mpo.center + 1];
        const auto [q, r] = at::linalg_qr(coreMatrix(core, true));
        core = q.reshape({ core.size(0), core.size(1), core.size(2), q.size(1) }).contiguous();
        next = at::mm(r, coreMatrix(next, false))
                   .reshape({ r.size(0), next.size(1), next.size(2), next.size(3) });
        ++mpo.center;
    }
    while (mpo.center > site) {
        at::Tensor& core = mpo.cores[mpo.center];
        at::Tensor& before = mpo.cores[mpo.center - 1];
        const auto [q, r] = at::linalg_qr(coreMatrix(core, false).t());
        core = q.t().reshape({ q.size(1), core.size(1), core.size(2), core.size(3) }).contiguous();
        before = at::mm(coreMatrix(before, true), r.t())
                     .reshape({ before.size(0), before.size(1), before.size(2), r.size(0) });
        --mpo.center;
    }
}

namespace {

    /// W projected on what the cores around the center span; all of them are isometries.
    at::Tensor projection(const Mpo& mpo, const at::Tensor& tensor)
    {
        at::Tensor rest = tensor.reshape({ 1, -1 });
        for (std::size_t site = 0; site < mpo.center; ++site) {
            const at::Tensor core = coreMatrix(mpo.cores[site], true);
            rest = at::mm(core.t(), rest.reshape({ core.size(0), -1 }));
        }
        for (std::size_t site = mpo.cores.size() - 1; site > mpo.center; --site) {
            const at::Tensor core = coreMatrix(mpo.cores[site], false);
            rest = at::mm(rest.reshape({ -1, core.size(1) }), core.t());
        }
        return rest.reshape(mpo.cores[mpo.center].sizes()).contiguous();
    }

} // namespace

double variationalSweeps(Mpo& mpo, const at::Tensor& weight, int sweeps)
{
    const at::Tensor tensor = siteTensor(weight, mpo.sites);
    const double energy = tensor.square().sum().item<double>();
    if (energy <= 0)
        return 0;
    const std::size_t last = mpo.cores.size() - 1;
    double kept = -1;
    for (int sweep = 0; sweep < std::max(1, sweeps); ++sweep) {
        const auto optimize = [&](std::size_t site) {
            moveCenter(mpo, site);
            mpo.cores[site] = projection(mpo, tensor);
        };
        for (std::size_t site = last; site > 0; --site)
            optimize(site);
        for (std::size_t site = 0; site <= last; ++site)
            optimize(site);
        const double now = mpo.cores[last].square().sum().item<double>();
        const bool settled = kept >= 0 && now - kept < 1e-10 * energy;
        kept = now;
        if (settled)
            break;
    }
    return (tensor - siteTensor(denseOf(mpo), mpo.sites)).square().sum().item<double>() / energy;
}

std::vector<std::vector<double>> bondSpectra(const at::Tensor& weight,
                                             const std::vector<SiteShape>& sites)
{
    const at::Tensor tensor = siteTensor(weight, sites);
    std::vector<std::vector<double>> spectra;
    std::int64_t left = 1;
    for (std::size_t bond = 0; bond + 1 < sites.size(); ++bond) {
        left *= sites[bond].size();
        const at::Tensor m = tensor.reshape({ left, -1 });
        const at::Tensor gram = m.size(0) <= m.size(1) ? at::mm(m, m.t()) : at::mm(m.t(), m);
        const at::Tensor values
            = at::linalg_eigvalsh(gram).clamp_min(0).sqrt().flip(0).contiguous();
        const auto* first = values.data_ptr<double>();
        spectra.emplace_back(first, first + values.numel());
    }
    return spectra;
}

TruncationBounds truncationBounds(const std::vector<std::vector<double>>& spectra,
                                  std::int64_t maxBond)
{
    TruncationBounds bounds;
    for (const std::vector<double>& values : spectra) {
        double total = 0, discarded = 0;
        for (std::size_t index = 0; index < values.size(); ++index) {
            const double energy = values[index] * values[index];
            total += energy;
            if (static_cast<std::int64_t>(index) >= maxBond)
                discarded += energy;
        }
        const double share = total > 0 ? discarded / total : 0;
        bounds.lower = std::max(bounds.lower, share);
        bounds.upper += share;
    }
    return bounds;
}

std::int64_t truncatedParameters(const std::vector<SiteShape>& sites, std::int64_t maxBond)
{
    std::int64_t all = 1, left = 1, bond = 1, count = 0;
    for (const SiteShape& site : sites)
        all *= site.size();
    for (std::size_t index = 0; index < sites.size(); ++index) {
        left *= sites[index].size();
        // A truncated bond before limits what this one can carry.
        const std::int64_t next = index + 1 == sites.size()
            ? 1
            : std::min({ maxBond, bond * sites[index].size(), all / left });
        count += bond * sites[index].size() * next;
        bond = next;
    }
    return count;
}

namespace {

    constexpr double metricRidge = 1e-6;

    at::Tensor symmetric(const at::Tensor& matrix)
    {
        return (matrix + matrix.t()) / 2;
    }

    /// All of a tensor [d_1, …, d_n] but `site` contracted with the vectors of the other sites.
    at::Tensor contracted(const at::Tensor& tensor, const std::vector<at::Tensor>& vectors,
                          std::size_t site)
    {
        at::Tensor rest = tensor;
        for (std::size_t other = vectors.size() - 1; other > site; --other)
            rest = at::mv(rest.reshape({ -1, vectors[other].numel() }), vectors[other]);
        for (std::size_t other = 0; other < site; ++other)
            rest = at::mv(rest.reshape({ vectors[other].numel(), -1 }).t(), vectors[other]);
        return rest;
    }

} // namespace

KroneckerMetric kroneckerMetric(const at::Tensor& moment, const std::vector<SiteShape>& sites)
{
    std::vector<SiteShape> square;
    for (const SiteShape& site : sites)
        square.push_back({ site.in, site.in });
    // A ridge on the whole moment carries over to every factor.
    const at::Tensor tensor = siteTensor(damped(moment, metricRidge), square);
    std::vector<at::Tensor> factors, inverses;
    for (const SiteShape& site : square) {
        factors.push_back(at::eye(site.in, at::kDouble));
        inverses.push_back(factors.back().flatten());
    }
    constexpr int rounds = 50;
    for (int round = 0; round < rounds; ++round) {
        double change = 0;
        for (std::size_t site = 0; site < square.size(); ++site) {
            const std::int64_t size = square[site].in;
            const double share = static_cast<double>(size) / static_cast<double>(moment.size(0));
            const at::Tensor next
                = symmetric((contracted(tensor, inverses, site) * share).reshape({ size, size }));
            change = std::max(change, ((next - factors[site]).norm() / next.norm()).item<double>());
            factors[site] = next;
            inverses[site] = at::cholesky_inverse(at::linalg_cholesky(next)).flatten();
        }
        if (change < 1e-10)
            break;
    }
    KroneckerMetric metric;
    at::Tensor product = at::ones({ 1, 1 }, at::kDouble);
    for (const at::Tensor& factor : factors) {
        metric.roots.push_back(at::linalg_cholesky(factor));
        product = at::kron(product, factor);
    }
    const at::Tensor whole = moment.to(at::kDouble);
    metric.distance = ((whole - product).norm() / whole.norm().clamp_min(1e-300)).item<double>();
    return metric;
}

namespace {

    /// Applies a map to the input index of every site in turn; `apply` takes [..., i_k].
    template <typename Map>
    at::Tensor onInputs(const at::Tensor& weight, const KroneckerMetric& metric, Map apply)
    {
        std::vector<std::int64_t> split { weight.size(0) };
        for (const at::Tensor& root : metric.roots)
            split.push_back(root.size(0));
        at::Tensor tensor = weight.to(at::kDouble).reshape(split);
        for (std::size_t site = 0; site < metric.roots.size(); ++site) {
            const auto axis = static_cast<std::int64_t>(site) + 1;
            const at::Tensor moved = tensor.movedim(axis, -1).contiguous();
            const at::Tensor flat = moved.reshape({ -1, moved.size(-1) });
            tensor = apply(flat, metric.roots[site]).reshape(moved.sizes()).movedim(-1, axis);
        }
        return tensor.reshape(weight.sizes()).contiguous();
    }

    at::Tensor solvedRight(const at::Tensor& rows, const at::Tensor& root)
    {
        return at::linalg_solve_triangular(root, rows, false, false);
    }

} // namespace

at::Tensor whitened(const at::Tensor& weight, const KroneckerMetric& metric)
{
    return onInputs(weight, metric,
                    [](const at::Tensor& x, const at::Tensor& root) { return at::mm(x, root); });
}

at::Tensor unwhitened(const at::Tensor& weight, const KroneckerMetric& metric)
{
    return onInputs(weight, metric, solvedRight);
}

Mpo unwhitened(const Mpo& mpo, const KroneckerMetric& metric)
{
    Mpo plain = mpo;
    for (std::size_t site = 0; site < plain.cores.size(); ++site) {
        at::Tensor& core = plain.cores[site];
        const at::Tensor moved = core.movedim(2, 3).contiguous();
        core = solvedRight(moved.reshape({ -1, moved.size(3) }), metric.roots[site])
                   .reshape(moved.sizes())
                   .movedim(3, 2)
                   .contiguous();
    }
    return plain;
}

at::Tensor whitenedMoment(const at::Tensor& moment, const KroneckerMetric& metric)
{
    const auto solve = [](const at::Tensor& rows, const at::Tensor& root) {
        return at::linalg_solve_triangular(root.t(), rows, true, false);
    };
    return onInputs(onInputs(moment, metric, solve).t().contiguous(), metric, solve);
}

namespace {

    /// Conjugate gradients for the core at the center, all others held.
    void improveCenter(Mpo& mpo, const at::Tensor& weight, const at::Tensor& moment, int steps)
    {
        const auto projected = [&mpo](const at::Tensor& matrix) {
            return projection(mpo, siteTensor(matrix, mpo.sites));
        };
        at::Tensor& core = mpo.cores[mpo.center];
        at::Tensor residual = projected(at::mm(weight - denseOf(mpo), moment));
        at::Tensor direction = residual.clone();
        double square = residual.square().sum().item<double>();
        Mpo step = mpo;
        for (int index = 0; index < steps && square > 0; ++index) {
            step.cores[mpo.center] = direction;
            const at::Tensor image = denseOf(step), pull = at::mm(image, moment);
            const double curvature = (pull * image).sum().item<double>();
            if (curvature <= 0)
                return;
            core = core + direction * (square / curvature);
            residual = residual - projected(pull) * (square / curvature);
            const double next = residual.square().sum().item<double>();
            direction = residual + direction * (next / square);
            square = next;
        }
    }

} // namespace

double momentSweeps(Mpo& mpo, const at::Tensor& weight, const at::Tensor& moment, int sweeps,
                    int steps)
{
    const at::Tensor w = weight.to(at::kDouble), c = moment.to(at::kDouble);
    const std::size_t last = mpo.cores.size() - 1;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        for (std::size_t site = last; site > 0; --site) {
            moveCenter(mpo, site);
            improveCenter(mpo, w, c, steps);
        }
        for (std::size_t site = 0; site < last; ++site) {
            moveCenter(mpo, site);
            improveCenter(mpo, w, c, steps);
        }
    }
    return relativeLoss(w, denseOf(mpo), c);
}

double relativeLoss(const at::Tensor& weight, const at::Tensor& approximation,
                    const at::Tensor& moment)
{
    const at::Tensor w = weight.to(at::kDouble), e = w - approximation.to(at::kDouble);
    const auto energy = [&moment](const at::Tensor& m) {
        return (moment.defined() ? (at::mm(m, moment.to(at::kDouble)) * m) : m.square())
            .sum()
            .item<double>();
    };
    const double whole = energy(w);
    return whole > 0 ? energy(e) / whole : 0;
}

EqualSizeRank rankAtEqualSize(const std::vector<float>& singularValues, std::int64_t rows,
                              std::int64_t columns, std::int64_t parameters)
{
    EqualSizeRank found;
    found.rank = std::min(static_cast<std::int64_t>(singularValues.size()),
                          parameters / std::max<std::int64_t>(1, rows + columns));
    double total = 0, lost = 0;
    for (std::size_t index = 0; index < singularValues.size(); ++index) {
        const double energy = static_cast<double>(singularValues[index]) * singularValues[index];
        total += energy;
        if (static_cast<std::int64_t>(index) >= found.rank)
            lost += energy;
    }
    found.loss = total > 0 ? lost / total : 0;
    return found;
}

} // namespace schmidt
