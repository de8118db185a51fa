// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to core/model: what config.json of each family says beyond Llama's.

#include "model/architecture.h"

#include <initializer_list>
#include <optional>
#include <string>

namespace schmidt {

/// The first of several spellings that is present and not null.
Json firstOf(const Json& config, std::initializer_list<const char*> keys);
std::int64_t integerOf(const Json& config, std::initializer_list<const char*> keys,
                       std::int64_t fallback);
double numberOf(const Json& config, std::initializer_list<const char*> keys, double fallback);

/// "silu", "gelu_pytorch_tanh" and the other spellings of the activations that are known.
std::optional<Activation> activationFrom(const std::string& name);

/// What config.json of a family means when it leaves a number out.
struct FamilyDefaults {
    const char* activation = "silu";
    std::int64_t heads = 0, kvHeads = 0, headDim = 0, vocabulary = 0, context = 2048;
    double epsilon = 1e-5, theta = 10000.0;
    bool tied = false;
};
FamilyDefaults defaultsOf(Family family);

/// Reads what the family has beyond Llama into an architecture that has everything else.
/// Errors: Unsupported, BadInput.
Result<void> readFamily(const Json& config, Architecture& architecture);

/// Fields of Gemma's config that others do not have, and without those it does not know.
void addGemmaConfig(const Architecture& architecture, Json& config);
/// Why no config of its family can say what this architecture is; empty when one can.
std::string unsayable(const Architecture& architecture);

/// What toJson() says beyond Llama; absent in what older versions stored.
void addExtras(const Architecture& architecture, Json& json);
void readExtras(const Json& json, Architecture& architecture);

} // namespace schmidt
