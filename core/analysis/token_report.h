// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/json.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// A token a model thinks likely, with its probability.
struct TokenCandidate {
    std::int32_t id = 0;
    float probability = 0;
    bool operator==(const TokenCandidate&) const = default;
};

/// How baseline and variant predicted one token of a text from all tokens before it.
struct TokenPrediction {
    std::int32_t id = 0; ///< the token that really follows
    float baselineNll = 0, variantNll = 0; ///< -ln p(this token), nat
    float kl = 0; ///< KL(baseline ‖ variant) of the two distributions, nat
    std::vector<TokenCandidate> baselineTop, variantTop; ///< likeliest first
    bool operator==(const TokenPrediction&) const = default;
};

/// A text read token by token by the baseline and by a variant, both on the same true text
/// (teacher-forced), so that the difference at a token means the same before and after the first
/// disagreement.
struct TokenReport {
    static constexpr int schemaVersion = 1;
    /// Candidates kept per token and model.
    static constexpr int candidates = 5;

    RunId run;
    std::string runName;
    Json request = Json::object(); ///< which text: arguments of the job that made the report
    std::string protocol; ///< "311 tokens, no BOS, fp32"
    std::string createdAt; ///< ISO 8601 UTC
    bool cut = false; ///< the text goes on after the last token

    std::int32_t firstToken = 0; ///< nothing predicts it
    std::vector<TokenPrediction> predictions; ///< of the tokens after the first
    int layers = 0;
    /// |h_baseline - h_variant| / |h_baseline| of the residual stream after each block, where the
    /// prediction is made: [layers, predictions] row-major, in [0, ∞).
    std::vector<float> distance;
    /// Text of every token id above; a byte that is no whole character is written "‹E2›".
    std::map<std::int32_t, std::string> pieces;

    float distanceAt(int layer, std::size_t prediction) const
    {
        return distance[static_cast<std::size_t>(layer) * predictions.size() + prediction];
    }
    /// Text of a token id; empty for one the report does not know.
    const std::string& piece(std::int32_t id) const;
    bool operator==(const TokenReport&) const = default;
};

/// JSON with four significant digits for every number that was computed.
Json toJson(const TokenReport& report);
/// Errors: BadInput (wrong types or sizes), Unsupported (newer schema version, with both named).
Result<TokenReport> tokenReportFromJson(const Json& json);

/// First layer where the streams of a prediction differ by more than `threshold`; empty when none.
std::optional<int> divergenceLayer(const TokenReport& report, std::size_t prediction,
                                   double threshold);

/// Predictions by falling KL, equal ones in text order.
std::vector<std::size_t> worstPredictions(const TokenReport& report);

/// Where a project keeps the newest report on a run.
std::filesystem::path tokenReportFile(const std::filesystem::path& project, RunId run);

/// The bytes of a token as text: what is no whole UTF-8 character is written "‹E2›" byte by byte.
std::string readablePiece(const std::string& bytes);

} // namespace schmidt
