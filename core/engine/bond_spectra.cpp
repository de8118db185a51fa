// SPDX-License-Identifier: Apache-2.0
#include "engine/bond_spectra.h"

#include <algorithm>

namespace schmidt {

namespace {

    constexpr std::int64_t mostHalved = 16;

    std::vector<SiteShape> sitesOf(const BondSpectrum& bond)
    {
        return { { bond.rows[0], bond.columns[0] }, { bond.rows[1], bond.columns[1] } };
    }

    /// Bond dimensions where the loss is computed: 1, and the one that stores as much as the matrix
    /// halved again and again. Each costs about as much as one product of W and C.
    std::vector<std::int32_t> gridOf(const BondSpectrum& bond)
    {
        const std::int64_t last = std::clamp<std::int64_t>(
            bond.breakEven(), 1, std::max<std::int64_t>(1, bond.fullBond()));
        std::vector<std::int32_t> grid { 1 };
        for (std::int64_t part = mostHalved; part >= 1; part /= 2)
            if (last / part > grid.back())
                grid.push_back(static_cast<std::int32_t>(last / part));
        return grid;
    }

    Mpo truncated(const Mpo& mpo, std::int64_t bond)
    {
        Mpo cut = mpo;
        cut.cores[0] = mpo.cores[0].narrow(3, 0, bond);
        cut.cores[1] = mpo.cores[1].narrow(0, 0, bond);
        return cut;
    }

} // namespace

BondSpectrum plainBond(const at::Tensor& weight)
{
    BondSpectrum bond;
    const auto sites = balancedSites(weight.size(0), weight.size(1), 2);
    bond.rows = { sites[0].out, sites[1].out };
    bond.columns = { sites[0].in, sites[1].in };
    const auto values = bondSpectra(weight, sites).front();
    bond.sigma.assign(values.begin(), values.end());
    return bond;
}

void BondWeighing::weigh(BondSpectrum& bond, const at::Tensor& weight, const at::Tensor& moment)
{
    const auto sites = sitesOf(bond);
    const bool sameInputs
        = m_moment.defined() && m_moment.is_same(moment) && m_sites[0].in == sites[0].in;
    if (!sameInputs) {
        m_moment = moment;
        m_sites = sites;
        m_metric = kroneckerMetric(moment, sites);
    }
    bond.metricDistance = m_metric.distance;
    const Mpo white = ttSvd(whitened(weight, m_metric), sites);
    const at::Tensor second = white.cores[1];
    const at::Tensor values = second.reshape({ second.size(0), -1 }).norm(2, { 1 });
    bond.weighted.clear();
    for (std::int64_t index = 0; index < values.numel(); ++index)
        bond.weighted.push_back(static_cast<float>(values[index].item<double>()));
    Mpo plain = unwhitened(white, m_metric);
    for (at::Tensor& core : plain.cores)
        core = core.to(at::kFloat);
    const at::Tensor single = weight.to(at::kFloat), inputs = moment.to(at::kFloat);
    const auto energy
        = [&inputs](const at::Tensor& m) { return (at::mm(m, inputs) * m).sum().item<double>(); };
    const double whole = energy(single);
    bond.measuredBonds = gridOf(bond);
    bond.measuredLoss.clear();
    for (const std::int32_t size : bond.measuredBonds) {
        const double lost = energy(single - denseOf(truncated(plain, size)));
        bond.measuredLoss.push_back(whole > 0 ? static_cast<float>(std::max(0.0, lost / whole))
                                              : 0.0F);
    }
}

} // namespace schmidt
