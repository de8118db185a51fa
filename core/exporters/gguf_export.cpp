// SPDX-License-Identifier: Apache-2.0
#include "exporters/gguf_export.h"

#include "base/file.h"
#include "exporters/gguf_adapter.h"
#include "exporters/gguf_metadata.h"
#include "exporters/gguf_writer.h"
#include "model/adapter_files.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <map>

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

    Result<void> writeTensor(GgufStream& stream, const Variant& variant, const ExportTensor& tensor,
                             const ExportOptions& options, std::int64_t interleavedHead,
                             const CancelToken& cancel)
    {
        MatrixTarget target { tensor.type, tensor.shape[0], tensor.matrix() ? tensor.shape[1] : 1,
                              isRotated(tensor.role) ? interleavedHead : 0 };
        target.threads = options.threads;
        if (const auto known = options.importance.find({ tensor.role, tensor.layer });
            known != options.importance.end())
            target.importance = known->second;
        const std::string name = ggufTensorName(tensor.role, tensor.layer);
        if (tensor.matrix()) {
            SCHMIDT_CHECK(encodeMatrix(variant.matrices.at({ tensor.role, tensor.layer }), target,
                                       name, [&](std::span<const std::byte> bytes) -> Result<void> {
                                           if (cancel.cancelled())
                                               return cancelledError();
                                           return stream.write(bytes);
                                       }));
        } else {
            const std::vector<float> values = tensor.role == Role::RopeFactors
                ? ggufRopeDivisors(variant.architecture)
                : variant.vectors.at({ tensor.role, tensor.layer });
            SCHMIDT_TRY(const auto bytes, encodeVector(values, target, name));
            SCHMIDT_CHECK(stream.write(bytes));
        }
        return stream.align();
    }

} // namespace

Result<void> exportGguf(const Variant& variant, const TokenizerData& tokenizer,
                        const ExportOptions& options, const fs::path& target,
                        const WorkContext& context)
{
    SCHMIDT_CHECK(checkType(options.type));
    SCHMIDT_CHECK(checkVariantShapes(variant));
    Architecture architecture = variant.architecture;
    if (options.carrier == WidthCarrier::Padded) {
        SCHMIDT_TRY(architecture, paddedArchitecture(architecture));
    }
    SCHMIDT_CHECK(checkGgufModel(architecture, tokenizer));
    const bool own = !options.type && !options.mix;
    if (own)
        SCHMIDT_CHECK(checkGrids(variant));
    const auto type = [&](Role role, int layer, std::int64_t columns) {
        return own ? ownExportType(variant.matrices.at({ role, layer }), columns)
                   : fittingType(wantedType(options, architecture, role, layer), columns);
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
        for (std::int64_t index = 0; index < total; ++index) {
            const ExportTensor& tensor = tensors[static_cast<std::size_t>(index)];
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(index, total, "tensor", ggufTensorName(tensor.role, tensor.layer));
            SCHMIDT_CHECK(
                writeTensor(stream, variant, tensor, options, interleavedHead, context.cancel));
        }
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
    for (const ExportTensor& tensor : planTensors(architecture, none, DType::F32)) {
        if (!tensor.matrix())
            continue;
        const DType wanted = wantedType(options, architecture, tensor.role, tensor.layer);
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
    const Architecture compressed = compressedArchitecture(recipe, architecture);
    const auto type = [&](Role role, int layer, std::int64_t columns) {
        const auto index = linearRoleIndex(role);
        if (!index)
            return exportType(recipe.embeddingScheme, columns);
        const LayerRecipe& layerRecipe = recipe.layers[static_cast<std::size_t>(layer)];
        // Factors have no form in GGUF and are multiplied out to 16 bits.
        return layerRecipe.ranks[*index] > 0 ? exportType({}, columns)
                                             : exportType(layerRecipe.schemes[*index], columns);
    };
    const std::int64_t adapter = ggufAdapterBytes(compressed, [&](Role role, int layer) {
        return recipe.layers[static_cast<std::size_t>(layer)].corrections[*linearRoleIndex(role)];
    });
    return fileBytes(compressed, tokenizer, ggufTensors(compressed, type), adapter > 0) + adapter;
}

std::int64_t ggufMetadataBytes(const Architecture& architecture, const TokenizerData& tokenizer)
{
    return static_cast<std::int64_t>(
        headerOf(architecture, tokenizer, ggufTensors(architecture, keptType)).size());
}

Result<void> writeVocabularyGguf(const Architecture& architecture, const TokenizerData& tokenizer,
                                 const fs::path& target)
{
    SCHMIDT_CHECK(checkGgufModel(architecture, tokenizer));
    return writeFileAtomically(
        target, ggufHeader(ggufMetadata(architecture, tokenizer, ggufFileType(DType::F32)), {}));
}

} // namespace schmidt
