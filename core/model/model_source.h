// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"
#include "base/ids.h"
#include "base/progress.h"
#include "model/architecture.h"
#include "model/dtype.h"
#include "model/roles.h"
#include "model/tokenizer_data.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// One tensor as it lies in a file.
struct TensorInfo {
    std::string name; ///< name in the file
    std::optional<Role> role;
    int layer = -1; ///< -1 for model-wide tensors
    std::vector<std::int64_t> shape; ///< PyTorch order: [out, in] for matrices
    DType dtype = DType::F32;
    std::int64_t bytes = 0;
    std::size_t file = 0; ///< index into ModelSource::files()
    std::uint64_t offset = 0; ///< of the first byte in that file
    /// For matrices of quantized Hugging Face checkpoints their grid, "gptq int4 g128"; `name`,
    /// `dtype` and `offset` are then those of the packed codes, `bytes` counts scales and zeros
    /// too.
    std::string packing = {};
    std::int64_t firstRow = 0; ///< in a tensor that several roles share
    RowOrder order = RowOrder::Plain; ///< how the stored tensor holds the rows
    std::int64_t storedRows = 0; ///< of all roles that share it; only where `order` is not plain
    float factor = 1; ///< of every value; what a GGUF keeps beside NVFP4 codes as ".scale"

    std::int64_t elements() const;
    /// How it is stored, for people: `packing`, else the name of `dtype`.
    std::string typeName() const;
};

/// Which container a model came from.
enum class ModelFormat { HuggingFace, Gguf, Variant };

/// A model opened for reading: headers parsed and checked, weights mapped, nothing decoded.
/// Opening reads headers only, so it takes milliseconds for any size of file. Immutable and safe to
/// share between threads.
class ModelSource {
public:
    /// Opens a .gguf file, a .safetensors file beside its config.json, an HF folder (single file or
    /// shards with index; plain or packed by GPTQ, AWQ or compressed-tensors, see packed_matrix.h),
    /// or a variant folder written by this program (see variant_format.h). Errors: BadInput
    /// (truncated, misaligned, overlapping, missing shard, wrong shapes, packing that contradicts
    /// itself, no model), Unsupported (unknown architecture, tensor type or quantization method).
    static Result<std::shared_ptr<const ModelSource>> open(const std::filesystem::path& path);

    /// A view of a model with some of its tokens: rows of embedding and head gathered, tokenizer
    /// and architecture cut to them, all else as it is. `kept` is ascending. A view of a view is
    /// not made. Errors: Unsupported when the tokenizer is no byte-level BPE, BadInput when `kept`
    /// does not fit the model.
    static Result<std::shared_ptr<const ModelSource>>
    trimmed(std::shared_ptr<const ModelSource> whole, std::vector<std::int32_t> kept);

    ~ModelSource();

    const std::filesystem::path& path() const;
    ModelFormat format() const;
    const Architecture& architecture() const;
    const TokenizerData& tokenizer() const;
    const std::vector<TensorInfo>& tensors() const;
    const std::vector<std::filesystem::path>& files() const;
    std::int64_t fileBytes() const;

    /// Numbers that its tokens have in the model it comes from, ascending: of a view made by
    /// trimmed(), or of a variant folder stored from one. Empty where no token was left out.
    const std::vector<std::int32_t>& keptTokens() const;
    /// Whether this is a view made by trimmed(), so that its files hold more tokens than it shows.
    bool isView() const;

    /// Things a careful user should know: unusual but readable contents.
    const std::vector<std::string>& warnings() const;

    /// The tensor with this role; nullptr when absent (e.g. Head when tied).
    const TensorInfo* find(Role role, int layer = -1) const;

    /// Decodes a tensor to fp32, row-major in PyTorch order, with Q/K rows in the rotate-half
    /// order of Hugging Face whatever the file's order. Packed matrices are decoded to the values
    /// their own software computes. Errors: BadInput when it holds NaN or infinity (named).
    Result<std::vector<float>> readTensor(const TensorInfo& tensor) const;

    /// Decodes row `row` of a matrix, as readTensor() gives it, into out.size() = shape[1] values.
    /// Only where hasRows() holds. Errors: as readTensor().
    Result<void> readRow(const TensorInfo& tensor, std::int64_t row, std::span<float> out) const;
    /// Whether the rows of a matrix lie in the file one by one, so that readRow() finds them.
    bool hasRows(const TensorInfo& tensor) const;

    /// SHA-256 over the sorted file names' contents (weights and config); takes seconds per GB, so
    /// run it off the GUI thread. Computed once and kept. Errors: Cancelled, BadInput.
    Result<std::string> contentHash(const CancelToken& cancel = {}) const;

    /// A cheap identity that changes when the files change: sizes, times and header hash. Used as
    /// cache key before the content hash is known.
    const std::string& quickFingerprint() const;

private:
    friend class ModelSourceBuilder;
    struct State;
    explicit ModelSource(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace schmidt
