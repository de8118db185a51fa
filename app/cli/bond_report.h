// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"

namespace schmidt::cli {

/// What `spectra --bonds` was asked for.
struct BondArguments {
    bool wanted = false;
    int sites = 2;
    std::string metric = "activation";
    std::int64_t tokens = 8192;
};

/// Bond spectra and truncation table of one tensor, with low rank at equal size. Returns the exit
/// code.
int reportBonds(const CommonOptions& options, const BondArguments& arguments,
                const std::string& tensor, const std::string& workload);

} // namespace schmidt::cli
