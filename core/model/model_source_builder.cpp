// SPDX-License-Identifier: Apache-2.0
#include "model/model_source_builder.h"

#include "base/hash.h"
#include "model/gguf_model.h"
#include "model/tensor_shapes.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string_view>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    std::string shapeText(const std::vector<std::int64_t>& shape)
    {
        return fmt::format("[{}]", fmt::join(shape, ", "));
    }

    /// Sizes, times and names of the files: changes when anything was replaced.
    std::string fingerprintOf(const std::vector<fs::path>& files)
    {
        Sha256 hash;
        for (const fs::path& file : files) {
            std::error_code status;
            hash.update(fmt::format("{}|{}|{}\n", fs::absolute(file).string(),
                                    fs::file_size(file, status),
                                    fs::last_write_time(file, status).time_since_epoch().count()));
        }
        return hash.finish();
    }

    constexpr std::string_view factorEnding = ".scale";

    /// A number for a whole tensor, beside it under its name: NVFP4's second scale.
    bool isFactor(const GgufTensor& tensor)
    {
        return tensor.name.ends_with(factorEnding) && tensor.dtype == DType::F32
            && tensor.shape == std::vector<std::int64_t> { 1 };
    }

    /// By the name of the tensor that a factor belongs to.
    std::map<std::string, float> factorsOf(const GgufHeader& header, const MappedFile& file)
    {
        std::map<std::string, float> factors;
        for (const GgufTensor& tensor : header.tensors)
            if (isFactor(tensor)) {
                const auto base = tensor.name.substr(0, tensor.name.size() - factorEnding.size());
                dequantize(tensor.dtype, file.bytes().subspan(tensor.offset, sizeof(float)),
                           { &factors[base + ".weight"], 1 });
            }
        return factors;
    }

} // namespace

void ModelSourceBuilder::settleHead(State& state)
{
    Architecture& architecture = state.architecture;
    const auto known = [&](Role wanted) { return state.byRole.count({ wanted, -1 }) > 0; };
    // A tied model may carry its one matrix under either name.
    if (!known(Role::Embedding) && known(Role::Head) && architecture.tiedEmbeddings) {
        const std::size_t index = state.byRole.at({ Role::Head, -1 });
        state.tensors[index].role = Role::Embedding;
        state.byRole[{ Role::Embedding, -1 }] = index;
        state.byRole.erase({ Role::Head, -1 });
    } else if (!known(Role::Head)) {
        if (!architecture.tiedEmbeddings)
            state.warnings.push_back("The files hold no output matrix although the configuration "
                                     "does not tie it to the embedding; it is taken as tied.");
        architecture.tiedEmbeddings = true;
    } else if (architecture.tiedEmbeddings) {
        // The config says tied: transformers ignores the second copy.
        state.byRole.erase({ Role::Head, -1 });
        state.warnings.push_back(
            "The files hold a separate output matrix that the configuration declares tied; it is "
            "ignored, as transformers does.");
    }
}

Result<void> ModelSourceBuilder::checkTensors(const State& state)
{
    std::set<std::pair<Role, int>> wanted { { Role::RopeFactors, -1 } };
    for (const auto& [role, layer, shape] : tensorShapes(state.architecture)) {
        wanted.insert({ role, layer });
        const auto found = state.byRole.find({ role, layer });
        if (found == state.byRole.end())
            return badInput(fmt::format(
                "The tensor {} is missing from {}; the model is incomplete.",
                hfTensorName(role, layer, state.architecture.family), state.path.string()));
        if (const TensorInfo& tensor = state.tensors[found->second]; tensor.shape != shape)
            return badInput(
                fmt::format("The tensor \"{}\" has shape {}, but the configuration asks for {}.",
                            tensor.name, shapeText(tensor.shape), shapeText(shape)));
    }
    for (const auto& [key, index] : state.byRole)
        if (!wanted.contains(key))
            return unsupported("The tensor \"" + state.tensors[index].name
                               + "\" has no place in the architecture its configuration "
                                 "describes; results would be wrong without it.");
    return {};
}

Result<std::shared_ptr<const ModelSource>> ModelSourceBuilder::finish(std::unique_ptr<State> state)
{
    for (std::size_t index = 0; index < state->tensors.size(); ++index)
        if (const TensorInfo& tensor = state->tensors[index]; tensor.role)
            if (!state->byRole.try_emplace({ *tensor.role, tensor.layer }, index).second)
                return badInput("The tensor \"" + tensor.name + "\" of " + state->path.string()
                                + " occurs twice under different names.");
    settleHead(*state);
    SCHMIDT_CHECK(checkTensors(*state));
    Architecture& architecture = state->architecture;
    if (architecture.name.empty())
        architecture.name = state->path.stem().string();
    std::vector<fs::path> all = state->files;
    all.insert(all.end(), state->extraHashed.begin(), state->extraHashed.end());
    state->fingerprint = fingerprintOf(all);
    if (state->tokenizer.present()
        && static_cast<std::int64_t>(state->tokenizer.tokens.size()) > architecture.vocabularySize)
        return badInput(fmt::format(
            "The tokenizer has {} tokens but the model only {}; they do not belong together.",
            state->tokenizer.tokens.size(), architecture.vocabularySize));
    SCHMIDT_CHECK(checkTokenizer(state->tokenizer));
    return std::shared_ptr<const ModelSource>(new ModelSource(std::move(state)));
}

Result<void> ModelSourceBuilder::addFused(State& state, const TensorInfo& whole,
                                          const FusedRoles& fused)
{
    const Architecture& architecture = state.architecture;
    if (fused.layer >= static_cast<int>(architecture.layerCount()) || whole.shape.empty()
        || whole.shape.size() > 2
        || (fused.order == RowOrder::Transposed && whole.shape.size() != 2))
        return badInput("The tensor \"" + whole.name
                        + "\" belongs to no layer that the configuration describes.");
    const std::int64_t rows
        = fused.order == RowOrder::Transposed ? whole.shape.back() : whole.shape.front();
    std::int64_t row = 0;
    for (const TensorShape& entry : layerTensorShapes(architecture, fused.layer)) {
        if (std::find(fused.roles.begin(), fused.roles.end(), entry.role) == fused.roles.end())
            continue;
        TensorInfo part = whole;
        part.role = entry.role;
        part.layer = fused.layer;
        if (fused.order == RowOrder::Transposed)
            std::swap(part.shape.front(), part.shape.back());
        part.shape.front() = entry.shape.front();
        part.bytes = whole.bytes / std::max<std::int64_t>(1, rows) * entry.shape.front();
        if (fused.order != RowOrder::Plain) {
            part.order = fused.order;
            part.storedRows = rows;
        } else if (whole.packing.empty())
            part.offset += static_cast<std::uint64_t>(part.bytes / entry.shape.front() * row);
        part.firstRow = row;
        row += entry.shape.front();
        state.tensors.push_back(std::move(part));
    }
    if (row != rows)
        return badInput(
            fmt::format("The tensor \"{}\" has {} rows, but the configuration asks for {}.",
                        whole.name, rows, row));
    return {};
}

Result<void> ModelSourceBuilder::keepTokenizer(Result<TokenizerData> read, State& state)
{
    if (read.ok())
        state.tokenizer = std::move(read).value();
    else if (read.error().code == ErrorCode::Unsupported)
        state.warnings.push_back(read.error().message);
    else
        return read.error();
    return {};
}

Result<std::shared_ptr<const ModelSource>> ModelSourceBuilder::openGguf(const fs::path& path)
{
    auto state = std::make_unique<State>();
    state->path = path;
    state->format = ModelFormat::Gguf;
    SCHMIDT_TRY(const MappedFile file, MappedFile::open(path));
    SCHMIDT_TRY(const GgufHeader header, parseGguf(file));
    SCHMIDT_TRY(state->architecture, architectureFromGguf(header));
    state->architecture.name = ggufModelName(state->architecture.name, path);
    SCHMIDT_CHECK(keepTokenizer(tokenizerFromGguf(header), *state));
    state->permutedRows = familyTraits(state->architecture.family).permutedInGguf
        && state->architecture.modelType != "phi3";
    state->files.push_back(path);
    state->mappings.push_back(file);
    const std::map<std::string, float> factors = factorsOf(header, file);
    for (const GgufTensor& tensor : header.tensors) {
        if (isFactor(tensor))
            continue;
        TensorInfo info;
        info.name = tensor.name;
        if (const auto found = factors.find(tensor.name); found != factors.end())
            info.factor = found->second;
        info.shape = tensor.shape;
        info.dtype = tensor.dtype;
        info.bytes = tensor.bytes;
        info.offset = tensor.offset;
        if (const auto fused
            = fusedRolesFromGgufName(tensor.name, state->architecture.modelType == "phi3")) {
            SCHMIDT_CHECK(addFused(*state, info, *fused));
            continue;
        }
        if (const auto named = roleFromGgufName(tensor.name)) {
            info.role = named->role;
            info.layer = named->layer;
        } else {
            state->warnings.push_back("The tensor \"" + tensor.name
                                      + "\" is not used by this program.");
        }
        if (info.role == Role::RopeFactors) {
            state->architecture.rope.frequencyDivisors.resize(
                static_cast<std::size_t>(info.elements()));
            dequantize(info.dtype,
                       file.bytes().subspan(info.offset, static_cast<std::size_t>(info.bytes)),
                       state->architecture.rope.frequencyDivisors);
            const auto& divisors = state->architecture.rope.frequencyDivisors;
            if (info.elements() != state->architecture.headDim / 2
                || !std::all_of(divisors.begin(), divisors.end(),
                                [](float value) { return value > 0 && std::isfinite(value); }))
                return badInput("The rotary factors of this GGUF do not fit its head size.");
        }
        state->tensors.push_back(std::move(info));
    }
    return finish(std::move(state));
}

} // namespace schmidt
