// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine: gradients of a transformer by hand. Every step of the forward pass is
// known, so its backward pass is written out; nothing is recorded, and small steps are fused.

#include "engine/torch_model.h"

#include <vector>

namespace schmidt {

/// What the backward pass of one block needs of its forward pass.
struct BlockTape {
    at::Tensor attentionResidual, mlpResidual; ///< residuals before the two halves, fp32
    at::Tensor fused; ///< projection before norm and rotation; kept where heads are normed
    AttentionInputs inputs;
    at::Tensor attended, logSum; ///< outputs of the fused attention
    at::Tensor gateUp;
};

/// Bytes of a tape per token.
std::int64_t tapeBytes(const Architecture& architecture, at::ScalarType type);

/// fp32 zeros in the shapes of the trained tensors of a block; absent ones stay undefined.
LayerWeights zeroGradients(const LayerWeights& layer);

/// forwardBlock() that fills a tape.
void forwardTaped(const LayerWeights& layer, const BlockContext& block, at::Tensor& residual,
                  std::int64_t length, BlockTape& tape);

/// From the gradient of a block's output residual [count · length, hidden], fp32, to that of its
/// input, in place; the gradients of its tensors are added to `gradients`.
void backwardBlock(const LayerWeights& layer, const BlockContext& block, const BlockTape& tape,
                   std::int64_t length, at::Tensor& residualGradient, LayerWeights& gradients);

/// Backward of rmsNormed(): adds to the gradients of the residual and of the norm's weight.
void rmsNormBackward(const at::Tensor& residual, const at::Tensor& weight, double epsilon,
                     const at::Tensor& gradient, at::Tensor& residualGradient,
                     at::Tensor& weightGradient);

/// Σ KL(teacher ‖ student) of the next-token distributions of all rows, nat, and the gradient of
/// scale · Σ KL by the student's final hidden states, in their type. Logits exist for `chunk` rows
/// at a time: both models' logits, then p_student - p_teacher in place of the student's, then its
/// product with the head, which is not trained. Stops early, with a useless gradient, when
/// cancelled.
struct HiddenLoss {
    double kl = 0;
    at::Tensor gradient; ///< [rows, hidden]
};
HiddenLoss distillationLoss(const at::Tensor& teacherHidden, const at::Tensor& teacherHead,
                            const at::Tensor& studentHidden, const at::Tensor& studentHead,
                            double scale, const CancelToken& cancel = {}, std::int64_t chunk = 256);

} // namespace schmidt
