// SPDX-License-Identifier: Apache-2.0
#include "engine/coded_weights.h"

namespace schmidt {

namespace {

    constexpr std::int64_t groupColumns = 32;
    constexpr std::int64_t packedRows = 16;
    /// Rows encoded at a time, whole blocks of the packed layout, so that no copy of the output
    /// matrix in fp32 is needed.
    constexpr std::int64_t chunkRows = 4096;
    /// From so many rows on a product of a matrix decoded to bf16 is faster than LibTorch's kernel.
    constexpr std::int64_t decodedRows = 16;

    CodedMatrix eightBits(const at::Tensor& matrix)
    {
        const at::Tensor values = matrix.to(at::kFloat);
        const at::Tensor scales = (values.abs().amax(1) / 127).clamp_min(1e-12);
        return { (values / scales.unsqueeze(1)).round().to(at::kChar).contiguous(),
                 scales.to(matrix.scalar_type()) };
    }

    /// A value is (code - 8) · scale + zero.
    CodedMatrix fourBits(const at::Tensor& matrix)
    {
        const std::int64_t rows = matrix.size(0), groups = matrix.size(1) / groupColumns;
        const at::Tensor values = matrix.to(at::kFloat).view({ rows, groups, groupColumns });
        const at::Tensor low = values.amin(2, true), high = values.amax(2, true);
        const at::Tensor scale = ((high - low) / 15).clamp_min(1e-12);
        const at::Tensor codes
            = ((values - low) / scale).round().to(at::kInt).view({ rows, matrix.size(1) });
        return { at::_convert_weight_to_int4pack_for_cpu(codes, 1),
                 at::cat({ scale, low + 8 * scale }, 2)
                     .transpose(0, 1)
                     .to(matrix.scalar_type())
                     .contiguous() };
    }

    void encode(at::Tensor& matrix, at::Tensor& scales, Precision precision)
    {
        if (!matrix.defined())
            return;
        CodedMatrix coded = codedMatrix(matrix, precision);
        if (!coded.codes.defined())
            return;
        matrix = std::move(coded.codes);
        scales = std::move(coded.scales);
    }

} // namespace

CodedMatrix codedMatrix(const at::Tensor& matrix, Precision precision)
{
    const bool four = precision == Precision::Int4;
    if (matrix.size(1) % groupColumns != 0 || (four && matrix.size(0) % packedRows != 0))
        return {};
    std::vector<at::Tensor> codes, scales;
    for (const at::Tensor& chunk : matrix.split(chunkRows)) {
        const CodedMatrix part = four ? fourBits(chunk) : eightBits(chunk);
        codes.push_back(part.codes);
        scales.push_back(part.scales);
    }
    return { at::cat(codes), at::cat(scales, four ? 1 : 0) };
}

at::Tensor codedProduct(const at::Tensor& x, const at::Tensor& codes, const at::Tensor& scales)
{
    const at::Tensor rows = x.contiguous();
    if (codes.scalar_type() != at::kChar)
        return at::_weight_int4pack_mm_for_cpu(rows, codes, groupColumns, scales);
    return rows.size(0) < decodedRows ? at::_weight_int8pack_mm(rows, codes, scales)
                                      : at::linear(rows, codes.to(rows.scalar_type())).mul_(scales);
}

void encodeLayer(LayerWeights& layer, Precision precision)
{
    encode(layer.queryKeyValue, layer.queryKeyValueScales, precision);
    encode(layer.output, layer.outputScales, precision);
    encode(layer.gateUp, layer.gateUpScales, precision);
    encode(layer.down, layer.downScales, precision);
}

void encodeHead(TransformerModel::Weights& weights)
{
    encode(weights.head, weights.headScales, weights.precision);
}

} // namespace schmidt
