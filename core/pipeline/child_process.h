// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace schmidt {

/// The schmidt-cli program: the environment variable SCHMIDT_CLI, else the running executable.
std::filesystem::path commandLineProgram();

/// Runs a program to its end and returns what it printed on stdout; stderr passes through. The
/// child is killed when `cancel` is set. Errors: Cancelled, Internal (exit status and last line).
Result<std::string> runChild(const std::filesystem::path& program,
                             const std::vector<std::string>& arguments,
                             const CancelToken& cancel = {});

} // namespace schmidt
