// SPDX-License-Identifier: Apache-2.0
#include "model/architecture.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace schmidt {

const std::vector<FamilyTraits>& familyTable()
{
    static const std::vector<FamilyTraits> table {
        { Family::Llama,
          "llama",
          { "llama", "mistral", "smollm", "nemotron-nas", "phi3" },
          "LlamaForCausalLM",
          false,
          false,
          true },
        { Family::Qwen2, "qwen2", { "qwen2" }, "Qwen2ForCausalLM", true, false, false },
        { Family::Qwen3, "qwen3", { "qwen3" }, "Qwen3ForCausalLM", false, true, false },
        { Family::Gemma2, "gemma2", { "gemma2" }, "Gemma2ForCausalLM", false, false, false },
        { Family::Gemma3,
          "gemma3",
          { "gemma3_text", "gemma3" },
          "Gemma3ForCausalLM",
          false,
          true,
          false },
        { Family::Gpt2, "gpt2", { "gpt2" }, "GPT2LMHeadModel", true, false, false },
        { Family::GptNeoX, "gptneox", { "gpt_neox" }, "GPTNeoXForCausalLM", true, false, false },
    };
    return table;
}

const FamilyTraits& familyTraits(Family family)
{
    for (const FamilyTraits& traits : familyTable())
        if (traits.family == family)
            return traits;
    return familyTable().front();
}

std::string familyName(Family family)
{
    return familyTraits(family).ggufName;
}

bool Architecture::uniform() const
{
    const auto first = std::find_if(layers.begin(), layers.end(),
                                    [](const LayerShape& layer) { return !layer.empty(); });
    return std::all_of(first, layers.end(), [first](const LayerShape& layer) {
        return layer.empty()
            || (layer.heads == first->heads && layer.kvHeads == first->kvHeads
                && layer.intermediateSize == first->intermediateSize);
    });
}

bool Architecture::wholeBlocks() const
{
    return std::all_of(layers.begin(), layers.end(), [](const LayerShape& layer) {
        return layer.hasAttention() && layer.hasMlp();
    });
}

const LayerShape& Architecture::attentionLayer() const
{
    return *std::find_if(layers.begin(), layers.end(),
                         [](const LayerShape& layer) { return layer.hasAttention(); });
}

std::vector<int> Architecture::presentLayers() const
{
    std::vector<int> present;
    for (std::size_t layer = 0; layer < layers.size(); ++layer)
        if (!layers[layer].empty())
            present.push_back(static_cast<int>(layer));
    return present;
}

Architecture Architecture::withoutEmptyLayers() const
{
    Architecture result = *this;
    std::erase_if(result.layers, [](const LayerShape& layer) { return layer.empty(); });
    return result;
}

bool Architecture::plainBlocks() const
{
    return activation == Activation::Silu && gatedMlp && !postNorms && !layerNorm
        && !parallelResidual && !learnedPositions && embeddingScale == 1.0 && attentionScale == 0.0
        && attentionSoftcap == 0.0 && logitSoftcap == 0.0 && slidingWindow == 0;
}

Result<void> checkPlainBlocks(const Architecture& architecture, const std::string& what)
{
    if (architecture.plainBlocks())
        return {};
    return unsupported(fmt::format(
        "{} models of the family {} is not supported, because its blocks are built differently "
        "from Llama's; they can be evaluated and exported, also with quantized GGUF types.",
        what, familyName(architecture.family)));
}

std::int64_t Architecture::embeddingParameters() const
{
    return vocabularySize * hiddenSize * (tiedEmbeddings ? 1 : 2)
        + (learnedPositions ? contextLength * hiddenSize : 0);
}

std::int64_t Architecture::layerParameters(std::int64_t layer) const
{
    const LayerShape& shape = layers[static_cast<std::size_t>(layer)];
    const std::int64_t queries = shape.heads * headDim, keys = shape.kvHeads * headDim;
    const std::int64_t norms = (postNorms ? 2 : 1) * (layerNorm ? 2 : 1) * hiddenSize;
    const std::int64_t inner = gatedMlp ? 2 : 1; // matrices into the MLP
    std::int64_t count = 0;
    if (shape.hasAttention())
        count += norms + 2 * queries * hiddenSize + 2 * keys * hiddenSize
            + (attentionBias ? queries + 2 * keys : 0) + (outputBias ? hiddenSize : 0)
            + (queryKeyNorm ? 2 * headDim : 0);
    if (shape.hasMlp())
        count += norms + (inner + 1) * shape.intermediateSize * hiddenSize
            + (mlpBias ? inner * shape.intermediateSize + hiddenSize : 0);
    return count;
}

std::int64_t Architecture::blockParameters() const
{
    std::int64_t count = 0;
    for (std::int64_t layer = 0; layer < layerCount(); ++layer)
        count += layerParameters(layer);
    return count;
}

std::int64_t Architecture::totalParameters() const
{
    return embeddingParameters() + blockParameters() + (layerNorm ? 2 : 1) * hiddenSize;
}

namespace {

    /// Llama 3.1: long wavelengths are divided by `factor`, short ones kept, a ramp between.
    double llama3Frequency(const RopeParameters& rope, double frequency)
    {
        const double wavelength = 2 * std::numbers::pi / frequency;
        const double original = static_cast<double>(rope.originalContext);
        if (wavelength < original / rope.highFrequencyFactor)
            return frequency;
        if (wavelength > original / rope.lowFrequencyFactor)
            return frequency / rope.factor;
        const double share = (original / wavelength - rope.lowFrequencyFactor)
            / (rope.highFrequencyFactor - rope.lowFrequencyFactor);
        return (1 - share) * frequency / rope.factor + share * frequency;
    }

    /// YaRN: dimensions that turn often inside the original context keep their frequency
    /// (arXiv 2309.00071, section 3.2).
    double yarnFrequency(const RopeParameters& rope, double frequency, std::int64_t index,
                         std::int64_t headDim)
    {
        const auto dimensionOf = [&](double rotations) {
            return static_cast<double>(headDim)
                * std::log(static_cast<double>(rope.originalContext)
                           / (rotations * 2 * std::numbers::pi))
                / (2 * std::log(rope.theta));
        };
        const double low = std::max(std::floor(dimensionOf(rope.betaFast)), 0.0);
        double high
            = std::min(std::ceil(dimensionOf(rope.betaSlow)), static_cast<double>(headDim - 1));
        if (low == high)
            high += 0.001;
        const double ramp = std::clamp((static_cast<double>(index) - low) / (high - low), 0.0, 1.0);
        return frequency / rope.factor * ramp + frequency * (1 - ramp);
    }

} // namespace

RopeFrequencies ropeFrequencies(const RopeParameters& rope, std::int64_t headDim)
{
    RopeFrequencies result;
    for (std::int64_t index = 0; index < headDim / 2; ++index) {
        double frequency = std::pow(
            rope.theta, -2.0 * static_cast<double>(index) / static_cast<double>(headDim));
        if (static_cast<std::int64_t>(rope.frequencyDivisors.size()) == headDim / 2)
            frequency /= rope.frequencyDivisors[static_cast<std::size_t>(index)];
        else if (rope.scaling == RopeScaling::Linear)
            frequency /= rope.factor;
        else if (rope.scaling == RopeScaling::Llama3)
            frequency = llama3Frequency(rope, frequency);
        else if (rope.scaling == RopeScaling::Yarn)
            frequency = yarnFrequency(rope, frequency, index, headDim);
        result.angular.push_back(frequency);
    }
    if (rope.scaling == RopeScaling::Yarn)
        result.magnitude
            = rope.attentionFactor > 0 ? rope.attentionFactor : 0.1 * std::log(rope.factor) + 1.0;
    return result;
}

std::int64_t rotaryRow(std::int64_t row, std::int64_t headDim, std::int64_t rotaryDim)
{
    const std::int64_t half = rotaryDim / 2, rest = (headDim - rotaryDim) / 2;
    if (row < half)
        return row;
    if (row < rotaryDim)
        return headDim / 2 + row - half;
    const std::int64_t still = row - rotaryDim;
    return still < rest ? half + still : headDim / 2 + half + still - rest;
}

namespace {

    /// Numbers that only some families have.
    Result<void> checkExtras(const Architecture& architecture)
    {
        const auto cap = [](double value) { return value >= 0 && std::isfinite(value); };
        if (!cap(architecture.attentionSoftcap) || !cap(architecture.logitSoftcap)
            || !cap(architecture.attentionScale) || !(architecture.embeddingScale > 0)
            || !std::isfinite(architecture.embeddingScale)
            || !(architecture.slidingRopeTheta == 0 || architecture.slidingRopeTheta > 1)
            || !std::isfinite(architecture.slidingRopeTheta))
            return badInput("The model's scales, soft caps or rotary bases are no usable numbers.");
        if (architecture.slidingWindow < 0)
            return badInput("The model's sliding window is negative.");
        if (architecture.rotaryDim < 0 || architecture.rotaryDim > architecture.headDim
            || architecture.rotaryDim % 2 != 0)
            return badInput(fmt::format("{} of the {} numbers of a head cannot rotate.",
                                        architecture.rotaryDim, architecture.headDim));
        if (architecture.learnedPositions
            && (architecture.contextLength <= 0 || architecture.contextLength > 1 << 24))
            return badInput("The model's configuration has no usable number of positions.");
        return {};
    }

} // namespace

Result<void> checkArchitecture(const Architecture& architecture)
{
    constexpr std::int64_t largest = std::int64_t { 1 } << 31;
    const auto sane = [](std::int64_t value) { return value > 0 && value < largest; };
    if (!sane(architecture.hiddenSize) || !sane(architecture.vocabularySize)
        || !sane(architecture.headDim) || architecture.headDim % 2 != 0)
        return badInput(
            "The model's configuration has no usable hidden size, head size or vocabulary size.");
    if (architecture.layers.empty() || architecture.layers.size() > 4096)
        return badInput(
            fmt::format("The model's configuration names {} layers; 1 to 4096 are possible.",
                        architecture.layers.size()));
    for (std::size_t index = 0; index < architecture.layers.size(); ++index) {
        const LayerShape& layer = architecture.layers[index];
        const bool attentionFree = layer.heads == 0 && layer.kvHeads == 0;
        if (!(attentionFree
              || (sane(layer.heads) && sane(layer.kvHeads) && layer.heads % layer.kvHeads == 0))
            || !(layer.intermediateSize == 0 || sane(layer.intermediateSize)))
            return badInput(fmt::format(
                "Layer {} has {} heads, {} KV heads and MLP width {}; heads must be a multiple "
                "of KV heads.",
                index, layer.heads, layer.kvHeads, layer.intermediateSize));
    }
    if (std::none_of(architecture.layers.begin(), architecture.layers.end(),
                     [](const LayerShape& layer) { return layer.hasAttention(); }))
        return badInput("No layer of the model has attention, so it could not see its text.");
    if (!(architecture.rope.theta > 1) || !std::isfinite(architecture.rope.theta))
        return badInput("The model's rotary base is not a number above 1.");
    const RopeParameters& rope = architecture.rope;
    const bool needsContext
        = rope.scaling == RopeScaling::Llama3 || rope.scaling == RopeScaling::Yarn;
    if (!(rope.factor > 0) || !std::isfinite(rope.factor)
        || (needsContext && rope.originalContext <= 0)
        || (rope.scaling == RopeScaling::Llama3
            && !(rope.lowFrequencyFactor > 0
                 && rope.highFrequencyFactor > rope.lowFrequencyFactor)))
        return badInput("The model's rotary scaling parameters are contradictory.");
    if (!(architecture.rmsNormEpsilon >= 0 && architecture.rmsNormEpsilon < 1))
        return badInput("The model's norm epsilon is not a small positive number.");
    return checkExtras(architecture);
}

} // namespace schmidt
