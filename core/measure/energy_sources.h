// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure/energy.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace schmidt {

/// A counter of energy that only grows between two reads.
class EnergyCounter {
public:
    virtual ~EnergyCounter() = default;
    /// Joules since some fixed moment, wrap-around undone; nothing when the counter vanished.
    /// Has to be called at least once per wrap of the hardware counter.
    virtual std::optional<double> read() = 0;
};

/// What probing one source found: its status, and the counter when it is usable.
struct EnergyProbe {
    EnergySourceStatus status;
    std::unique_ptr<EnergyCounter> counter;
};

/// Linux powercap zones under `root`: packages with their memory, or the whole platform when no
/// package is listed. Cores and graphics are parts of a package and are not added to it.
EnergyProbe probeRapl(const std::filesystem::path& root);

/// The same hardware counters through perf_event_open, system-wide.
EnergyProbe probePerf(const std::filesystem::path& root);

/// NVIDIA GPUs through libnvidia-ml, loaded at run time.
EnergyProbe probeNvml(const std::filesystem::path& root);

/// The charge of a discharging battery: the whole device, in coarse steps.
EnergyProbe probeBattery(const std::filesystem::path& root);

} // namespace schmidt
