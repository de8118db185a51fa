// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/family.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schmidt {

/// What a tensor does in the network, independent of the file format's name for it.
enum class Role {
    Embedding, ///< [vocabulary, hidden]
    Head, ///< [vocabulary, hidden]; absent when tied to Embedding
    FinalNorm, ///< [hidden]
    AttentionNorm,
    MlpNorm,
    Query, ///< [heads * headDim, hidden]
    Key, ///< [kvHeads * headDim, hidden]
    Value, ///< [kvHeads * headDim, hidden]
    Output, ///< [hidden, heads * headDim]
    QueryBias,
    KeyBias,
    ValueBias,
    OutputBias,
    QueryNorm, ///< [headDim], Qwen3
    KeyNorm, ///< [headDim], Qwen3
    Gate, ///< [intermediate, hidden]
    Up, ///< [intermediate, hidden]
    Down, ///< [hidden, intermediate]
    GateBias,
    UpBias,
    DownBias,
    RopeFactors, ///< [headDim / 2] divisors of the rotary frequencies (GGUF llama3 scaling)
    PostAttentionNorm, ///< [hidden], behind the output projection (Gemma)
    PostMlpNorm, ///< [hidden], behind the MLP (Gemma)
    PositionEmbedding, ///< [context, hidden] (GPT-2)
    FinalNormBias, ///< [hidden], as the next two (GPT-2, GPT-NeoX)
    AttentionNormBias,
    MlpNormBias,
};

/// The seven matrices of a block that recipes act on, in display order.
inline constexpr std::array<Role, 7> linearRoles { Role::Query,  Role::Key,  Role::Value,
                                                   Role::Output, Role::Gate, Role::Up,
                                                   Role::Down };

/// Stable short name used in JSON, on axes and on the command line: "q", "k", "v", "o", "gate",
/// "up", "down", "embedding", "head", ...
std::string_view roleName(Role role);

/// Inverse of roleName().
std::optional<Role> roleFromName(std::string_view name);

/// Position of a role in linearRoles, if it is one of them.
std::optional<std::size_t> linearRoleIndex(Role role);

/// Whether a tensor of a block goes when the block loses its attention; the others of a block go
/// with its MLP.
bool ofAttention(Role role);

/// A weight of a norm, not its bias.
bool isNorm(Role role);

/// Hugging Face tensor name of a role in the naming scheme of a family, for Llama e.g.
/// "model.layers.3.self_attn.q_proj.weight". `layer` is ignored for model-wide roles.
std::string hfTensorName(Role role, int layer, Family family = Family::Llama);

/// GGUF tensor name of a role, e.g. "blk.3.attn_q.weight".
std::string ggufTensorName(Role role, int layer);

/// Role and layer (-1 for model-wide tensors) behind a name in either scheme.
struct NamedRole {
    Role role;
    int layer = -1;
};
std::optional<NamedRole> roleFromHfName(std::string_view name, Family family = Family::Llama);
std::optional<NamedRole> roleFromGgufName(std::string_view name);

/// How the rows of matrices lie in a stored tensor.
enum class RowOrder {
    Plain,
    Transposed, ///< as columns: [in, out] (GPT-2)
    PerHead, ///< queries, keys and values of one head after the other (GPT-NeoX)
};
/// GPT-2 stores its matrices, not its embeddings, transposed.
RowOrder hfRowOrder(Role role, Family family);

/// Matrices or vectors that lie in one tensor, row after row, in the order of `roles` (Phi-3,
/// GPT-2, GPT-NeoX).
struct FusedRoles {
    std::vector<Role> roles;
    int layer = -1;
    RowOrder order = RowOrder::Plain;
};
/// "model.layers.3.self_attn.qkv_proj.weight", "model.layers.3.mlp.gate_up_proj.weight",
/// "transformer.h.3.attn.c_attn.bias", "gpt_neox.layers.3.attention.query_key_value.weight".
std::optional<FusedRoles> fusedRolesFromHfName(std::string_view name,
                                               Family family = Family::Llama);
/// "blk.3.attn_qkv.weight" or ".bias" of any architecture that fuses, and "blk.3.ffn_up.weight"
/// where `fusedMlp` says that it holds the gate as well (GGUF architecture "phi3").
std::optional<FusedRoles> fusedRolesFromGgufName(std::string_view name, bool fusedMlp);

} // namespace schmidt
