// SPDX-License-Identifier: Apache-2.0
#include "exporters/gguf_adapter.h"

#include "base/file.h"
#include "exporters/gguf_metadata.h"
#include "exporters/gguf_writer.h"
#include "recipe/recipe.h"

#include <algorithm>

namespace schmidt {

namespace {

    /// One factor of one matrix in the file.
    struct Factor {
        Role role = Role::Query;
        int layer = 0;
        bool left = false;
        std::int64_t rank = 0;
        GgufTensorEntry entry;
    };

    struct Plan {
        std::vector<Factor> factors;
        std::int64_t largestRank = 0;
        std::string header;
    };

    Plan planOf(const Architecture& architecture, const CorrectionRank& rankOf)
    {
        Plan plan;
        const auto anyType = [](Role, int, std::int64_t) { return DType::F16; };
        const std::vector<ExportTensor> tensors = planTensors(architecture, anyType, DType::F32);
        const auto rank = [&](const ExportTensor& tensor) {
            return linearRoleIndex(tensor.role) ? rankOf(tensor.role, tensor.layer) : 0;
        };
        for (const ExportTensor& tensor : tensors)
            plan.largestRank = std::max(plan.largestRank, rank(tensor));
        const auto add = [&](const ExportTensor& tensor, bool left, std::int64_t rows,
                             std::int64_t columns, DType type) {
            plan.factors.push_back(
                { tensor.role,
                  tensor.layer,
                  left,
                  rank(tensor),
                  { ggufTensorName(tensor.role, tensor.layer) + (left ? ".lora_b" : ".lora_a"),
                    { rows, columns },
                    type,
                    storageBytes(type, rows * columns) } });
        };
        for (const ExportTensor& tensor : tensors)
            if (const std::int64_t own = rank(tensor); own > 0) {
                add(tensor, false, own, tensor.shape[1], DType::F16);
                add(tensor, true, tensor.shape[0], own, leftFactorType(own, plan.largestRank));
            }
        GgufMetadata metadata;
        metadata.text("general.architecture", ggufArchitectureName(architecture));
        metadata.text("general.type", "adapter");
        metadata.text("adapter.type", "lora");
        metadata.real("adapter.lora.alpha", static_cast<double>(plan.largestRank));
        std::vector<GgufTensorEntry> entries;
        for (const Factor& factor : plan.factors)
            entries.push_back(factor.entry);
        plan.header = ggufHeader(metadata, entries);
        return plan;
    }

} // namespace

Result<void> writeGgufAdapter(const Variant& variant, const Architecture& architecture,
                              const std::filesystem::path& target)
{
    const Plan plan = planOf(architecture, [&](Role role, int layer) {
        const VariantMatrix& matrix = variant.matrices.at({ role, layer });
        return matrix.corrected() ? matrix.rank : 0;
    });
    const std::int64_t interleaved
        = ggufInterleaved(ggufArchitectureName(architecture)) ? architecture.headDim : 0;
    std::string content = plan.header;
    for (const Factor& factor : plan.factors) {
        VariantMatrix matrix
            = factorOf(variant.matrices.at({ factor.role, factor.layer }), factor.left);
        if (factor.left)
            for (float& value : matrix.dense)
                value *= static_cast<float>(factor.rank) / static_cast<float>(plan.largestRank);
        const bool rotated = factor.role == Role::Query || factor.role == Role::Key;
        const GgufTensorEntry& entry = factor.entry;
        SCHMIDT_CHECK(encodeMatrix(
            matrix,
            { entry.type, entry.shape[0], entry.shape[1],
              factor.left && rotated ? interleaved : 0 },
            entry.name, [&](std::span<const std::byte> bytes) -> Result<void> {
                content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                return {};
            }));
        content.resize(
            static_cast<std::size_t>(ggufPadded(static_cast<std::int64_t>(content.size()))), '\0');
    }
    return writeFileAtomically(target, content);
}

std::int64_t ggufAdapterBytes(const Architecture& architecture, const CorrectionRank& rank)
{
    const Plan plan = planOf(architecture, rank);
    if (plan.factors.empty())
        return 0;
    auto bytes = static_cast<std::int64_t>(plan.header.size());
    for (const Factor& factor : plan.factors)
        bytes += ggufPadded(factor.entry.bytes);
    return bytes;
}

} // namespace schmidt
