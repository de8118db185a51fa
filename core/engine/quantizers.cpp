// SPDX-License-Identifier: Apache-2.0
#include "engine/quantizers.h"

#include "engine/kernels.h"
#include "engine/moments.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <algorithm>
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
        std::vector<float> factor; ///< upper Cholesky factor of the inverse moment, or empty
    };

    void quantizeRow(const Sweep& sweep, float* row, std::uint8_t* codes, float* scales,
                     float* zeros)
    {
        const int levels = 1 << sweep.grid.bits;
        const std::int64_t groupSize = sweep.grid.groupSize;
        GroupScale group;
        for (std::int64_t j = 0; j < sweep.columns; ++j) {
            if (j % groupSize == 0) {
                group = chooseScale(
                    row + j, sweep.importance.empty() ? nullptr : sweep.importance.data() + j,
                    std::min(groupSize, sweep.columns - j), sweep.grid);
                scales[j / groupSize] = group.scale;
                if (zeros)
                    zeros[j / groupSize] = group.zero;
            }
            const int code = codeOf(row[j], group, levels);
            codes[j] = static_cast<std::uint8_t>(code);
            if (sweep.factor.empty())
                continue;
            const float* upper = sweep.factor.data() + j * sweep.columns;
            const float back = group.scale * (static_cast<float>(code) - group.zero);
            const float error = (row[j] - back) / upper[j];
            kernels::subtractScaled(row + j + 1, upper + j + 1, error, sweep.columns - j - 1);
        }
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
    Sweep sweep { scheme.grid, matrix.columns, {}, {} };
    if (moment.defined()) {
        sweep.importance = valuesOf(moment.diagonal());
        if (scheme.kind == SchemeKind::Gptq) {
            const at::Tensor inverse
                = at::cholesky_inverse(at::linalg_cholesky(damped(moment, gptqDamping)));
            sweep.factor = valuesOf(at::linalg_cholesky(inverse, true));
        }
    }
    std::vector<float> values = valuesOf(weight);
    const std::int64_t groups
        = (matrix.columns + scheme.grid.groupSize - 1) / scheme.grid.groupSize;
    matrix.codes.resize(values.size());
    matrix.scales.resize(static_cast<std::size_t>(matrix.rows * groups));
    if (!scheme.grid.symmetric)
        matrix.zeros.resize(matrix.scales.size());
    at::parallel_for(0, matrix.rows, 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            quantizeRow(sweep, values.data() + row * matrix.columns,
                        matrix.codes.data() + row * matrix.columns,
                        matrix.scales.data() + row * groups,
                        matrix.zeros.empty() ? nullptr : matrix.zeros.data() + row * groups);
    });
    return matrix;
}

at::Tensor denseOf(const VariantMatrix& matrix)
{
    return tensorOf(matrix.toDense(), { matrix.rows, matrix.columns });
}

} // namespace schmidt
