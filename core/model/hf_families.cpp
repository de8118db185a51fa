// SPDX-License-Identifier: Apache-2.0
#include "model/hf_families.h"

#include <cmath>
#include <fmt/format.h>

namespace schmidt {

Json firstOf(const Json& config, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        if (const auto found = config.find(key); found != config.end() && !found->is_null())
            return *found;
    return nullptr;
}

std::int64_t integerOf(const Json& config, std::initializer_list<const char*> keys,
                       std::int64_t fallback)
{
    const Json value = firstOf(config, keys);
    return value.is_number_integer() ? value.get<std::int64_t>() : fallback;
}

double numberOf(const Json& config, std::initializer_list<const char*> keys, double fallback)
{
    const Json value = firstOf(config, keys);
    return value.is_number() ? value.get<double>() : fallback;
}

std::optional<Activation> activationFrom(const std::string& name)
{
    if (name == "silu" || name == "swish")
        return Activation::Silu;
    if (name == "gelu")
        return Activation::Gelu;
    if (name == "gelu_pytorch_tanh" || name == "gelu_new" || name == "gelu_fast")
        return Activation::GeluTanh;
    return std::nullopt;
}

namespace {

    std::string activationName(Activation activation)
    {
        return activation == Activation::Silu    ? "silu"
            : activation == Activation::GeluTanh ? "gelu_pytorch_tanh"
                                                 : "gelu";
    }

    /// Gemma's layers alternate between a window and all tokens.
    Result<void> readSlidingLayers(const Json& config, Architecture& architecture)
    {
        const bool third = architecture.family == Family::Gemma3;
        architecture.slidingWindow = integerOf(config, { "sliding_window" }, third ? 512 : 4096);
        if (third) {
            const Json rope = jsonValue<Json>(config, "rope_parameters", Json::object());
            const Json local = jsonValue<Json>(rope, "sliding_attention", Json::object());
            architecture.slidingRopeTheta = numberOf(config, { "rope_local_base_freq" },
                                                     numberOf(local, { "rope_theta" }, 10000.0));
        }
        const Json types = jsonValue<Json>(config, "layer_types", Json::array());
        const std::int64_t pattern = integerOf(
            config, { "sliding_window_pattern", "_sliding_window_pattern" }, third ? 6 : 2);
        if (pattern <= 0)
            return badInput("The model's sliding window pattern is not positive.");
        if (!types.is_array())
            return badInput("config.json gives layer_types that are no list; get the model anew.");
        if (!types.empty() && types.size() != architecture.layers.size())
            return badInput(fmt::format("config.json names the types of {} layers but has {}.",
                                        types.size(), architecture.layers.size()));
        for (std::size_t layer = 0; layer < architecture.layers.size(); ++layer)
            architecture.layers[layer].sliding = types.empty()
                ? (static_cast<std::int64_t>(layer) + 1) % pattern != 0
                : types[layer] == "sliding_attention";
        return {};
    }

    /// Defaults are those of transformers, since Gemma's published configs leave much out.
    Result<void> readGemma(const Json& config, Architecture& architecture)
    {
        const bool second = architecture.family == Family::Gemma2;
        architecture.postNorms = true;
        architecture.embeddingScale = std::sqrt(static_cast<double>(architecture.hiddenSize));
        const double scalar = numberOf(config, { "query_pre_attn_scalar" }, 256);
        if (!(scalar > 0))
            return badInput("The model's query scalar is not positive.");
        architecture.attentionScale = 1 / std::sqrt(scalar);
        // An explicit null means that there is none.
        const auto cap = [&](const char* key, double usual) {
            return config.contains(key) ? numberOf(config, { key }, 0) : second ? usual : 0;
        };
        architecture.attentionSoftcap = cap("attn_logit_softcapping", 50);
        architecture.logitSoftcap = cap("final_logit_softcapping", 30);
        return readSlidingLayers(config, architecture);
    }

    Result<void> readGpt2(const Json& config, Architecture& architecture)
    {
        if (!jsonValue(config, "scale_attn_weights", true)
            || jsonValue(config, "scale_attn_by_inverse_layer_idx", false))
            return unsupported(
                "This GPT-2 scales its attention scores in a way that is not supported; the usual "
                "one divides by the root of the head size.");
        architecture.learnedPositions = true;
        architecture.layerNorm = true;
        architecture.gatedMlp = false;
        architecture.outputBias = architecture.mlpBias = true;
        return {};
    }

    Result<void> readNeoX(const Json& config, Architecture& architecture)
    {
        if (architecture.rope.scaling != RopeScaling::None)
            return unsupported("Rotary scaling is not supported for GPT-NeoX.");
        const Json rope = jsonValue<Json>(config, "rope_parameters", Json::object());
        const double share = numberOf(config, { "rotary_pct", "partial_rotary_factor" },
                                      numberOf(rope, { "partial_rotary_factor" }, 0.25));
        if (!(share > 0 && share <= 1))
            return badInput("The share of each head that rotates is not between 0 and 1.");
        const auto rotated
            = static_cast<std::int64_t>(static_cast<double>(architecture.headDim) * share);
        architecture.rotaryDim = rotated == architecture.headDim ? 0 : rotated;
        if (rotated < 2)
            return badInput("The share of each head that rotates is too small.");
        architecture.rope.theta = numberOf(config, { "rotary_emb_base" }, architecture.rope.theta);
        architecture.layerNorm = true;
        architecture.gatedMlp = false;
        architecture.parallelResidual = jsonValue(config, "use_parallel_residual", true);
        architecture.outputBias = architecture.attentionBias;
        architecture.mlpBias = true;
        return {};
    }

} // namespace

Result<void> readFamily(const Json& config, Architecture& architecture)
{
    switch (architecture.family) {
    case Family::Gemma2:
    case Family::Gemma3:
        return readGemma(config, architecture);
    case Family::Gpt2:
        return readGpt2(config, architecture);
    case Family::GptNeoX:
        return readNeoX(config, architecture);
    default:
        return {};
    }
}

FamilyDefaults defaultsOf(Family family)
{
    switch (family) {
    case Family::Gemma2:
        return { "gelu_pytorch_tanh", 8, 4, 256, 256000, 8192, 1e-6, 10000.0, true };
    case Family::Gemma3:
        return { "gelu_pytorch_tanh", 8, 4, 256, 262208, 131072, 1e-6, 1e6, true };
    case Family::Gpt2:
        return { "gelu_new", 0, 0, 0, 0, 1024, 1e-5, 10000.0, true };
    case Family::GptNeoX:
        return { "gelu", 0, 0, 0, 0, 2048, 1e-5, 10000.0, false };
    default:
        return {};
    }
}

void addGemmaConfig(const Architecture& architecture, Json& config)
{
    const auto cap = [](double value) { return value > 0 ? Json(value) : Json(nullptr); };
    Json types = Json::array();
    for (const LayerShape& layer : architecture.layers)
        types.push_back(layer.sliding ? "sliding_attention" : "full_attention");
    const double scalar = architecture.attentionScale > 0
        ? 1 / (architecture.attentionScale * architecture.attentionScale)
        : static_cast<double>(architecture.headDim);
    config["query_pre_attn_scalar"]
        = std::abs(scalar - std::round(scalar)) < 1e-6 * scalar ? std::round(scalar) : scalar;
    config["attn_logit_softcapping"] = cap(architecture.attentionSoftcap);
    config["final_logit_softcapping"] = cap(architecture.logitSoftcap);
    config["sliding_window"] = architecture.slidingWindow;
    config["layer_types"] = types;
    config["hidden_activation"] = activationName(architecture.activation);
    if (architecture.family == Family::Gemma3)
        config["rope_local_base_freq"] = architecture.slidingRopeTheta > 0
            ? architecture.slidingRopeTheta
            : architecture.rope.theta;
    config.erase("hidden_act");
}

std::string unsayable(const Architecture& architecture)
{
    const bool gemma
        = architecture.family == Family::Gemma2 || architecture.family == Family::Gemma3;
    if (architecture.layerNorm || !architecture.gatedMlp)
        return "Writing Hugging Face folders of the family " + familyName(architecture.family)
            + " is not supported, because its matrices are stored fused and transposed; "
              "export the model as GGUF.";
    if (gemma
        && std::abs(architecture.embeddingScale
                        / std::sqrt(static_cast<double>(architecture.hiddenSize))
                    - 1)
            > 1e-6)
        return "The model scales its embeddings by something else than the root of its hidden "
               "size, which no config of its family can say.";
    return {};
}

void addExtras(const Architecture& architecture, Json& json)
{
    json["activation"] = activationName(architecture.activation);
    json["gated_mlp"] = architecture.gatedMlp;
    json["post_norms"] = architecture.postNorms;
    json["layer_norm"] = architecture.layerNorm;
    json["parallel_residual"] = architecture.parallelResidual;
    json["learned_positions"] = architecture.learnedPositions;
    json["rotary_dim"] = architecture.rotaryDim;
    json["embedding_scale"] = architecture.embeddingScale;
    json["attention_scale"] = architecture.attentionScale;
    json["attention_softcap"] = architecture.attentionSoftcap;
    json["logit_softcap"] = architecture.logitSoftcap;
    json["sliding_window"] = architecture.slidingWindow;
    json["sliding_rope_theta"] = architecture.slidingRopeTheta;
}

void readExtras(const Json& json, Architecture& architecture)
{
    architecture.activation = activationFrom(jsonValue<std::string>(json, "activation", "silu"))
                                  .value_or(Activation::Silu);
    architecture.gatedMlp = jsonValue(json, "gated_mlp", true);
    architecture.postNorms = jsonValue(json, "post_norms", false);
    architecture.layerNorm = jsonValue(json, "layer_norm", false);
    architecture.parallelResidual = jsonValue(json, "parallel_residual", false);
    architecture.learnedPositions = jsonValue(json, "learned_positions", false);
    architecture.rotaryDim = jsonValue<std::int64_t>(json, "rotary_dim", 0);
    architecture.embeddingScale = jsonValue(json, "embedding_scale", 1.0);
    architecture.attentionScale = jsonValue(json, "attention_scale", 0.0);
    architecture.attentionSoftcap = jsonValue(json, "attention_softcap", 0.0);
    architecture.logitSoftcap = jsonValue(json, "logit_softcap", 0.0);
    architecture.slidingWindow = jsonValue<std::int64_t>(json, "sliding_window", 0);
    architecture.slidingRopeTheta = jsonValue(json, "sliding_rope_theta", 0.0);
}

} // namespace schmidt
