// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"

#include "base/hardware_threads.h"
#include "engine/coded_weights.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <cstring>
#include <malloc.h>

namespace schmidt {

void setEngineThreads(int threads)
{
#if defined(__GLIBC__)
    // Activations of the same sizes come and go all the time; handing them back to the system in
    // between costs a page fault per 4 KiB.
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
    at::set_num_threads(threads > 0 ? threads : hardwareThreads());
}

void returnFreeMemory()
{
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

namespace {

    /// A product of the size a small model's MLP makes.
    struct TimedProduct {
        explicit TimedProduct(at::ScalarType type)
            : x(at::ones({ 512, 576 }, type))
            , w(at::ones({ 1536, 576 }, type))
        {
        }

        void run()
        {
            const auto start = std::chrono::steady_clock::now();
            const at::Tensor y = at::linear(x, w);
            const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
            best = std::min(best, taken.count());
        }

        at::Tensor x, w;
        double best = 1e9; ///< seconds
    };

    /// CPUs that know bf16 instructions are not always faster with them, so the clock decides. Both
    /// take turns, and the best of many counts: the answer must not depend on what else runs.
    bool halfIsFaster()
    {
        const c10::InferenceMode guard;
        TimedProduct half(at::kBFloat16), single(at::kFloat);
        constexpr int rounds = 24;
        for (int round = 0; round < rounds; ++round) {
            half.run();
            single.run();
        }
        return half.best < 0.7 * single.best;
    }

    at::ScalarType typeOf(Precision precision)
    {
        return precision == Precision::Float32 ? at::kFloat : at::kBFloat16;
    }

} // namespace

Precision resolvePrecision(Precision precision)
{
    if (precision != Precision::Auto)
        return precision;
    static const bool fastHalf = halfIsFaster();
    return fastHalf ? Precision::BFloat16 : Precision::Float32;
}

Result<void> checkLength(const Architecture& architecture, std::int64_t length)
{
    if (!architecture.learnedPositions || length <= architecture.contextLength)
        return {};
    return usageError("The model knows " + std::to_string(architecture.contextLength)
                      + " positions, fewer than the " + std::to_string(length)
                      + " tokens of a window; choose a shorter window.");
}

Error torchError(const c10::Error& error, const char* what)
{
    const std::string detail = error.what_without_backtrace();
    if (detail.find("memory") != std::string::npos)
        return outOfResources(
            std::string(what) + " needs more memory than is free; close other programs.", detail);
    return internalError(std::string(what) + " failed inside LibTorch.", detail);
}

at::Tensor tensorOf(const std::vector<float>& values, at::IntArrayRef shape)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    std::memcpy(tensor.data_ptr<float>(), values.data(), values.size() * sizeof(float));
    return tensor;
}

std::vector<float> valuesOf(const at::Tensor& tensor)
{
    const at::Tensor plain = tensor.to(at::kFloat).contiguous();
    return { plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel() };
}

namespace {

    void makeAttention(LayerWeights& layer, const Architecture& architecture, at::ScalarType type,
                       const std::function<at::Tensor(Role)>& tensor)
    {
        layer.attentionNorm = tensor(Role::AttentionNorm);
        layer.queryKeyValue
            = at::cat({ tensor(Role::Query), tensor(Role::Key), tensor(Role::Value) }).to(type);
        layer.output = tensor(Role::Output).to(type);
        if (architecture.attentionBias)
            layer.queryKeyValueBias = at::cat(
                { tensor(Role::QueryBias), tensor(Role::KeyBias), tensor(Role::ValueBias) });
        if (architecture.outputBias)
            layer.outputBias = tensor(Role::OutputBias);
        if (architecture.queryKeyNorm) {
            layer.queryNorm = tensor(Role::QueryNorm);
            layer.keyNorm = tensor(Role::KeyNorm);
        }
        if (architecture.layerNorm)
            layer.attentionNormBias = tensor(Role::AttentionNormBias);
        if (architecture.postNorms)
            layer.postAttentionNorm = tensor(Role::PostAttentionNorm);
    }

    void makeMlp(LayerWeights& layer, const Architecture& architecture, at::ScalarType type,
                 const std::function<at::Tensor(Role)>& tensor)
    {
        layer.mlpNorm = tensor(Role::MlpNorm);
        layer.gateUp
            = (layer.gated ? at::cat({ tensor(Role::Gate), tensor(Role::Up) }) : tensor(Role::Up))
                  .to(type);
        layer.down = tensor(Role::Down).to(type);
        if (architecture.mlpBias) {
            layer.gateUpBias = layer.gated
                ? at::cat({ tensor(Role::GateBias), tensor(Role::UpBias) })
                : tensor(Role::UpBias);
            layer.downBias = tensor(Role::DownBias);
        }
        if (architecture.layerNorm)
            layer.mlpNormBias = tensor(Role::MlpNormBias);
        if (architecture.postNorms)
            layer.postMlpNorm = tensor(Role::PostMlpNorm);
    }

} // namespace

LayerWeights makeLayer(const Architecture& architecture, const LayerShape& shape,
                       at::ScalarType type, const std::function<at::Tensor(Role)>& tensor)
{
    LayerWeights layer;
    layer.shape = shape;
    layer.gated = architecture.gatedMlp;
    layer.activation = architecture.activation;
    layer.parallel = architecture.parallelResidual;
    if (shape.hasAttention())
        makeAttention(layer, architecture, type, tensor);
    if (shape.hasMlp())
        makeMlp(layer, architecture, type, tensor);
    return layer;
}

Result<at::Tensor> loadTensor(const ModelSource& source, Role role, int layer)
{
    const TensorInfo* info = source.find(role, layer);
    if (!info)
        return badInput("The model has no tensor " + hfTensorName(role, layer) + ".");
    SCHMIDT_TRY(const auto values, source.readTensor(*info));
    return tensorOf(values, info->shape);
}

Result<LayerWeights> loadLayer(const ModelSource& source, int layer, at::ScalarType type)
{
    std::optional<Error> failure;
    const auto tensor = [&](Role role) {
        auto loaded = loadTensor(source, role, layer);
        if (loaded.ok())
            return *loaded;
        if (!failure)
            failure = loaded.error();
        return at::zeros({ 1, 1 });
    };
    const Architecture& architecture = source.architecture();
    try {
        LayerWeights weights = makeLayer(
            architecture, architecture.layers[static_cast<std::size_t>(layer)], type, tensor);
        if (failure)
            return *failure;
        return weights;
    } catch (const c10::Error& error) {
        if (failure)
            return *failure;
        return torchError(error, "Loading a layer");
    }
}

namespace {

    /// What tokens are looked up in; `stored` is the embedding in the model's type.
    at::Tensor scaledEmbedding(const Architecture& architecture, const at::Tensor& embedding,
                               const at::Tensor& stored)
    {
        return architecture.embeddingScale == 1.0
            ? stored
            : (embedding * architecture.embeddingScale).to(stored.scalar_type());
    }

} // namespace

void TransformerModel::Weights::add(LayerWeights layer)
{
    if (isCoded(precision))
        encodeLayer(layer, precision);
    layers.push_back(std::move(layer));
}

TransformerModel::TransformerModel(std::unique_ptr<Weights> weights)
    : m_weights(std::move(weights))
{
}

TransformerModel::~TransformerModel() = default;

const Architecture& TransformerModel::architecture() const
{
    return m_weights->architecture;
}

Precision TransformerModel::precision() const
{
    return m_weights->precision;
}

const TransformerModel::Weights& TransformerModel::weights() const
{
    return *m_weights;
}

Result<std::shared_ptr<const TransformerModel>>
TransformerModel::load(const ModelSource& source, Precision precision, const WorkContext& context)
{
    const c10::InferenceMode guard;
    auto weights = std::make_unique<Weights>();
    weights->architecture = source.architecture();
    weights->precision = resolvePrecision(precision);
    weights->type = typeOf(weights->precision);
    try {
        SCHMIDT_TRY(const at::Tensor embedding, loadTensor(source, Role::Embedding));
        weights->head = embedding.to(weights->type);
        weights->embedding = scaledEmbedding(weights->architecture, embedding, weights->head);
        if (weights->architecture.learnedPositions) {
            SCHMIDT_TRY(weights->positions, loadTensor(source, Role::PositionEmbedding));
        }
        if (weights->architecture.layerNorm) {
            SCHMIDT_TRY(weights->finalNormBias, loadTensor(source, Role::FinalNormBias));
        }
        SCHMIDT_TRY(weights->finalNorm, loadTensor(source, Role::FinalNorm));
        if (!weights->architecture.tiedEmbeddings) {
            SCHMIDT_TRY(const at::Tensor head, loadTensor(source, Role::Head));
            weights->head = head.to(weights->type);
        }
        for (int layer = 0; layer < static_cast<int>(weights->architecture.layerCount()); ++layer) {
            if (context.cancel.cancelled())
                return cancelledError();
            SCHMIDT_TRY(LayerWeights loaded, loadLayer(source, layer, weights->type));
            weights->add(std::move(loaded));
        }
        if (isCoded(weights->precision))
            encodeHead(*weights);
    } catch (const c10::Error& error) {
        return torchError(error, "Loading the model");
    }
    return std::shared_ptr<const TransformerModel>(new TransformerModel(std::move(weights)));
}

Result<std::shared_ptr<const TransformerModel>> TransformerModel::load(const Variant& variant,
                                                                       Precision precision)
{
    const c10::InferenceMode guard;
    auto weights = std::make_unique<Weights>();
    weights->architecture = variant.architecture;
    weights->precision = resolvePrecision(precision);
    weights->type = typeOf(weights->precision);
    const auto tensor = [&variant](Role role, int layer) {
        if (const auto matrix = variant.matrices.find({ role, layer });
            matrix != variant.matrices.end())
            return tensorOf(matrix->second.toDense(),
                            { matrix->second.rows, matrix->second.columns });
        const auto& vector = variant.vectors.at({ role, layer });
        return tensorOf(vector, { static_cast<std::int64_t>(vector.size()) });
    };
    try {
        const at::Tensor embedding = tensor(Role::Embedding, -1);
        weights->head = embedding.to(weights->type);
        weights->embedding = scaledEmbedding(weights->architecture, embedding, weights->head);
        if (weights->architecture.learnedPositions)
            weights->positions = tensor(Role::PositionEmbedding, -1);
        if (weights->architecture.layerNorm)
            weights->finalNormBias = tensor(Role::FinalNormBias, -1);
        weights->finalNorm = tensor(Role::FinalNorm, -1);
        if (!variant.architecture.tiedEmbeddings)
            weights->head = tensor(Role::Head, -1).to(weights->type);
        for (int layer = 0; layer < static_cast<int>(variant.architecture.layerCount()); ++layer)
            weights->add(makeLayer(variant.architecture,
                                   variant.architecture.layers[static_cast<std::size_t>(layer)],
                                   weights->type, [&](Role role) { return tensor(role, layer); }));
        if (isCoded(weights->precision))
            encodeHead(*weights);
    } catch (const c10::Error& error) {
        return torchError(error, "Loading the model");
    } catch (const std::out_of_range&) {
        return badInput("The variant lacks a tensor that its architecture asks for.");
    }
    return std::shared_ptr<const TransformerModel>(new TransformerModel(std::move(weights)));
}

Result<std::vector<float>> TransformerModel::logits(const TokenWindows& windows) const
{
    const c10::InferenceMode guard;
    SCHMIDT_CHECK(checkLength(architecture(), windows.length));
    for (const std::int32_t token : windows.tokens)
        if (token < 0 || token >= architecture().vocabularySize)
            return usageError("A token number is outside the model's vocabulary.");
    try {
        const at::Tensor hidden = finalHidden(*m_weights, windows, 0, windows.count());
        return valuesOf(logitsOf(hidden, outputHead(*m_weights)));
    } catch (const c10::Error& error) {
        return torchError(error, "Computing logits");
    }
}

} // namespace schmidt
