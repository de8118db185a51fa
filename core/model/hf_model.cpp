// SPDX-License-Identifier: Apache-2.0
#include "model/model_source_builder.h"

#include <algorithm>
#include <set>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// A file path that stays inside the folder.
    bool staysInside(const std::string& name)
    {
        return !name.empty() && name.find('/') == std::string::npos
            && name.find('\\') == std::string::npos && name != "..";
    }

    Result<std::vector<fs::path>> shardFiles(const fs::path& folder, const fs::path& onlyFile)
    {
        std::error_code status;
        const fs::path single = folder / "model.safetensors",
                       index = folder / "model.safetensors.index.json";
        if (fs::exists(index, status)) {
            SCHMIDT_TRY(const Json json, readJsonFile(index));
            std::set<std::string> names;
            const Json weightMap = jsonValue<Json>(json, "weight_map", Json::object());
            for (const auto& [tensor, file] : weightMap.items()) {
                if (!file.is_string() || !staysInside(file.get<std::string>()))
                    return badInput(
                        index.string()
                        + " points outside the model's folder; the model is not trustworthy.");
                names.insert(file.get<std::string>());
            }
            std::vector<fs::path> files;
            for (const std::string& name : names) {
                if (!fs::exists(folder / name, status))
                    return badInput("The shard " + name + " is missing from " + folder.string()
                                    + "; copy all shards of the model.");
                if (fs::is_symlink(folder / name, status)
                    && !fs::exists(fs::canonical(folder / name, status), status))
                    return badInput("The shard " + name + " is a broken link.");
                files.push_back(folder / name);
            }
            if (!files.empty())
                return files;
        }
        if (!onlyFile.empty())
            return std::vector<fs::path> { onlyFile };
        if (fs::exists(single, status))
            return std::vector<fs::path> { single };
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder, status))
            if (entry.path().extension() == ".safetensors")
                files.push_back(entry.path());
        if (files.size() == 1)
            return files;
        if (fs::exists(folder / "pytorch_model.bin", status)
            || fs::exists(folder / "pytorch_model.bin.index.json", status))
            return unsupported(folder.string()
                               + " holds its weights as PyTorch pickles; convert them to "
                                 "safetensors.");
        return badInput(
            folder.string()
            + " holds no model.safetensors and no shard index; weights in other formats are not "
              "read.");
    }

    /// Tables that old checkpoints carry and that follow from the configuration.
    bool isBuffer(const std::string& name)
    {
        return name.ends_with("rotary_emb.inv_freq") || name.ends_with(".attn.bias")
            || name.ends_with(".attn.masked_bias") || name.ends_with(".attention.bias")
            || name.ends_with(".attention.masked_bias");
    }

    /// The part of a multimodal model that reads pictures.
    bool isVision(const std::string& name)
    {
        return name.find("vision_tower.") != std::string::npos
            || name.find("multi_modal_projector.") != std::string::npos;
    }

} // namespace

Result<void> ModelSourceBuilder::addSafetensors(State& state, const fs::path& path,
                                                PackedModules* packed)
{
    SCHMIDT_TRY(const MappedFile file, MappedFile::open(path));
    SCHMIDT_TRY(const SafetensorsHeader header, parseSafetensors(file));
    bool vision = false;
    std::set<std::string> known;
    for (const TensorInfo& tensor : state.tensors)
        known.insert(tensor.name);
    for (const SafetensorsEntry& entry : header.tensors) {
        const Error twice
            = badInput("The tensor \"" + entry.name + "\" occurs in more than one shard.");
        if (packed)
            if (const auto part = packedName(packed->scheme.layout, entry.name, entry.dtypeName)) {
                const auto bytes
                    = file.bytes().subspan(entry.offset, static_cast<std::size_t>(entry.bytes));
                PackedPart content { entry.dtypeName, entry.shape, bytes, state.mappings.size(),
                                     entry.offset };
                if (!packed->modules[part->module].emplace(part->part, std::move(content)).second)
                    return twice;
                continue;
            }
        const Family family = state.architecture.family;
        const auto named = roleFromHfName(entry.name, family);
        const auto fused = fusedRolesFromHfName(entry.name, family);
        const bool readable
            = entry.dtype == DType::F32 || entry.dtype == DType::F16 || entry.dtype == DType::BF16;
        if ((named || fused) && !readable)
            return unsupported("The tensor \"" + entry.name + "\" has the type " + entry.dtypeName
                               + ", which is not supported; F32, F16 and BF16 are.");
        TensorInfo info;
        info.name = entry.name;
        info.shape = entry.shape;
        info.dtype = entry.dtype.value_or(DType::I8);
        info.bytes = entry.bytes;
        info.offset = entry.offset;
        info.file = state.mappings.size();
        if (known.contains(info.name))
            return twice;
        if (fused) {
            SCHMIDT_CHECK(addFused(state, info, *fused));
            continue;
        }
        if (named) {
            info.role = named->role;
            info.layer = named->layer;
            info.order = hfRowOrder(named->role, family);
            if (info.order == RowOrder::Transposed && info.shape.size() == 2) {
                std::swap(info.shape[0], info.shape[1]);
                info.storedRows = info.shape[0];
            }
        } else if (isVision(entry.name)) {
            vision = true;
        } else if (!isBuffer(entry.name)) {
            state.warnings.push_back("The tensor \"" + entry.name
                                     + "\" is not used by this program.");
        }
        state.tensors.push_back(std::move(info));
    }
    const std::string pictures = "The model also reads pictures; this program uses its text part.";
    if (vision
        && std::find(state.warnings.begin(), state.warnings.end(), pictures)
            == state.warnings.end())
        state.warnings.push_back(pictures);
    state.files.push_back(path);
    state.mappings.push_back(file);
    return {};
}

Result<void> ModelSourceBuilder::addPacked(State& state, const PackedModules& packed)
{
    for (const auto& [module, parts] : packed.modules) {
        const auto named = roleFromHfName(module + ".weight");
        const auto fused = fusedRolesFromHfName(module + ".weight");
        if (!named && !fused) {
            state.warnings.push_back("The quantized matrix of \"" + module
                                     + "\" is not used by this program.");
            continue;
        }
        SCHMIDT_TRY(PackedMatrix matrix, packedMatrix(packed.scheme, parts, module));
        const auto codes = std::find_if(parts.begin(), parts.end(), [&](const auto& part) {
            return part.second.bytes.data() == matrix.codes.bytes.data();
        });
        TensorInfo info;
        info.name = module + "." + codes->first;
        info.shape = { matrix.rows, matrix.columns };
        info.dtype = *dtypeFromName(matrix.codes.typeName);
        info.bytes = matrix.bytes();
        info.file = matrix.codes.file;
        info.offset = matrix.codes.offset;
        info.packing = matrix.typeName();
        state.packed.emplace(info.name, std::move(matrix));
        if (fused) {
            SCHMIDT_CHECK(addFused(state, info, *fused));
            continue;
        }
        info.role = named->role;
        info.layer = named->layer;
        state.tensors.push_back(std::move(info));
    }
    if (packed.scheme.roundedActivations)
        state.warnings.push_back("The checkpoint asks its runtime to round the inputs of its "
                                 "matrices to integers too; this program computes with unrounded "
                                 "ones.");
    return {};
}

void ModelSourceBuilder::dropZeroBiases(State& state)
{
    const Architecture& architecture = state.architecture;
    std::set<Role> absent;
    if (!architecture.attentionBias)
        absent.insert({ Role::QueryBias, Role::KeyBias, Role::ValueBias });
    if (!architecture.outputBias)
        absent.insert(Role::OutputBias);
    if (!architecture.mlpBias)
        absent.insert({ Role::GateBias, Role::UpBias, Role::DownBias });
    for (TensorInfo& tensor : state.tensors) {
        if (!tensor.role || !absent.contains(*tensor.role))
            continue;
        const auto bytes = state.mappings[tensor.file].bytes().subspan(
            tensor.offset, static_cast<std::size_t>(tensor.bytes));
        if (std::all_of(bytes.begin(), bytes.end(),
                        [](std::byte byte) { return byte == std::byte { 0 }; }))
            tensor.role.reset();
    }
}

Result<std::shared_ptr<const ModelSource>>
ModelSourceBuilder::openHuggingFace(const fs::path& folder, const fs::path& onlyFile)
{
    auto state = std::make_unique<State>();
    state->path = folder;
    state->format = ModelFormat::HuggingFace;
    std::error_code status;
    if (!fs::exists(folder / "config.json", status))
        return badInput(folder.string() + " has no config.json; a model folder needs one.");
    SCHMIDT_TRY(const Json config, readJsonFile(folder / "config.json"));
    SCHMIDT_TRY(state->architecture, architectureFromHfConfig(config));
    if (state->architecture.name.empty())
        state->architecture.name = fs::absolute(folder).filename().string();
    SCHMIDT_TRY(const auto scheme, packedScheme(config, folder));
    std::optional<PackedModules> packed;
    if (scheme)
        packed = PackedModules { *scheme, {} };
    SCHMIDT_TRY(const auto files, shardFiles(folder, onlyFile));
    for (const fs::path& file : files)
        SCHMIDT_CHECK(addSafetensors(*state, file, packed ? &*packed : nullptr));
    if (packed) {
        SCHMIDT_CHECK(addPacked(*state, *packed));
        dropZeroBiases(*state);
    }
    for (std::string& warning : hfConfigWarnings(config))
        state->warnings.push_back(std::move(warning));
    SCHMIDT_CHECK(keepTokenizer(tokenizerFromHfFolder(folder), *state));
    if (!state->tokenizer.present())
        state->warnings.push_back(
            "The folder has no tokenizer.json; text cannot be used with this model.");
    for (const char* name :
         { "config.json", "quantize_config.json", "quant_config.json", "tokenizer.json" })
        if (fs::exists(folder / name, status))
            state->extraHashed.push_back(folder / name);
    return finish(std::move(state));
}

} // namespace schmidt
