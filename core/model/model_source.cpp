// SPDX-License-Identifier: Apache-2.0
#include "model/model_source.h"

#include "base/hash.h"
#include "model/model_source_builder.h"
#include "model/value_kernels.h"
#include "model/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

std::int64_t TensorInfo::elements() const
{
    std::int64_t count = 1;
    for (const std::int64_t extent : shape)
        count *= extent;
    return count;
}

std::string TensorInfo::typeName() const
{
    return packing.empty() ? std::string(dtypeName(dtype)) : packing;
}

ModelSource::ModelSource(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

ModelSource::~ModelSource() = default;

const fs::path& ModelSource::path() const
{
    return m_state->path;
}

ModelFormat ModelSource::format() const
{
    return m_state->format;
}

const Architecture& ModelSource::architecture() const
{
    return m_state->architecture;
}

const TokenizerData& ModelSource::tokenizer() const
{
    return m_state->tokenizer;
}

const std::vector<TensorInfo>& ModelSource::tensors() const
{
    return m_state->tensors;
}

const std::vector<fs::path>& ModelSource::files() const
{
    return m_state->files;
}

std::int64_t ModelSource::fileBytes() const
{
    std::int64_t bytes = 0;
    for (const MappedFile& file : m_state->mappings)
        bytes += static_cast<std::int64_t>(file.size());
    return bytes;
}

const std::vector<std::int32_t>& ModelSource::keptTokens() const
{
    return m_state->keptTokens;
}

bool ModelSource::isView() const
{
    return m_state->whole != nullptr;
}

const std::vector<std::string>& ModelSource::warnings() const
{
    return m_state->warnings;
}

const TensorInfo* ModelSource::find(Role role, int layer) const
{
    const auto found = m_state->byRole.find({ role, layer });
    return found == m_state->byRole.end() ? nullptr : &m_state->tensors[found->second];
}

const std::string& ModelSource::quickFingerprint() const
{
    return m_state->fingerprint;
}

Result<std::string> ModelSource::contentHash(const CancelToken& cancel) const
{
    const std::lock_guard lock(m_state->hashMutex);
    if (!m_state->hash.empty())
        return m_state->hash;
    std::vector<fs::path> files = m_state->files;
    files.insert(files.end(), m_state->extraHashed.begin(), m_state->extraHashed.end());
    std::sort(files.begin(), files.end(),
              [](const fs::path& a, const fs::path& b) { return a.filename() < b.filename(); });
    Sha256 whole;
    for (const fs::path& file : files) {
        SCHMIDT_TRY(const std::string hash, sha256File(file, cancel));
        if (files.size() == 1) {
            m_state->hash = hash;
            return hash;
        }
        whole.update(file.filename().string() + "\n" + hash + "\n");
    }
    m_state->hash = whole.finish();
    return m_state->hash;
}

namespace {

    /// GGUF's llama order keeps rotary pairs adjacent (2k, 2k+1); Hugging Face keeps them headDim/2
    /// apart. Where the former holds a row of the latter.
    std::int64_t interleavedRow(std::int64_t row, std::int64_t headDim)
    {
        const std::int64_t inside = row % headDim, half = headDim / 2;
        return row - inside + 2 * (inside % half) + inside / half;
    }

    /// Puts the rows of every head into the order of Hugging Face.
    std::vector<float> unpermuteRows(const std::vector<float>& values, std::int64_t rows,
                                     std::int64_t headDim)
    {
        const std::int64_t columns = static_cast<std::int64_t>(values.size()) / rows;
        std::vector<float> result(values.size());
        for (std::int64_t row = 0; row < rows; ++row)
            std::copy_n(values.begin() + interleavedRow(row, headDim) * columns, columns,
                        result.begin() + row * columns);
        return result;
    }

    Error damagedTensor(const TensorInfo& tensor, const fs::path& file)
    {
        return badInput("Tensor \"" + tensor.name + "\" of " + file.string()
                        + " holds NaN or infinity; the model is damaged.");
    }

    bool isRotated(Role role)
    {
        return role == Role::Query || role == Role::Key || role == Role::QueryBias
            || role == Role::KeyBias;
    }

    /// The rows of `tensor` out of a stored tensor that holds them in another order.
    std::vector<float> gatherRows(const std::vector<float>& stored, const TensorInfo& tensor,
                                  std::int64_t headDim)
    {
        const std::int64_t rows = tensor.shape.front(), columns = tensor.elements() / rows;
        std::vector<float> result(static_cast<std::size_t>(tensor.elements()));
        auto out = result.begin();
        for (std::int64_t row = 0; row < rows; ++row) {
            if (tensor.order == RowOrder::Transposed) {
                for (std::int64_t column = 0; column < columns; ++column)
                    *out++ = stored[static_cast<std::size_t>(column * tensor.storedRows
                                                             + tensor.firstRow + row)];
                continue;
            }
            const std::int64_t part = tensor.firstRow / rows;
            const std::int64_t from = (row / headDim * 3 + part) * headDim + row % headDim;
            out = std::copy_n(stored.begin() + from * columns, columns, out);
        }
        return result;
    }

    bool hasTokenRows(const TensorInfo& tensor)
    {
        return tensor.role == Role::Embedding || tensor.role == Role::Head;
    }

    /// A tensor of a view: the kept rows where rows are tokens, else all of it.
    Result<std::vector<float>> readFromWhole(const ModelSource& whole, const TensorInfo& tensor,
                                             const std::vector<std::int32_t>& kept)
    {
        if (!hasTokenRows(tensor))
            return whole.readTensor(tensor);
        SCHMIDT_TRY(const auto values, whole.readTensor(*whole.find(*tensor.role)));
        const std::int64_t columns = tensor.shape[1];
        std::vector<float> rows(static_cast<std::size_t>(tensor.elements()));
        auto out = rows.begin();
        for (const std::int32_t token : kept)
            out = std::copy_n(values.begin() + token * columns, columns, out);
        return rows;
    }

    /// Puts the rows of every head into the order of rotaryRow().
    std::vector<float> spreadRotaryRows(const std::vector<float>& values, std::int64_t rows,
                                        const Architecture& architecture)
    {
        const std::int64_t columns = static_cast<std::int64_t>(values.size()) / rows,
                           dim = architecture.headDim;
        std::vector<float> result(values.size());
        for (std::int64_t row = 0; row < rows; ++row)
            std::copy_n(
                values.begin() + row * columns, columns,
                result.begin()
                    + (row - row % dim + rotaryRow(row % dim, dim, architecture.rotatedDim()))
                        * columns);
        return result;
    }

    void multiply(std::span<float> values, float factor)
    {
        if (factor != 1)
            for (float& value : values)
                value *= factor;
    }

} // namespace

bool ModelSource::hasRows(const TensorInfo& tensor) const
{
    if (m_state->whole)
        return m_state->whole->hasRows(tensor);
    const Architecture& architecture = m_state->architecture;
    const bool rotated = tensor.role && isRotated(*tensor.role);
    return tensor.shape.size() == 2 && tensor.packing.empty() && tensor.order == RowOrder::Plain
        && m_state->format != ModelFormat::Variant
        && tensor.shape[1] % blockLayout(tensor.dtype).elements == 0
        && (!rotated || m_state->permutedRows || architecture.rotatedDim() == architecture.headDim);
}

Result<void> ModelSource::readRow(const TensorInfo& tensor, std::int64_t row,
                                  std::span<float> out) const
{
    if (m_state->whole) {
        const TensorInfo* stored = m_state->whole->find(*tensor.role, tensor.layer);
        return m_state->whole->readRow(
            *stored,
            hasTokenRows(tensor) ? m_state->keptTokens[static_cast<std::size_t>(row)] : row, out);
    }
    if (m_state->permutedRows && tensor.role && isRotated(*tensor.role))
        row = interleavedRow(row, m_state->architecture.headDim);
    const auto rowBytes = static_cast<std::size_t>(storageBytes(tensor.dtype, tensor.shape[1]));
    dequantize(tensor.dtype,
               m_state->mappings[tensor.file].bytes().subspan(
                   tensor.offset + static_cast<std::size_t>(row) * rowBytes, rowBytes),
               out);
    multiply(out, tensor.factor);
    if (!allFinite(out))
        return damagedTensor(tensor, m_state->files[tensor.file]);
    return {};
}

Result<std::vector<float>> ModelSource::readTensor(const TensorInfo& tensor) const
{
    if (m_state->whole)
        return readFromWhole(*m_state->whole, tensor, m_state->keptTokens);
    if (m_state->format == ModelFormat::Variant && tensor.role) {
        const auto entry = m_state->variantMatrices.find({ *tensor.role, tensor.layer });
        if (entry != m_state->variantMatrices.end()
            && (entry->second.quantized || entry->second.rank > 0)) {
            return readVariantMatrix(m_state->mappings.front(), m_state->variantTensors,
                                     tensor.name, entry->second);
        }
    }
    std::vector<float> values;
    if (!tensor.packing.empty()) {
        SCHMIDT_TRY(values,
                    unpackRows(m_state->packed.at(tensor.name), tensor.firstRow,
                               tensor.shape.front(), tensor.name));
    } else if (tensor.order != RowOrder::Plain) {
        std::vector<float> stored(
            static_cast<std::size_t>(tensor.elements() / tensor.shape.front() * tensor.storedRows));
        dequantize(tensor.dtype,
                   m_state->mappings[tensor.file].bytes().subspan(
                       tensor.offset,
                       static_cast<std::size_t>(
                           storageBytes(tensor.dtype, static_cast<std::int64_t>(stored.size())))),
                   stored);
        values = gatherRows(stored, tensor, m_state->architecture.headDim);
    } else {
        values.resize(static_cast<std::size_t>(tensor.elements()));
        const auto bytes = m_state->mappings[tensor.file].bytes().subspan(
            tensor.offset, static_cast<std::size_t>(tensor.bytes));
        dequantize(tensor.dtype, bytes, values);
    }
    multiply(values, tensor.factor);
    if (!allFinite(values))
        return damagedTensor(tensor, m_state->files[tensor.file]);
    if (m_state->permutedRows && tensor.role && isRotated(*tensor.role))
        return unpermuteRows(values, tensor.shape.front(), m_state->architecture.headDim);
    const Architecture& architecture = m_state->architecture;
    if (m_state->format != ModelFormat::Variant && tensor.role && isRotated(*tensor.role)
        && architecture.rotatedDim() != architecture.headDim)
        return spreadRotaryRows(values, tensor.shape.front(), architecture);
    // Gemma's Hugging Face checkpoints hold what a norm's weight has beyond 1.
    if (m_state->format == ModelFormat::HuggingFace && architecture.postNorms && tensor.role
        && isNorm(*tensor.role))
        for (float& value : values)
            value += 1.0F;
    return values;
}

namespace {

    /// What the user probably gave instead of a model.
    Error notAModel(const fs::path& path)
    {
        if (path.extension() == ".bin" || path.extension() == ".pt" || path.extension() == ".pth")
            return unsupported(path.string()
                               + " is a PyTorch pickle, which can run code when opened; convert "
                                 "the model to safetensors or GGUF.");
        std::error_code status;
        if (!fs::exists(path, status))
            return badInput("There is nothing at " + path.string() + "; check the path.");
        if (fs::exists(path / "model_index.json", status))
            return unsupported(path.string()
                               + " is a diffusion pipeline; only language models are supported.");
        if (fs::is_directory(path, status))
            return badInput(
                path.string()
                + " holds no model: a folder needs config.json and .safetensors files.");
        return badInput(path.string() + " is neither a GGUF file nor a model folder.");
    }

} // namespace

Result<std::shared_ptr<const ModelSource>>
ModelSource::trimmed(std::shared_ptr<const ModelSource> whole, std::vector<std::int32_t> kept)
{
    return ModelSourceBuilder::trim(std::move(whole), std::move(kept));
}

Result<std::shared_ptr<const ModelSource>>
ModelSourceBuilder::trim(std::shared_ptr<const ModelSource> whole, std::vector<std::int32_t> kept)
{
    if (whole->isView())
        return internalError("A view of a model cannot be trimmed again.");
    auto state = std::make_unique<State>();
    SCHMIDT_TRY(state->tokenizer, trimmedTokenizer(whole->tokenizer(), kept));
    if (state->tokenizer.kind != TokenizerKind::ByteLevelBpe || kept.empty())
        return unsupported("The vocabulary of " + whole->path().string()
                           + " cannot be cut; only a byte-level BPE can.");
    state->path = whole->path();
    state->format = whole->format();
    state->architecture = trimmedArchitecture(whole->architecture(), kept);
    state->files = whole->files();
    state->mappings = whole->m_state->mappings;
    state->extraHashed = whole->m_state->extraHashed;
    state->warnings = whole->warnings();
    state->byRole = whole->m_state->byRole;
    state->tensors = whole->tensors();
    for (TensorInfo& tensor : state->tensors)
        if (hasTokenRows(tensor)) {
            tensor.bytes
                = tensor.bytes / tensor.shape.front() * static_cast<std::int64_t>(kept.size());
            tensor.shape.front() = static_cast<std::int64_t>(kept.size());
        }
    Sha256 tokens;
    tokens.update(std::as_bytes(std::span(kept)));
    state->fingerprint = whole->quickFingerprint() + ":" + tokens.finish();
    state->keptTokens = std::move(kept);
    state->whole = std::move(whole);
    return std::shared_ptr<const ModelSource>(new ModelSource(std::move(state)));
}

Result<std::shared_ptr<const ModelSource>> ModelSource::open(const fs::path& path)
{
    std::error_code status;
    if (fs::is_directory(path, status)) {
        if (fs::exists(path / "schmidt-variant.json", status))
            return ModelSourceBuilder::openVariant(path);
        if (fs::exists(path / "config.json", status)
            && !fs::exists(path / "model_index.json", status))
            return ModelSourceBuilder::openHuggingFace(path);
        return notAModel(path);
    }
    if (!fs::exists(path, status))
        return notAModel(path);
    if (path.extension() == ".safetensors")
        return ModelSourceBuilder::openHuggingFace(fs::absolute(path).parent_path(),
                                                   fs::absolute(path));
    SCHMIDT_TRY(const MappedFile file, MappedFile::open(path));
    if (file.size() >= 4 && std::memcmp(file.bytes().data(), "GGUF", 4) == 0)
        return ModelSourceBuilder::openGguf(path);
    return notAModel(path);
}

} // namespace schmidt
