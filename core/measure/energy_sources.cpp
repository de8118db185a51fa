// SPDX-License-Identifier: Apache-2.0
#include "measure/energy_sources.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <linux/perf_event.h>
#include <map>
#include <sys/syscall.h>
#include <unistd.h>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr double microjoule = 1e-6, millijoule = 1e-3;
    constexpr double joulesPerMicrowattHour = 3600e-6;

    /// First line of a small file; nothing with `error` set when it cannot be read.
    std::optional<std::string> readLine(const fs::path& path, std::string* error = nullptr)
    {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        std::array<char, 256> buffer {};
        const ssize_t length
            = descriptor < 0 ? -1 : ::read(descriptor, buffer.data(), buffer.size() - 1);
        if (length < 0 && error)
            *error = path.string() + ": " + std::strerror(errno);
        if (descriptor >= 0)
            ::close(descriptor);
        if (length < 0)
            return std::nullopt;
        std::string line(buffer.data(), static_cast<std::size_t>(length));
        return line.substr(0, line.find('\n'));
    }

    template <typename Number>
    std::optional<Number> readNumber(const fs::path& path, std::string* error = nullptr)
    {
        const auto line = readLine(path, error);
        Number value {};
        if (!line)
            return std::nullopt;
        if (std::from_chars(line->data(), line->data() + line->size(), value).ec == std::errc())
            return value;
        if (error)
            *error = path.string() + " holds no number";
        return std::nullopt;
    }

    std::vector<fs::path> sortedEntries(const fs::path& folder)
    {
        std::vector<fs::path> entries;
        std::error_code status;
        for (auto entry = fs::directory_iterator(folder, status);
             !status && entry != fs::directory_iterator(); entry.increment(status))
            entries.push_back(entry->path());
        std::sort(entries.begin(), entries.end());
        return entries;
    }

    // ---- RAPL through powercap -------------------------------------------------------------

    struct RaplZone {
        fs::path folder;
        std::string name; ///< "package-0", "dram", "core", "uncore", "psys"
        std::uint64_t range = 0; ///< largest value of the counter, in µJ
    };

    class RaplCounter final : public EnergyCounter {
    public:
        explicit RaplCounter(std::vector<RaplZone> zones)
            : m_zones(std::move(zones))
            , m_last(m_zones.size())
            , m_started(m_zones.size(), false)
        {
        }

        std::optional<double> read() override
        {
            for (std::size_t index = 0; index < m_zones.size(); ++index) {
                const auto now = readNumber<std::uint64_t>(m_zones[index].folder / "energy_uj");
                if (!now)
                    return std::nullopt;
                const std::uint64_t last = m_started[index] ? m_last[index] : *now;
                const std::uint64_t wrap = *now < last ? m_zones[index].range : 0;
                m_started[index] = true;
                m_last[index] = *now; // in any case: the next measurement starts here
                if (*now + wrap < last)
                    return std::nullopt; // fell without a known range: the zone was reset
                m_microjoules += static_cast<double>(*now + wrap - last);
            }
            return m_microjoules * microjoule;
        }

    private:
        std::vector<RaplZone> m_zones;
        std::vector<std::uint64_t> m_last;
        std::vector<bool> m_started;
        double m_microjoules = 0;
    };

    /// Zones of Intel's name scheme (AMD uses it too). "intel-rapl-mmio" shows the packages a
    /// second time and is left out.
    std::vector<RaplZone> raplZones(const fs::path& powercap)
    {
        std::vector<RaplZone> zones;
        for (const fs::path& folder : sortedEntries(powercap)) {
            if (!folder.filename().string().starts_with("intel-rapl:"))
                continue;
            const auto name = readLine(folder / "name");
            if (name)
                zones.push_back(
                    { folder, *name,
                      readNumber<std::uint64_t>(folder / "max_energy_range_uj").value_or(0) });
        }
        return zones;
    }

    /// The zones that together cover the machine once.
    std::vector<RaplZone> countedZones(const std::vector<RaplZone>& zones)
    {
        std::vector<RaplZone> packages, platform;
        for (const RaplZone& zone : zones) {
            if (zone.name.starts_with("package") || zone.name == "dram")
                packages.push_back(zone);
            else if (zone.name == "psys")
                platform.push_back(zone);
        }
        const bool anyPackage
            = std::any_of(packages.begin(), packages.end(),
                          [](const RaplZone& zone) { return zone.name != "dram"; });
        return anyPackage ? packages : platform;
    }

    // ---- perf power events -----------------------------------------------------------------

    /// One opened event; the kernel counts in 64 bits, so nothing wraps.
    class PerfEvent {
    public:
        PerfEvent(int descriptor, double scale)
            : m_descriptor(descriptor)
            , m_scale(scale)
        {
        }
        PerfEvent(PerfEvent&& other) noexcept
            : m_descriptor(std::exchange(other.m_descriptor, -1))
            , m_scale(other.m_scale)
        {
        }
        PerfEvent& operator=(PerfEvent&&) = delete;
        ~PerfEvent()
        {
            if (m_descriptor >= 0)
                ::close(m_descriptor);
        }

        std::optional<double> joules() const
        {
            std::uint64_t count = 0;
            if (::read(m_descriptor, &count, sizeof count) != sizeof count)
                return std::nullopt;
            return static_cast<double>(count) * m_scale;
        }

    private:
        int m_descriptor = -1;
        double m_scale = 1;
    };

    class PerfCounter final : public EnergyCounter {
    public:
        explicit PerfCounter(std::vector<PerfEvent> events)
            : m_events(std::move(events))
        {
        }

        std::optional<double> read() override
        {
            double sum = 0;
            for (const PerfEvent& event : m_events) {
                const auto joules = event.joules();
                if (!joules)
                    return std::nullopt;
                sum += *joules;
            }
            return sum;
        }

    private:
        std::vector<PerfEvent> m_events;
    };

    /// Processors of a kernel list: "0,18" or "0-3".
    std::vector<int> processorList(const std::string& text)
    {
        std::vector<int> processors;
        const char* at = text.data();
        const char* end = at + text.size();
        while (at < end) {
            int first = 0;
            const auto low = std::from_chars(at, end, first);
            if (low.ec != std::errc())
                break;
            int last = first;
            at = low.ptr;
            if (at < end && *at == '-')
                at = std::from_chars(at + 1, end, last).ptr;
            for (int processor = first; processor <= last; ++processor)
                processors.push_back(processor);
            if (at < end)
                ++at;
        }
        return processors;
    }

    int openPerfEvent(std::uint32_t type, std::uint64_t config, int processor)
    {
        perf_event_attr attributes {};
        attributes.size = sizeof attributes;
        attributes.type = type;
        attributes.config = config;
        return static_cast<int>(
            ::syscall(SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC));
    }

    /// Number behind "event=" of a sysfs event description, e.g. "event=0x02".
    std::optional<std::uint64_t> eventConfig(const fs::path& path)
    {
        const auto line = readLine(path);
        constexpr std::string_view key = "event=0x";
        if (!line || !line->starts_with(key))
            return std::nullopt;
        std::uint64_t config = 0;
        const char* start = line->data() + key.size();
        if (std::from_chars(start, line->data() + line->size(), config, 16).ec != std::errc())
            return std::nullopt;
        return config;
    }

    // ---- NVML ------------------------------------------------------------------------------

    /// The part of NVML's interface used here; its numbers are fixed by NVIDIA's header.
    struct Nvml {
        using Device = void*;
        using Initialize = int (*)();
        using Shutdown = int (*)();
        using DeviceCount = int (*)(unsigned int*);
        using DeviceByIndex = int (*)(unsigned int, Device*);
        using DeviceName = int (*)(Device, char*, unsigned int);
        using TotalEnergy = int (*)(Device, unsigned long long*);
        static constexpr int success = 0;

        void* library = nullptr;
        Shutdown shutdown = nullptr;
        TotalEnergy totalEnergy = nullptr;

        Nvml() = default;
        Nvml(const Nvml&) = delete;
        Nvml& operator=(const Nvml&) = delete;
        ~Nvml()
        {
            if (shutdown)
                shutdown();
            if (library)
                ::dlclose(library);
        }
        template <typename Function> Function symbol(const char* name) const
        {
            return reinterpret_cast<Function>(::dlsym(library, name));
        }
    };

    class NvmlCounter final : public EnergyCounter {
    public:
        NvmlCounter(std::unique_ptr<Nvml> nvml, std::vector<Nvml::Device> devices)
            : m_nvml(std::move(nvml))
            , m_devices(std::move(devices))
        {
        }

        std::optional<double> read() override
        {
            double sum = 0;
            for (const Nvml::Device device : m_devices) {
                unsigned long long used = 0;
                if (m_nvml->totalEnergy(device, &used) != Nvml::success)
                    return std::nullopt;
                sum += static_cast<double>(used) * millijoule;
            }
            return sum;
        }

    private:
        std::unique_ptr<Nvml> m_nvml;
        std::vector<Nvml::Device> m_devices;
    };

    // ---- Battery ---------------------------------------------------------------------------

    class BatteryCounter final : public EnergyCounter {
    public:
        explicit BatteryCounter(std::vector<fs::path> batteries)
            : m_batteries(std::move(batteries))
        {
        }

        std::optional<double> read() override
        {
            double left = 0;
            for (const fs::path& battery : m_batteries) {
                const auto energy = readNumber<std::int64_t>(battery / "energy_now");
                // A charger put in between would hide what was used.
                if (!energy || readLine(battery / "status") != "Discharging")
                    return std::nullopt;
                left += static_cast<double>(*energy) * joulesPerMicrowattHour;
            }
            return -left;
        }

    private:
        std::vector<fs::path> m_batteries;
    };

    EnergyProbe unusable(const char* name, std::string reason)
    {
        return { { name, false, std::move(reason) }, nullptr };
    }

    EnergyProbe usable(const char* name, std::string domains,
                       std::unique_ptr<EnergyCounter> counter)
    {
        return { { name, true, std::move(domains) }, std::move(counter) };
    }

} // namespace

EnergyProbe probeRapl(const fs::path& root)
{
    const fs::path powercap = root / "sys/class/powercap";
    std::error_code status;
    if (!fs::is_directory(powercap, status))
        return unusable("rapl",
                        "the system has no " + powercap.string()
                            + ", which is usual in virtual machines and containers");
    const std::vector<RaplZone> zones = countedZones(raplZones(powercap));
    if (zones.empty())
        return unusable("rapl", powercap.string() + " lists no processor package");
    std::vector<std::string> names;
    for (const RaplZone& zone : zones) {
        std::string error;
        if (!readNumber<std::uint64_t>(zone.folder / "energy_uj", &error))
            return unusable("rapl",
                            error
                                + "; only root may read it unless a udev rule gives your group "
                                  "access");
        names.push_back(zone.name);
    }
    return usable("rapl", fmt::format("{}", fmt::join(names, ", ")),
                  std::make_unique<RaplCounter>(zones));
}

EnergyProbe probePerf(const fs::path& root)
{
    const fs::path device = root / "sys/bus/event_source/devices/power";
    const auto type = readNumber<std::uint32_t>(device / "type");
    if (!type)
        return unusable("perf", "the kernel offers no power events (" + device.string() + ")");
    std::vector<int> processors = processorList(readLine(device / "cpumask").value_or("0"));
    std::vector<PerfEvent> events;
    std::vector<std::string> names;
    for (const char* name : { "energy-pkg", "energy-ram" }) {
        const auto config = eventConfig(device / "events" / name);
        const auto scale = readNumber<double>(device / "events" / (std::string(name) + ".scale"));
        if (!config || !scale)
            continue;
        for (const int processor : processors) {
            const int descriptor = openPerfEvent(*type, *config, processor);
            if (descriptor < 0)
                return unusable("perf",
                                fmt::format("the event {} cannot be opened ({}); it needs "
                                            "kernel.perf_event_paranoid <= 0 or CAP_PERFMON",
                                            name, std::strerror(errno)));
            events.emplace_back(descriptor, *scale);
        }
        names.emplace_back(name);
    }
    if (events.empty())
        return unusable(
            "perf", "the kernel's power events name no package (" + device.string() + "/events)");
    return usable("perf", fmt::format("{}", fmt::join(names, ", ")),
                  std::make_unique<PerfCounter>(std::move(events)));
}

EnergyProbe probeNvml(const fs::path& root)
{
    constexpr const char* libraryName = "libnvidia-ml.so.1";
    auto nvml = std::make_unique<Nvml>();
    const std::string library
        = root == "/" ? std::string(libraryName) : (root / "usr/lib" / libraryName).string();
    nvml->library = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!nvml->library)
        return unusable("nvml", "no NVIDIA driver library (" + library + ")");
    const auto initialize = nvml->symbol<Nvml::Initialize>("nvmlInit_v2");
    const auto count = nvml->symbol<Nvml::DeviceCount>("nvmlDeviceGetCount_v2");
    const auto byIndex = nvml->symbol<Nvml::DeviceByIndex>("nvmlDeviceGetHandleByIndex_v2");
    const auto deviceName = nvml->symbol<Nvml::DeviceName>("nvmlDeviceGetName");
    nvml->totalEnergy = nvml->symbol<Nvml::TotalEnergy>("nvmlDeviceGetTotalEnergyConsumption");
    if (!initialize || !count || !byIndex || !deviceName || !nvml->totalEnergy)
        return unusable("nvml", "the NVIDIA driver is too old to count energy");
    if (initialize() != Nvml::success)
        return unusable("nvml", "the NVIDIA driver does not answer");
    nvml->shutdown = nvml->symbol<Nvml::Shutdown>("nvmlShutdown");
    unsigned int found = 0;
    if (count(&found) != Nvml::success || found == 0)
        return unusable("nvml", "the NVIDIA driver lists no GPU");
    std::vector<Nvml::Device> devices;
    std::vector<std::string> names;
    for (unsigned int index = 0; index < found; ++index) {
        Nvml::Device device = nullptr;
        unsigned long long used = 0;
        std::array<char, 96> name {};
        if (byIndex(index, &device) != Nvml::success
            || nvml->totalEnergy(device, &used) != Nvml::success)
            return unusable("nvml",
                            fmt::format("GPU {} has no energy counter (GPUs before Volta)", index));
        deviceName(device, name.data(), static_cast<unsigned int>(name.size()));
        devices.push_back(device);
        names.emplace_back(name.data());
    }
    return usable("nvml", fmt::format("{}", fmt::join(names, ", ")),
                  std::make_unique<NvmlCounter>(std::move(nvml), std::move(devices)));
}

EnergyProbe probeBattery(const fs::path& root)
{
    std::vector<fs::path> batteries;
    std::vector<std::string> names;
    for (const fs::path& supply : sortedEntries(root / "sys/class/power_supply")) {
        if (readLine(supply / "type") != "Battery")
            continue;
        const std::string name = supply.filename().string();
        if (readLine(supply / "status") != "Discharging")
            return unusable("battery",
                            name + " is not discharging; unplug the charger to measure with it");
        if (!readNumber<std::int64_t>(supply / "energy_now"))
            return unusable("battery", name + " does not tell its energy");
        batteries.push_back(supply);
        names.push_back(name);
    }
    if (batteries.empty())
        return unusable("battery", "this machine has none");
    return usable("battery", fmt::format("{}, the whole device", fmt::join(names, ", ")),
                  std::make_unique<BatteryCounter>(batteries));
}

} // namespace schmidt
