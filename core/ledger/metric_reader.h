// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"

#include <string_view>

namespace schmidt {

/// Reads the text of toJson(Metric) without building a JSON tree, which long run lists would spend
/// most of their time on; gives what metricFromJson() gives. False when the text is no metric.
bool readMetric(std::string_view text, Metric& metric);

} // namespace schmidt
