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

    /// Codes, scales and zeros of one matrix while it is rounded.
    struct Target {
        QuantGrid grid;
        std::int64_t rows = 0, columns = 0, groups = 0;
        std::uint8_t* codes = nullptr; ///< [rows, columns]
        float* scales = nullptr; ///< [rows, groups]
        float* zeros = nullptr; ///< the same, or null for symmetric grids

        int levels() const { return 1 << grid.bits; }
        GroupScale scaleOf(std::int64_t row, std::int64_t group) const
        {
            const std::int64_t place = row * groups + group;
            return { scales[place], zeros ? zeros[place] : static_cast<float>(levels() / 2) };
        }
    };

    /// Scales from the weights [rows, columns] as they are; `importance` of the columns may be
    /// empty.
    void chooseScales(const Target& target, const float* weight,
                      const std::vector<float>& importance)
    {
        at::parallel_for(0, target.rows, 16, [&](std::int64_t begin, std::int64_t end) {
            const std::int64_t size = target.grid.groupSize;
            for (std::int64_t row = begin; row < end; ++row)
                for (std::int64_t group = 0; group < target.groups; ++group) {
                    const std::int64_t first = group * size;
                    const GroupScale chosen
                        = chooseScale(weight + row * target.columns + first,
                                      importance.empty() ? nullptr : importance.data() + first,
                                      std::min(size, target.columns - first), target.grid);
                    target.scales[row * target.groups + group] = chosen.scale;
                    if (target.zeros)
                        target.zeros[row * target.groups + group] = chosen.zero;
                }
        });
    }

    /// Every weight to its nearest point.
    void roundPlain(const Target& target, const float* weight)
    {
        at::parallel_for(0, target.rows, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row)
                for (std::int64_t column = 0; column < target.columns; ++column) {
                    const std::int64_t place = row * target.columns + column;
                    target.codes[place] = static_cast<std::uint8_t>(
                        codeOf(weight[place], target.scaleOf(row, column / target.grid.groupSize),
                               target.levels()));
                }
        });
    }

    /// Neighbouring steps of compensated rounding.
    struct Steps {
        std::int64_t first = 0, count = 0;
    };

    /// Rounds the inputs of some steps in all rows. What an input loses is made good by those of
    /// the same steps at once; `errors` [rows, steps] says what the later ones have to make good.
    /// `values` [rows, columns] is what is left of the weights, in the metric's order.
    void roundSteps(const Target& target, const Steps& steps, const RoundingMetric& metric,
                    const at::Tensor& values, const at::Tensor& errors)
    {
        at::parallel_for(0, target.rows, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                float* left = floats(values) + row * target.columns + steps.first;
                float* lost = floats(errors) + row * steps.count;
                for (std::int64_t step = 0; step < steps.count; ++step) {
                    const std::int64_t column
                        = metric.order[static_cast<std::size_t>(steps.first + step)];
                    const float* upper
                        = floats(metric.factor) + (steps.first + step) * (target.columns + 1);
                    const GroupScale group = target.scaleOf(row, column / target.grid.groupSize);
                    const int code = codeOf(left[step], group, target.levels());
                    target.codes[row * target.columns + column] = static_cast<std::uint8_t>(code);
                    const float back = group.scale * (static_cast<float>(code) - group.zero);
                    lost[step] = (left[step] - back) / upper[0];
                    kernels::subtractScaled(left + step + 1, upper + 1, lost[step],
                                            steps.count - step - 1);
                }
            }
        });
    }

    /// Rounds input after input, those that matter most first; what an input loses is made good by
    /// those that are still to come.
    void roundCompensated(const Target& target, const at::Tensor& weight,
                          const RoundingMetric& metric)
    {
        // Inputs rounded before all later ones are brought up to date by one product.
        constexpr std::int64_t together = 64;
        const at::Tensor values = weight.index_select(1, at::tensor(metric.order, at::kLong));
        for (std::int64_t first = 0; first < target.columns; first += together) {
            const std::int64_t count = std::min(together, target.columns - first),
                               next = first + count, later = target.columns - next;
            const at::Tensor errors = at::empty({ target.rows, count }, at::kFloat);
            roundSteps(target, { first, count }, metric, values, errors);
            if (later > 0)
                values.narrow(1, next, later)
                    .addmm_(errors, metric.factor.narrow(0, first, count).narrow(1, next, later), 1,
                            -1);
        }
    }

    /// Turns of refinement after rounding; more change next to nothing.
    constexpr int refinementRounds = 3;

} // namespace

RoundingMetric::RoundingMetric(const at::Tensor& moment)
{
    const at::Tensor regular = schmidt::damped(moment, gptqDamping);
    const at::Tensor places = at::argsort(regular.diagonal(), true, 0, true);
    const at::Tensor inverse = at::cholesky_inverse(
        at::linalg_cholesky(regular.index_select(0, places).index_select(1, places)));
    damped = regular.to(at::kFloat).contiguous();
    order.assign(places.data_ptr<std::int64_t>(), places.data_ptr<std::int64_t>() + places.numel());
    factor = at::linalg_cholesky(inverse, true).to(at::kFloat).contiguous();
}

const RoundingMetric& RoundingMetrics::of(const at::Tensor& moment)
{
    constexpr std::size_t most = 4; // the inputs of attention, its output, the MLP and its output
    for (const auto& [known, metric] : m_known)
        if (known.is_same(moment))
            return metric;
    if (m_known.size() == most)
        m_known.pop_front();
    return m_known.emplace_back(moment, RoundingMetric(moment)).second;
}

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
    RoundingMetrics metrics;
    return quantizedMatrix(weight, moment, scheme, metrics);
}

VariantMatrix quantizedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme, RoundingMetrics& metrics)
{
    if (scheme.kind == SchemeKind::Keep)
        return denseMatrix(weight);
    VariantMatrix matrix;
    matrix.rows = weight.size(0);
    matrix.columns = weight.size(1);
    matrix.grid = scheme.grid;
    const std::int64_t groups
        = (matrix.columns + scheme.grid.groupSize - 1) / scheme.grid.groupSize;
    matrix.codes.resize(static_cast<std::size_t>(matrix.rows * matrix.columns));
    matrix.scales.resize(static_cast<std::size_t>(matrix.rows * groups));
    if (!scheme.grid.symmetric)
        matrix.zeros.resize(matrix.scales.size());
    const Target target { scheme.grid,
                          matrix.rows,
                          matrix.columns,
                          groups,
                          matrix.codes.data(),
                          matrix.scales.data(),
                          matrix.zeros.empty() ? nullptr : matrix.zeros.data() };
    const at::Tensor plain = weight.to(at::kFloat).contiguous();
    chooseScales(target, floats(plain),
                 moment.defined() ? valuesOf(moment.diagonal()) : std::vector<float>());
    if (!moment.defined() || scheme.kind != SchemeKind::Gptq) {
        roundPlain(target, floats(plain));
        return matrix;
    }
    const RoundingMetric& metric = metrics.of(moment);
    roundCompensated(target, plain, metric);
    refineCodes(matrix, plain, metric.damped, refinementRounds);
    return matrix;
}

namespace {

    /// Rounds of quantizing and finding factors; every one costs a whole quantization.
    constexpr int correctionRounds = 2;

} // namespace

void setFactors(VariantMatrix& matrix, const at::Tensor& left, const at::Tensor& right)
{
    const at::Tensor leftPeak = std::get<0>(left.abs().max(0)).clamp_min(1e-30),
                     rightPeak = std::get<0>(right.abs().max(1)).clamp_min(1e-30);
    const at::Tensor scale = (rightPeak / leftPeak).sqrt();
    matrix.rank = left.size(1);
    matrix.left = valuesOf((left * scale.unsqueeze(0)).to(at::kHalf));
    matrix.right = valuesOf((right / scale.unsqueeze(1)).to(at::kHalf));
}

VariantMatrix correctedMatrix(const at::Tensor& weight, const at::Tensor& moment,
                              const Scheme& scheme, std::int64_t rank)
{
    const at::Tensor exact = weight.to(at::kDouble);
    VariantMatrix best;
    double lowest = std::numeric_limits<double>::infinity();
    at::Tensor product = at::zeros_like(exact);
    RoundingMetrics metrics;
    for (int round = 0; round < correctionRounds; ++round) {
        VariantMatrix matrix
            = quantizedMatrix((exact - product).to(at::kFloat), moment, scheme, metrics);
        const at::Tensor grid = denseOf(matrix).to(at::kDouble);
        const LowRankFactors factors = lowRankFactors(exact - grid, moment, rank);
        setFactors(matrix, factors.left, factors.right);
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
