// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_source.h"
#include "model/packed_matrix.h"
#include "model/safetensors.h"
#include "model/variant_format.h"

#include <map>
#include <mutex>
#include <utility>

namespace schmidt {

/// How a matrix of a variant folder is put together from its stored parts.
struct VariantMatrixEntry {
    std::int64_t rows = 0, columns = 0, rank = 0;
    SiteShape firstSite { 0, 0 };
    QuantGrid grid;
    bool quantized = false;
};

struct ModelSource::State {
    std::filesystem::path path;
    ModelFormat format = ModelFormat::HuggingFace;
    Architecture architecture;
    TokenizerData tokenizer;
    std::vector<TensorInfo> tensors;
    std::vector<MappedFile> mappings;
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> extraHashed; ///< config and tokenizer files
    std::vector<std::string> warnings;
    std::string fingerprint;
    bool permutedRows = false; ///< Q/K rows lie interleaved (GGUF llama)
    std::map<std::pair<Role, int>, std::size_t> byRole;
    std::map<std::pair<Role, int>, VariantMatrixEntry> variantMatrices;
    SafetensorsHeader variantTensors; ///< of a variant's model.safetensors
    std::map<std::string, PackedMatrix> packed; ///< by the name of their codes
    std::vector<std::int32_t> keptTokens; ///< see ModelSource::keptTokens()
    std::shared_ptr<const ModelSource> whole; ///< what a view with fewer tokens shows
    mutable std::mutex hashMutex;
    mutable std::string hash;
};

/// Reads and multiplies out one matrix of a variant. Errors: BadInput.
Result<std::vector<float>> readVariantMatrix(const MappedFile& file,
                                             const SafetensorsHeader& header,
                                             const std::string& name,
                                             const VariantMatrixEntry& entry);

/// Fills a ModelSource from one of the containers; each open function checks what it reads.
class ModelSourceBuilder {
public:
    static Result<std::shared_ptr<const ModelSource>> openGguf(const std::filesystem::path& path);
    static Result<std::shared_ptr<const ModelSource>>
    openHuggingFace(const std::filesystem::path& folder,
                    const std::filesystem::path& onlyFile = {});
    static Result<std::shared_ptr<const ModelSource>>
    openVariant(const std::filesystem::path& folder);
    static Result<std::shared_ptr<const ModelSource>> trim(std::shared_ptr<const ModelSource> whole,
                                                           std::vector<std::int32_t> kept);

private:
    using State = ModelSource::State;
    /// Parts of packed matrices by module, collected over all shards.
    struct PackedModules {
        PackedScheme scheme;
        std::map<std::string, PackedParts> modules;
    };
    static Result<std::shared_ptr<const ModelSource>> finish(std::unique_ptr<State> state);
    /// Whether the embedding serves as output matrix, from what the files hold and the
    /// configuration says; where they differ it is warned about.
    static void settleHead(State& state);
    /// Errors: BadInput when a tensor is missing or of another shape than the architecture asks
    /// for; Unsupported when one has no place in it.
    static Result<void> checkTensors(const State& state);
    /// A tokenizer of an unknown kind leaves the weights usable, so it is a warning; a damaged one
    /// is an error.
    static Result<void> keepTokenizer(Result<TokenizerData> read, State& state);
    /// `packed` is null for plain checkpoints.
    static Result<void> addSafetensors(State& state, const std::filesystem::path& file,
                                       PackedModules* packed);
    /// Turns the collected parts into matrices.
    static Result<void> addPacked(State& state, const PackedModules& packed);
    /// Adds the rows of a tensor under the roles that share it. Errors: BadInput
    /// when its rows are not those of the roles together.
    static Result<void> addFused(State& state, const TensorInfo& whole, const FusedRoles& fused);
    /// Biases that hold nothing but zeros: quantizers write them for layers that have none.
    static void dropZeroBiases(State& state);
};

} // namespace schmidt
