// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace schmidt {

/// An integer that cannot be mixed up with another kind of integer.
template <typename Tag> struct Id {
    std::int64_t value = -1;

    constexpr bool valid() const { return value >= 0; }
    auto operator<=>(const Id&) const = default;
};

using LayerId = Id<struct LayerTag>; ///< transformer block, 0 = nearest the embedding
using TensorId = Id<struct TensorTag>; ///< index into ModelSource::tensors()
using RunId = Id<struct RunTag>; ///< row of the ledger's run table

} // namespace schmidt

template <typename Tag> struct std::hash<schmidt::Id<Tag>> {
    std::size_t operator()(const schmidt::Id<Tag>& id) const noexcept
    {
        return std::hash<std::int64_t> {}(id.value);
    }
};
