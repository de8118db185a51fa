// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/correlations.h"
#include "base/json.h"
#include "model/roles.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// Marchenko-Pastur bulk fitted to the eigenvalues of W Wᵀ / columns.
struct MarchenkoPasturFit {
    double variance = 0; ///< fitted entry variance s²
    double lowerEdge = 0; ///< s² (1 - √(rows/columns))², in units of the eigenvalues
    double upperEdge = 0; ///< s² (1 + √(rows/columns))²
    std::int64_t spikes = 0; ///< eigenvalues above the upper edge
    double distance = 1; ///< Kolmogorov-Smirnov distance between bulk and fit
};

/// Power law p(λ) ∝ λ^-alpha fitted to the tail of the eigenvalues by maximum likelihood with the
/// window start chosen by minimal Kolmogorov-Smirnov distance (Clauset et al. 2009).
struct PowerLawFit {
    double alpha = 0;
    double windowStart = 0; ///< smallest eigenvalue inside the window
    double windowEnd = 0; ///< largest eigenvalue
    std::int64_t tailCount = 0;
    double distance = 1;
};

/// A matrix W [out, in] as a matrix product operator of two sites, out = o_1 o_2 and in = i_1 i_2:
/// W = Σ_a s_a A_a ⊗ B_a, a sum of Kronecker products over the bond a.
struct BondSpectrum {
    std::array<std::int64_t, 2> rows {}, columns {}; ///< o_1, o_2 and i_1, i_2
    std::vector<float> sigma; ///< Schmidt values of the bond, descending; their squares from χ on
                              ///< are the squared error of truncation to χ
    std::vector<float> weighted; ///< the same in the Kronecker product C_1 ⊗ C_2 likeliest for the
                                 ///< inputs' second moment C; empty before statistics exist
    double metricDistance = 0; ///< |C - C_1 ⊗ C_2| / |C|
    std::vector<std::int32_t> measuredBonds; ///< bond dimensions χ, ascending
    std::vector<float> measuredLoss; ///< E|(W - W_χ)x|² / E|W x|² there, in C itself

    bool empty() const { return sigma.empty(); }
    std::int64_t siteSize(std::size_t site) const { return rows[site] * columns[site]; }
    std::int64_t fullBond() const { return std::min(siteSize(0), siteSize(1)); }
    std::int64_t parameters(std::int64_t bond) const { return bond * (siteSize(0) + siteSize(1)); }
    /// Largest bond that stores no more numbers than the matrix.
    std::int64_t breakEven() const
    {
        return empty() ? 0 : siteSize(0) * siteSize(1) / (siteSize(0) + siteSize(1));
    }
};

/// The Schmidt spectrum of one matrix and what follows from it. p_i = σ_i² / Σσ².
struct TensorSpectrum {
    Role role = Role::Query;
    int layer = 0;
    std::int64_t rows = 0, columns = 0;
    std::vector<float> sigma; ///< singular values of W, descending
    std::vector<float> weighted; ///< singular values of W C^{1/2}, C = second moment of the inputs;
                                 ///< empty before statistics exist
    std::vector<float> shuffled; ///< σ of W with shuffled entries: the null model
    double entropy = 0; ///< -Σ p ln p of sigma, nat
    double effectiveRank = 0; ///< e^entropy (Roy and Vetterli 2007)
    double participationRatio = 0; ///< (Σσ²)² / Σσ⁴
    double weightedEntropy = 0;
    double weightedEffectiveRank = 0;
    MarchenkoPasturFit bulk;
    PowerLawFit tail;
    BondSpectrum bond; ///< empty in earlier files
};

/// Share of the energy Σσ² kept by the first r values, for r = 0 … size (size + 1 entries).
std::vector<float> prefixEnergies(const std::vector<float>& sigma);

/// Measures of one transformer block on the workload.
struct LayerAnalysis {
    int layer = 0;
    double blockInfluence = 0; ///< 1 - E cos(x_in, x_out) over tokens (Men et al. 2024)
    /// Per MLP unit, in the model's order.
    std::vector<float> unitEnergy; ///< E[a_p²] · |column p of down|²
    std::vector<float> unitRedundancy; ///< 1 - 1 / (C_pp (C⁻¹)_pp), share of a unit's activity that
                                       ///< the others predict
    std::vector<float> unitScore; ///< OBS loss |w_p|² / (C⁻¹)_pp = energy · exp(-2 MI)
    std::vector<std::int32_t> unitOrder; ///< units by removal: first = goes first
    std::vector<std::int32_t> unitPartner; ///< the unit each one is most correlated with
    std::vector<float> groupScore; ///< predicted output loss of removing each KV group
    UnitCorrelations correlations; ///< of the MLP units; empty in earlier files
    std::vector<float> headInformation; ///< heads × heads, Gaussian mutual information of the head
                                        ///< outputs, nat; empty in earlier files
};

/// What was reduced in a sensitivity probe.
enum class ProbeKind { MlpWidth, KvGroups, Bits };

/// KL to the original when one thing in one layer is reduced and nothing else.
struct SensitivityPoint {
    ProbeKind kind = ProbeKind::MlpWidth;
    int layer = 0;
    double level = 0; ///< units kept, KV groups kept, or bits per weight code (4, 3)
    double kl = 0; ///< nat per token, mean
    double klError = 0;
    double nllChange = 0; ///< change of the mean negative log-likelihood, nat
};

/// KL to the original when embedding and head are quantized and nothing else. Symmetric GPTQ in
/// groups of 32, the embedding itself by rounding to nearest where it is not the head.
struct EmbeddingPoint {
    int bits = 0;
    double kl = 0; ///< nat per token, mean
    double klError = 0;
    double nllChange = 0;
};

/// A recipe that was really run, to learn how single KLs combine.
struct CombinationPoint {
    double sumOfSingles = 0; ///< Σ of single-layer KLs; of earlier files, which have no `layers`
    double measuredKl = 0;
    double nllChange = 0;
    double sumOfBits = 0; ///< the part of the sum that comes from quantization; as the sum
    /// What was done to a layer.
    struct Layer {
        std::int64_t mlpWidth = 0, kvGroups = 0;
        int bits = 0; ///< of all its matrices, symmetric GPTQ, groups of 64; 0 = not quantized
    };
    std::vector<Layer> layers; ///< empty in earlier files
    std::int64_t calibrationTokens = 0; ///< it was compressed on; 0 = not known
};

/// What a model costs and needs with fewer tokens (see vocabularyOrder()) and nothing else changed.
struct VocabularyPoint {
    std::int64_t tokens = 0; ///< kept
    std::int64_t metadataBytes = 0; ///< of a GGUF file, its tokenizer with it
    /// Change of the negative log-likelihood of the evaluation text, in nat per token of the whole
    /// vocabulary; absent at sizes that were not measured.
    std::optional<double> nllChange;
};

/// All that is known about a model on a workload. Stored in the project under its cache key.
struct AnalysisResult {
    static constexpr int schemaVersion = 1;
    std::string modelHash;
    std::string workload; ///< name
    std::string workloadHash; ///< of the calibration text
    std::int64_t calibrationTokens = 0;
    std::uint64_t seed = 0;
    double baselineNll = 0; ///< mean negative log-likelihood of the original on the probe text, nat
    std::int64_t probeTokens = 0;
    std::vector<TensorSpectrum> spectra; ///< layer-major, roles in linearRoles order
    std::vector<LayerAnalysis> layers;
    std::vector<SensitivityPoint> sensitivity;
    std::vector<EmbeddingPoint> embedding; ///< empty in earlier files
    std::vector<CombinationPoint> combinations;
    std::vector<VocabularyPoint> vocabulary; ///< empty in earlier files, and for tokenizers whose
                                             ///< vocabulary cannot be cut
    std::vector<float> blockSimilarity; ///< layers × layers: unbiased linear centred kernel
                                        ///< alignment of the blocks' residual updates; empty in
                                        ///< earlier files
    std::vector<std::string> warnings;

    const TensorSpectrum* spectrum(Role role, int layer) const;
    /// The probe of a layer whose level is nearest to `level`; null when this was not probed there.
    const SensitivityPoint* nearestProbe(ProbeKind kind, int layer, double level) const;
    bool complete() const; ///< spectra, layers and sensitivity are all there
    /// Correlations and bonds are there too; analyses of earlier versions lack them.
    bool hasCorrelations() const;
};

/// Binary form: one JSON header line and little-endian fp32 arrays after it; about 5 MB for the
/// default model. Appears atomically. Errors: Resources.
Result<void> saveAnalysis(const AnalysisResult& result, const std::filesystem::path& path);
/// Errors: BadInput (truncated, hostile sizes), Unsupported (newer version).
Result<AnalysisResult> loadAnalysis(const std::filesystem::path& path);

} // namespace schmidt
