// SPDX-License-Identifier: Apache-2.0
#include "model/value_kernels.h"

#include "base/clones.h"
#include "model/half_bits.h"

#include <algorithm>
#include <cstring>

namespace schmidt {

namespace {

    /// Largest magnitude as a bit pattern, whose order is that of the magnitudes; NaN is above all.
    SCHMIDT_INLINE std::uint32_t largestBits(const float* values, std::size_t count)
    {
        std::uint32_t largest = 0;
        for (std::size_t i = 0; i < count; ++i)
            largest = std::max(largest, std::bit_cast<std::uint32_t>(values[i]) & 0x7fffffffU);
        return largest;
    }

    SCHMIDT_INLINE void store16(std::uint8_t* at, std::uint16_t value)
    {
        std::memcpy(at, &value, sizeof value);
    }

} // namespace

SCHMIDT_CLONES bool allFinite(std::span<const float> values)
{
    return largestBits(values.data(), values.size()) < 0x7f800000U;
}

SCHMIDT_CLONES bool allFitHalf(std::span<const float> values)
{
    return largestBits(values.data(), values.size()) <= std::bit_cast<std::uint32_t>(65504.0F);
}

SCHMIDT_CLONES void narrowToHalf(std::span<const float> values, std::uint8_t* out)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        store16(out + 2 * i, bits::toHalf(values[i]));
}

SCHMIDT_CLONES void narrowToBfloat(std::span<const float> values, std::uint8_t* out)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        store16(out + 2 * i, bits::toBfloat(values[i]));
}

SCHMIDT_CLONES void roundBlock(const float* x, const CodeGrid& grid, std::uint8_t* codes)
{
    const auto low = static_cast<float>(grid.low), high = static_cast<float>(grid.high);
    const float origin = grid.origin, over = grid.over;
    const int shift = grid.shift;
    std::int32_t wide[32];
    for (int i = 0; i < 32; ++i) {
        const float limited = std::min(std::max((x[i] - origin) * over, low), high);
        // To the nearest integer, for |value| < 2^22.
        wide[i] = static_cast<std::int32_t>((limited + 12582912.0F) - 12582912.0F) + shift;
    }
    for (int i = 0; i < 32; ++i)
        codes[i] = static_cast<std::uint8_t>(wide[i]);
}

} // namespace schmidt
