// SPDX-License-Identifier: Apache-2.0
#include "exporters/onnx_export.h"

#include "base/file.h"
#include "base/json.h"
#include "exporters/onnx_graph.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr const char* microsoft = "com.microsoft";
    /// Head sizes that GroupQueryAttention rotates are multiples of this.
    constexpr std::int64_t headMultiple = 16;

    OnnxType onnxType(DType type)
    {
        return type == DType::F32 ? OnnxType::Float : OnnxType::Half;
    }

    VariantMatrix denseMatrix(std::int64_t rows, std::int64_t columns, std::vector<float> values)
    {
        VariantMatrix matrix;
        matrix.rows = rows;
        matrix.columns = columns;
        matrix.dense = std::move(values);
        return matrix;
    }

    VariantMatrix transposed(std::int64_t rows, std::int64_t columns,
                             const std::vector<float>& values)
    {
        VariantMatrix matrix = denseMatrix(columns, rows, std::vector<float>(values.size()));
        for (std::int64_t row = 0; row < rows; ++row)
            for (std::int64_t column = 0; column < columns; ++column)
                matrix.dense[static_cast<std::size_t>(column * rows + row)]
                    = values[static_cast<std::size_t>(row * columns + column)];
        return matrix;
    }

    /// Bits that MatMulNBits keeps a code in.
    std::int64_t storedBits(const QuantGrid& grid)
    {
        return grid.bits == 8 ? 8 : 4;
    }

    /// Codes [rows, columns] as bytes, the lower index in the lower nibble; every row starts a
    /// byte.
    std::vector<std::byte> packedCodes(const std::vector<std::uint8_t>& codes, std::int64_t columns,
                                       std::int64_t bits, int shift)
    {
        std::vector<std::byte> bytes;
        const std::int64_t perByte = 8 / bits;
        const auto count = static_cast<std::int64_t>(codes.size());
        bytes.reserve(codes.size());
        for (std::int64_t row = 0; row < count; row += columns)
            for (std::int64_t column = 0; column < columns; column += perByte) {
                int byte = 0;
                for (std::int64_t lane = 0; lane < std::min(perByte, columns - column); ++lane)
                    byte |= (codes[static_cast<std::size_t>(row + column + lane)] + shift)
                        << (bits * lane);
                bytes.push_back(static_cast<std::byte>(byte));
            }
        return bytes;
    }

    bool wholeZeros(const VariantMatrix& matrix)
    {
        const auto levels = static_cast<float>(1 << storedBits(matrix.grid));
        return std::all_of(matrix.zeros.begin(), matrix.zeros.end(), [levels](float zero) {
            return zero >= 0 && zero < levels && std::floor(zero) == zero;
        });
    }

    /// Names of the tensors of a quantized matrix in the graph.
    struct QuantizedWeight {
        std::string codes, scales;
        std::string zeros; ///< whole zero points, packed like codes; empty when there are none
        std::string fractions; ///< zero points in fp32 that are no whole numbers, or empty
    };

    /// Builds the decoder of one variant; the variant must outlive the graph.
    class DecoderBuilder {
    public:
        DecoderBuilder(const Variant& variant, DType type)
            : m_variant(variant)
            , m_architecture(variant.architecture)
            , m_type(type)
        {
        }

        OnnxGraph build()
        {
            addInterface();
            addPositions();
            std::string state = addEmbedding();
            for (std::size_t index = 0; index < m_architecture.layers.size(); ++index) {
                const auto layer = static_cast<int>(index);
                const std::string prefix = fmt::format("layers.{}.", layer);
                if (m_architecture.layers[index].hasAttention()) {
                    const std::string attention
                        = addAttention(layer, norm(Role::AttentionNorm, layer, state));
                    state = call(prefix + "attention_sum", "Add", { state, attention });
                }
                if (m_architecture.layers[index].hasMlp()) {
                    const std::string mlp = addMlp(layer, norm(Role::MlpNorm, layer, state));
                    state = call(prefix + "mlp_sum", "Add", { state, mlp });
                }
            }
            addHead(norm(Role::FinalNorm, -1, state));
            return std::move(m_graph);
        }

    private:
        std::string call(const std::string& name, const char* type, std::vector<std::string> inputs,
                         std::vector<OnnxAttribute> attributes = {}, const char* domain = "")
        {
            return m_graph.node(
                { name, type, std::move(inputs), std::move(attributes), domain, {} });
        }

        void addInterface()
        {
            const std::string batch = "batch_size", total = "total_sequence_length";
            m_graph.input("input_ids", OnnxType::Int64, { batch, "sequence_length" });
            m_graph.input("attention_mask", OnnxType::Int64, { batch, total });
            for (const LayerShape& layer : m_architecture.layers) {
                if (!layer.hasAttention())
                    continue;
                for (const char* part : { "key", "value" }) {
                    m_graph.input(
                        fmt::format("past_key_values.{}.{}", m_caches, part), OnnxType::Float,
                        { batch, layer.kvHeads, "past_sequence_length", m_architecture.headDim });
                    m_graph.output(fmt::format("present.{}.{}", m_caches, part), OnnxType::Float,
                                   { batch, layer.kvHeads, total, m_architecture.headDim });
                }
                ++m_caches;
            }
            m_caches = 0;
            m_graph.output("logits", OnnxType::Float,
                           { batch, "sequence_length", m_architecture.vocabularySize });
        }

        /// What every layer's attention needs: lengths from the mask, and rotation tables.
        void addPositions()
        {
            const auto int32 = static_cast<std::int64_t>(OnnxType::Int32);
            const std::string axis = m_graph.integers("one", { 1 }, { 1 });
            const std::string tokens = call("mask_sum", "ReduceSum", { "attention_mask", axis },
                                            { { "keepdims", std::int64_t { 0 } } });
            m_lengths = call("lengths", "Cast", { call("last_index", "Sub", { tokens, axis }) },
                             { { "to", int32 } });
            const std::string extent = call("mask_shape", "Shape", { "attention_mask" });
            const std::string total
                = call("mask_length", "Gather", { extent, m_graph.integers("second", {}, { 1 }) });
            m_total = call("total_length", "Cast", { total }, { { "to", int32 } });

            const RopeFrequencies rope
                = ropeFrequencies(m_architecture.rope, m_architecture.headDim);
            const auto table = [&](const char* name, double (*function)(double)) {
                const auto half = static_cast<std::int64_t>(rope.angular.size());
                return m_graph.weight(
                    { name,
                      OnnxType::Float,
                      { m_architecture.contextLength, half },
                      [rope, function, name = std::string(name),
                       length = m_architecture.contextLength](const ByteSink& sink) {
                          std::vector<float> values;
                          values.reserve(rope.angular.size() * static_cast<std::size_t>(length));
                          for (std::int64_t position = 0; position < length; ++position)
                              for (const double angular : rope.angular)
                                  values.push_back(static_cast<float>(
                                      rope.magnitude
                                      * function(static_cast<double>(position) * angular)));
                          return sink(std::as_bytes(std::span(values)));
                      } });
            };
            m_cosine = table("cos_cache", std::cos);
            m_sine = table("sin_cache", std::sin);
        }

        /// A matrix, produced when the file is written.
        std::string stored(const std::string& name, DType type, std::int64_t rows,
                           std::int64_t columns, std::function<VariantMatrix()> make)
        {
            return m_graph.weight(
                { name,
                  onnxType(type),
                  { rows, columns },
                  [=, make = std::move(make)](const ByteSink& sink) {
                      return encodeMatrix(make(), { type, rows, columns, 0 }, name, sink);
                  } });
        }

        /// The value in fp32, whatever type it is stored in. Readers fold this into the weight.
        std::string asFloat(const std::string& name)
        {
            if (m_type == DType::F32)
                return name;
            return call(name + ".fp32", "Cast", { name },
                        { { "to", static_cast<std::int64_t>(OnnxType::Float) } });
        }

        /// Adds codes, scales and zeros of a matrix, once.
        QuantizedWeight quantized(const std::string& name, const VariantMatrix& matrix,
                                  DType scaleType)
        {
            const QuantGrid& grid = matrix.grid;
            const std::int64_t bits = storedBits(grid), groups = matrix.columns / grid.groupSize;
            QuantizedWeight weight;
            weight.codes = m_graph.weight(
                { name + ".codes",
                  OnnxType::UInt8,
                  { matrix.rows, groups, grid.groupSize * bits / 8 },
                  [&matrix, bits](const ByteSink& sink) {
                      // The implied zero point of a symmetric grid is the middle of the container.
                      const int shift = matrix.grid.symmetric
                          ? (1 << (bits - 1)) - (1 << (matrix.grid.bits - 1))
                          : 0;
                      return sink(packedCodes(matrix.codes, matrix.columns, bits, shift));
                  } });
            weight.scales
                = stored(name + ".scales", scaleType, matrix.rows, groups, [&matrix, groups] {
                      return denseMatrix(matrix.rows, groups, matrix.scales);
                  });
            if (scaleType != DType::F32)
                weight.scales = asFloat(weight.scales);
            if (grid.symmetric)
                return weight;
            if (!wholeZeros(matrix)) {
                weight.fractions = asFloat(
                    stored(name + ".zeros", m_type, matrix.rows, groups, [&matrix, groups] {
                        return denseMatrix(matrix.rows, groups, matrix.zeros);
                    }));
                return weight;
            }
            weight.zeros = m_graph.weight({ name + ".zeros",
                                            OnnxType::UInt8,
                                            { matrix.rows, (groups * bits + 7) / 8 },
                                            [&matrix, groups, bits](const ByteSink& sink) {
                                                const std::vector<std::uint8_t> zeros(
                                                    matrix.zeros.begin(), matrix.zeros.end());
                                                return sink(packedCodes(zeros, groups, bits, 0));
                                            } });
            return weight;
        }

        /// ONNX Runtime takes whole zero points only (8 bits) or is slow with others (4 bits), so a
        /// fractional zero z is split off: sum of s (q - z) x over a group is that with the middle
        /// m in place of z, plus s (m - z) times the sum of x.
        std::string addFractions(const std::string& name, const std::string& input,
                                 const std::string& product, const VariantMatrix& matrix,
                                 const QuantizedWeight& weight)
        {
            const std::int64_t size = matrix.grid.groupSize, groups = matrix.columns / size;
            const auto middle = static_cast<float>(1 << (storedBits(matrix.grid) - 1));
            const std::string shape
                = m_graph.integers(name + ".group_shape", { 4 }, { 0, 0, groups, size });
            const std::string axis = m_graph.integers(name + ".group_axis", { 1 }, { 3 });
            const std::string split = call(name + ".grouped", "Reshape", { input, shape });
            const std::string sums = call(name + ".group_sums", "ReduceSum", { split, axis },
                                          { { "keepdims", std::int64_t { 0 } } });
            const std::string offsets
                = call(name + ".offsets", "Sub",
                       { m_graph.reals(name + ".middle", { middle }), weight.fractions });
            const std::string scaled
                = call(name + ".scaled_offsets", "Mul", { weight.scales, offsets });
            const std::string factors = call(name + ".group_factors", "Transpose", { scaled });
            const std::string correction = call(name + ".correction", "MatMul", { sums, factors });
            return call(name, "Add", { product, correction });
        }

        std::string multiplyQuantized(const std::string& name, const std::string& input,
                                      const VariantMatrix& matrix, const QuantizedWeight& weight)
        {
            std::vector<std::string> inputs { input, weight.codes, weight.scales };
            if (!weight.zeros.empty())
                inputs.push_back(weight.zeros);
            const bool whole = weight.fractions.empty();
            // Level 1 keeps activations in fp32, so the result is that of the dequantized weights.
            const std::string product
                = call(whole ? name : name + ".codes_product", "MatMulNBits", std::move(inputs),
                       { { "K", matrix.columns },
                         { "N", matrix.rows },
                         { "bits", storedBits(matrix.grid) },
                         { "block_size", matrix.grid.groupSize },
                         { "accuracy_level", std::int64_t { 1 } } },
                       microsoft);
            return whole ? product : addFractions(name, input, product, matrix, weight);
        }

        /// input [.., columns] times the transposed right, then the transposed left factor.
        std::string multiplyFactors(const std::string& name, const std::string& input,
                                    const VariantMatrix& matrix)
        {
            const std::string right
                = stored(name + ".right", m_type, matrix.columns, matrix.rank, [&matrix] {
                      return transposed(matrix.rank, matrix.columns, matrix.right);
                  });
            const std::string left
                = stored(name + ".left", m_type, matrix.rank, matrix.rows,
                         [&matrix] { return transposed(matrix.rows, matrix.rank, matrix.left); });
            const std::string inner = call(name + ".inner", "MatMul", { input, asFloat(right) });
            return call(name, "MatMul", { inner, asFloat(left) });
        }

        /// input [batch, tokens, columns] through the two cores of a network: the second site of
        /// the inputs first, then the first site with the bond.
        std::string multiplyNetwork(const std::string& name, const std::string& input,
                                    const VariantMatrix& matrix)
        {
            const SiteShape first = matrix.firstSite, second = matrix.secondSite();
            const std::string right
                = stored(name + ".right", m_type, second.in, matrix.rank * second.out, [&matrix] {
                      const SiteShape site = matrix.secondSite();
                      return transposed(matrix.rank * site.out, site.in, matrix.right);
                  });
            const std::string left
                = stored(name + ".left", m_type, first.out, first.in * matrix.rank, [&matrix] {
                      return denseMatrix(matrix.firstSite.out, matrix.firstSite.in * matrix.rank,
                                         matrix.left);
                  });
            const auto reshaped
                = [&](const char* step, const std::string& value, std::vector<std::int64_t> shape) {
                      const std::string place = name + step;
                      return call(
                          place, "Reshape",
                          { value,
                            m_graph.integers(place + ".shape",
                                             { static_cast<std::int64_t>(shape.size()) }, shape) });
                  };
            const std::string sites = reshaped(".sites", input, { 0, 0, first.in, second.in });
            const std::string inner = call(name + ".inner", "MatMul", { sites, asFloat(right) });
            const std::string bond
                = reshaped(".bond", inner, { 0, 0, first.in * matrix.rank, second.out });
            const std::string outer = call(name + ".outer", "MatMul", { asFloat(left), bond });
            return reshaped("", outer, { 0, 0, matrix.rows });
        }

        /// input [.., columns] times the transposed matrix, without bias.
        std::string multiply(const std::string& name, const std::string& input,
                             const VariantMatrix& matrix)
        {
            if (matrix.corrected()) {
                const std::string grid = name + ".grid", factors = name + ".factors";
                multiplyQuantized(grid, input, matrix, quantized(name, matrix, m_type));
                multiplyFactors(factors, input, matrix);
                return call(name, "Add", { grid, factors });
            }
            if (matrix.quantized())
                return multiplyQuantized(name, input, matrix, quantized(name, matrix, m_type));
            if (matrix.network())
                return multiplyNetwork(name, input, matrix);
            if (matrix.lowRank())
                return multiplyFactors(name, input, matrix);
            const std::string weight
                = stored(name + ".weight", m_type, matrix.columns, matrix.rows, [&matrix] {
                      return transposed(matrix.rows, matrix.columns, matrix.dense);
                  });
            return call(name, "MatMul", { input, asFloat(weight) });
        }

        std::string linear(Role role, int layer, const std::string& input, Role bias)
        {
            const std::string name = fmt::format("layers.{}.{}", layer, roleName(role));
            const std::string product
                = multiply(name, input, m_variant.matrices.at({ role, layer }));
            const auto found = m_variant.vectors.find({ bias, layer });
            if (found == m_variant.vectors.end())
                return product;
            return call(name + ".sum", "Add",
                        { product, m_graph.reals(name + ".bias", found->second) });
        }

        /// RMSNorm over the last axis.
        std::string norm(Role role, int layer, const std::string& input)
        {
            const std::string name = layer < 0 ? std::string(roleName(role))
                                               : fmt::format("layers.{}.{}", layer, roleName(role));
            const std::string weight
                = m_graph.reals(name + ".weight", m_variant.vectors.at({ role, layer }));
            return call(name, "SimplifiedLayerNormalization", { input, weight },
                        { { "axis", std::int64_t { -1 } },
                          { "epsilon", static_cast<float>(m_architecture.rmsNormEpsilon) } });
        }

        /// Normalizes every head of a projection where the family does so.
        std::string headNorm(Role role, int layer, const std::string& input, std::int64_t heads)
        {
            if (!m_architecture.queryKeyNorm)
                return input;
            const std::int64_t size = m_architecture.headDim;
            const std::string split
                = m_graph.integers(input + ".heads", { 4 }, { 0, 0, heads, size });
            const std::string joined
                = m_graph.integers(input + ".joined", { 3 }, { 0, 0, heads * size });
            const std::string normalized
                = norm(role, layer, call(input + ".split", "Reshape", { input, split }));
            return call(input + ".normalized", "Reshape", { normalized, joined });
        }

        std::string addAttention(int layer, const std::string& input)
        {
            const LayerShape& shape = m_architecture.layers[static_cast<std::size_t>(layer)];
            const std::string query
                = headNorm(Role::QueryNorm, layer,
                           linear(Role::Query, layer, input, Role::QueryBias), shape.heads);
            const std::string key
                = headNorm(Role::KeyNorm, layer, linear(Role::Key, layer, input, Role::KeyBias),
                           shape.kvHeads);
            const std::string value = linear(Role::Value, layer, input, Role::ValueBias);
            const std::string past = fmt::format("past_key_values.{}.", m_caches);
            const std::string present = fmt::format("present.{}.", m_caches);
            ++m_caches;
            const std::string name = fmt::format("layers.{}.attention", layer);
            const std::string mixed
                = m_graph.node({ name,
                                 "GroupQueryAttention",
                                 { query, key, value, past + "key", past + "value", m_lengths,
                                   m_total, m_cosine, m_sine },
                                 { { "num_heads", shape.heads },
                                   { "kv_num_heads", shape.kvHeads },
                                   { "do_rotary", std::int64_t { 1 } },
                                   { "rotary_interleaved", std::int64_t { 0 } } },
                                 microsoft,
                                 { name, present + "key", present + "value" } });
            return linear(Role::Output, layer, mixed, Role::OutputBias);
        }

        std::string addMlp(int layer, const std::string& input)
        {
            const std::string prefix = fmt::format("layers.{}.", layer);
            const std::string gate = linear(Role::Gate, layer, input, Role::GateBias);
            const std::string up = linear(Role::Up, layer, input, Role::UpBias);
            const std::string sigmoid = call(prefix + "sigmoid", "Sigmoid", { gate });
            const std::string activated = call(prefix + "silu", "Mul", { gate, sigmoid });
            const std::string hidden = call(prefix + "hidden", "Mul", { activated, up });
            return linear(Role::Down, layer, hidden, Role::DownBias);
        }

        std::string addEmbedding()
        {
            const VariantMatrix& matrix = m_variant.matrices.at({ Role::Embedding, -1 });
            // The gather of quantized rows takes whole zero points only.
            if (matrix.quantized() && wholeZeros(matrix)) {
                // OpenVINO wants the scales of a gather to be constants, not converted ones.
                m_sharedGrid = quantized("embedding", matrix, DType::F32);
                const std::string rows = m_graph.view(
                    "embedding.rows", { matrix.rows, matrix.columns * storedBits(matrix.grid) / 8 },
                    m_sharedGrid.codes);
                std::vector<std::string> inputs { rows, "input_ids", m_sharedGrid.scales };
                if (!m_sharedGrid.zeros.empty())
                    inputs.push_back(m_sharedGrid.zeros);
                return call("embedded", "GatherBlockQuantized", std::move(inputs),
                            { { "bits", storedBits(matrix.grid) },
                              { "block_size", matrix.grid.groupSize },
                              { "gather_axis", std::int64_t { 0 } },
                              { "quantize_axis", std::int64_t { 1 } } },
                            microsoft);
            }
            const std::string weight = stored("embedding.weight", m_type, matrix.rows,
                                              matrix.columns, [&matrix] { return matrix; });
            return asFloat(call("embedded", "Gather", { weight, "input_ids" }));
        }

        void addHead(const std::string& input)
        {
            const bool tied = m_architecture.tiedEmbeddings;
            const VariantMatrix& matrix
                = m_variant.matrices.at({ tied ? Role::Embedding : Role::Head, -1 });
            if (!tied || (matrix.quantized() && m_sharedGrid.codes.empty()))
                multiply("logits", input, matrix);
            else if (matrix.quantized())
                multiplyQuantized("logits", input, matrix, m_sharedGrid);
            else
                call("logits", "MatMul",
                     { input, call("head", "Transpose", { asFloat("embedding.weight") }) });
        }

        const Variant& m_variant;
        const Architecture& m_architecture;
        DType m_type;
        OnnxGraph m_graph;
        std::string m_lengths, m_total, m_cosine, m_sine;
        QuantizedWeight m_sharedGrid; ///< codes of a quantized embedding
        int m_caches = 0; ///< so far; layers without attention have none
    };

    /// What onnxruntime-genai needs to know beside the model.
    Json genaiConfig(const Architecture& architecture, const TokenizerData& tokenizer)
    {
        const auto tokens = [](const std::vector<std::int64_t>& ids, std::int64_t fallback) {
            if (ids.empty())
                return Json(fallback);
            return ids.size() == 1 ? Json(ids.front()) : Json(ids);
        };
        const Json end = tokens(architecture.eosTokens, tokenizer.eos);
        const Json padding = tokenizer.padding >= 0 ? Json(tokenizer.padding)
            : end.is_array()                        ? end.front()
                                                    : end;
        const auto attends = [](const LayerShape& layer) { return layer.hasAttention(); };
        const auto& layers = architecture.layers;
        const LayerShape& shape = architecture.attentionLayer();
        Json decoder { { "filename", "model.onnx" },
                       { "head_size", architecture.headDim },
                       { "hidden_size", architecture.hiddenSize },
                       { "num_attention_heads", shape.heads },
                       { "num_key_value_heads", shape.kvHeads },
                       // There, a layer is what has a cache.
                       { "num_hidden_layers",
                         std::count_if(layers.begin(), layers.end(), attends) },
                       { "session_options", { { "provider_options", Json::array() } } },
                       { "inputs",
                         { { "input_ids", "input_ids" },
                           { "attention_mask", "attention_mask" },
                           { "past_key_names", "past_key_values.%d.key" },
                           { "past_value_names", "past_key_values.%d.value" } } },
                       { "outputs",
                         { { "logits", "logits" },
                           { "present_key_names", "present.%d.key" },
                           { "present_value_names", "present.%d.value" } } } };
        const Json begin = architecture.bosTokens.empty() ? Json(tokenizer.bos)
                                                          : Json(architecture.bosTokens.front());
        return { { "model",
                   { { "type", familyName(architecture.family) },
                     { "vocab_size", architecture.vocabularySize },
                     { "context_length", architecture.contextLength },
                     { "bos_token_id", begin },
                     { "eos_token_id", end },
                     { "pad_token_id", padding },
                     { "decoder", std::move(decoder) } } },
                 { "search",
                   { { "max_length", architecture.contextLength },
                     { "do_sample", false },
                     { "temperature", 1.0 },
                     { "top_p", 1.0 },
                     { "top_k", 50 },
                     { "repetition_penalty", 1.0 },
                     { "past_present_share_buffer", false } } } };
    }

    Result<void> checkOnnx(const Variant& variant, const ExportOptions& options)
    {
        SCHMIDT_CHECK(checkVariantShapes(variant));
        if (!variant.architecture.plainBlocks())
            return unsupported("The ONNX decoder of this program is Llama's; models of the family "
                               + familyName(variant.architecture.family)
                               + " cannot be exported to it, GGUF or a Hugging Face folder may.");
        if (options.type && *options.type != DType::F32 && *options.type != DType::F16)
            return unsupported("An ONNX export keeps quantized matrices on their own grid and the "
                               "rest in F16 or F32, not "
                               + std::string(dtypeName(*options.type)) + "; leave --type out.");
        if (options.carrier == WidthCarrier::Padded)
            return unsupported(
                "ONNX carries a width per layer as it is, so padding would only make the file "
                "larger; leave --carrier padded out.");
        const std::int64_t size = variant.architecture.headDim;
        if (size % headMultiple != 0)
            return unsupported(fmt::format(
                "The model has heads of {} values; ONNX Runtime rotates "
                "multiples of {}, the nearest is {}. Export as GGUF.",
                size, headMultiple, std::max(headMultiple, size / headMultiple * headMultiple)));
        return {};
    }

} // namespace

Result<void> exportOnnx(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const fs::path& target,
                        const WorkContext& context)
{
    SCHMIDT_CHECK(checkOnnx(variant, options));
    std::map<std::string, std::string> files;
    if (tokenizer.present()) {
        SCHMIDT_TRY(files, hfTokenizerFiles(tokenizer));
    }
    files["genai_config.json"] = dumpJson(genaiConfig(variant.architecture, tokenizer), 2);
    if (!options.modelCard.empty())
        files["README.md"] = options.modelCard;
    const OnnxGraph graph = DecoderBuilder(variant, options.type.value_or(DType::F16)).build();
    return writeFolderAtomically(target, [&](const fs::path& folder) -> Result<void> {
        for (const auto& [name, content] : files)
            SCHMIDT_CHECK(writeFileAtomically(folder / name, content));
        return graph.write(folder, context);
    });
}

} // namespace schmidt
