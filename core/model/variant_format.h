// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/architecture.h"
#include "model/roles.h"
#include "model/site_shape.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace schmidt {

/// Integer quantization grid of one matrix: value = scale * (code - zero), one scale (and zero)
/// per `groupSize` consecutive inputs of a row.
struct QuantGrid {
    int bits = 4; ///< 8, 4 or 3
    std::int64_t groupSize = 64;
    bool symmetric = true; ///< zero is 2^(bits-1) and not stored
    bool operator==(const QuantGrid&) const = default;
};

/// One matrix of a compressed model in the form it was compressed to.
struct VariantMatrix {
    std::int64_t rows = 0, columns = 0; ///< [out, in]
    /// Dense weights, row-major; empty when codes or factors hold the matrix, or `readRow` gives
    /// it.
    std::vector<float> dense;
    /// Gives a row of dense weights that stay in a file: only exporters of GGUF and HF folders ask.
    std::function<Result<void>(std::int64_t row, std::span<float> out)> readRow;
    /// Quantized form; codes are row-major in [0, 2^bits).
    QuantGrid grid;
    std::vector<std::uint8_t> codes;
    std::vector<float> scales; ///< [rows, columns / groupSize], representable in fp16
    std::vector<float> zeros; ///< same shape as scales; empty when symmetric
    /// Low rank: matrix = left [rows, rank] * right [rank, columns]. Beside codes the product is
    /// added to what they say (Q + LR).
    std::int64_t rank = 0;
    std::vector<float> left, right;
    /// With a first site the factors are those of a matrix product operator of two sites, a sum of
    /// `rank` Kronecker products (`rank` is its bond): W[(o, p), (i, j)] = Σ_a left[(o, i), a]
    /// right[a, (p, j)], left [o · i, rank], right [rank, p · j]. {0, 0} = plain factors.
    SiteShape firstSite { 0, 0 };

    /// Stands for zeros of whatever shape an export asks for; no compressed model has one.
    bool absent() const { return rows == 0; }
    bool quantized() const { return !codes.empty(); }
    bool network() const { return firstSite.out > 0; } ///< two sites and the bond between them
    /// Plain factors alone.
    bool lowRank() const { return rank > 0 && codes.empty() && !network(); }
    bool factored() const { return lowRank() || network(); } ///< nothing but factors
    SiteShape secondSite() const; ///< of a network
    std::int64_t leftRows() const { return network() ? firstSite.size() : rows; }
    std::int64_t rightColumns() const { return network() ? secondSite().size() : columns; }
    bool corrected() const { return rank > 0 && !codes.empty(); } ///< codes and factors
    std::int64_t parameters() const; ///< factors counted as stored
    /// Adds a row of left times right to `out` [columns].
    void addFactorRow(std::int64_t row, std::span<float> out) const;
    /// The matrix multiplied out, row-major, factors included.
    std::vector<float> toDense() const;
};

/// A compressed model in memory: architecture, matrices, vectors. The engine produces it, the
/// exporters write it, ModelSource opens what saveVariant() wrote.
struct Variant {
    Architecture architecture;
    std::map<std::pair<Role, int>, VariantMatrix> matrices; ///< layer -1 for embedding and head
    std::map<std::pair<Role, int>, std::vector<float>> vectors; ///< norms and biases

    /// Whether some matrix is codes and factors.
    bool corrected() const;
};

/// Writes a variant as a folder that appears whole or not at all: schmidt-variant.json
/// (architecture, grids, ranks), model.safetensors (dense values in F16, codes in U8, scales in
/// F16), tokenizer data of `base` in tokenizer.schmidt.json, with ModelSource::keptTokens() of
/// `base` where it is a view. Errors: Resources, Usage.
class ModelSource;
Result<void> saveVariant(const Variant& variant, const ModelSource& base,
                         const std::filesystem::path& folder);

/// Loads a variant folder completely. Errors: BadInput.
Result<Variant> loadVariant(const std::filesystem::path& folder);

/// Any opened model as a Variant of dense matrices (the baseline seen through the same type).
/// Needs memory for the whole model in fp32. Errors: those of ModelSource::readTensor().
Result<Variant> variantFromSource(const ModelSource& source);

/// The same for an exporter that reads matrices row by row: those whose rows lie in the file one by
/// one stay there, so that the memory is that of the others. Shares the source.
Result<Variant> variantInFile(const std::shared_ptr<const ModelSource>& source);

} // namespace schmidt
