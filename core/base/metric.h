// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>

namespace schmidt {

/// Where a number came from.
enum class Provenance { Measured, Predicted, Imported, Estimated, Absent };

/// Which direction of change is an improvement.
enum class Better { Lower, Higher, Neither };

/// A number that may be shown: value, unit, uncertainty, sample size and origin in one.
struct Metric {
    std::string name; ///< stable key, e.g. "perplexity", "kl_mean", "decode_tokens_per_second"
    std::string unit; ///< SI or field unit: "nat", "B", "s", "1/s", "J", "%", "" for pure numbers
    std::optional<double> value = {};
    std::optional<double> uncertainty
        = {}; ///< one standard error, or half the 90 % band if predicted
    std::int64_t n = 0; ///< sample size; 0 when the notion does not apply
    Provenance provenance = Provenance::Absent;
    Better better = Better::Neither;
    std::string protocol = {}; ///< how it was obtained, one line
    std::string absentReason = {}; ///< why there is no value

    bool present() const { return value.has_value(); }
};

/// A metric without value and the reason why.
Metric absentMetric(std::string name, std::string unit, std::string reason);

/// One-character mark of provenance: ● measured, ○ predicted, ◇ imported, ~ estimated, — absent.
std::string provenanceMark(Provenance provenance);

/// Stable JSON name of a provenance ("measured").
std::string provenanceName(Provenance provenance);

Json toJson(const Metric& metric);

/// Errors: BadInput when a field has the wrong type.
Result<Metric> metricFromJson(const Json& json);

/// A value with `digits` significant figures and no trailing exponent for ordinary sizes;
/// C locale: "12.7", "0.0121", "1 234 567" is written "1234567".
std::string formatNumber(double value, int digits = 3);

/// Bytes with a decimal unit: "68.0 MB", "1.10 GB".
std::string formatBytes(double bytes);

/// A count: all digits where they are few, else four of them with a decimal prefix: "134.5 M".
std::string formatCount(double count);

/// A value as its unit asks for, without the unit (except for bytes): formatBytes() for "B",
/// formatCount() for counts, else formatNumber().
std::string formatInUnit(double value, const std::string& unit);

/// The unit a metric is best read in, and what turns its values into it: seconds below one are read
/// as ms, below a thousandth as µs; everything else as it is.
struct ShownUnit {
    double factor = 1;
    std::string unit;
};
ShownUnit shownUnit(const Metric& metric);

/// Value, uncertainty and unit as text: "12.7 ± 0.1 nat"; "n/a (reason)" when absent.
std::string formatMetric(const Metric& metric);

} // namespace schmidt
