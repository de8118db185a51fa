// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/block_bits.h"

namespace schmidt {

/// Decoders of ggml's IQ types of 1 to 3 bits: one block of 256 weights each, from the bytes of the
/// block to `out[256]`. A group of 8 (or twice 4) weights is a point of a codebook, with signs
/// beside it; 16 or 32 weights share a small scale, the block one in half precision.
void decodeIq2Xxs(const Byte* block, float* out);
void decodeIq2Xs(const Byte* block, float* out);
void decodeIq2S(const Byte* block, float* out);
void decodeIq3Xxs(const Byte* block, float* out);
void decodeIq3S(const Byte* block, float* out);
void decodeIq1S(const Byte* block, float* out);
void decodeIq1M(const Byte* block, float* out);

} // namespace schmidt
