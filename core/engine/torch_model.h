// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine: the only header that shows LibTorch.

#include "engine/transformer.h"

#include <ATen/ATen.h>
#include <functional>
#include <string>
#include <vector>

namespace schmidt {

/// Tensors of one block. Matrices have the model's arithmetic type, norms and biases are fp32;
/// absent ones are undefined, those of an attention or MLP that the shape lacks too.
struct LayerWeights {
    LayerShape shape;
    at::Tensor attentionNorm, mlpNorm; ///< [hidden]
    at::Tensor attentionNormBias, mlpNormBias; ///< of LayerNorms
    at::Tensor postAttentionNorm, postMlpNorm; ///< Gemma
    at::Tensor queryKeyValue; ///< [(heads + 2 kvHeads) headDim, hidden]
    at::Tensor queryKeyValueBias;
    at::Tensor output; ///< [hidden, heads headDim]
    at::Tensor outputBias;
    at::Tensor queryNorm, keyNorm; ///< [headDim]
    at::Tensor gateUp; ///< [2 intermediate, hidden]: gate rows, then up rows; up alone if not gated
    at::Tensor gateUpBias;
    at::Tensor down; ///< [hidden, intermediate]
    at::Tensor downBias;
    /// Of matrices that are codes, see coded_weights.h; undefined otherwise.
    at::Tensor queryKeyValueScales, outputScales, gateUpScales, downScales;
    Activation activation = Activation::Silu;
    bool gated = true;
    bool parallel = false; ///< attention and MLP read the same residual
};

struct TransformerModel::Weights {
    Architecture architecture;
    Precision precision = Precision::Float32;
    at::ScalarType type = at::kFloat;
    at::Tensor embedding; ///< [vocabulary, hidden], times the architecture's embeddingScale
    at::Tensor positions; ///< [context, hidden], GPT-2
    at::Tensor head; ///< the same tensor when tied and not scaled
    at::Tensor headScales; ///< where the head is codes
    at::Tensor finalNorm, finalNormBias;
    std::vector<LayerWeights> layers;

    /// Appends a layer, its matrices as codes where the arithmetic wants them.
    void add(LayerWeights layer);
};

/// Gives memory that was freed and kept for later back to the system; for the end of a stage whose
/// tensors have other sizes than those of the next.
void returnFreeMemory();

/// fp32 tensor that owns a copy of the values.
at::Tensor tensorOf(const std::vector<float>& values, at::IntArrayRef shape);
/// Row-major fp32 values of a tensor.
std::vector<float> valuesOf(const at::Tensor& tensor);

/// Tensors of one block from fp32 matrices and vectors by role.
LayerWeights makeLayer(const Architecture& architecture, const LayerShape& shape,
                       at::ScalarType type, const std::function<at::Tensor(Role)>& tensor);

/// One block of an opened model. Errors: those of ModelSource::readTensor().
Result<LayerWeights> loadLayer(const ModelSource& source, int layer, at::ScalarType type);
/// A matrix or vector of an opened model in fp32, with its shape.
Result<at::Tensor> loadTensor(const ModelSource& source, Role role, int layer = -1);

/// The memory of a contiguous tensor as the kernels take it: bf16 as its 16 bits, or fp32.
inline std::uint16_t* halves(const at::Tensor& tensor)
{
    return reinterpret_cast<std::uint16_t*>(tensor.data_ptr());
}
inline float* floats(const at::Tensor& tensor)
{
    return tensor.data_ptr<float>();
}
inline bool isHalf(const at::Tensor& tensor)
{
    return tensor.scalar_type() == at::kBFloat16;
}

/// Cosines and sines of positions 0 … length - 1, [length, headDim / 2] each, fp32.
struct RopeTables {
    at::Tensor cosine, sine;
};
RopeTables ropeTables(const RopeFrequencies& frequencies, std::int64_t length);

/// Residual stream of tokens [count, length]: [count · length, hidden] fp32.
at::Tensor embedTokens(const at::Tensor& embedding, const std::int32_t* tokens, std::int64_t count);

/// x / rms(x) · weight in `type`; x is [tokens, hidden] fp32.
at::Tensor rmsNormed(const at::Tensor& residual, const at::Tensor& weight, double epsilon,
                     at::ScalarType type);
/// residual += delta (any type).
void addInto(at::Tensor& residual, const at::Tensor& delta);

/// The norm behind the last block, whichever the family has, in the model's type.
at::Tensor finalNormed(const TransformerModel::Weights& weights, const at::Tensor& residual);

/// The matrix behind the final norm, and the soft cap on its results.
struct OutputHead {
    OutputHead(at::Tensor head, double cap = 0, at::Tensor headScales = {})
        : matrix(std::move(head))
        , scales(std::move(headScales))
        , softcap(cap)
    {
    }
    at::Tensor matrix; ///< [vocabulary, hidden]
    at::Tensor scales; ///< where the matrix is codes
    double softcap = 0; ///< 0 = none
};
OutputHead outputHead(const TransformerModel::Weights& weights);
/// Logits [tokens, vocabulary] of final hidden states, in the type of the matrix.
at::Tensor logitsOf(const at::Tensor& hidden, const OutputHead& head);

/// What the arithmetic of a block needs besides its tensors.
struct BlockContext {
    std::int64_t headDim = 0;
    double epsilon = 1e-5;
    at::ScalarType type = at::kFloat;
    RopeTables rope;
    RopeTables slidingRope = {}; ///< of sliding layers; undefined where they use `rope`
    double scale = 0; ///< of attention scores; 0 = 1 / sqrt(headDim)
    double softcap = 0; ///< of attention scores; 0 = none
    /// [length, length] with 0 where a query of a sliding layer sees a key and -inf elsewhere;
    /// undefined where the window holds the whole text.
    at::Tensor slidingMask = {};
};
BlockContext blockContext(const Architecture& architecture, at::ScalarType type,
                          std::int64_t length);

/// Queries [count, heads, length, headDim], keys and values [count, kvHeads, length, headDim],
/// normed where the model does that, and rotated.
struct AttentionInputs {
    at::Tensor query, key, value;
};
/// Attention inputs from the fused projection [count · length, (heads + 2 kvHeads) headDim].
AttentionInputs attentionInputs(const LayerWeights& layer, const BlockContext& block,
                                const at::Tensor& fused, std::int64_t length);

/// Attention up to the output projection: [tokens, heads · headDim]. `input` is the normed residual
/// [count · length, hidden].
at::Tensor headOutputs(const LayerWeights& layer, const BlockContext& block,
                       const at::Tensor& input, std::int64_t length);
/// silu(gate) · up of gate and up side by side: [tokens, intermediate].
at::Tensor gatedProduct(const at::Tensor& gateUp);
/// The same from the normed residual.
at::Tensor mlpActivation(const LayerWeights& layer, const at::Tensor& input);
/// x Wᵀ (+ bias), in the type of W, or where `scales` say that W is codes in that of x.
at::Tensor projected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const at::Tensor& scales = {});

/// One whole block in place on the residual [count · length, hidden].
void forwardBlock(const LayerWeights& layer, const BlockContext& block, at::Tensor& residual,
                  std::int64_t length);

/// Adds the vectors of positions 0 … length - 1 to a residual [count · length, hidden] where the
/// model has such.
void addPositions(const TransformerModel::Weights& weights, at::Tensor& residual,
                  std::int64_t length);

/// Final hidden states after the last norm, [count · length, hidden] in the model's type.
at::Tensor finalHidden(const TransformerModel::Weights& weights, const TokenWindows& windows,
                       std::int64_t first, std::int64_t count);

/// Runs tokens through a model with plain blocks one at a time, with a KV cache that starts empty;
/// `after` is called when the logits of each are there. Errors: Cancelled.
Result<void> decodeOneByOne(const TransformerModel::Weights& weights,
                            const std::vector<std::int32_t>& tokens, const CancelToken& cancel,
                            const std::function<void()>& after);

/// What a model says about one target per row. Rows without a target hold NaN.
struct RowScores {
    std::vector<float> nll;
    std::vector<float> kl;
    std::vector<std::uint8_t> sameTop;
    std::vector<std::int32_t> top;
    std::vector<double> logNormalizer; ///< ln Σ exp(logit)
};

/// Rows whose logits exist at a time.
inline constexpr std::int64_t logitsChunk = 256;

/// A teacher that many students are compared with.
struct KnownTeacher {
    at::Tensor hidden; ///< final hidden states, [rows, hidden]
    OutputHead head { at::Tensor() };
    at::Tensor logits; ///< [rows, vocabulary]; undefined where they are too large to keep
    RowScores scores;
};

/// Scores of a teacher and any number of students on the same tokens; result[0] is the teacher's.
/// `hidden` are final hidden states [rows, hidden], `targets` has one id per row, -1 for rows to
/// skip. Logits exist for `chunk` rows at a time only.
std::vector<RowScores> scoreHidden(const std::vector<at::Tensor>& hidden,
                                   const std::vector<OutputHead>& heads,
                                   const std::vector<std::int32_t>& targets,
                                   std::int64_t chunk = logitsChunk);
/// Scores of a teacher and a student whose logits are there, [rows, vocabulary].
std::vector<RowScores> scoreLogits(const at::Tensor& teacher, const at::Tensor& student,
                                   const std::vector<std::int32_t>& targets);
/// Scores of one more student.
RowScores scoreStudent(const KnownTeacher& teacher, const at::Tensor& hidden,
                       const OutputHead& head, const std::vector<std::int32_t>& targets);

/// Errors: Usage naming the first token that is outside the vocabulary.
Result<void> checkTokens(const std::vector<std::int32_t>& tokens, std::int64_t vocabulary);

/// Errors: Usage when the model has learned positions and a window is longer than they are many.
Result<void> checkLength(const Architecture& architecture, std::int64_t length);

/// Turns an exception of LibTorch into an Error of one sentence.
Error torchError(const c10::Error& error, const char* what);

} // namespace schmidt
