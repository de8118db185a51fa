// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/half_bits.h"

#include <cstdint>
#include <cstring>

namespace schmidt {

/// Bytes of a block of quantized weights, read where they lie; they are not aligned.
using Byte = std::uint8_t;

template <typename T> T load(const Byte* at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

inline float loadHalf(const Byte* at)
{
    return bits::fromHalf(load<std::uint16_t>(at));
}

} // namespace schmidt
