// SPDX-License-Identifier: Apache-2.0
#include "model/roles.h"

#include <charconv>

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
    };

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

    std::optional<NamedRole> findRole(std::string_view name, std::string_view layerPrefix,
                                      std::string_view RoleNames::*column)
    {
        int layer = -1;
        std::string_view rest = name;
        const bool perLayer = splitLayer(name, layerPrefix, layer, rest);
        for (const RoleNames& row : roleTable)
            if (row.perLayer == perLayer && !(row.*column).empty() && row.*column == rest)
                return NamedRole { row.role, perLayer ? layer : -1 };
        return std::nullopt;
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

std::string hfTensorName(Role role, int layer)
{
    const RoleNames& row = namesOf(role);
    if (row.perLayer)
        return "model.layers." + std::to_string(layer) + "." + std::string(row.hf);
    return role == Role::Head ? std::string(row.hf) : "model." + std::string(row.hf);
}

std::string ggufTensorName(Role role, int layer)
{
    const RoleNames& row = namesOf(role);
    if (row.perLayer)
        return "blk." + std::to_string(layer) + "." + std::string(row.gguf);
    return std::string(row.gguf);
}

std::optional<NamedRole> roleFromHfName(std::string_view name)
{
    // Checkpoints of the bare body (LlamaModel) lack the "model." prefix.
    if (name.starts_with("model."))
        name.remove_prefix(6);
    return findRole(name, "layers.", &RoleNames::hf);
}

std::optional<NamedRole> roleFromGgufName(std::string_view name)
{
    return findRole(name, "blk.", &RoleNames::gguf);
}

namespace {

    std::optional<FusedRoles> findFused(std::string_view name, std::string_view layerPrefix,
                                        std::string_view attention, std::string_view mlp)
    {
        FusedRoles fused;
        std::string_view rest;
        if (!splitLayer(name, layerPrefix, fused.layer, rest))
            return std::nullopt;
        if (rest == attention)
            fused.roles = { Role::Query, Role::Key, Role::Value };
        else if (rest == mlp)
            fused.roles = { Role::Gate, Role::Up };
        else
            return std::nullopt;
        return fused;
    }

} // namespace

std::optional<FusedRoles> fusedRolesFromHfName(std::string_view name)
{
    if (name.starts_with("model."))
        name.remove_prefix(6);
    return findFused(name, "layers.", "self_attn.qkv_proj.weight", "mlp.gate_up_proj.weight");
}

std::optional<FusedRoles> fusedRolesFromGgufName(std::string_view name)
{
    return findFused(name, "blk.", "attn_qkv.weight", "ffn_up.weight");
}

} // namespace schmidt
