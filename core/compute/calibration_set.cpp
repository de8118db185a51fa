// SPDX-License-Identifier: Apache-2.0
#include "compute/calibration_set.h"

#include "base/hash.h"
#include "compute/vocabulary_view.h"
#include "engine/transformer.h"
#include "pipeline/token_sets.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace schmidt {

namespace {

    /// Tokens of one sampled text; two of them fill a window. Shorter texts sample faster, since
    /// more of them fit the cache and attention is shorter.
    constexpr std::int64_t sampledLength = calibrationWindow / 2;

    /// Share of the statistics that the workload's own text has where sampled text fills up.
    constexpr double workloadShare = 0.8;

    std::string tokenBytes(const TokenWindows& windows)
    {
        return { reinterpret_cast<const char*>(windows.tokens.data()),
                 windows.tokens.size() * sizeof(std::int32_t) };
    }

    Result<TokenWindows> sampledWindows(ProjectSession& session, const Workload& workload,
                                        std::int64_t count, std::uint64_t seed,
                                        const WorkContext& context)
    {
        SCHMIDT_TRY(const std::string modelHash, session.modelHash(context.cancel));
        const std::string key
            = fmt::format("samples-512:{}:{}:{}:{}", modelHash, workload.hash, count, seed);
        SCHMIDT_TRY(const auto cached, session.ledger().cache(key));
        if (cached) {
            SCHMIDT_TRY(const std::string bytes, session.ledger().object(*cached));
            TokenWindows windows { calibrationWindow,
                                   std::vector<std::int32_t>(bytes.size() / sizeof(std::int32_t)) };
            std::memcpy(windows.tokens.data(), bytes.data(),
                        windows.tokens.size() * sizeof(std::int32_t));
            return windows;
        }
        SCHMIDT_TRY(const auto tokenizer, session.tokenizer());
        SamplingOptions options;
        options.sequences = count * calibrationWindow / sampledLength;
        options.length = sampledLength;
        options.seed = seed;
        for (const std::string& prompt : workload.prompts)
            options.prompts.push_back(chatTokens(*tokenizer, prompt));
        SCHMIDT_TRY(const auto model,
                    TransformerModel::load(*session.source(), Precision::Auto, context));
        SCHMIDT_TRY(TokenWindows windows, sampleSequences(*model, options, context));
        windows.length = calibrationWindow;
        SCHMIDT_TRY(const std::string hash, session.ledger().putObject(tokenBytes(windows)));
        SCHMIDT_CHECK(session.ledger().setCache(key, hash));
        return windows;
    }

    /// Windows of a text by what they serve.
    struct Division {
        std::vector<std::int64_t> probe, calibration;
    };

    /// The probe takes windows from all over the text and no more than a quarter of it.
    Division divided(const std::vector<std::int32_t>& text)
    {
        static_assert(probeWindow == calibrationWindow);
        const std::int64_t windows = static_cast<std::int64_t>(text.size()) / calibrationWindow;
        Division division;
        division.probe = spreadIndices(std::min(probeWindows, windows / 4), windows);
        for (std::int64_t index = 0; index < windows; ++index)
            if (!std::binary_search(division.probe.begin(), division.probe.end(), index))
                division.calibration.push_back(index);
        return division;
    }

    /// Calibration windows that a text fills beside the probe.
    std::int64_t textWindows(const std::vector<std::int32_t>& text)
    {
        return static_cast<std::int64_t>(divided(text).calibration.size());
    }

    /// Sampled text in the tokens of a view, cut to `count` windows. A smaller vocabulary writes
    /// the same text in more tokens, so there is always enough.
    TokenWindows inTokensOf(const ModelView& view, const TokenWindows& sampled,
                            const Tokenizer& whole, std::int64_t count)
    {
        const ByteEncoder encoder(view);
        TokenWindows windows { calibrationWindow, {} };
        for (std::int64_t first = 0; first < sampled.size(); first += sampledLength) {
            const auto tokens
                = encoder.encode(bytesOf(whole, sampled.tokens.data() + first,
                                         std::min(sampledLength, sampled.size() - first)),
                                 true);
            windows.tokens.insert(windows.tokens.end(), tokens.begin(), tokens.end());
        }
        windows.tokens.resize(static_cast<std::size_t>(std::min(
            count * calibrationWindow, windows.size() / calibrationWindow * calibrationWindow)));
        return windows;
    }

    /// Windows of sampled text in the tokens of `view` that are missing where the workload's own
    /// text fills `own` of `wanted` windows.
    Result<TokenWindows> missingWindows(ProjectSession& session, const ModelView& view,
                                        const Workload& workload, std::int64_t wanted,
                                        std::int64_t own, std::uint64_t seed,
                                        const WorkContext& context)
    {
        if (!view.trimmed())
            return sampledWindows(session, workload, wanted - own, seed, context);
        // As many as the whole model needs, so that samples known from its analysis serve again.
        SCHMIDT_TRY(const auto whole, session.tokenizer());
        const std::int64_t text = textWindows(encodeDocuments(*whole, workload.calibration));
        SCHMIDT_TRY(const TokenWindows sampled,
                    sampledWindows(session, workload, std::max(wanted - text, wanted - own), seed,
                                   context));
        return inTokensOf(view, sampled, *whole, wanted - own);
    }

} // namespace

Result<CalibrationSet> calibrationSet(ProjectSession& session, const ModelView& view,
                                      const Workload& workload, std::int64_t tokens,
                                      std::uint64_t seed, const WorkContext& context)
{
    const std::vector<std::int32_t> text = encodeDocuments(*view.tokenizer, workload.calibration);
    const std::int64_t wanted = std::max(tokens / calibrationWindow, std::int64_t { 1 });

    const Division division = divided(text);
    if (division.probe.empty())
        return badInput(fmt::format(
            "The calibration text of workload \"{}\" has only {} tokens; at least {} are "
            "needed.",
            workload.id, text.size(), 4 * probeWindow));
    CalibrationSet set;
    set.hash = workload.hash;
    set.probe.length = probeWindow;
    appendWindows(set.probe, text, division.probe);
    set.calibration.length = calibrationWindow;
    std::vector<std::int64_t> chosen;
    for (const std::int64_t index :
         spreadIndices(wanted, static_cast<std::int64_t>(division.calibration.size())))
        chosen.push_back(division.calibration[static_cast<std::size_t>(index)]);
    appendWindows(set.calibration, text, chosen);
    set.training.length = calibrationWindow;
    appendWindows(set.training, text, division.calibration);
    set.training.leading = set.training.count();
    const std::int64_t own = set.calibration.count();
    set.workloadTokens = set.calibration.size();
    if (own < wanted) {
        SCHMIDT_TRY(const TokenWindows sampled,
                    missingWindows(session, view, workload, wanted, own, seed, context));
        set.calibration.tokens.insert(set.calibration.tokens.end(), sampled.tokens.begin(),
                                      sampled.tokens.end());
        set.training.tokens.insert(set.training.tokens.end(), sampled.tokens.begin(),
                                   sampled.tokens.end());
        set.sampledTokens = sampled.size();
        set.calibration.leading = own;
        constexpr double share = workloadShare;
        set.calibration.leadingWeight = own == 0
            ? 1
            : std::max(1.0,
                       share / (1 - share) * static_cast<double>(wanted - own)
                           / static_cast<double>(own));
    }
    return set;
}

std::int64_t trainingTokens(std::int64_t tokens)
{
    // A model of 27 MB was best after the twelfth time over 16 k tokens (0.903 nat) and after the
    // eighth over 35 k (0.863 nat), and got worse from then on. How fast a machine heals is guessed
    // low, so it goes over the text about twice as often as this says.
    constexpr std::int64_t timesOver = 4, most = 256 * calibrationWindow;
    return std::min(tokens / timesOver, most);
}

Result<void> lengthenTraining(ProjectSession& session, const ModelView& view,
                              const Workload& workload, std::int64_t tokens, std::uint64_t seed,
                              CalibrationSet& set, const WorkContext& context)
{
    const std::int64_t wanted = trainingTokens(tokens) / calibrationWindow,
                       there = set.training.count();
    if (wanted <= there)
        return {};
    // Another seed than that of the calibration, whose samples are there already.
    SCHMIDT_TRY(const TokenWindows sampled,
                missingWindows(session, view, workload, wanted, there, seed + 1, context));
    set.training.tokens.insert(set.training.tokens.end(), sampled.tokens.begin(),
                               sampled.tokens.end());
    return {};
}

} // namespace schmidt
