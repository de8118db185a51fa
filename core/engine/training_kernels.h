// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace schmidt::kernels {

/// The backward halves of the loops in kernels.h, and the optimizer. Same rules: row-major and
/// contiguous, bf16 values as their 16 bits, results independent of how callers split rows.

/// KL(teacher ‖ student) of one row of logits, nat; the student's logits are replaced by the
/// gradient scale · (p_student - p_teacher) of scale · KL.
double klGradientFloat(const float* teacher, float* student, std::int64_t count, float scale);
double klGradientHalf(const std::uint16_t* teacher, std::uint16_t* student, std::int64_t count,
                      float scale);

/// Backward of silu(gate) · up: from the gradient of the product, per row `width` values, to the
/// gradients of gate and up, `2 width` values; `product` is made again on the way.
void gatedGradientFloat(const float* gateUp, const float* gradient, std::int64_t rows,
                        std::int64_t width, float* product, float* gateUpGradient);
void gatedGradientHalf(const std::uint16_t* gateUp, const std::uint16_t* gradient,
                       std::int64_t rows, std::int64_t width, std::uint16_t* product,
                       std::uint16_t* gateUpGradient);

/// Backward of x / rms(x) · weight: adds the gradient of x to `xGradient`, that of the weight to
/// `weightGradient` [width].
void rmsNormGradientFloat(const float* x, const float* weight, float epsilon, const float* gradient,
                          std::int64_t rows, std::int64_t width, float* xGradient,
                          float* weightGradient);
void rmsNormGradientHalf(const float* x, const float* weight, float epsilon,
                         const std::uint16_t* gradient, std::int64_t rows, std::int64_t width,
                         float* xGradient, float* weightGradient);

/// How one head was rotated and normed; tables are null where it was not rotated, `in` and `norm`
/// null where it was not normed.
struct HeadRotation {
    const float* cosine = nullptr;
    const float* sine = nullptr;
    const float* norm = nullptr;
    float* normGradient = nullptr; ///< is added to
    float epsilon = 0;
};
/// Backward of rotateFloat/Half for one head of one token that `copies` attention heads share:
/// their gradients, `dim` values each, one after the other, are summed and turned back. `in` is
/// what the head was before norm and rotation.
void rotateGradientFloat(const float* gradient, std::int64_t copies, const HeadRotation& rotation,
                         const float* in, std::int64_t dim, float* out);
void rotateGradientHalf(const std::uint16_t* gradient, std::int64_t copies,
                        const HeadRotation& rotation, const std::uint16_t* in, std::int64_t dim,
                        std::uint16_t* out);

/// Largest headDim of rotateGradientFloat/Half.
inline constexpr std::int64_t largestHead = 512;

/// Scores of a block of keys with the queries from the block's first key on, both [keys, queries]:
/// `scores` before scaling, `weightGradient` the gradient of the attention weights; per query the
/// ln Σ exp of its scaled scores and the product of its result with the result's gradient.
struct ScoreBlock {
    const float* scores = nullptr;
    const float* weightGradient = nullptr;
    const float* logSum = nullptr;
    const float* along = nullptr;
    float scale = 1;
    std::int64_t stride = 0; ///< between rows, here and in what is made of it
};
/// Attention weights and the gradients of the unscaled scores, zero where a query comes before its
/// key.
void scoreGradientHalf(const ScoreBlock& block, std::int64_t keys, std::int64_t queries,
                       std::uint16_t* weights, std::uint16_t* gradient);

/// Σ a b.
float productHalf(const std::uint16_t* a, const std::uint16_t* b, std::int64_t count);

/// fp32 rounded to bf16.
void toHalf(const float* values, std::int64_t count, std::uint16_t* out);

/// One step of AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2). Both moments are
/// bf16: they forget fast enough for its eight bits, and take half of the memory.
struct AdamStep {
    float rate = 0; ///< learning rate
    float decay = 0; ///< weight decay, relative to the rate
    float firstDecay = 0.9F, secondDecay = 0.95F;
    float firstCorrection = 1, secondCorrection = 1; ///< 1 / (1 - decay^step)
    float gradientScale = 1; ///< what clipping makes of the gradient
};
void adamStep(float* weights, std::uint16_t* first, std::uint16_t* second, const float* gradient,
              std::int64_t count, const AdamStep& step);

/// Rounds the positions of one group, in units of the grid, to codes in [0, levels) and to the
/// values scale · (code - zero) they stand for. Positions are first pulled back into the range of
/// the grid, so that none runs away from where rounding still sees it.
void toGrid(float* positions, std::int64_t count, float scale, float zero, int levels,
            std::uint8_t* codes, float* values);

/// Σ gradient (code - zero): the gradient of a group's scale.
float alongGrid(const float* gradient, const std::uint8_t* codes, std::int64_t count, float zero);

} // namespace schmidt::kernels
