// SPDX-License-Identifier: Apache-2.0
#include "exporters/gguf_export.h"

#include "base/file.h"
#include "base/ordered_work.h"
#include "exporters/gguf_adapter.h"
#include "exporters/gguf_metadata.h"
#include "exporters/gguf_writer.h"
#include "model/adapter_files.h"
#include "model/gguf_model.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <map>
#include <memory>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// The tensors of a GGUF in file order, with the one that has no counterpart in a Variant.
    std::vector<ExportTensor> ggufTensors(const Architecture& architecture, const TypeChoice& type)
    {
        std::vector<ExportTensor> tensors = planTensors(architecture, type, DType::F32);
        if (const auto divisors = ggufRopeDivisors(architecture); !divisors.empty())
            tensors.insert(tensors.begin(),
                           { Role::RopeFactors,
                             -1,
                             { static_cast<std::int64_t>(divisors.size()) },
                             DType::F32 });
        return tensors;
    }

    std::int64_t tensorBytes(const ExportTensor& tensor)
    {
        return storageBytes(tensor.type, tensor.elements());
    }

    /// Number of the type that most weights are stored in.
    std::int32_t mainFileType(const std::vector<ExportTensor>& tensors)
    {
        std::map<DType, std::int64_t> elements;
        for (const ExportTensor& tensor : tensors)
            if (tensor.matrix() && tensor.layer >= 0)
                elements[tensor.type] += tensor.elements();
        const auto most
            = std::max_element(elements.begin(), elements.end(),
                               [](const auto& a, const auto& b) { return a.second < b.second; });
        return ggufFileType(most->first);
    }

    std::string headerOf(const Architecture& architecture, const TokenizerData& tokenizer,
                         const std::vector<ExportTensor>& tensors,
                         const ExportOptions& options = {}, bool corrected = false)
    {
        std::vector<GgufTensorEntry> entries;
        for (const ExportTensor& tensor : tensors)
            entries.push_back({ ggufTensorName(tensor.role, tensor.layer), tensor.shape,
                                tensor.type, tensorBytes(tensor) });
        const std::int32_t fileType = options.mix ? options.mix->fileType : mainFileType(tensors);
        GgufMetadata metadata = ggufMetadata(architecture, tokenizer, fileType);
        if (corrected)
            metadata.flag(ggufCorrectedKey, true);
        return ggufHeader(metadata, entries);
    }

    std::int64_t fileBytes(const Architecture& architecture, const TokenizerData& tokenizer,
                           const std::vector<ExportTensor>& tensors, bool corrected)
    {
        auto bytes = static_cast<std::int64_t>(
            headerOf(architecture, tokenizer, tensors, {}, corrected).size());
        for (const ExportTensor& tensor : tensors)
            bytes += ggufPadded(tensorBytes(tensor));
        return bytes;
    }

    DType keptType(Role, int, std::int64_t columns)
    {
        return exportType({}, columns);
    }

    /// What the user asked for, whatever the row length; `type` or `mix` is set.
    DType wantedType(const ExportOptions& options, const Architecture& architecture, Role role,
                     int layer)
    {
        return options.mix ? mixedType(*options.mix, architecture, role, layer) : *options.type;
    }

    Result<void> checkType(const std::optional<DType>& type)
    {
        if (!type || canQuantize(*type))
            return {};
        return unsupported("This program does not write " + std::string(dtypeName(*type))
                           + "; choose " + fmt::format("{}", fmt::join(ggufTypeNames(), ", "))
                           + ".");
    }

    /// A grid that no block type holds would lose bits silently.
    Result<void> checkGrids(const Variant& variant)
    {
        for (const auto& [key, matrix] : variant.matrices) {
            const DType type = ownExportType(matrix, matrix.columns);
            if (matrix.quantized() && isQuantized(type) && !takesCodes(type, matrix))
                return unsupported(
                    "No GGUF type holds the grid of " + ggufTensorName(key.first, key.second)
                    + " exactly; use a symmetric grid, or name one type for all matrices.");
        }
        return {};
    }

    bool isRotated(Role role)
    {
        return role == Role::Query || role == Role::Key || role == Role::QueryBias
            || role == Role::KeyBias;
    }

    /// Writes tensors one after the other, each padded to the alignment.
    class GgufStream {
    public:
        GgufStream(const fs::path& path, const fs::path& target)
            : m_stream(path, std::ios::binary | std::ios::trunc)
            , m_target(target)
        {
        }

        Result<void> write(std::span<const std::byte> bytes)
        {
            m_stream.write(reinterpret_cast<const char*>(bytes.data()),
                           static_cast<std::streamsize>(bytes.size()));
            m_bytes += static_cast<std::int64_t>(bytes.size());
            return state();
        }

        Result<void> align()
        {
            constexpr std::byte zeros[ggufAlignment] {};
            return write({ zeros, static_cast<std::size_t>(ggufPadded(m_bytes) - m_bytes) });
        }

        Result<void> close()
        {
            m_stream.close();
            return state();
        }

    private:
        Result<void> state() const
        {
            if (m_stream)
                return {};
            return outOfResources("Cannot write " + m_target.string()
                                  + "; the disk may be full or read-only.");
        }

        std::ofstream m_stream;
        fs::path m_target;
        std::int64_t m_bytes = 0;
    };

    /// The tensors of a file, cut into pieces that are encoded independently.
    class GgufPieces {
    public:
        GgufPieces(const Variant& variant, const std::vector<ExportTensor>& tensors,
                   const ExportOptions& options, std::int64_t interleavedHead)
            : m_variant(variant)
            , m_tensors(tensors)
        {
            for (std::size_t index = 0; index < tensors.size(); ++index) {
                const ExportTensor& tensor = tensors[index];
                MatrixTarget target { tensor.type, tensor.shape[0],
                                      tensor.matrix() ? tensor.shape[1] : 1,
                                      isRotated(tensor.role) ? interleavedHead : 0 };
                if (const auto known = options.importance.find({ tensor.role, tensor.layer });
                    known != options.importance.end())
                    target.importance = known->second;
                m_targets.push_back(target);
                if (!tensor.matrix()) {
                    m_pieces.push_back({ index, {}, 0, true });
                    continue;
                }
                const auto encoder = std::make_shared<const RowEncoder>(
                    variant.matrices.at({ tensor.role, tensor.layer }), target, nameOf(index));
                for (std::int64_t piece = 0; piece < encoder->pieces(); ++piece)
                    m_pieces.push_back({ index, encoder, piece, piece + 1 == encoder->pieces() });
            }
        }

        std::int64_t count() const { return static_cast<std::int64_t>(m_pieces.size()); }
        std::size_t tensorOf(std::int64_t piece) const { return at(piece).tensor; }
        bool endsTensor(std::int64_t piece) const { return at(piece).last; }
        std::string nameOf(std::size_t tensor) const
        {
            return ggufTensorName(m_tensors[tensor].role, m_tensors[tensor].layer);
        }

        Result<std::vector<std::byte>> encode(std::int64_t index) const
        {
            const Piece& piece = at(index);
            if (piece.encoder)
                return piece.encoder->piece(piece.index);
            const ExportTensor& tensor = m_tensors[piece.tensor];
            const std::vector<float> values = tensor.role == Role::RopeFactors
                ? ggufRopeDivisors(m_variant.architecture)
                : m_variant.vectors.at({ tensor.role, tensor.layer });
            return encodeVector(values, m_targets[piece.tensor], nameOf(piece.tensor));
        }

    private:
        struct Piece {
            std::size_t tensor = 0;
            std::shared_ptr<const RowEncoder> encoder; ///< of a matrix
            std::int64_t index = 0; ///< among the encoder's pieces
            bool last = true; ///< of its tensor
        };

        const Piece& at(std::int64_t index) const
        {
            return m_pieces[static_cast<std::size_t>(index)];
        }

        const Variant& m_variant;
        const std::vector<ExportTensor>& m_tensors;
        std::vector<MatrixTarget> m_targets; ///< by tensor
        std::vector<Piece> m_pieces; ///< in file order
    };

    /// Pieces encoded ahead per thread: a layer has matrices of a mebibyte and vectors of a few
    /// hundred values.
    constexpr std::int64_t piecesAhead = 16;

    Result<void> writePieces(GgufStream& stream, const GgufPieces& pieces, std::int64_t tensors,
                             int threads, const WorkContext& context)
    {
        const auto write
            = [&](std::int64_t index, const std::vector<std::byte>& bytes) -> Result<void> {
            if (context.cancel.cancelled())
                return cancelledError();
            const std::size_t tensor = pieces.tensorOf(index);
            context.report(static_cast<std::int64_t>(tensor), tensors, "tensor",
                           pieces.nameOf(tensor));
            SCHMIDT_CHECK(stream.write(bytes));
            return pieces.endsTensor(index) ? stream.align() : Result<void> {};
        };
        return OrderedWork<std::vector<std::byte>>::run(
            pieces.count(), threads, [&](std::int64_t index) { return pieces.encode(index); },
            write, piecesAhead);
    }

} // namespace

Result<void> exportGguf(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const fs::path& target,
                        const WorkContext& context)
{
    SCHMIDT_CHECK(checkType(options.type));
    SCHMIDT_CHECK(checkVariantShapes(variant));
    SCHMIDT_TRY(const Architecture architecture,
                carriedArchitecture(variant.architecture, options));
    SCHMIDT_CHECK(checkGgufModel(architecture, tokenizer));
    const bool own = !options.type && !options.mix;
    if (own)
        SCHMIDT_CHECK(checkGrids(variant));
    const auto type = [&](Role role, int layer, std::int64_t columns) {
        if (!own)
            return fittingType(wantedType(options, architecture, role, layer), columns);
        const VariantMatrix& matrix = variant.matrices.at({ role, layer });
        return matrix.absent() ? exportType(fillerScheme, columns) : ownExportType(matrix, columns);
    };
    const std::vector<ExportTensor> tensors = ggufTensors(architecture, type);
    const bool corrected = variant.corrected();
    const std::string header = headerOf(architecture, tokenizer, tensors, options, corrected);
    const std::int64_t interleavedHead
        = ggufInterleaved(ggufArchitectureName(architecture)) ? architecture.headDim : 0;
    return writeFileAtomically(target, [&](const fs::path& temporary) -> Result<void> {
        GgufStream stream(temporary, target);
        SCHMIDT_CHECK(stream.write(std::as_bytes(std::span(header))));
        const auto total = static_cast<std::int64_t>(tensors.size());
        const GgufPieces pieces(variant, tensors, options, interleavedHead);
        SCHMIDT_CHECK(writePieces(stream, pieces, total, options.threads, context));
        context.report(total, total, "tensor");
        SCHMIDT_CHECK(stream.close());
        if (corrected) // before the model appears, so that it never stands without
            SCHMIDT_CHECK(writeGgufAdapter(variant, architecture, ggufAdapterPath(target)));
        return {};
    });
}

std::vector<std::string> ggufTypeNames()
{
    std::vector<std::string> names;
    for (const DType type : { DType::F32, DType::F16, DType::BF16, DType::Q8_0, DType::Q6_K,
                              DType::Q5_K, DType::Q5_1, DType::Q5_0, DType::Q4_K, DType::Q4_1,
                              DType::Q4_0, DType::IQ4_NL, DType::Q3_K, DType::Q2_K })
        names.emplace_back(dtypeName(type));
    for (const std::string_view mix : typeMixNames())
        names.emplace_back(mix);
    return names;
}

std::vector<TypeUse> ggufTypeUse(const Architecture& architecture, const ExportOptions& options)
{
    std::vector<TypeUse> uses;
    if (!options.type && !options.mix)
        return uses;
    const auto none = [](Role, int, std::int64_t) { return DType::F16; };
    const Architecture carried = architecture.withoutEmptyLayers();
    for (const ExportTensor& tensor : planTensors(carried, none, DType::F32)) {
        if (!tensor.matrix())
            continue;
        const DType wanted = wantedType(options, carried, tensor.role, tensor.layer);
        const DType stored = fittingType(wanted, tensor.shape[1]);
        auto use = std::find_if(uses.begin(), uses.end(), [&](const TypeUse& known) {
            return known.wanted == wanted && known.stored == stored;
        });
        if (use == uses.end())
            use = uses.insert(uses.end(), { wanted, stored });
        ++use->matrices;
        use->bytes += storageBytes(stored, tensor.elements());
    }
    return uses;
}

std::int64_t ggufFileBytes(const Recipe& recipe, const Architecture& architecture,
                           const TokenizerData& tokenizer)
{
    const Architecture compressed = compressedArchitecture(recipe, architecture),
                       carried = ggufArchitecture(compressed);
    const std::vector<int> present = compressed.presentLayers();
    const auto original = [&present](int layer) {
        return static_cast<std::size_t>(present[static_cast<std::size_t>(layer)]);
    };
    const auto type = [&](Role role, int layer, std::int64_t columns) {
        const auto index = linearRoleIndex(role);
        if (!index)
            return exportType(recipe.embeddingScheme, columns);
        if (matrixShape(role, compressed.layers[original(layer)], compressed).empty())
            return exportType(fillerScheme, columns);
        const LayerRecipe& layerRecipe = recipe.layers[original(layer)];
        // Factors have no form in GGUF and are multiplied out to 16 bits.
        return layerRecipe.factored(*index) ? exportType({}, columns)
                                            : exportType(layerRecipe.schemes[*index], columns);
    };
    const std::int64_t adapter = ggufAdapterBytes(carried, [&](Role role, int layer) {
        return recipe.layers[original(layer)].corrections[*linearRoleIndex(role)];
    });
    return fileBytes(carried, tokenizer, ggufTensors(carried, type), adapter > 0) + adapter;
}

std::int64_t ggufMetadataBytes(const Architecture& architecture, const TokenizerData& tokenizer)
{
    const Architecture carried = ggufArchitecture(architecture);
    return static_cast<std::int64_t>(
        headerOf(carried, tokenizer, ggufTensors(carried, keptType)).size());
}

Result<void> writeVocabularyGguf(const Architecture& model, const TokenizerData& tokenizer,
                                 const fs::path& target)
{
    const Architecture architecture = ggufArchitecture(model);
    SCHMIDT_CHECK(checkGgufModel(architecture, tokenizer));
    return writeFileAtomically(
        target, ggufHeader(ggufMetadata(architecture, tokenizer, ggufFileType(DType::F32)), {}));
}

} // namespace schmidt
