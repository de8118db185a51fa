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

    /// The inputs of one group, in all rows.
    struct Group {
        std::int64_t index = 0, first = 0, size = 0;
        const float* moment = nullptr; ///< their part of C, [size, size]
    };

    /// One row of one group while it is refined.
    class RowRefinement {
    public:
        /// `slope` = the group's part of C (w - ŵ), kept up to date with every step.
        RowRefinement(VariantMatrix& matrix, const Group& group, std::int64_t row, float* slope)
            : m_group(group)
            , m_levels(1 << matrix.grid.bits)
            , m_codes(matrix.codes.data() + row * matrix.columns + group.first)
            , m_slope(slope)
        {
            const std::int64_t groups
                = (matrix.columns + matrix.grid.groupSize - 1) / matrix.grid.groupSize;
            const auto place = static_cast<std::size_t>(row * groups + group.index);
            m_scale = &matrix.scales[place];
            m_zero = matrix.zeros.empty() ? static_cast<float>(m_levels / 2) : matrix.zeros[place];
        }

        float value(std::int64_t index) const
        {
            return *m_scale * (static_cast<float>(m_codes[index]) - m_zero);
        }

        /// The codes c as they count, without their zero.
        void centredCodes(float* out) const
        {
            for (std::int64_t index = 0; index < m_group.size; ++index)
                out[index] = static_cast<float>(m_codes[index]) - m_zero;
        }

        /// ŵ moves along the group's codes c: the best step is cᵀ slope / cᵀ C c, where C c is
        /// `direction`.
        void refineScale(const float* direction)
        {
            double along = 0, curvature = 0;
            for (std::int64_t index = 0; index < m_group.size; ++index) {
                const double code = static_cast<double>(m_codes[index]) - m_zero;
                along += code * m_slope[index];
                curvature += code * direction[index];
            }
            if (curvature <= 0)
                return;
            const float moved = c10::Half(static_cast<float>(*m_scale + along / curvature));
            const float step = moved - *m_scale;
            // Rounding to fp16 may step past the optimum; further than twice there is a loss.
            if (step == 0 || !std::isfinite(moved) || moved == 0
                || 2 * step * along <= curvature * step * step)
                return;
            *m_scale = moved;
            kernels::subtractScaled(m_slope, direction, step, m_group.size);
        }

        void refineCodes()
        {
            const float scale = *m_scale;
            if (scale == 0)
                return;
            for (std::int64_t index = 0; index < m_group.size; ++index) {
                const float* row = m_group.moment + index * m_group.size;
                const int code = m_codes[index];
                const double wished = code
                    + static_cast<double>(m_slope[index])
                        / (static_cast<double>(row[index]) * scale);
                const int best
                    = static_cast<int>(std::clamp<double>(std::round(wished), 0.0, m_levels - 1.0));
                if (best == code)
                    continue;
                m_codes[index] = static_cast<std::uint8_t>(best);
                kernels::subtractScaled(m_slope, row, scale * static_cast<float>(best - code),
                                        m_group.size);
            }
        }

    private:
        const Group& m_group;
        int m_levels;
        std::uint8_t* m_codes;
        float* m_scale = nullptr;
        float m_zero = 0;
        float* m_slope;
    };

    /// Refines one group in all rows; the result [rows, size] is what was added to ŵ. `corner` is
    /// the group's part of C.
    at::Tensor refineGroup(VariantMatrix& matrix, const Group& group, const at::Tensor& corner,
                           const at::Tensor& slope)
    {
        const at::Tensor codes = at::empty({ matrix.rows, group.size }, at::kFloat);
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            RowRefinement(matrix, group, row, nullptr)
                .centredCodes(floats(codes) + row * group.size);
        const at::Tensor directions = at::mm(codes, corner);
        const at::Tensor change = at::empty_like(codes);
        at::parallel_for(0, matrix.rows, 16, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> local(static_cast<std::size_t>(group.size));
            for (std::int64_t row = begin; row < end; ++row) {
                std::copy_n(floats(slope) + row * matrix.columns + group.first, group.size,
                            local.begin());
                RowRefinement refinement(matrix, group, row, local.data());
                float* added = floats(change) + row * group.size;
                for (std::int64_t index = 0; index < group.size; ++index)
                    added[index] = -refinement.value(index);
                refinement.refineScale(floats(directions) + row * group.size);
                refinement.refineCodes();
                for (std::int64_t index = 0; index < group.size; ++index)
                    added[index] += refinement.value(index);
            }
        });
        return change;
    }

} // namespace

void refineCodes(VariantMatrix& matrix, const at::Tensor& weight, const at::Tensor& moment,
                 int rounds)
{
    const at::Tensor rounded = tensorOf(matrix.toDense(), { matrix.rows, matrix.columns });
    at::Tensor slope = at::mm(weight - rounded, moment);
    for (int round = 0; round < rounds; ++round)
        for (std::int64_t first = 0; first < matrix.columns; first += matrix.grid.groupSize) {
            const std::int64_t size
                = std::min<std::int64_t>(matrix.grid.groupSize, matrix.columns - first);
            const at::Tensor lines = moment.narrow(0, first, size);
            const at::Tensor corner = lines.narrow(1, first, size).contiguous();
            const Group group { first / matrix.grid.groupSize, first, size, floats(corner) };
            const at::Tensor change = refineGroup(matrix, group, corner, slope);
            slope.addmm_(change, lines, 1, -1);
        }
}

} // namespace schmidt
