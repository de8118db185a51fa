// SPDX-License-Identifier: Apache-2.0
#include "pipeline/wall_meter_import.h"

#include "base/file.h"
#include "base/metric_names.h"

#include <algorithm>
#include <fmt/format.h>

namespace schmidt {

namespace {

    struct MeasuredRun {
        RunRecord run;
        double measurement = 0; ///< when it began; the same for runs measured together
        std::vector<BusySpan> spans;
        std::int64_t tokens = 0;
    };

    /// Without spans where the run was not measured.
    Result<MeasuredRun> measuredRun(const Ledger& ledger, const RunRecord& run,
                                    MeasuredRuntime runtime)
    {
        MeasuredRun measured { run, 0, {}, 0 };
        SCHMIDT_TRY(const auto object, ledger.cache(rawSamplesKey(run.id, runtime)));
        if (!object)
            return measured;
        SCHMIDT_TRY(const std::string text, ledger.object(*object));
        SCHMIDT_TRY(const Json json, parseJson(text, "the run's raw samples"));
        for (const auto& span : jsonValue<std::vector<std::vector<double>>>(json, "spans", {}))
            if (span.size() == 2 && span[1] > span[0])
                measured.spans.push_back({ span[0], span[1] });
        measured.measurement = jsonValue<double>(json, "measurement", 0);
        measured.tokens = std::max<std::int64_t>(1, jsonValue<std::int64_t>(json, "tokens", 1));
        return measured;
    }

    /// What was measured together last; a meter's file holds the load of all of it.
    Result<std::vector<MeasuredRun>> lastMeasurement(const Ledger& ledger, MeasuredRuntime runtime)
    {
        SCHMIDT_TRY(const auto runs, selectRuns(ledger, {}));
        std::vector<MeasuredRun> measured;
        for (const RunRecord& run : runs) {
            SCHMIDT_TRY(MeasuredRun entry, measuredRun(ledger, run, runtime));
            if (!entry.spans.empty())
                measured.push_back(std::move(entry));
        }
        if (measured.empty())
            return usageError("No run was measured yet; run bench while the meter records, then "
                              "import its file.");
        const double last = std::max_element(measured.begin(), measured.end(),
                                             [](const MeasuredRun& a, const MeasuredRun& b) {
                                                 return a.measurement < b.measurement;
                                             })
                                ->measurement;
        std::erase_if(measured,
                      [last](const MeasuredRun& entry) { return entry.measurement < last; });
        return measured;
    }

    /// The ones that are named; all where none is.
    Result<std::vector<MeasuredRun>> chosen(const Ledger& ledger,
                                            const std::vector<MeasuredRun>& measured,
                                            const std::vector<std::string>& names)
    {
        if (names.empty())
            return measured;
        std::vector<MeasuredRun> wanted;
        SCHMIDT_TRY(const auto runs, selectRuns(ledger, names));
        for (const RunRecord& run : runs) {
            const auto found
                = std::find_if(measured.begin(), measured.end(),
                               [&run](const MeasuredRun& entry) { return entry.run.id == run.id; });
            if (found == measured.end())
                return usageError(fmt::format("r{} {} was not in the last measurement; run bench "
                                              "with it while the meter records, then import its "
                                              "file.",
                                              run.id.value, run.name));
            wanted.push_back(*found);
        }
        return wanted;
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

Result<Json> importWallMeter(ProjectSession& session, MeasuredRuntime runtime,
                             const JobContext& job)
{
    SCHMIDT_TRY(const std::string csv, readTextFile(job.text("wall_meter")));
    SCHMIDT_TRY(const PowerTrace trace, readPowerTrace(csv));
    SCHMIDT_TRY(const auto measured, lastMeasurement(session.ledger(), runtime));
    SCHMIDT_TRY(const auto wanted, chosen(session.ledger(), measured, job.list("run")));
    std::vector<BusySpan> all;
    for (const MeasuredRun& entry : measured)
        all.insert(all.end(), entry.spans.begin(), entry.spans.end());
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
    for (const MeasuredRun& entry : wanted) {
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
