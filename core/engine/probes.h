// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/compression.h"
#include "engine/layer_compressor.h"
#include "engine/quantizers.h"

#include <optional>
#include <random>
#include <vector>

namespace schmidt {

/// Second moments of one layer on the original model's activations, fp64 sums kept in fp32.
struct LayerMoments {
    at::Tensor attentionInput; ///< [hidden, hidden]
    at::Tensor heads; ///< [heads headDim, heads headDim]
    at::Tensor mlpInput; ///< [hidden, hidden]
    at::Tensor units; ///< [intermediate, intermediate]
};

/// One thing reduced in one layer.
struct Probe {
    ProbeKind kind = ProbeKind::MlpWidth;
    int layer = 0;
    double level = 0; ///< units, KV groups or bits
};

/// A layer with one thing reduced and refitted on the original's moments.
LayerWeights probedLayer(const Architecture& architecture, const LayerTensors& tensors,
                         const LayerMoments& moments, const LayerAnalysis& analysis,
                         const std::vector<std::int32_t>& groupOrder, const Probe& probe,
                         double damping, at::ScalarType type, RoundingMetrics& metrics);

/// How a ProbeBench measures.
struct ProbeBenchOptions {
    /// Length of the windows that those of the probe stand for; at least theirs. The start of a
    /// window reacts far more than the rest of it (without a first KV group of SmolLM2-135M: 0.27
    /// nat in the first 8 tokens, 0.004 after the first 128), and short windows have more starts,
    /// so tokens behind the first ProbeBench::startTokens then count for the missing ones as well.
    std::int64_t representedLength = 0;
    /// Keeps the hidden states before every layer; without them a measurement computes all layers,
    /// and much less memory is needed.
    bool everyLayer = true;
    /// Tokens, spread over the whole text, are scored until the standard error of the mean KL is
    /// this share of it; 0 = all tokens. The head is half of what a late layer's probe takes.
    double relativeError = 0;
};

/// Measures replaced layers against the original on the probe tokens: hidden states before every
/// layer, the original's logits and scores are computed once.
class ProbeBench {
public:
    ProbeBench(const TransformerModel::Weights& weights, const TokenWindows& probe,
               const ProbeBenchOptions& options);

    static constexpr std::int64_t startTokens = 256;

    struct Outcome {
        double kl = 0, klError = 0, nllChange = 0;
        std::int64_t tokens = 0; ///< that were scored
    };
    /// The model with some layers replaced, the rest as they are; only layers from the first
    /// replaced one on are computed.
    Outcome measure(const std::map<int, LayerWeights>& replaced) const;
    /// The model with another embedding and head, [vocabulary, hidden] each.
    Outcome measureOuter(const at::Tensor& embedding, const at::Tensor& head) const;
    double baselineNll() const { return m_nll; }

private:
    /// Every n-th token of the text, as many as there are parts.
    struct Part {
        at::Tensor rows; ///< of the hidden states
        KnownTeacher teacher; ///< the original
        std::vector<std::int32_t> targets;
        std::vector<double> weights; ///< 0 where there is no target
    };

    void takeParts(const at::Tensor& hidden, std::int64_t representedLength);
    Outcome outcomeOf(const at::Tensor& residual, const at::Tensor& head) const;

    const TransformerModel::Weights& m_weights;
    TokenWindows m_probe;
    double m_relativeError;
    BlockContext m_block;
    std::vector<at::Tensor> m_before; ///< residual before the layers that measure() starts at
    std::vector<Part> m_parts;
    double m_nll = 0;
};

} // namespace schmidt
