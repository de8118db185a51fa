// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include "pipeline/pipeline.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <mutex>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace schmidt::cli {

namespace {

    using Clock = std::chrono::steady_clock;

    extern "C" void onInterrupt(int)
    {
        interruptToken().cancel();
    }

    /// Draws progress on stderr as events arrive.
    class ProgressPrinter {
    public:
        ProgressPrinter()
            : m_terminal(::isatty(STDERR_FILENO))
            , m_start(Clock::now())
        {
        }

        void handle(const JobEvent& event)
        {
            const std::lock_guard lock(m_mutex);
            m_eta.feed(event, elapsed());
            switch (event.type) {
            case JobEvent::Type::Stage:
                m_stage = jsonValue<std::string>(event.data, "stage", {});
                draw({});
                break;
            case JobEvent::Type::Progress:
                draw(fmt::format("{}/{} {} {}", jsonValue<std::int64_t>(event.data, "done", 0),
                                 jsonValue<std::int64_t>(event.data, "total", 0),
                                 jsonValue<std::string>(event.data, "unit", {}),
                                 jsonValue<std::string>(event.data, "item", {})));
                break;
            case JobEvent::Type::Log:
                clear();
                std::fprintf(stderr, "%s: %s\n",
                             jsonValue<std::string>(event.data, "level", "info").c_str(),
                             jsonValue<std::string>(event.data, "text", {}).c_str());
                break;
            case JobEvent::Type::Done:
            case JobEvent::Type::Failed:
                clear();
                break;
            default:
                break;
            }
        }

    private:
        double elapsed() const
        {
            return std::chrono::duration<double>(Clock::now() - m_start).count();
        }

        void clear()
        {
            if (m_terminal)
                std::fputs("\r\033[K", stderr);
        }

        void draw(const std::string& detail)
        {
            std::string eta;
            if (const auto range = m_eta.remaining(elapsed()))
                eta = fmt::format(", {:.0f}-{:.0f} s left", range->lowSeconds, range->highSeconds);
            const double fraction = m_eta.fraction();
            if (m_terminal) {
                const int filled = static_cast<int>(fraction * 24);
                std::fprintf(stderr, "\r\033[K[%s%s] %3.0f %%  %s %s%s",
                             std::string(filled, '#').c_str(),
                             std::string(24 - filled, '.').c_str(), 100 * fraction, m_stage.c_str(),
                             detail.c_str(), eta.c_str());
                std::fflush(stderr);
                return;
            }
            // Plain lines, at most one every two seconds, for logs.
            if (!detail.empty() && elapsed() - m_lastLine < 2)
                return;
            m_lastLine = elapsed();
            std::fprintf(stderr, "%3.0f %% %s %s%s\n", 100 * fraction, m_stage.c_str(),
                         detail.c_str(), eta.c_str());
        }

        bool m_terminal;
        Clock::time_point m_start;
        double m_lastLine = -10;
        std::string m_stage;
        EtaEstimator m_eta;
        std::mutex m_mutex;
    };

} // namespace

const CancelToken& interruptToken()
{
    static const CancelToken token;
    return token;
}

int fail(const CommonOptions& options, const Error& error)
{
    if (options.json)
        std::cout << dumpJson({ { "error",
                                  { { "code", errorCodeName(error.code) },
                                    { "message", error.message },
                                    { "detail", error.detail } } } })
                  << std::endl;
    std::fprintf(stderr, "schmidt-cli: %s\n", error.message.c_str());
    if (!error.detail.empty() && error.code == ErrorCode::Internal)
        std::fprintf(stderr, "  %s\n", error.detail.c_str());
    return exitCode(error.code);
}

int succeed(const CommonOptions& options, const Json& result,
            const std::function<void(const Json&)>& print)
{
    if (options.json)
        std::cout << dumpJson(result, 1) << std::endl;
    else if (print)
        print(result);
    return 0;
}

Result<Json> runJobQuietly(const CommonOptions& options, const JobSpec& spec)
{
    (void)options;
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    ProgressPrinter printer;
    EventWriter events([&printer](const JobEvent& event) { printer.handle(event); });
    return runJob(spec, events, interruptToken());
}

int runJobCommand(const CommonOptions& options, const JobSpec& spec,
                  const std::function<void(const Json&)>& print)
{
    const auto outcome = runJobQuietly(options, spec);
    if (!outcome.ok())
        return fail(options, outcome.error());
    return succeed(options, *outcome, print);
}

namespace {

    /// Watches stdin for "cancel"; runs until the process ends, so it is detached.
    void watchStandardInput(const CancelToken& cancel)
    {
        struct stat status { };
        const bool pipe = ::fstat(STDIN_FILENO, &status) == 0
            && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
        std::thread([cancel, pipe] {
            std::string line;
            while (std::getline(std::cin, line))
                if (line == "cancel")
                    cancel.cancel();
            if (pipe)
                cancel.cancel();
        }).detach();
    }

} // namespace

int runJobProcess(const std::string& specFile)
{
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    EventWriter events([](const JobEvent& event) {
        const std::string line = toLine(event) + "\n";
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
    });
    const auto json = readJsonFile(specFile);
    const auto spec = json.ok() ? jobSpecFromJson(*json) : Result<JobSpec>(json.error());
    if (!spec.ok()) {
        events.failed(spec.error());
        return exitCode(spec.error().code);
    }
    watchStandardInput(interruptToken());
    const auto outcome = runJob(*spec, events, interruptToken());
    std::fflush(stdout);
    // The stdin watcher may still be blocked in a read; leaving without unwinding is what ends it.
    std::_Exit(outcome.ok() ? 0 : exitCode(outcome.error().code));
}

} // namespace schmidt::cli
