// SPDX-License-Identifier: Apache-2.0
#include "engine/quantizers.h"

#include "engine/code_refinement.h"
#include "engine/kernels.h"
#include "engine/moments.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <array>
#include <c10/util/Half.h>
#include <cmath>
#include <limits>

namespace schmidt {

namespace {

    /// Damping of the second moment in GPTQ, as the paper uses it.
    constexpr double gptqDamping = 0.01;

    float halfRounded(double value)
    {
        return static_cast<float>(c10::Half(static_cast<float>(value)));
    }

    struct GroupScale {
        float scale = 0, zero = 0;
    };

    int codeOf(float value, const GroupScale& group, int levels)
    {
        if (group.scale == 0)
            return static_cast<int>(std::lround(group.zero));
        const auto code = static_cast<int>(std::lround(value / group.scale + group.zero));
        return std::clamp(code, 0, levels - 1);
    }

    /// Scale (and zero) of one group: the best of a range of clipping ratios; symmetric grids try
    /// both orientations, as their range is one step longer on one side.
    GroupScale chooseScale(const float* values, const float* importance, std::int64_t size,
                           const QuantGrid& grid)
    {
        const int levels = 1 << grid.bits;
        const auto [low, high] = std::minmax_element(values, values + size);
        const double minimum = *low, maximum = *high;
        const float middle = static_cast<float>(levels / 2);
        GroupScale best { 0, grid.symmetric ? middle : 0 };
        double lowest = std::numeric_limits<double>::infinity();
        const auto consider = [&](GroupScale candidate) {
            const double error = candidate.scale == 0
                ? lowest
                : kernels::gridError(values, importance, size, candidate.scale, candidate.zero,
                                     levels);
            if (error < lowest) {
                lowest = error;
                best = candidate;
            }
        };
        constexpr int steps = 10;
        for (int step = 0; step < steps; ++step) {
            const double ratio = 1.0 - 0.05 * step;
            if (grid.symmetric) {
                const double extreme = std::max(std::abs(minimum), std::abs(maximum)) * ratio;
                const float scale = halfRounded(extreme / middle);
                consider({ scale, middle });
                consider({ -scale, middle });
                continue;
            }
            const double bottom = std::min(0.0, minimum) * ratio,
                         top = std::max(0.0, maximum) * ratio;
            const float scale = halfRounded((top - bottom) / (levels - 1));
            consider({ scale, scale > 0 ? halfRounded(-bottom / scale) : 0.0F });
        }
        return best;
    }

    /// Everything the rows share.
    struct Sweep {
        QuantGrid grid;
        std::int64_t columns = 0;
        std::vector<float> importance; ///< diagonal of the second moment, or empty
        /// Inputs in the order in which they are rounded, and the upper Cholesky factor of the
        /// inverse moment in that order; both empty where rounding is not compensated.
        std::vector<std::int64_t> order;
        std::vector<float> factor;
    };

    /// Codes, scales and zeros of one matrix while it is rounded.
    struct Target {
        float* values = nullptr; ///< [rows, columns] in the order of the sweep; what is left
        std::uint8_t* codes = nullptr; ///< in the order of the matrix
        float* scales = nullptr; ///< [rows, groups]
        float* zeros = nullptr; ///< the same, or null for symmetric grids
    };

    /// Rows rounded together: each row of the factor is read once for all of them, and their
    /// remainders still fit the second cache.
    constexpr std::int64_t tileRows = 16;

    /// Scales of rows [begin, end) from the weights as they are.
    void chooseScales(const Sweep& sweep, const float* weight, const Target& target,
                      std::int64_t begin, std::int64_t end)
    {
        const std::int64_t columns = sweep.columns, size = sweep.grid.groupSize,
                           groups = (columns + size - 1) / size;
        for (std::int64_t row = begin; row < end; ++row)
            for (std::int64_t group = 0; group < groups; ++group) {
                const std::int64_t first = group * size;
                const GroupScale chosen = chooseScale(
                    weight + row * columns + first,
                    sweep.importance.empty() ? nullptr : sweep.importance.data() + first,
                    std::min(size, columns - first), sweep.grid);
                target.scales[row * groups + group] = chosen.scale;
                if (target.zeros)
                    target.zeros[row * groups + group] = chosen.zero;
            }
    }

    /// Rounds rows [begin, end), input after input; what an input loses is made good by those that
    /// are still to come.
    void roundRows(const Sweep& sweep, const Target& target, std::int64_t begin, std::int64_t end)
    {
        const int levels = 1 << sweep.grid.bits;
        const std::int64_t columns = sweep.columns,
                           groups = (columns + sweep.grid.groupSize - 1) / sweep.grid.groupSize;
        for (std::int64_t step = 0; step < columns; ++step) {
            const std::int64_t column
                = sweep.order.empty() ? step : sweep.order[static_cast<std::size_t>(step)];
            for (std::int64_t row = begin; row < end; ++row) {
                const std::int64_t place = row * groups + column / sweep.grid.groupSize;
                const GroupScale group { target.scales[place],
                                         target.zeros ? target.zeros[place]
                                                      : static_cast<float>(levels / 2) };
                float* values = target.values + row * columns;
                const int code = codeOf(values[step], group, levels);
                target.codes[row * columns + column] = static_cast<std::uint8_t>(code);
                if (sweep.factor.empty())
                    continue;
                const float* upper = sweep.factor.data() + step * columns;
                const float back = group.scale * (static_cast<float>(code) - group.zero);
                const float error = (values[step] - back) / upper[step];
                kernels::subtractScaled(values + step + 1, upper + step + 1, error,
                                        columns - step - 1);
            }
        }
    }

    /// Turns of refinement after rounding; more change next to nothing.
    constexpr int refinementRounds = 3;

    /// The order of falling input energy: the inputs that matter most are rounded while all others
    /// can still make good for them.
    at::Tensor roundingOrder(const at::Tensor& moment)
    {
        return at::argsort(moment.diagonal(), true, 0, true);
    }

} // namespace

VariantMatrix denseMatrix(const at::Tensor& weight)
{
    VariantMatrix matrix;
    matrix.rows = weight.size(0);
    matrix.columns = weight.size(1);
    matrix.dense = valuesOf(weight.to(at::kFloat).to(at::kHalf));
    return matrix;
}

VariantMatrix quantizedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme)
{
    if (scheme.kind == SchemeKind::Keep)
        return denseMatrix(weight);
    VariantMatrix matrix;
    matrix.rows = weight.size(0);
    matrix.columns = weight.size(1);
    matrix.grid = scheme.grid;
    Sweep sweep { scheme.grid, matrix.columns, {}, {}, {} };
    const bool compensated = moment.defined() && scheme.kind == SchemeKind::Gptq;
    at::Tensor regular, ordered = weight.to(at::kFloat);
    if (moment.defined())
        sweep.importance = valuesOf(moment.diagonal());
    if (compensated) {
        regular = damped(moment, gptqDamping);
        const at::Tensor order = roundingOrder(regular);
        sweep.order.assign(order.data_ptr<std::int64_t>(),
                           order.data_ptr<std::int64_t>() + order.numel());
        const at::Tensor inverse = at::cholesky_inverse(
            at::linalg_cholesky(regular.index_select(0, order).index_select(1, order)));
        sweep.factor = valuesOf(at::linalg_cholesky(inverse, true));
        ordered = ordered.index_select(1, order);
    }
    const std::vector<float> plain = valuesOf(weight);
    std::vector<float> values = valuesOf(ordered);
    const std::int64_t groups
        = (matrix.columns + scheme.grid.groupSize - 1) / scheme.grid.groupSize;
    matrix.codes.resize(values.size());
    matrix.scales.resize(static_cast<std::size_t>(matrix.rows * groups));
    if (!scheme.grid.symmetric)
        matrix.zeros.resize(matrix.scales.size());
    const Target target { values.data(), matrix.codes.data(), matrix.scales.data(),
                          matrix.zeros.empty() ? nullptr : matrix.zeros.data() };
    const std::int64_t tiles = (matrix.rows + tileRows - 1) / tileRows;
    at::parallel_for(0, tiles, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t tile = begin; tile < end; ++tile) {
            const std::int64_t first = tile * tileRows,
                               last = std::min(first + tileRows, matrix.rows);
            chooseScales(sweep, plain.data(), target, first, last);
            roundRows(sweep, target, first, last);
        }
    });
    if (compensated)
        refineCodes(matrix, weight, regular, refinementRounds);
    return matrix;
}

namespace {

    /// Rounds of quantizing and finding factors; every one costs a whole quantization.
    constexpr int correctionRounds = 2;

    /// Factors in halves, each pair scaled so that both have the same largest number: the inputs'
    /// energy would else push one of them out of range.
    void setFactors(VariantMatrix& matrix, const LowRankFactors& factors)
    {
        const at::Tensor leftPeak = std::get<0>(factors.left.abs().max(0)).clamp_min(1e-30),
                         rightPeak = std::get<0>(factors.right.abs().max(1)).clamp_min(1e-30);
        const at::Tensor scale = (rightPeak / leftPeak).sqrt();
        matrix.rank = factors.left.size(1);
        matrix.left = valuesOf((factors.left * scale.unsqueeze(0)).to(at::kHalf));
        matrix.right = valuesOf((factors.right / scale.unsqueeze(1)).to(at::kHalf));
    }

} // namespace

VariantMatrix correctedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme, std::int64_t rank)
{
    const at::Tensor exact = weight.to(at::kDouble);
    VariantMatrix best;
    double lowest = std::numeric_limits<double>::infinity();
    at::Tensor product = at::zeros_like(exact);
    for (int round = 0; round < correctionRounds; ++round) {
        VariantMatrix matrix = quantizedMatrix((exact - product).to(at::kFloat), moment, scheme);
        const at::Tensor grid = denseOf(matrix).to(at::kDouble);
        setFactors(matrix, lowRankFactors(exact - grid, moment, rank));
        product = at::mm(tensorOf(matrix.left, { matrix.rows, rank }).to(at::kDouble),
                         tensorOf(matrix.right, { rank, matrix.columns }).to(at::kDouble));
        const at::Tensor rest = exact - grid - product;
        const double error = (at::mm(rest, moment.to(at::kDouble)) * rest).sum().item<double>();
        if (error < lowest) {
            lowest = error;
            best = std::move(matrix);
        }
    }
    return best;
}

at::Tensor denseOf(const VariantMatrix& matrix)
{
    return tensorOf(matrix.toDense(), { matrix.rows, matrix.columns });
}

} // namespace schmidt
