// SPDX-License-Identifier: Apache-2.0
#include "model/hf_families.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace schmidt {

namespace {

    std::vector<std::int64_t> tokenList(const Json& value)
    {
        std::vector<std::int64_t> tokens;
        if (value.is_number_integer())
            tokens.push_back(value.get<std::int64_t>());
        if (value.is_array())
            for (const Json& entry : value)
                if (entry.is_number_integer())
                    tokens.push_back(entry.get<std::int64_t>());
        return tokens;
    }

    Result<const FamilyTraits*> familyOf(const std::string& modelType)
    {
        std::string known;
        for (const FamilyTraits& traits : familyTable())
            for (const std::string& name : traits.hfTypes) {
                if (name == modelType)
                    return &traits;
                known += (known.empty() ? "" : ", ") + name;
            }
        return unsupported(
            fmt::format("Models of type \"{}\" are not supported; supported types are {}.",
                        modelType.empty() ? "unknown" : modelType, known));
    }

    /// `partial`: the family may rotate a part of each head, which its own fields say.
    Result<RopeParameters> readRope(const Json& config, std::int64_t contextLength,
                                    double usualTheta = 10000.0, bool partial = false)
    {
        RopeParameters rope;
        Json parameters = firstOf(config, { "rope_parameters", "rope_scaling" });
        if (parameters.is_object() && parameters.contains("full_attention"))
            parameters = Json(parameters["full_attention"]);
        const double rotated = numberOf(
            config, { "partial_rotary_factor" },
            numberOf(parameters.is_object() ? parameters : config, { "partial_rotary_factor" }, 1));
        if (rotated != 1 && !partial)
            return unsupported("Rotary embedding over a part of each head is not supported for "
                               "this architecture.");
        rope.theta = numberOf(
            config, { "rope_theta" },
            numberOf(parameters.is_object() ? parameters : config, { "rope_theta" }, usualTheta));
        rope.originalContext = contextLength;
        if (!parameters.is_object())
            return rope;
        const Json type = firstOf(parameters, { "rope_type", "type" });
        const std::string name = type.is_string() ? type.get<std::string>() : "default";
        rope.factor = numberOf(parameters, { "factor" }, 1.0);
        rope.originalContext
            = integerOf(parameters, { "original_max_position_embeddings" }, contextLength);
        rope.lowFrequencyFactor = numberOf(parameters, { "low_freq_factor" }, 1.0);
        rope.highFrequencyFactor = numberOf(parameters, { "high_freq_factor" }, 4.0);
        rope.betaFast = numberOf(parameters, { "beta_fast" }, 32.0);
        rope.betaSlow = numberOf(parameters, { "beta_slow" }, 1.0);
        rope.attentionFactor = numberOf(parameters, { "attention_factor" }, 0.0);
        if (name == "default" || name == "none")
            return rope;
        if (name == "linear")
            rope.scaling = RopeScaling::Linear;
        else if (name == "llama3")
            rope.scaling = RopeScaling::Llama3;
        else if (name == "yarn")
            rope.scaling = RopeScaling::Yarn;
        else
            return unsupported("The rotary scaling \"" + name
                               + "\" is not supported; default, linear, llama3 and yarn are.");
        if (!(rope.factor > 0))
            return badInput("The rotary scaling factor must be positive.");
        return rope;
    }

    /// Phi-3 is Llama with fused matrices, except for its long-context variants.
    Result<void> checkPhi3(const Json& config)
    {
        const Json scaling = firstOf(config, { "rope_scaling", "rope_parameters" });
        const Json type
            = firstOf(scaling.is_object() ? scaling : Json::object(), { "rope_type", "type" });
        if (type.is_string() && type != "default")
            return unsupported(
                "The rotary scaling \"" + type.get<std::string>()
                + "\" of this Phi-3 model switches its frequencies where a text grows past its "
                  "original context, which no plain Llama does; it is not supported, the 4k "
                  "variants are.");
        return {};
    }

    /// Per-layer shapes of a nemotron-nas config; empty when the config has none.
    Result<std::vector<LayerShape>>
    blockConfigs(const Json& config, const Architecture& architecture, std::int64_t heads)
    {
        std::vector<LayerShape> layers;
        const auto blocks = config.find("block_configs");
        if (blocks == config.end() || !blocks->is_array())
            return layers;
        for (const Json& block : *blocks) {
            const Json attention = jsonValue<Json>(block, "attention", Json::object());
            const Json ffn = jsonValue<Json>(block, "ffn", Json::object());
            if (jsonValue(attention, "replace_with_linear", false)
                || jsonValue(ffn, "replace_with_linear", false))
                return unsupported("Blocks with a matrix in place of attention or MLP are not "
                                   "supported.");
            LayerShape layer;
            if (!jsonValue(attention, "no_op", false)) {
                layer.heads = heads;
                layer.kvHeads = heads
                    / std::max<std::int64_t>(
                                    1, jsonValue<std::int64_t>(attention, "n_heads_in_group", 1));
            }
            if (jsonValue(ffn, "no_op", false)) {
                layers.push_back(layer);
                continue;
            }
            layer.intermediateSize = jsonValue<std::int64_t>(ffn, "intermediate_size", 0);
            if (layer.intermediateSize == 0) {
                const double multiple = jsonValue<double>(ffn, "ffn_mult", 0);
                const auto width = static_cast<std::int64_t>(
                    2 * multiple * static_cast<double>(architecture.hiddenSize) / 3);
                layer.intermediateSize = (width + 255) / 256 * 256;
            }
            layers.push_back(layer);
        }
        return layers;
    }

    Result<Activation> readActivation(const Json& config, const FamilyDefaults& usual)
    {
        const Json named
            = firstOf(config, { "hidden_activation", "activation_function", "hidden_act" });
        const std::string activation
            = named.is_string() ? named.get<std::string>() : std::string(usual.activation);
        const auto known = activationFrom(activation);
        const bool silu = std::string_view(usual.activation) == "silu";
        if (!known || (*known == Activation::Silu) != silu)
            return unsupported("The activation \"" + activation
                               + "\" is not supported; models of this family use "
                               + usual.activation + ".");
        return *known;
    }

} // namespace

Result<Architecture> architectureFromHfConfig(const Json& whole)
{
    if (!whole.is_object())
        return badInput("config.json is not a JSON object.");
    const bool wrapped = whole.contains("text_config") && whole["text_config"].is_object();
    const Json& config = wrapped ? whole["text_config"] : whole;
    Architecture architecture;
    architecture.modelType = jsonValue<std::string>(config, "model_type", {});
    SCHMIDT_TRY(const FamilyTraits* traits, familyOf(architecture.modelType));
    architecture.family = traits->family;
    const FamilyDefaults usual = defaultsOf(traits->family);
    SCHMIDT_TRY(architecture.activation, readActivation(config, usual));
    architecture.name = jsonValue<std::string>(whole, "_name_or_path", {});
    architecture.hiddenSize = integerOf(config, { "hidden_size", "n_embd", "dim" }, 0);
    architecture.vocabularySize = integerOf(config, { "vocab_size" }, usual.vocabulary);
    architecture.contextLength
        = integerOf(config, { "max_position_embeddings", "n_positions", "n_ctx" }, usual.context);
    const std::int64_t layers = integerOf(config, { "num_hidden_layers", "n_layer" }, 0);
    const std::int64_t heads = integerOf(config, { "num_attention_heads", "n_head" }, usual.heads);
    const std::int64_t kvHeads
        = integerOf(config, { "num_key_value_heads" }, usual.kvHeads > 0 ? usual.kvHeads : heads);
    const std::int64_t width
        = integerOf(config, { "intermediate_size", "n_inner" },
                    traits->family == Family::Gpt2 ? 4 * architecture.hiddenSize : 0);
    if (heads <= 0 || layers <= 0 || layers > 4096)
        return badInput("config.json names no layers or attention heads.");
    architecture.headDim
        = integerOf(config, { "head_dim" },
                    usual.headDim > 0 ? usual.headDim : architecture.hiddenSize / heads);
    architecture.rmsNormEpsilon = numberOf(
        config, { "rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon" }, usual.epsilon);
    architecture.tiedEmbeddings = jsonValue(whole, "tie_word_embeddings",
                                            jsonValue(config, "tie_word_embeddings", usual.tied));
    architecture.attentionBias = jsonValue(config, "attention_bias", traits->attentionBias);
    architecture.outputBias = architecture.attentionBias && !traits->attentionBias;
    architecture.mlpBias = jsonValue(config, "mlp_bias", false);
    architecture.queryKeyNorm = traits->queryKeyNorm;
    architecture.bosTokens = tokenList(firstOf(config, { "bos_token_id" }));
    architecture.eosTokens = tokenList(firstOf(config, { "eos_token_id" }));
    if (architecture.modelType == "phi3")
        SCHMIDT_CHECK(checkPhi3(config));
    SCHMIDT_TRY(architecture.rope,
                readRope(config, architecture.contextLength, usual.theta,
                         traits->family == Family::GptNeoX));
    SCHMIDT_TRY(architecture.layers, blockConfigs(config, architecture, heads));
    if (architecture.layers.empty())
        architecture.layers.assign(static_cast<std::size_t>(layers),
                                   { heads, kvHeads, width, false });
    SCHMIDT_CHECK(readFamily(config, architecture));
    SCHMIDT_CHECK(checkArchitecture(architecture));
    return architecture;
}

std::vector<std::string> hfConfigWarnings(const Json& whole)
{
    const bool wrapped = whole.contains("text_config") && whole["text_config"].is_object();
    const Json& config = wrapped ? whole["text_config"] : whole;
    const std::int64_t window = integerOf(config, { "sliding_window" }, 0);
    const std::int64_t context = integerOf(config, { "max_position_embeddings" }, 0);
    const auto type = jsonValue<std::string>(config, "model_type", {});
    const bool qwen = type.starts_with("qwen");
    if (type.starts_with("gemma")) // whose window is kept
        return {};
    if (window <= 0 || window >= context || !jsonValue(config, "use_sliding_window", !qwen))
        return {};
    return { fmt::format("The model attends to the last {} tokens only; this program attends to "
                         "all, so results hold for texts up to that length.",
                         window) };
}

namespace {

    /// The parameters of Llama 3 scaling behind explicit divisors, for the constants the published
    /// models share; empty when the divisors are others.
    std::optional<RopeParameters> llama3From(const RopeParameters& divided, std::int64_t headDim)
    {
        RopeParameters rope = divided;
        rope.frequencyDivisors.clear();
        rope.scaling = RopeScaling::Llama3;
        rope.factor
            = *std::max_element(divided.frequencyDivisors.begin(), divided.frequencyDivisors.end());
        rope.lowFrequencyFactor = 1;
        rope.highFrequencyFactor = 4;
        rope.originalContext = 8192;
        const RopeFrequencies wanted = ropeFrequencies(divided, headDim);
        const RopeFrequencies found = ropeFrequencies(rope, headDim);
        for (std::size_t index = 0; index < wanted.angular.size(); ++index)
            if (std::abs(found.angular[index] / wanted.angular[index] - 1) > 1e-4)
                return {};
        return rope;
    }

    Json ropeScalingJson(const RopeParameters& rope)
    {
        switch (rope.scaling) {
        case RopeScaling::None:
            return nullptr;
        case RopeScaling::Linear:
            return { { "rope_type", "linear" }, { "factor", rope.factor } };
        case RopeScaling::Llama3:
            return { { "rope_type", "llama3" },
                     { "factor", rope.factor },
                     { "low_freq_factor", rope.lowFrequencyFactor },
                     { "high_freq_factor", rope.highFrequencyFactor },
                     { "original_max_position_embeddings", rope.originalContext } };
        case RopeScaling::Yarn: {
            Json json { { "rope_type", "yarn" },
                        { "factor", rope.factor },
                        { "beta_fast", rope.betaFast },
                        { "beta_slow", rope.betaSlow },
                        { "original_max_position_embeddings", rope.originalContext } };
            if (rope.attentionFactor > 0)
                json["attention_factor"] = rope.attentionFactor;
            return json;
        }
        }
        return nullptr;
    }

    Json tokenJson(const std::vector<std::int64_t>& tokens)
    {
        if (tokens.empty())
            return nullptr;
        return tokens.size() == 1 ? Json(tokens.front()) : Json(tokens);
    }

} // namespace

Result<Json> hfConfigFromArchitecture(const Architecture& architecture,
                                      const std::string& torchDtype)
{
    if (!architecture.uniform())
        return unsupported("The layers differ in width, which a Hugging Face config of this family "
                           "cannot say; use "
                           "uniform widths, zero padding or GGUF.");
    RopeParameters rope = architecture.rope;
    if (!rope.frequencyDivisors.empty())
        rope = llama3From(architecture.rope, architecture.headDim).value_or(architecture.rope);
    if (!rope.frequencyDivisors.empty())
        return unsupported("The model's explicit rotary factors have no form in a Hugging Face "
                           "config; export it as "
                           "GGUF.");
    if (const std::string reason = unsayable(architecture); !reason.empty())
        return unsupported(reason);
    const FamilyTraits& traits = familyTraits(architecture.family);
    const LayerShape& layer = architecture.layers.front();
    const bool mistral = architecture.modelType == "mistral" && !architecture.attentionBias
        && !architecture.outputBias && !architecture.mlpBias;
    const bool biasesFit = traits.attentionBias
        ? architecture.attentionBias && !architecture.outputBias
        : architecture.attentionBias == architecture.outputBias;
    if (!biasesFit || (architecture.mlpBias && architecture.family != Family::Llama)
        || architecture.queryKeyNorm != traits.queryKeyNorm)
        return unsupported("The model's biases or norms have no form in a Hugging Face config of "
                           "its family; export it as GGUF.");
    Json config { { "architectures", { mistral ? "MistralForCausalLM" : traits.hfClass } },
                  { "model_type", mistral ? "mistral" : traits.hfTypes.front() },
                  { "hidden_size", architecture.hiddenSize },
                  { "head_dim", architecture.headDim },
                  { "intermediate_size", layer.intermediateSize },
                  { "num_hidden_layers", architecture.layerCount() },
                  { "num_attention_heads", layer.heads },
                  { "num_key_value_heads", layer.kvHeads },
                  { "vocab_size", architecture.vocabularySize },
                  { "max_position_embeddings", architecture.contextLength },
                  { "rms_norm_eps", architecture.rmsNormEpsilon },
                  { "rope_theta", architecture.rope.theta },
                  { "rope_scaling", ropeScalingJson(rope) },
                  { "tie_word_embeddings", architecture.tiedEmbeddings },
                  { "hidden_act", "silu" },
                  { "bos_token_id", tokenJson(architecture.bosTokens) },
                  { "eos_token_id", tokenJson(architecture.eosTokens) },
                  { "torch_dtype", torchDtype },
                  { "use_cache", true } };
    if (architecture.family == Family::Qwen3)
        config["attention_bias"] = architecture.attentionBias;
    if (architecture.family == Family::Llama && !mistral) {
        config["attention_bias"] = architecture.attentionBias;
        config["mlp_bias"] = architecture.mlpBias;
    }
    if (mistral)
        config["sliding_window"] = nullptr;
    if (architecture.postNorms) {
        addGemmaConfig(architecture, config);
        config["attention_bias"] = architecture.attentionBias;
    }
    return config;
}

Result<Json> hfBlockConfig(const Architecture& architecture, const std::string& torchDtype)
{
    Architecture equal = architecture; // all else is said as for a plain model
    std::fill(equal.layers.begin(), equal.layers.end(), architecture.attentionLayer());
    SCHMIDT_TRY(Json config, hfConfigFromArchitecture(equal, torchDtype));
    Json blocks = Json::array();
    for (const LayerShape& layer : architecture.layers) {
        Json attention { { "no_op", !layer.hasAttention() }, { "replace_with_linear", false } },
            ffn { { "no_op", !layer.hasMlp() }, { "replace_with_linear", false } };
        if (layer.hasAttention())
            attention["n_heads_in_group"] = layer.queriesPerGroup();
        // Readers take int(2 m hidden / 3) and go up to a multiple of 256, some after rounding m to
        // six digits; the middle of what leads to this width is safe from that.
        if (layer.hasMlp())
            ffn["ffn_mult"] = 1.5 * static_cast<double>(layer.intermediateSize - 128)
                / static_cast<double>(architecture.hiddenSize);
        blocks.push_back({ { "attention", std::move(attention) }, { "ffn", std::move(ffn) } });
    }
    config["model_type"] = "nemotron-nas";
    config["architectures"] = { "DeciLMForCausalLM" };
    config["block_configs"] = std::move(blocks);
    for (const char* key : { "intermediate_size", "num_key_value_heads" })
        config.erase(key);
    return config;
}

Json toJson(const Architecture& architecture)
{
    Json layers = Json::array();
    for (const LayerShape& layer : architecture.layers)
        layers.push_back(
            { layer.heads, layer.kvHeads, layer.intermediateSize, layer.sliding ? 1 : 0 });
    Json json { { "family", familyName(architecture.family) },
                { "model_type", architecture.modelType },
                { "name", architecture.name },
                { "hidden_size", architecture.hiddenSize },
                { "head_dim", architecture.headDim },
                { "vocabulary_size", architecture.vocabularySize },
                { "context_length", architecture.contextLength },
                { "rms_norm_epsilon", architecture.rmsNormEpsilon },
                { "tied_embeddings", architecture.tiedEmbeddings },
                { "attention_bias", architecture.attentionBias },
                { "output_bias", architecture.outputBias },
                { "mlp_bias", architecture.mlpBias },
                { "query_key_norm", architecture.queryKeyNorm },
                { "bos_tokens", architecture.bosTokens },
                { "eos_tokens", architecture.eosTokens },
                { "rope_theta", architecture.rope.theta },
                { "rope_scaling", ropeScalingJson(architecture.rope) },
                { "rope_divisors", architecture.rope.frequencyDivisors },
                { "layers", layers } };
    addExtras(architecture, json);
    return json;
}

Result<Architecture> architectureFromJson(const Json& json)
{
    Architecture architecture;
    const auto family = jsonValue<std::string>(json, "family", {});
    const auto known
        = std::find_if(familyTable().begin(), familyTable().end(),
                       [&](const FamilyTraits& traits) { return traits.ggufName == family; });
    if (known == familyTable().end())
        return unsupported("The model family \"" + family + "\" is not supported.");
    architecture.family = known->family;
    architecture.modelType = jsonValue<std::string>(json, "model_type", {});
    architecture.name = jsonValue<std::string>(json, "name", {});
    architecture.hiddenSize = jsonValue<std::int64_t>(json, "hidden_size", 0);
    architecture.headDim = jsonValue<std::int64_t>(json, "head_dim", 0);
    architecture.vocabularySize = jsonValue<std::int64_t>(json, "vocabulary_size", 0);
    architecture.contextLength = jsonValue<std::int64_t>(json, "context_length", 0);
    architecture.rmsNormEpsilon = jsonValue<double>(json, "rms_norm_epsilon", 1e-5);
    architecture.tiedEmbeddings = jsonValue(json, "tied_embeddings", false);
    architecture.attentionBias = jsonValue(json, "attention_bias", false);
    architecture.outputBias = jsonValue(json, "output_bias", false);
    architecture.mlpBias = jsonValue(json, "mlp_bias", false);
    architecture.queryKeyNorm = jsonValue(json, "query_key_norm", false);
    architecture.bosTokens = jsonValue<std::vector<std::int64_t>>(json, "bos_tokens", {});
    architecture.eosTokens = jsonValue<std::vector<std::int64_t>>(json, "eos_tokens", {});
    SCHMIDT_TRY(architecture.rope, readRope(json, architecture.contextLength));
    architecture.rope.frequencyDivisors = jsonValue<std::vector<float>>(json, "rope_divisors", {});
    for (const Json& layer : jsonValue<Json>(json, "layers", Json::array())) {
        // The fourth number came with families whose layers differ in what they attend to.
        const bool numbers = layer.is_array() && (layer.size() == 3 || layer.size() == 4)
            && std::all_of(layer.begin(), layer.end(),
                           [](const Json& value) { return value.is_number_integer(); });
        if (!numbers)
            return badInput("The stored architecture has a malformed layer.");
        architecture.layers.push_back({ layer[0].get<std::int64_t>(), layer[1].get<std::int64_t>(),
                                        layer[2].get<std::int64_t>(),
                                        layer.size() == 4 && layer[3].get<int>() != 0 });
    }
    readExtras(json, architecture);
    SCHMIDT_CHECK(checkArchitecture(architecture));
    return architecture;
}

} // namespace schmidt
