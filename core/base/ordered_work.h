// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace schmidt {

/// Parts 0 … count - 1 of some work, made by helper threads out of order and used in order by the
/// thread that calls run(). At most `ahead` parts per helper are made ahead of the one in use, so
/// memory stays bounded; where parts differ much in size, more keep the helpers busy. Behaves like
/// the plain loop `use(i, make(i))`: the error or exception of the lowest part ends it, and nothing
/// behind that part is used. Parts must not depend on each other: `make` has to be safe to call
/// from several threads at once.
template <typename Part> class OrderedWork {
public:
    using Make = std::function<Result<Part>(std::int64_t index)>;
    using Use = std::function<Result<void>(std::int64_t index, Part part)>;

    /// `make` is called from `threads` helpers at once (from the caller alone when that is 1).
    static Result<void> run(std::int64_t count, int threads, const Make& make, const Use& use,
                            std::int64_t ahead = 2)
    {
        if (threads > 1 && count > 1)
            return OrderedWork(count, std::min<std::int64_t>(threads, count), make, ahead)
                .useAll(use);
        for (std::int64_t index = 0; index < count; ++index) {
            SCHMIDT_TRY(Part part, make(index));
            SCHMIDT_CHECK(use(index, std::move(part)));
        }
        return {};
    }

private:
    /// What became of a part.
    struct Slot {
        std::optional<Result<Part>> part;
        std::exception_ptr failure;
        bool ready() const { return part || failure; }
    };

    OrderedWork(std::int64_t count, std::int64_t threads, const Make& make, std::int64_t ahead)
        : m_make(make)
        , m_count(count)
        , m_slots(static_cast<std::size_t>(ahead * threads))
    {
        for (std::int64_t thread = 0; thread < threads; ++thread)
            m_helpers.emplace_back([this](const std::stop_token& stop) { help(stop); });
    }

    ~OrderedWork()
    {
        for (std::jthread& helper : m_helpers)
            helper.request_stop(); // all of them, before the first one is waited for
    }

    Slot& slot(std::int64_t index)
    {
        return m_slots[static_cast<std::size_t>(index) % m_slots.size()];
    }

    void help(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            const auto room = [this] {
                return m_next >= m_count
                    || m_next < m_used + static_cast<std::int64_t>(m_slots.size());
            };
            if (!m_changed.wait(lock, stop, room) || stop.stop_requested() || m_next >= m_count)
                return;
            const std::int64_t index = m_next++;
            lock.unlock();
            Slot made;
            try {
                made.part.emplace(m_make(index));
            } catch (...) {
                made.failure = std::current_exception();
            }
            lock.lock();
            slot(index) = std::move(made);
            m_changed.notify_all();
        }
    }

    Result<void> useAll(const Use& use)
    {
        for (std::int64_t index = 0; index < m_count; ++index) {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return slot(index).ready(); });
            Slot taken = std::exchange(slot(index), {});
            m_used = index + 1;
            lock.unlock();
            m_changed.notify_all();
            if (taken.failure)
                std::rethrow_exception(taken.failure);
            SCHMIDT_TRY(Part part, std::move(*taken.part));
            SCHMIDT_CHECK(use(index, std::move(part)));
        }
        return {};
    }

    const Make& m_make;
    const std::int64_t m_count;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<Slot> m_slots; ///< parts made and not yet used, by index modulo size
    std::int64_t m_next = 0; ///< first part that nobody makes yet
    std::int64_t m_used = 0; ///< parts before this one have left their slots
    std::vector<std::jthread> m_helpers;
};

} // namespace schmidt
