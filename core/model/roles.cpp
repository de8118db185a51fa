// SPDX-License-Identifier: Apache-2.0
#include "model/roles.h"

#include <charconv>
#include <span>

namespace schmidt {

namespace {

    /// One row per role: the names it has outside, without layer prefix.
    struct RoleNames {
        Role role;
        std::string_view name;
        std::string_view hf;
        std::string_view gguf;
        bool perLayer;
    };

    constexpr RoleNames roleTable[] {
        { Role::Embedding, "embedding", "embed_tokens.weight", "token_embd.weight", false },
        { Role::Head, "head", "lm_head.weight", "output.weight", false },
        { Role::FinalNorm, "final_norm", "norm.weight", "output_norm.weight", false },
        { Role::AttentionNorm, "attention_norm", "input_layernorm.weight", "attn_norm.weight",
          true },
        { Role::MlpNorm, "mlp_norm", "post_attention_layernorm.weight", "ffn_norm.weight", true },
        { Role::Query, "q", "self_attn.q_proj.weight", "attn_q.weight", true },
        { Role::Key, "k", "self_attn.k_proj.weight", "attn_k.weight", true },
        { Role::Value, "v", "self_attn.v_proj.weight", "attn_v.weight", true },
        { Role::Output, "o", "self_attn.o_proj.weight", "attn_output.weight", true },
        { Role::QueryBias, "q_bias", "self_attn.q_proj.bias", "attn_q.bias", true },
        { Role::KeyBias, "k_bias", "self_attn.k_proj.bias", "attn_k.bias", true },
        { Role::ValueBias, "v_bias", "self_attn.v_proj.bias", "attn_v.bias", true },
        { Role::OutputBias, "o_bias", "self_attn.o_proj.bias", "attn_output.bias", true },
        { Role::QueryNorm, "q_norm", "self_attn.q_norm.weight", "attn_q_norm.weight", true },
        { Role::KeyNorm, "k_norm", "self_attn.k_norm.weight", "attn_k_norm.weight", true },
        { Role::Gate, "gate", "mlp.gate_proj.weight", "ffn_gate.weight", true },
        { Role::Up, "up", "mlp.up_proj.weight", "ffn_up.weight", true },
        { Role::Down, "down", "mlp.down_proj.weight", "ffn_down.weight", true },
        { Role::GateBias, "gate_bias", "mlp.gate_proj.bias", "ffn_gate.bias", true },
        { Role::UpBias, "up_bias", "mlp.up_proj.bias", "ffn_up.bias", true },
        { Role::DownBias, "down_bias", "mlp.down_proj.bias", "ffn_down.bias", true },
        { Role::RopeFactors, "rope_factors", "", "rope_freqs.weight", false },
        { Role::PostAttentionNorm, "post_attention_norm", "post_attention_norm.weight",
          "post_attention_norm.weight", true },
        { Role::PostMlpNorm, "post_mlp_norm", "post_feedforward_layernorm.weight",
          "post_ffw_norm.weight", true },
        { Role::PositionEmbedding, "positions", "embed_positions.weight", "position_embd.weight",
          false },
        { Role::FinalNormBias, "final_norm_bias", "norm.bias", "output_norm.bias", false },
        { Role::AttentionNormBias, "attention_norm_bias", "input_layernorm.bias", "attn_norm.bias",
          true },
        { Role::MlpNormBias, "mlp_norm_bias", "post_attention_layernorm.bias", "ffn_norm.bias",
          true },
    };

    /// Where a family's Hugging Face names differ from the table above.
    struct OtherName {
        Role role;
        std::string_view hf;
        bool perLayer = true;
    };
    constexpr OtherName gemmaNames[] {
        { Role::MlpNorm, "pre_feedforward_layernorm.weight" },
        { Role::PostAttentionNorm, "post_attention_layernorm.weight" },
    };
    constexpr OtherName gpt2Names[] {
        { Role::Embedding, "wte.weight", false },  { Role::PositionEmbedding, "wpe.weight", false },
        { Role::FinalNorm, "ln_f.weight", false }, { Role::FinalNormBias, "ln_f.bias", false },
        { Role::AttentionNorm, "ln_1.weight" },    { Role::AttentionNormBias, "ln_1.bias" },
        { Role::MlpNorm, "ln_2.weight" },          { Role::MlpNormBias, "ln_2.bias" },
        { Role::Output, "attn.c_proj.weight" },    { Role::OutputBias, "attn.c_proj.bias" },
        { Role::Up, "mlp.c_fc.weight" },           { Role::UpBias, "mlp.c_fc.bias" },
        { Role::Down, "mlp.c_proj.weight" },       { Role::DownBias, "mlp.c_proj.bias" },
    };
    constexpr OtherName neoxNames[] {
        { Role::Embedding, "embed_in.weight", false },
        { Role::Head, "embed_out.weight", false },
        { Role::FinalNorm, "final_layer_norm.weight", false },
        { Role::FinalNormBias, "final_layer_norm.bias", false },
        { Role::Output, "attention.dense.weight" },
        { Role::OutputBias, "attention.dense.bias" },
        { Role::Up, "mlp.dense_h_to_4h.weight" },
        { Role::UpBias, "mlp.dense_h_to_4h.bias" },
        { Role::Down, "mlp.dense_4h_to_h.weight" },
        { Role::DownBias, "mlp.dense_4h_to_h.bias" },
    };

    /// The naming scheme of a family.
    struct HfScheme {
        std::string_view body; ///< before all names but the head's
        std::string_view layers; ///< before the number of a layer
        std::span<const OtherName> others;
    };
    HfScheme hfScheme(Family family)
    {
        switch (family) {
        case Family::Gemma2:
        case Family::Gemma3:
            return { "model.", "layers.", gemmaNames };
        case Family::Gpt2:
            return { "transformer.", "h.", gpt2Names };
        case Family::GptNeoX:
            return { "gpt_neox.", "layers.", neoxNames };
        default:
            return { "model.", "layers.", {} };
        }
    }

    std::string_view hfNameOf(const RoleNames& row, const HfScheme& scheme)
    {
        for (const OtherName& other : scheme.others)
            if (other.role == row.role)
                return other.hf;
        return row.hf;
    }

    const RoleNames& namesOf(Role role)
    {
        for (const RoleNames& row : roleTable)
            if (row.role == role)
                return row;
        return roleTable[0];
    }

    /// Splits "<prefix><number>.<rest>"; layer numbers are plain decimals without leading zeros.
    bool splitLayer(std::string_view name, std::string_view prefix, int& layer,
                    std::string_view& rest)
    {
        if (!name.starts_with(prefix))
            return false;
        name.remove_prefix(prefix.size());
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), layer);
        if (error != std::errc() || layer < 0)
            return false;
        const auto digits = static_cast<std::size_t>(end - name.data());
        if ((digits > 1 && name[0] == '0') || digits >= name.size() || name[digits] != '.')
            return false;
        rest = name.substr(digits + 1);
        return true;
    }

} // namespace

std::string_view roleName(Role role)
{
    return namesOf(role).name;
}

std::optional<Role> roleFromName(std::string_view name)
{
    for (const RoleNames& row : roleTable)
        if (row.name == name)
            return row.role;
    return std::nullopt;
}

std::optional<std::size_t> linearRoleIndex(Role role)
{
    for (std::size_t i = 0; i < linearRoles.size(); ++i)
        if (linearRoles[i] == role)
            return i;
    return std::nullopt;
}

bool ofAttention(Role role)
{
    switch (role) {
    case Role::AttentionNorm:
    case Role::AttentionNormBias:
    case Role::PostAttentionNorm:
    case Role::Query:
    case Role::Key:
    case Role::Value:
    case Role::Output:
    case Role::QueryBias:
    case Role::KeyBias:
    case Role::ValueBias:
    case Role::OutputBias:
    case Role::QueryNorm:
    case Role::KeyNorm:
        return true;
    default:
        return false;
    }
}

bool isNorm(Role role)
{
    switch (role) {
    case Role::FinalNorm:
    case Role::AttentionNorm:
    case Role::MlpNorm:
    case Role::QueryNorm:
    case Role::KeyNorm:
    case Role::PostAttentionNorm:
    case Role::PostMlpNorm:
        return true;
    default:
        return false;
    }
}

std::string hfTensorName(Role role, int layer, Family family)
{
    const RoleNames& row = namesOf(role);
    const HfScheme scheme = hfScheme(family);
    std::string name(hfNameOf(row, scheme));
    if (row.perLayer)
        name = std::string(scheme.layers) + std::to_string(layer) + "." + name;
    return role == Role::Head ? name : std::string(scheme.body) + name;
}

std::string ggufTensorName(Role role, int layer)
{
    const RoleNames& row = namesOf(role);
    if (row.perLayer)
        return "blk." + std::to_string(layer) + "." + std::string(row.gguf);
    return std::string(row.gguf);
}

namespace {

    /// Without the prefixes of multimodal models and of the body, which checkpoints of the body
    /// alone (LlamaModel) lack anyway.
    std::string_view withoutBody(std::string_view name, const HfScheme& scheme)
    {
        for (const std::string_view wrapper : { "model.language_model.", "language_model." })
            if (name.starts_with(wrapper)) {
                name.remove_prefix(wrapper.size());
                break;
            }
        if (name.starts_with(scheme.body))
            name.remove_prefix(scheme.body.size());
        return name;
    }

} // namespace

std::optional<NamedRole> roleFromHfName(std::string_view name, Family family)
{
    const HfScheme scheme = hfScheme(family);
    int layer = -1;
    std::string_view rest = withoutBody(name, scheme);
    const bool perLayer = splitLayer(rest, scheme.layers, layer, rest);
    for (const RoleNames& row : roleTable)
        if (const std::string_view own = hfNameOf(row, scheme);
            row.perLayer == perLayer && !own.empty() && own == rest)
            return NamedRole { row.role, perLayer ? layer : -1 };
    return std::nullopt;
}

RowOrder hfRowOrder(Role role, Family family)
{
    return family == Family::Gpt2 && linearRoleIndex(role) ? RowOrder::Transposed : RowOrder::Plain;
}

std::optional<NamedRole> roleFromGgufName(std::string_view name)
{
    int layer = -1;
    std::string_view rest = name;
    const bool perLayer = splitLayer(name, "blk.", layer, rest);
    for (const RoleNames& row : roleTable)
        if (row.perLayer == perLayer && row.gguf == rest)
            return NamedRole { row.role, perLayer ? layer : -1 };
    return std::nullopt;
}

namespace {

    std::optional<FusedRoles> findFused(std::string_view name, std::string_view layerPrefix,
                                        std::string_view attention, std::string_view mlp,
                                        RowOrder order)
    {
        FusedRoles fused;
        std::string_view rest;
        if (!splitLayer(name, layerPrefix, fused.layer, rest))
            return std::nullopt;
        fused.order = order;
        if (rest.starts_with(attention) && rest.substr(attention.size()) == ".weight")
            fused.roles = { Role::Query, Role::Key, Role::Value };
        else if (rest.starts_with(attention) && rest.substr(attention.size()) == ".bias")
            fused.roles = { Role::QueryBias, Role::KeyBias, Role::ValueBias };
        else if (!mlp.empty() && rest == mlp)
            fused.roles = { Role::Gate, Role::Up };
        else
            return std::nullopt;
        if (order == RowOrder::Transposed && fused.roles.front() == Role::QueryBias)
            fused.order = RowOrder::Plain;
        return fused;
    }

} // namespace

std::optional<FusedRoles> fusedRolesFromHfName(std::string_view name, Family family)
{
    const HfScheme scheme = hfScheme(family);
    name = withoutBody(name, scheme);
    if (family == Family::Gpt2)
        return findFused(name, scheme.layers, "attn.c_attn", {}, RowOrder::Transposed);
    if (family == Family::GptNeoX)
        return findFused(name, scheme.layers, "attention.query_key_value", {}, RowOrder::PerHead);
    return findFused(name, scheme.layers, "self_attn.qkv_proj", "mlp.gate_up_proj.weight",
                     RowOrder::Plain);
}

std::optional<FusedRoles> fusedRolesFromGgufName(std::string_view name, bool fusedMlp)
{
    return findFused(name, "blk.", "attn_qkv", fusedMlp ? "ffn_up.weight" : "", RowOrder::Plain);
}

} // namespace schmidt
