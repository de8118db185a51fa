// SPDX-License-Identifier: Apache-2.0
#include "exporters/packed_folder.h"

#include "recipe/recipe.h"

#include <fmt/format.h>

namespace schmidt {

Result<PackedFolder> planPackedFolder(const Variant& variant, const ExportOptions& options)
{
    PackedFolder folder;
    folder.type = options.type.value_or(DType::F16);
    if (folder.type != DType::F16 && folder.type != DType::F32)
        return unsupported("Scales of packed matrices are F16 numbers, which "
                           + std::string(dtypeName(folder.type))
                           + " cannot hold; name F16 or F32 as the type of the rest.");
    SCHMIDT_CHECK(checkPlainBlocks(variant.architecture, "Packing"));
    SCHMIDT_TRY(folder.architecture, hfArchitecture(variant, options));
    SCHMIDT_TRY(const std::string name, torchTypeName(folder.type));
    SCHMIDT_TRY(folder.config, hfConfigFromArchitecture(folder.architecture, name));
    const auto sameType = [&](Role, int, std::int64_t) { return folder.type; };
    folder.tensors = planTensors(folder.architecture, sameType, folder.type);
    return folder;
}

std::string moduleName(const ExportTensor& tensor)
{
    const std::string name = hfTensorName(tensor.role, tensor.layer);
    return name.substr(0, name.rfind('.'));
}

std::string placeOf(const ExportTensor& tensor)
{
    return tensor.layer < 0
        ? fmt::format("The matrix {}", roleName(tensor.role))
        : fmt::format("Layer {}, matrix {},", tensor.layer, roleName(tensor.role));
}

std::string gridName(const QuantGrid& grid)
{
    const std::string name = schemeName({ SchemeKind::Rtn, grid });
    return name.substr(name.find('-') + 1);
}

std::vector<std::byte> encodedValues(DType type, const std::vector<float>& values)
{
    std::vector<std::byte> bytes(
        static_cast<std::size_t>(storageBytes(type, static_cast<std::int64_t>(values.size()))));
    quantize(type, values, bytes);
    return bytes;
}

Json compressedTensorsConfig(const std::string& format, const std::vector<CompressedGroup>& groups,
                             const std::vector<std::string>& ignored)
{
    Json configGroups = Json::object();
    for (std::size_t index = 0; index < groups.size(); ++index)
        configGroups["group_" + std::to_string(index)]
            = { { "targets", groups.size() == 1 ? Json { "Linear" } : Json(groups[index].modules) },
                { "weights", groups[index].weights },
                { "input_activations", groups[index].inputs },
                { "output_activations", nullptr } };
    return { { "quant_method", "compressed-tensors" },
             { "format", format },
             { "quantization_status", "compressed" },
             { "config_groups", configGroups },
             { "ignore", ignored },
             { "kv_cache_scheme", nullptr } };
}

} // namespace schmidt
