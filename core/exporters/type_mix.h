// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/architecture.h"
#include "model/dtype.h"
#include "model/roles.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schmidt {

/// Storage types of a GGUF by role: most matrices get `base`, those whose errors cost most for
/// their size a higher type. Names follow those that llama.cpp gives its file types, so that users
/// know what to expect; which tensor gets what is this program's own choice.
struct TypeMix {
    std::string_view name; ///< "Q4_K_M"
    DType base = DType::Q4_K;
    DType head = DType::Q6_K; ///< the output matrix, also where it is the embedding
    DType output = DType::Q4_K; ///< attention output
    /// Value and down projections: this type in liftedLayer() layers, `otherwise` in the rest.
    DType lifted = DType::Q6_K, otherwise = DType::Q4_K;
    std::int32_t fileType = 15; ///< general.file_type
};

std::optional<TypeMix> typeMixFromName(std::string_view name);
std::vector<std::string_view> typeMixNames();

/// Whether value and down projections of a layer get the higher type: the first and last eighth of
/// the layers and every third one between.
bool liftedLayer(int layer, std::int64_t layers);

/// The type a mix wants for a matrix, whatever its row length.
DType mixedType(const TypeMix& mix, const Architecture& architecture, Role role, int layer);

/// `wanted`, or what takes its place for rows that are no whole number of its blocks: the smallest
/// 32-value type with at least its quality (Q2_K, Q3_K: IQ4_NL; Q4_K: Q5_0; Q5_K: Q5_1; Q6_K:
/// Q8_0), F16 where even 32 does not divide the row.
DType fittingType(DType wanted, std::int64_t columns);

/// general.file_type of a file whose matrices mostly have one type.
std::int32_t ggufFileType(DType type);

} // namespace schmidt
