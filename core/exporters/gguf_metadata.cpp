// SPDX-License-Identifier: Apache-2.0
#include "exporters/gguf_metadata.h"

#include "exporters/export_plan.h"
#include "model/gguf_model.h"

#include <cmath>
#include <fmt/format.h>
#include <string_view>
#include <unordered_set>

namespace schmidt {

namespace {

    constexpr double usualBetaFast = 32.0, usualBetaSlow = 1.0;

    /// A number for all layers, or one per layer.
    template <typename Field>
    void perLayer(GgufMetadata& metadata, const std::string& key, const Architecture& architecture,
                  Field field)
    {
        if (architecture.uniform()) {
            metadata.integer(key, field(architecture.layers.front()));
            return;
        }
        std::vector<std::int32_t> values;
        for (const LayerShape& layer : architecture.layers)
            values.push_back(static_cast<std::int32_t>(field(layer)));
        metadata.integers(key, values);
    }

    void addRope(GgufMetadata& metadata, const std::string& prefix,
                 const Architecture& architecture)
    {
        const RopeParameters& rope = architecture.rope;
        if (architecture.learnedPositions)
            return;
        metadata.integer(prefix + "rope.dimension_count", architecture.rotatedDim());
        metadata.real(prefix + "rope.freq_base", rope.theta);
        if (architecture.slidingRopeTheta > 0)
            metadata.real(prefix + "rope.freq_base_swa", architecture.slidingRopeTheta);
        const bool yarn = rope.scaling == RopeScaling::Yarn;
        if (!ggufRopeDivisors(architecture).empty()
            || (rope.scaling != RopeScaling::Linear && !yarn))
            return;
        metadata.text(prefix + "rope.scaling.type", yarn ? "yarn" : "linear");
        metadata.real(prefix + "rope.scaling.factor", rope.factor);
        if (!yarn)
            return;
        metadata.integer(prefix + "rope.scaling.original_context_length", rope.originalContext);
        // GGUF's factor multiplies YaRN's own one; ours replaces it.
        if (rope.attentionFactor > 0)
            metadata.real(prefix + "rope.scaling.attn_factor",
                          rope.attentionFactor / (0.1 * std::log(rope.factor) + 1.0));
    }

    /// What Gemma has beyond Llama.
    void addGemma(GgufMetadata& metadata, const std::string& prefix,
                  const Architecture& architecture)
    {
        if (architecture.attentionSoftcap > 0)
            metadata.real(prefix + "attn_logit_softcapping", architecture.attentionSoftcap);
        if (architecture.logitSoftcap > 0)
            metadata.real(prefix + "final_logit_softcapping", architecture.logitSoftcap);
        if (architecture.slidingWindow == 0)
            return;
        metadata.integer(prefix + "attention.sliding_window", architecture.slidingWindow);
        std::vector<bool> sliding;
        for (const LayerShape& layer : architecture.layers)
            sliding.push_back(layer.sliding);
        metadata.flags(prefix + "attention.sliding_window_pattern", sliding);
    }

    /// What llama.cpp's Gemma cannot say. Its scale of attention scores follows from the sizes.
    Result<void> checkGemma(const Architecture& architecture)
    {
        if (!architecture.uniform())
            return unsupported("GGUF's " + familyName(architecture.family)
                               + " has one width for all layers: " + describeWidths(architecture)
                               + ". Export zero-padded, or compress in uniform mode.");
        const double usual = ggufGemmaScale(architecture);
        const double scale = architecture.attentionScale > 0
            ? architecture.attentionScale
            : 1 / std::sqrt(static_cast<double>(architecture.headDim));
        if (std::abs(scale / usual - 1) > 1e-5)
            return unsupported(fmt::format(
                "GGUF runtimes scale the attention of a {} of {} layers by {:.5f}, this model by "
                "{:.5f}; export it to Hugging Face.",
                familyName(architecture.family), architecture.layerCount(), usual, scale));
        const bool capped = architecture.attentionSoftcap > 0;
        if (capped != (architecture.family == Family::Gemma2))
            return unsupported("GGUF's gemma2 caps attention scores and gemma3 does not, unlike "
                               "this model; export it to Hugging Face.");
        if (architecture.family == Family::Gemma2
            && (!architecture.tiedEmbeddings || architecture.logitSoftcap == 0
                || architecture.slidingWindow == 0))
            return unsupported("GGUF's gemma2 has a tied head, a cap on its logits and a sliding "
                               "window, one of which this model lacks; export it to Hugging "
                               "Face.");
        if (architecture.attentionBias || architecture.outputBias || architecture.mlpBias)
            return unsupported("GGUF's " + familyName(architecture.family)
                               + " has no biases; export the model to Hugging Face.");
        return {};
    }

    void addTokenizer(GgufMetadata& metadata, const Architecture& architecture,
                      const TokenizerData& tokenizer)
    {
        if (!tokenizer.present()) {
            metadata.text("tokenizer.ggml.model", "no_vocab");
            return;
        }
        const bool unigram = tokenizer.kind == TokenizerKind::SentencePieceUnigram;
        const bool sentencePiece = unigram || tokenizer.kind == TokenizerKind::SentencePieceBpe;
        const auto rows = static_cast<std::size_t>(architecture.vocabularySize);
        std::vector<std::string> tokens = tokenizer.tokens;
        std::vector<std::int32_t> types;
        for (std::size_t id = 0; id < tokens.size(); ++id)
            types.push_back(static_cast<std::int32_t>(
                id < tokenizer.types.size() ? tokenizer.types[id] : TokenType::Normal));
        while (tokens.size() < rows) {
            tokens.push_back(fmt::format("[PAD{}]", tokens.size()));
            types.push_back(static_cast<std::int32_t>(TokenType::Unused));
        }
        metadata.text("tokenizer.ggml.model", unigram ? "t5" : sentencePiece ? "llama" : "gpt2");
        metadata.text("tokenizer.ggml.pre",
                      tokenizer.preTokenizer.empty() ? "default" : tokenizer.preTokenizer);
        metadata.texts("tokenizer.ggml.tokens", tokens);
        if (sentencePiece) {
            std::vector<float> scores = tokenizer.scores;
            scores.resize(tokens.size(), -1e6F);
            metadata.reals("tokenizer.ggml.scores", scores);
        }
        metadata.integers("tokenizer.ggml.token_type", types);
        if (!sentencePiece)
            metadata.texts("tokenizer.ggml.merges", tokenizer.merges);
        const std::pair<const char*, std::int64_t> named[] { { "bos", tokenizer.bos },
                                                             { "eos", tokenizer.eos },
                                                             { "unknown", tokenizer.unknown },
                                                             { "padding", tokenizer.padding } };
        for (const auto& [name, id] : named)
            if (id >= 0)
                metadata.integer(fmt::format("tokenizer.ggml.{}_token_id", name), id);
        metadata.flag("tokenizer.ggml.add_bos_token", tokenizer.addBos);
        metadata.flag("tokenizer.ggml.add_eos_token", tokenizer.addEos);
        if (sentencePiece)
            metadata.flag("tokenizer.ggml.add_space_prefix", tokenizer.addSpacePrefix);
        if (unigram)
            metadata.flag("tokenizer.ggml.remove_extra_whitespaces",
                          tokenizer.removeExtraWhitespaces);
        if (unigram && !tokenizer.charsmap.empty())
            metadata.unsignedBytes("tokenizer.ggml.precompiled_charsmap", tokenizer.charsmap);
        if (!tokenizer.chatTemplate.empty())
            metadata.text("tokenizer.chat_template", tokenizer.chatTemplate);
    }

    /// llama.cpp ends the process when two tokens have the same text.
    Result<void> checkTokenizer(const Architecture& architecture, const TokenizerData& tokenizer)
    {
        if (static_cast<std::int64_t>(tokenizer.tokens.size()) > architecture.vocabularySize)
            return badInput(fmt::format(
                "The tokenizer has {} tokens but the embedding only {} rows; the tokenizer "
                "belongs to another model.",
                tokenizer.tokens.size(), architecture.vocabularySize));
        std::unordered_set<std::string_view> seen;
        for (std::size_t id = 0; id < tokenizer.tokens.size(); ++id)
            if (tokenizer.tokens[id].empty() || !seen.insert(tokenizer.tokens[id]).second)
                return badInput(fmt::format(
                    "Token {} of the tokenizer is empty or occurs twice; the tokenizer is "
                    "damaged.",
                    id));
        for (std::int64_t id = static_cast<std::int64_t>(seen.size());
             id < architecture.vocabularySize; ++id)
            if (seen.contains(fmt::format("[PAD{}]", id)))
                return badInput(fmt::format(
                    "The tokenizer already has a token [PAD{}]; it cannot be padded to the "
                    "embedding's {} rows.",
                    id, architecture.vocabularySize));
        return {};
    }

} // namespace

std::string ggufArchitectureName(const Architecture& architecture)
{
    // Only the Llama layouts read a tensor of rotary divisors.
    const bool asQwen2
        = architecture.family == Family::Qwen2 && ggufRopeDivisors(architecture).empty();
    if (architecture.uniform() && (architecture.family != Family::Qwen2 || asQwen2))
        return familyTraits(architecture.family).ggufName;
    return "deci";
}

bool ggufInterleaved(const std::string& ggufArchitecture)
{
    return ggufArchitecture == "llama" || ggufArchitecture == "deci";
}

std::vector<float> ggufRopeDivisors(const Architecture& architecture)
{
    const RopeParameters& rope = architecture.rope;
    if (!rope.frequencyDivisors.empty())
        return rope.frequencyDivisors;
    if (rope.scaling != RopeScaling::Llama3)
        return {};
    RopeParameters plain;
    plain.theta = rope.theta;
    const RopeFrequencies scaled = ropeFrequencies(rope, architecture.headDim);
    const RopeFrequencies unscaled = ropeFrequencies(plain, architecture.headDim);
    std::vector<float> divisors;
    for (std::size_t index = 0; index < scaled.angular.size(); ++index)
        divisors.push_back(static_cast<float>(unscaled.angular[index] / scaled.angular[index]));
    return divisors;
}

Result<void> checkGgufModel(const Architecture& architecture, const TokenizerData& tokenizer)
{
    constexpr std::int64_t mostLayers = 512;
    if (architecture.layerCount() > mostLayers)
        return unsupported(fmt::format("GGUF runtimes read {} layers at most; this model has {}.",
                                       mostLayers, architecture.layerCount()));
    if (architecture.postNorms)
        SCHMIDT_CHECK(checkGemma(architecture));
    if (architecture.layerNorm)
        return unsupported("Writing GGUF files of the family " + familyName(architecture.family)
                           + " is not supported, because its matrices are stored fused; convert "
                             "the original with llama.cpp's own converter.");
    if (architecture.queryKeyNorm && !architecture.uniform())
        return unsupported("No GGUF architecture carries per-layer widths together with query and "
                           "key norms and an "
                           "own head: "
                           + describeWidths(architecture)
                           + ". Export zero-padded, or compress in uniform mode.");
    const RopeParameters& rope = architecture.rope;
    if (architecture.queryKeyNorm && !ggufRopeDivisors(architecture).empty())
        return unsupported("GGUF's " + familyName(architecture.family)
                           + " cannot carry explicit rotary divisors; export the model "
                             "to Hugging Face.");
    const bool yarn = rope.scaling == RopeScaling::Yarn;
    if (yarn
        && (rope.betaFast != usualBetaFast || rope.betaSlow != usualBetaSlow
            || !rope.frequencyDivisors.empty()))
        return unsupported("GGUF runtimes read YaRN scaling with the ramp 32 to 1 only; export the "
                           "model to Hugging "
                           "Face.");
    return tokenizer.present() ? checkTokenizer(architecture, tokenizer) : Result<void> {};
}

GgufMetadata ggufMetadata(const Architecture& architecture, const TokenizerData& tokenizer,
                          std::int32_t fileType)
{
    const std::string name = ggufArchitectureName(architecture);
    const std::string prefix = name + ".";
    GgufMetadata metadata;
    metadata.text("general.architecture", name);
    metadata.text("general.type", "model");
    if (!architecture.name.empty())
        metadata.text("general.name", architecture.name);
    metadata.integer("general.file_type", fileType);
    metadata.integer("general.quantization_version", 2);
    metadata.integer(prefix + "vocab_size", architecture.vocabularySize);
    metadata.integer(prefix + "context_length", architecture.contextLength);
    metadata.integer(prefix + "embedding_length", architecture.hiddenSize);
    metadata.integer(prefix + "block_count", architecture.layerCount());
    perLayer(metadata, prefix + "feed_forward_length", architecture,
             [](const LayerShape& layer) { return layer.intermediateSize; });
    perLayer(metadata, prefix + "attention.head_count", architecture,
             [](const LayerShape& layer) { return layer.heads; });
    perLayer(metadata, prefix + "attention.head_count_kv", architecture,
             [](const LayerShape& layer) { return layer.kvHeads; });
    metadata.integer(prefix + "attention.key_length", architecture.headDim);
    metadata.integer(prefix + "attention.value_length", architecture.headDim);
    metadata.real(prefix + "attention.layer_norm_rms_epsilon", architecture.rmsNormEpsilon);
    addRope(metadata, prefix, architecture);
    if (architecture.postNorms)
        addGemma(metadata, prefix, architecture);
    addTokenizer(metadata, architecture, tokenizer);
    return metadata;
}

} // namespace schmidt
