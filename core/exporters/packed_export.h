// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/exporters.h"

namespace schmidt {

/// exportVariant() for a compressed-tensors folder ("pack-quantized"): codes and scales of every
/// 4- and 8-bit linear matrix as they are, packed into 32-bit words along the inputs; everything
/// else in F16 (or F32) and listed under "ignore". Errors: Unsupported for 3-bit grids, fractional
/// zero points, groups that padding would split, and models without a grid.
Result<void> exportCompressedTensors(const Variant& variant, const TokenizerData& tokenizer,
                                     const ExportOptions& options,
                                     const std::filesystem::path& target,
                                     const WorkContext& context);

/// What exportW8A8() refuses, before anything is measured for it.
Result<void> checkW8A8(const Variant& variant);

/// exportVariant() for a compressed-tensors folder in W8A8 ("int-quantized"): every linear matrix
/// of the layers rounded to a signed byte per weight and a scale per output, inputs to be rounded
/// to 8 bits per token by the runtime; everything else in F16 (or F32). Outliers of inputs are
/// moved into the weights where `options.importance` knows the inputs (see Smoothing). Errors:
/// Unsupported for matrices that are on a grid already.
Result<void> exportW8A8(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const std::filesystem::path& target,
                        const WorkContext& context);

/// exportVariant() for a GPTQ checkpoint (AutoGPTQ layout, checkpoint_format "gptq"): one
/// symmetric 4- or 8-bit grid for all seven matrices of every layer. Errors: Unsupported where a
/// layer is on another grid or on none.
Result<void> exportGptq(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const std::filesystem::path& target,
                        const WorkContext& context);

/// exportVariant() for an AWQ checkpoint (GEMM layout of AutoAWQ): 4-bit grids with one group size
/// for all seven matrices of every layer, symmetric ones with the zero point 8. Errors: Unsupported
/// where a layer is on another grid or on none, for fractional zero points and for widths that are
/// no multiple of 8.
Result<void> exportAwq(const Variant& variant, const TokenizerData& tokenizer,
                       const ExportOptions& options, const std::filesystem::path& target,
                       const WorkContext& context);

} // namespace schmidt
