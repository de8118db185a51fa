// SPDX-License-Identifier: Apache-2.0
#include "model/gguf_model.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <regex>

namespace schmidt {

namespace {

    bool hasTensor(const GgufHeader& header, const std::string& name)
    {
        return std::any_of(header.tensors.begin(), header.tensors.end(),
                           [&](const GgufTensor& tensor) { return tensor.name == name; });
    }

    /// One value per layer from a scalar or an array key.
    Result<std::vector<std::int64_t>> perLayer(const GgufHeader& header, const std::string& key,
                                               std::int64_t layers,
                                               const std::vector<std::int64_t>& fallback)
    {
        std::vector<std::int64_t> values = header.integers(key);
        if (values.empty())
            return fallback;
        if (values.size() == 1)
            values.assign(static_cast<std::size_t>(layers), values.front());
        if (static_cast<std::int64_t>(values.size()) != layers)
            return badInput(fmt::format("The GGUF value \"{}\" has {} entries for {} layers.", key,
                                        values.size(), layers));
        return values;
    }

    Result<RopeParameters> readRope(const GgufHeader& header, const std::string& prefix,
                                    std::int64_t contextLength)
    {
        RopeParameters rope;
        rope.theta = header.number(prefix + "rope.freq_base").value_or(10000.0);
        rope.factor = header.number(prefix + "rope.scaling.factor").value_or(1.0);
        rope.originalContext = header.integer(prefix + "rope.scaling.original_context_length")
                                   .value_or(contextLength);
        rope.attentionFactor = header.number(prefix + "rope.scaling.attn_factor").value_or(0.0);
        rope.betaFast = header.number(prefix + "rope.scaling.yarn_beta_fast").value_or(32.0);
        rope.betaSlow = header.number(prefix + "rope.scaling.yarn_beta_slow").value_or(1.0);
        const std::string type = header.text(prefix + "rope.scaling.type");
        if (type == "linear")
            rope.scaling = RopeScaling::Linear;
        else if (type == "yarn")
            rope.scaling = RopeScaling::Yarn;
        else if (!type.empty() && type != "none")
            return unsupported("The rotary scaling \"" + type
                               + "\" of this GGUF is not supported.");
        if (!(rope.factor > 0))
            return badInput("The rotary scaling factor of this GGUF is not positive.");
        // GGUF's factor multiplies YaRN's own one; ours replaces it.
        if (rope.scaling == RopeScaling::Yarn && rope.attentionFactor > 0)
            rope.attentionFactor *= 0.1 * std::log(rope.factor) + 1.0;
        return rope;
    }

    Result<const FamilyTraits*> familyOfGguf(const std::string& name)
    {
        for (const FamilyTraits& traits : familyTable())
            if (traits.ggufName == name)
                return &traits;
        if (name == "deci" || name == "phi3")
            return &familyTraits(Family::Llama);
        return unsupported("GGUF files of architecture \"" + (name.empty() ? "unknown" : name)
                           + "\" are not supported; llama, deci, phi3, qwen2, qwen3, gemma2, "
                             "gemma3, gpt2 and gptneox are.");
    }

    /// Which layers slide: one flag per layer, or a period whose last layer does not.
    Result<void> readSlidingLayers(const GgufHeader& header, const std::string& key,
                                   std::int64_t usualPeriod, Architecture& architecture)
    {
        const std::vector<std::int64_t> values = header.integers(key);
        if (values.size() > 1 && values.size() != architecture.layers.size())
            return badInput(fmt::format("The GGUF value \"{}\" has {} entries for {} layers.", key,
                                        values.size(), architecture.layers.size()));
        const std::int64_t period = values.size() == 1 ? values.front() : usualPeriod;
        for (std::size_t layer = 0; layer < architecture.layers.size(); ++layer)
            architecture.layers[layer].sliding = values.size() > 1 ? values[layer] != 0
                : period <= 0                                      ? true
                              : static_cast<std::int64_t>(layer) % period < period - 1;
        return {};
    }

    Result<void> readGemma(const GgufHeader& header, const std::string& prefix,
                           Architecture& architecture)
    {
        const bool second = architecture.family == Family::Gemma2;
        architecture.activation = Activation::GeluTanh;
        architecture.postNorms = true;
        architecture.embeddingScale = std::sqrt(static_cast<double>(architecture.hiddenSize));
        architecture.attentionScale = ggufGemmaScale(architecture);
        if (second)
            architecture.attentionSoftcap
                = header.number(prefix + "attn_logit_softcapping").value_or(50);
        architecture.logitSoftcap
            = header.number(prefix + "final_logit_softcapping").value_or(second ? 30 : 0);
        architecture.slidingWindow
            = header.integer(prefix + "attention.sliding_window").value_or(second ? 4096 : 0);
        if (architecture.slidingWindow == 0)
            return {};
        if (!second)
            architecture.slidingRopeTheta
                = header.number(prefix + "rope.freq_base_swa").value_or(10000.0);
        return readSlidingLayers(header, prefix + "attention.sliding_window_pattern",
                                 second ? 2 : 6, architecture);
    }

    /// GPT-2 and GPT-NeoX.
    void readLayerNormFamily(const GgufHeader& header, const std::string& prefix,
                             Architecture& architecture)
    {
        const bool neox = architecture.family == Family::GptNeoX;
        architecture.rmsNormEpsilon
            = header.number(prefix + "attention.layer_norm_epsilon").value_or(1e-5);
        architecture.layerNorm = true;
        architecture.gatedMlp = false;
        architecture.learnedPositions = !neox;
        architecture.activation = neox ? Activation::Gelu : Activation::GeluTanh;
        architecture.parallelResidual = neox && header.flag(prefix + "use_parallel_residual", true);
    }

    Result<void> readFamily(const GgufHeader& header, const std::string& prefix,
                            Architecture& architecture)
    {
        switch (architecture.family) {
        case Family::Gemma2:
        case Family::Gemma3:
            return readGemma(header, prefix, architecture);
        case Family::Gpt2:
        case Family::GptNeoX:
            readLayerNormFamily(header, prefix, architecture);
            return {};
        default:
            return {};
        }
    }

} // namespace

double ggufGemmaScale(const Architecture& architecture)
{
    const bool largest
        = architecture.layerCount() == (architecture.family == Family::Gemma2 ? 46 : 62);
    const std::int64_t width = largest ? architecture.hiddenSize / architecture.layers.front().heads
                                       : architecture.headDim;
    return 1 / std::sqrt(static_cast<double>(width));
}

Architecture ggufArchitecture(const Architecture& architecture)
{
    Architecture result = architecture.withoutEmptyLayers();
    const auto whole = std::find_if(result.layers.begin(), result.layers.end(),
                                    [](const LayerShape& layer) { return layer.hasAttention(); });
    if (result.layers.empty() || whole == result.layers.end())
        return result;
    if (LayerShape& first = result.layers.front(); !first.hasAttention()) {
        first.heads = whole->queriesPerGroup();
        first.kvHeads = 1;
    }
    for (LayerShape& layer : result.layers)
        if (!layer.hasMlp())
            layer.intermediateSize = ggufLeastWidth;
    return result;
}

std::string ggufModelName(const std::string& generalName, const std::filesystem::path& file)
{
    static const std::regex part("-[0-9]{5}-of-[0-9]{5}$"),
        type("[-._]([IT]?Q[0-9]\\w*|BF16|F16|F32|FP16|FP32|MXFP4\\w*)$", std::regex::icase),
        nothing("(ggml-|gguf-)?model|(sha256-)?[0-9a-f]{32,}", std::regex::icase);
    const std::string stem = file.stem().string();
    const std::string name = std::regex_replace(std::regex_replace(stem, part, ""), type, "");
    if (!name.empty() && !std::regex_match(name, nothing))
        return name;
    return generalName.empty() ? stem : generalName;
}

Result<Architecture> architectureFromGguf(const GgufHeader& header)
{
    const std::string name = header.text("general.architecture");
    SCHMIDT_TRY(const FamilyTraits* traits, familyOfGguf(name));
    const std::string prefix = name + ".";
    Architecture architecture;
    architecture.family = traits->family;
    architecture.modelType = name == "deci" ? "llama" : name;
    architecture.name = header.text("general.name");
    architecture.hiddenSize = header.integer(prefix + "embedding_length").value_or(0);
    architecture.contextLength = header.integer(prefix + "context_length").value_or(2048);
    architecture.rmsNormEpsilon
        = header.number(prefix + "attention.layer_norm_rms_epsilon").value_or(1e-5);
    const std::int64_t layers = header.integer(prefix + "block_count").value_or(0);
    if (layers <= 0 || layers > 4096)
        return badInput("The GGUF names no usable number of layers.");
    SCHMIDT_TRY(const auto heads, perLayer(header, prefix + "attention.head_count", layers, {}));
    SCHMIDT_TRY(const auto kvHeads,
                perLayer(header, prefix + "attention.head_count_kv", layers, heads));
    SCHMIDT_TRY(const auto widths, perLayer(header, prefix + "feed_forward_length", layers, {}));
    if (heads.empty() || widths.empty() || *std::max_element(heads.begin(), heads.end()) <= 0)
        return badInput("The GGUF names no attention heads or MLP width.");
    if (heads.front() <= 0)
        return unsupported("The first layer of this GGUF has no attention; runtimes read the size "
                           "of heads from it, so no such file runs in llama.cpp. Open the model it "
                           "was made from.");
    architecture.headDim = header.integer(prefix + "attention.key_length")
                               .value_or(architecture.hiddenSize / heads.front());
    if (hasTensor(header, "rope_factors_long.weight")
        || hasTensor(header, "rope_factors_short.weight"))
        return unsupported("The rotary factors of this Phi-3 model change where a text grows past "
                           "its original context, which is not supported; the 4k variants are.");
    if (header.integer(prefix + "expert_count").value_or(0) > 0)
        return unsupported("Mixture-of-experts models are not supported.");
    if (header.integer(prefix + "attention.value_length").value_or(architecture.headDim)
        != architecture.headDim)
        return unsupported("Heads with values of another size than their keys are not supported.");
    const std::int64_t rotary
        = header.integer(prefix + "rope.dimension_count").value_or(architecture.headDim);
    if (architecture.family == Family::GptNeoX && rotary != architecture.headDim)
        architecture.rotaryDim = rotary;
    else if (rotary != architecture.headDim && architecture.family != Family::Gpt2)
        return unsupported(
            "Rotary embedding over a part of each head is not supported for this architecture.");
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(layers); ++layer)
        if (heads[layer] > 0 && kvHeads[layer] == 0)
            return unsupported(fmt::format(
                "Layer {} has a matrix in place of attention, which is not supported.", layer));
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(layers); ++layer)
        architecture.layers.push_back({ heads[layer], kvHeads[layer], widths[layer], false });
    for (const GgufTensor& tensor : header.tensors)
        if (tensor.name == "token_embd.weight" && tensor.shape.size() == 2)
            architecture.vocabularySize = tensor.shape.front();
    architecture.tiedEmbeddings = !hasTensor(header, "output.weight");
    architecture.attentionBias
        = hasTensor(header, "blk.0.attn_q.bias") || hasTensor(header, "blk.0.attn_qkv.bias");
    architecture.outputBias = hasTensor(header, "blk.0.attn_output.bias");
    architecture.mlpBias = hasTensor(header, "blk.0.ffn_up.bias");
    architecture.queryKeyNorm = hasTensor(header, "blk.0.attn_q_norm.weight");
    if (architecture.queryKeyNorm != traits->queryKeyNorm)
        return unsupported("The query and key norms of this GGUF do not fit its architecture \""
                           + name + "\".");
    if (const auto token = header.integer("tokenizer.ggml.bos_token_id"))
        architecture.bosTokens = { *token };
    if (const auto token = header.integer("tokenizer.ggml.eos_token_id"))
        architecture.eosTokens = { *token };
    SCHMIDT_TRY(architecture.rope, readRope(header, prefix, architecture.contextLength));
    SCHMIDT_CHECK(checkArchitecture(architecture));
    SCHMIDT_CHECK(readFamily(header, prefix, architecture));
    SCHMIDT_CHECK(checkArchitecture(architecture));
    return architecture;
}

Result<TokenizerData> tokenizerFromGguf(const GgufHeader& header)
{
    TokenizerData data;
    const std::string model = header.text("tokenizer.ggml.model");
    const auto* tokens = header.strings("tokenizer.ggml.tokens");
    if (model.empty() || model == "no_vocab" || !tokens)
        return data;
    if (model == "gpt2")
        data.kind = TokenizerKind::ByteLevelBpe;
    else if (model == "llama")
        data.kind = TokenizerKind::SentencePieceBpe;
    else if (model == "t5")
        data.kind = TokenizerKind::SentencePieceUnigram;
    else
        return unsupported("The tokenizer \"" + model
                           + "\" of this GGUF is not supported; gpt2, llama and t5 are.");
    data.tokens = *tokens;
    data.preTokenizer = header.text("tokenizer.ggml.pre");
    if (data.preTokenizer.empty())
        data.preTokenizer = "default";
    for (const std::int64_t type : header.integers("tokenizer.ggml.token_type"))
        data.types.push_back(static_cast<TokenType>(std::clamp<std::int64_t>(type, 1, 6)));
    data.types.resize(data.tokens.size(), TokenType::Normal);
    if (const auto scores = header.metadata.find("tokenizer.ggml.scores");
        scores != header.metadata.end())
        if (const auto* values = std::get_if<std::vector<double>>(&scores->second))
            data.scores.assign(values->begin(), values->end());
    if (const auto* merges = header.strings("tokenizer.ggml.merges"))
        data.merges = *merges;
    data.bos = header.integer("tokenizer.ggml.bos_token_id").value_or(-1);
    data.eos = header.integer("tokenizer.ggml.eos_token_id").value_or(-1);
    data.unknown = header.integer("tokenizer.ggml.unknown_token_id").value_or(-1);
    data.padding = header.integer("tokenizer.ggml.padding_token_id").value_or(-1);
    // What llama.cpp assumes when the key is missing.
    const bool bosByDefault = data.kind == TokenizerKind::SentencePieceBpe
        || data.preTokenizer == "llama-bpe" || data.preTokenizer == "llama3"
        || data.preTokenizer == "tekken";
    data.addBos = header.flag("tokenizer.ggml.add_bos_token", bosByDefault);
    data.addEos = header.flag("tokenizer.ggml.add_eos_token",
                              data.kind == TokenizerKind::SentencePieceUnigram);
    data.addSpacePrefix = header.flag("tokenizer.ggml.add_space_prefix", true);
    data.removeExtraWhitespaces = header.flag("tokenizer.ggml.remove_extra_whitespaces", false);
    for (const std::int64_t byte : header.integers("tokenizer.ggml.precompiled_charsmap"))
        data.charsmap.push_back(static_cast<std::uint8_t>(byte));
    data.chatTemplate = header.text("tokenizer.chat_template");
    return data;
}

} // namespace schmidt
