// SPDX-License-Identifier: Apache-2.0
#include "pipeline/child_process.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace schmidt {

namespace fs = std::filesystem;

fs::path commandLineProgram()
{
    if (const char* named = std::getenv("SCHMIDT_CLI"); named && *named)
        return named;
    std::error_code status;
    return fs::read_symlink("/proc/self/exe", status);
}

namespace {

    /// Reads until the child closes its end; asks `cancel` ten times a second.
    bool readAll(int descriptor, std::string& output, const CancelToken& cancel)
    {
        std::array<char, 65536> buffer;
        while (true) {
            if (cancel.cancelled())
                return false;
            pollfd entry { descriptor, POLLIN, 0 };
            const int ready = ::poll(&entry, 1, 100);
            if (ready < 0 && errno != EINTR)
                return true;
            if (ready <= 0)
                continue;
            const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
            if (count <= 0)
                return true;
            output.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }

} // namespace

Result<std::string> runChild(const fs::path& program, const std::vector<std::string>& arguments,
                             const CancelToken& cancel)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return outOfResources("Cannot start a helper process.", std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string programText = program.string();
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers { programText.data() };
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    const int failure
        = ::posix_spawn(&child, programText.c_str(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failure != 0) {
        ::close(ends[0]);
        return internalError("Cannot start " + programText + ".", std::strerror(failure));
    }
    std::string output;
    const bool finished = readAll(ends[0], output, cancel);
    ::close(ends[0]);
    if (!finished)
        ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) { }
    if (!finished)
        return cancelledError();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return internalError(
            fmt::format("{} {} ended with {} {}.", program.filename().string(),
                        arguments.empty() ? "" : arguments.front(),
                        WIFEXITED(status) ? "exit status" : "signal",
                        WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)),
            output);
    return output;
}

} // namespace schmidt
