// SPDX-License-Identifier: Apache-2.0
#include "exporters/peft_export.h"

#include "base/file.h"
#include "base/json.h"
#include "exporters/hf_export.h"

namespace schmidt {

namespace {

    std::string moduleOf(const ExportTensor& tensor, Family family)
    {
        const std::string name = hfTensorName(tensor.role, tensor.layer, family);
        return name.substr(0, name.size() - std::string_view(".weight").size());
    }

    SafetensorsItem factorItem(const VariantMatrix& matrix, bool left, const std::string& name,
                               std::int64_t rows, std::int64_t columns)
    {
        return { name,
                 "F16",
                 { rows, columns },
                 storageBytes(DType::F16, rows * columns),
                 [&matrix, left, name, rows, columns]() -> Result<std::vector<std::byte>> {
                     std::vector<std::byte> bytes;
                     SCHMIDT_CHECK(
                         encodeMatrix(factorOf(matrix, left), { DType::F16, rows, columns }, name,
                                      [&](std::span<const std::byte> piece) -> Result<void> {
                                          bytes.insert(bytes.end(), piece.begin(), piece.end());
                                          return {};
                                      }));
                     return bytes;
                 } };
    }

} // namespace

Result<void> writePeftAdapter(const Variant& variant, const Architecture& architecture,
                              const std::string& base, const std::filesystem::path& folder)
{
    std::vector<SafetensorsItem> items;
    Json modules = Json::array(), ranks = Json::object();
    std::int64_t largest = 1;
    const auto anyType = [](Role, int, std::int64_t) { return DType::F16; };
    for (const ExportTensor& tensor : planTensors(architecture, anyType, DType::F16)) {
        const auto found = variant.matrices.find({ tensor.role, tensor.layer });
        if (found == variant.matrices.end() || !found->second.corrected())
            continue;
        const VariantMatrix& matrix = found->second;
        const std::string module = moduleOf(tensor, architecture.family);
        const std::string prefix = "base_model.model." + module;
        items.push_back(
            factorItem(matrix, false, prefix + ".lora_A.weight", matrix.rank, tensor.shape[1]));
        items.push_back(
            factorItem(matrix, true, prefix + ".lora_B.weight", tensor.shape[0], matrix.rank));
        modules.push_back(module);
        ranks[module] = matrix.rank;
        largest = std::max(largest, matrix.rank);
    }
    const Json config { { "peft_type", "LORA" },
                        { "task_type", "CAUSAL_LM" },
                        { "base_model_name_or_path", base },
                        { "inference_mode", true },
                        { "r", largest },
                        { "lora_alpha", largest },
                        { "rank_pattern", ranks },
                        { "alpha_pattern", ranks },
                        { "target_modules", modules },
                        { "use_rslora", false },
                        { "lora_dropout", 0.0 },
                        { "bias", "none" } };
    return writeFolderAtomically(
        folder, [&](const std::filesystem::path& temporary) -> Result<void> {
            SCHMIDT_CHECK(
                writeFileAtomically(temporary / "adapter_config.json", dumpJson(config, 2)));
            return writeSafetensors(temporary / "adapter_model.safetensors", items,
                                    { { "format", "pt" } });
        });
}

} // namespace schmidt
