// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace schmidt::kernels {

/// Loops that LibTorch would run as several passes over memory, fused. All pointers are row-major
/// and contiguous; bf16 values are passed as their 16 bits. Every function works on a range of
/// rows, so that callers split rows over threads; results do not depend on the split.

/// out = x / rms(x) * weight for rows of `width`; x fp32.
void rmsNormFloat(const float* x, const float* weight, float epsilon, std::int64_t rows,
                  std::int64_t width, float* out);
void rmsNormHalf(const float* x, const float* weight, float epsilon, std::int64_t rows,
                 std::int64_t width, std::uint16_t* out);

/// residual += delta.
void addFloat(float* residual, const float* delta, std::int64_t count);
void addHalf(float* residual, const std::uint16_t* delta, std::int64_t count);

/// out = silu(gate) * up; each input row holds gate then up, `width` values each.
void gatedFloat(const float* gateUp, std::int64_t rows, std::int64_t width, float* out);
void gatedHalf(const std::uint16_t* gateUp, std::int64_t rows, std::int64_t width,
               std::uint16_t* out);

/// One head of one token: rotates pairs (k, k + dim/2) by the angle table rows and writes to `out`;
/// with `norm`, values are first divided by their rms and multiplied by it.
void rotateFloat(const float* in, const float* cosine, const float* sine, const float* norm,
                 float epsilon, std::int64_t dim, float* out);
void rotateHalf(const std::uint16_t* in, const float* cosine, const float* sine, const float* norm,
                float epsilon, std::int64_t dim, std::uint16_t* out);

/// One query of one head over `length` earlier positions: out = softmax(query keysᵀ / √dim) values.
/// keys and values are [length, dim]; `weights` is scratch of `length` entries. Sums are fp32.
void attendFloat(const float* query, const float* keys, const float* values, std::int64_t length,
                 std::int64_t dim, float* weights, float* out);
void attendHalf(const std::uint16_t* query, const std::uint16_t* keys, const std::uint16_t* values,
                std::int64_t length, std::int64_t dim, float* weights, std::uint16_t* out);

/// What one row of logits says about a target token.
struct RowScore {
    double logNormalizer = 0; ///< ln Σ exp(logit)
    std::int64_t top = 0; ///< index of the largest logit, the first one on ties
};
RowScore scoreRowFloat(const float* logits, std::int64_t count);
RowScore scoreRowHalf(const std::uint16_t* logits, std::int64_t count);

/// Σ_i softmax(teacher)_i (teacher_i - student_i): the KL divergence is this sum minus the
/// difference of the two log-normalizers.
double crossTermFloat(const float* teacher, const float* student, double teacherNormalizer,
                      std::int64_t count);
double crossTermHalf(const std::uint16_t* teacher, const std::uint16_t* student,
                     double teacherNormalizer, std::int64_t count);

/// sums += exp(logit - logNormalizer): the probabilities of a row.
void addProbabilitiesFloat(const float* logits, double logNormalizer, std::int64_t count,
                           float* sums);
void addProbabilitiesHalf(const std::uint16_t* logits, double logNormalizer, std::int64_t count,
                          float* sums);

/// out = exp((logit - top) * inverseTemperature); returns their sum.
double expWeights(const float* logits, std::int64_t count, float top, float inverseTemperature,
                  float* out);

/// One row of causal attention: weights exp(scale (score - top)) of the first `visible` scores, top
/// the largest of them, zeros up to `count`, a multiple of 64. Scores behind the visible ones are
/// overwritten. Returns the sum of the weights; `logSum` is ln Σ exp(scale score).
float attentionWeightsHalf(float* scores, std::int64_t visible, std::int64_t count, float scale,
                           std::uint16_t* weights, float& logSum);

/// out = factor * values.
void scaledHalf(const float* values, float factor, std::int64_t count, std::uint16_t* out);

/// row -= factor * other.
void subtractScaled(float* row, const float* other, float factor, std::int64_t count);

/// Columns of `count` rows of bf16, `stride` apart, with two neighbouring rows in one word:
/// out[row / 2, column], [rows / 2, width]. Rows up to `rows` and columns up to `width` are zeros.
void packPairs(const std::uint16_t* in, std::int64_t count, std::int64_t stride,
               std::int64_t columns, std::int64_t width, std::int64_t rows, std::uint32_t* out);
/// out[column * stride + row] = in[row * columns + column]; both sides are multiples of 16.
void transposePairs(const std::uint32_t* in, std::int64_t rows, std::int64_t columns,
                    std::int64_t stride, std::uint32_t* out);

/// Σ importance (value - grid(value))² of a group on the grid scale · (code - zero), code in
/// [0, levels); `importance` may be null. `scale` must not be 0.
double gridError(const float* values, const float* importance, std::int64_t count, float scale,
                 float zero, int levels);

} // namespace schmidt::kernels
