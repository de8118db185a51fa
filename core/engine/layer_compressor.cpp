// SPDX-License-Identifier: Apache-2.0
#include "engine/layer_compressor.h"

#include "engine/moments.h"
#include "engine/network_matrix.h"
#include "engine/quantizers.h"
#include "engine/selection.h"

#include <chrono>

namespace schmidt {

namespace {

    at::Tensor indexOf(const std::vector<std::int32_t>& values)
    {
        return at::tensor(std::vector<std::int64_t>(values.begin(), values.end()), at::kLong);
    }

    std::vector<std::int32_t> allOf(std::int64_t count)
    {
        std::vector<std::int32_t> values(static_cast<std::size_t>(count));
        for (std::size_t index = 0; index < values.size(); ++index)
            values[index] = static_cast<std::int32_t>(index);
        return values;
    }

    /// Positions of the rows of the given groups of `size` neighbouring rows.
    at::Tensor expanded(const std::vector<std::int32_t>& groups, std::int64_t size)
    {
        const at::Tensor first = indexOf(groups).unsqueeze(1) * size;
        return (first + at::arange(size, at::kLong).unsqueeze(0)).reshape({ -1 });
    }

    /// Half a block: a hidden activation made by `inner` matrices and read by one `outer` matrix.
    /// Attention and MLP differ only in how the activation is made.
    struct HalfBlock {
        Role outerRole;
        at::Tensor outer; ///< original, [hidden, n] fp64
        at::Tensor outerBias; ///< fp32 or undefined
        at::Tensor norm;
        std::function<at::Tensor(const LayerWeights&, const at::Tensor& input)> activation;
    };

    class LayerCompressor {
    public:
        LayerCompressor(const LayerTask& task, const LayerTensors& original)
            : m_task(task)
            , m_original(original)
            , m_recipe(task.recipe.layers[static_cast<std::size_t>(task.layer)])
            , m_shape(task.architecture.layers[static_cast<std::size_t>(task.layer)])
            , m_block(blockContext(task.architecture, task.type, task.stream.length()))
        {
            m_outcome.shape = m_shape;
            m_outcome.report.layer = task.layer;
        }

        Result<LayerOutcome> run()
        {
            const auto start = std::chrono::steady_clock::now();
            for (const auto& [role, tensor] : m_original)
                if (tensor.dim() == 1
                    && (ofAttention(role) ? m_recipe.kvGroups : m_recipe.mlpWidth) > 0)
                    m_outcome.vectors[role] = valuesOf(tensor);
            m_dense = makeLayer(m_task.architecture, m_shape, m_task.type,
                                [this](Role role) { return m_original.at(role); });
            if (m_recipe.kvGroups > 0) {
                SCHMIDT_CHECK(attention());
            } else if (m_shape.hasAttention()) {
                m_outcome.shape.heads = m_outcome.shape.kvHeads = 0;
                leaveOut(attentionHalf(), m_outcome.report.attentionError);
            }
            if (m_recipe.mlpWidth > 0) {
                SCHMIDT_CHECK(mlp());
            } else if (m_shape.hasMlp()) {
                m_outcome.shape.intermediateSize = 0;
                leaveOut(mlpHalf(), m_outcome.report.mlpError);
            }
            m_outcome.report.seconds
                = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            return std::move(m_outcome);
        }

    private:
        std::size_t position(Role role) const { return *linearRoleIndex(role); }
        const Scheme& scheme(Role role) const { return m_recipe.schemes[position(role)]; }
        std::int64_t rank(Role role) const { return m_recipe.ranks[position(role)]; }
        std::int64_t bond(Role role) const { return m_recipe.bonds[position(role)]; }
        bool altered(Role role) const
        {
            return scheme(role).kind != SchemeKind::Keep || rank(role) > 0 || bond(role) > 0;
        }

        at::Tensor bias(Role role) const
        {
            const auto found = m_original.find(role);
            return found == m_original.end() ? at::Tensor() : found->second;
        }

        at::Tensor normed(const TokenStream& stream, std::int64_t chunk,
                          const at::Tensor& norm) const
        {
            return rmsNormed(stream.chunk(chunk), norm, m_block.epsilon, m_task.type);
        }

        /// Second moment of the half block's normed input.
        at::Tensor inputMoment(const at::Tensor& norm) const
        {
            MomentSum sum;
            for (std::int64_t chunk = 0; chunk < m_task.stream.chunks(); ++chunk)
                sum.add(normed(m_task.stream, chunk, norm), m_task.stream.weight(chunk));
            return sum.mean();
        }

        void store(Role role, const at::Tensor& weight, const at::Tensor& moment)
        {
            if (rank(role) > 0) {
                const LowRankFactors factors
                    = lowRankFactors(weight.to(at::kDouble), moment, rank(role));
                VariantMatrix matrix;
                matrix.rows = weight.size(0);
                matrix.columns = weight.size(1);
                matrix.rank = rank(role);
                matrix.left = valuesOf(factors.left.to(at::kHalf));
                matrix.right = valuesOf(factors.right.to(at::kHalf));
                m_outcome.matrices[role] = std::move(matrix);
                return;
            }
            if (bond(role) > 0) {
                m_outcome.matrices[role]
                    = networkMatrix(weight.to(at::kDouble), moment, bond(role));
                return;
            }
            const std::int64_t correction = m_recipe.corrections[position(role)];
            m_outcome.matrices[role] = correction > 0
                ? correctedMatrix(weight, moment, scheme(role), correction)
                : quantizedMatrix(weight, moment, scheme(role), m_metrics);
        }

        at::Tensor stored(Role role) const
        {
            const auto found = m_outcome.matrices.find(role);
            if (found != m_outcome.matrices.end())
                return denseOf(found->second);
            const auto vector = m_outcome.vectors.find(role);
            if (vector != m_outcome.vectors.end())
                return tensorOf(vector->second,
                                { static_cast<std::int64_t>(vector->second.size()) });
            return m_original.at(role);
        }

        void selectBias(Role role, const at::Tensor& rows)
        {
            if (const at::Tensor values = bias(role); values.defined())
                m_outcome.vectors[role] = valuesOf(values.index_select(0, rows));
        }

        HalfBlock attentionHalf() const
        {
            return { Role::Output, m_original.at(Role::Output).to(at::kDouble),
                     bias(Role::OutputBias), m_original.at(Role::AttentionNorm),
                     [this](const LayerWeights& layer, const at::Tensor& input) {
                         return headOutputs(layer, m_block, input, m_task.stream.length());
                     } };
        }

        HalfBlock mlpHalf() const
        {
            return { Role::Down, m_original.at(Role::Down).to(at::kDouble), bias(Role::DownBias),
                     m_original.at(Role::MlpNorm),
                     [](const LayerWeights& layer, const at::Tensor& input) {
                         return mlpActivation(layer, input);
                     } };
        }

        /// The stream passes by a half that is removed, the original's own one goes through it.
        void leaveOut(const HalfBlock& half, double& error)
        {
            error = 1;
            for (std::int64_t chunk = 0; m_task.dense && chunk < m_task.dense->chunks(); ++chunk)
                advanceDense(half, chunk);
        }

        Result<void> attention()
        {
            const std::int64_t dim = m_task.architecture.headDim;
            const std::int64_t groupColumns = m_shape.queriesPerGroup() * dim;
            const HalfBlock half = attentionHalf();
            const auto select = [&](const at::Tensor& moment) {
                auto kept = allOf(m_shape.kvHeads);
                if (m_recipe.kvGroups < m_shape.kvHeads)
                    kept = keptAfter(
                        groupRemovalOrder(half.outer, moment, m_task.recipe.damping, groupColumns)
                            .order,
                        m_shape.kvHeads, m_recipe.kvGroups);
                m_outcome.report.keptGroups = kept;
                const at::Tensor queryRows = expanded(kept, groupColumns),
                                 keyRows = expanded(kept, dim);
                selectBias(Role::QueryBias, queryRows);
                selectBias(Role::KeyBias, keyRows);
                selectBias(Role::ValueBias, keyRows);
                m_outcome.shape.kvHeads = m_recipe.kvGroups;
                m_outcome.shape.heads = m_shape.queriesPerGroup() * m_recipe.kvGroups;
                storeInner({ Role::Query, Role::Key, Role::Value }, half.norm,
                           { queryRows, keyRows, keyRows });
                return queryRows;
            };
            return compressHalf(half, select, { Role::Query, Role::Key, Role::Value },
                                m_recipe.kvGroups < m_shape.kvHeads,
                                m_outcome.report.attentionError);
        }

        Result<void> mlp()
        {
            const HalfBlock half = mlpHalf();
            const std::int64_t width = m_shape.intermediateSize;
            const auto select = [&](const at::Tensor& moment) {
                auto kept = allOf(width);
                if (m_recipe.mlpWidth < width)
                    kept = keptAfter(
                        removalOrder(half.outer, moment, m_task.recipe.damping, m_recipe.mlpWidth),
                        width, m_recipe.mlpWidth);
                m_outcome.report.keptUnits = kept;
                const at::Tensor rows = indexOf(kept);
                selectBias(Role::GateBias, rows);
                selectBias(Role::UpBias, rows);
                m_outcome.shape.intermediateSize = m_recipe.mlpWidth;
                storeInner({ Role::Gate, Role::Up }, half.norm, { rows, rows });
                return rows;
            };
            return compressHalf(half, select, { Role::Gate, Role::Up }, m_recipe.mlpWidth < width,
                                m_outcome.report.mlpError);
        }

        void storeInner(const std::vector<Role>& roles, const at::Tensor& norm,
                        const std::vector<at::Tensor>& rows)
        {
            at::Tensor moment;
            for (const Role role : roles)
                if (altered(role) && !moment.defined())
                    moment = inputMoment(norm);
            for (std::size_t index = 0; index < roles.size(); ++index)
                store(roles[index], m_original.at(roles[index]).index_select(0, rows[index]),
                      moment);
        }

        /// One half of the block with its inner matrices as they are stored and its original outer
        /// one.
        LayerWeights currentHalf(Role outerRole) const
        {
            LayerShape shape = m_outcome.shape;
            if (outerRole == Role::Output)
                shape.intermediateSize = 0;
            else
                shape.heads = shape.kvHeads = 0;
            return makeLayer(m_task.architecture, shape, m_task.type, [&](Role role) {
                return role == outerRole ? m_original.at(role) : stored(role);
            });
        }

        /// Moves the original's own stream through this half and returns it.
        at::Tensor advanceDense(const HalfBlock& half, std::int64_t chunk) const
        {
            at::Tensor residual = m_task.dense->chunk(chunk);
            const at::Tensor activation
                = half.activation(m_dense, normed(*m_task.dense, chunk, half.norm));
            const at::Tensor& outer
                = half.outerRole == Role::Output ? m_dense.output : m_dense.down;
            addInto(residual, projected(activation, outer, half.outerBias));
            return residual;
        }

        Result<void> compressHalf(const HalfBlock& half,
                                  const std::function<at::Tensor(const at::Tensor&)>& select,
                                  const std::vector<Role>& inner, bool pruned, double& error)
        {
            TokenStream& stream = m_task.stream;
            ActivationCache original(
                [&](std::int64_t chunk) {
                    return half.activation(m_dense, normed(stream, chunk, half.norm));
                },
                stream.chunks(), activationBytes(half.outer.size(1)));
            const bool innerAltered
                = std::any_of(inner.begin(), inner.end(), [this](Role r) { return altered(r); });
            const bool needsMoment = pruned || innerAltered || altered(half.outerRole);
            at::Tensor full;
            if (pruned || (needsMoment && !innerAltered)) {
                SCHMIDT_TRY(full, secondMoment(original));
            }
            const at::Tensor kept = select(full);
            const LayerWeights current = currentHalf(half.outerRole);
            ActivationCache remade(
                [&](std::int64_t chunk) {
                    return half.activation(current, normed(stream, chunk, half.norm));
                },
                stream.chunks(), activationBytes(kept.size(0)));
            const auto activation = [&](std::int64_t chunk) {
                return innerAltered ? remade.at(chunk)
                    : pruned        ? original.at(chunk).index_select(1, kept)
                                    : original.at(chunk);
            };
            at::Tensor weight = half.outer.index_select(1, kept), moment;
            if (needsMoment) {
                const FitMoments fit
                    = fitMoments(half, original, activation, full, kept, innerAltered);
                moment = fit.moment;
                if (pruned || innerAltered)
                    weight = refitted(weight, moment, fit.cross, m_task.recipe.damping);
                store(half.outerRole, weight, moment);
                error = relativeError(denseOf(m_outcome.matrices[half.outerRole]).to(at::kDouble),
                                      moment, fit.cross, fit.targetEnergy);
            } else {
                store(half.outerRole, weight, moment);
                for (std::int64_t chunk = 0; m_task.dense && chunk < stream.chunks(); ++chunk)
                    advanceDense(half, chunk);
            }
            return advance(half, activation);
        }

        std::int64_t activationBytes(std::int64_t width) const
        {
            return m_task.stream.tokens() * width * (m_task.type == at::kFloat ? 4 : 2);
        }

        Result<at::Tensor> secondMoment(ActivationCache& activations) const
        {
            MomentSum sum;
            for (std::int64_t chunk = 0; chunk < m_task.stream.chunks(); ++chunk) {
                if (m_task.cancel.cancelled())
                    return cancelledError();
                sum.add(activations.at(chunk), m_task.stream.weight(chunk));
            }
            return sum.mean();
        }

        /// Moves the compressed stream through this half as it is stored.
        Result<void> advance(const HalfBlock& half,
                             const std::function<at::Tensor(std::int64_t)>& activation) const
        {
            const at::Tensor outer = stored(half.outerRole).to(m_task.type);
            for (std::int64_t chunk = 0; chunk < m_task.stream.chunks(); ++chunk) {
                if (m_task.cancel.cancelled())
                    return cancelledError();
                const at::Tensor delta = projected(activation(chunk), outer, half.outerBias);
                at::Tensor residual = m_task.stream.chunk(chunk);
                addInto(residual, delta);
            }
            return {};
        }

        /// Share of the drift to take back. The fewer tokens there are per input of the matrix, the
        /// more a fit to it learns the calibration text by heart.
        double driftShare(std::int64_t inputs) const
        {
            constexpr double tokensPerInput = 8;
            const auto tokens = static_cast<double>(m_task.stream.tokens());
            return m_task.recipe.driftCorrection * tokens
                / (tokens + tokensPerInput * static_cast<double>(inputs));
        }

        /// What an outer matrix is fitted to: it reads x and is to give t.
        struct FitMoments {
            at::Tensor moment; ///< E[x xᵀ]
            at::Tensor cross; ///< E[t xᵀ]
            double targetEnergy = 0; ///< E|t|²
        };

        /// For the new activations x. Where x is a part of the original activations (of second
        /// moment `full`), all is part of what is known, but for the drift in t.
        FitMoments fitMoments(const HalfBlock& half, ActivationCache& original,
                              const std::function<at::Tensor(std::int64_t)>& activation,
                              const at::Tensor& full, const at::Tensor& kept, bool innerAltered)
        {
            FitMoments fit;
            if (!innerAltered) {
                const at::Tensor columns = full.index_select(1, kept);
                fit.moment = columns.index_select(0, kept);
                if (!m_task.dense) {
                    fit.cross = at::mm(half.outer, columns);
                    fit.targetEnergy = (at::mm(half.outer, full) * half.outer).sum().item<double>();
                    return fit;
                }
            }
            const at::Tensor outer = half.outerRole == Role::Output ? m_dense.output : m_dense.down;
            const double share = driftShare(kept.size(0));
            MomentSum own, cross;
            double energy = 0, tokens = 0;
            for (std::int64_t chunk = 0; chunk < m_task.stream.chunks(); ++chunk) {
                const double weight = m_task.stream.weight(chunk);
                const at::Tensor x = activation(chunk);
                at::Tensor target = at::linear(original.at(chunk), outer).to(at::kFloat);
                if (m_task.dense) {
                    const at::Tensor drift = advanceDense(half, chunk) - m_task.stream.chunk(chunk)
                        - (half.outerBias.defined() ? target + half.outerBias : target);
                    target = target + share * drift;
                }
                if (innerAltered)
                    own.add(x, weight);
                cross.add(target, x, weight);
                energy += weight * at::square(target).sum(at::kDouble).item<double>();
                tokens += weight * static_cast<double>(target.size(0));
            }
            if (innerAltered)
                fit.moment = own.mean();
            fit.cross = cross.mean();
            fit.targetEnergy = energy / tokens;
            return fit;
        }

        const LayerTask& m_task;
        const LayerTensors& m_original;
        const LayerRecipe& m_recipe;
        LayerShape m_shape;
        BlockContext m_block;
        LayerWeights m_dense;
        LayerOutcome m_outcome;
        RoundingMetrics m_metrics;
    };

} // namespace

Result<LayerTensors> readLayerTensors(const ModelSource& source, int layer)
{
    LayerTensors tensors;
    for (const TensorInfo& info : source.tensors())
        if (info.layer == layer && info.role) {
            SCHMIDT_TRY(tensors[*info.role], loadTensor(source, *info.role, layer));
        }
    return tensors;
}

LayerWeights layerOf(const Architecture& architecture, const LayerOutcome& outcome,
                     at::ScalarType type)
{
    return makeLayer(architecture, outcome.shape, type, [&outcome](Role role) {
        if (const auto found = outcome.matrices.find(role); found != outcome.matrices.end())
            return denseOf(found->second);
        const auto& values = outcome.vectors.at(role);
        return tensorOf(values, { static_cast<std::int64_t>(values.size()) });
    });
}

Result<LayerOutcome> compressLayer(const LayerTask& task, const LayerTensors& original)
{
    return LayerCompressor(task, original).run();
}

} // namespace schmidt
