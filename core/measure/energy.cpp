// SPDX-License-Identifier: Apache-2.0
#include "measure/energy.h"

#include "measure/energy_sources.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mutex>
#include <thread>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr const char* metricName = "energy_joules";

    /// A package counter of 262 kJ wraps after several minutes at a kilowatt; reading it this often
    /// misses no wrap.
    constexpr std::chrono::seconds samplingPeriod { 10 };

} // namespace

/// Counters in use, their readings at start(), and the thread that watches for wraps.
struct EnergyMeter::State {
    struct Used {
        std::string name, domains;
        std::unique_ptr<EnergyCounter> counter;
        double first = 0;
        bool vanished = false;

        std::optional<double> read()
        {
            const auto joules = vanished ? std::nullopt : counter->read();
            vanished = vanished || !joules;
            return joules;
        }
    };

    std::vector<EnergySourceStatus> sources;
    std::vector<Used> used;
    bool running = false;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread sampler; ///< last member: it ends before what it uses

    bool add(EnergyProbe probe, bool wanted)
    {
        sources.push_back(probe.status);
        if (!probe.counter || !wanted)
            return false;
        used.push_back({ probe.status.name, probe.status.reason, std::move(probe.counter) });
        return true;
    }

    void watch(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            wake.wait_for(lock, stop, samplingPeriod, [] { return false; });
            if (!stop.stop_requested())
                for (Used& source : used)
                    source.read();
        }
    }

    void endWatch()
    {
        sampler.request_stop();
        if (sampler.joinable())
            sampler.join();
    }
};

EnergyMeter::EnergyMeter(const fs::path& root)
    : m_state(std::make_unique<State>())
{
    // perf shows RAPL's counters again, and a battery feeds processor and GPU: each joule once.
    const bool rapl = m_state->add(probeRapl(root), true);
    const bool processor = m_state->add(probePerf(root), !rapl) || rapl;
    EnergyProbe graphics = probeNvml(root);
    if (graphics.counter && !processor)
        // The runtime works on the processor; the idle GPU's energy would pass for the model's.
        graphics.status = { "nvml", false,
                            "it counts " + graphics.status.reason
                                + " alone, without the processor that runs the model" };
    m_state->add(std::move(graphics), processor);
    m_state->add(probeBattery(root), !processor);
}

EnergyMeter::~EnergyMeter()
{
    m_state->endWatch();
}

const std::vector<EnergySourceStatus>& EnergyMeter::sources() const
{
    return m_state->sources;
}

EnergyState EnergyMeter::state() const
{
    return m_state->used.empty() ? EnergyState::Unavailable : EnergyState::Measured;
}

std::string EnergyMeter::unavailableReason() const
{
    std::vector<std::string> reasons;
    for (const EnergySourceStatus& source : m_state->sources)
        if (!source.usable)
            reasons.push_back(source.name + ": " + source.reason);
    return fmt::format("this machine offers no readable energy counter ({})",
                       fmt::join(reasons, "; "));
}

void EnergyMeter::start()
{
    m_state->endWatch();
    m_state->running = true;
    for (State::Used& source : m_state->used) {
        source.vanished = false;
        source.first = source.read().value_or(0.0);
    }
    if (!m_state->used.empty())
        m_state->sampler = std::jthread(
            [state = m_state.get()](const std::stop_token& stop) { state->watch(stop); });
}

Metric EnergyMeter::stop()
{
    m_state->endWatch();
    if (m_state->used.empty())
        return absentMetric(metricName, "J", unavailableReason());
    if (!m_state->running)
        return absentMetric(metricName, "J", "the measurement was not started");
    m_state->running = false;
    double joules = 0;
    std::vector<std::string> scopes;
    for (State::Used& source : m_state->used) {
        const auto last = source.read();
        if (!last)
            return absentMetric(metricName, "J",
                                "the energy counter " + source.name
                                    + " stopped answering during the measurement");
        joules += *last - source.first;
        scopes.push_back(source.name + " (" + source.domains + ")");
    }
    if (!(joules > 0))
        return absentMetric(metricName, "J",
                            "the energy counters did not advance; measure for longer");
    Metric metric;
    metric.name = metricName;
    metric.unit = "J";
    metric.value = joules;
    metric.provenance = Provenance::Measured;
    metric.better = Better::Lower;
    metric.protocol = fmt::format("gross, whole machine: {}", fmt::join(scopes, " + "));
    return metric;
}

} // namespace schmidt
