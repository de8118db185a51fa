// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "model/model_source.h"
#include "model/token_windows.h"
#include "model/variant_format.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace schmidt {

/// Arithmetic of matrix products and stored activations; norms, softmax and sums are fp32 always.
enum class Precision {
    Auto, ///< bf16 where a short timing shows it clearly faster on this machine, else fp32
    Float32,
    BFloat16,
    Int8, ///< matrices as codes of 8 bits, one scale per row, the rest bf16; to time and for logits
    Int4, ///< the same with 4 bits, scale and zero point per 32 columns
};

/// Uses `threads` cores for all engine work; 0 = all. Call once, before other engine functions.
void setEngineThreads(int threads);

/// What Auto resolves to on this machine.
Precision resolvePrecision(Precision precision);

/// A model ready to compute: weights in the chosen precision, per-layer shapes allowed. Immutable
/// and shareable between threads; the arithmetic itself uses all engine threads.
class TransformerModel {
public:
    /// Decodes all weights. Needs about 2 (bf16) or 4 (fp32) bytes per parameter plus one tensor in
    /// fp32. Errors: BadInput, Resources, Cancelled.
    static Result<std::shared_ptr<const TransformerModel>>
    load(const ModelSource& source, Precision precision, const WorkContext& context = {});
    static Result<std::shared_ptr<const TransformerModel>> load(const Variant& variant,
                                                                Precision precision);

    ~TransformerModel();

    const Architecture& architecture() const;
    Precision precision() const;

    /// Logits of every position, [count, length, vocabulary] flattened, fp32. For tests and the
    /// token view; memory is count · length · vocabulary · 4 bytes. Errors: Usage for token ids
    /// outside the vocabulary, Resources.
    Result<std::vector<float>> logits(const TokenWindows& windows) const;

    struct Weights; ///< torch tensors; defined inside the engine only
    const Weights& weights() const;

private:
    explicit TransformerModel(std::unique_ptr<Weights> weights);
    std::unique_ptr<Weights> m_weights;
};

/// Text sampled from a model.
struct SamplingOptions {
    std::int64_t sequences = 48;
    std::int64_t length = 1024; ///< tokens per sequence, prompt included
    double temperature = 1.0;
    std::int64_t topK = 0; ///< 0 = all
    std::uint64_t seed = 1;
    std::int64_t batch
        = 0; ///< sequences computed together; 0 = as many as 1.25 GiB of KV cache hold
    /// Starts of sequences, used in turn; empty = the BOS token (or token 0).
    std::vector<std::vector<std::int32_t>> prompts = {};
};

/// Self-calibration: sequences drawn from the model itself, batched with a KV cache. A sequence
/// that ends early goes on with a new start, so every window is full. Errors: Cancelled.
Result<TokenWindows> sampleSequences(const TransformerModel& model, const SamplingOptions& options,
                                     const WorkContext& context = {});

} // namespace schmidt
