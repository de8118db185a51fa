// SPDX-License-Identifier: Apache-2.0
#include "base/ordered_work.h"

#include <QtTest>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <vector>

using namespace schmidt;

namespace {

using Work = OrderedWork<std::int64_t>;

/// Later parts of every four are ready first.
Result<std::int64_t> slowSquare(std::int64_t index)
{
    std::this_thread::sleep_for(std::chrono::microseconds(200 * (4 - index % 4)));
    return index * index;
}

} // namespace

class BaseOrderedWorkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsArriveInOrderOnTheCallersThread()
    {
        for (const int threads : { 1, 2, 5 }) {
            std::vector<std::int64_t> used;
            const auto caller = std::this_thread::get_id();
            bool here = true;
            const auto done = Work::run(100, threads, slowSquare,
                                        [&](std::int64_t index, std::int64_t part) -> Result<void> {
                                            here = here && std::this_thread::get_id() == caller;
                                            used.push_back(part == index * index ? index : -1);
                                            return {};
                                        });
            QVERIFY(done.ok() && here);
            QCOMPARE(used.size(), std::size_t(100));
            for (std::size_t index = 0; index < used.size(); ++index)
                QCOMPARE(used[index], static_cast<std::int64_t>(index));
        }
        QVERIFY(Work::run(0, 4, slowSquare, [](std::int64_t, std::int64_t) -> Result<void> {
                    return internalError("nothing is there to use");
                }).ok());
    }

    void partsMadeAheadAreBounded()
    {
        std::atomic<std::int64_t> made = 0;
        std::int64_t ahead = 0;
        const auto done = Work::run(
            200, 3,
            [&](std::int64_t index) -> Result<std::int64_t> {
                ++made;
                return index;
            },
            [&](std::int64_t index, std::int64_t) -> Result<void> {
                std::this_thread::sleep_for(std::chrono::microseconds(300));
                ahead = std::max(ahead, made.load() - index - 1);
                return {};
            });
        QVERIFY(done.ok());
        QCOMPARE(made.load(), std::int64_t(200));
        QVERIFY(ahead > 0 && ahead <= 9); // six slots, and one in the hands of each helper
    }

    void theFirstErrorEndsIt()
    {
        std::int64_t used = 0;
        const auto count = [&](std::int64_t, std::int64_t) -> Result<void> {
            ++used;
            return {};
        };
        const auto failing = [](std::int64_t index) -> Result<std::int64_t> {
            if (index >= 20)
                return badInput("part " + std::to_string(index));
            return slowSquare(index);
        };
        const auto made = Work::run(1000, 4, failing, count);
        QVERIFY(!made.ok());
        QCOMPARE(made.error().message, std::string("part 20"));
        QCOMPARE(used, std::int64_t(20));
        const auto refused
            = Work::run(1000, 4, slowSquare, [](std::int64_t index, std::int64_t) -> Result<void> {
                  return index < 7 ? Result<void> {} : outOfResources("full");
              });
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Resources);
    }

    void exceptionsReachTheCaller()
    {
        std::int64_t used = 0;
        bool caught = false;
        try {
            const auto done = Work::run(
                100, 4,
                [](std::int64_t index) -> Result<std::int64_t> {
                    if (index == 30)
                        throw std::bad_alloc();
                    return index;
                },
                [&](std::int64_t, std::int64_t) -> Result<void> {
                    ++used;
                    return {};
                });
            QVERIFY(done.ok());
        } catch (const std::bad_alloc&) {
            caught = true;
        }
        QVERIFY(caught);
        QCOMPARE(used, std::int64_t(30));
    }
};

QTEST_GUILESS_MAIN(BaseOrderedWorkTest)
#include "base_ordered_work_test.moc"
