// SPDX-License-Identifier: Apache-2.0
#include "engine/couplings.h"

#include "engine/torch_model.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

UnitCorrelations unitCorrelations(const at::Tensor& moment)
{
    const auto count = static_cast<std::size_t>(moment.size(0));
    const int bins = binsWithinLimit(count);
    if (bins == 0)
        return {};
    const at::Tensor power = moment.diagonal().to(at::kDouble);
    const at::Tensor scale
        = at::where(power > 0, power.clamp_min(1e-300).rsqrt(), at::zeros_like(power));
    const at::Tensor rho = moment.to(at::kDouble) * scale.unsqueeze(0) * scale.unsqueeze(1);
    const std::vector<float> correlation = valuesOf(rho);
    return binnedCorrelations(correlation, clusterOrder(valuesOf(rho.abs()), count), bins);
}

namespace {

    constexpr double headRidge = 1e-4;

    double logDeterminant(const at::Tensor& spd)
    {
        return 2 * at::linalg_cholesky(spd).diagonal().log().sum().item<double>();
    }

} // namespace

std::vector<float> headInformation(const at::Tensor& moment, std::int64_t headDim)
{
    const std::int64_t heads = moment.size(0) / headDim;
    at::Tensor ridged = moment.to(at::kDouble).clone();
    std::vector<double> own;
    for (std::int64_t head = 0; head < heads; ++head) {
        at::Tensor block
            = ridged.narrow(0, head * headDim, headDim).narrow(1, head * headDim, headDim);
        const double mean = block.diagonal().mean().item<double>();
        block.diagonal().add_(std::max(headRidge * mean, 1e-30));
        own.push_back(logDeterminant(block));
    }
    std::vector<float> information(static_cast<std::size_t>(heads * heads), 0.0F);
    for (std::int64_t a = 0; a < heads; ++a)
        for (std::int64_t b = a + 1; b < heads; ++b) {
            const at::Tensor places = at::cat({ at::arange(a * headDim, (a + 1) * headDim),
                                                at::arange(b * headDim, (b + 1) * headDim) });
            const double joint
                = logDeterminant(ridged.index_select(0, places).index_select(1, places));
            const double value = std::max(
                0.0,
                (own[static_cast<std::size_t>(a)] + own[static_cast<std::size_t>(b)] - joint) / 2);
            information[static_cast<std::size_t>(a * heads + b)]
                = information[static_cast<std::size_t>(b * heads + a)] = static_cast<float>(value);
        }
    return information;
}

void BlockSimilarity::take(int layer, const at::Tensor& before, const at::Tensor& after,
                           std::int64_t allTokens)
{
    if (layer != m_layer)
        finishLayer();
    m_layer = layer;
    constexpr std::int64_t wanted = 1024;
    const std::int64_t step = std::max<std::int64_t>(1, allTokens / wanted);
    // The first token of a window is an attention sink and like no other; steps start beside it.
    const auto rows = [&](const at::Tensor& x) {
        return x.slice(0, std::min(step / 2, x.size(0) - 1), std::nullopt, step);
    };
    const at::Tensor update = (rows(after) - rows(before)).to(at::kFloat);
    m_rows.push_back(update / update.norm(2, { 1 }, true).clamp_min(1e-30));
}

void BlockSimilarity::finishLayer()
{
    if (m_rows.empty())
        return;
    const at::Tensor updates = at::cat(m_rows);
    at::Tensor gram = at::mm(updates, updates.t());
    gram.fill_diagonal_(0);
    m_grams.push_back(std::move(gram));
    m_rows.clear();
}

std::vector<float> BlockSimilarity::matrix()
{
    finishLayer();
    const std::size_t layers = m_grams.size();
    const double n = layers > 0 ? static_cast<double>(m_grams.front().size(0)) : 0;
    if (n < 4)
        return {};
    std::vector<at::Tensor> sums;
    for (const at::Tensor& gram : m_grams)
        sums.push_back(gram.sum(1, false, at::kDouble));
    // The factor 1 / (n (n - 3)) of the estimator cancels in the ratio.
    const auto dependence = [&](std::size_t a, std::size_t b) {
        const double trace = (m_grams[a] * m_grams[b]).sum(at::kDouble).item<double>();
        const double product
            = sums[a].sum().item<double>() * sums[b].sum().item<double>() / ((n - 1) * (n - 2));
        return trace + product - 2 / (n - 2) * sums[a].dot(sums[b]).item<double>();
    };
    std::vector<double> own;
    for (std::size_t layer = 0; layer < layers; ++layer)
        own.push_back(dependence(layer, layer));
    std::vector<float> similarity(layers * layers, 1.0F);
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a + 1; b < layers; ++b) {
            const double scale = std::sqrt(std::max(0.0, own[a]) * std::max(0.0, own[b]));
            similarity[a * layers + b] = similarity[b * layers + a]
                = scale > 0 ? static_cast<float>(std::min(1.0, dependence(a, b) / scale)) : 0.0F;
        }
    return similarity;
}

} // namespace schmidt
