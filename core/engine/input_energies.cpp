// SPDX-License-Identifier: Apache-2.0
#include "engine/input_energies.h"

#include "engine/token_stream.h"
#include "engine/torch_model.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

namespace schmidt {

namespace {

    /// Weighted sum of squares per column.
    class EnergySum {
    public:
        void add(const at::Tensor& x, double weight)
        {
            const at::Tensor squares = x.to(at::kFloat).square().sum(0).to(at::kDouble) * weight;
            m_sum = m_sum.defined() ? m_sum + squares : squares;
            m_tokens += weight * static_cast<double>(x.size(0));
        }

        std::vector<float> mean() const { return valuesOf((m_sum / m_tokens).to(at::kFloat)); }

    private:
        at::Tensor m_sum;
        double m_tokens = 0;
    };

    using Energies = std::map<std::pair<Role, int>, std::vector<float>>;

    /// One block on all tokens, which move on behind it.
    Result<void> layerEnergies(const LayerWeights& weights, const BlockContext& block, int layer,
                               TokenStream& stream, const CancelToken& cancel, Energies& energies)
    {
        EnergySum attentionInput, heads, mlpInput, units;
        const bool attention = weights.shape.hasAttention(), mlp = weights.shape.hasMlp();
        for (std::int64_t index = 0; index < stream.chunks(); ++index) {
            if (cancel.cancelled())
                return cancelledError();
            const double weight = stream.weight(index);
            at::Tensor residual = stream.chunk(index);
            if (attention) {
                const at::Tensor x
                    = rmsNormed(residual, weights.attentionNorm, block.epsilon, block.type);
                const at::Tensor h = headOutputs(weights, block, x, stream.length());
                addInto(residual, projected(h, weights.output, weights.outputBias));
                attentionInput.add(x, weight);
                heads.add(h, weight);
            }
            if (mlp) {
                const at::Tensor y
                    = rmsNormed(residual, weights.mlpNorm, block.epsilon, block.type);
                const at::Tensor a = mlpActivation(weights, y);
                addInto(residual, projected(a, weights.down, weights.downBias));
                mlpInput.add(y, weight);
                units.add(a, weight);
            }
        }
        for (const Role role : linearRoles)
            if (ofAttention(role) ? attention : mlp)
                energies[{ role, layer }] = (role == Role::Output     ? heads
                                                 : role == Role::Down ? units
                                                 : ofAttention(role)  ? attentionInput
                                                                      : mlpInput)
                                                .mean();
        return {};
    }

    Result<Energies> measure(const TransformerModel& model, const TokenWindows& windows,
                             const WorkContext& context)
    {
        const c10::InferenceMode guard;
        const TransformerModel::Weights& weights = model.weights();
        const Architecture& architecture = weights.architecture;
        const BlockContext block = blockContext(architecture, weights.type, windows.length);
        TokenStream stream(windows, weights.embedding);
        Energies energies;
        for (int layer = 0; layer < architecture.layerCount(); ++layer) {
            context.report(layer, architecture.layerCount(), "layer");
            SCHMIDT_CHECK(layerEnergies(weights.layers[static_cast<std::size_t>(layer)], block,
                                        layer, stream, context.cancel, energies));
        }
        EnergySum head;
        for (std::int64_t index = 0; index < stream.chunks(); ++index)
            head.add(rmsNormed(stream.chunk(index), weights.finalNorm, block.epsilon, weights.type),
                     stream.weight(index));
        energies[{ architecture.tiedEmbeddings ? Role::Embedding : Role::Head, -1 }] = head.mean();
        context.report(architecture.layerCount(), architecture.layerCount(), "layer");
        return energies;
    }

} // namespace

Result<std::map<std::pair<Role, int>, std::vector<float>>>
inputEnergies(const TransformerModel& model, const TokenWindows& windows,
              const WorkContext& context)
{
    SCHMIDT_CHECK(checkPlainBlocks(model.architecture(), "Measuring importance weights of"));
    if (windows.count() == 0)
        return usageError("Importance weights need text of at least one window.");
    for (const std::int32_t token : windows.tokens)
        if (token < 0 || token >= model.architecture().vocabularySize)
            return usageError("A token of the text is outside the model's vocabulary.");
    try {
        return measure(model, windows, context);
    } catch (const c10::Error& error) {
        return torchError(error, "Measuring the inputs");
    } catch (const std::bad_alloc&) {
        return outOfResources("Measuring the inputs needs more memory than is free.");
    }
}

} // namespace schmidt
