// SPDX-License-Identifier: Apache-2.0
#include "engine/backward.h"

#include "engine/attention_blocks.h"
#include "engine/attention_gradient.h"
#include "engine/training_kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <algorithm>

namespace schmidt {

namespace {

    /// Rows whose sums of weight gradients stay together. Fixed, so that sums do not depend on the
    /// number of threads.
    constexpr std::int64_t blockRows = 128;

    std::int64_t blocksOf(std::int64_t rows)
    {
        return (rows + blockRows - 1) / blockRows;
    }

    at::Tensor headRows(const at::Tensor& attended)
    {
        return attended.transpose(1, 2).reshape(
            { attended.size(0) * attended.size(2), attended.size(1) * attended.size(3) });
    }

    void addBiasGradient(at::Tensor& gradient, const at::Tensor& output)
    {
        if (gradient.defined())
            gradient += output.sum(0, false, at::kFloat);
    }

    template <typename Value, auto Rotate>
    void joinHeads(const LayerWeights& layer, const BlockContext& block,
                   const HeadGradients& gradients, const at::Tensor& before, std::int64_t length,
                   at::Tensor& queryNorms, at::Tensor& keyNorms, at::Tensor& out)
    {
        const std::int64_t dim = block.headDim, heads = layer.shape.heads,
                           kvHeads = layer.shape.kvHeads, copies = gradients.key.size(2) / kvHeads;
        const std::int64_t row = (heads + 2 * kvHeads) * dim, rows = out.size(0);
        const bool normed = layer.queryNorm.defined();
        const auto* query = reinterpret_cast<const Value*>(gradients.query.data_ptr());
        const auto* key = reinterpret_cast<const Value*>(gradients.key.data_ptr());
        const auto* value = reinterpret_cast<const Value*>(gradients.value.data_ptr());
        const auto* in = normed ? reinterpret_cast<const Value*>(before.data_ptr()) : nullptr;
        auto* result = reinterpret_cast<Value*>(out.data_ptr());
        at::parallel_for(0, blocksOf(rows), 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t token = begin * blockRows; token < std::min(end * blockRows, rows);
                 ++token) {
                kernels::HeadRotation rotation;
                rotation.cosine = floats(block.rope.cosine) + token % length * (dim / 2);
                rotation.sine = floats(block.rope.sine) + token % length * (dim / 2);
                rotation.epsilon = static_cast<float>(block.epsilon);
                const auto useNorm = [&](const at::Tensor& norm, const at::Tensor& sums) {
                    if (!normed)
                        return;
                    rotation.norm = floats(norm);
                    rotation.normGradient = floats(sums) + token / blockRows * dim;
                };
                const auto head = [&](const Value* gradient, std::int64_t shared,
                                      const kernels::HeadRotation& turn, std::int64_t position) {
                    Rotate(gradient, shared, turn, in ? in + token * row + position * dim : nullptr,
                           dim, result + token * row + position * dim);
                };
                useNorm(layer.queryNorm, queryNorms);
                for (std::int64_t index = 0; index < heads; ++index)
                    head(query + (token * heads + index) * dim, 1, rotation, index);
                useNorm(layer.keyNorm, keyNorms);
                for (std::int64_t index = 0; index < kvHeads; ++index) {
                    const std::int64_t at = (token * kvHeads + index) * copies * dim;
                    head(key + at, copies, rotation, heads + index);
                    head(value + at, copies, {}, heads + kvHeads + index);
                }
            }
        });
    }

    /// Gradient of the fused projection.
    at::Tensor fusedGradient(const LayerWeights& layer, const BlockContext& block,
                             const BlockTape& tape, const at::Tensor& headGradient,
                             std::int64_t length, LayerWeights& gradients)
    {
        const std::int64_t heads = layer.shape.heads, kvHeads = layer.shape.kvHeads,
                           dim = block.headDim, rows = headGradient.size(0);
        const HeadGradients parts
            = attentionGradient(tape.inputs, tape.attended, tape.logSum, headGradient);
        at::Tensor queryNorms, keyNorms;
        if (layer.queryNorm.defined()) {
            queryNorms = at::zeros({ blocksOf(rows), dim }, at::kFloat);
            keyNorms = at::zeros({ blocksOf(rows), dim }, at::kFloat);
        }
        at::Tensor out = at::empty({ rows, (heads + 2 * kvHeads) * dim }, block.type);
        if (block.type == at::kFloat)
            joinHeads<float, kernels::rotateGradientFloat>(layer, block, parts, tape.fused, length,
                                                           queryNorms, keyNorms, out);
        else
            joinHeads<std::uint16_t, kernels::rotateGradientHalf>(
                layer, block, parts, tape.fused, length, queryNorms, keyNorms, out);
        if (layer.queryNorm.defined()) {
            gradients.queryNorm += queryNorms.sum(0);
            gradients.keyNorm += keyNorms.sum(0);
        }
        return out;
    }

    /// silu(gate) · up again, and the gradients of gate and up.
    struct GatedGradient {
        at::Tensor product, gateUp;
    };

    GatedGradient gatedBackward(const at::Tensor& gateUp, const at::Tensor& gradient)
    {
        const std::int64_t rows = gateUp.size(0), width = gateUp.size(1) / 2;
        GatedGradient out { at::empty_like(gradient), at::empty_like(gateUp) };
        at::parallel_for(0, rows, 16, [&](std::int64_t begin, std::int64_t end) {
            const std::int64_t one = begin * width, two = 2 * begin * width;
            if (isHalf(gateUp))
                kernels::gatedGradientHalf(halves(gateUp) + two, halves(gradient) + one,
                                           end - begin, width, halves(out.product) + one,
                                           halves(out.gateUp) + two);
            else
                kernels::gatedGradientFloat(floats(gateUp) + two, floats(gradient) + one,
                                            end - begin, width, floats(out.product) + one,
                                            floats(out.gateUp) + two);
        });
        return out;
    }

    void backwardMlp(const LayerWeights& layer, const BlockContext& block, const BlockTape& tape,
                     at::Tensor& residualGradient, LayerWeights& gradients)
    {
        const at::Tensor output = residualGradient.to(block.type);
        addBiasGradient(gradients.downBias, output);
        const GatedGradient gated = gatedBackward(tape.gateUp, at::mm(output, layer.down));
        addInto(gradients.down, at::mm(output.t(), gated.product));
        addBiasGradient(gradients.gateUpBias, gated.gateUp);
        const at::Tensor input
            = rmsNormed(tape.mlpResidual, layer.mlpNorm, block.epsilon, block.type);
        addInto(gradients.gateUp, at::mm(gated.gateUp.t(), input));
        rmsNormBackward(tape.mlpResidual, layer.mlpNorm, block.epsilon,
                        at::mm(gated.gateUp, layer.gateUp), residualGradient, gradients.mlpNorm);
    }

    void backwardAttention(const LayerWeights& layer, const BlockContext& block,
                           const BlockTape& tape, std::int64_t length, at::Tensor& residualGradient,
                           LayerWeights& gradients)
    {
        const at::Tensor output = residualGradient.to(block.type);
        addBiasGradient(gradients.outputBias, output);
        addInto(gradients.output, at::mm(output.t(), headRows(tape.attended)));
        const at::Tensor fused
            = fusedGradient(layer, block, tape, at::mm(output, layer.output), length, gradients);
        addBiasGradient(gradients.queryKeyValueBias, fused);
        const at::Tensor input
            = rmsNormed(tape.attentionResidual, layer.attentionNorm, block.epsilon, block.type);
        addInto(gradients.queryKeyValue, at::mm(fused.t(), input));
        rmsNormBackward(tape.attentionResidual, layer.attentionNorm, block.epsilon,
                        at::mm(fused, layer.queryKeyValue), residualGradient,
                        gradients.attentionNorm);
    }

} // namespace

std::int64_t tapeBytes(const Architecture& architecture, at::ScalarType type)
{
    const auto size = static_cast<std::int64_t>(at::elementSize(type));
    std::int64_t bytes = 0;
    for (const LayerShape& shape : architecture.layers) {
        const std::int64_t projection = (shape.heads + 2 * shape.kvHeads) * architecture.headDim;
        bytes += 2 * 4 * architecture.hiddenSize + 4 * shape.heads
            + size
                * ((architecture.queryKeyNorm ? 2 : 1) * projection
                   + shape.heads * architecture.headDim + 2 * shape.intermediateSize);
    }
    return bytes;
}

LayerWeights zeroGradients(const LayerWeights& layer)
{
    const auto zeros = [](const at::Tensor& tensor) {
        return tensor.defined() ? at::zeros(tensor.sizes(), at::kFloat) : at::Tensor();
    };
    LayerWeights gradients;
    gradients.shape = layer.shape;
    gradients.attentionNorm = zeros(layer.attentionNorm);
    gradients.mlpNorm = zeros(layer.mlpNorm);
    gradients.queryKeyValue = zeros(layer.queryKeyValue);
    gradients.queryKeyValueBias = zeros(layer.queryKeyValueBias);
    gradients.output = zeros(layer.output);
    gradients.outputBias = zeros(layer.outputBias);
    gradients.queryNorm = zeros(layer.queryNorm);
    gradients.keyNorm = zeros(layer.keyNorm);
    gradients.gateUp = zeros(layer.gateUp);
    gradients.gateUpBias = zeros(layer.gateUpBias);
    gradients.down = zeros(layer.down);
    gradients.downBias = zeros(layer.downBias);
    return gradients;
}

namespace {

    void attentionTaped(const LayerWeights& layer, const BlockContext& block, at::Tensor& residual,
                        std::int64_t length, BlockTape& tape)
    {
        const std::int64_t copies = layer.shape.queriesPerGroup();
        tape.attentionResidual = residual.clone();
        const at::Tensor fused
            = projected(rmsNormed(residual, layer.attentionNorm, block.epsilon, block.type),
                        layer.queryKeyValue, layer.queryKeyValueBias);
        tape.inputs = attentionInputs(layer, block, fused, length);
        if (layer.queryNorm.defined())
            tape.fused = fused;
        if (attendsInBlocks(tape.inputs)) {
            Attended attended
                = blockAttention(tape.inputs, 1 / std::sqrt(static_cast<double>(block.headDim)));
            tape.attended = std::move(attended.values);
            tape.logSum = std::move(attended.logSum);
        } else {
            std::tie(tape.attended, tape.logSum) = at::_scaled_dot_product_flash_attention_for_cpu(
                tape.inputs.query, repeatedHeads(tape.inputs.key, copies),
                repeatedHeads(tape.inputs.value, copies), 0.0, true);
        }
        addInto(residual, projected(headRows(tape.attended), layer.output, layer.outputBias));
    }

} // namespace

void forwardTaped(const LayerWeights& layer, const BlockContext& block, at::Tensor& residual,
                  std::int64_t length, BlockTape& tape)
{
    if (layer.shape.hasAttention())
        attentionTaped(layer, block, residual, length, tape);
    if (!layer.shape.hasMlp())
        return;
    tape.mlpResidual = residual.clone();
    tape.gateUp = projected(rmsNormed(residual, layer.mlpNorm, block.epsilon, block.type),
                            layer.gateUp, layer.gateUpBias);
    addInto(residual, projected(gatedProduct(tape.gateUp), layer.down, layer.downBias));
}

void backwardBlock(const LayerWeights& layer, const BlockContext& block, const BlockTape& tape,
                   std::int64_t length, at::Tensor& residualGradient, LayerWeights& gradients)
{
    if (layer.shape.hasMlp())
        backwardMlp(layer, block, tape, residualGradient, gradients);
    if (layer.shape.hasAttention())
        backwardAttention(layer, block, tape, length, residualGradient, gradients);
}

void rmsNormBackward(const at::Tensor& residual, const at::Tensor& weight, double epsilon,
                     const at::Tensor& gradient, at::Tensor& residualGradient,
                     at::Tensor& weightGradient)
{
    const std::int64_t rows = residual.size(0), width = residual.size(1);
    at::Tensor sums = at::zeros({ blocksOf(rows), width }, at::kFloat);
    const auto small = static_cast<float>(epsilon);
    at::parallel_for(0, blocksOf(rows), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t block = begin; block < end; ++block) {
            const std::int64_t first = block * blockRows * width,
                               count = std::min(blockRows, rows - block * blockRows);
            float* sum = floats(sums) + block * width;
            if (isHalf(gradient))
                kernels::rmsNormGradientHalf(floats(residual) + first, floats(weight), small,
                                             halves(gradient) + first, count, width,
                                             floats(residualGradient) + first, sum);
            else
                kernels::rmsNormGradientFloat(floats(residual) + first, floats(weight), small,
                                              floats(gradient) + first, count, width,
                                              floats(residualGradient) + first, sum);
        }
    });
    weightGradient += sums.sum(0);
}

HiddenLoss distillationLoss(const at::Tensor& teacherHidden, const at::Tensor& teacherHead,
                            const at::Tensor& studentHidden, const at::Tensor& studentHead,
                            double scale, const CancelToken& cancel, std::int64_t chunk)
{
    const std::int64_t rows = studentHidden.size(0);
    HiddenLoss loss { 0, at::empty_like(studentHidden) };
    std::vector<double> kl(static_cast<std::size_t>(rows));
    const std::int64_t width = studentHead.size(0);
    const at::Tensor studentLogits = at::empty({ chunk, width }, studentHidden.options()),
                     teacherLogits = at::empty({ chunk, width }, teacherHidden.options());
    for (std::int64_t first = 0; first < rows && !cancel.cancelled(); first += chunk) {
        const std::int64_t count = std::min(chunk, rows - first);
        at::Tensor student = studentLogits.narrow(0, 0, count),
                   teacher = teacherLogits.narrow(0, 0, count);
        at::mm_out(student, studentHidden.narrow(0, first, count), studentHead.t());
        at::mm_out(teacher, teacherHidden.narrow(0, first, count), teacherHead.t());
        const auto factor = static_cast<float>(scale);
        at::parallel_for(0, count, 4, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row)
                kl[static_cast<std::size_t>(first + row)] = isHalf(student)
                    ? kernels::klGradientHalf(halves(teacher) + row * width,
                                              halves(student) + row * width, width, factor)
                    : kernels::klGradientFloat(floats(teacher) + row * width,
                                               floats(student) + row * width, width, factor);
        });
        at::Tensor gradient = loss.gradient.narrow(0, first, count);
        at::mm_out(gradient, student, studentHead);
    }
    for (const double row : kl)
        loss.kl += row;
    return loss;
}

} // namespace schmidt
