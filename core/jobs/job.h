// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "base/metric.h"
#include "base/progress.h"

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace schmidt {

/// What a child process can be asked to do.
enum class JobKind {
    Analyze,
    Bonds,
    Compress,
    Search,
    Evaluate,
    Bench,
    Export,
    Tasks,
    Generate,
    Card,
    Inspect,
    Locate,
    Tokens
};

std::string jobKindName(JobKind kind); ///< "analyze"
std::optional<JobKind> jobKindFromName(const std::string& name);

/// A complete, repeatable request: all a child process needs. `arguments` uses the long option
/// names of the CLI command of the same name, so a spec and a command line say the same.
struct JobSpec {
    static constexpr int schemaVersion = 1;
    JobKind kind = JobKind::Analyze;
    std::filesystem::path project;
    Json arguments = Json::object();
    int threads = 0; ///< 0 = all cores
    std::uint64_t seed = 1;
};

Json toJson(const JobSpec& spec);
Result<JobSpec> jobSpecFromJson(const Json& json);

/// The command line that would repeat a job: "schmidt-cli compress --project P --recipe …", quoted
/// for a POSIX shell. Keys become long options ('_' turns into '-'), arrays repeated options, true
/// a flag, objects inline JSON; the model of analyze, inspect and generate is positional. Defaults
/// of threads and seed are left out.
std::string commandLine(const JobSpec& spec);

/// One line of a job's event stream.
struct JobEvent {
    enum class Type {
        Started,
        Stage,
        Progress,
        Partial,
        Metric,
        Log,
        Artifact,
        Done,
        Failed
    } type
        = Type::Log;
    Json data = Json::object();
};

/// JSON line without the newline: {"event":"progress","stage":"svd","done":3,"total":210,…}. Fields
/// by event: started title, process, stages[id, title, weight]; stage stage; progress stage, done,
/// total, unit, item; partial kind, payload; metric those of toJson(Metric); log level, text;
/// artifact kind, path; done summary; failed code, message, detail.
std::string toLine(const JobEvent& event);
/// Errors: BadInput for a line that is no event.
Result<JobEvent> eventFromLine(const std::string& line);

/// Sends events somewhere; safe to call from any thread. Progress is throttled to ten a second
/// per stage; first and last of a stage always pass. `done` and `failed` are the last event; the
/// sink is called by one thread at a time, must not call back, and is not called after destruction.
class EventWriter {
public:
    using Sink = std::function<void(const JobEvent&)>;
    explicit EventWriter(Sink sink);
    ~EventWriter();

    /// Stages with their share of the whole work (weights need not add up to 1).
    struct StageWeight {
        std::string id;
        std::string title; ///< English; the GUI translates by id
        double weight = 1;
    };
    void started(const std::string& title, const std::vector<StageWeight>& stages);
    void stage(const std::string& id);
    void progress(const Progress& progress);
    /// A result that is ready before the job ends; `payload` is self-contained.
    void partial(const std::string& kind, Json payload);
    void metric(const Metric& metric);
    void log(const std::string& level, const std::string& text);
    void artifact(const std::string& kind, const std::filesystem::path& path);
    void done(Json summary);
    void failed(const Error& error);

    /// Context whose progress goes into the current stage.
    WorkContext context(const CancelToken& cancel);

private:
    struct State;
    std::shared_ptr<State> m_state;
};

/// Remaining time of a job from its events: weighted stages, rate within the stage, a range until
/// enough units are done.
class EtaEstimator {
public:
    void feed(const JobEvent& event, double secondsSinceStart);
    /// Share done of the whole job, 0 … 1.
    double fraction() const;
    struct Range {
        double lowSeconds = 0, highSeconds = 0;
    };
    /// Empty while nothing can be said.
    std::optional<Range> remaining(double secondsSinceStart) const;

private:
    void enterStage(const std::string& id, double secondsSinceStart);
    void countUnits(std::int64_t done, std::int64_t total, double secondsSinceStart);

    std::vector<EventWriter::StageWeight> m_stages;
    std::string m_stage;
    double m_before = 0, m_weight = 0, m_inside = 0;
    double m_stageStart = 0;
    std::int64_t m_unitsDone = 0; ///< since the first count of this stage
    std::int64_t m_lastDone = -1, m_total = 0;
    double m_lastTime = 0, m_secondsPerUnit = 0;
    double m_highest = 0; ///< the bar never runs backwards
    bool m_finished = false;
};

} // namespace schmidt
