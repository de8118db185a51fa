// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <thread>

namespace schmidt {

/// Cores of this machine, at least one.
inline int hardwareThreads()
{
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

} // namespace schmidt
