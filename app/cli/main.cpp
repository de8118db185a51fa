// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

/// Parses the command and runs it; returns the exit code.
int run(int argc, char** argv)
{
    using namespace schmidt::cli;
    CLI::App app { "Compress language models: analyze, plan, compress, measure, export.",
                   "schmidt-cli" };
    app.require_subcommand(1);
    CommonOptions options;
    Action action;
    addJobCommands(app, options, action);
    addRecipeCommands(app, options, action);
    addLedgerCommands(app, options, action);
    addToolCommands(app, options, action);
    const std::string first = argc > 1 ? argv[1] : "-";
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    if (!first.starts_with('-')
        && std::none_of(commands.begin(), commands.end(),
                        [&first](const CLI::App* command) { return command->check_name(first); })) {
        std::cerr << "schmidt-cli: There is no command \"" << first
                  << "\"; schmidt-cli --help lists them.\n";
        return 2;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : 2;
    }
    return action ? action() : 2;
}

} // namespace

int main(int argc, char** argv)
{
    std::setlocale(LC_ALL, "C");
    // Threads of OpenMP that wait for each other give their core back. Spinning, the default, makes
    // runs several times slower as soon as anything else uses the machine: a second job, a
    // compiler. It is read when the engine's library is opened.
    setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
    const int status = run(argc, argv);
    std::cout.flush();
    std::fflush(nullptr);
    // Everything that matters is closed; LibTorch would take a tenth of a second to unregister what
    // the process takes with it anyway.
    std::quick_exit(status);
}
