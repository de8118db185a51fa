// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/job.h"

#include <functional>
#include <string>

namespace schmidt::cli {

/// Options every command has.
struct CommonOptions {
    bool json = false;
    int threads = 0;
    std::uint64_t seed = 1;
    std::string project;
};

/// Cancelled by Ctrl+C; shared by everything the command runs.
const CancelToken& interruptToken();

/// Prints an error as one sentence (or as {"error": …} with --json) and returns its exit code.
int fail(const CommonOptions& options, const Error& error);

/// Prints a result: JSON as it is, otherwise through `print`. Returns 0.
int succeed(const CommonOptions& options, const Json& result,
            const std::function<void(const Json&)>& print);

/// Runs a job in this process with a progress line on stderr (a bar on a terminal, plain lines
/// otherwise), then prints its summary. Returns the exit code.
int runJobCommand(const CommonOptions& options, const JobSpec& spec,
                  const std::function<void(const Json&)>& print);

/// The same without printing the summary; errors are returned.
Result<Json> runJobQuietly(const CommonOptions& options, const JobSpec& spec);

/// The job the GUI starts: events as JSON lines on stdout; "cancel" on stdin (or its end, when it
/// is a pipe) stops the work.
int runJobProcess(const std::string& specFile);

} // namespace schmidt::cli
