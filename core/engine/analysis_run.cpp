// SPDX-License-Identifier: Apache-2.0
#include "analysis/spectrum_measures.h"
#include "engine/compression.h"
#include "engine/couplings.h"
#include "engine/layer_measures.h"
#include "engine/moments.h"
#include "engine/outer_matrices.h"
#include "engine/probes.h"
#include "engine/quantizers.h"
#include "engine/selection.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <cmath>

namespace schmidt {

namespace {

    /// Ridge of selection and refit in the analysis; the same as a recipe's default.
    constexpr double probeDamping = 1e-2;
    /// Relative standard errors at which enough tokens were scored. Noise of single probes averages
    /// out in their sum; the factors that the pilots give count for every prediction.
    constexpr double probeError = 0.06, pilotError = 0.015;
    /// Probe tokens that removals are measured on: they cost so much that a few tell.
    constexpr std::int64_t removalTokens = 4096;

    class AnalysisRun {
    public:
        AnalysisRun(const ModelSource& source, const AnalysisOptions& options,
                    const AnalysisEvents& events, const WorkContext& context)
            : m_source(source)
            , m_options(options)
            , m_events(events)
            , m_context(context)
            , m_layers(static_cast<int>(source.architecture().layerCount()))
            , m_random(options.seed)
        {
        }

        Result<AnalysisResult> run(const std::function<Result<AnalysisText>()>& source)
        {
            SCHMIDT_CHECK(spectra());
            SCHMIDT_TRY(const AnalysisText text, source());
            SCHMIDT_CHECK(checkText(text));
            SCHMIDT_TRY(const auto model,
                        TransformerModel::load(m_source, m_options.precision, m_context));
            m_weights = &model->weights();
            SCHMIDT_CHECK(statistics(text.calibration));
            SCHMIDT_CHECK(sensitivity(text.probe, text.evaluation.length));
            SCHMIDT_CHECK(combinations(text.evaluation, text.calibration));
            m_result.calibrationTokens = text.calibration.size();
            m_result.probeTokens = text.probe.size();
            m_result.seed = m_options.seed;
            return std::move(m_result);
        }

    private:
        const Architecture& architecture() const { return m_source.architecture(); }

        Result<void> checkText(const AnalysisText& text) const
        {
            for (const auto* windows : { &text.calibration, &text.probe, &text.evaluation }) {
                if (windows->count() == 0)
                    return usageError("The analysis needs text; choose a workload or give a text.");
                for (const std::int32_t token : windows->tokens)
                    if (token < 0 || token >= architecture().vocabularySize)
                        return usageError("A token of the text is outside the model's vocabulary.");
            }
            return {};
        }

        void stage(const char* name) const
        {
            returnFreeMemory();
            if (m_events.stage)
                m_events.stage(name);
        }

        Result<void> spectra()
        {
            stage("spectra");
            const std::int64_t total = m_layers * static_cast<std::int64_t>(linearRoles.size());
            std::int64_t finished = 0;
            m_context.report(0, total, "tensor");
            SCHMIDT_TRY(m_result.spectra,
                        plainSpectra(m_source, m_random, m_context.cancel,
                                     [&](const TensorSpectrum& spectrum) {
                                         m_context.report(
                                             ++finished, total, "tensor",
                                             hfTensorName(spectrum.role, spectrum.layer));
                                         if (m_events.spectrum)
                                             m_events.spectrum(spectrum);
                                     }));
            return {};
        }

        Result<void> statistics(const TokenWindows& calibration)
        {
            stage("statistics");
            TokenStream stream(calibration, m_weights->embedding);
            const BlockContext block
                = blockContext(architecture(), m_weights->type, calibration.length);
            for (int layer = 0; layer < m_layers; ++layer) {
                m_context.report(layer, m_layers, "layer");
                LayerMoments moments;
                LayerAnalysis analysis;
                analysis.layer = layer;
                SCHMIDT_CHECK(layerPass(stream, block, layer, moments, analysis));
                SCHMIDT_CHECK(layerMeasures(layer, moments, analysis));
                m_moments.push_back(std::move(moments));
                m_result.layers.push_back(std::move(analysis));
                if (m_events.layer)
                    m_events.layer(m_result.layers.back());
            }
            MomentSum head;
            for (std::int64_t chunk = 0; chunk < stream.chunks(); ++chunk)
                head.add(
                    rmsNormed(stream.chunk(chunk), m_weights->finalNorm, block.epsilon, block.type),
                    stream.weight(chunk));
            m_headMoment = head.mean();
            m_result.blockSimilarity = m_similarity.matrix();
            m_context.report(m_layers, m_layers, "layer");
            return {};
        }

        Result<void> layerPass(TokenStream& stream, const BlockContext& block, int layer,
                               LayerMoments& moments, LayerAnalysis& analysis)
        {
            const LayerWeights& weights = m_weights->layers[static_cast<std::size_t>(layer)];
            MomentSum attentionInput, heads, mlpInput, units;
            double cosine = 0;
            for (std::int64_t index = 0; index < stream.chunks(); ++index) {
                if (m_context.cancel.cancelled())
                    return cancelledError();
                at::Tensor residual = stream.chunk(index);
                const at::Tensor before = residual.clone();
                const at::Tensor x
                    = rmsNormed(residual, weights.attentionNorm, block.epsilon, block.type);
                const at::Tensor h = headOutputs(weights, block, x, stream.length());
                addInto(residual, projected(h, weights.output, weights.outputBias));
                const at::Tensor y
                    = rmsNormed(residual, weights.mlpNorm, block.epsilon, block.type);
                const at::Tensor a = mlpActivation(weights, y);
                addInto(residual, projected(a, weights.down, weights.downBias));
                attentionInput.add(x, stream.weight(index));
                heads.add(h, stream.weight(index));
                mlpInput.add(y, stream.weight(index));
                units.add(a, stream.weight(index));
                cosine += at::cosine_similarity(before, residual, 1).sum().item<double>();
                m_similarity.take(layer, before, residual, stream.tokens());
            }
            analysis.blockInfluence = 1 - cosine / static_cast<double>(stream.tokens());
            moments.attentionInput = attentionInput.mean().to(at::kFloat);
            moments.heads = heads.mean().to(at::kFloat);
            moments.mlpInput = mlpInput.mean().to(at::kFloat);
            moments.units = units.mean().to(at::kFloat);
            return {};
        }

        Result<void> layerMeasures(int layer, const LayerMoments& moments, LayerAnalysis& analysis)
        {
            SCHMIDT_TRY(const LayerTensors tensors, readLayerTensors(m_source, layer));
            std::vector<TensorSpectrum*> spectra;
            for (TensorSpectrum& spectrum : m_result.spectra)
                if (spectrum.layer == layer)
                    spectra.push_back(&spectrum);
            SCHMIDT_CHECK(measureLayer(
                { architecture(), tensors, moments, probeDamping, m_options.bondsOnInputs },
                analysis, m_groupOrders.emplace_back(), spectra, m_context.cancel));
            for (const TensorSpectrum* spectrum : spectra)
                if (m_events.spectrum)
                    m_events.spectrum(*spectrum);
            return {};
        }

        std::vector<Probe> probesOf(int layer) const
        {
            const LayerShape& shape = architecture().layers[static_cast<std::size_t>(layer)];
            std::vector<Probe> probes;
            for (const double share : m_options.mlpLevels) {
                const auto width = static_cast<std::int64_t>(
                    std::llround(share * static_cast<double>(shape.intermediateSize)));
                if (width > 0 && width < shape.intermediateSize)
                    probes.push_back({ ProbeKind::MlpWidth, layer, static_cast<double>(width) });
            }
            for (const std::int64_t level : groupLevels(shape.kvHeads))
                probes.push_back({ ProbeKind::KvGroups, layer, static_cast<double>(level) });
            if (quantizable(layer))
                for (const double bits : m_options.bitLevels)
                    probes.push_back({ ProbeKind::Bits, layer, bits });
            return probes;
        }

        /// Different numbers of KV groups below all of them, the most telling ones first.
        std::vector<std::int64_t> groupLevels(std::int64_t groups) const
        {
            std::vector<std::int64_t> levels;
            for (const std::int64_t level : { (groups + 1) / 2, groups - 1, std::int64_t { 1 } })
                if (level > 0 && level < groups
                    && static_cast<int>(levels.size()) < m_options.groupLevels
                    && std::find(levels.begin(), levels.end(), level) == levels.end())
                    levels.push_back(level);
            return levels;
        }

        bool quantizable(int layer) const
        {
            const LayerShape& shape = architecture().layers[static_cast<std::size_t>(layer)];
            return architecture().hiddenSize % 32 == 0 && shape.intermediateSize % 32 == 0
                && shape.heads * architecture().headDim % 32 == 0;
        }

        Result<LayerWeights> probed(const Probe& probe)
        {
            SCHMIDT_TRY(const LayerTensors tensors, readLayerTensors(m_source, probe.layer));
            const auto index = static_cast<std::size_t>(probe.layer);
            return probedLayer(architecture(), tensors, m_moments[index], m_result.layers[index],
                               m_groupOrders[index], probe, probeDamping, m_weights->type,
                               m_metrics);
        }

        Result<void> sensitivity(const TokenWindows& probe, std::int64_t evaluationLength)
        {
            stage("sensitivity");
            std::vector<Probe> removals, probes;
            for (int layer = 0; layer < m_layers; ++layer) {
                for (const ProbeKind kind : { ProbeKind::MlpWidth, ProbeKind::KvGroups })
                    removals.push_back({ kind, layer, 0 });
                const auto own = probesOf(layer);
                probes.insert(probes.end(), own.begin(), own.end());
            }
            const auto total = static_cast<std::int64_t>(removals.size() + probes.size());
            TokenWindows few { probe.length, {} };
            appendWindows(few, probe.tokens,
                          spreadIndices(std::max<std::int64_t>(1, removalTokens / probe.length),
                                        probe.count()));
            const ProbeBenchOptions options { .representedLength = evaluationLength,
                                              .relativeError = probeError };
            SCHMIDT_CHECK(measure(ProbeBench(*m_weights, few, options), removals, total));
            returnFreeMemory();
            const ProbeBench bench(*m_weights, probe, options);
            m_result.baselineNll = bench.baselineNll();
            SCHMIDT_CHECK(measure(bench, probes, total));
            SCHMIDT_CHECK(embeddingProbes(bench));
            m_context.report(total, total, "probe");
            m_moments.clear();
            return {};
        }

        Result<void> measure(const ProbeBench& bench, const std::vector<Probe>& probes,
                             std::int64_t total)
        {
            for (const Probe& current : probes) {
                if (m_context.cancel.cancelled())
                    return cancelledError();
                m_context.report(static_cast<std::int64_t>(m_result.sensitivity.size()), total,
                                 "probe");
                SCHMIDT_TRY(LayerWeights layer, probed(current));
                const auto outcome = bench.measure({ { current.layer, std::move(layer) } });
                m_result.sensitivity.push_back({ current.kind, current.layer, current.level,
                                                 outcome.kl, outcome.klError, outcome.nllChange });
                if (m_events.sensitivity)
                    m_events.sensitivity(m_result.sensitivity.back());
            }
            return {};
        }

        Result<void> embeddingProbes(const ProbeBench& bench)
        {
            constexpr int groupSize = 32;
            if (architecture().hiddenSize % groupSize != 0)
                return {};
            SCHMIDT_TRY(const OuterTensors tensors, loadOuterTensors(m_source));
            for (const double bits : m_options.bitLevels) {
                if (m_context.cancel.cancelled())
                    return cancelledError();
                const Scheme scheme { SchemeKind::Gptq,
                                      { static_cast<int>(bits), groupSize, true } };
                const OuterMatrices matrices = quantizedOuter(tensors, m_headMoment, scheme);
                const at::Tensor embedding = denseOf(matrices.embedding).to(m_weights->type);
                const auto outcome = bench.measureOuter(
                    embedding,
                    matrices.head ? denseOf(*matrices.head).to(m_weights->type) : embedding);
                m_result.embedding.push_back(
                    { scheme.grid.bits, outcome.kl, outcome.klError, outcome.nllChange });
            }
            return {};
        }

        /// Recipes that are really run on a small calibration set: what selection and refit on the
        /// compressed prefix repair is not seen by changing one layer of the original.
        Result<void> combinations(const TokenWindows& evaluation, const TokenWindows& calibration)
        {
            stage("combinations");
            const ProbeBench bench(*m_weights, evaluation,
                                   { .everyLayer = false, .relativeError = pilotError });
            m_result.baselineNll = bench.baselineNll();
            std::vector<Recipe> recipes;
            for (int round = 0; round < m_options.combinations; ++round)
                recipes.push_back(widthPilot(round));
            for (const Recipe& alone : { groupsPilot(), bitsPilot() }) {
                recipes.push_back(alone);
                if (m_options.combinations > 0 && alone != emptyPilot())
                    recipes.push_back(beside(alone, recipes.front()));
            }
            const auto total = static_cast<std::int64_t>(recipes.size());
            for (std::int64_t round = 0; round < total; ++round) {
                m_context.report(round, total, "recipe");
                const Recipe& recipe = recipes[static_cast<std::size_t>(round)];
                if (recipe == emptyPilot())
                    continue;
                SCHMIDT_CHECK(
                    runPilot(bench, recipe, pilotWindows(calibration, m_options.pilotTokens)));
                returnFreeMemory(); // what a whole compression left in pieces
            }
            m_context.report(total, total, "recipe");
            return {};
        }

        /// Windows as a run on so many tokens takes them: leading ones, then what is missing of the
        /// others, both with the weight that they have in the whole set.
        static TokenWindows pilotWindows(const TokenWindows& calibration, std::int64_t tokens)
        {
            const std::int64_t wanted
                = std::clamp<std::int64_t>(tokens / calibration.length, 1, calibration.count());
            const std::int64_t others = calibration.count() - calibration.leading;
            TokenWindows pilot {
                calibration.length, {}, calibration.leading, calibration.leadingWeight
            };
            if (calibration.leading > 0 && others > 0) {
                pilot.leading = std::min(calibration.leading, wanted);
                const auto ratio = [](std::int64_t rest, std::int64_t leading) {
                    return static_cast<double>(rest) / static_cast<double>(leading);
                };
                pilot.leadingWeight = std::max(1.0,
                                               calibration.leadingWeight
                                                   * ratio(wanted - pilot.leading, pilot.leading)
                                                   / ratio(others, calibration.leading));
            }
            appendWindows(pilot, calibration.tokens,
                          spreadIndices(pilot.leading, calibration.leading));
            auto rest = spreadIndices(wanted - pilot.count(), others);
            for (std::int64_t& index : rest)
                index += calibration.leading;
            appendWindows(pilot, calibration.tokens, rest);
            return pilot;
        }

        Recipe emptyPilot() const
        {
            Recipe recipe = identityRecipe(architecture());
            recipe.mode = WidthMode::PerLayer;
            return recipe;
        }

        /// Another width in every layer, as allocation gives, by chance: from all units down to the
        /// mildest probe in the first pilot, down to the harshest in the others, and in the third
        /// none loses less than a third of that. What refits repair grows with the loss, so the law
        /// needs points from a tenth of a nat to one, and they tell how well the curves hold
        /// between their points. The first layer, of whose loss more is repaired than of others,
        /// stays whole in the second pilot and loses most in the third, which tells how much.
        Recipe widthPilot(int round)
        {
            constexpr std::int64_t widthStep = 32; // as recipes have them
            const bool mild = round == 0 && m_options.combinations > 1;
            const double begin = round > 1 ? 0.3 : 0;
            Recipe recipe = emptyPilot();
            for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer) {
                std::vector<double> widths; // from mild to harsh
                for (const SensitivityPoint& single : m_result.sensitivity)
                    if (single.kind == ProbeKind::MlpWidth && single.level > 0
                        && single.layer == static_cast<int>(layer))
                        widths.push_back(single.level);
                if (widths.empty())
                    continue;
                std::int64_t& width = recipe.layers[layer].mlpWidth;
                const auto full = static_cast<double>(width);
                const double least = mild ? widths.front() : widths.back();
                double drawn = static_cast<double>(m_random() % 1000) / 1000;
                if (layer == 0 && round > 0)
                    drawn = round == 1 ? 0 : 1;
                const std::int64_t steps
                    = std::llround(std::lerp(full, least, std::lerp(begin, 1.0, drawn))
                                   / static_cast<double>(widthStep));
                width = std::clamp(steps * widthStep, std::min(widthStep, width), width);
            }
            return recipe;
        }

        /// KV groups in about half of the layers, so that their factor can be told from that of the
        /// widths. Each loses as few as the first probe of it: together, layers with a single group
        /// left cost far more than recipes worth choosing do (1.4 times their sum on SmolLM2-135M,
        /// where the mild ones cost 0.9 times).
        Recipe groupsPilot()
        {
            Recipe recipe = emptyPilot();
            for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer) {
                std::int64_t& groups = recipe.layers[layer].kvGroups;
                const auto levels = groupLevels(groups);
                if (!levels.empty() && m_random() % 2 == 0)
                    groups = levels.front();
            }
            return recipe;
        }

        /// The same with the widths of another recipe, and groups that divide them.
        static Recipe beside(Recipe recipe, const Recipe& widths)
        {
            const std::size_t down = *linearRoleIndex(Role::Down);
            for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer) {
                LayerRecipe& entry = recipe.layers[layer];
                entry.mlpWidth = widths.layers[layer].mlpWidth;
                if (entry.mlpWidth % entry.schemes[down].grid.groupSize != 0)
                    entry.schemes[down].grid.groupSize = 32;
            }
            return recipe;
        }

        /// Four bits in every second layer of those that have a whole number of groups: one factor
        /// is learned from it, and rounding is the slowest step of a run.
        Recipe bitsPilot() const
        {
            Recipe recipe = emptyPilot();
            for (const SensitivityPoint& single : m_result.sensitivity) {
                if (single.kind != ProbeKind::Bits || single.level != 4 || single.layer % 2 != 0)
                    continue;
                const auto layer = static_cast<std::size_t>(single.layer);
                for (std::size_t role = 0; role < linearRoles.size(); ++role) {
                    const std::int64_t columns
                        = matrixShape(linearRoles[role], architecture().layers[layer],
                                      architecture())
                              .columns;
                    recipe.layers[layer].schemes[role]
                        = { SchemeKind::Gptq, { 4, columns % 64 == 0 ? 64 : 32, true } };
                }
            }
            return recipe;
        }

        Result<void> runPilot(const ProbeBench& bench, const Recipe& recipe,
                              const TokenWindows& calibration)
        {
            CombinationPoint point;
            for (const LayerRecipe& layer : recipe.layers) {
                const Scheme& scheme = layer.schemes.front();
                point.layers.push_back({ layer.mlpWidth, layer.kvGroups,
                                         scheme.kind == SchemeKind::Keep ? 0 : scheme.grid.bits });
            }
            point.calibrationTokens = calibration.size();
            WorkContext quiet;
            quiet.cancel = m_context.cancel;
            SCHMIDT_TRY(const at::Tensor embedding, loadTensor(m_source, Role::Embedding));
            std::map<int, LayerWeights> layers; // a whole variant would hold them in fp32
            SCHMIDT_CHECK(compressLayers(
                m_source, recipe, { calibration, embedding }, { .precision = m_options.precision },
                quiet, [&](int layer, const LayerOutcome& outcome) {
                    layers[layer] = layerOf(architecture(), outcome, m_weights->type);
                }));
            const auto outcome = bench.measure(layers);
            point.measuredKl = outcome.kl;
            point.nllChange = outcome.nllChange;
            m_result.combinations.push_back(point);
            return {};
        }

        const ModelSource& m_source;
        const AnalysisOptions& m_options;
        const AnalysisEvents& m_events;
        const WorkContext& m_context;
        int m_layers;
        std::mt19937_64 m_random;
        const TransformerModel::Weights* m_weights = nullptr;
        std::vector<LayerMoments> m_moments;
        RoundingMetrics m_metrics;
        at::Tensor m_headMoment; ///< of the final hidden states, [hidden, hidden]
        BlockSimilarity m_similarity;
        std::vector<std::vector<std::int32_t>> m_groupOrders;
        AnalysisResult m_result;
    };

} // namespace

Result<AnalysisResult> analyzeModel(const ModelSource& source,
                                    const std::function<Result<AnalysisText>()>& text,
                                    const AnalysisOptions& options, const AnalysisEvents& events,
                                    const WorkContext& context)
{
    SCHMIDT_CHECK(checkPlainBlocks(source.architecture(), "Analyzing"));
    if (!source.architecture().wholeBlocks())
        return unsupported("Layers without attention or MLP cannot be analyzed; analyze the model "
                           "that they were removed from. This one can be evaluated, measured and "
                           "exported.");
    const c10::InferenceMode guard;
    try {
        return AnalysisRun(source, options, events, context).run(text);
    } catch (const c10::Error& error) {
        return torchError(error, "The analysis");
    } catch (const std::bad_alloc&) {
        return outOfResources(
            "The analysis needs more memory than is free; use fewer calibration tokens.");
    }
}

} // namespace schmidt
