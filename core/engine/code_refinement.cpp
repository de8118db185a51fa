// SPDX-License-Identifier: Apache-2.0
#include "engine/code_refinement.h"

#include "engine/kernels.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/util/Half.h>
#include <cmath>

namespace schmidt {

namespace {

    /// One row of the matrix while it is refined.
    class RowRefinement {
    public:
        /// `slope` = C (w - ŵ), kept up to date with every step; `moment` row-major [n, n].
        RowRefinement(VariantMatrix& matrix, std::int64_t row, const float* moment, float* slope)
            : m_matrix(matrix)
            , m_columns(matrix.columns)
            , m_groups((matrix.columns + matrix.grid.groupSize - 1) / matrix.grid.groupSize)
            , m_codes(matrix.codes.data() + row * m_columns)
            , m_scales(matrix.scales.data() + row * m_groups)
            , m_zeros(matrix.zeros.empty() ? nullptr : matrix.zeros.data() + row * m_groups)
            , m_moment(moment)
            , m_slope(slope)
            , m_direction(static_cast<std::size_t>(m_columns))
        {
        }

        void refineScales()
        {
            for (std::int64_t group = 0; group < m_groups; ++group)
                refineScale(group);
        }

        void refineCodes()
        {
            const int levels = 1 << m_matrix.grid.bits;
            for (std::int64_t column = 0; column < m_columns; ++column) {
                const std::int64_t group = column / m_matrix.grid.groupSize;
                const float scale = m_scales[group];
                if (scale == 0)
                    continue;
                const float* row = m_moment + column * m_columns;
                const int code = m_codes[column];
                const double wished = code
                    + static_cast<double>(m_slope[column])
                        / (static_cast<double>(row[column]) * scale);
                const int best
                    = static_cast<int>(std::clamp<double>(std::round(wished), 0.0, levels - 1.0));
                if (best == code)
                    continue;
                m_codes[column] = static_cast<std::uint8_t>(best);
                kernels::subtractScaled(m_slope, row, scale * static_cast<float>(best - code),
                                        m_columns);
            }
        }

    private:
        float zero(std::int64_t group) const
        {
            return m_zeros ? m_zeros[group] : static_cast<float>(1 << (m_matrix.grid.bits - 1));
        }

        /// ŵ moves along the group's codes c: the best step is cᵀ slope / cᵀ C c.
        void refineScale(std::int64_t group)
        {
            const std::int64_t first = group * m_matrix.grid.groupSize,
                               last = std::min(first + m_matrix.grid.groupSize, m_columns);
            std::fill(m_direction.begin(), m_direction.end(), 0.0F);
            double along = 0;
            for (std::int64_t column = first; column < last; ++column) {
                const float code = static_cast<float>(m_codes[column]) - zero(group);
                along += static_cast<double>(code) * m_slope[column];
                kernels::subtractScaled(m_direction.data(), m_moment + column * m_columns, -code,
                                        m_columns);
            }
            double curvature = 0;
            for (std::int64_t column = first; column < last; ++column)
                curvature += (static_cast<double>(m_codes[column]) - zero(group))
                    * m_direction[static_cast<std::size_t>(column)];
            if (curvature <= 0)
                return;
            const float moved = c10::Half(static_cast<float>(m_scales[group] + along / curvature));
            const float step = moved - m_scales[group];
            // Rounding to fp16 may step past the optimum; further than twice there is a loss.
            if (step == 0 || !std::isfinite(moved) || moved == 0
                || 2 * step * along <= curvature * step * step)
                return;
            m_scales[group] = moved;
            kernels::subtractScaled(m_slope, m_direction.data(), step, m_columns);
        }

        VariantMatrix& m_matrix;
        std::int64_t m_columns, m_groups;
        std::uint8_t* m_codes;
        float* m_scales;
        const float* m_zeros;
        const float* m_moment;
        float* m_slope;
        std::vector<float> m_direction;
    };

} // namespace

void refineCodes(VariantMatrix& matrix, const at::Tensor& weight, const at::Tensor& moment,
                 int rounds)
{
    const at::Tensor rounded = tensorOf(matrix.toDense(), { matrix.rows, matrix.columns });
    const at::Tensor slope
        = at::mm(weight.to(at::kDouble) - rounded, moment).to(at::kFloat).contiguous();
    const at::Tensor plain = moment.to(at::kFloat).contiguous();
    at::parallel_for(0, matrix.rows, 4, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            RowRefinement refinement(matrix, row, floats(plain),
                                     floats(slope) + row * matrix.columns);
            for (int round = 0; round < rounds; ++round) {
                refinement.refineScales();
                refinement.refineCodes();
            }
        }
    });
}

} // namespace schmidt
