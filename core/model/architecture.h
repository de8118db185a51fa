// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "model/family.h"

#include <cstdint>
#include <string>
#include <vector>

namespace schmidt {

std::string familyName(Family family); ///< "llama", "qwen2", "gemma3", ...

/// Nonlinearity of an MLP.
enum class Activation {
    Silu,
    GeluTanh, ///< 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    Gelu, ///< x times the normal distribution function at x
};

/// Scaling of rotary position frequencies.
enum class RopeScaling { None, Linear, Llama3, Yarn };

/// Rotary position embedding, always in the rotate-half pairing (k, k + headDim/2).
struct RopeParameters {
    double theta = 10000.0;
    RopeScaling scaling = RopeScaling::None;
    double factor = 1.0;
    double lowFrequencyFactor = 1.0; ///< llama3
    double highFrequencyFactor = 4.0; ///< llama3
    double betaFast = 32.0; ///< yarn
    double betaSlow = 1.0; ///< yarn
    double attentionFactor = 0.0; ///< yarn; 0 means 0.1 ln(factor) + 1
    std::int64_t originalContext = 0; ///< context length before scaling
    std::vector<float> frequencyDivisors = {}; ///< explicit divisors [headDim/2] (GGUF rope_freqs)
};

/// Rotary angular frequencies [headDim / 2] after scaling, and the factor that multiplies cos and
/// sin. Formulas: Su et al. 2021 (arXiv 2104.09864) eq. 15; Llama 3.1 scaling and YaRN
/// (arXiv 2309.00071) as published with their configs.
struct RopeFrequencies {
    std::vector<double> angular;
    double magnitude = 1.0;
};
RopeFrequencies ropeFrequencies(const RopeParameters& rope, std::int64_t headDim);

/// Where row `row` of a head goes when only its first `rotaryDim` rows rotate, in pairs
/// (k, k + rotaryDim/2): the place that makes the pairs (k, k + headDim/2). Scores do not depend on
/// the order, since queries and keys share it.
std::int64_t rotaryRow(std::int64_t row, std::int64_t headDim, std::int64_t rotaryDim);

/// Widths of one transformer block; equal in all layers of an unpruned model. A block may lack its
/// attention, its MLP or both, with the norms before them; what is absent adds nothing to the
/// residual.
struct LayerShape {
    std::int64_t heads = 0; ///< 0 = no attention
    std::int64_t kvHeads = 0; ///< 0 = no attention
    std::int64_t intermediateSize = 0; ///< 0 = no MLP
    bool sliding = false; ///< attends to the last Architecture::slidingWindow tokens only

    bool hasAttention() const { return heads > 0; }
    bool hasMlp() const { return intermediateSize > 0; }
    bool empty() const { return !hasAttention() && !hasMlp(); }
    /// Query heads that share a KV head; 0 without attention.
    std::int64_t queriesPerGroup() const { return kvHeads > 0 ? heads / kvHeads : 0; }
    bool operator==(const LayerShape&) const = default;
};

/// Everything about a model except its numbers.
struct Architecture {
    Family family = Family::Llama;
    std::string modelType; ///< as the file says: "llama", "mistral", "phi3", "qwen2", ...
    std::string name; ///< human name if the file has one, else the file or folder name
    std::int64_t hiddenSize = 0;
    std::int64_t headDim = 0;
    std::int64_t vocabularySize = 0;
    std::int64_t contextLength = 0;
    double rmsNormEpsilon = 1e-5;
    RopeParameters rope;
    bool tiedEmbeddings = false;
    bool attentionBias = false; ///< q, k, v biases present
    bool outputBias = false; ///< o bias present
    bool mlpBias = false;
    bool queryKeyNorm = false;
    // What some families have beyond Llama; the values here are Llama's.
    Activation activation = Activation::Silu;
    bool gatedMlp = true; ///< activation(gate) * up, else activation(up) alone
    bool postNorms = false; ///< norms behind attention and MLP as well (Gemma)
    bool layerNorm = false; ///< norms subtract the mean and have biases (GPT-2, GPT-NeoX)
    bool parallelResidual = false; ///< attention and MLP read the same residual (GPT-NeoX)
    bool learnedPositions = false; ///< position vectors instead of rotation (GPT-2)
    /// Leading numbers of each head that rotate; 0 = all. Rows of Query and Key are kept in an
    /// order in which pairs are (k, k + headDim/2) all the same, see rotaryRow().
    std::int64_t rotaryDim = 0;
    double embeddingScale = 1.0; ///< multiplies embeddings where the network reads them
    double attentionScale = 0.0; ///< of attention scores; 0 = 1 / sqrt(headDim)
    double attentionSoftcap = 0.0; ///< c tanh(score / c); 0 = none
    double logitSoftcap = 0.0; ///< c tanh(logit / c); 0 = none
    std::int64_t slidingWindow = 0; ///< tokens that layers with LayerShape::sliding attend to
    double slidingRopeTheta = 0.0; ///< rotary base of sliding layers, unscaled; 0 = `rope`
    std::vector<LayerShape> layers;
    std::vector<std::int64_t> bosTokens = {};
    std::vector<std::int64_t> eosTokens = {};

    std::int64_t layerCount() const { return static_cast<std::int64_t>(layers.size()); }
    /// All layers that have anything have the same widths.
    bool uniform() const;
    /// Every layer has attention and MLP.
    bool wholeBlocks() const;
    /// The first layer with attention; every model has one.
    const LayerShape& attentionLayer() const;
    /// Numbers of the layers that have anything, ascending: what formats count as layers.
    std::vector<int> presentLayers() const;
    /// The same model written down without its empty layers; the others move up.
    Architecture withoutEmptyLayers() const;
    /// Has nothing beyond what Llama, Qwen2 and Qwen3 have, so that blocks can be analyzed,
    /// compressed and trained.
    bool plainBlocks() const;
    std::int64_t rotatedDim() const { return rotaryDim > 0 ? rotaryDim : headDim; }
    std::int64_t embeddingParameters() const; ///< embedding plus head (counted once when tied)
    std::int64_t blockParameters() const; ///< all transformer blocks with norms and biases
    std::int64_t totalParameters() const; ///< embedding + blocks + final norm
    std::int64_t layerParameters(std::int64_t layer) const;
};

/// Reads an HF config.json value; accepts the spellings of transformers 4 and 5.
/// Errors: Unsupported for an unknown model_type (named in the sentence), BadInput for missing or
/// contradictory sizes.
Result<Architecture> architectureFromHfConfig(const Json& config);

/// What a config asks for that this program does not do, one sentence each.
std::vector<std::string> hfConfigWarnings(const Json& config);

/// config.json for an architecture: plain LlamaForCausalLM / Qwen2 / Qwen3 when uniform. Errors:
/// Unsupported when the layers differ in shape.
Result<Json> hfConfigFromArchitecture(const Architecture& architecture,
                                      const std::string& torchDtype);

/// config.json of type nemotron-nas (NVIDIA's DeciLM), whose `block_configs` give every layer its
/// MLP width and KV heads or neither. The layers must be such as it can say: all heads or none,
/// widths in multiples of 256. Errors: those of hfConfigFromArchitecture().
Result<Json> hfBlockConfig(const Architecture& architecture, const std::string& torchDtype);

/// One row of the family table: how a family differs from Llama.
struct FamilyTraits {
    Family family;
    std::string ggufName; ///< GGUF architecture
    std::vector<std::string> hfTypes; ///< model_type values
    std::string hfClass; ///< transformers class
    bool attentionBias = false; ///< q, k, v biases always present
    bool queryKeyNorm = false;
    bool permutedInGguf = false; ///< GGUF keeps Q/K rows interleaved
};
const std::vector<FamilyTraits>& familyTable();
const FamilyTraits& familyTraits(Family family);

/// The architecture as this program stores it (variant folders, projects) and back.
Json toJson(const Architecture& architecture);
/// Errors: BadInput.
Result<Architecture> architectureFromJson(const Json& json);

/// Errors: Unsupported, in one sentence, when the blocks are not plain ones. `what` begins the
/// sentence: "Analyzing", "Compressing".
Result<void> checkPlainBlocks(const Architecture& architecture, const std::string& what);

/// Errors: BadInput when sizes are missing, contradictory or absurd (all < 2^31, counts sane).
Result<void> checkArchitecture(const Architecture& architecture);

} // namespace schmidt
