// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// What a wall meter's time column counts from.
enum class MeterClock {
    Absolute, ///< since 1970, or dates with their time zone
    Local, ///< dates without a zone
    Relative ///< seconds since the meter was started
};

/// Power drawn at the wall over time.
struct PowerTrace {
    std::vector<double> seconds; ///< of the meter's clock, ascending; dates as if in UTC
    std::vector<double> watts; ///< from this sample to the next
    MeterClock clock = MeterClock::Absolute;
    double period() const; ///< median distance of the samples, s
};

/// Reads a meter's CSV: a time column (ISO 8601, seconds or milliseconds since 1970, or seconds)
/// and a column of power (W, mW, kW) or of energy so far (Wh, kWh, J), found by their headers;
/// separators comma, semicolon or tab, decimal point or comma. Errors: BadInput naming what is
/// missing and which columns are there.
Result<PowerTrace> readPowerTrace(const std::string& csv);

/// A time in which something ran, seconds since 1970 of this machine's clock.
struct BusySpan {
    double begin = 0, end = 0;
};

/// How a meter's clock lies to this machine's: machine time = meter time + offset.
struct ClockAlignment {
    double offset = 0; ///< s
    double correlation = 0; ///< of the power with "something runs", 1 = explains it all
};

/// Finds the offset at which the steps of the load lie over the spans, by the correlation of the
/// power with their indicator; all spans must lie inside the trace. Clocks set by somebody are
/// searched within ten minutes, local ones within a day more, relative ones everywhere. Errors:
/// BadInput when no offset covers the spans, when the power does not follow them, or when two
/// places far apart fit equally well.
Result<ClockAlignment> alignClock(const PowerTrace& trace, const std::vector<BusySpan>& spans);

/// Energy of some of the spans.
struct WallEnergy {
    double gross = 0; ///< J
    double net = 0; ///< J above the idle power
    double error = 0; ///< J, one standard error: what the meter's period leaves open at the edges
    double idleWatts = 0; ///< median outside of all spans
};

/// Integrates the power over `own`; idle is what the meter shows outside of `all`. Errors: BadInput
/// when the trace does not cover `own` or shows no idle time.
Result<WallEnergy> wallEnergy(const PowerTrace& trace, double offset,
                              const std::vector<BusySpan>& all, const std::vector<BusySpan>& own);

} // namespace schmidt
