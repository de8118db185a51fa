// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels.h"

#include "engine/kernel_parts.h"

#include <limits>

namespace schmidt::kernels {

namespace {

    template <typename Out>
    SCHMIDT_INLINE void rmsNorm(const float* x, const float* weight, float epsilon,
                                std::int64_t rows, std::int64_t width, Out* out)
    {
        for (std::int64_t row = 0; row < rows; ++row, x += width, out += width) {
            const float factor = inverseRms(x, width, epsilon);
            for (std::int64_t index = 0; index < width; ++index)
                store(out, index, x[index] * factor * weight[index]);
        }
    }

    template <typename In>
    SCHMIDT_INLINE void addRows(float* residual, const In* delta, std::int64_t count)
    {
        for (std::int64_t index = 0; index < count; ++index)
            residual[index] += load(delta, index);
    }

    template <typename Value>
    SCHMIDT_INLINE void gated(const Value* gateUp, std::int64_t rows, std::int64_t width,
                              Value* out)
    {
        for (std::int64_t row = 0; row < rows; ++row, gateUp += 2 * width, out += width)
            for (std::int64_t index = 0; index < width; ++index) {
                const float gate = load(gateUp, index);
                store(out, index, gate / (1.0F + fastExp(-gate)) * load(gateUp, width + index));
            }
    }

    template <typename Value>
    SCHMIDT_INLINE void rotate(const Value* in, const float* cosine, const float* sine,
                               const float* norm, float epsilon, std::int64_t dim, Value* out)
    {
        const std::int64_t half = dim / 2;
        if (!norm) {
            for (std::int64_t k = 0; k < half; ++k) {
                const float a = load(in, k), b = load(in, k + half);
                store(out, k, a * cosine[k] - b * sine[k]);
                store(out, k + half, b * cosine[k] + a * sine[k]);
            }
            return;
        }
        const float factor = inverseRms(in, dim, epsilon);
        for (std::int64_t k = 0; k < half; ++k) {
            const float a = load(in, k) * factor * norm[k],
                        b = load(in, k + half) * factor * norm[k + half];
            store(out, k, a * cosine[k] - b * sine[k]);
            store(out, k + half, b * cosine[k] + a * sine[k]);
        }
    }

    template <typename Value>
    SCHMIDT_INLINE RowScore scoreRow(const Value* logits, std::int64_t count)
    {
        float top = 0;
        const double sum = expSum(logits, count, top);
        RowScore score;
        while (load(logits, score.top) != top)
            ++score.top;
        score.logNormalizer = top + std::log(sum);
        return score;
    }

    template <typename Value>
    SCHMIDT_INLINE double crossTerm(const Value* teacher, const Value* student,
                                    double teacherNormalizer, std::int64_t count)
    {
        const float normalizer = static_cast<float>(teacherNormalizer);
        LaneSum sum;
        std::int64_t index = 0;
        for (; index + lanes <= count; index += lanes)
            for (std::int64_t lane = 0; lane < lanes; ++lane) {
                const float t = load(teacher, index + lane);
                sum.values[lane] += fastExp(t - normalizer) * (t - load(student, index + lane));
            }
        for (; index < count; ++index) {
            const float t = load(teacher, index);
            sum.values[0] += fastExp(t - normalizer) * (t - load(student, index));
        }
        return total(sum);
    }

    template <typename Value>
    SCHMIDT_INLINE void addProbabilities(const Value* logits, double logNormalizer,
                                         std::int64_t count, float* sums)
    {
        const float normalizer = static_cast<float>(logNormalizer);
        for (std::int64_t index = 0; index < count; ++index)
            sums[index] += fastExp(load(logits, index) - normalizer);
    }

    /// Products are summed in lanes of this width; heads are small, so that more would stay empty.
    constexpr std::int64_t headLanes = 16;

    template <typename Value>
    SCHMIDT_INLINE float dotProduct(const float* a, const Value* b, std::int64_t count)
    {
        float sums[headLanes] = {};
        std::int64_t index = 0;
        for (; index + headLanes <= count; index += headLanes)
            for (std::int64_t lane = 0; lane < headLanes; ++lane)
                sums[lane] += a[index + lane] * load(b, index + lane);
        for (; index < count; ++index)
            sums[0] += a[index] * load(b, index);
        float sum = 0;
        for (const float lane : sums)
            sum += lane;
        return sum;
    }

    template <typename Value>
    SCHMIDT_INLINE void attend(const Value* query, const Value* keys, const Value* values,
                               std::int64_t length, std::int64_t dim, float* weights, Value* out)
    {
        constexpr std::int64_t block = 256;
        float scaled[block], sums[block];
        const float scale = 1.0F / std::sqrt(static_cast<float>(dim));
        for (std::int64_t position = 0; position < length; ++position)
            weights[position] = 0;
        for (std::int64_t first = 0; first < dim; first += block) {
            const std::int64_t count = dim - first < block ? dim - first : block;
            for (std::int64_t index = 0; index < count; ++index)
                scaled[index] = load(query, first + index) * scale;
            for (std::int64_t position = 0; position < length; ++position)
                weights[position] += dotProduct(scaled, keys + position * dim + first, count);
        }
        float top = weights[0];
        for (std::int64_t position = 1; position < length; ++position)
            top = weights[position] > top ? weights[position] : top;
        float total = 0;
        for (std::int64_t position = 0; position < length; ++position) {
            weights[position] = fastExp(weights[position] - top);
            total += weights[position];
        }
        for (std::int64_t first = 0; first < dim; first += block) {
            const std::int64_t count = dim - first < block ? dim - first : block;
            for (std::int64_t index = 0; index < count; ++index)
                sums[index] = 0;
            for (std::int64_t position = 0; position < length; ++position) {
                const Value* row = values + position * dim + first;
                for (std::int64_t index = 0; index < count; ++index)
                    sums[index] += weights[position] * load(row, index);
            }
            for (std::int64_t index = 0; index < count; ++index)
                store(out, first + index, sums[index] / total);
        }
    }

    template <bool weighted>
    SCHMIDT_INLINE double gridErrorOf(const float* values, const float* importance,
                                      std::int64_t count, float scale, float zero, int levels)
    {
        constexpr std::int64_t width = 16;
        const float inverse = 1.0F / scale, highest = static_cast<float>(levels - 1);
        float sums[width] = {};
        const auto term = [&](std::int64_t index) {
            float code = rounded(values[index] * inverse + zero);
            code = code < 0.0F ? 0.0F : code;
            code = code > highest ? highest : code;
            const float difference = values[index] - scale * (code - zero);
            return (weighted ? importance[index] : 1.0F) * difference * difference;
        };
        std::int64_t index = 0;
        for (; index + width <= count; index += width)
            for (std::int64_t lane = 0; lane < width; ++lane)
                sums[lane] += term(index + lane);
        for (; index < count; ++index)
            sums[0] += term(index);
        double sum = 0;
        for (const float lane : sums)
            sum += lane;
        return sum;
    }

} // namespace

SCHMIDT_CLONES void rmsNormFloat(const float* x, const float* weight, float epsilon,
                                 std::int64_t rows, std::int64_t width, float* out)
{
    rmsNorm(x, weight, epsilon, rows, width, out);
}

SCHMIDT_CLONES void rmsNormHalf(const float* x, const float* weight, float epsilon,
                                std::int64_t rows, std::int64_t width, std::uint16_t* out)
{
    rmsNorm(x, weight, epsilon, rows, width, out);
}

SCHMIDT_CLONES void addFloat(float* residual, const float* delta, std::int64_t count)
{
    addRows(residual, delta, count);
}

SCHMIDT_CLONES void addHalf(float* residual, const std::uint16_t* delta, std::int64_t count)
{
    addRows(residual, delta, count);
}

SCHMIDT_CLONES void gatedFloat(const float* gateUp, std::int64_t rows, std::int64_t width,
                               float* out)
{
    gated(gateUp, rows, width, out);
}

SCHMIDT_CLONES void gatedHalf(const std::uint16_t* gateUp, std::int64_t rows, std::int64_t width,
                              std::uint16_t* out)
{
    gated(gateUp, rows, width, out);
}

SCHMIDT_CLONES void rotateFloat(const float* in, const float* cosine, const float* sine,
                                const float* norm, float epsilon, std::int64_t dim, float* out)
{
    rotate(in, cosine, sine, norm, epsilon, dim, out);
}

SCHMIDT_CLONES void rotateHalf(const std::uint16_t* in, const float* cosine, const float* sine,
                               const float* norm, float epsilon, std::int64_t dim,
                               std::uint16_t* out)
{
    rotate(in, cosine, sine, norm, epsilon, dim, out);
}

SCHMIDT_CLONES void attendFloat(const float* query, const float* keys, const float* values,
                                std::int64_t length, std::int64_t dim, float* weights, float* out)
{
    attend(query, keys, values, length, dim, weights, out);
}

SCHMIDT_CLONES void attendHalf(const std::uint16_t* query, const std::uint16_t* keys,
                               const std::uint16_t* values, std::int64_t length, std::int64_t dim,
                               float* weights, std::uint16_t* out)
{
    attend(query, keys, values, length, dim, weights, out);
}

SCHMIDT_CLONES RowScore scoreRowFloat(const float* logits, std::int64_t count)
{
    return scoreRow(logits, count);
}

SCHMIDT_CLONES RowScore scoreRowHalf(const std::uint16_t* logits, std::int64_t count)
{
    return scoreRow(logits, count);
}

SCHMIDT_CLONES double crossTermFloat(const float* teacher, const float* student,
                                     double teacherNormalizer, std::int64_t count)
{
    return crossTerm(teacher, student, teacherNormalizer, count);
}

SCHMIDT_CLONES double crossTermHalf(const std::uint16_t* teacher, const std::uint16_t* student,
                                    double teacherNormalizer, std::int64_t count)
{
    return crossTerm(teacher, student, teacherNormalizer, count);
}

SCHMIDT_CLONES void addProbabilitiesFloat(const float* logits, double logNormalizer,
                                          std::int64_t count, float* sums)
{
    addProbabilities(logits, logNormalizer, count, sums);
}

SCHMIDT_CLONES void addProbabilitiesHalf(const std::uint16_t* logits, double logNormalizer,
                                         std::int64_t count, float* sums)
{
    addProbabilities(logits, logNormalizer, count, sums);
}

SCHMIDT_CLONES double expWeights(const float* logits, std::int64_t count, float top,
                                 float inverseTemperature, float* out)
{
    LaneSum sum;
    std::int64_t index = 0;
    for (; index + lanes <= count; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float weight = fastExp((logits[index + lane] - top) * inverseTemperature);
            out[index + lane] = weight;
            sum.values[lane] += weight;
        }
    for (; index < count; ++index) {
        out[index] = fastExp((logits[index] - top) * inverseTemperature);
        sum.values[0] += out[index];
    }
    return total(sum);
}

SCHMIDT_CLONES float attentionWeightsHalf(float* scores, std::int64_t visible, std::int64_t count,
                                          float scale, std::uint16_t* weights, float& logSum)
{
    for (std::int64_t index = visible; index < count; ++index)
        scores[index] = scores[0];
    float largest[lanes];
    for (std::int64_t lane = 0; lane < lanes; ++lane)
        largest[lane] = scores[lane];
    for (std::int64_t index = lanes; index < count; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float score = scores[index + lane];
            largest[lane] = score > largest[lane] ? score : largest[lane];
        }
    for (std::int64_t half = lanes / 2; half > 0; half /= 2)
        for (std::int64_t lane = 0; lane < half; ++lane)
            largest[lane]
                = largest[lane] > largest[lane + half] ? largest[lane] : largest[lane + half];
    const float top = largest[0];
    for (std::int64_t index = visible; index < count; ++index)
        scores[index] = -std::numeric_limits<float>::max();
    const float perOctave = scale * 1.44269504F;
    LaneSum sum;
    for (std::int64_t index = 0; index < count; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float weight = coarsePower((scores[index + lane] - top) * perOctave);
            store(weights, index + lane, weight);
            sum.values[lane] += weight;
        }
    for (std::int64_t index = visible; index < count; ++index)
        weights[index] = 0;
    const float whole = foldedTotal(sum);
    logSum = scale * top + std::log(whole);
    return whole;
}

SCHMIDT_CLONES void scaledHalf(const float* values, float factor, std::int64_t count,
                               std::uint16_t* out)
{
    for (std::int64_t index = 0; index < count; ++index)
        store(out, index, values[index] * factor);
}

SCHMIDT_CLONES void subtractScaled(float* row, const float* other, float factor, std::int64_t count)
{
    for (std::int64_t index = 0; index < count; ++index)
        row[index] -= factor * other[index];
}

SCHMIDT_CLONES void packPairs(const std::uint16_t* in, std::int64_t count, std::int64_t stride,
                              std::int64_t columns, std::int64_t width, std::int64_t rows,
                              std::uint32_t* out)
{
    for (std::int64_t row = 0; row < rows; row += 2, out += width) {
        const std::uint16_t *first = in + row * stride, *second = first + stride;
        const std::int64_t filled = row < count ? columns : 0;
        if (row + 1 < count)
            for (std::int64_t column = 0; column < filled; ++column)
                out[column] = first[column] | static_cast<std::uint32_t>(second[column]) << 16;
        else
            for (std::int64_t column = 0; column < filled; ++column)
                out[column] = first[column];
        for (std::int64_t column = filled; column < width; ++column)
            out[column] = 0;
    }
}

SCHMIDT_CLONES void transposePairs(const std::uint32_t* in, std::int64_t rows, std::int64_t columns,
                                   std::int64_t stride, std::uint32_t* out)
{
    constexpr std::int64_t side = 16;
    for (std::int64_t row = 0; row < rows; row += side)
        for (std::int64_t column = 0; column < columns; column += side) {
            std::uint32_t block[side][side];
            for (std::int64_t i = 0; i < side; ++i)
                for (std::int64_t j = 0; j < side; ++j)
                    block[j][i] = in[(row + i) * columns + column + j];
            for (std::int64_t j = 0; j < side; ++j)
                for (std::int64_t i = 0; i < side; ++i)
                    out[(column + j) * stride + row + i] = block[j][i];
        }
}

SCHMIDT_CLONES double gridError(const float* values, const float* importance, std::int64_t count,
                                float scale, float zero, int levels)
{
    return importance ? gridErrorOf<true>(values, importance, count, scale, zero, levels)
                      : gridErrorOf<false>(values, nullptr, count, scale, zero, levels);
}

} // namespace schmidt::kernels
