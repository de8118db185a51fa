// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace schmidt {

/// Shared flag by which anyone may ask running work to stop. Copies share the flag.
class CancelToken {
public:
    CancelToken()
        : m_flag(std::make_shared<std::atomic<bool>>(false))
    {
    }

    void cancel() const { m_flag->store(true); }
    bool cancelled() const { return m_flag->load(); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag;
};

/// How far one stage of work has come.
struct Progress {
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0 when unknown
    std::string unit; ///< "layer", "tensor", "token"
    std::string item; ///< what is being worked on, may be empty
};

/// Receives progress of long work; may be empty.
using ProgressSink = std::function<void(const Progress&)>;

/// What long work is given by its caller: where to report, and whether to stop.
struct WorkContext {
    ProgressSink progress;
    CancelToken cancel;

    void report(std::int64_t done, std::int64_t total, const char* unit,
                std::string item = {}) const
    {
        if (progress)
            progress({ done, total, unit, std::move(item) });
    }
};

} // namespace schmidt
