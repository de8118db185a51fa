// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metric.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace schmidt {

/// Grade of an energy number.
enum class EnergyState { Measured, Imported, Estimated, Unavailable };

/// One way this machine could tell its energy use, and whether it can.
struct EnergySourceStatus {
    std::string name; ///< "rapl", "perf", "nvml", "battery"
    bool usable = false;
    std::string reason; ///< why not, or which domains
};

/// Reads energy counters. Wrap-around of RAPL counters is handled; sub-domains are not added to
/// their parents.
class EnergyMeter {
public:
    /// Probes the sources under a file-system root ("/" outside tests).
    explicit EnergyMeter(const std::filesystem::path& root = "/");
    ~EnergyMeter();

    const std::vector<EnergySourceStatus>& sources() const;
    EnergyState state() const; ///< Measured or Unavailable
    std::string unavailableReason() const; ///< all sources' reasons in one sentence

    void start();
    /// Joules since start(); absent with the reason when no source is usable or one vanished.
    Metric stop();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace schmidt
