// SPDX-License-Identifier: Apache-2.0
#include "engine/selection.h"

#include "engine/moments.h"
#include "engine/torch_model.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace schmidt {

namespace {

    /// Inputs removed together before the large inverse is brought up to date, and candidates
    /// among which they are chosen exactly.
    constexpr std::int64_t blockSize = 16, candidateCount = 96;

    at::Tensor indexOf(const std::vector<std::int64_t>& values)
    {
        return at::tensor(values, at::kLong);
    }

    /// Exact greedy choice inside a small candidate set from its part of C⁻¹ and of the Gram
    /// matrix of W's columns. Both are overwritten.
    std::vector<std::int64_t> chooseInside(std::vector<double>& inverse, std::vector<double>& gram,
                                           std::int64_t size, std::int64_t count)
    {
        std::vector<std::int64_t> chosen;
        std::vector<bool> gone(static_cast<std::size_t>(size), false);
        const auto at = [size](std::int64_t i, std::int64_t j) {
            return static_cast<std::size_t>(i * size + j);
        };
        std::vector<double> factor(static_cast<std::size_t>(size));
        while (static_cast<std::int64_t>(chosen.size()) < count) {
            std::int64_t best = -1;
            double lowest = std::numeric_limits<double>::infinity();
            for (std::int64_t p = 0; p < size; ++p)
                if (const double score = gram[at(p, p)] / inverse[at(p, p)];
                    !gone[static_cast<std::size_t>(p)] && score < lowest) {
                    lowest = score;
                    best = p;
                }
            if (best < 0)
                break;
            gone[static_cast<std::size_t>(best)] = true;
            chosen.push_back(best);
            const double pivot = inverse[at(best, best)], norm = gram[at(best, best)];
            for (std::int64_t j = 0; j < size; ++j)
                factor[static_cast<std::size_t>(j)] = inverse[at(best, j)] / pivot;
            const std::vector<double> column(gram.begin() + best * size,
                                             gram.begin() + (best + 1) * size);
            // w_j ← w_j - w_p f_j changes the Gram matrix by three rank-one terms.
            for (std::int64_t i = 0; i < size; ++i)
                for (std::int64_t j = 0; j < size; ++j) {
                    const double fi = factor[static_cast<std::size_t>(i)],
                                 fj = factor[static_cast<std::size_t>(j)];
                    gram[at(i, j)] += fi * fj * norm - fi * column[static_cast<std::size_t>(j)]
                        - fj * column[static_cast<std::size_t>(i)];
                    inverse[at(i, j)] -= fi * fj * pivot;
                }
        }
        return chosen;
    }

    /// A⁻¹ B for a symmetric positive definite A; B may be any view.
    at::Tensor solvedLeft(const at::Tensor& spd, const at::Tensor& right)
    {
        return at::cholesky_solve(right.contiguous(), at::linalg_cholesky(spd));
    }

    /// Removes inputs from the running state: C⁻¹ and the readjusted W.
    void downdate(at::Tensor& inverse, at::Tensor& weight, const at::Tensor& index)
    {
        const at::Tensor rows = inverse.index_select(0, index);
        const at::Tensor corner = rows.index_select(1, index);
        const at::Tensor solved = solvedLeft(corner, rows);
        weight.addmm_(weight.index_select(1, index), solved, 1, -1);
        inverse.addmm_(rows.t(), solved, 1, -1);
    }

    std::vector<double> doublesOf(const at::Tensor& tensor)
    {
        const at::Tensor plain = tensor.contiguous();
        return { plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel() };
    }

    /// The inputs not removed yet, with C⁻¹ and W over them. Removed ones leave the matrices now
    /// and then, so that every step costs what the remaining inputs cost.
    class RemovalState {
    public:
        RemovalState(const at::Tensor& weight, const at::Tensor& moment, double damping)
            : m_inverse(at::cholesky_inverse(at::linalg_cholesky(damped(moment, damping))))
            , m_weight(weight.to(at::kDouble).clone())
            , m_units(static_cast<std::size_t>(moment.size(0)))
            , m_gone(m_units.size(), false)
        {
            std::iota(m_units.begin(), m_units.end(), 0);
        }

        /// Removes the `count` inputs whose loss is smallest, one after the other; their numbers.
        std::vector<std::int32_t> removeBest(std::int64_t count)
        {
            const auto candidates = cheapest();
            const at::Tensor index = indexOf(candidates);
            const at::Tensor columns = m_weight.index_select(1, index);
            auto inverse = doublesOf(m_inverse.index_select(0, index).index_select(1, index));
            auto gram = doublesOf(at::mm(columns.t(), columns));
            const auto chosen
                = chooseInside(inverse, gram, static_cast<std::int64_t>(candidates.size()), count);
            std::vector<std::int64_t> positions;
            std::vector<std::int32_t> removed;
            for (const std::int64_t choice : chosen) {
                positions.push_back(candidates[static_cast<std::size_t>(choice)]);
                const auto position = static_cast<std::size_t>(positions.back());
                removed.push_back(m_units[position]);
                m_gone[position] = true;
            }
            m_removed += positions.size();
            if (m_removed < m_units.size())
                downdate(m_inverse, m_weight, indexOf(positions));
            if (m_removed * 8 > m_units.size())
                compact();
            return removed;
        }

    private:
        /// Positions of the candidates, the smallest loss first.
        std::vector<std::int64_t> cheapest() const
        {
            const auto scores = doublesOf(m_weight.square().sum(0) / m_inverse.diagonal());
            std::vector<std::int64_t> candidates;
            for (std::size_t position = 0; position < m_units.size(); ++position)
                if (!m_gone[position])
                    candidates.push_back(static_cast<std::int64_t>(position));
            const auto limit = std::min<std::size_t>(candidates.size(), candidateCount);
            std::partial_sort(candidates.begin(),
                              candidates.begin() + static_cast<std::ptrdiff_t>(limit),
                              candidates.end(), [&scores](std::int64_t a, std::int64_t b) {
                                  const double x = scores[static_cast<std::size_t>(a)],
                                               y = scores[static_cast<std::size_t>(b)];
                                  return x < y || (x == y && a < b);
                              });
            candidates.resize(limit);
            return candidates;
        }

        void compact()
        {
            std::vector<std::int64_t> positions;
            std::vector<std::int32_t> units;
            for (std::size_t position = 0; position < m_units.size(); ++position)
                if (!m_gone[position]) {
                    positions.push_back(static_cast<std::int64_t>(position));
                    units.push_back(m_units[position]);
                }
            const at::Tensor index = indexOf(positions);
            m_inverse = m_inverse.index_select(0, index).index_select(1, index);
            m_weight = m_weight.index_select(1, index);
            m_units = std::move(units);
            m_gone.assign(m_units.size(), false);
            m_removed = 0;
        }

        at::Tensor m_inverse, m_weight;
        std::vector<std::int32_t> m_units; ///< number of the input at each position
        std::vector<bool> m_gone;
        std::size_t m_removed = 0;
    };

} // namespace

UnitMeasures unitMeasures(const at::Tensor& weight, const at::Tensor& moment, double damping)
{
    const at::Tensor c = damped(moment, damping);
    const at::Tensor inverse = at::cholesky_inverse(at::linalg_cholesky(c));
    const at::Tensor norms = weight.to(at::kDouble).square().sum(0);
    const at::Tensor diagonal = c.diagonal();
    UnitMeasures out;
    out.energy = valuesOf(moment.diagonal() * norms);
    out.redundancy = valuesOf((1 - 1 / (diagonal * inverse.diagonal())).clamp(0, 1));
    out.score = valuesOf(norms / inverse.diagonal());
    const at::Tensor scale = moment.diagonal().clamp_min(1e-30).rsqrt();
    at::Tensor correlation = (moment * scale.unsqueeze(0) * scale.unsqueeze(1)).abs();
    correlation.diagonal().fill_(-1);
    const at::Tensor partner = correlation.argmax(1).to(at::kInt).contiguous();
    out.partner.assign(partner.data_ptr<std::int32_t>(),
                       partner.data_ptr<std::int32_t>() + partner.numel());
    return out;
}

std::vector<std::int32_t> removalOrder(const at::Tensor& weight, const at::Tensor& moment,
                                       double damping, std::int64_t keep)
{
    RemovalState state(weight, moment, damping);
    const std::int64_t count = moment.size(0);
    std::vector<std::int32_t> order;
    while (static_cast<std::int64_t>(order.size()) < count - keep) {
        const auto left = count - keep - static_cast<std::int64_t>(order.size());
        const auto removed = state.removeBest(std::min(blockSize, left));
        order.insert(order.end(), removed.begin(), removed.end());
    }
    return order;
}

GroupOrder groupRemovalOrder(const at::Tensor& weight, const at::Tensor& moment, double damping,
                             std::int64_t groupSize)
{
    const std::int64_t groups = moment.size(0) / groupSize;
    at::Tensor inverse = at::cholesky_inverse(at::linalg_cholesky(damped(moment, damping)));
    at::Tensor current = weight.to(at::kDouble).clone();
    GroupOrder out;
    std::vector<bool> gone(static_cast<std::size_t>(groups), false);
    for (std::int64_t step = 0; step < groups; ++step) {
        std::int64_t best = -1;
        double lowest = std::numeric_limits<double>::infinity();
        for (std::int64_t group = 0; group < groups; ++group) {
            if (gone[static_cast<std::size_t>(group)])
                continue;
            const at::Tensor columns = current.narrow(1, group * groupSize, groupSize);
            const at::Tensor corner = inverse.narrow(0, group * groupSize, groupSize)
                                          .narrow(1, group * groupSize, groupSize);
            const at::Tensor solved = solvedLeft(corner, columns.t());
            const double loss = (solved.t() * columns).sum().item<double>();
            if (step == 0)
                out.score.push_back(static_cast<float>(loss));
            if (loss < lowest) {
                lowest = loss;
                best = group;
            }
        }
        gone[static_cast<std::size_t>(best)] = true;
        out.order.push_back(static_cast<std::int32_t>(best));
        if (step + 1 < groups)
            downdate(inverse, current,
                     at::arange(best * groupSize, (best + 1) * groupSize, at::kLong));
    }
    return out;
}

std::vector<std::int32_t> keptAfter(const std::vector<std::int32_t>& order, std::int64_t count,
                                    std::int64_t keep)
{
    std::vector<bool> gone(static_cast<std::size_t>(count), false);
    for (std::int64_t index = 0; index < count - keep; ++index)
        gone[static_cast<std::size_t>(order[static_cast<std::size_t>(index)])] = true;
    std::vector<std::int32_t> kept;
    for (std::int64_t unit = 0; unit < count; ++unit)
        if (!gone[static_cast<std::size_t>(unit)])
            kept.push_back(static_cast<std::int32_t>(unit));
    return kept;
}

} // namespace schmidt
