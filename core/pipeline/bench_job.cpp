// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "measure/energy.h"
#include "measure/latency.h"
#include "pipeline/child_process.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"
#include "runtime/llama_runtime.h"

#include <fmt/format.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    struct Measured {
        RunRecord run;
        fs::path gguf;
        RuntimeSamples samples; ///< of all rounds together; memory of the largest
        double joules = 0;
        std::int64_t tokens = 0;
        bool energyKnown = false;
        std::string energyReason;
    };

    void append(std::vector<double>& into, const Json& json, const char* key)
    {
        const auto values = jsonValue<std::vector<double>>(json, key, {});
        into.insert(into.end(), values.begin(), values.end());
    }

    /// One measurement of a file in a fresh process, so that memory is its own and nothing is warm.
    Result<void> measureOnce(Measured& entry, const RuntimeProtocol& protocol,
                             const CancelToken& cancel)
    {
        EnergyMeter meter;
        meter.start();
        SCHMIDT_TRY(const std::string output,
                    runChild(commandLineProgram(),
                             { "measure-gguf", entry.gguf.string(), "--repetitions",
                               std::to_string(protocol.repetitions), "--threads",
                               std::to_string(protocol.threads) },
                             cancel));
        const Metric energy = meter.stop();
        SCHMIDT_TRY(const Json json,
                    parseJson(output, "The measurement of " + entry.gguf.string()));
        append(entry.samples.prefillSeconds, json, "prefill_seconds");
        append(entry.samples.decodeSeconds, json, "decode_seconds");
        append(entry.samples.firstTokenSeconds, json, "first_token_seconds");
        append(entry.samples.interTokenSeconds, json, "inter_token_seconds");
        const auto largest = [&json](std::int64_t& into, const char* key) {
            into = std::max(into, jsonValue<std::int64_t>(json, key, 0));
        };
        largest(entry.samples.residentBytes, "resident_bytes");
        largest(entry.samples.peakBytes, "peak_bytes");
        largest(entry.samples.kvBytes, "kv_bytes");
        largest(entry.samples.fileBytes, "file_bytes");
        entry.samples.loadSeconds = jsonValue<double>(json, "load_seconds", 0);
        entry.energyKnown = energy.present();
        entry.energyReason = energy.absentReason;
        if (energy.present())
            entry.joules += *energy.value;
        entry.tokens += static_cast<std::int64_t>(protocol.repetitions + protocol.warmups)
            * (protocol.prefillTokens + protocol.decodeTokens);
        return {};
    }

    std::vector<Metric> metricsOf(const Measured& entry, const RuntimeProtocol& protocol,
                                  const std::string& text)
    {
        LatencySamples samples;
        samples.prefillSeconds = entry.samples.prefillSeconds;
        samples.decodeSeconds = entry.samples.decodeSeconds;
        samples.firstTokenSeconds = entry.samples.firstTokenSeconds;
        samples.interTokenSeconds = entry.samples.interTokenSeconds;
        samples.prefillTokens = protocol.prefillTokens;
        samples.decodeTokens = protocol.decodeTokens;
        samples.residentBytes = entry.samples.residentBytes;
        samples.peakBytes = entry.samples.peakBytes;
        samples.kvBytes = entry.samples.kvBytes;
        samples.fileBytes = entry.samples.fileBytes;
        std::vector<Metric> metrics = latencyMetrics(samples, text);
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

    Json rawSamples(const RuntimeSamples& samples)
    {
        return { { "prefill_seconds", samples.prefillSeconds },
                 { "decode_seconds", samples.decodeSeconds },
                 { "first_token_seconds", samples.firstTokenSeconds },
                 { "inter_token_seconds", samples.interTokenSeconds } };
    }

    Result<Json> storeMeasured(ProjectSession& session, const std::vector<Measured>& entries,
                               const RuntimeProtocol& protocol, const std::string& text,
                               EventWriter& events)
    {
        Json report = Json::object();
        for (const Measured& entry : entries) {
            std::vector<Metric> metrics = metricsOf(entry, protocol, text);
            for (const Metric& metric : metrics)
                events.metric(metric);
            SCHMIDT_CHECK(session.ledger().setMetrics(entry.run.id, metrics));
            SCHMIDT_TRY(const std::string object,
                        session.ledger().putObject(dumpJson(rawSamples(entry.samples))));
            SCHMIDT_CHECK(
                session.ledger().setCache(fmt::format("latency:r{}", entry.run.id.value), object));
            Json list = Json::array();
            for (const Metric& metric : metrics)
                list.push_back(toJson(metric));
            report[entry.run.name] = list;
        }
        return report;
    }

} // namespace

Result<Json> runBench(const JobContext& job)
{
    job.events.started(
        "Measure",
        { { "prepare", "Write GGUF files", 2 }, { "measure", "Measure in llama.cpp", 20 } });
    job.events.stage("prepare");
    const std::string runtime = job.text("runtime", "llama.cpp");
    if (runtime != "llama.cpp")
        return unsupported("The runtime \"" + runtime
                           + "\" is not part of this version; use --runtime llama.cpp.");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const auto runs, selectRuns(session.ledger(), job.list("run")));
    std::vector<Measured> entries;
    for (const RunRecord& run : runs) {
        Measured entry;
        entry.run = run;
        SCHMIDT_TRY(entry.gguf, session.ggufOf(run, job.work()));
        entries.push_back(std::move(entry));
    }
    RuntimeProtocol protocol;
    protocol.threads = job.spec.threads;
    const auto rounds = std::max<std::int64_t>(1, job.number("rounds", 2));
    protocol.repetitions
        = static_cast<int>(std::max<std::int64_t>(1, job.number("repetitions", 5) / rounds));

    job.events.stage("measure");
    // A B … then … B A: a drift of the machine hits first and last alike.
    const std::vector<std::size_t> order = abbaOrder(entries.size(), static_cast<int>(rounds));
    const WorkContext context = job.work();
    for (std::size_t step = 0; step < order.size(); ++step) {
        Measured& entry = entries[order[step]];
        context.report(static_cast<std::int64_t>(step), static_cast<std::int64_t>(order.size()),
                       "measurement", entry.run.name);
        SCHMIDT_CHECK(measureOnce(entry, protocol, job.cancel));
    }
    context.report(static_cast<std::int64_t>(order.size()), static_cast<std::int64_t>(order.size()),
                   "measurement");
    const std::string text = fmt::format(
        "{}, pp{} tg{}, {} x {} repetitions in fresh processes, ABBA", llamaRuntimeVersion(),
        protocol.prefillTokens, protocol.decodeTokens, rounds, protocol.repetitions);
    SCHMIDT_TRY(const Json report, storeMeasured(session, entries, protocol, text, job.events));
    return Json { { "metrics", report } };
}

} // namespace schmidt
