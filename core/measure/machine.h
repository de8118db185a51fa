// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

namespace schmidt {

/// What a measurement depends on besides the model: "cpu", "cores" (usable by this process),
/// "memory_bytes", "flags" (instruction sets that matter here), "virtual" (runs under a
/// hypervisor), "kernel", "os". Names no user and no host; unknown entries are left out.
Json describeMachine();

} // namespace schmidt
