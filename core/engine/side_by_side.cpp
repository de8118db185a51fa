// SPDX-License-Identifier: Apache-2.0
#include "engine/side_by_side.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <atomic>
#include <c10/core/InferenceMode.h>
#include <mutex>
#include <optional>

namespace schmidt {

Result<void> sideBySide(std::int64_t count, const CancelToken& cancel,
                        const std::function<Result<void>(std::int64_t)>& work)
{
    std::atomic<std::int64_t> next = 0;
    std::atomic<bool> stopped = false;
    std::mutex mutex;
    std::optional<Error> failure;
    const auto worker = [&](std::int64_t, std::int64_t) {
        const c10::InferenceMode guard; // every thread has its own
        for (std::int64_t index = next++; index < count && !stopped && !cancel.cancelled();
             index = next++)
            if (const auto done = work(index); !done.ok()) {
                stopped = true;
                const std::lock_guard lock(mutex);
                if (!failure)
                    failure = done.error();
            }
    };
    at::parallel_for(0, std::min<std::int64_t>(count, at::get_num_threads()), 1, worker);
    if (failure)
        return *failure;
    if (cancel.cancelled())
        return cancelledError();
    return {};
}

} // namespace schmidt
