// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "engine/layer_compressor.h"

#include <cstring>

namespace schmidt {

namespace {

    constexpr const char* checkpointKind = "schmidt-layer-2";

    /// Arrays behind a header line; the header names them in order with their sizes in bytes.
    struct Arrays {
        Json list = Json::array();
        std::string bytes;

        template <typename Value>
        void add(const std::string& name, const std::vector<Value>& values)
        {
            const std::size_t size = values.size() * sizeof(Value);
            list.push_back({ { "name", name }, { "bytes", size } });
            bytes.append(reinterpret_cast<const char*>(values.data()), size);
        }
    };

    template <typename Value>
    std::vector<Value> arrayOf(const std::map<std::string, std::string_view>& arrays,
                               const std::string& name)
    {
        const auto found = arrays.find(name);
        if (found == arrays.end())
            return {};
        std::vector<Value> values(found->second.size() / sizeof(Value));
        std::memcpy(values.data(), found->second.data(), values.size() * sizeof(Value));
        return values;
    }

    Json matrixHeader(const VariantMatrix& matrix)
    {
        return { { "rows", matrix.rows },
                 { "columns", matrix.columns },
                 { "rank", matrix.rank },
                 { "first_site", { matrix.firstSite.out, matrix.firstSite.in } },
                 { "bits", matrix.grid.bits },
                 { "group_size", matrix.grid.groupSize },
                 { "symmetric", matrix.grid.symmetric } };
    }

    Result<LayerOutcome> outcomeOf(const Json& header,
                                   const std::map<std::string, std::string_view>& arrays)
    {
        LayerOutcome outcome;
        outcome.shape
            = { header.at("heads").get<std::int64_t>(), header.at("kv_heads").get<std::int64_t>(),
                header.at("intermediate").get<std::int64_t>() };
        for (const auto& [name, json] : header.at("matrices").items()) {
            VariantMatrix matrix;
            matrix.rows = json.at("rows").get<std::int64_t>();
            matrix.columns = json.at("columns").get<std::int64_t>();
            matrix.rank = json.at("rank").get<std::int64_t>();
            matrix.firstSite = { json.at("first_site").at(0).get<std::int64_t>(),
                                 json.at("first_site").at(1).get<std::int64_t>() };
            matrix.grid = { json.at("bits").get<int>(), json.at("group_size").get<std::int64_t>(),
                            json.at("symmetric").get<bool>() };
            matrix.dense = arrayOf<float>(arrays, name + ".dense");
            matrix.codes = arrayOf<std::uint8_t>(arrays, name + ".codes");
            matrix.scales = arrayOf<float>(arrays, name + ".scales");
            matrix.zeros = arrayOf<float>(arrays, name + ".zeros");
            matrix.left = arrayOf<float>(arrays, name + ".left");
            matrix.right = arrayOf<float>(arrays, name + ".right");
            if (const auto role = roleFromName(name))
                outcome.matrices[*role] = std::move(matrix);
        }
        for (const Json& name : header.at("vectors"))
            if (const auto role = roleFromName(name.get<std::string>()))
                outcome.vectors[*role] = arrayOf<float>(arrays, name.get<std::string>());
        LayerCompressionReport& report = outcome.report;
        report.layer = header.at("layer").get<int>();
        report.mlpError = header.at("mlp_error").get<double>();
        report.attentionError = header.at("attention_error").get<double>();
        report.seconds = header.at("seconds").get<double>();
        report.keptUnits = arrayOf<std::int32_t>(arrays, "kept_units");
        report.keptGroups = arrayOf<std::int32_t>(arrays, "kept_groups");
        return outcome;
    }

} // namespace

Result<void> saveOutcome(const LayerOutcome& outcome, const std::filesystem::path& file)
{
    Arrays arrays;
    Json header { { "kind", checkpointKind },
                  { "layer", outcome.report.layer },
                  { "heads", outcome.shape.heads },
                  { "kv_heads", outcome.shape.kvHeads },
                  { "intermediate", outcome.shape.intermediateSize },
                  { "mlp_error", outcome.report.mlpError },
                  { "attention_error", outcome.report.attentionError },
                  { "seconds", outcome.report.seconds },
                  { "matrices", Json::object() },
                  { "vectors", Json::array() } };
    for (const auto& [role, matrix] : outcome.matrices) {
        const std::string name(roleName(role));
        header["matrices"][name] = matrixHeader(matrix);
        arrays.add(name + ".dense", matrix.dense);
        arrays.add(name + ".codes", matrix.codes);
        arrays.add(name + ".scales", matrix.scales);
        arrays.add(name + ".zeros", matrix.zeros);
        arrays.add(name + ".left", matrix.left);
        arrays.add(name + ".right", matrix.right);
    }
    for (const auto& [role, values] : outcome.vectors) {
        header["vectors"].push_back(roleName(role));
        arrays.add(std::string(roleName(role)), values);
    }
    arrays.add("kept_units", outcome.report.keptUnits);
    arrays.add("kept_groups", outcome.report.keptGroups);
    header["arrays"] = std::move(arrays.list);
    return writeFileAtomically(file, dumpJson(header) + "\n" + arrays.bytes);
}

Result<LayerOutcome> loadOutcome(const std::filesystem::path& file)
{
    SCHMIDT_TRY(const std::string content, readTextFile(file));
    const Error damaged = badInput("The checkpoint " + file.string()
                                   + " is damaged; delete it and the layer is computed again.");
    const auto end = content.find('\n');
    if (end == std::string::npos)
        return damaged;
    SCHMIDT_TRY(const Json header, parseJson(content.substr(0, end), file.string()));
    try {
        if (header.at("kind") != checkpointKind)
            return damaged;
        std::map<std::string, std::string_view> arrays;
        std::size_t at = end + 1;
        for (const Json& entry : header.at("arrays")) {
            const auto size = entry.at("bytes").get<std::size_t>();
            if (size > content.size() - at)
                return damaged;
            arrays[entry.at("name").get<std::string>()]
                = std::string_view(content).substr(at, size);
            at += size;
        }
        return outcomeOf(header, arrays);
    } catch (const Json::exception&) {
        return damaged;
    }
}

} // namespace schmidt
