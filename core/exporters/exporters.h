// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/hardware_threads.h"
#include "base/progress.h"
#include "base/result.h"
#include "exporters/type_mix.h"
#include "model/model_source.h"
#include "model/variant_format.h"
#include "recipe/recipe.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace schmidt {

/// A file format this program can write.
enum class ExportFormat { HuggingFace, Gguf, Onnx, CompressedTensors, Gptq, Awq };
/// "hf", "gguf", "onnx", "compressed-tensors", "gptq", "awq".
std::optional<ExportFormat> exportFormatFromName(const std::string& name);

/// How per-layer widths are carried by formats that know only one width per model.
enum class WidthCarrier {
    Native, ///< GGUF architecture "deci" for per-layer widths; ONNX as is; HF refuses
    Padded, ///< zero-padded to the widest layer: exact, no size gain in padded layers
    /// Hugging Face folders: a shape per layer by the `block_configs` of nemotron-nas, MLP widths
    /// zero-padded to multiples of 256 and attention to all heads.
    BlockConfigs,
};
/// "native", "padded", "block-configs".
std::optional<WidthCarrier> widthCarrierFromName(const std::string& name);

/// Mean squared inputs of the columns of a matrix, by role and layer (-1 for model-wide ones).
using ImportanceMap = std::map<std::pair<Role, int>, std::vector<float>>;

struct ExportOptions {
    ExportFormat format = ExportFormat::Gguf;
    /// One storage type for all matrices, or for those that a format does not keep on their grid;
    /// absent = the recipe's own types (see exportType()), F16 in folders.
    std::optional<DType> type;
    WidthCarrier carrier = WidthCarrier::Native;
    std::string modelCard; ///< README.md of a folder; may be empty
    /// GGUF only: types by role; stands before `type`.
    std::optional<TypeMix> mix = {};
    /// GGUF and W8A8 only: E[x²] of the inputs of matrices, one number per column; those without an
    /// entry are rounded with equal weights.
    ImportanceMap importance = {};
    int threads = hardwareThreads(); ///< that encode; the result does not depend on it
    /// compressed-tensors only: weights in 8 bits per output and inputs rounded to 8 bits per token
    /// at run time, as INT8 kernels want them, in place of the recipe's own grids.
    bool w8a8 = false;
};

/// Writes a model in a third-party format. Corrections of quantized matrices become a LoRA adapter
/// at ggufAdapterPath() or folderAdapterPath() and the model proper is what they correct; ONNX
/// holds both. Layers with neither attention nor MLP are left out and the others move up. The
/// target appears whole or not at all. Refusals name the layer and the nearest width that would
/// work. Errors: Unsupported, Usage, Resources, Cancelled.
Result<void> exportVariant(Variant variant, const TokenizerData& tokenizer, ExportOptions options,
                           const std::filesystem::path& target, const WorkContext& context = {});

/// Every value of --type that a GGUF export takes: types and mixes.
std::vector<std::string> ggufTypeNames();

/// What a matrix type of a GGUF export is used for.
struct TypeUse {
    DType wanted = DType::F16; ///< what `type` or `mix` asks for
    DType stored = DType::F16; ///< another one where the row length does not allow it
    std::int64_t matrices = 0;
    std::int64_t bytes = 0;
};
/// The matrix types of a GGUF export with `options.type` or `options.mix`, one entry per pair of
/// wanted and stored type. Empty when the recipe's own types are kept.
std::vector<TypeUse> ggufTypeUse(const Architecture& architecture, const ExportOptions& options);

/// Bytes of the GGUF that exportVariant() would write for a recipe: tensor data with padding plus
/// header and tokenizer, and those of its adapter, without writing them.
std::int64_t ggufFileBytes(const Recipe& recipe, const Architecture& architecture,
                           const TokenizerData& tokenizer);

/// Bytes of the GGUF header, metadata and tokenizer of a model alone.
std::int64_t ggufMetadataBytes(const Architecture& architecture, const TokenizerData& tokenizer);

/// Writes a GGUF with tokenizer and metadata but no tensors, for llama.cpp's vocabulary loader.
Result<void> writeVocabularyGguf(const Architecture& architecture, const TokenizerData& tokenizer,
                                 const std::filesystem::path& target);

} // namespace schmidt
