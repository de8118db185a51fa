// SPDX-License-Identifier: Apache-2.0
#include "analysis/token_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace schmidt {

namespace {

    /// Keeps files small: nobody reads more digits, and the sums are made before rounding.
    double rounded(double value)
    {
        if (value == 0 || !std::isfinite(value))
            return 0;
        const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::abs(value))));
        return std::round(value * scale) / scale;
    }

    Json candidateList(const std::vector<TokenCandidate>& candidates)
    {
        Json list = Json::array();
        for (const TokenCandidate& candidate : candidates) {
            list.push_back(candidate.id);
            list.push_back(rounded(candidate.probability));
        }
        return list;
    }

    std::vector<TokenCandidate> candidatesFrom(const Json& list)
    {
        std::vector<TokenCandidate> candidates;
        for (std::size_t index = 0; index + 1 < list.size(); index += 2)
            candidates.push_back(
                { list.at(index).get<std::int32_t>(), list.at(index + 1).get<float>() });
        return candidates;
    }

    TokenReport parsed(const Json& json)
    {
        TokenReport report;
        report.run = RunId { json.at("run").get<std::int64_t>() };
        report.runName = json.at("run_name").get<std::string>();
        report.request = json.at("request");
        report.protocol = json.at("protocol").get<std::string>();
        report.createdAt = json.at("created_at").get<std::string>();
        report.cut = json.at("cut").get<bool>();
        report.firstToken = json.at("first_token").get<std::int32_t>();
        report.layers = json.at("layers").get<int>();
        report.distance = json.at("distance").get<std::vector<float>>();
        for (const Json& entry : json.at("predictions"))
            report.predictions.push_back(
                { entry.at("id").get<std::int32_t>(), entry.at("baseline_nll").get<float>(),
                  entry.at("variant_nll").get<float>(), entry.at("kl").get<float>(),
                  candidatesFrom(entry.at("baseline_top")),
                  candidatesFrom(entry.at("variant_top")) });
        for (const Json& piece : json.at("pieces"))
            report.pieces.emplace(piece.at(0).get<std::int32_t>(), piece.at(1).get<std::string>());
        return report;
    }

    /// Length in bytes of the UTF-8 character at the start of `bytes`; 0 when there is none.
    std::size_t characterLength(std::string_view bytes)
    {
        const auto byte
            = [bytes](std::size_t index) { return static_cast<unsigned char>(bytes[index]); };
        const unsigned char lead = byte(0);
        const std::size_t length = lead < 0x80 ? 1
            : lead >= 0xC2 && lead < 0xE0      ? 2
            : lead >= 0xE0 && lead < 0xF0      ? 3
            : lead >= 0xF0 && lead < 0xF5      ? 4
                                               : 0;
        if (length == 0 || length > bytes.size())
            return 0;
        for (std::size_t index = 1; index < length; ++index)
            if ((byte(index) & 0xC0) != 0x80)
                return 0;
        const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
        const bool outside = (lead == 0xED && byte(1) >= 0xA0) || (lead == 0xF4 && byte(1) >= 0x90);
        return overlong || outside ? 0 : length;
    }

} // namespace

const std::string& TokenReport::piece(std::int32_t id) const
{
    static const std::string none;
    const auto found = pieces.find(id);
    return found == pieces.end() ? none : found->second;
}

Json toJson(const TokenReport& report)
{
    Json predictions = Json::array();
    for (const TokenPrediction& entry : report.predictions)
        predictions.push_back({ { "id", entry.id },
                                { "baseline_nll", rounded(entry.baselineNll) },
                                { "variant_nll", rounded(entry.variantNll) },
                                { "kl", rounded(entry.kl) },
                                { "baseline_top", candidateList(entry.baselineTop) },
                                { "variant_top", candidateList(entry.variantTop) } });
    Json distance = Json::array();
    for (const float value : report.distance)
        distance.push_back(rounded(value));
    Json pieces = Json::array();
    for (const auto& [id, text] : report.pieces)
        pieces.push_back({ id, text });
    return { { "schema", TokenReport::schemaVersion },
             { "run", report.run.value },
             { "run_name", report.runName },
             { "request", report.request },
             { "protocol", report.protocol },
             { "created_at", report.createdAt },
             { "cut", report.cut },
             { "first_token", report.firstToken },
             { "predictions", std::move(predictions) },
             { "layers", report.layers },
             { "distance", std::move(distance) },
             { "pieces", std::move(pieces) } };
}

Result<TokenReport> tokenReportFromJson(const Json& json)
{
    const auto schema = jsonValue<int>(json, "schema", 0);
    if (schema > TokenReport::schemaVersion)
        return unsupported("The token comparison has version " + std::to_string(schema)
                           + ", this program reads up to version "
                           + std::to_string(TokenReport::schemaVersion) + "; update the program.");
    constexpr const char* damaged
        = "The token comparison of this run is damaged; compare the tokens again.";
    if (schema < 1)
        return badInput(damaged);
    try {
        TokenReport report = parsed(json);
        if (report.layers < 1 || report.predictions.empty()
            || report.distance.size()
                != static_cast<std::size_t>(report.layers) * report.predictions.size())
            return badInput(damaged);
        return report;
    } catch (const Json::exception& exception) {
        return badInput(damaged, exception.what());
    }
}

std::optional<int> divergenceLayer(const TokenReport& report, std::size_t prediction,
                                   double threshold)
{
    for (int layer = 0; layer < report.layers; ++layer)
        if (report.distanceAt(layer, prediction) > threshold)
            return layer;
    return {};
}

std::vector<std::size_t> worstPredictions(const TokenReport& report)
{
    std::vector<std::size_t> order(report.predictions.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(order.begin(), order.end(), [&report](std::size_t a, std::size_t b) {
        return report.predictions[a].kl > report.predictions[b].kl;
    });
    return order;
}

std::filesystem::path tokenReportFile(const std::filesystem::path& project, RunId run)
{
    return project / "runs" / ("r" + std::to_string(run.value)) / "tokens.json";
}

std::string readablePiece(const std::string& bytes)
{
    std::string text;
    for (std::string_view rest = bytes; !rest.empty();) {
        const std::size_t length = characterLength(rest);
        if (length > 0) {
            text += rest.substr(0, length);
        } else {
            char escape[16];
            std::snprintf(escape, sizeof escape, "‹%02X›", static_cast<unsigned char>(rest[0]));
            text += escape;
        }
        rest.remove_prefix(std::max<std::size_t>(1, length));
    }
    return text;
}

} // namespace schmidt
