// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "ui/plots/pareto_plot.h"

#include <vector>

namespace schmidt {

class Workspace;

/// The finished variants of the open project with size and KL, as the size-quality plot wants them.
std::vector<ParetoRun> measuredRunPoints(const Workspace& workspace);

} // namespace schmidt
