// SPDX-License-Identifier: Apache-2.0
#include "engine/compression.h"

#include "engine/layer_compressor.h"
#include "engine/moments.h"
#include "engine/outer_matrices.h"
#include "engine/quantizers.h"

#include <c10/core/InferenceMode.h>

namespace schmidt {

namespace {

    namespace fs = std::filesystem;

    Result<void> checkCalibration(const TokenWindows& calibration, std::int64_t vocabularySize)
    {
        if (calibration.count() == 0)
            return usageError("There is no calibration text; choose a workload or give a text.");
        for (const std::int32_t token : calibration.tokens)
            if (token < 0 || token >= vocabularySize)
                return usageError("A calibration token is outside the model's vocabulary.");
        return {};
    }

    fs::path checkpointFile(const CompressionOptions& options, int layer)
    {
        return options.checkpointFolder / ("layer-" + std::to_string(layer) + ".bin");
    }

    /// Tokens whose final hidden states tell how the head's rounding errors come out.
    constexpr std::int64_t headTokens = 8192;

    /// Second moment of what the original's head reads.
    Result<at::Tensor> headMoment(const ModelSource& source, const TokenWindows& calibration,
                                  const CompressionOptions& options, const WorkContext& context)
    {
        SCHMIDT_TRY(const auto model, TransformerModel::load(source, options.precision, context));
        const std::int64_t windows
            = std::clamp<std::int64_t>(headTokens / calibration.length, 1, calibration.count());
        MomentSum sum;
        for (std::int64_t window = 0; window < windows; ++window) {
            if (context.cancel.cancelled())
                return cancelledError();
            sum.add(finalHidden(model->weights(), calibration, window, 1), 1);
        }
        return sum.mean();
    }

    /// Embedding, head and final norm.
    Result<at::Tensor> compressOuter(const ModelSource& source, const Recipe& recipe,
                                     const TokenWindows& calibration,
                                     const CompressionOptions& options, const WorkContext& context,
                                     Variant& variant)
    {
        SCHMIDT_TRY(const OuterTensors tensors, loadOuterTensors(source));
        at::Tensor moment;
        if (recipe.embeddingScheme.kind == SchemeKind::Gptq) {
            SCHMIDT_TRY(moment, headMoment(source, calibration, options, context));
        }
        OuterMatrices matrices = quantizedOuter(tensors, moment, recipe.embeddingScheme);
        VariantMatrix& stored = variant.matrices[{ Role::Embedding, -1 }];
        stored = std::move(matrices.embedding);
        if (matrices.head)
            variant.matrices[{ Role::Head, -1 }] = std::move(*matrices.head);
        SCHMIDT_TRY(const at::Tensor norm, loadTensor(source, Role::FinalNorm));
        variant.vectors[{ Role::FinalNorm, -1 }] = valuesOf(norm);
        return denseOf(stored);
    }

    void advance(TokenStream& stream, const LayerWeights& layer, const BlockContext& block)
    {
        for (std::int64_t chunk = 0; chunk < stream.chunks(); ++chunk) {
            at::Tensor residual = stream.chunk(chunk);
            forwardBlock(layer, block, residual, stream.length());
        }
    }

    /// A finished layer from its checkpoint, the streams moved past it; absent when there is none.
    std::optional<LayerOutcome> resumed(const CompressionOptions& options, const LayerTask& task,
                                        const ModelSource& source)
    {
        if (options.checkpointFolder.empty())
            return {};
        auto known = loadOutcome(checkpointFile(options, task.layer));
        if (!known.ok())
            return {};
        const BlockContext block = blockContext(task.architecture, task.type, task.stream.length());
        if (task.dense) {
            auto original = loadLayer(source, task.layer, task.type);
            if (!original.ok())
                return {};
            advance(*task.dense, *original, block);
        }
        advance(task.stream, layerOf(task.architecture, *known, task.type), block);
        return std::move(*known);
    }

    Result<LayerOutcome> layerOutcome(const ModelSource& source, const CompressionOptions& options,
                                      const LayerTask& task)
    {
        if (auto known = resumed(options, task, source))
            return std::move(*known);
        SCHMIDT_TRY(const LayerTensors tensors, readLayerTensors(source, task.layer));
        SCHMIDT_TRY(LayerOutcome outcome, compressLayer(task, tensors));
        if (!options.checkpointFolder.empty())
            SCHMIDT_CHECK(saveOutcome(outcome, checkpointFile(options, task.layer)));
        return outcome;
    }

    Result<CompressionResult> compressAll(const ModelSource& source, const Recipe& recipe,
                                          const TokenWindows& calibration,
                                          const CompressionOptions& options,
                                          const WorkContext& context)
    {
        CompressionResult result;
        result.variant.architecture = compressedArchitecture(recipe, source.architecture());
        SCHMIDT_TRY(const at::Tensor embedding,
                    compressOuter(source, recipe, calibration, options, context, result.variant));
        SCHMIDT_CHECK(
            compressLayers(source, recipe, { calibration, embedding }, options, context,
                           [&result](int layer, LayerOutcome outcome) {
                               for (auto& [role, matrix] : outcome.matrices)
                                   result.variant.matrices[{ role, layer }] = std::move(matrix);
                               for (auto& [role, values] : outcome.vectors)
                                   result.variant.vectors[{ role, layer }] = std::move(values);
                               result.layers.push_back(std::move(outcome.report));
                           }));
        return result;
    }

} // namespace

Result<void> compressLayers(const ModelSource& source, const Recipe& recipe,
                            const LayerInputs& inputs, const CompressionOptions& options,
                            const WorkContext& context,
                            const std::function<void(int layer, LayerOutcome outcome)>& take)
{
    const Architecture& architecture = source.architecture();
    const at::ScalarType type
        = resolvePrecision(options.precision) == Precision::BFloat16 ? at::kBFloat16 : at::kFloat;
    TokenStream stream(inputs.calibration, inputs.embedding);
    std::optional<TokenStream> dense;
    if (recipe.driftCorrection > 0) {
        SCHMIDT_TRY(const at::Tensor original, loadTensor(source, Role::Embedding));
        dense.emplace(inputs.calibration, original);
    }
    const auto layers = static_cast<int>(architecture.layerCount());
    for (int layer = 0; layer < layers; ++layer) {
        if (context.cancel.cancelled())
            return cancelledError();
        context.report(layer, layers, "layer");
        const LayerTask task { architecture,  recipe, layer,
                               type,          stream, dense ? &*dense : nullptr,
                               context.cancel };
        SCHMIDT_TRY(LayerOutcome outcome, layerOutcome(source, options, task));
        take(layer, std::move(outcome));
    }
    context.report(layers, layers, "layer");
    return {};
}

Result<CompressionResult> compressModel(const ModelSource& source, const Recipe& recipe,
                                        const TokenWindows& calibration,
                                        const CompressionOptions& options,
                                        const WorkContext& context)
{
    SCHMIDT_CHECK(checkPlainBlocks(source.architecture(), "Compressing"));
    const c10::InferenceMode guard;
    for (const RecipeIssue& issue : validateRecipe(recipe, source.architecture()))
        if (issue.severity == RecipeIssue::Severity::Error)
            return unsupported(issue.message);
    if (recipe.cutsVocabulary(source.architecture()))
        return unsupported("The model has another number of tokens than the recipe asks for; cut "
                           "its vocabulary before it is compressed.");
    SCHMIDT_CHECK(checkCalibration(calibration, source.architecture().vocabularySize));
    if (!options.checkpointFolder.empty()) {
        std::error_code failure;
        fs::create_directories(options.checkpointFolder, failure);
        if (failure)
            return outOfResources("The checkpoint folder " + options.checkpointFolder.string()
                                  + " cannot be made; free some space or choose another project.");
    }
    try {
        auto result = compressAll(source, recipe, calibration, options, context);
        returnFreeMemory();
        return result;
    } catch (const c10::Error& error) {
        return torchError(error, "The compression");
    } catch (const std::bad_alloc&) {
        return outOfResources("The compression needs more memory than is free; use fewer "
                              "calibration tokens.");
    }
}

} // namespace schmidt
