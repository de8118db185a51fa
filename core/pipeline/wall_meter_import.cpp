// SPDX-License-Identifier: Apache-2.0
#include "pipeline/wall_meter_import.h"

#include "base/file.h"
#include "base/metric_names.h"

#include <cmath>
#include <fmt/format.h>

namespace schmidt {

namespace {

    struct MeasuredRun {
        RunRecord run;
        std::vector<BusySpan> spans;
        std::int64_t tokens = 0;
    };

    Result<MeasuredRun> measuredRun(const Ledger& ledger, const RunRecord& run,
                                    MeasuredRuntime runtime)
    {
        SCHMIDT_TRY(const auto object, ledger.cache(rawSamplesKey(run.id, runtime)));
        MeasuredRun measured { run, {}, 0 };
        if (object) {
            SCHMIDT_TRY(const std::string text, ledger.object(*object));
            SCHMIDT_TRY(const Json json, parseJson(text, "the run's raw samples"));
            for (const auto& span : jsonValue<std::vector<std::vector<double>>>(json, "spans", {}))
                if (span.size() == 2 && span[1] > span[0])
                    measured.spans.push_back({ span[0], span[1] });
            measured.tokens = jsonValue<std::int64_t>(json, "tokens", 0);
        }
        if (measured.spans.empty() || measured.tokens <= 0)
            return usageError(fmt::format("r{} {} was not measured yet; run bench while the meter "
                                          "runs, then import its file.",
                                          run.id.value, run.name));
        return measured;
    }

    Metric perToken(const char* name, double joules, double error, const MeasuredRun& measured,
                    const std::string& protocol)
    {
        Metric metric;
        metric.name = name;
        metric.unit = "J";
        metric.value = joules / static_cast<double>(measured.tokens);
        metric.uncertainty = error / static_cast<double>(measured.tokens);
        metric.n = measured.tokens;
        metric.provenance = Provenance::Imported;
        metric.better = Better::Lower;
        metric.protocol = protocol;
        return metric;
    }

} // namespace

std::string rawSamplesKey(RunId run, MeasuredRuntime runtime)
{
    return fmt::format("latency:r{}{}", run.value, metricSuffix(runtime));
}

Json toJson(const std::vector<BusySpan>& spans)
{
    Json list = Json::array();
    for (const BusySpan& span : spans)
        list.push_back({ span.begin, span.end });
    return list;
}

Result<Json> importWallMeter(ProjectSession& session, const std::vector<RunRecord>& runs,
                             MeasuredRuntime runtime, const JobContext& job)
{
    SCHMIDT_TRY(const std::string csv, readTextFile(job.text("wall_meter")));
    SCHMIDT_TRY(const PowerTrace trace, readPowerTrace(csv));
    std::vector<MeasuredRun> measured;
    std::vector<BusySpan> all;
    for (const RunRecord& run : runs) {
        SCHMIDT_TRY(MeasuredRun entry, measuredRun(session.ledger(), run, runtime));
        all.insert(all.end(), entry.spans.begin(), entry.spans.end());
        measured.push_back(std::move(entry));
    }
    std::string clock;
    double offset = 0;
    if (const Json given = jsonValue<Json>(job.spec.arguments, "clock_offset", nullptr);
        given.is_number()) {
        offset = given.get<double>();
        clock = fmt::format("clock offset {:.1f} s as given", offset);
    } else {
        SCHMIDT_TRY(const ClockAlignment alignment, alignClock(trace, all));
        offset = alignment.offset;
        clock = fmt::format("clock offset {:.1f} s by the load's steps, correlation {:.2f}", offset,
                            alignment.correlation);
    }
    Json report = Json::object();
    for (const MeasuredRun& entry : measured) {
        SCHMIDT_TRY(const WallEnergy energy, wallEnergy(trace, offset, all, entry.spans));
        const std::string protocol
            = fmt::format("wall meter, one sample in {:.3g} s, {}, idle {:.1f} W; the whole "
                          "measuring process of {} tokens",
                          trace.period(), clock, energy.idleWatts, entry.tokens);
        std::vector<Metric> metrics { perToken(metric_names::joulesPerToken, energy.gross,
                                               energy.error, entry, "gross, " + protocol),
                                      perToken(metric_names::joulesPerTokenNet, energy.net,
                                               energy.error, entry, "above idle, " + protocol) };
        Json list = Json::array();
        for (Metric& metric : metrics) {
            metric.name += metricSuffix(runtime);
            job.events.metric(metric);
            list.push_back(toJson(metric));
        }
        SCHMIDT_CHECK(session.ledger().setMetrics(entry.run.id, metrics));
        report[entry.run.name] = list;
    }
    return report;
}

} // namespace schmidt
