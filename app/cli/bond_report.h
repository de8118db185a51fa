// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/analysis_result.h"
#include "cli/console.h"

#include <CLI/CLI.hpp>

namespace schmidt::cli {

/// What `bonds` or `spectra --bonds` was asked for.
struct BondArguments {
    bool wanted = false;
    int sites = 2;
    std::string metric = "activation";
    std::int64_t tokens = 8192;
};

/// Whether `spectra --measure` means one of those below.
bool isCorrelationMeasure(const std::string& measure);

/// "bond": the stored two-site bond of a matrix; "units": clustered bins of its layer's MLP units
/// with mean and largest mutual information, bins × bins row-major; "heads": heads × heads;
/// "blocks": its block's row of similarities. Null for any other measure.
Json correlationValue(const TensorSpectrum& spectrum, const AnalysisResult& analysis,
                      const std::string& measure);

/// Bond spectra and truncation table of one tensor, with low rank at equal size. Returns the exit
/// code.
int reportBonds(const CommonOptions& options, const BondArguments& arguments,
                const std::string& tensor, const std::string& workload);

/// Adds --sites, --metric and --tokens.
void addBondOptions(CLI::App& command, BondArguments& arguments);

} // namespace schmidt::cli
