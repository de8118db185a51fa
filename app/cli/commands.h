// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"

#include <CLI/CLI.hpp>
#include <functional>

namespace schmidt::cli {

/// What a parsed command does; returns the exit code.
using Action = std::function<int()>;

/// Each function adds its commands to `app` and stores the chosen one's action in `action`.
void addJobCommands(CLI::App& app, CommonOptions& options, Action& action);
void addRecipeCommands(CLI::App& app, CommonOptions& options, Action& action);
void addLedgerCommands(CLI::App& app, CommonOptions& options, Action& action);
void addToolCommands(CLI::App& app, CommonOptions& options, Action& action);

/// A subcommand with the options every command has.
CLI::App* addCommand(CLI::App& app, CommonOptions& options, const std::string& name,
                     const std::string& help, bool needsProject);

/// The comparison of runs as a table on stdout.
int printComparison(const CommonOptions& options, const std::vector<std::string>& runs,
                    const std::string& format, bool differencesOnly);

/// The main job on the default model, start to end.
int runDemo(CommonOptions options, const std::string& folder, std::int64_t tokens);

} // namespace schmidt::cli
