// SPDX-License-Identifier: Apache-2.0
#include "engine/attention_blocks.h"
#include "engine/coded_weights.h"
#include "engine/kernels.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <limits>

namespace schmidt {

RopeTables ropeTables(const RopeFrequencies& frequencies, std::int64_t length)
{
    const auto half = static_cast<std::int64_t>(frequencies.angular.size());
    RopeTables tables { at::empty({ length, half }, at::kFloat),
                        at::empty({ length, half }, at::kFloat) };
    float* cosine = floats(tables.cosine);
    float* sine = floats(tables.sine);
    for (std::int64_t position = 0; position < length; ++position)
        for (std::int64_t k = 0; k < half; ++k) {
            // The reference computes angles in fp32; following it keeps far positions identical.
            const float angle = static_cast<float>(position)
                * static_cast<float>(frequencies.angular[static_cast<std::size_t>(k)]);
            *cosine++ = static_cast<float>(std::cos(angle) * frequencies.magnitude);
            *sine++ = static_cast<float>(std::sin(angle) * frequencies.magnitude);
        }
    return tables;
}

namespace {

    /// Frequencies of all pairs of a head; those that do not rotate have none.
    RopeFrequencies rotation(const Architecture& architecture, const RopeParameters& rope)
    {
        RopeFrequencies frequencies;
        if (!architecture.learnedPositions)
            frequencies = ropeFrequencies(rope, architecture.rotatedDim());
        frequencies.angular.resize(static_cast<std::size_t>(architecture.headDim / 2), 0.0);
        return frequencies;
    }

} // namespace

BlockContext blockContext(const Architecture& architecture, at::ScalarType type,
                          std::int64_t length)
{
    BlockContext block { architecture.headDim, architecture.rmsNormEpsilon, type,
                         ropeTables(rotation(architecture, architecture.rope), length) };
    block.scale = architecture.attentionScale;
    block.softcap = architecture.attentionSoftcap;
    if (architecture.slidingRopeTheta > 0) {
        RopeParameters local;
        local.theta = architecture.slidingRopeTheta;
        block.slidingRope = ropeTables(rotation(architecture, local), length);
    }
    if (architecture.slidingWindow > 0 && architecture.slidingWindow < length) {
        const at::Tensor position = at::arange(length, at::kFloat);
        const at::Tensor distance = position.unsqueeze(1) - position.unsqueeze(0);
        block.slidingMask
            = at::zeros({ length, length }, at::kFloat)
                  .masked_fill_((distance < 0) | (distance >= architecture.slidingWindow),
                                -std::numeric_limits<float>::infinity());
    }
    return block;
}

at::Tensor embedTokens(const at::Tensor& embedding, const std::int32_t* tokens, std::int64_t count)
{
    const at::Tensor ids = at::from_blob(const_cast<std::int32_t*>(tokens), { count },
                                         at::TensorOptions().dtype(at::kInt));
    return embedding.index_select(0, ids).to(at::kFloat);
}

at::Tensor rmsNormed(const at::Tensor& residual, const at::Tensor& weight, double epsilon,
                     at::ScalarType type)
{
    const std::int64_t rows = residual.size(0), width = residual.size(1);
    at::Tensor out = at::empty({ rows, width }, type);
    at::parallel_for(0, rows, 64, [&](std::int64_t begin, std::int64_t end) {
        const float* x = floats(residual) + begin * width;
        if (type == at::kFloat)
            kernels::rmsNormFloat(x, floats(weight), static_cast<float>(epsilon), end - begin,
                                  width, floats(out) + begin * width);
        else
            kernels::rmsNormHalf(x, floats(weight), static_cast<float>(epsilon), end - begin, width,
                                 halves(out) + begin * width);
    });
    return out;
}

namespace {

    /// The norm before a half of a block or the head: with a bias it is a LayerNorm.
    at::Tensor normed(const at::Tensor& residual, const at::Tensor& weight, const at::Tensor& bias,
                      double epsilon, at::ScalarType type)
    {
        if (bias.defined())
            return at::layer_norm(residual, { residual.size(1) }, weight, bias, epsilon).to(type);
        return rmsNormed(residual, weight, epsilon, type);
    }

} // namespace

at::Tensor finalNormed(const TransformerModel::Weights& weights, const at::Tensor& residual)
{
    return normed(residual, weights.finalNorm, weights.finalNormBias,
                  weights.architecture.rmsNormEpsilon, weights.type);
}

OutputHead outputHead(const TransformerModel::Weights& weights)
{
    return { weights.head, weights.architecture.logitSoftcap, weights.headScales };
}

at::Tensor logitsOf(const at::Tensor& hidden, const OutputHead& head)
{
    at::Tensor logits = projected(hidden, head.matrix, {}, head.scales);
    if (head.softcap > 0)
        logits.div_(head.softcap).tanh_().mul_(head.softcap);
    return logits;
}

void addInto(at::Tensor& residual, const at::Tensor& delta)
{
    at::parallel_for(0, residual.numel(), 32768, [&](std::int64_t begin, std::int64_t end) {
        if (isHalf(delta))
            kernels::addHalf(floats(residual) + begin, halves(delta) + begin, end - begin);
        else
            kernels::addFloat(floats(residual) + begin, floats(delta) + begin, end - begin);
    });
}

at::Tensor projected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const at::Tensor& scales)
{
    if (scales.defined()) {
        const at::Tensor product = codedProduct(x, weight, scales);
        return bias.defined() ? product + bias.to(product.scalar_type()) : product;
    }
    if (bias.defined())
        return at::linear(x, weight, bias.to(weight.scalar_type()));
    return at::linear(x, weight);
}

namespace {

    /// Reads the fused projection once.
    template <typename Value, auto Rotate>
    void splitHeads(const LayerWeights& layer, const BlockContext& block, const Value* fused,
                    std::int64_t count, std::int64_t length, AttentionInputs& out)
    {
        const std::int64_t dim = block.headDim, heads = layer.shape.heads,
                           kvHeads = layer.shape.kvHeads;
        const std::int64_t row = (heads + 2 * kvHeads) * dim;
        const float epsilon = static_cast<float>(block.epsilon);
        const RopeTables& rope = layer.shape.sliding && block.slidingRope.cosine.defined()
            ? block.slidingRope
            : block.rope;
        const float* queryNorm = layer.queryNorm.defined() ? floats(layer.queryNorm) : nullptr;
        const float* keyNorm = layer.keyNorm.defined() ? floats(layer.keyNorm) : nullptr;
        auto* query = reinterpret_cast<Value*>(out.query.data_ptr());
        auto* key = reinterpret_cast<Value*>(out.key.data_ptr());
        auto* value = reinterpret_cast<Value*>(out.value.data_ptr());
        at::parallel_for(0, count * length, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t token = begin; token < end; ++token) {
                const std::int64_t sequence = token / length, position = token % length;
                const float* cosine = floats(rope.cosine) + position * (dim / 2);
                const float* sine = floats(rope.sine) + position * (dim / 2);
                const Value* source = fused + token * row;
                for (std::int64_t head = 0; head < heads; ++head, source += dim)
                    Rotate(source, cosine, sine, queryNorm, epsilon, dim,
                           query + ((sequence * heads + head) * length + position) * dim);
                for (std::int64_t head = 0; head < kvHeads; ++head, source += dim)
                    Rotate(source, cosine, sine, keyNorm, epsilon, dim,
                           key + ((sequence * kvHeads + head) * length + position) * dim);
                for (std::int64_t head = 0; head < kvHeads; ++head, source += dim)
                    std::copy_n(source, dim,
                                value + ((sequence * kvHeads + head) * length + position) * dim);
            }
        });
    }

} // namespace

AttentionInputs attentionInputs(const LayerWeights& layer, const BlockContext& block,
                                const at::Tensor& fused, std::int64_t length)
{
    const std::int64_t count = fused.size(0) / length, dim = block.headDim;
    AttentionInputs inputs { at::empty({ count, layer.shape.heads, length, dim }, block.type),
                             at::empty({ count, layer.shape.kvHeads, length, dim }, block.type),
                             at::empty({ count, layer.shape.kvHeads, length, dim }, block.type) };
    if (block.type == at::kFloat)
        splitHeads<float, kernels::rotateFloat>(layer, block, floats(fused), count, length, inputs);
    else
        splitHeads<std::uint16_t, kernels::rotateHalf>(layer, block, halves(fused), count, length,
                                                       inputs);
    return inputs;
}

namespace {

    /// Attention whose scores go through c tanh(score / c), one head of one sequence at a time.
    /// `mask` is undefined where queries see all earlier keys.
    at::Tensor cappedAttention(const AttentionInputs& inputs, const BlockContext& block,
                               at::Tensor mask)
    {
        const std::int64_t length = inputs.query.size(2), heads = inputs.query.size(1),
                           queriesPerKey = heads / inputs.key.size(1);
        const double scale
            = block.scale > 0 ? block.scale : 1 / std::sqrt(static_cast<double>(block.headDim));
        if (!mask.defined())
            mask = at::full({ length, length }, -std::numeric_limits<float>::infinity(), at::kFloat)
                       .triu_(1);
        at::Tensor attended = at::empty_like(inputs.query);
        for (std::int64_t sequence = 0; sequence < inputs.query.size(0); ++sequence)
            for (std::int64_t head = 0; head < heads; ++head) {
                const at::Tensor key = inputs.key[sequence][head / queriesPerKey];
                at::Tensor scores = at::mm(inputs.query[sequence][head], key.t()).to(at::kFloat);
                scores.mul_(scale / block.softcap).tanh_().mul_(block.softcap).add_(mask);
                attended[sequence][head].copy_(
                    at::mm(at::softmax(scores, 1).to(block.type),
                           inputs.value[sequence][head / queriesPerKey]));
            }
        return attended;
    }

} // namespace

at::Tensor headOutputs(const LayerWeights& layer, const BlockContext& block,
                       const at::Tensor& input, std::int64_t length)
{
    const std::int64_t count = input.size(0) / length, dim = block.headDim;
    const AttentionInputs inputs = attentionInputs(
        layer, block,
        projected(input, layer.queryKeyValue, layer.queryKeyValueBias, layer.queryKeyValueScales),
        length);
    const bool grouped = layer.shape.heads != layer.shape.kvHeads;
    const std::optional<double> scale = block.scale > 0 ? std::optional(block.scale) : std::nullopt;
    const at::Tensor mask = layer.shape.sliding ? block.slidingMask : at::Tensor();
    at::Tensor attended;
    if (block.softcap > 0)
        attended = cappedAttention(inputs, block, mask);
    else if (mask.defined())
        attended
            = at::scaled_dot_product_attention(inputs.query, inputs.key, inputs.value,
                                               mask.to(block.type), 0.0, false, scale, grouped);
    else if (attendsInBlocks(inputs))
        attended = blockAttention(inputs, scale.value_or(1 / std::sqrt(static_cast<double>(dim))))
                       .values;
    else
        attended = at::scaled_dot_product_attention(inputs.query, inputs.key, inputs.value, {}, 0.0,
                                                    true, scale, grouped);
    return attended.transpose(1, 2).reshape({ count * length, layer.shape.heads * dim });
}

at::Tensor gatedProduct(const at::Tensor& gateUp)
{
    const std::int64_t rows = gateUp.size(0), width = gateUp.size(1) / 2;
    at::Tensor out = at::empty({ rows, width }, gateUp.options());
    at::parallel_for(0, rows, 16, [&](std::int64_t begin, std::int64_t end) {
        if (isHalf(gateUp))
            kernels::gatedHalf(halves(gateUp) + begin * 2 * width, end - begin, width,
                               halves(out) + begin * width);
        else
            kernels::gatedFloat(floats(gateUp) + begin * 2 * width, end - begin, width,
                                floats(out) + begin * width);
    });
    return out;
}

at::Tensor mlpActivation(const LayerWeights& layer, const at::Tensor& input)
{
    const at::Tensor inner = projected(input, layer.gateUp, layer.gateUpBias, layer.gateUpScales);
    if (layer.gated && layer.activation == Activation::Silu)
        return gatedProduct(inner);
    const char* form = layer.activation == Activation::GeluTanh ? "tanh" : "none";
    const auto activated = [&](const at::Tensor& x) {
        return layer.activation == Activation::Silu ? at::silu(x) : at::gelu(x, form);
    };
    if (!layer.gated)
        return activated(inner);
    const std::int64_t width = inner.size(1) / 2;
    return activated(inner.narrow(1, 0, width)).mul_(inner.narrow(1, width, width));
}

namespace {

    /// What a half block adds to the residual, through the norm behind it where there is one.
    void addHalf(at::Tensor& residual, const at::Tensor& delta, const at::Tensor& postNorm,
                 const BlockContext& block)
    {
        addInto(residual,
                postNorm.defined()
                    ? rmsNormed(delta.to(at::kFloat), postNorm, block.epsilon, at::kFloat)
                    : delta);
    }

} // namespace

void forwardBlock(const LayerWeights& layer, const BlockContext& block, at::Tensor& residual,
                  std::int64_t length)
{
    const auto mlpInput = [&] {
        return normed(residual, layer.mlpNorm, layer.mlpNormBias, block.epsilon, block.type);
    };
    const at::Tensor before = layer.parallel && layer.shape.hasMlp() ? mlpInput() : at::Tensor();
    if (layer.shape.hasAttention()) {
        const at::Tensor input = normed(residual, layer.attentionNorm, layer.attentionNormBias,
                                        block.epsilon, block.type);
        addHalf(residual,
                projected(headOutputs(layer, block, input, length), layer.output, layer.outputBias,
                          layer.outputScales),
                layer.postAttentionNorm, block);
    }
    if (layer.shape.hasMlp())
        addHalf(residual,
                projected(mlpActivation(layer, layer.parallel ? before : mlpInput()), layer.down,
                          layer.downBias, layer.downScales),
                layer.postMlpNorm, block);
}

void addPositions(const TransformerModel::Weights& weights, at::Tensor& residual,
                  std::int64_t length)
{
    if (weights.positions.defined())
        residual.view({ -1, length, residual.size(1) })
            .add_(weights.positions.narrow(0, 0, length).to(at::kFloat));
}

at::Tensor finalHidden(const TransformerModel::Weights& weights, const TokenWindows& windows,
                       std::int64_t first, std::int64_t count)
{
    const std::int64_t length = windows.length;
    const BlockContext block = blockContext(weights.architecture, weights.type, length);
    at::Tensor residual
        = embedTokens(weights.embedding, windows.tokens.data() + first * length, count * length);
    addPositions(weights, residual, length);
    for (const LayerWeights& layer : weights.layers)
        forwardBlock(layer, block, residual, length);
    return finalNormed(weights, residual);
}

namespace {

    kernels::RowScore scoreRow(const at::Tensor& logits, std::int64_t row)
    {
        const std::int64_t count = logits.size(1);
        return isHalf(logits) ? kernels::scoreRowHalf(halves(logits) + row * count, count)
                              : kernels::scoreRowFloat(floats(logits) + row * count, count);
    }

    double crossTerm(const at::Tensor& teacher, const at::Tensor& student, double normalizer,
                     std::int64_t row)
    {
        const std::int64_t count = teacher.size(1);
        return isHalf(teacher)
            ? kernels::crossTermHalf(halves(teacher) + row * count, halves(student) + row * count,
                                     normalizer, count)
            : kernels::crossTermFloat(floats(teacher) + row * count, floats(student) + row * count,
                                      normalizer, count);
    }

    double logitAt(const at::Tensor& logits, std::int64_t row, std::int32_t token)
    {
        const std::int64_t index = row * logits.size(1) + token;
        if (!isHalf(logits))
            return floats(logits)[index];
        return static_cast<float>(logits.data_ptr<at::BFloat16>()[index]);
    }

    RowScores emptyScores(std::size_t rows, bool compared)
    {
        constexpr float missing = std::numeric_limits<float>::quiet_NaN();
        RowScores scores;
        scores.nll.assign(rows, missing);
        scores.top.assign(rows, -1);
        scores.logNormalizer.assign(rows, missing);
        if (compared) {
            scores.kl.assign(rows, missing);
            scores.sameTop.assign(rows, 0);
        }
        return scores;
    }

    /// Fills the rows from `first` on that `logits` belong to.
    void scoreAlone(const at::Tensor& logits, std::int64_t first,
                    const std::vector<std::int32_t>& targets, RowScores& out)
    {
        at::parallel_for(0, logits.size(0), 4, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                const auto index = static_cast<std::size_t>(first + row);
                if (targets[index] < 0)
                    continue;
                const kernels::RowScore score = scoreRow(logits, row);
                out.nll[index] = static_cast<float>(score.logNormalizer
                                                    - logitAt(logits, row, targets[index]));
                out.top[index] = static_cast<std::int32_t>(score.top);
                out.logNormalizer[index] = score.logNormalizer;
            }
        });
    }

    /// Adds what compares the same rows with the teacher's.
    void compareRows(const at::Tensor& teacherLogits, const RowScores& teacher,
                     const at::Tensor& logits, std::int64_t first, RowScores& out)
    {
        at::parallel_for(0, logits.size(0), 4, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                const auto index = static_cast<std::size_t>(first + row);
                if (out.top[index] < 0)
                    continue;
                const double normalizer = teacher.logNormalizer[index];
                const double kl = crossTerm(teacherLogits, logits, normalizer, row) - normalizer
                    + out.logNormalizer[index];
                out.kl[index] = static_cast<float>(std::max(0.0, kl));
                out.sameTop[index] = out.top[index] == teacher.top[index];
            }
        });
    }

    /// Models of different precision are compared in the teacher's.
    void scoreAgainst(const at::Tensor& teacherLogits, const RowScores& teacher,
                      const at::Tensor& ownLogits, std::int64_t first,
                      const std::vector<std::int32_t>& targets, RowScores& out)
    {
        const at::Tensor logits = ownLogits.to(teacherLogits.scalar_type());
        scoreAlone(logits, first, targets, out);
        compareRows(teacherLogits, teacher, logits, first, out);
    }

} // namespace

std::vector<RowScores> scoreHidden(const std::vector<at::Tensor>& hidden,
                                   const std::vector<OutputHead>& heads,
                                   const std::vector<std::int32_t>& targets, std::int64_t chunk)
{
    std::vector<RowScores> scores;
    for (std::size_t model = 0; model < hidden.size(); ++model)
        scores.push_back(emptyScores(targets.size(), model > 0));
    const auto rows = static_cast<std::int64_t>(targets.size());
    for (std::int64_t first = 0; first < rows; first += chunk) {
        const std::int64_t count = std::min(chunk, rows - first);
        const auto logits = [&](std::size_t model) {
            return logitsOf(hidden[model].narrow(0, first, count), heads[model]);
        };
        const at::Tensor teacher = logits(0);
        scoreAlone(teacher, first, targets, scores[0]);
        for (std::size_t model = 1; model < hidden.size(); ++model)
            scoreAgainst(teacher, scores[0], logits(model), first, targets, scores[model]);
    }
    return scores;
}

std::vector<RowScores> scoreLogits(const at::Tensor& teacher, const at::Tensor& student,
                                   const std::vector<std::int32_t>& targets)
{
    std::vector<RowScores> scores { emptyScores(targets.size(), false),
                                    emptyScores(targets.size(), true) };
    scoreAlone(teacher, 0, targets, scores[0]);
    scoreAgainst(teacher, scores[0], student, 0, targets, scores[1]);
    return scores;
}

RowScores scoreStudent(const KnownTeacher& teacher, const at::Tensor& hidden,
                       const OutputHead& head, const std::vector<std::int32_t>& targets)
{
    RowScores scores = emptyScores(targets.size(), true);
    const auto rows = static_cast<std::int64_t>(targets.size());
    for (std::int64_t first = 0; first < rows; first += logitsChunk) {
        const std::int64_t count = std::min(logitsChunk, rows - first);
        scoreAgainst(teacher.logits.defined()
                         ? teacher.logits.narrow(0, first, count)
                         : logitsOf(teacher.hidden.narrow(0, first, count), teacher.head),
                     teacher.scores, logitsOf(hidden.narrow(0, first, count), head), first, targets,
                     scores);
    }
    return scores;
}

} // namespace schmidt
