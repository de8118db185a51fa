// SPDX-License-Identifier: Apache-2.0
#include "model/packed_matrix.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    std::string lower(std::string text)
    {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char letter) { return std::tolower(letter); });
        return text;
    }

    /// A group size as configurations write it: -1, 0 or null for whole rows.
    Result<std::int64_t> groupSize(const Json& settings, const char* key)
    {
        const auto size = jsonValue<std::int64_t>(settings, key, -1);
        if (size < -1 || size > (std::int64_t { 1 } << 30))
            return badInput(fmt::format("The checkpoint's quantization group size {} is not "
                                        "possible; its configuration is damaged.",
                                        size));
        return std::max<std::int64_t>(size, 0);
    }

    Error unreadWidth(const char* method, std::int64_t bits)
    {
        return bits > 0 && bits < 64
            ? unsupported(fmt::format("{} checkpoints of {} bits are not supported.", method, bits))
            : badInput(fmt::format(
                "The {} checkpoint's configuration names no usable number of bits.", method));
    }

    Result<PackedScheme> gptqScheme(const Json& settings)
    {
        PackedScheme scheme;
        QuantGrid grid;
        const auto bits = jsonValue<std::int64_t>(settings, "bits", 0);
        if (bits != 2 && bits != 3 && bits != 4 && bits != 8)
            return unreadWidth("GPTQ", bits);
        grid.bits = static_cast<int>(bits);
        SCHMIDT_TRY(grid.groupSize, groupSize(settings, "group_size"));
        std::string format = lower(jsonValue<std::string>(settings, "checkpoint_format", "gptq"));
        if (jsonValue(settings, "is_marlin_format", false))
            format = "marlin";
        if (format != "gptq" && format != "gptq_v2")
            return unsupported("The GPTQ checkpoint format \"" + format
                               + "\" is not supported; gptq and gptq_v2 are.");
        const Json dynamic = jsonValue<Json>(settings, "dynamic", nullptr);
        if (dynamic.is_object() && !dynamic.empty())
            return unsupported("GPTQ checkpoints with other settings for some modules (\"dynamic\")"
                               " are not supported.");
        scheme.layout = PackedLayout::Gptq;
        scheme.zeroLessOne = format == "gptq";
        scheme.grids = { grid };
        return scheme;
    }

    Result<PackedScheme> awqScheme(const Json& settings)
    {
        PackedScheme scheme;
        QuantGrid grid;
        const auto bits
            = jsonValue(settings, "bits", jsonValue<std::int64_t>(settings, "w_bit", 0));
        if (bits != 4)
            return unreadWidth("AWQ", bits);
        SCHMIDT_TRY(
            grid.groupSize,
            groupSize(settings, settings.contains("group_size") ? "group_size" : "q_group_size"));
        const std::string version = lower(jsonValue<std::string>(settings, "version", "gemm"));
        if (version != "gemm")
            return unsupported("The AWQ layout \"" + version + "\" is not supported; gemm is.");
        scheme.layout = PackedLayout::Awq;
        scheme.grids = { grid };
        return scheme;
    }

    /// The grid of one config group.
    Result<QuantGrid> weightGrid(const std::string& name, const Json& weights)
    {
        QuantGrid grid;
        const auto bits = jsonValue<std::int64_t>(weights, "num_bits", 8);
        const auto type = lower(jsonValue<std::string>(weights, "type", "int"));
        if (type != "int" || (bits != 4 && bits != 8))
            return unsupported(fmt::format("The config group \"{}\" of this compressed-tensors "
                                           "checkpoint holds {} weights of {} bits; integers of 4 "
                                           "or 8 bits are supported.",
                                           name, type, bits));
        grid.bits = static_cast<int>(bits);
        grid.symmetric = jsonValue(weights, "symmetric", true);
        SCHMIDT_TRY(grid.groupSize, groupSize(weights, "group_size"));
        const auto strategy = lower(
            jsonValue<std::string>(weights, "strategy", grid.groupSize > 0 ? "group" : "channel"));
        if (strategy == "channel" || strategy == "tensor")
            grid.groupSize = 0;
        else if (strategy != "group")
            return unsupported("The quantization strategy \"" + strategy
                               + "\" of this compressed-tensors checkpoint is not supported; "
                                 "group, channel and tensor are.");
        return grid;
    }

    Result<void> checkFormat(const std::string& format)
    {
        for (const char* read : { "pack-quantized", "int-quantized", "naive-quantized", "dense",
                                  "mixed-precision", "" })
            if (format == read)
                return {};
        return unsupported("The compressed-tensors format \"" + format
                           + "\" is not supported; pack-quantized and int-quantized are.");
    }

    Result<PackedScheme> compressedTensorsScheme(const Json& settings)
    {
        PackedScheme scheme;
        scheme.layout = PackedLayout::CompressedTensors;
        SCHMIDT_CHECK(checkFormat(jsonValue<std::string>(settings, "format", "")));
        const Json sparsity = jsonValue<Json>(settings, "sparsity_config", nullptr);
        if (const auto format = jsonValue<std::string>(sparsity, "format", "dense");
            format != "dense")
            return unsupported("The sparse format \"" + format
                               + "\" of this compressed-tensors checkpoint is not supported.");
        if (const Json transforms = jsonValue<Json>(settings, "transform_config", nullptr);
            transforms.is_object() && !transforms.empty())
            return unsupported("Compressed-tensors checkpoints with transforms of their inputs are "
                               "not supported; the weights alone would give wrong results.");
        const Json groups = jsonValue<Json>(settings, "config_groups", Json::object());
        for (const auto& [name, group] : groups.items()) {
            SCHMIDT_CHECK(checkFormat(jsonValue<std::string>(group, "format", "")));
            const Json weights = jsonValue<Json>(group, "weights", nullptr);
            scheme.roundedActivations = scheme.roundedActivations
                || !jsonValue<Json>(group, "input_activations", nullptr).is_null();
            if (!weights.is_object())
                continue;
            SCHMIDT_TRY(const QuantGrid grid, weightGrid(name, weights));
            scheme.grids.push_back(grid);
        }
        if (scheme.grids.empty())
            return badInput("The compressed-tensors checkpoint's configuration describes no "
                            "quantized weights.");
        return scheme;
    }

    /// The settings wherever checkpoints keep them; null for plain ones.
    Result<Json> quantizationSettings(const Json& config, const fs::path& folder)
    {
        const Json text = jsonValue<Json>(config, "text_config", Json::object());
        for (const Json* holder : { &config, &text })
            for (const char* key : { "quantization_config", "compression_config" })
                if (const auto found = holder->find(key);
                    found != holder->end() && found->is_object())
                    return Json(*found);
        std::error_code status;
        for (const auto& [file, method] :
             { std::pair("quantize_config.json", "gptq"), std::pair("quant_config.json", "awq") })
            if (fs::exists(folder / file, status)) {
                SCHMIDT_TRY(Json settings, readJsonFile(folder / file));
                if (!settings.is_object())
                    return badInput((folder / file).string() + " is not a JSON object.");
                if (!settings.contains("quant_method"))
                    settings["quant_method"] = method;
                return settings;
            }
        return Json(nullptr);
    }

} // namespace

Result<std::optional<PackedScheme>> packedScheme(const Json& config, const fs::path& folder)
{
    SCHMIDT_TRY(const Json settings, quantizationSettings(config, folder));
    if (settings.is_null())
        return std::optional<PackedScheme> {};
    const std::string method = lower(jsonValue<std::string>(settings, "quant_method", ""));
    Result<PackedScheme> scheme = method == "gptq" ? gptqScheme(settings)
        : method == "awq"                          ? awqScheme(settings)
        : method == "compressed-tensors"
        ? compressedTensorsScheme(settings)
        : Result<PackedScheme>(unsupported(
            "This checkpoint is quantized by " + (method.empty() ? "an unnamed method" : method)
            + ", which is not supported; gptq, awq and compressed-tensors are. Open the original "
              "model instead."));
    if (!scheme.ok())
        return scheme.error();
    return std::optional<PackedScheme>(std::move(scheme).value());
}

} // namespace schmidt
