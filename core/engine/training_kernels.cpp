// SPDX-License-Identifier: Apache-2.0
#include "engine/training_kernels.h"

#include "engine/kernel_parts.h"

namespace schmidt::kernels {

namespace {

    /// ln Σ exp(logit) of a row.
    template <typename Value>
    SCHMIDT_INLINE double logNormalizer(const Value* logits, std::int64_t count)
    {
        float top = 0;
        const double sum = expSum(logits, count, top);
        return top + std::log(sum);
    }

    template <typename Value>
    SCHMIDT_INLINE double klGradient(const Value* teacher, Value* student, std::int64_t count,
                                     float scale)
    {
        const double teacherNormalizer = logNormalizer(teacher, count),
                     studentNormalizer = logNormalizer(student, count);
        const float teacherShift = static_cast<float>(teacherNormalizer),
                    studentShift = static_cast<float>(studentNormalizer);
        LaneSum cross;
        const auto step = [&](std::int64_t index, std::int64_t lane) __attribute__((always_inline))
        {
            const float t = load(teacher, index), s = load(student, index);
            const float p = fastExp(t - teacherShift);
            cross.values[lane] += p * (t - s);
            store(student, index, scale * (fastExp(s - studentShift) - p));
        };
        std::int64_t index = 0;
        for (; index + lanes <= count; index += lanes)
            for (std::int64_t lane = 0; lane < lanes; ++lane)
                step(index + lane, lane);
        for (; index < count; ++index)
            step(index, 0);
        return total(cross) - teacherNormalizer + studentNormalizer;
    }

    template <typename Value>
    SCHMIDT_INLINE void gatedGradientRow(const Value* __restrict gates, const Value* __restrict ups,
                                         const Value* __restrict gradient, std::int64_t width,
                                         Value* __restrict product, Value* __restrict gateGradient,
                                         Value* __restrict upGradient)
    {
        for (std::int64_t index = 0; index < width; ++index) {
            const float gate = load(gates, index), up = load(ups, index);
            const float sigmoid = 1.0F / (1.0F + fastExp(-gate)), silu = gate * sigmoid;
            const float g = load(gradient, index);
            store(product, index, silu * up);
            store(gateGradient, index, g * up * (sigmoid + silu * (1.0F - sigmoid)));
            store(upGradient, index, g * silu);
        }
    }

    template <typename Value>
    SCHMIDT_INLINE void gatedGradient(const Value* gateUp, const Value* gradient, std::int64_t rows,
                                      std::int64_t width, Value* product, Value* gateUpGradient)
    {
        for (std::int64_t row = 0; row < rows; ++row, gateUp += 2 * width, gradient += width,
                          product += width, gateUpGradient += 2 * width)
            gatedGradientRow(gateUp, gateUp + width, gradient, width, product, gateUpGradient,
                             gateUpGradient + width);
    }

    /// One row of scoreGradientHalf() without the mask.
    SCHMIDT_INLINE void scoreGradientRow(const float* __restrict scores,
                                         const float* __restrict weightGradient,
                                         const float* __restrict logSum,
                                         const float* __restrict along, float scale,
                                         std::int64_t count, std::uint16_t* __restrict weights,
                                         std::uint16_t* __restrict gradient)
    {
        for (std::int64_t index = 0; index < count; ++index) {
            const float weight = fastExp(scores[index] * scale - logSum[index]);
            store(weights, index, weight);
            store(gradient, index, weight * (weightGradient[index] - along[index]) * scale);
        }
    }

    /// Σ gradient · weight · x of one row.
    template <typename Value, typename In>
    SCHMIDT_INLINE double weightedProduct(const In* x, const float* weight, const Value* gradient,
                                          std::int64_t width)
    {
        LaneSum sum;
        std::int64_t index = 0;
        for (; index + lanes <= width; index += lanes)
            for (std::int64_t lane = 0; lane < lanes; ++lane)
                sum.values[lane]
                    += load(gradient, index + lane) * weight[index + lane] * load(x, index + lane);
        for (; index < width; ++index)
            sum.values[0] += load(gradient, index) * weight[index] * load(x, index);
        return total(sum);
    }

    template <typename Value>
    SCHMIDT_INLINE void rmsNormGradient(const float* x, const float* weight, float epsilon,
                                        const Value* gradient, std::int64_t rows,
                                        std::int64_t width, float* xGradient, float* weightGradient)
    {
        for (std::int64_t row = 0; row < rows;
             ++row, x += width, gradient += width, xGradient += width) {
            const float factor = inverseRms(x, width, epsilon);
            // d(x r)/dx = r (1 - x xᵀ r² / width), r = 1 / rms.
            const float along = static_cast<float>(weightedProduct(x, weight, gradient, width)
                                                   / static_cast<double>(width))
                * factor * factor;
            for (std::int64_t index = 0; index < width; ++index) {
                const float g = load(gradient, index);
                xGradient[index] += factor * (g * weight[index] - x[index] * along);
                weightGradient[index] += g * x[index] * factor;
            }
        }
    }

    template <typename Value>
    SCHMIDT_INLINE void rotateGradient(const Value* gradient, std::int64_t copies,
                                       const HeadRotation& rotation, const Value* in,
                                       std::int64_t dim, Value* out)
    {
        float sum[largestHead], turned[largestHead];
        for (std::int64_t k = 0; k < dim; ++k)
            sum[k] = load(gradient, k);
        for (std::int64_t copy = 1; copy < copies; ++copy)
            for (std::int64_t k = 0; k < dim; ++k)
                sum[k] += load(gradient, copy * dim + k);
        if (!rotation.cosine) {
            for (std::int64_t k = 0; k < dim; ++k)
                store(out, k, sum[k]);
            return;
        }
        const std::int64_t half = dim / 2;
        for (std::int64_t k = 0; k < half; ++k) {
            const float a = sum[k], b = sum[k + half];
            turned[k] = a * rotation.cosine[k] + b * rotation.sine[k];
            turned[k + half] = b * rotation.cosine[k] - a * rotation.sine[k];
        }
        if (rotation.norm) {
            const float factor = inverseRms(in, dim, rotation.epsilon);
            const float along = static_cast<float>(weightedProduct(in, rotation.norm, turned, dim)
                                                   / static_cast<double>(dim))
                * factor * factor;
            for (std::int64_t k = 0; k < dim; ++k) {
                const float x = load(in, k), g = turned[k];
                rotation.normGradient[k] += g * x * factor;
                turned[k] = factor * (g * rotation.norm[k] - x * along);
            }
        }
        for (std::int64_t k = 0; k < dim; ++k)
            store(out, k, turned[k]);
    }

} // namespace

SCHMIDT_CLONES double klGradientFloat(const float* teacher, float* student, std::int64_t count,
                                      float scale)
{
    return klGradient(teacher, student, count, scale);
}

SCHMIDT_CLONES double klGradientHalf(const std::uint16_t* teacher, std::uint16_t* student,
                                     std::int64_t count, float scale)
{
    return klGradient(teacher, student, count, scale);
}

SCHMIDT_CLONES void gatedGradientFloat(const float* gateUp, const float* gradient,
                                       std::int64_t rows, std::int64_t width, float* product,
                                       float* gateUpGradient)
{
    gatedGradient(gateUp, gradient, rows, width, product, gateUpGradient);
}

SCHMIDT_CLONES void gatedGradientHalf(const std::uint16_t* gateUp, const std::uint16_t* gradient,
                                      std::int64_t rows, std::int64_t width, std::uint16_t* product,
                                      std::uint16_t* gateUpGradient)
{
    gatedGradient(gateUp, gradient, rows, width, product, gateUpGradient);
}

SCHMIDT_CLONES void rmsNormGradientFloat(const float* x, const float* weight, float epsilon,
                                         const float* gradient, std::int64_t rows,
                                         std::int64_t width, float* xGradient,
                                         float* weightGradient)
{
    rmsNormGradient(x, weight, epsilon, gradient, rows, width, xGradient, weightGradient);
}

SCHMIDT_CLONES void rmsNormGradientHalf(const float* x, const float* weight, float epsilon,
                                        const std::uint16_t* gradient, std::int64_t rows,
                                        std::int64_t width, float* xGradient, float* weightGradient)
{
    rmsNormGradient(x, weight, epsilon, gradient, rows, width, xGradient, weightGradient);
}

SCHMIDT_CLONES void rotateGradientFloat(const float* gradient, std::int64_t copies,
                                        const HeadRotation& rotation, const float* in,
                                        std::int64_t dim, float* out)
{
    rotateGradient(gradient, copies, rotation, in, dim, out);
}

SCHMIDT_CLONES void rotateGradientHalf(const std::uint16_t* gradient, std::int64_t copies,
                                       const HeadRotation& rotation, const std::uint16_t* in,
                                       std::int64_t dim, std::uint16_t* out)
{
    rotateGradient(gradient, copies, rotation, in, dim, out);
}

SCHMIDT_CLONES void scoreGradientHalf(const ScoreBlock& block, std::int64_t keys,
                                      std::int64_t queries, std::uint16_t* weights,
                                      std::uint16_t* gradient)
{
    for (std::int64_t key = 0; key < keys; ++key) {
        const std::int64_t row = key * block.stride;
        scoreGradientRow(block.scores + row, block.weightGradient + row, block.logSum, block.along,
                         block.scale, queries, weights + row, gradient + row);
        for (std::int64_t query = 0; query < key; ++query)
            weights[row + query] = gradient[row + query] = 0;
    }
}

SCHMIDT_CLONES float productHalf(const std::uint16_t* a, const std::uint16_t* b, std::int64_t count)
{
    LaneSum sum;
    std::int64_t index = 0;
    for (; index + lanes <= count; index += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane)
            sum.values[lane] += load(a, index + lane) * load(b, index + lane);
    for (; index < count; ++index)
        sum.values[0] += load(a, index) * load(b, index);
    return static_cast<float>(total(sum));
}

SCHMIDT_CLONES void toHalf(const float* __restrict values, std::int64_t count,
                           std::uint16_t* __restrict out)
{
    for (std::int64_t index = 0; index < count; ++index)
        store(out, index, values[index]);
}

SCHMIDT_CLONES void adamStep(float* __restrict weights, std::uint16_t* __restrict first,
                             std::uint16_t* __restrict second, const float* __restrict gradient,
                             std::int64_t count, const AdamStep& step)
{
    constexpr float epsilon = 1e-8F;
    for (std::int64_t index = 0; index < count; ++index) {
        const float g = gradient[index] * step.gradientScale;
        const float mean = step.firstDecay * load(first, index) + (1.0F - step.firstDecay) * g;
        const float square
            = step.secondDecay * load(second, index) + (1.0F - step.secondDecay) * g * g;
        store(first, index, mean);
        store(second, index, square);
        const float direction
            = mean * step.firstCorrection / (std::sqrt(square * step.secondCorrection) + epsilon);
        weights[index] -= step.rate * (direction + step.decay * weights[index]);
    }
}

SCHMIDT_CLONES void toGrid(float* positions, std::int64_t count, float scale, float zero,
                           int levels, std::uint8_t* codes, float* values)
{
    const float highest = static_cast<float>(levels - 1);
    for (std::int64_t index = 0; index < count; ++index) {
        float position = positions[index] < 0.0F ? 0.0F : positions[index];
        position = position > highest ? highest : position;
        const float code = rounded(position);
        positions[index] = position;
        codes[index] = static_cast<std::uint8_t>(static_cast<std::int32_t>(code));
        values[index] = scale * (code - zero);
    }
}

SCHMIDT_CLONES float alongGrid(const float* gradient, const std::uint8_t* codes, std::int64_t count,
                               float zero)
{
    float sum = 0;
    for (std::int64_t index = 0; index < count; ++index)
        sum += gradient[index]
            * (static_cast<float>(static_cast<std::int32_t>(codes[index])) - zero);
    return sum;
}

} // namespace schmidt::kernels
