// SPDX-License-Identifier: Apache-2.0
#include "measure/machine.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <sched.h>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace schmidt {

namespace {

    /// Instruction sets that decide which kernels run, by their names in /proc/cpuinfo.
    constexpr std::array<std::string_view, 14> flagsOfInterest {
        "avx",         "avx2",        "f16c",     "fma",      "avx_vnni", "avx512f", "avx512_vnni",
        "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "bf16",    "asimddp"
    };

    /// The text behind `separator` of the first line that starts with one of the keys.
    std::string lineValue(const char* file, std::initializer_list<std::string_view> keys,
                          char separator)
    {
        std::ifstream stream(file);
        std::string line;
        while (std::getline(stream, line))
            for (const std::string_view key : keys) {
                const auto at = line.find(separator);
                if (!line.starts_with(key) || at == std::string::npos)
                    continue;
                std::string value = line.substr(at + 1);
                const auto first = value.find_first_not_of(" \t\"");
                const auto last = value.find_last_not_of(" \t\"");
                return first == std::string::npos ? std::string()
                                                  : value.substr(first, last - first + 1);
            }
        return {};
    }

    std::int64_t usableCores()
    {
        cpu_set_t set;
        CPU_ZERO(&set);
        if (::sched_getaffinity(0, sizeof set, &set) == 0)
            return CPU_COUNT(&set);
        return static_cast<std::int64_t>(std::thread::hardware_concurrency());
    }

    std::set<std::string> processorFlags()
    {
        std::istringstream words(lineValue("/proc/cpuinfo", { "flags", "Features" }, ':'));
        std::set<std::string> flags;
        for (std::string word; words >> word;)
            flags.insert(word);
        return flags;
    }

} // namespace

Json describeMachine()
{
    Json machine = Json::object();
    const auto set = [&machine](const char* key, const std::string& value) {
        if (!value.empty())
            machine[key] = value;
    };
    utsname system {};
    const bool named = ::uname(&system) == 0;
    set("cpu", lineValue("/proc/cpuinfo", { "model name", "Model" }, ':'));
    if (!machine.contains("cpu") && named)
        set("cpu", system.machine);
    machine["cores"] = usableCores();
    const auto pages = static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES));
    const auto pageSize = static_cast<std::int64_t>(::sysconf(_SC_PAGESIZE));
    if (pages > 0 && pageSize > 0)
        machine["memory_bytes"] = pages * pageSize;
    const std::set<std::string> flags = processorFlags();
    Json interesting = Json::array();
    for (const std::string_view flag : flagsOfInterest)
        if (flags.contains(std::string(flag)))
            interesting.push_back(std::string(flag));
    machine["flags"] = interesting;
    machine["virtual"] = flags.contains("hypervisor");
    if (named)
        set("kernel", std::string(system.sysname) + " " + system.release);
    set("os", lineValue("/etc/os-release", { "PRETTY_NAME" }, '='));
    return machine;
}

} // namespace schmidt
