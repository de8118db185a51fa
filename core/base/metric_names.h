// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"

#include <string>
#include <string_view>
#include <vector>

namespace schmidt {

/// Keys of the metrics that engine, CLI, GUI and cards share.
namespace metric_names {
    inline constexpr const char* perplexity = "perplexity";
    inline constexpr const char* nll = "nll";
    inline constexpr const char* klMean = "kl_mean";
    inline constexpr const char* klMedian = "kl_median";
    inline constexpr const char* klP99 = "kl_p99";
    inline constexpr const char* sameTop = "same_top";
    inline constexpr const char* lnPplRatio = "ln_ppl_ratio";
    inline constexpr const char* bitsPerByte = "bits_per_byte";
    inline constexpr const char* decodeTokensPerSecond = "decode_tokens_per_second";
    inline constexpr const char* prefillTokensPerSecond = "prefill_tokens_per_second";
    inline constexpr const char* firstTokenSeconds = "first_token_seconds";
    inline constexpr const char* peakMemoryBytes = "peak_memory_bytes";
    inline constexpr const char* kvCacheBytes = "kv_cache_bytes";
    inline constexpr const char* fileBytes = "file_bytes";
    inline constexpr const char* parameters = "parameters";
    inline constexpr const char* blockParameters = "block_parameters";
    inline constexpr const char* joulesPerToken = "joules_per_token";
    inline constexpr const char* joulesPerTokenNet = "joules_per_token_net";
    inline constexpr const char* runtimeKl = "runtime_kl";
    inline constexpr const char* healTokens = "heal_tokens";
    inline constexpr const char* healKlBefore = "heal_kl_before";
    inline constexpr const char* healKlAfter = "heal_kl_after";
    inline constexpr const char* healTokensPerSecond = "heal_tokens_per_second";
    inline constexpr const char* healedKl = "healed_kl"; ///< predicted, as kl_mean after healing
    inline constexpr const char* accuracyPrefix = "accuracy:";
} // namespace metric_names

/// How a metric is shown.
struct MetricInfo {
    const char* name;
    const char* title; ///< English; the GUI translates it
    const char* unit;
    Better better;
};

/// All known metrics in display order. Names with a suffix after ":" share their prefix's entry.
inline const std::vector<MetricInfo>& metricCatalogue()
{
    static const std::vector<MetricInfo> catalogue {
        { metric_names::perplexity, "perplexity", "", Better::Lower },
        { metric_names::klMean, "KL to baseline, mean", "nat", Better::Lower },
        { metric_names::klMedian, "KL to baseline, median", "nat", Better::Lower },
        { metric_names::klP99, "KL to baseline, 99th percentile", "nat", Better::Lower },
        { metric_names::sameTop, "same top token", "%", Better::Higher },
        { metric_names::lnPplRatio, "ln perplexity ratio", "nat", Better::Lower },
        { metric_names::bitsPerByte, "bits per byte", "bit", Better::Lower },
        { metric_names::nll, "negative log-likelihood", "nat", Better::Lower },
        { metric_names::runtimeKl, "KL added by the runtime", "nat", Better::Lower },
        { metric_names::healKlBefore, "held-out KL before healing", "nat", Better::Lower },
        { metric_names::healKlAfter, "held-out KL after healing", "nat", Better::Lower },
        { metric_names::healTokens, "tokens healed on", "", Better::Neither },
        { metric_names::healTokensPerSecond, "healing speed", "tok/s", Better::Neither },
        { metric_names::healedKl, "KL after healing", "nat", Better::Lower },
        { "accuracy", "accuracy", "%", Better::Higher },
        { metric_names::decodeTokensPerSecond, "decode", "1/s", Better::Higher },
        { metric_names::prefillTokensPerSecond, "prefill", "1/s", Better::Higher },
        { metric_names::firstTokenSeconds, "first token, median", "s", Better::Lower },
        { "inter_token_seconds_p90", "time between tokens, 90th percentile", "s", Better::Lower },
        { metric_names::peakMemoryBytes, "peak memory", "B", Better::Lower },
        { "resident_memory_bytes", "resident memory", "B", Better::Lower },
        { metric_names::kvCacheBytes, "KV cache", "B", Better::Lower },
        { metric_names::joulesPerToken, "energy per token", "J", Better::Lower },
        { metric_names::joulesPerTokenNet, "energy per token above idle", "J", Better::Lower },
        { metric_names::fileBytes, "file", "B", Better::Lower },
        { metric_names::parameters, "parameters", "", Better::Lower },
        { metric_names::blockParameters, "block parameters", "", Better::Lower },
    };
    return catalogue;
}

/// The entry of a metric name, its suffix ignored; nullptr when unknown.
inline const MetricInfo* metricInfo(std::string_view name)
{
    const auto prefix = name.substr(0, name.find(':'));
    for (const MetricInfo& info : metricCatalogue())
        if (prefix == info.name)
            return &info;
    return nullptr;
}

} // namespace schmidt
