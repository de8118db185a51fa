// SPDX-License-Identifier: Apache-2.0
#include "base/hardware_threads.h"
#include "base/metric_names.h"
#include "measure/energy.h"
#include "measure/latency.h"
#include "pipeline/job_steps.h"
#include "pipeline/measured_runtime.h"
#include "pipeline/pipeline.h"
#include "pipeline/wall_meter_import.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <thread>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// A condition that speeds are measured under besides the usual one.
    struct SweepPoint {
        std::string suffix; ///< of metric names: ":d512", ":np4", ":t1"
        RuntimeProtocol protocol;
    };

    /// Conditions that the job names, or usual ones where it only asks for a sweep: longer
    /// contexts, several texts at once, fewer threads.
    Result<std::vector<SweepPoint>>
    sweepPoints(const JobContext& job, const RuntimeProtocol& protocol, std::int64_t contextLength)
    {
        const auto list = [&job](const char* key) {
            return jsonValue<std::vector<int>>(job.spec.arguments, key, {});
        };
        std::vector<int> depths = list("depths"), sequences = list("sequences"),
                         threads = list("thread_counts");
        const auto fits = [&](std::int64_t depth) {
            return depth + std::max(protocol.prefillTokens, protocol.decodeTokens) <= contextLength;
        };
        if (job.flag("sweep") && depths.empty() && sequences.empty() && threads.empty()) {
            depths = { 512, 1536 };
            std::erase_if(depths, [&](int depth) { return !fits(depth); });
            sequences = { 2, 4 };
            for (int count = 1; count < hardwareThreads(); count *= 2)
                threads.push_back(count);
        }
        std::vector<SweepPoint> points;
        const auto add = [&](const char* name, int value, int RuntimeProtocol::*field) {
            points.push_back({ fmt::format(":{}{}", name, value), protocol });
            points.back().protocol.*field = value;
        };
        for (const int depth : depths) {
            if (depth < 1 || !fits(depth))
                return usageError(fmt::format(
                    "A depth of {} and the {} tokens measured there do not fit the model's context "
                    "of {}.",
                    depth, std::max(protocol.prefillTokens, protocol.decodeTokens), contextLength));
            add("d", depth, &RuntimeProtocol::depth);
        }
        for (const int count : sequences) {
            add("np", count, &RuntimeProtocol::sequences);
            points.back().protocol.prefillTokens = 1; // prompts are not told of there
        }
        for (const int count : threads)
            add("t", count, &RuntimeProtocol::threads);
        constexpr int most = 256; // that llama.cpp keeps apart
        const auto outside = [](int count) { return count < 1 || count > most; };
        if (std::any_of(sequences.begin(), sequences.end(), outside)
            || std::any_of(threads.begin(), threads.end(), outside))
            return usageError("Numbers of texts at once and of threads are 1 to 256.");
        return points;
    }

    struct Measured {
        RunRecord run;
        fs::path path; ///< what the runtime reads
        std::string version; ///< of the runtime
        RuntimeSamples samples; ///< of all rounds together; memory of the largest
        std::vector<BusySpan> spans; ///< when its processes ran
        double joules = 0;
        std::int64_t tokens = 0;
        bool energyKnown = false;
        std::string energyReason;
    };

    void append(std::vector<double>& into, const std::vector<double>& values)
    {
        into.insert(into.end(), values.begin(), values.end());
    }

    double secondsSince1970()
    {
        return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    }

    /// Leaves the machine alone, so that a meter at the wall sees what it draws without load.
    Result<void> rest(std::int64_t seconds, const CancelToken& cancel)
    {
        using std::chrono::steady_clock;
        const auto end = steady_clock::now() + std::chrono::seconds(seconds);
        while (steady_clock::now() < end) {
            if (cancel.cancelled())
                return cancelledError();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return {};
    }

    /// Adds one measurement to the entry.
    Result<void> measureOnce(Measured& entry, MeasuredRuntime runtime,
                             const RuntimeProtocol& protocol, const CancelToken& cancel)
    {
        EnergyMeter meter;
        meter.start();
        const double begin = secondsSince1970();
        SCHMIDT_TRY(const ProcessSamples found,
                    measureInProcess(runtime, entry.path, protocol, cancel));
        entry.spans.push_back({ begin, secondsSince1970() });
        const Metric energy = meter.stop();
        const RuntimeSamples& samples = found.samples;
        append(entry.samples.prefillSeconds, samples.prefillSeconds);
        append(entry.samples.decodeSeconds, samples.decodeSeconds);
        append(entry.samples.firstTokenSeconds, samples.firstTokenSeconds);
        append(entry.samples.interTokenSeconds, samples.interTokenSeconds);
        entry.samples.residentBytes = std::max(entry.samples.residentBytes, samples.residentBytes);
        entry.samples.peakBytes = std::max(entry.samples.peakBytes, samples.peakBytes);
        entry.samples.kvBytes = std::max(entry.samples.kvBytes, samples.kvBytes);
        entry.samples.fileBytes = std::max(entry.samples.fileBytes, samples.fileBytes);
        entry.samples.loadSeconds = samples.loadSeconds;
        entry.version = found.version;
        entry.energyKnown = energy.present();
        entry.energyReason = energy.absentReason;
        if (energy.present())
            entry.joules += *energy.value;
        entry.tokens += static_cast<std::int64_t>(protocol.repetitions + protocol.warmups)
            * (protocol.prefillTokens + protocol.decodeTokens);
        return {};
    }

    std::string protocolText(const Measured& entry, const RuntimeProtocol& protocol,
                             std::int64_t rounds)
    {
        const std::string prompt
            = protocol.sequences > 1 ? "" : fmt::format("pp{} ", protocol.prefillTokens);
        std::string text
            = fmt::format("{}, {}tg{}, {} x {} repetitions in fresh processes, ABBA", entry.version,
                          prompt, protocol.decodeTokens, rounds, protocol.repetitions);
        if (protocol.depth > 0)
            text += fmt::format(", behind {} tokens", protocol.depth);
        if (protocol.sequences > 1)
            text += fmt::format(", {} texts at once, tokens of all counted", protocol.sequences);
        if (protocol.threads > 0)
            text += fmt::format(", {} threads", protocol.threads);
        return text;
    }

    LatencySamples latencyOf(const Measured& entry, const RuntimeProtocol& protocol)
    {
        LatencySamples samples;
        samples.prefillSeconds = entry.samples.prefillSeconds;
        samples.decodeSeconds = entry.samples.decodeSeconds;
        samples.firstTokenSeconds = entry.samples.firstTokenSeconds;
        samples.interTokenSeconds = entry.samples.interTokenSeconds;
        samples.prefillTokens = protocol.prefillTokens;
        samples.decodeTokens = protocol.decodeTokens * protocol.sequences;
        samples.residentBytes = entry.samples.residentBytes;
        samples.peakBytes = entry.samples.peakBytes;
        samples.kvBytes = entry.samples.kvBytes;
        samples.fileBytes = entry.samples.fileBytes;
        return samples;
    }

    /// Speeds alone; several texts at once change nothing but decoding.
    std::vector<Metric> sweepMetrics(const Measured& entry, const RuntimeProtocol& protocol,
                                     const std::string& text)
    {
        std::vector<Metric> metrics = latencyMetrics(latencyOf(entry, protocol), text);
        std::erase_if(metrics, [&](const Metric& metric) {
            if (metric.name == metric_names::decodeTokensPerSecond)
                return false;
            return protocol.sequences > 1
                || (metric.name != metric_names::prefillTokensPerSecond
                    && metric.name != metric_names::firstTokenSeconds);
        });
        return metrics;
    }

    std::vector<Metric> metricsOf(const Measured& entry, const RuntimeProtocol& protocol,
                                  const std::string& text)
    {
        std::vector<Metric> metrics = latencyMetrics(latencyOf(entry, protocol), text);
        if (!entry.energyKnown) {
            metrics.push_back(absentMetric(metric_names::joulesPerToken, "J", entry.energyReason));
            return metrics;
        }
        Metric energy;
        energy.name = metric_names::joulesPerToken;
        energy.unit = "J";
        energy.value = entry.joules / static_cast<double>(entry.tokens);
        energy.provenance = Provenance::Measured;
        energy.better = Better::Lower;
        energy.n = entry.tokens;
        energy.protocol = "gross energy of the whole measuring process, " + text;
        metrics.push_back(energy);
        return metrics;
    }

    /// `measurement` is the same for runs that were measured together: when that began.
    Json rawSamples(const Measured& entry, double measurement)
    {
        const RuntimeSamples& samples = entry.samples;
        return { { "measurement", measurement },
                 { "spans", toJson(entry.spans) },
                 { "tokens", entry.tokens },
                 { "prefill_seconds", samples.prefillSeconds },
                 { "decode_seconds", samples.decodeSeconds },
                 { "first_token_seconds", samples.firstTokenSeconds },
                 { "inter_token_seconds", samples.interTokenSeconds } };
    }

    /// Measures every entry `rounds` times. A B … then … B A: a drift of the machine hits first and
    /// last alike.
    Result<void> measureRounds(std::vector<Measured>& entries, MeasuredRuntime runtime,
                               const RuntimeProtocol& protocol, std::int64_t rounds,
                               const JobContext& job)
    {
        const std::vector<std::size_t> order = abbaOrder(entries.size(), static_cast<int>(rounds));
        const WorkContext context = job.work();
        const auto total = static_cast<std::int64_t>(order.size());
        for (std::size_t step = 0; step < order.size(); ++step) {
            Measured& entry = entries[order[step]];
            context.report(static_cast<std::int64_t>(step), total, "measurement", entry.run.name);
            SCHMIDT_CHECK(measureOnce(entry, runtime, protocol, job.cancel));
        }
        context.report(total, total, "measurement");
        return {};
    }

    /// Measures under one more condition and adds what came out to the report.
    Result<void> measurePoint(ProjectSession& session, const std::vector<Measured>& measured,
                              const SweepPoint& point, std::int64_t rounds, const JobContext& job,
                              Json& report)
    {
        std::vector<Measured> entries;
        for (const Measured& entry : measured) {
            entries.emplace_back();
            entries.back().run = entry.run;
            entries.back().path = entry.path;
        }
        SCHMIDT_CHECK(
            measureRounds(entries, MeasuredRuntime::LlamaCpp, point.protocol, rounds, job));
        for (const Measured& entry : entries) {
            SCHMIDT_TRY(const Json list,
                        storeMetrics(session, entry.run,
                                     sweepMetrics(entry, point.protocol,
                                                  protocolText(entry, point.protocol, rounds)),
                                     point.suffix, job.events));
            Json& metrics = report[entry.run.name];
            metrics.insert(metrics.end(), list.begin(), list.end());
        }
        return {};
    }

    Result<Json> storeMeasured(ProjectSession& session, const std::vector<Measured>& entries,
                               MeasuredRuntime runtime, const RuntimeProtocol& protocol,
                               std::int64_t rounds, EventWriter& events)
    {
        const std::string suffix = metricSuffix(runtime);
        const double measurement = entries.front().spans.front().begin;
        Json report = Json::object();
        for (const Measured& entry : entries) {
            SCHMIDT_TRY(
                report[entry.run.name],
                storeMetrics(session, entry.run,
                             metricsOf(entry, protocol, protocolText(entry, protocol, rounds)),
                             suffix, events));
            SCHMIDT_TRY(const std::string object,
                        session.ledger().putObject(dumpJson(rawSamples(entry, measurement))));
            SCHMIDT_CHECK(session.ledger().setCache(rawSamplesKey(entry.run.id, runtime), object));
        }
        return report;
    }

} // namespace

Result<Json> runBench(const JobContext& job)
{
    job.events.started(
        "Measure",
        { { "prepare", "Write the model files", 2 }, { "measure", "Measure in the runtime", 20 } });
    job.events.stage("prepare");
    const std::string name = job.text("runtime", "llama.cpp");
    const auto runtime = measuredRuntimeFromName(name);
    if (!runtime)
        return usageError(fmt::format("Unknown runtime \"{}\"; use {}.", name,
                                      fmt::join(measuredRuntimeNames(), ", ")));
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    if (!job.text("wall_meter").empty()) {
        SCHMIDT_TRY(const Json imported, importWallMeter(session, *runtime, job));
        return Json { { "metrics", imported } };
    }
    SCHMIDT_TRY(const auto runs, selectRuns(session.ledger(), job.list("run")));
    std::vector<Measured> entries;
    for (const RunRecord& run : runs) {
        Measured entry;
        entry.run = run;
        SCHMIDT_TRY(entry.path, measuredFile(session, run, *runtime, job.work()));
        entries.push_back(std::move(entry));
    }
    RuntimeProtocol protocol;
    protocol.threads = job.spec.threads;
    SCHMIDT_TRY(const std::vector<SweepPoint> points,
                sweepPoints(job, protocol, session.source()->architecture().contextLength));
    if (!points.empty() && *runtime != MeasuredRuntime::LlamaCpp)
        return usageError("Depths, texts at once and threads are measured in llama.cpp only.");
    const auto rounds = std::max<std::int64_t>(1, job.number("rounds", 2));
    protocol.repetitions
        = static_cast<int>(std::max<std::int64_t>(1, job.number("repetitions", 5) / rounds));

    job.events.stage("measure");
    const std::int64_t idleSeconds = job.number("idle_seconds", 0);
    SCHMIDT_CHECK(rest(idleSeconds, job.cancel));
    SCHMIDT_CHECK(measureRounds(entries, *runtime, protocol, rounds, job));
    SCHMIDT_CHECK(rest(idleSeconds, job.cancel));
    SCHMIDT_TRY(Json report,
                storeMeasured(session, entries, *runtime, protocol, rounds, job.events));
    for (const SweepPoint& point : points)
        SCHMIDT_CHECK(measurePoint(session, entries, point, rounds, job, report));
    return Json { { "metrics", report } };
}

} // namespace schmidt
