// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include <clocale>

int main(int argc, char** argv)
{
    std::setlocale(LC_ALL, "C");
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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : 2;
    }
    return action ? action() : 2;
}
