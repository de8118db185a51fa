// SPDX-License-Identifier: Apache-2.0
#include "engine/moments.h"

#include "engine/half_products.h"
#include "engine/torch_model.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    at::Tensor singleGram(const at::Tensor& a, const at::Tensor& b)
    {
        return at::mm(a.to(at::kFloat).t(), b.to(at::kFloat));
    }

    /// The upper half of aᵀ a in blocks of rows; what is below them stays 0.
    at::Tensor upperGram(const at::Tensor& a)
    {
        constexpr std::int64_t blockRows = 192;
        const at::Tensor values = a.to(at::kFloat);
        const std::int64_t size = values.size(1);
        at::Tensor product = at::zeros({ size, size }, at::kFloat);
        for (std::int64_t first = 0; first < size; first += blockRows) {
            const std::int64_t count = std::min(blockRows, size - first), rest = size - first;
            at::Tensor block = product.narrow(0, first, count).narrow(1, first, rest);
            at::mm_out(block, values.narrow(1, first, count).t(), values.narrow(1, first, rest));
        }
        return product;
    }

    /// aᵀ b of fp32 a and bf16 b: a as the sum of two bf16 numbers has 16 bits.
    at::Tensor splitGram(const at::Tensor& a, const at::Tensor& b)
    {
        const at::Tensor high = a.to(at::kBFloat16), low = (a - high).to(at::kBFloat16);
        return halfGram(high, b).add_(halfGram(low, b));
    }

    at::Tensor gram(const at::Tensor& a, const at::Tensor& b, bool symmetric)
    {
        if (isHalf(b) && hasHalfUnits())
            return isHalf(a) ? halfGram(a, b) : splitGram(a, b);
        return symmetric ? upperGram(a) : singleGram(a, b);
    }

} // namespace

void MomentSum::add(const at::Tensor& a, const at::Tensor& b, double weight)
{
    const bool symmetric = a.is_same(b);
    const at::Tensor product = gram(a, b, symmetric);
    at::Tensor& sum = symmetric ? m_upper : m_sum;
    if (!sum.defined())
        sum = at::zeros(product.sizes(), at::kDouble);
    sum.add_(product, weight);
    m_tokens += weight * static_cast<double>(a.size(0));
}

at::Tensor MomentSum::mean() const
{
    if (!m_upper.defined())
        return m_sum.defined() ? m_sum / m_tokens : m_sum;
    at::Tensor sum = mirrored(m_upper);
    if (m_sum.defined())
        sum.add_(m_sum);
    return sum.div_(m_tokens);
}

at::Tensor damped(const at::Tensor& moment, double damping)
{
    at::Tensor out = moment.to(at::kDouble).clone();
    const double mean = out.diagonal().mean().item<double>();
    out.diagonal().add_(std::max(damping * mean, 1e-12));
    return out;
}

at::Tensor dampedRoot(const at::Tensor& moment, double damping)
{
    constexpr double most = 1;
    for (; damping < most; damping *= 10) {
        const auto [root, failed] = at::linalg_cholesky_ex(damped(moment, damping));
        if (failed.item<std::int32_t>() == 0)
            return root;
    }
    return at::linalg_cholesky(damped(moment, most));
}

at::Tensor solveRight(const at::Tensor& spd, const at::Tensor& right)
{
    const at::Tensor factor = at::linalg_cholesky(spd);
    return at::cholesky_solve(right.t().contiguous(), factor).t().contiguous();
}

at::Tensor refitted(const at::Tensor& weight, const at::Tensor& moment,
                    const at::Tensor& crossMoment, double damping)
{
    const at::Tensor residual = crossMoment - at::mm(weight, moment);
    return weight + solveRight(damped(moment, damping), residual);
}

double relativeError(const at::Tensor& weight, const at::Tensor& moment,
                     const at::Tensor& crossMoment, double targetEnergy)
{
    const double own = (at::mm(weight, moment) * weight).sum().item<double>();
    const double cross = (crossMoment * weight).sum().item<double>();
    return targetEnergy > 0 ? std::max(0.0, targetEnergy - 2 * cross + own) / targetEnergy : 0;
}

LowRankFactors lowRankFactors(const at::Tensor& weight, const at::Tensor& moment, std::int64_t rank)
{
    // A small ridge keeps inputs that never fire from making the triangular solve blow up.
    const at::Tensor root = dampedRoot(moment, 1e-6);
    const auto [u, sigma, vt] = at::linalg_svd(at::mm(weight, root), false);
    const at::Tensor left = u.narrow(1, 0, rank) * sigma.narrow(0, 0, rank).unsqueeze(0);
    const at::Tensor right = at::linalg_solve_triangular(root, vt.narrow(0, 0, rank), false, false);
    return { left.contiguous(), right.contiguous() };
}

namespace {

    std::vector<float> rootsOf(const at::Tensor& gram)
    {
        const at::Tensor values = at::linalg_eigvalsh(gram).clamp_min(0).sqrt().flip(0);
        return valuesOf(values);
    }

} // namespace

std::vector<float> singularValues(const at::Tensor& weight)
{
    const at::Tensor w = weight.to(at::kDouble);
    return rootsOf(w.size(0) <= w.size(1) ? at::mm(w, w.t()) : at::mm(w.t(), w));
}

std::vector<float> weightedSingularValues(const at::Tensor& weight, const at::Tensor& moment)
{
    const at::Tensor w = weight.to(at::kDouble);
    if (w.size(0) <= w.size(1))
        return rootsOf(at::mm(at::mm(w, moment), w.t()));
    const at::Tensor root = dampedRoot(moment, 1e-9);
    const at::Tensor product = at::mm(w, root);
    return rootsOf(at::mm(product.t(), product));
}

} // namespace schmidt
