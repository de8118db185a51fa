// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "model/architecture.h"
#include "model/dtype.h"
#include "model/roles.h"
#include "model/variant_format.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// How the weights of a matrix are stored after compression.
enum class SchemeKind {
    Keep, ///< as pruning and refit left it, stored in 16 bits
    Rtn, ///< round to nearest on the grid
    Gptq, ///< error-compensated rounding (Frantar et al. 2022, arXiv 2210.17323)
};

/// Quantization scheme of one matrix.
struct Scheme {
    SchemeKind kind = SchemeKind::Keep;
    QuantGrid grid = {};
    bool operator==(const Scheme&) const = default;
};

/// "keep", "gptq-int4-g64", "rtn-int3-g64-asym". Group 32, 64 or 128.
std::string schemeName(const Scheme& scheme);
/// Errors: Usage naming the accepted forms.
Result<Scheme> schemeFromName(const std::string& name);
/// Bits per weight including scales (and zeros): bits + 16/group (+ 16/group if asymmetric).
double bitsPerWeight(const Scheme& scheme);

/// What to do to one transformer block.
struct LayerRecipe {
    std::int64_t mlpWidth = 0; ///< MLP units kept; 0 = without MLP
    std::int64_t kvGroups = 0; ///< KV heads kept, each with its query heads; 0 = without attention
    /// Rank kept per linear role (index as in linearRoles); 0 = full rank.
    std::array<std::int64_t, linearRoles.size()> ranks {};
    /// Bond of a matrix product operator of two balanced sites (see networkParameters()) in place
    /// of a matrix, per linear role; 0 = none.
    std::array<std::int64_t, linearRoles.size()> bonds {};
    std::array<Scheme, linearRoles.size()> schemes {};
    /// Rank of the low-rank correction of what quantizing a matrix leaves behind (Q + LR), per
    /// linear role; 0 = none.
    std::array<std::int64_t, linearRoles.size()> corrections {};
    /// Whether a matrix is stored as factors, plain ones or those of a network.
    bool factored(std::size_t position) const { return ranks[position] > 0 || bonds[position] > 0; }
    /// Stores a matrix by another scheme. One that stays in 16 bits has nothing to correct, so its
    /// correction goes.
    void setScheme(std::size_t position, const Scheme& scheme)
    {
        schemes[position] = scheme;
        if (scheme.kind == SchemeKind::Keep)
            corrections[position] = 0;
    }
    bool locked = false; ///< group sliders and allocation leave this layer alone
    bool empty() const { return mlpWidth == 0 && kvGroups == 0; } ///< the block is left out
    bool operator==(const LayerRecipe&) const = default;
};

/// Whether all layers that are left must end with the same shape (plain Llama) or each may differ.
enum class WidthMode { Uniform, PerLayer };

/// Distillation from the original after compression. Off while both limits are 0; the first one
/// reached ends it.
struct Healing {
    std::int64_t tokens = 0; ///< more than the workload's text has means several epochs
    double minutes = 0;
    double learningRate = 0; ///< peak; 0 = chosen by how far the variant is from its original
    bool enabled() const { return tokens > 0 || minutes > 0; }
    bool operator==(const Healing&) const = default;
};

/// The immutable description of one compression. Version 1 of the JSON form.
struct Recipe {
    static constexpr int schemaVersion = 1;
    std::string name;
    WidthMode mode = WidthMode::PerLayer;
    std::vector<LayerRecipe> layers;
    Scheme embeddingScheme = {}; ///< embedding and head; RTN kinds only
    /// Tokens kept of the vocabulary; 0 = all. Which ones, the calibration text of the workload
    /// decides (see vocabularyOrder()).
    std::int64_t vocabulary = 0;
    std::string workload = "faq";
    std::int64_t calibrationTokens = 65536;
    std::uint64_t seed = 1;
    /// Share c of the drift away from the original's own residual stream that refits take back, in
    /// [0, 1]; on n calibration tokens a matrix with m inputs takes back c n / (n + 8 m).
    double driftCorrection = 0.6;
    /// Relative ridge of the least-squares refit.
    double damping = 1e-2;
    Healing heal = {};

    bool cutsVocabulary(const Architecture& architecture) const
    {
        return vocabulary > 0 && vocabulary != architecture.vocabularySize;
    }
    bool operator==(const Recipe&) const = default;
};

/// The recipe that changes nothing.
Recipe identityRecipe(const Architecture& architecture);

Json toJson(const Recipe& recipe);
/// Errors: BadInput (wrong types), Unsupported (newer schema version, with both versions named).
Result<Recipe> recipeFromJson(const Json& json);

/// One reason why a recipe cannot run on a model, or a warning about it.
struct RecipeIssue {
    enum class Severity { Error, Warning } severity = Severity::Error;
    int layer = -1; ///< -1 for the whole recipe
    std::optional<Role> role;
    std::string message; ///< one sentence: what is wrong and the nearest value that works
};

/// All reasons why `recipe` does not fit `architecture`, errors first. Empty means it can run.
std::vector<RecipeIssue> validateRecipe(const Recipe& recipe, const Architecture& architecture);

/// Architecture after applying a valid recipe.
Architecture compressedArchitecture(const Recipe& recipe, const Architecture& architecture);

/// [out, in] of one of the linear roles in a block (embedding and head for other roles).
struct MatrixShape {
    std::int64_t rows = 0, columns = 0;
    bool empty() const { return rows == 0 || columns == 0; } ///< of a part that the layer lacks
};
MatrixShape matrixShape(Role role, const LayerShape& layer, const Architecture& architecture);

/// Largest bond of a matrix product operator of two balanced sites for a matrix, at which it is
/// exact, and the numbers that its two cores hold at `bond`.
std::int64_t fullBond(const MatrixShape& shape);
std::int64_t networkParameters(const MatrixShape& shape, std::int64_t bond);
/// Numbers that a recipe keeps of a matrix, corrections apart.
std::int64_t storedParameters(const LayerRecipe& layer, std::size_t position,
                              const MatrixShape& shape);

/// Exact sizes of the outcome of a recipe.
struct RecipeSize {
    std::int64_t parameters = 0; ///< all parameters kept (factors counted as stored)
    std::int64_t blockParameters = 0; ///< those of transformer blocks
    /// Tensor data of the GGUF export, in the recipe's own types, with that of its LoRA adapter
    /// where matrices are corrected.
    std::int64_t weightBytes = 0;
};
RecipeSize recipeSize(const Recipe& recipe, const Architecture& architecture);

/// Every quantized matrix of the unlocked layers with a correction of this rank, or of its full one
/// where that is lower; 0 = without.
Recipe withCorrections(Recipe recipe, const Architecture& architecture, std::int64_t rank);

/// How zeros are stored that a format needs where the model has nothing.
inline constexpr Scheme fillerScheme { SchemeKind::Rtn, { 4, 32, true } };

/// Highest rank of a correction in the recipe; 0 = none.
std::int64_t largestCorrection(const Recipe& recipe);

/// How a GGUF adapter stores the left factor of a correction: its one scale for all is that of the
/// largest rank, which other ranks make up for in numbers that 16 bits might not hold.
DType leftFactorType(std::int64_t rank, std::int64_t largestRank);

/// GGUF storage type that holds a matrix of this scheme exactly: F16, Q8_0, Q4_0 (symmetric 4 and
/// 3 bit) or Q4_1 (asymmetric); F16 when the row length is no multiple of 32.
DType exportType(const Scheme& scheme, std::int64_t columns);

} // namespace schmidt
